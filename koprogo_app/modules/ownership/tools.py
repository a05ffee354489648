"""Own data of ownership: what a co-owner holds and how much it weighs, and who holds a lot."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session, col

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import N_, day, folded, number, translate
from koprogo_app.core.intents import of_facts
from koprogo_app.core.listing import unaccented
from koprogo_app.core.service import requires
from koprogo_app.core.tools import ROWS, Link, Sheet, Subject, Tool
from koprogo_app.core.trade import LotType, Right
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.buildings.tools import places
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import Lot
from koprogo_app.modules.lots.rules import LOT_TYPES

from . import rules, service
from .models import Ownership
from .rules import LotState, VoteState

NO_VOTE = {
    LotState.COMPLETE: N_("cast by the representative of the holders"),
    LotState.SUSPENDED: N_("suspended until the holders name one representative"),
    LotState.INCOMPLETE: N_("not known: the parts of this lot do not make the whole"),
}


# --- My lots ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MyLot:
    """A lot of which the reader holds something today; `voice`: the lot's shares, when it is he who votes for it."""

    lot: Lot
    building: Building
    parts: list[Ownership] = field(default_factory=list[Ownership])
    state: LotState = LotState.COMPLETE

    @property
    def voice(self) -> int:
        """Votes are shares (art. 3.87 §6), of whoever holds the whole or represents the holders (§1)."""
        mine = rules.vote_state(self.parts) == VoteState.OK
        return self.lot.shares if mine and self.state == LotState.COMPLETE else 0


@requires(Permission.OWN_READ)
def my_lots(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """What the reader holds today: lots, shares of the total, since when, by which right, and the votes they carry."""
    found, locale = _mine(s, actor, subject.building_id), subject.locale
    if not found:
        return Sheet(translate(locale, "No lot is entered in your name today. Ask your syndic if this is wrong."))
    figures = {
        "lots": number(len(found), locale), "votes": number(sum(one.voice for one in found), locale),
        "shares": number(sum(one.lot.shares for one in found), locale),
        "total": number(found[0].building.total_shares, locale), "building": found[0].building.name,
    }  # fmt: skip
    if len({one.building.id for one in found}) > 1:
        sentence = translate(
            locale, "Your lots: {lots}. Votes that you cast for them: {votes} (art. 3.87 §6).", **figures
        )
    elif len(found) == 1:
        sentence = translate(
            locale,
            "Your lot has {shares} of the {total} shares of {building}. Votes that you cast for it: {votes} (art. 3.87 §6).",
            **figures,
        )
    else:
        sentence = translate(
            locale,
            "Your {lots} lots have {shares} of the {total} shares of {building}. Votes that you cast for them: {votes} (art. 3.87 §6).",
            **figures,
        )
    names = (N_("Lot"), N_("Shares"), N_("Your part"), N_("Since"), N_("Votes"))
    shown = found[:ROWS]
    links = [Link(translate(locale, "Lot {number}", number=one.lot.number), f"/lots/{one.lot.id}") for one in shown]
    return Sheet(
        sentence, [translate(locale, name) for name in names], [_row(one, locale) for one in shown], (1,), links
    )


def _mine(s: Session, actor: Actor, building_id: UUID | None) -> list[MyLot]:
    """By building and number. The parts of others in the same lot stay unseen: only how the lot stands is asked."""
    rows = service.visible(actor, Ownership, Lot, Building).join(Lot, col(Lot.id) == Ownership.lot_id)
    rows = rows.join(Building, col(Building.id) == Ownership.building_id)
    if building_id:
        rows = rows.where(Building.id == building_id)
    order = (unaccented(Building.name), lots.natural(Lot.number), Ownership.started_on)
    by_lot: dict[UUID, MyLot] = {}
    for part, lot, building in s.exec(rows.order_by(*order)):
        if rules.held_on([part], clock.today()):
            if lot.id not in by_lot:
                by_lot[lot.id] = MyLot(lot, building, state=service.lot_standing(s, actor, lot.id))
            by_lot[lot.id].parts.append(part)
    return list(by_lot.values())


def _row(one: MyLot, locale: str) -> tuple[str, ...]:
    kind = translate(locale, LOT_TYPES[LotType(one.lot.type)])
    return (
        f"{one.lot.number} · {kind}",
        f"{number(one.lot.shares, locale)} / {number(one.building.total_shares, locale)}",
        ", ".join(part_words(part, locale) for part in one.parts),
        ", ".join(dict.fromkeys(day(part.started_on, locale) for part in one.parts)),
        number(one.voice, locale) if one.voice else _no_vote(one, locale),
    )


def _no_vote(one: MyLot, locale: str) -> str:
    """Why the reader casts none: no shares yet, nobody may, or another one does."""
    return number(0, locale) if not one.lot.shares else translate(locale, NO_VOTE[one.state])


def part_words(part: Ownership, locale: str) -> str:
    """Whole lot · Full ownership; 1/2 · Usufruct."""
    share = translate(locale, "Whole lot") if part.share == rules.WHOLE else rules.fraction_text(part.share)
    return f"{share} · {translate(locale, rules.RIGHTS[Right(part.right)])}"


# --- Who holds a lot -------------------------------------------------------------------------------------------------

_KIND = (
    r"lots?|kavels?|los(?:es)?|units?|apartments?|flats?|appart(?:ement)?s?|wohnung|studio|garage|box|parking|emplacement"
    r"|parkeerplaats|staanplaats|stellplatz|parking space|cave|kelder|berging|keller|cellar|commerce|magasin"
    r"|handelsruimte|shop"
)
_NUMBER = re.compile(
    rf"\b((?i:{_KIND}))\s+(?i:(?:n\s?[°ºo.]?|nr|num[ée]ro|nummer|number|#)[.:]?\s*)?"
    r"([A-Za-z]{0,3}[.\-/]?\d[\w./-]*|[A-Z]{1,2} \d\w*|[A-Z]\b)"
)


def lot_in(question: str) -> list[str]:
    """What the lot that a question names may be called, its number as typed first: [A12, lot A12]; empty without one."""
    found = _NUMBER.search(question)
    if not found:
        return []
    kind, typed = found[1], found[2].rstrip("./-")
    return [typed, f"{kind} {typed}"]


@requires(Permission.OWNERSHIP_READ)
def who_owns(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """Who holds the lot that the question names, as far as the reader may see: a co-owner sees his own parts only."""
    locale, asked = subject.locale, lot_in(subject.question)
    if not asked:
        return Sheet(translate(locale, "Which lot do you mean? Name it by its number, such as A12."))
    found = _called(s, actor, asked, places(s, actor, subject))
    if not found:
        return _unknown(actor, locale, asked[0])
    held = [(lot, building, h) for lot, building in found for h in service.holders_on(s, actor, lot.id)]
    links = [Link(translate(locale, "Lot {number}", number=lot.number), f"/lots/{lot.id}") for lot, _ in found]
    if not held:
        return Sheet(translate(locale, "Lot {lot} has no owner.", lot=found[0][0].number), links=links)
    rows = [
        (lot.number, building.name, h.name, part_words(h.part, locale), day(h.part.started_on, locale))
        for lot, building, h in held[:ROWS]
    ]
    names = (N_("Lot"), N_("Building"), N_("Owner"), N_("Part"), N_("Since"))
    sentence = _held(actor, locale, found[0][0].number, [h.part for _, _, h in held])
    return Sheet(sentence, [translate(locale, name) for name in names], rows, links=links)


def _called(s: Session, actor: Actor, names: Sequence[str], here: Sequence[UUID]) -> Sequence[tuple[Lot, Building]]:
    """The lots called so, accents, case and the space in A 12 aside."""
    same = {one for name in names for one in (folded(name), folded(name).replace(" ", ""))}
    wanted = lots.visible(actor, Lot, Building).join(Building, col(Building.id) == Lot.building_id)
    wanted = wanted.where(unaccented(Lot.number).in_(same))
    if here:
        wanted = wanted.where(col(Lot.building_id).in_(here))
    return list(s.exec(wanted.order_by(unaccented(Building.name), lots.natural(Lot.number)).limit(ROWS)))


def _held(actor: Actor, locale: str, lot: str, parts: Sequence[Ownership]) -> str:
    if not actor.personal:
        return translate(locale, "Who holds lot {lot} today.", lot=lot)
    if rules.sums_on(parts, clock.today()) == (rules.WHOLE, rules.WHOLE):
        return translate(locale, "Lot {lot} is yours.", lot=lot)
    return translate(locale, "You hold a part of lot {lot}. What others hold of it is not shown to you.", lot=lot)


def _unknown(actor: Actor, locale: str, lot: str) -> Sheet:
    if actor.personal:
        return Sheet(
            translate(
                locale,
                "Lot {lot} is not one of yours. Names, addresses and shares are in the list of co-owners that the syndic gives "
                "to each co-owner who asks for it (art. 3.89 §5 14°).",
                lot=lot,
            )
        )
    return Sheet(translate(locale, "No lot {lot} was found in the buildings that you may see.", lot=lot))


# --- Words -----------------------------------------------------------------------------------------------------------

_WEIGHT = {  # what is counted of a lot, and not its part of a bill
    "fr": r"(?:quotites?|quotes? parts?|tantiemes|milliemes|parts?|voix|votes|lots?)",
    "nl": r"(?:aandelen|aandeel|quotiteit(?:en)?|duizendsten|stemmen|kavels?|loten|delen)",
    "de": r"(?:anteile?n?|miteigentumsanteile?|tausendstel|stimmen|lose)",
    "en": r"(?:shares?|thousandths|votes|lots?|units?|voting power)",
}
_BILL = {
    "fr": r"(?! (?:\w+ )?(?:dans|de|des|du|aux) (?:les |la |l')?(?:charge|frais|cout|travaux|facture|depense|fonds|reserve|budget|dette))",
    "nl": r"(?! (?:in|van) (?:de |het )?(?:\w*kosten|lasten|werken|factu|schuld|budget|reserve|uitgaven|verwarming))",
    "de": r"(?! an (?:den |der |dem )?(?:\w*kosten|lasten|\w*arbeiten|rechnung|schuld|reserve|ausgaben|heizung))",
    "en": r"(?! (?:of|in) (?:the )?(?:\w+ )?(?:cost|charge|works|bill|expense|fund|budget|debt|heating))",
}
_MINE = {
    "fr": of_facts(
        "fr",
        rf"\bcombien de {_WEIGHT['fr']} (?:ai je|j'ai|est ce que (?:j'ai|je (?:possede|detiens))|je (?:possede|detiens)"
        rf"|possede je|detiens je|avons nous|nous avons|possedons nous|sont a moi|m'appartiennent|me reviennent)",
        rf"(?:j'ai|nous avons|je possede) combien de {_WEIGHT['fr']}",
        rf"(?:quel(?:le)?s? (?:est|sont)|c'est quoi|montre\w*(?: moi)?|donne\w*(?: moi)?|affiche\w*|^) ?(?:mes|ma|mon nombre de) {_WEIGHT['fr']}\b{_BILL['fr']}"
        r"(?: (?:dans|de|en|a) .*)?$",
        rf"quel(?:le)?s? {_WEIGHT['fr']} (?:ai je|est ce que (?:j'ai|je possede)|je possede|possede je|m'appartien\w+|sont a (?:moi|mon nom))",
        rf"(?:combien|nombre) de {_WEIGHT['fr']} (?:\w+ )?(?:a|de|pour|compte|represente|fait) (?:mon|ma|mes) (?:lots?|appart\w*|garage|cave|bien)",
        rf"\bmon (?:lot|appart\w*|garage|bien) (?:a|compte|represente|fait)(?: t il)? combien de {_WEIGHT['fr']}",
        r"qu'est ce que je possede|^que possede je",
        r"depuis quand (?:suis je|je suis)(?: \w+)? (?:co ?)?proprietaire",
    ),
    "nl": of_facts(
        "nl",
        rf"\bhoeveel {_WEIGHT['nl']} (?:heb ik|bezit ik|hebben (?:we|wij)|zijn van mij|behoren mij)",
        rf"\bhoeveel {_WEIGHT['nl']} (?:heeft|hebben|telt|vertegenwoordigt|draagt) mijn (?:kavels?|lot|appartement|app|flat|garage|kelder)",
        rf"(?:(?:wat|welke?|hoe groot|hoeveel) (?:is|zijn|bedraagt)|toon(?: me)?|geef(?: me)?|^) ?mijn {_WEIGHT['nl']}\b{_BILL['nl']}"
        r"(?: (?:in|van|op) .*)?$",
        rf"\bwelke {_WEIGHT['nl']} (?:heb ik|bezit ik|zijn van mij|staan op mijn naam|behoren mij)",
        r"^wat bezit ik|^sinds wanneer ben ik (?:\w+ )?(?:mede ?)?eigenaar",
    ),
    "de": of_facts(
        "de",
        rf"\bwie ?viele {_WEIGHT['de']} (?:habe ich|besitze ich|haben wir|gehoren mir)",
        rf"\bwie ?viele {_WEIGHT['de']} (?:hat|zahlt|entfallen auf|tragt) mein\w* (?:los|wohnung|garage|keller)",
        rf"(?:(?:was|wie hoch|wie gross|welche[rs]?) (?:ist|sind)|zeig\w*(?: sie)?(?: mir)?|^) ?meine? {_WEIGHT['de']}\b{_BILL['de']}"
        r"(?: (?:an|am|in|im|auf) .*)?$",
        rf"\bwelche {_WEIGHT['de']} (?:habe ich|besitze ich|gehoren mir)",
        r"^was (?:besitze ich|gehort mir)|^seit wann bin ich (?:\w+ )?(?:mit)?eigentumer",
    ),
    "en": of_facts(
        "en",
        rf"\bhow many {_WEIGHT['en']} (?:do (?:i|we) (?:have|own|hold|carry)|have (?:i|we) got|are mine|belong to me)(?! to\b)",
        rf"\bhow many {_WEIGHT['en']} (?:does|do) my (?:lots?|flat|apartment|unit|garage|cellar) (?:have|carry|hold|represent)",
        rf"(?:(?:what|how (?:big|large))(?: is|'s| are)|show(?: me)?|give me|^) ?my {_WEIGHT['en']}\b{_BILL['en']}(?: (?:of|in|at) .*)?$",
        rf"\b(?:which|what) {_WEIGHT['en']} (?:do i (?:own|have|hold)|are mine|belong to me)",
        r"^what do i own|^(?:since when|how long) (?:am i|have i (?:been|owned))\b.*\b(?:owner|owned|lot|flat)\b",
    ),
}
_NAMED = r"(?:(?:n|nr|no|numero|nummer|number) )?(?:[a-z]{0,3} ?\d\w*|[a-z])\b"
_OWNED = {
    "fr": of_facts(
        "fr",
        rf"(?:a qui (?:est|appartient)|c'est a qui|qui (?:est|sont) (?:le |la |les )?(?:co ?)?proprietaires?(?: actuels?)? (?:de|du|des)"
        rf"|qui (?:possede|detient)|proprietaires? (?:de|du|des)) ?(?:le |la |l')?(?:emplacement de |place de )?(?:{_KIND}) {_NAMED}",
    ),
    "nl": of_facts(
        "nl",
        rf"(?:wie (?:is|zijn) (?:de )?(?:mede ?)?eigena(?:ar|ars|ren|res) van|van wie (?:is|zijn)|wie bezit|wie heeft|aan wie behoort"
        rf"|eigena(?:ar|ars|ren|res) van) (?:de |het )?(?:{_KIND}) {_NAMED}",
    ),
    "de": of_facts(
        "de",
        rf"(?:wem gehort|wer (?:ist|sind) (?:der |die )?(?:mit)?eigentumer(?:in)? (?:von|der|des|vom)|wer (?:besitzt|hat)"
        rf"|eigentumer(?:in)? (?:von|der|des|vom)) (?:das |die |der |den |dem )?(?:{_KIND}) {_NAMED}",
    ),
    "en": of_facts(
        "en",
        rf"(?:who (?:owns|has|holds|possesses)|who(?: is|'s| are) the (?:co ?)?owners? of|whose is|(?:to whom|who) does|(?:co ?)?owners? of)"
        rf" (?:the )?(?:{_KIND}) {_NAMED}",
    ),
}

TOOLS = [
    Tool(
        "my_lots",
        N_("My lots and shares"),
        "For a co-owner: the person's own lots, their shares of the building's total, since when, by which right, and the "
        "votes they carry.",
        Permission.OWN_READ,
        my_lots,
        _MINE,
    ),
    Tool(
        "who_owns",
        N_("Who owns a lot"),
        "Who holds the lot whose number the question names, as far as the person may see: a co-owner sees himself alone.",
        Permission.OWNERSHIP_READ,
        who_owns,
        _OWNED,
    ),
]
