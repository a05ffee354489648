"""Own data of ownership: what a co-owner holds and how much it weighs, and who holds a lot."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session, col

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.cost_words import any_subject
from koprogo_app.core.i18n import LOCALES, N_, day, folded, number, translate
from koprogo_app.core.intents import ASKS, about
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
    found, locale = _mine(s, actor, places(s, actor, subject)), subject.locale
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


def _mine(s: Session, actor: Actor, here: Sequence[UUID]) -> list[MyLot]:
    """By building and number. The parts of others in the same lot stay unseen: only how the lot stands is asked."""
    rows = service.visible(actor, Ownership, Lot, Building).join(Lot, col(Lot.id) == Ownership.lot_id)
    rows = rows.join(Building, col(Building.id) == Ownership.building_id)
    if here:
        rows = rows.where(col(Building.id).in_(here))
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
    rf"\b((?i:{_KIND}))\s+(?i:n\s?[°º]\.?\s*|n[or]?(?:\.\s*|\s+)|(?:num[ée]ro|nummer|number)\s+|#\s*)?"
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
    alone = len(found) == 1 and rules.sums_on([h.part for _, _, h in held], clock.today()) == (rules.WHOLE, rules.WHOLE)
    sentence = _held(actor, locale, found[0][0].number, alone)
    return Sheet(sentence, [translate(locale, name) for name in names], rows, links=links)


def _called(s: Session, actor: Actor, names: Sequence[str], here: Sequence[UUID]) -> Sequence[tuple[Lot, Building]]:
    """The lots called so, accents, case and the space in A 12 aside."""
    same = {one for name in names for one in (folded(name), folded(name).replace(" ", ""))}
    wanted = lots.visible(actor, Lot, Building).join(Building, col(Building.id) == Lot.building_id)
    wanted = wanted.where(unaccented(Lot.number).in_(same))
    if here:
        wanted = wanted.where(col(Lot.building_id).in_(here))
    return list(s.exec(wanted.order_by(unaccented(Building.name), lots.natural(Lot.number)).limit(ROWS)))


def _held(actor: Actor, locale: str, lot: str, alone: bool) -> str:
    if not actor.personal:
        return translate(locale, "Who holds lot {lot} today.", lot=lot)
    if alone:
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

_MINE = {  # what one has oneself, and lots only in one's own name: "we have twelve lots" is the building
    "fr": (
        r"(?:ai je|j'ai|je (?:possede|detiens)|possede je|detiens je|m'appartien\w+|a moi|mon nom|mon|ma|mes)",
        r"(?:avons nous|nous avons|possedons nous)",
    ),
    "nl": (
        r"(?:heb ik|ik heb|bezit ik|ik bezit|van mij|mijn naam|behoren mij|mijn)",
        r"(?:hebben (?:we|wij)|(?:we|wij) hebben)",
    ),
    "de": (
        r"(?:habe ich|ich habe|besitze ich|ich besitze|gehoren mir|gehort mir|meine?[mn]?)",
        r"(?:haben wir|wir haben)",
    ),
    "en": (
        r"(?:do i|i (?:have|own|hold)|have i|are mine|belong to me|my)",
        r"(?:do we (?:have|own|hold)|we (?:have|own))",
    ),
}
_SHARES = {
    "fr": r"quotites?|quotes? parts?|tantiemes|milliemes|parts?(?! de marche)|voix|votes?",
    "nl": r"aandelen|aandeel|quotiteit(?:en)?|duizendsten|stem(?:men)?",
    "de": r"anteile?n?|miteigentumsanteile?|tausendstel|stimmen?",
    "en": r"shares?|thousandths|votes?|voting power",
}
_LOTS = {"fr": r"lots?", "nl": r"kavels?|loten|lot", "de": r"lose?", "en": r"lots?|units?"}
_NOT_MINE = {  # a part of a bill, votes already cast, what is done with a share
    "fr": (
        r"charges?|frais|couts?|travaux|factures?|depenses?|fonds|reserve|budget|dettes?|chauffage|contre|vote pour|voter"
        r"|procurations?|calcul\w*|chang\w*|modifi\w*|payer?|louer|locataire|indivision|usufruit"
    ),
    "nl": (
        r"\w*kosten|lasten|\w*werken|factu\w+|uitgaven|\w*fonds|\w*reserve\w*|begroting|schuld\w*|verwarming|tegen|stemmen voor"
        r"|volmacht\w*|bereken\w*|gewijzigd|wijzigen|betalen|verhuren|huurder|onverdeeld\w*|vruchtgebruik"
    ),
    "de": (
        r"\w*kosten|lasten|\w*arbeiten|rechnung\w*|ausgaben|\w*kapital|rucklage|haushaltsplan|schuld\w*|heizung|gegen|dafur"
        r"|vollmacht\w*|berechn\w*|geandert|andern|zahlen|vermieten|mieter|ungeteilt|niessbrauch"
    ),
    "en": (
        r"costs?|charges|works|bills?|expenses?|funds?|budget|debts?|heating|against|in favour|proxy|proxies|calculat\w*"
        r"|changed?|pay|let|rent|tenant|undivided|usufruct|need"
    ),
}
_SINCE = {
    "fr": r"depuis quand (?:suis je|je suis)(?: \w+)? (?:co ?)?proprietaire|qu'est ce que je possede|que possede je",
    "nl": r"sinds wanneer ben ik (?:\w+ )?(?:mede ?)?eigenaar|wat bezit ik",
    "de": r"seit wann bin ich (?:\w+ )?(?:mit)?eigentumer|was (?:besitze ich|gehort mir)",
    "en": r"(?:since when am i|how long have i been) (?:the |an? )?(?:co ?)?owner|what do i own",
}
_ALONE = {  # the thing by itself: "my shares"
    "fr": rf"^(?:mes|ma) (?:{_SHARES['fr']}|lots?)$",
    "nl": rf"^mijn (?:{_SHARES['nl']}|kavels?)$",
    "de": rf"^meine? (?:{_SHARES['de']}|lose?)$",
    "en": rf"^my (?:{_SHARES['en']}|lots?)$",
}
_KEY = {"fr": r"cles?", "nl": r"\w*sleutels?", "de": r"\w*schlussel", "en": r"keys?"}  # of distribution: keys.tools
_MINE_WORDS = {
    locale: [
        about(
            locale,
            ASKS[locale],
            "|".join(_MINE[locale]),
            _SHARES[locale],
            but=f"{_NOT_MINE[locale]}|{any_subject(locale)}|{_KEY[locale]}",
        ),
        about(locale, ASKS[locale], _MINE[locale][0], _LOTS[locale], but=f"{_NOT_MINE[locale]}|{_MINE[locale][1]}"),
        about(locale, _SINCE[locale]),
        about(locale, _ALONE[locale]),
    ]
    for locale in LOCALES
}
_NAMED = r"(?:(?:n|nr|no|numero|nummer|number) )?(?:[a-z]{0,3} ?\d\w*|[a-z])"
_OWNER = {
    "fr": r"a qui|proprietaires?|qui (?:possede|detient|a)|titulaires?",
    "nl": r"eigena(?:ar|ars|ren|res)|van wie|wie (?:bezit|heeft)|aan wie behoort",
    "de": r"wem gehort|(?:mit)?eigentumer(?:in)?|wer (?:besitzt|hat)",
    "en": r"owns?|owners?|whose|who (?:has|holds|possesses)|belongs?",
}
_WHO_WORDS = {locale: [about(locale, _OWNER[locale], rf"(?:{_KIND}) {_NAMED}")] for locale in LOCALES}

TOOLS = [
    Tool(
        "my_lots",
        N_("My lots and shares"),
        "For a co-owner: the person's own lots, their shares of the building's total, since when, by which right, and the "
        "votes they carry.",
        Permission.OWN_READ,
        my_lots,
        _MINE_WORDS,
    ),
    Tool(
        "who_owns",
        N_("Who owns a lot"),
        "Who holds the lot whose number the question names, as far as the person may see: a co-owner sees himself alone.",
        Permission.OWNERSHIP_READ,
        who_owns,
        _WHO_WORDS,
    ),
]
