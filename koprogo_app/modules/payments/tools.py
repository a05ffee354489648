"""Own data of payments: to the office who owes what."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LOCALES, N_, Money, day, euros, number, translate
from koprogo_app.core.intents import about
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.core.tools import ROWS, Link, Sheet, Subject, Tool
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.buildings.tools import asked_about, none_seen
from koprogo_app.modules.owners.models import Owner

from . import service
from .items import Item

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
        "open_debts",
        N_("Who owes what"),
        "For those who read the books: which co-owners owe the association something, how much, and since when the oldest of it "
        "is due.",
        Permission.LEDGER_READ,
        open_debts,
        _OPEN_DEBTS,
    ),
]
