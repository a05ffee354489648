"""Own data of a co-ownership: who its syndic is, and its identity."""

from uuid import UUID

from sqlmodel import Session, col

from koprogo_app.core import belgium, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import N_, day, number, translate
from koprogo_app.core.intents import ASKED_FOR, BUILDING, of_facts, plain
from koprogo_app.core.listing import unaccented
from koprogo_app.core.service import requires
from koprogo_app.core.tools import ROWS, Link, Sheet, Subject, Tool

from . import rules, service
from .models import Building


def places(s: Session, actor: Actor, subject: Subject) -> list[UUID]:
    """The building that the reader looks at, else those that his question names; none for any that he may see.

    NotFound for a building beyond his reach.
    """
    if subject.building_id:
        return [service.get_building(s, actor, subject.building_id).id]
    asked = f" {plain(subject.question)} "
    names = s.exec(service.visible(actor, Building.id, Building.name))
    return [building_id for building_id, name in names if f" {plain(name)} " in asked]


def asked_about(s: Session, actor: Actor, subject: Subject) -> list[Building]:
    """The buildings of places(), or else all: ROWS at most, by name."""
    meant, wanted = places(s, actor, subject), service.visible(actor)
    if meant:
        wanted = wanted.where(col(Building.id).in_(meant))
    return list(s.exec(wanted.order_by(unaccented(Building.name), Building.id).limit(ROWS)))


def none_seen(locale: str) -> Sheet:
    """What a tool says to who may see no building."""
    return Sheet(translate(locale, "No building is open to you yet."))


def _link(b: Building) -> Link:
    return Link(b.name, f"/buildings/{b.id}")


@requires(Permission.BUILDINGS_READ)
def syndic_of_building(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """Who the syndic of the building is and how to reach the office, as the noticeboard says (art. 3.89 §2)."""
    found, locale = asked_about(s, actor, subject), subject.locale
    if len(found) == 1:
        return _syndic(found[0], locale)
    if not found:
        return none_seen(locale)
    columns = (N_("Building"), N_("Syndic"), N_("Telephone"), N_("E-mail"))
    rows = [(b.name, b.syndic_name or "", b.syndic_phone or "", b.syndic_email or "") for b in found]
    sentence = translate(locale, "The syndics of the buildings that you may see.")
    return Sheet(sentence, [translate(locale, name) for name in columns], rows, links=[_link(b) for b in found])


def _syndic(b: Building, locale: str) -> Sheet:
    """One building's noticeboard; what is not entered is left out."""
    reach = {
        N_("Telephone"): b.syndic_phone, N_("E-mail"): b.syndic_email, N_("Address"): b.syndic_address,
        N_("Office hours"): b.syndic_office_hours, N_("Emergencies"): b.syndic_emergency,
        N_("In office since"): day(b.syndic_since, locale), N_("Enterprise number"): belgium.show_kbo(b.syndic_kbo),
    }  # fmt: skip
    rows = [(translate(locale, label), value) for label, value in reach.items() if value]
    if b.syndic_name:
        sentence = translate(locale, "The syndic of {building} is {name}.", building=b.name, name=b.syndic_name)
    else:
        sentence = translate(locale, "Who the syndic of {building} is has not been entered yet.", building=b.name)
    links = [_link(b)]
    if b.slug and b.noticeboard_public:
        links.append(Link(translate(locale, "Public page of the syndic"), f"/syndic/{b.slug}"))
    return Sheet(sentence, rows=rows, links=links)


@requires(Permission.BUILDINGS_READ)
def building_identity(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """Name, address, enterprise number, shares of the deed, period of the ordinary meeting, financial year."""
    found, locale = asked_about(s, actor, subject), subject.locale
    if len(found) == 1:
        return _identity(found[0], locale)
    if not found:
        return none_seen(locale)
    columns = (N_("Building"), N_("Address"), N_("Enterprise number"), N_("Shares"))
    rows = [(b.name, _address(b), belgium.show_kbo(b.kbo), number(b.total_shares, locale)) for b in found]
    sentence = translate(locale, "The buildings that you may see.")
    links = [_link(b) for b in found]
    return Sheet(sentence, [translate(locale, name) for name in columns], rows, (3,), links)


def _identity(b: Building, locale: str) -> Sheet:
    entered = {
        N_("Address"): _address(b),
        N_("Enterprise number"): belgium.show_kbo(b.kbo),
        N_("Total of the shares"): number(b.total_shares, locale),
        N_("Annual meeting"): _window(b, locale),
        N_("Financial year from"): f"{b.fiscal_day:02d}/{b.fiscal_month:02d}",
    }
    missing = translate(locale, "not entered yet")
    rows = [(translate(locale, label), value or missing) for label, value in entered.items()]
    return Sheet(translate(locale, "Association of co-owners {name}", name=b.name), rows=rows, links=[_link(b)])


def _address(b: Building) -> str:
    return f"{b.address}, {b.postal_code} {b.city}"


def _window(b: Building, locale: str) -> str:
    """The fifteen days of the ordinary meeting, under way or next (art. 3.87 §2)."""
    if not (b.meeting_month and b.meeting_day):
        return ""
    first, last = rules.next_window(b.meeting_month, b.meeting_day, clock.today())
    return translate(locale, "between {first} and {last}", first=day(first, locale), last=day(last, locale))


# --- Words -----------------------------------------------------------------------------------------------------------

_SYNDIC = {
    "fr": r"(?:syndic|gestionnaire|gerant)",
    "nl": r"(?:syndicus|beheerder)",
    "de": r"(?:syndikus|(?:haus)?verwalters?)",
    "en": r"(?:syndic|(?:property|building) manager|managing agent)",
}
_REACH = {
    "fr": (
        r"(?:nom|coordonnees|contact|telephone|numero(?: de (?:telephone|gsm))?|gsm|adresse(?: e)?(?: mail| email)?|e ?mail"
        r"|mail|courriel|horaires?(?: de (?:permanence|bureau))?|heures d'ouverture|permanences?)"
    ),
    "nl": (
        r"(?:naam|contactgegevens|gegevens|telefoon(?:nummer)?|gsm(?: nummer)?|nummer|e ?mail ?adres|mailadres|e ?mail"
        r"|adres|openingsuren|permanentie)"
    ),
    "de": (
        r"(?:name|kontaktdaten|kontakt|telefonnummer|telefon|handynummer|nummer|e ?mail ?adresse|mailadresse|e ?mail"
        r"|adresse|anschrift|sprechstunden?|offnungszeiten)"
    ),
    "en": (
        r"(?:name|contact details|details|(?:tele)?phone(?: number)?|number|e ?mail(?: address)?|address|office hours"
        r"|opening hours)"
    ),
}
_SYNDIC_WORDS = {
    "fr": [
        *of_facts(
            "fr",
            rf"\bqui (?:est )?(?:donc |actuellement )?(?:notre|mon|le|votre) {_SYNDIC['fr']}(?: actuel)?"
            rf"(?: (?:de|du|dans) (?:notre|mon|l'|la|cet|ce|cette|le) ?{BUILDING['fr']}(?: \w+){{0,4}})?(?: chez nous)?$",
            rf"(?:notre|mon|le) {_SYNDIC['fr']} (?:c'est|est) qui$|\bquel {_SYNDIC['fr']}$",
            rf"{ASKED_FOR['fr']}{_REACH['fr']} (?:du|de (?:notre|mon|votre)) {_SYNDIC['fr']}$",
            rf"comment (?:puis je |peut on |je peux )?(?:joindre|contacter|appeler|ecrire a|telephoner a) ?"
            rf"(?:notre |mon |le |au )?{_SYNDIC['fr']}$",
            rf"depuis quand (?:notre|mon|le|avons nous ce|est il notre) {_SYNDIC['fr']}\b",
            rf"^qui (?:s'occupe de|gere) (?:notre|mon) {BUILDING['fr']}\b",
        ),
        r"\bnumero (?:d'urgence|de garde|(?:appeler|former) en (?:cas d')?urgence)",
        r"^qui (?:appeler|contacter|dois je (?:appeler|contacter)) en (?:cas d')?urgence$",
    ],
    "nl": [
        *of_facts(
            "nl",
            rf"^wie is (?:nu |momenteel |eigenlijk )?(?:onze|mijn|de|uw|jullie) (?:huidige )?{_SYNDIC['nl']}"
            rf"(?: (?:van|in) (?:ons|onze|het|mijn|dit|de) {BUILDING['nl']}(?: \w+){{0,4}})?$",
            rf"{ASKED_FOR['nl']}{_REACH['nl']} (?:van )?(?:onze |mijn |de |uw )?{_SYNDIC['nl']}$",
            rf"^hoe (?:kan ik|kunnen we|bereik ik|contacteer ik|bel ik|mail ik) (?:onze |mijn |de )?{_SYNDIC['nl']}"
            r"(?: (?:bereiken|contacteren|bellen|mailen))?$",
            rf"^hoe is (?:onze|mijn|de) {_SYNDIC['nl']} (?:te )?bereik\w+$",
            rf"^sinds wanneer (?:is|hebben we)(?: \w+)? (?:onze|mijn|deze|de) {_SYNDIC['nl']}\b",
            rf"^wie beheert (?:ons|onze|mijn|het) {BUILDING['nl']}$",
        ),
        r"\bnoodnummer\b",
        r"^wie (?:bel ik|moet ik bellen) in geval van nood$",
    ],
    "de": [
        *of_facts(
            "de",
            rf"^wer ist (?:denn |derzeit |eigentlich )?(?:unser|mein|der|ihr) {_SYNDIC['de']}"
            rf"(?: (?:von|in|fur|des|dieses|unseres|meines)(?: unserem)? {BUILDING['de']}(?: \w+){{0,4}})?$",
            rf"{ASKED_FOR['de']}{_REACH['de']} (?:des |unseres |meines |vom |von unserem )?{_SYNDIC['de']}$",
            rf"^wie (?:kann ich|konnen wir|erreiche ich|kontaktiere ich) (?:unseren |meinen |den )?{_SYNDIC['de']}"
            r"(?: (?:erreichen|kontaktieren|anrufen))?$",
            rf"^wie ist (?:unser|mein|der) {_SYNDIC['de']} (?:zu erreichen|erreichbar)$",
            rf"^wann hat (?:unser|mein|der) {_SYNDIC['de']} (?:sprechstunde|geoffnet)",
            rf"^seit wann (?:ist|haben wir)(?: \w+)? (?:unser|mein|diesen|der) {_SYNDIC['de']}\b",
            rf"^wer verwaltet (?:unser|unsere|mein|das) {BUILDING['de']}$",
        ),
        r"\b(?:notruf|notfall)nummer\b",
        r"^wen (?:rufe ich|soll ich) im notfall an(?:rufen)?$",
    ],
    "en": [
        *of_facts(
            "en",
            rf"^who(?: is|'s) (?:our|my|the|your) (?:current )?{_SYNDIC['en']}"
            rf"(?: (?:of|for|in) (?:our|my|the|this) {BUILDING['en']}(?: \w+){{0,4}})?$",
            rf"{ASKED_FOR['en']}{_REACH['en']} (?:of|for) (?:our|my|the) {_SYNDIC['en']}$",
            rf"{ASKED_FOR['en']}{_SYNDIC['en']}'?s? {_REACH['en']}$",
            rf"^how (?:do|can) (?:i|we) (?:reach|contact|call|ring|write to|get in touch with|get hold of) (?:our |my |the )?"
            rf"{_SYNDIC['en']}$",
            rf"^since when (?:is|has|have)\b.*\b(?:our|my) {_SYNDIC['en']}\b|^how long (?:has|have)\b.*\bbeen our {_SYNDIC['en']}\b",
            rf"^who (?:manages|runs|looks after) (?:our|my|the) {BUILDING['en']}$",
        ),
        r"\bemergency (?:phone )?number\b",
        r"^who (?:do i|should i) call in an emergency$",
    ],
}
_IDENTITY_WORDS = {
    "fr": of_facts(
        "fr",
        rf"{ASKED_FOR['fr']}(?:numero (?:d'entreprise|(?:de )?bce)|adresse(?: exacte| complete| postale)?|siege(?: social)?"
        rf"|nom (?:exact|officiel|complet)|identite) (?:de|du) (?:notre|mon|l'|la|cette|cet) ?{BUILDING['fr']}(?: \w+){{0,4}}$",
        r"(?:quand|a quelle date|quel jour) (?:commence|debute|se termine|finit) notre (?:exercice|annee comptable)",
        r"(?:dates?|debut|fin|cloture) de notre exercice",
        r"(?:quinzaine|periode|quinze jours|15 jours|quel mois)\b.*\bnotre (?:assemblee|ag)\b|\bnotre (?:periode|quinzaine)\b",
    ),
    "nl": of_facts(
        "nl",
        rf"{ASKED_FOR['nl']}(?:ondernemingsnummer|kbo ?nummer|adres|(?:maatschappelijke )?zetel|(?:officiele )?naam|identiteit)"
        rf" van (?:ons|onze|het|mijn|de|dit) {BUILDING['nl']}(?: \w+){{0,4}}$",
        r"^wanneer (?:begint|start|eindigt|sluit) ons boekjaar|(?:begin|einde) van ons boekjaar",
        r"(?:periode|vijftien dagen|15 dagen|welke maand)\b.*\bonze (?:\w+ )*?(?:jaar)?(?:vergadering|av)\b",
    ),
    "de": of_facts(
        "de",
        rf"{ASKED_FOR['de']}(?:unternehmensnummer|zdu nummer|adresse|anschrift|sitz|(?:offizielle )?name|identitat)"
        rf" (?:der|des|unserer|unseres|meines) {BUILDING['de']}(?: \w+){{0,4}}$",
        r"^wann (?:beginnt|endet) unser (?:geschafts|rechnungs|wirtschafts)jahr|(?:beginn|ende) unseres geschaftsjahres",
        r"(?:zeitraum|funfzehn tage[n]?|15 tage[n]?|welchem monat)\b.*\bunsere (?:\w+ )*?\w*versammlung\b",
    ),
    "en": of_facts(
        "en",
        rf"{ASKED_FOR['en']}(?:enterprise number|company number|cbe number|address|registered office|(?:official |full )?name"
        rf"|identity) of (?:our|my|the|this) {BUILDING['en']}(?: \w+){{0,4}}$",
        r"^when does our (?:financial|accounting) year (?:start|begin|end|close)|(?:start|end) of our financial year",
        r"(?:fortnight|period|fifteen days|15 days|which month)\b.*\bour (?:\w+ )*?(?:meeting|agm)\b",
    ),
}

TOOLS = [
    Tool(
        "syndic_of_building",
        N_("The syndic of the building"),
        "Who the syndic of the person's building is, and how to reach the office: telephone, e-mail, hours, emergencies.",
        Permission.BUILDINGS_READ,
        syndic_of_building,
        _SYNDIC_WORDS,
    ),
    Tool(
        "building_identity",
        N_("Identity card of the building"),
        "Name, address, enterprise number, total of the shares, yearly period of the ordinary meeting and financial year "
        "of the person's building.",
        Permission.BUILDINGS_READ,
        building_identity,
        _IDENTITY_WORDS,
    ),
]
