"""Own data of accounts: what the association has at the bank and in its funds."""

from sqlmodel import Session

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LOCALES, N_, euros, translate
from koprogo_app.core.intents import BUILDING, about
from koprogo_app.core.service import requires
from koprogo_app.core.tools import Link, Sheet, Subject, Tool
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import FiscalYear
from koprogo_app.modules.accounts.rules import FUNDS, MONEY
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.buildings.tools import asked_about, none_seen
from koprogo_app.modules.ledger import rules as entries
from koprogo_app.modules.ledger import service as ledger


@requires(Permission.LEDGER_READ)
def fund_balances(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """What one association has at the bank, in cash and in its funds today; of several, which one is asked back."""
    found, locale = asked_about(s, actor, subject), subject.locale
    if not found:
        return none_seen(locale)
    if len(found) > 1:
        links = [Link(b.name, f"/buildings/{b.id}/balances") for b in found]
        return Sheet(translate(locale, "Which building do you mean? Name it, or open its balances."), links=links)
    return _funds(s, actor, found[0], locale)


def _funds(s: Session, actor: Actor, building: Building, locale: str) -> Sheet:
    years = accounts.list_years(s, actor, building.id)
    if not years:
        return Sheet(translate(locale, "The books of this building are not open yet."))
    today = clock.today()
    year: FiscalYear = next((y for y in years if y.starts_on <= today <= y.ends_on), years[0])
    on = min(max(today, year.starts_on), year.ends_on)
    shown = [b for b in ledger.balances(s, actor, building.id, year.id, on) if b.account.purpose in MONEY | FUNDS]
    rows = [
        (
            f"{b.account.code} {b.account.label(locale)}",
            euros(entries.signed(b.account.kind, b.moved.after, 0), locale),
        )
        for b in shown
    ]
    sentence = translate(
        locale, "At the bank, in cash and in the funds of {building} on {day}.", building=building.name, day=on
    )
    columns = [translate(locale, name) for name in (N_("Account"), N_("Balance"))]
    links = [Link(translate(locale, "Balances"), f"/buildings/{building.id}/balances")]
    if not rows:
        return Sheet(translate(locale, "Nothing stands on the bank accounts and funds of this building."), links=links)
    return Sheet(sentence, columns, rows, (1,), links)


# --- Words -----------------------------------------------------------------------------------------------------------

_MONEY = {
    "fr": r"fonds(?: de (?:reserve|roulement))?|reserves?|tresorerie|caisse|(?:en|a la) banque|comptes? (?:en banque|bancaires?|a vue|d'epargne|de reserve|de roulement)"
    r"|comptes? de (?:l'|la |notre )?(?:immeuble|copropriete|acp|association)|argent (?:a|possede) (?:la |l'|notre )"
    rf"{BUILDING['fr']}",
    "nl": r"\w*fonds|\w*(?:reserve|werk)kapitaal|reserves?|\w*kas|bank|(?:bank|reserve|spaar|zicht|werkings?)rekening(?:en)?|rekening(?:en)? van (?:de|het|ons|onze) \w+"
    rf"|geld heeft (?:de|het|ons|onze) {BUILDING['nl']}",
    "de": r"\w*fonds|\w*(?:reserve|betriebs)kapital\w*|rucklagen?|kasse|bank|(?:bank|reserve|spar|betriebs)kont(?:o|en)s?|kont(?:o|en) (?:der|des|unser\w*) \w+"
    rf"|geld hat (?:die|das|unsere?) {BUILDING['de']}",
    "en": r"(?:reserve|working|working capital) funds?|funds?|reserves?|(?:petty )?cash|(?:at|in|on) the bank|(?:bank|reserve|savings|working) accounts?|accounts? of the (?:building|association|co ownership)"
    rf"|money does (?:the|our) {BUILDING['en']} have",
}
_HOW_MUCH = {
    "fr": r"combien|soldes?|quel (?:est le )?montant|montant|etat|disponible",
    "nl": r"hoe ?veel|saldo'?s?|stand|bedrag|hoe (?:groot|hoog) is",
    "de": r"wie ?viel|saldo|salden|stand|betrag|hoch",
    "en": r"how much|balances?|amount|state|what do we have|how big",
}
_HELD = {  # of the association, and there now
    "fr": rf"notre|nos|avons nous|nous avons|on a|a t on|y a t il|il y a|reste\w*|soldes?|(?:de|dans) (?:la|l'|le|cet|cette) ?(?:{BUILDING['fr']}|fonds|caisse)|dispose|argent (?:a|possede)",
    "nl": rf"ons|onze|hebben we|we hebben|heeft|er|staat|zit|saldo'?s?|(?:van|in|op) (?:de|het|dit) (?:\w+ )?(?:{BUILDING['nl']}|\w*fonds|\w*kapitaal|\w*kas|\w*rekening)",
    "de": rf"unser\w*|haben wir|wir haben|hat|ist|steht|liegt|saldo|salden|(?:des|der|im|in der|auf dem) (?:\w+ )?(?:{BUILDING['de']}|\w*fonds|\w*kapitals?|\w*kasse|\w*konto)",
    "en": rf"our|do we have|have we|we have|does the|is there|is|left|balances?|(?:of|in|on) the (?:\w+ )?(?:{BUILDING['en']}|\w+ fund|fund|account)",
}
_NOT_FUNDS = {
    "fr": r"pourcentage|mettre|verser|alimenter|constituer|placer|utilis\w*|type|appels?|interets?|minimal\w*|mon|ma|mes|je|me|vote\w*|part|coutent?|coutera|couts?|prochaine?|temps|annees?"
    r"|comptes annuels|budget|banque gratuite|frais|an|par|charges|travaux|payer|devis",
    "nl": r"procent|percentage|storten|aanleggen|beleggen|gebruik\w*|soort|\w*oproep\w*|intrest\w*|minimale?|mijn|ik|mij|stemmen|deel|kost\w*|volgende|lang|jaren|begroting|"
    r"jaarrekening|\w*kosten|per|lasten|\w*werken|betaald|betalen|offerte",
    "de": r"prozent\w*|einzahlen|anlegen|bilden|verwend\w*|\w*abruf\w*|zinsen|mindest\w*|mein\w*|ich|mir|mich|abstimm\w*|anteil|kost\w*|nachste\w*|lange|jahre|haushaltsplan|"
    r"jahresabschluss|\w*kosten|pro|lasten|\w*arbeiten|zahlen|bezahlt|angebot|leer|schlimm",
    "en": r"percentage|per cent|pay into|set up|invest|use|used|kind|calls?|interest|my|i|me|vote|voted|share|cost|costs|next|long|years?|budget|annual accounts|charges|works|pay|paid"
    r"|per|quote|empty|serious|for",
}
_FUND_BALANCES = {
    locale: [about(locale, _HOW_MUCH[locale], _MONEY[locale], _HELD[locale], but=_NOT_FUNDS[locale])]
    for locale in LOCALES
}

TOOLS = [
    Tool(
        "fund_balances",
        N_("Bank and funds"),
        "For those who read the books: what a co-ownership has today on its bank accounts, in cash, and in its working and "
        "reserve funds.",
        Permission.LEDGER_READ,
        fund_balances,
        _FUND_BALANCES,
    ),
]
