"""Own data of the accounts: what a co-owner owes, and what the association has at the bank and in its funds."""

from sqlmodel import Session

from koprogo_app.core import belgium, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LOCALES, N_, Money, euros, translate
from koprogo_app.core.intents import BUILDING, about
from koprogo_app.core.service import requires
from koprogo_app.core.tools import ROWS, Link, Sheet, Subject, Tool
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import FiscalYear
from koprogo_app.modules.accounts.rules import FUNDS, MONEY
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.buildings.tools import asked_about, none_seen, places
from koprogo_app.modules.ledger import rules as entries
from koprogo_app.modules.ledger import service as ledger

from . import rules, service
from .service import OwnBalance


@requires(Permission.OWN_READ)
def my_balance(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """What the reader owes or is owed, and the account it is paid to. NotFound for who is nobody in the register."""
    locale, here = subject.locale, places(s, actor, subject)
    found = [one for one in service.my_balances(s, actor) if not here or one.building_id in here]
    if not found:
        return Sheet(translate(locale, "The accounts of your building are not kept here yet: ask your syndic."))
    links = [Link(translate(locale, "My account"), "/my-account")]
    if len(found) == 1:
        return Sheet(_said(found[0], locale), rows=_paid_to(found[0], locale), links=links)
    columns = [translate(locale, name) for name in (N_("Building"), N_("Balance"), N_("Account to pay to"))]
    rows = [(one.name, _said(one, locale), belgium.show_iban(one.iban)) for one in found[:ROWS]]
    return Sheet(translate(locale, "What you owe each association, or are owed."), columns, rows, links=links)


def _said(one: OwnBalance, locale: str) -> str:
    return translate(locale, rules.TO_ONESELF[rules.standing(one.balance_cents)], amount=Money(abs(one.balance_cents)))


def _paid_to(one: OwnBalance, locale: str) -> list[tuple[str, str]]:
    number = belgium.show_iban(one.iban) or translate(locale, "not entered yet")
    beneficiary = translate(locale, "Association of co-owners {name}", name=one.name)
    return [
        (translate(locale, "Account to pay to"), number),
        (translate(locale, "In the name of"), beneficiary),
    ]


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

_TO_WHOM = {
    "fr": r"(?: (?:encore|actuellement|maintenant|en tout|au total|payer|verser|au syndic|au gerant|a (?:la |l'|notre |mon )?(?:copropriete|copro|acp|association)"
    r"(?: des coproprietaires)?))*",
    "nl": r"(?: (?:nu|nog|in totaal|momenteel|betalen|storten|(?:aan )?(?:de|het|onze|mijn) (?:vme|syndicus|mede eigendom|vereniging)(?: van mede eigenaars)?))*",
    "de": r"(?: (?:jetzt|noch|insgesamt|derzeit|(?:be)?zahlen|(?:der|dem|den|unserer|unserem|meiner|an die|an den) (?:vme|syndikus|vereinigung|verwalter|miteigentumergemeinschaft)"
    r"(?: der miteigentumer)?))*",
    "en": r"(?: (?:now|still|in total|altogether|pay|to pay|to|the|our|my|association|syndic|co ownership|building|of co owners))*",
}
# What one must still pay is one's own, whatever words of a rule it uses: the whole question, and nothing after it.
_MUST_PAY = {
    "fr": [
        rf"^(?:et |alors )?(?:combien|quel montant|quelle somme)(?: d'argent)? (?:est ce que )?(?:je (?:vous )?dois|dois je|nous devons|devons nous|ai je a payer|j'ai a payer)"
        rf"{_TO_WHOM['fr']}$",
        rf"^(?:je|nous) (?:vous )?(?:dois|devons) combien{_TO_WHOM['fr']}$",
        rf"^qu'est ce que je dois(?: encore)? (?:payer|verser|a (?:la|l')|au syndic)\b{_TO_WHOM['fr']}(?: ?(?:copropriete|copro|acp|association))?$",
        r"^que dois je (?:encore )?(?:payer|au syndic|a (?:la |l')(?:copropriete|copro|acp|association))$",
        r"^(?:combien|quel montant|que|quelle somme) (?:me |nous )?reste t il (?:encore )?a payer$",
        r"^(?:combien|qu'est ce qu') ?(?:il |est ce qu'il )?(?:me |nous )reste (?:encore )?a payer$",
        rf"^(?:j'ai combien a payer|on doit combien|combien on doit){_TO_WHOM['fr']}$",
        rf"^(?:est ce que )?(?:je dois|dois je) (?:encore )?(?:quelque chose|de l'argent){_TO_WHOM['fr']}$",
    ],
    "nl": [
        rf"^(?:en )?(?:hoe ?veel|wat|welk bedrag)(?: geld)? moet ik{_TO_WHOM['nl']}$",
        rf"^(?:en )?(?:hoe ?veel|wat|welk bedrag)(?: geld)? (?:ben|heb) ik{_TO_WHOM['nl']} (?:(?:nog )?verschuldigd|(?:nog )?schuldig|(?:nog )?te betalen)$",
        rf"^moet ik nog (?:iets|geld){_TO_WHOM['nl']}$",
    ],
    "de": [
        rf"^(?:und )?(?:wie ?viel|was|welchen betrag)(?: geld)? (?:muss|schulde) ich{_TO_WHOM['de']}$",
        rf"^(?:und )?(?:wie ?viel|was)(?: geld)? (?:bin|habe) ich{_TO_WHOM['de']} (?:(?:noch )?schuldig|(?:noch )?zu (?:be)?zahlen)$",
        rf"^(?:muss|schulde) ich (?:noch )?(?:etwas|geld){_TO_WHOM['de']}$",
    ],
    "en": [
        rf"^(?:and )?(?:how much|what)(?: money)? (?:do|must) (?:i|we)(?: still)?(?: owe| have to pay| need to pay| pay){_TO_WHOM['en']}$",
        rf"^do (?:i|we) (?:still )?(?:owe|have to pay) (?:anything|something|money|any money){_TO_WHOM['en']}$",
        r"^(?:how much|what) (?:is|have i) (?:still |left )*(?:due|outstanding|left|to pay)(?: from me| to pay)?$",
    ],
}
_ACCOUNT = {
    "fr": r"mon solde|le solde$|solde de mon compte|(?:etat|situation) de mon compte|mon compte|mes (?:arrieres|dettes|impayes)"
    r"|ma dette|mon arriere|(?:j'ai|ai je|nous avons|avons nous) (?:encore )?des (?:arrieres|dettes|impayes)"
    r"|(?:suis je|je suis|sommes nous) (?:bien )?(?:a jour|en ordre|en regle|en retard) (?:dans|de|avec|pour) (?:mes|nos|le|mon)? ?(?:paiements?|charges|provisions)"
    r"|(?:en retard|en ordre) de paiement",
    "nl": r"mijn (?:openstaand )?saldo|het saldo$|saldo van mijn rekening|stand van mijn rekening|mijn rekening"
    r"|mijn (?:schuld(?:en)?|achterstal\w*|achterstand)|schulden heb ik|heb ik\b.*\b(?:achterstal\w*|achterstand|schuld(?:en)?)"
    r"|(?:ben ik|sta ik|loop ik)\b.*\b(?:in orde|achter|bij|op tijd|te laat) met mijn (?:betalingen|lasten|bijdragen|voorschotten)",
    "de": r"mein(?:en)? (?:aktuelle[rn] )?(?:saldo|kontostand)|(?:der|den) (?:saldo|kontostand)$|saldo meines kontos|stand meines kontos"
    r"|mein konto|meine (?:schulden|ruckstande|schuld)|habe ich\b.*\b(?:ruckstande|schulden)"
    r"|bin ich\b.*\b(?:mit (?:meinen|den) (?:zahlungen|lasten|vorschussen)\b.*\b(?:im ruckstand|im verzug|auf dem laufenden)|im (?:zahlungs)?(?:ruckstand|verzug))",
    "en": r"my (?:current |outstanding )?balance|balance of my account|state of my account|my account|my (?:debts?|arrears)|am i in arrears|do i have (?:any )?(?:arrears|debts?)"
    r"|am i (?:up to date|behind|late|in order) with (?:my|the) (?:payments?|charges|contributions)",
}
_ASKED = {
    "fr": r"quel(?:le)?s?|combien|solde|montre\w*|affiche\w*|donne\w*|etat|ou en est|en ordre|ordre|regle|jour|retard|negatif|positif|arrieres?|dettes?|impayes|voir|consulter",
    "nl": r"wat|hoe ?veel|saldo|toon|stand|hoe (?:staat|hoog|groot)|in orde|achterstal\w*|achterstand|schuld(?:en)?|achter|bij|te laat|op tijd|negatief|positief",
    "de": r"wie|was|saldo|kontostand|zeig\w*|stand|in ordnung|ruckstande?|schulden?|verzug|laufenden|negativ|positiv",
    "en": r"what(?:'s| is)?|how much|how|balance|show|state|in order|arrears|debts?|up to date|behind|late|negative|positive|see",
}
_NOT_MINE = {
    "fr": r"prescri\w*|interets?|recouvr\w*|fonds|mot de passe|supprimer|utilisateur|connexion|bancaire|iban|numero|voisin\w*|syndic|travaux|assemblee|ag|locataire"
    r"|documents?|taches?|dossiers?|qui|ordre du jour|pv|statuts|voix|immeuble|recevoir",
    "nl": r"verjaard|verjar\w*|intrest\w*|invorder\w*|\w*fonds|\w*kapitaal|wachtwoord|verwijder\w*|gebruiker\w*|aanmeld\w*|bankrekening\w*|rekeningnummer|iban|bu(?:ur|ren)\w*"
    r"|syndicus|\w*werken|vergadering|av|huurder|documenten|taken|dossiers?|wie|agenda|statuten|adres|\w*gegevens|stemmen|gebouw",
    "de": r"verjahr\w*|zinsen|beitreib\w*|\w*kapital\w*|passwort|losch\w*|benutzer\w*|anmeld\w*|bankkonto\w*|kontonummer|iban|nachbar\w*|syndikus|\w*arbeiten|versammlung"
    r"|mieter|dokumente|aufgaben|dossiers?|wer|tagesordnung|satzung|adresse|\w*daten|prozess|stimmen|gebaude|haus",
    "en": r"time barred|prescri\w*|interest|recover\w*|funds?|password|delete|remove|close|user|sign in|log in|bank account|iban|number|neighbours?|syndic|works|meeting|tenant"
    r"|documents|tasks|files|who|agenda|statutes|rules|address|details|data|votes?|building",
}
_ALONE = {
    "fr": r"mon (?:solde|compte)|mes arrieres|mes dettes",
    "nl": r"mijn (?:saldo|rekening|schuld(?:en)?)|mijn achterstallen",
    "de": r"mein (?:saldo|kontostand|konto)|meine (?:schulden|ruckstande)",
    "en": r"my (?:balance|account|debts?|arrears)",
}
_MY_BALANCE = {
    locale: [
        *_MUST_PAY[locale],
        about(locale, _ACCOUNT[locale], _ASKED[locale], but=_NOT_MINE[locale]),
        rf"^(?:{_ALONE[locale]})$",
    ]
    for locale in LOCALES
}
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
        "my_balance",
        N_("My balance"),
        "For a co-owner: what the person owes the association, or is owed by it, today, with the bank account it is paid to and "
        "where the lines of the account are shown.",
        Permission.OWN_READ,
        my_balance,
        _MY_BALANCE,
    ),
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
