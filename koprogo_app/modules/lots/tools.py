"""Own data of lots: how many there are, and what the law makes of their number."""

from sqlmodel import Session

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import N_, number, translate
from koprogo_app.core.intents import BUILDING, of_facts
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
    "fr": (
        r"(?:de lots|d'appartements|de studios|de caves|de garages|de parkings|d'emplacements(?: de parking)?|de commerces"
        r"|de logements)"
    ),
    "nl": r"(?:kavels|loten|appartementen|studio's|kelders|garages|parkeerplaatsen|staanplaatsen|handelsruimtes|woningen)",
    "de": r"(?:lose|wohnungen|appartements|keller|garagen|stellplatze|gewerberaume)",
    "en": r"(?:lots|units|flats|apartments|studios|cellars|garages|parking spaces|shops)",
}
_B = BUILDING
_COUNCIL = {  # asked of this building: the words of a rule are those of the question
    "fr": (
        rf"\bnotre {_B['fr']} (?:doit (?:il|elle) (?:avoir|constituer|creer)|a t (?:il|elle) besoin|est (?:il|elle) (?:tenu|oblige)e?"
        r"|doit (?:avoir|constituer))\b.*\bconseil\b",
        r"\b(?:devons nous|sommes nous (?:obliges|tenus)|avons nous besoin|faut il chez nous)\b.*\bconseil de copropriete\b",
    ),
    "nl": (
        rf"\b(?:moet|is) (?:ons|onze) {_B['nl']}\b.*\braad\b",
        r"\b(?:moeten (?:we|wij)|zijn (?:we|wij) verplicht|hebben (?:we|wij))\b.*\braad(?: van mede eigendom)?\b",
    ),
    "de": (
        rf"\b(?:muss|braucht) unsere? {_B['de']}\b.*\b(?:rat|beirat)\b",
        r"\b(?:mussen wir|brauchen wir|sind wir verpflichtet)\b.*\b(?:rat der miteigentumer|beirat)\b",
    ),
    "en": (
        rf"\b(?:must|does|should) our {_B['en']}\b.*\bcouncil\b",
        r"\b(?:must we|do we (?:need|have to)|are we (?:obliged|required))\b.*\bcouncil\b",
    ),
}
_WORDS = {
    "fr": [
        *of_facts(
            "fr",
            rf"\bcombien {_KINDS['fr']} (?:(?:y a t il|il y a|est ce qu'il y a) (?:dans|chez|a)|(?:compte|comporte|comprend|a|possede)"
            rf"(?: t (?:il|elle))? (?:notre|l'|mon|la|cet|cette)|avons nous|nous avons|on a|a t on|dans (?:notre|l'|mon|la))",
            rf"(?:y a|avons|avez|compte|comprend) (?:\w+ )?combien {_KINDS['fr']}",
            rf"\bcombien {_KINDS['fr']}(?: y a t il| il y a)?$",
            rf"(?:total|nombre total|somme) des (?:quotites|milliemes|tantiemes|quotes parts) (?:de|dans) (?:notre|l'|la|mon) ?{_B['fr']}",
            rf"(?:nombre|liste|total) (?:total )?des? (?:lots|appartements) (?:de|dans) (?:notre|l'|la|mon) ?{_B['fr']}",
        ),
        *_COUNCIL["fr"],
    ],
    "nl": [
        *of_facts(
            "nl",
            rf"\bhoeveel {_KINDS['nl']} (?:(?:zijn er|zitten er|telt|tellen|heeft|bevat) (?:in |er in )?(?:het|ons|onze|de|dit)\b"
            r"|hebben (?:we|wij))",
            rf"\bhoeveel {_KINDS['nl']}(?: zijn er| hebben we)?$",
            rf"(?:totaal|som) van de (?:aandelen|quotiteiten|duizendsten) (?:van|in) (?:ons|onze|het|de) {_B['nl']}",
            rf"(?:aantal|lijst van de|totaal aantal) (?:kavels|appartementen) (?:van|in) (?:ons|onze|het|de) {_B['nl']}",
        ),
        *_COUNCIL["nl"],
    ],
    "de": [
        *of_facts(
            "de",
            rf"\bwie ?viele {_KINDS['de']} (?:gibt es (?:in|im|bei)|(?:hat|zahlt|umfasst) (?:unser|unsere|das|die|dieses)|sind (?:in|im)"
            r"|haben wir)",
            rf"\bwie ?viele {_KINDS['de']}(?: gibt es| haben wir)?$",
            rf"(?:summe|gesamtzahl|gesamtsumme) der (?:anteile|tausendstel) (?:unseres|unserer|des|der|in unserem|im) {_B['de']}",
            rf"(?:zahl|anzahl|liste) der (?:lose|wohnungen) (?:unseres|unserer|des|der|in unserem|im) {_B['de']}",
        ),
        *_COUNCIL["de"],
    ],
    "en": [
        *of_facts(
            "en",
            rf"\bhow many {_KINDS['en']} (?:are there in|does (?:our|the|my|this)|do we have|have we|are in|in (?:our|the|my))",
            rf"\bhow many {_KINDS['en']}(?: are there| do we have)?$",
            rf"(?:total|sum) of (?:the |all )?(?:shares|thousandths) (?:of|in) (?:our|the|my) {_B['en']}",
            rf"(?:number|list|total number) of (?:lots|flats|units) (?:of|in) (?:our|the|my) {_B['en']}",
        ),
        *_COUNCIL["en"],
    ],
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
