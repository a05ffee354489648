"""Own data of distribution keys: what a co-owner's lots weigh in each of them."""

from uuid import UUID

from sqlmodel import Session

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.cost_words import any_subject
from koprogo_app.core.i18n import LOCALES, N_, number, translate
from koprogo_app.core.intents import about, plain
from koprogo_app.core.service import requires
from koprogo_app.core.tools import ROWS, Link, Sheet, Subject, Tool
from koprogo_app.modules.buildings.tools import asked_about, none_seen
from koprogo_app.modules.lots import service as lots

from . import rules, service
from .rules import Key


@requires(Permission.OWN_READ)
def my_share_of(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """What the reader's own lots weigh in each key of his building, or in the one that the question names."""
    found, locale = asked_about(s, actor, subject), subject.locale
    if not found:
        return none_seen(locale)
    rows: list[tuple[str, ...]] = []
    for building in found:
        numbers = {lot.id: lot.number for lot in lots.list_building_lots(s, actor, building.id)}
        keys = _asked(service.list_keys(s, actor, building.id), subject.question)
        where = f"{building.name} · " if len(found) > 1 else ""
        rows += [_row(s, actor, key, numbers, where, locale) for key in keys]
    links = [Link(b.name, f"/buildings/{b.id}") for b in found]
    sentence = translate(
        locale, "What your lots weigh in each distribution key: a cost shared by it falls on them in this part."
    )
    names = (N_("Key"), N_("Your lots"), N_("Your share"), N_("In per cent"))
    return Sheet(sentence, [translate(locale, name) for name in names], rows[:ROWS], (2, 3), links)


def _asked(keys: list[Key], question: str) -> list[Key]:
    """Those whose name the question holds, word for word; else all."""
    asked = f" {plain(question)} ".replace("'", " ")
    named = [key for key in keys if key.own and f" {plain(key.name)} ".replace("'", " ") in asked]
    return named or keys


def _row(s: Session, actor: Actor, key: Key, numbers: dict[UUID, str], where: str, locale: str) -> tuple[str, ...]:
    held = {lot_id: weight for lot_id, weight in service.weights(s, actor, key.id).items() if lot_id in numbers}
    mine = sum(held.values())
    name = key.name if key.own else translate(locale, rules.SHARES_KEY)
    named = ", ".join(numbers[lot_id] for lot_id in held) or translate(locale, "none takes part")
    return (where + name, named, f"{number(mine, locale)} / {number(key.sum, locale)}", _percent(mine, key.sum))


def _percent(mine: int, whole: int) -> str:
    """To the hundredth, for reading only: costs are shared by the whole numbers."""
    hundredths = (20_000 * mine + whole) // (2 * whole) if whole else 0
    return f"{hundredths // 100},{hundredths % 100:02d}\u00a0%"


# --- Words -----------------------------------------------------------------------------------------------------------

_PART = {
    "fr": r"(?:ma|mon|mes) (?:part|quote part|quotite|pourcentage|poids|tantiemes?|milliemes?|parts)|(?:pour )?quelle part",
    "nl": r"mijn (?:deel|aandeel|percentage|gewicht|aandelen)|welk (?:deel|aandeel|percentage)",
    "de": r"mein(?:en)? (?:anteil|prozentsatz|gewicht)|meine anteile|welchen anteil",
    "en": r"(?:my|what) (?:share|part|percentage|weight|shares)",
}
_IN = {
    "fr": r"(?:dans|selon|de|pour) (?:la|ma|notre|chaque) cle|cles? de repartition",
    "nl": r"(?:in|volgens|van) (?:de|elke|onze) (?:verdeel)?sleutels?|\w*sleutels?",
    "de": r"(?:im|nach dem|in jedem|in unserem) (?:\w*schlussel)|verteil\w*schlussel",
    "en": r"(?:in|by|of) (?:the|each|every|our) (?:\w+ )?keys?|distribution keys?",
}
_NOT = {
    "fr": r"comment|calcul\w*|coute\w*|cout\w*|paye\w*|payer|chang\w*|modifi\w*|vend\w*|fixe\w*|travaux|euros?",
    "nl": r"hoe|bereken\w*|kostte|gekost|betaald|betalen|wijzig\w*|gewijzigd|bepaal\w*|\w*werken|euro",
    "de": r"wie wird|berechn\w*|gekostet|bezahlt|zahlen|andern|geandert|festgelegt|\w*arbeiten|euro",
    "en": r"how|worked out|calculated|cost|paid|pay|change\w*|fixed|works|euros?",
}
_ASKED = {
    "fr": r"quel(?:le)?s?|combien|montre\w*|donne\w*|c'est quoi|dis moi",
    "nl": r"wat|welke?|hoe ?veel|toon|geef",
    "de": r"wie ?viel|wie hoch|wie gross|was|welchen|zeig\w*|nenn\w*",
    "en": r"what(?:'s)?|which|show|give|tell",
}
_WORDS = {
    locale: [about(locale, _ASKED[locale], _PART[locale], f"{any_subject(locale)}|{_IN[locale]}", but=_NOT[locale])]
    for locale in LOCALES
}

TOOLS = [
    Tool(
        "my_share_of",
        N_("My share in each key"),
        "For a co-owner: what the person's own lots weigh in each distribution key of the building (lift, heating, the shares of "
        "the deed), or in the key that the question names.",
        Permission.OWN_READ,
        my_share_of,
        _WORDS,
    ),
]
