"""Own data of a co-owner: what he owes, what of it is open, and how it is paid."""

from collections.abc import Sequence

from sqlmodel import Session

from koprogo_app.core import belgium
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LOCALES, N_, euros, translate
from koprogo_app.core.intents import about
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.core.tools import ROWS, Link, Sheet, Subject, Tool
from koprogo_app.modules.buildings.rules import association_name
from koprogo_app.modules.buildings.tools import places
from koprogo_app.modules.payments.items import Item
from koprogo_app.modules.payments.rules import told

from . import owed
from .owed import Owed, Slip


@requires(Permission.OWN_READ)
def my_balance(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """What the reader owes or is owed, what of it is open and by when, and how it is paid. NotFound for who is nobody in the
    register."""
    locale, here = subject.locale, places(s, actor, subject)
    found = [one for one in owed.my_dues(s, actor) if not here or one.balance.building_id in here]
    if not found:
        return Sheet(translate(locale, "The accounts of your building are not kept here yet: ask your syndic."))
    links = [Link(translate(locale, "My account"), "/my-account")]
    if len(found) == 1:
        [one] = found
        return Sheet(_told(one, locale), rows=[*_open(one.items, locale), *_paid(one, locale)], links=links)
    columns = [translate(locale, name) for name in (N_("Building"), N_("Balance"), N_("Account to pay to"))]
    rows = [
        (one.balance.name, _told(one, locale), " · ".join(_account(x, locale) for x in _slips(one)))
        for one in found[:ROWS]
    ]
    return Sheet(translate(locale, "What you owe each association, or are owed."), columns, rows, links=links)


def _told(one: Owed, locale: str) -> str:
    said = told(one.dues, locale)
    return " ".join(part for part in (said.sentence, said.by, said.favour) if part)


def _open(items: Sequence[Item], locale: str) -> list[tuple[str, str]]:
    """What is open, the oldest due first; below zero what is owed back."""
    return [
        (
            translate(locale, "{words}, due on {day}", words=i.words, day=i.due_on),
            euros(Cents(i.owed_cents), locale),
        )
        for i in items[:ROWS]
    ]


def _slips(one: Owed) -> Sequence[Slip]:
    """How it is paid; the account of the association where nothing is to be paid."""
    return one.slips or [Slip(Cents(0), one.balance.iban, one.digits, reserve=False)]


def _account(x: Slip, locale: str) -> str:
    return belgium.show_iban(x.iban) or translate(locale, "not entered yet")


def _paid(one: Owed, locale: str) -> list[tuple[str, str]]:
    """The accounts, each with its amount when there are two (art. 3.86 §3 al. 6), the beneficiary, the communication."""
    slips, b = _slips(one), one.balance
    labels = {False: N_("Account to pay to"), True: N_("Account of the reserve fund (IBAN)")}
    rows = [
        (
            translate(locale, labels[x.reserve]),
            f"{_account(x, locale)}: {euros(x.cents, locale)}" if len(slips) > 1 else _account(x, locale),
        )
        for x in slips
    ]
    rows.append((translate(locale, "In the name of"), association_name(b.name, b.language)))
    return [*rows, (translate(locale, "Communication"), belgium.show_communication(one.digits))] if one.digits else rows


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
    r"|ma dette|mon arriere|(?:ai je|j'ai) (?:encore )?un (?:avoir|credit|trop paye)|(?:j'ai|ai je|nous avons|avons nous) (?:encore )?des (?:arrieres|dettes|impayes)"
    r"|(?:suis je|je suis|sommes nous) (?:bien )?(?:a jour|en ordre|en regle|en retard) (?:dans|de|avec|pour) (?:mes|nos|le|mon)? ?(?:paiements?|charges|provisions)"
    r"|(?:en retard|en ordre) de paiement",
    "nl": r"mijn (?:openstaand )?saldo|het saldo$|saldo van mijn rekening|stand van mijn rekening|mijn rekening"
    r"|heb ik (?:nog )?(?:een )?tegoed|mijn (?:tegoed|schuld(?:en)?|achterstal\w*|achterstand)|schulden heb ik|heb ik\b.*\b(?:achterstal\w*|achterstand|schuld(?:en)?)"
    r"|(?:ben ik|sta ik|loop ik)\b.*\b(?:in orde|achter|bij|op tijd|te laat) met mijn (?:betalingen|lasten|bijdragen|voorschotten)",
    "de": r"mein(?:en)? (?:aktuelle[rn] )?(?:saldo|kontostand)|(?:der|den) (?:saldo|kontostand)$|saldo meines kontos|stand meines kontos"
    r"|habe ich (?:noch )?ein guthaben|mein (?:konto|guthaben)|meine (?:schulden|ruckstande|schuld)|habe ich\b.*\b(?:ruckstande|schulden)"
    r"|bin ich\b.*\b(?:mit (?:meinen|den) (?:zahlungen|lasten|vorschussen)\b.*\b(?:im ruckstand|im verzug|auf dem laufenden)|im (?:zahlungs)?(?:ruckstand|verzug))",
    "en": r"my (?:current |outstanding )?balance|balance of my account|state of my account|my account|my (?:debts?|arrears|credit)|do i have (?:a |any )?(?:credit|money left)|am i in arrears|do i have (?:any )?(?:arrears|debts?)"
    r"|am i (?:up to date|behind|late|in order) with (?:my|the) (?:payments?|charges|contributions)",
}
_ASKED = {
    "fr": r"quel(?:le)?s?|combien|avoir|credit|trop paye|solde|montre\w*|affiche\w*|donne\w*|etat|ou en est|en ordre|ordre|regle|jour|retard|negatif|positif|arrieres?|dettes?|impayes|voir|consulter",
    "nl": r"wat|hoe ?veel|saldo|tegoed|toon|stand|hoe (?:staat|hoog|groot)|in orde|achterstal\w*|achterstand|schuld(?:en)?|achter|bij|te laat|op tijd|negatief|positief",
    "de": r"wie|was|saldo|guthaben|kontostand|zeig\w*|stand|in ordnung|ruckstande?|schulden?|verzug|laufenden|negativ|positiv",
    "en": r"what(?:'s| is)?|how much|how|balance|credit|money left|show|state|in order|arrears|debts?|up to date|behind|late|negative|positive|see",
}
_NOT_MINE = {
    "fr": r"prescri\w*|interets?|recouvr\w*|fonds|mot de passe|supprimer|utilisateur|connexion|bancaire|iban|numero|voisin\w*|syndic|travaux|assemblee|ag|locataire"
    r"|documents?|taches?|dossiers?|qui|ordre du jour|pv|statuts|voix|immeuble|recevoir|(?:co ?)?proprietaires",
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

TOOLS = [
    Tool(
        "my_balance",
        N_("My balance"),
        "For a co-owner: what the person owes the association, or is owed by it, today, what of it is open and by when it is due, "
        "with the bank account and the structured communication, and where the lines of the account are shown.",
        Permission.OWN_READ,
        my_balance,
        _MY_BALANCE,
    ),
]
