"""Own data of lots: how many there are, and what the law makes of their number."""

from sqlmodel import Session

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LOCALES, N_, number, translate
from koprogo_app.core.intents import BUILDING, about
from koprogo_app.core.service import requires
from koprogo_app.core.tools import Link, Sheet, Subject, Tool
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.buildings.tools import asked_about, none_seen

from . import rules, service


@requires(Permission.LOTS_READ)
def lots_of_building(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """The lots and shares of a building by type, how many lots count, and whether a council is compulsory (art. 3.90 §1).

    Sums of the whole building, also for a co-owner, who sees no other lot than his own. NotFound beyond his reach.
    """
    gates = [(b, service.shares_gate(s, actor, b.id)) for b in asked_about(s, actor, subject)]
    if not gates:
        return none_seen(subject.locale)
    return _one(*gates[0], subject.locale) if len(gates) == 1 else _several(gates, subject.locale)


def _link(b: Building) -> Link:
    return Link(b.name, f"/buildings/{b.id}/lots")


def _one(b: Building, gate: rules.Gate, locale: str) -> Sheet:
    figures = {"building": b.name, "lots": number(gate.lots, locale), "counted": number(gate.counted, locale)}
    if gate.council:
        sentence = translate(
            locale,
            "Lots of {building}: {lots}, of which {counted} count (cellars, garages and parking spaces do not). From twenty on, "
            "a co-ownership council is compulsory (art. 3.90 §1).",
            **figures,
        )
    else:
        sentence = translate(
            locale,
            "Lots of {building}: {lots}, of which {counted} count (cellars, garages and parking spaces do not). Below twenty, "
            "a co-ownership council is not compulsory (art. 3.90 §1).",
            **figures,
        )
    rows = [
        (translate(locale, rules.LOT_TYPES_MANY[kind]), number(lots, locale), number(gate.by_type[kind], locale))
        for kind, lots in gate.number_of.items()
    ]
    shares = f"{number(gate.total, locale)} / {number(gate.expected, locale)}"
    rows.append((translate(locale, "All lots"), number(gate.lots, locale), shares))
    columns = [translate(locale, name) for name in (N_("Type"), N_("Lots"), N_("Shares"))]
    return Sheet(sentence, columns, rows, (1, 2), [_link(b)])


def _several(gates: list[tuple[Building, rules.Gate]], locale: str) -> Sheet:
    council = {True: translate(locale, N_("compulsory")), False: translate(locale, N_("not compulsory"))}
    rows = [
        (
            b.name,
            number(gate.lots, locale),
            number(gate.counted, locale),
            number(gate.total, locale),
            council[gate.council],
        )
        for b, gate in gates
    ]
    names = (N_("Building"), N_("Lots"), N_("Lots that count"), N_("Shares"), N_("Council"))
    sentence = translate(
        locale,
        "Cellars, garages and parking spaces do not count: from twenty lots on, a co-ownership council is compulsory "
        "(art. 3.90 §1).",
    )
    columns = [translate(locale, name) for name in names]
    return Sheet(sentence, columns, rows, (1, 2, 3), [_link(b) for b, _ in gates])


# --- Words -----------------------------------------------------------------------------------------------------------

_KINDS = {
    "fr": r"lots|appartements|studios|caves|garages|parkings|emplacements|commerces|logements",
    "nl": r"kavels|loten|appartementen|studio's|kelders|garages|parkings?|(?:parkeer|staan)plaatsen|handelsruimtes|woningen",
    "de": r"lose|wohnungen|appartements|keller|garagen|stellplatze|parkplatze|gewerberaume",
    "en": r"lots|units|flats|apartments|studios|cellars|garages|parking spaces|shops",
}
_COUNTED = {
    "fr": r"combien (?:de |d')(?:lots|\w+s)|combien y a t il|combien il y a|(?:nombre|liste|total|somme)(?: total)?",
    "nl": r"hoe ?veel|aantal|lijst|totaal|som",
    "de": r"wie ?viele|anzahl|zahl|liste|summe|gesamtzahl",
    "en": r"how many|number|list|total|sum",
}
_WHOLE = {  # the building as a whole: what one has oneself is another answer
    "fr": rf"avons nous|nous avons|(?:dans|de|compte|a|notre) ?(?:notre|mon|l'|la|cet|cette)? ?{BUILDING['fr']}",
    "nl": rf"hebben (?:we|wij)|(?:in|van|heeft|telt) (?:ons|onze|het|de|dit|mijn) {BUILDING['nl']}",
    "de": rf"haben wir|(?:hat|in|im|von) ?(?:unser\w*|das|der|dem)? ?{BUILDING['de']}|(?:unser\w*|des|der) {BUILDING['de']}",
    "en": rf"do we have|have we|(?:in|of|does|has) (?:our|the|my|this) {BUILDING['en']}",
}
_SHARES = {
    "fr": r"(?:total|somme) des (?:quotites|milliemes|tantiemes|quotes parts)",
    "nl": r"(?:totaal|som) van de (?:aandelen|quotiteiten|duizendsten)",
    "de": r"(?:gesamt)?summe der (?:anteile|tausendstel)",
    "en": r"(?:total|sum) of (?:the |all )?(?:shares|thousandths)",
}
_NOT_COUNTED = {
    "fr": r"ai je|j'ai|combien de (?:voix|votes|quotites)|comptent pour|gerer|mes|partir|seuil",
    "nl": r"heb ik|hoeveel (?:stemmen|aandelen)|tellen mee|beheren|mijn (?:kavels?|aandelen)|vanaf|drempel",
    "de": r"habe ich|wie ?viele (?:stimmen|anteile)|verwalten|meine?|ab wie|schwelle",
    "en": r"do i|how many (?:votes|shares)|manage|mine|from how|threshold",
}
_WORDS = {
    locale: [
        about(locale, _COUNTED[locale], _KINDS[locale], _WHOLE[locale], but=_NOT_COUNTED[locale]),
        about(locale, _SHARES[locale], _WHOLE[locale]),
    ]
    for locale in LOCALES
}

TOOLS = [
    Tool(
        "lots_of_building",
        N_("The lots of the building"),
        "How many lots of each type the person's building has, their shares, how many count for the thresholds of twenty "
        "lots, and whether a co-ownership council is compulsory.",
        Permission.LOTS_READ,
        lots_of_building,
        _WORDS,
    ),
]
