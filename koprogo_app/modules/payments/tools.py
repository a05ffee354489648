"""Own data of payments: to a co-owner what he owes, what of it is open and how it is paid; to the office who owes what."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core import belgium, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LOCALES, N_, Money, day, euros, number, translate
from koprogo_app.core.intents import about
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.core.tools import ROWS, Link, Sheet, Subject, Tool
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.buildings.rules import association_name
from koprogo_app.modules.buildings.tools import asked_about, none_seen, places
from koprogo_app.modules.owner_accounts import rules as accounts
from koprogo_app.modules.owner_accounts import service as owner_accounts
from koprogo_app.modules.owner_accounts.service import OwnBalance
from koprogo_app.modules.owners.models import Owner
from koprogo_app.modules.references import service as references

from . import service
from .items import Item


@requires(Permission.OWN_READ)
def my_balance(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """What the reader owes or is owed, what of it is open and by when, and how it is paid. NotFound for who is nobody in the
    register."""
    locale, here = subject.locale, places(s, actor, subject)
    found = [one for one in owner_accounts.my_balances(s, actor) if not here or one.building_id in here]
    if not found:
        return Sheet(translate(locale, "The accounts of your building are not kept here yet: ask your syndic."))
    links = [Link(translate(locale, "My account"), "/my-account")]
    open_ = service.my_open_items(s, actor)
    if len(found) == 1:
        items = [i for i in open_ if i.building_id == found[0].building_id]
        digits = references.known_of(s, actor, found[0].building_id, [actor.owner_id] if actor.owner_id else [])
        rows = [*_open(items, locale), *_paid_to(found[0], next(iter(digits.values()), ""), locale)]
        return Sheet(_told(found[0], items, locale), rows=rows, links=links)
    columns = [translate(locale, name) for name in (N_("Building"), N_("Balance"), N_("Account to pay to"))]
    rows = [
        (
            one.name,
            _told(one, [i for i in open_ if i.building_id == one.building_id], locale),
            belgium.show_iban(one.iban),
        )
        for one in found[:ROWS]
    ]
    return Sheet(translate(locale, "What you owe each association, or are owed."), columns, rows, links=links)


def _told(one: OwnBalance, items: Sequence[Item], locale: str) -> str:
    """The balance, and how much of it is late or by when its first part is due."""
    amount = Money(abs(one.balance_cents))
    said = translate(locale, accounts.TO_ONESELF[accounts.standing(one.balance_cents)], amount=amount)
    owing = [i for i in items if i.debit_cents] if one.balance_cents > 0 else []
    late = sum(i.open_cents for i in owing if i.due_on < clock.today())
    if late:
        return f"{said} {translate(locale, '{amount} of it is late.', amount=Money(late))}"
    return f"{said} {translate(locale, 'To pay by {day}.', day=owing[0].due_on)}" if owing else said


def _open(items: Sequence[Item], locale: str) -> list[tuple[str, str]]:
    """What is open, the oldest due first; below zero what is owed back."""
    return [
        (
            translate(locale, "{words}, due on {day}", words=i.words, day=i.due_on),
            euros(Cents(i.owed_cents), locale),
        )
        for i in items[:ROWS]
    ]


def _paid_to(one: OwnBalance, digits: str, locale: str) -> list[tuple[str, str]]:
    iban = belgium.show_iban(one.iban) or translate(locale, "not entered yet")
    beneficiary = association_name(one.name, one.language)
    rows = [(translate(locale, "Account to pay to"), iban), (translate(locale, "In the name of"), beneficiary)]
    return [*rows, (translate(locale, "Communication"), belgium.show_communication(digits))] if digits else rows


# --- The office ------------------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def open_debts(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """Which co-owners owe one association something, since when the oldest of it is due; of several, which one is asked back."""
    found, locale = asked_about(s, actor, subject), subject.locale
    if not found:
        return none_seen(locale)
    if len(found) > 1:
        links = [Link(b.name, f"/buildings/{b.id}/open-items") for b in found]
        return Sheet(translate(locale, "Which building do you mean? Name it, or open its open items."), links=links)
    return _debts(s, actor, found[0], locale)


def _debts(s: Session, actor: Actor, building: Building, locale: str) -> Sheet:
    links = [Link(translate(locale, "Open items"), f"/buildings/{building.id}/open-items")]
    by_owner: dict[UUID, list[Item]] = defaultdict(list)
    for i in service.open_items(s, actor, building.id):
        by_owner[i.owner_id].append(i)
    owed = {owner_id: sum(i.owed_cents for i in some) for owner_id, some in by_owner.items()}
    debts = [(_oldest(by_owner[owner_id]), owner_id, cents) for owner_id, cents in owed.items() if cents > 0]
    if not debts:
        return Sheet(translate(locale, "No co-owner of {building} owes anything.", building=building.name), links=links)
    figures = {
        "building": building.name, "count": number(len(debts), locale), "amount": Money(sum(cents for _, _, cents in debts)),
        "late": number(sum(due < clock.today() for due, _, _ in debts), locale),
    }  # fmt: skip
    sentence = translate(locale, "Owed to {building}: {amount}, by {count} co-owners, of whom late: {late}.", **figures)
    names = {
        o.id: o.name for o in s.exec(select(Owner).where(col(Owner.id).in_([owner_id for _, owner_id, _ in debts])))
    }
    shown = sorted(debts, key=lambda debt: (debt[0], names[debt[1]].casefold()))[:ROWS]
    columns = [translate(locale, name) for name in (N_("Co-owner"), N_("Owes"), N_("Oldest due on"))]
    rows = [(names[owner_id], euros(Cents(cents), locale), day(due, locale)) for due, owner_id, cents in shown]
    return Sheet(sentence, columns, rows, (1,), links)


def _oldest(items: Sequence[Item]) -> date:
    """The first due day of what is owed."""
    return min(i.due_on for i in items if i.debit_cents)


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
# Who has not paid: whole questions, as the words of a rule stand in them too.
_WHO = {
    "fr": [
        r"^qui (?:est|sont)(?: encore)? en retard(?: de paiement| dans (?:ses|leurs) paiements)?$",
        r"^qui n'a pas (?:encore )?paye(?: ses charges| son appel(?: de fonds)?| sa provision)?$",
        r"^qui (?:nous )?doit (?:encore )?(?:de l'argent|combien|quelque chose)(?: a (?:la |l')\w+)?$",
        r"^quels (?:co ?)?proprietaires (?:sont en retard(?: de paiement)?|n'ont pas (?:encore )?paye|doivent (?:encore )?de l'argent"
        r"|ont des (?:arrieres|dettes|impayes))$",
    ],
    "nl": [
        r"^wie (?:is|zijn)(?: nog)? (?:te laat|achter)(?: met (?:betalen|de betaling(?:en)?))?$",
        r"^wie (?:heeft|hebben) (?:nog )?niet betaald$",
        r"^wie (?:moet|moeten) (?:ons )?nog (?:geld|iets)(?: betalen)?$",
        r"^welke (?:mede ?)?eigenaars (?:zijn te laat(?: met betalen)?|hebben (?:nog )?niet betaald|hebben (?:schulden|achterstallen))$",
    ],
    "de": [
        r"^wer (?:ist|sind)(?: noch)? (?:im (?:zahlungs)?(?:ruckstand|verzug)|zu spat)(?: mit (?:der zahlung|den zahlungen))?$",
        r"^wer hat (?:noch )?nicht (?:be|ge)zahlt$",
        r"^wer schuldet(?: uns| der vereinigung)? (?:noch )?(?:geld|etwas|was)$",
        r"^welche (?:mit)?eigentumer (?:sind im (?:zahlungs)?(?:ruckstand|verzug)|haben (?:noch )?nicht (?:be|ge)zahlt"
        r"|haben (?:schulden|ruckstande))$",
    ],
    "en": [
        r"^who (?:is|are)(?: still)? (?:late|behind|in arrears)(?: with (?:their|the) payments?| in paying)?$",
        r"^who (?:has not|have not|hasn't|haven't) (?:yet )?paid(?: yet)?$",
        r"^who (?:still )?owes (?:us |the association )?(?:money|what|anything|something)$",
        r"^which (?:co ?)?owners (?:are (?:late|behind|in arrears)|have not paid|haven't paid|owe (?:us )?money|have (?:arrears|debts))$",
    ],
}
_DEBTS = {
    "fr": r"impayes|arrieres|debiteurs|mauvais payeurs|retards de paiement",
    "nl": r"wanbetalers|achterstallen|openstaande (?:bedragen|bijdragen|schulden)|onbetaalde (?:bedragen|bijdragen)",
    "de": r"saumige\w*|zahlungsruckstande|ruckstande|offenen? (?:forderungen|posten|betrage)",
    "en": r"arrears|unpaid (?:charges|calls|amounts)|late payers|debtors|open debts",
}
_LISTED = {
    "fr": r"listes?|montre\w*|etat|total|montant|combien|donne\w*|affiche\w*",
    "nl": r"lijst|toon|overzicht|totaal|hoe ?veel|geef",
    "de": r"liste|zeig\w*|ubersicht|summe|wie ?viele?|gesamt\w*",
    "en": r"list|show|overview|total|how (?:much|many)",
}
_NOT_DEBTS = {
    "fr": r"mes|mon|ma|ai je|j'ai|me|je|interets?|recouvr\w*|prescri\w*|voter?|proces",
    "nl": r"mijn|ik|intrest\w*|verjaard|invorder\w*|stemmen",
    "de": r"mein\w*|ich|zinsen|verjahr\w*|beitreib\w*|stimmen",
    "en": r"my|i|me|interest|am i|recover\w*|vote",
}
_OPEN_DEBTS = {
    locale: [*_WHO[locale], about(locale, _LISTED[locale], _DEBTS[locale], but=_NOT_DEBTS[locale])]
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
    Tool(
        "open_debts",
        N_("Who owes what"),
        "For those who read the books: which co-owners owe the association something, how much, and since when the oldest of it "
        "is due.",
        Permission.LEDGER_READ,
        open_debts,
        _OPEN_DEBTS,
    ),
]
