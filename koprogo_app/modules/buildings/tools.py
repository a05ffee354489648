"""Own data of a co-ownership: who its syndic is, and its identity."""

from uuid import UUID

from sqlmodel import Session, col

from koprogo_app.core import belgium, clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LOCALES, N_, day, number, translate
from koprogo_app.core.intents import ASKS, BUILDING, about, plain
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
    return Sheet(rules.association_name(b.name, locale), rows=rows, links=[_link(b)])


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
    "en": r"(?:syndic|(?:property|building) manager|managing agent)(?:'s)?",
}
_REACH = {  # what one needs to reach an office, and to reach it
    "fr": (
        r"(?:nom|coordonnees|contact|telephone|numero|gsm|adresse|e ?mail|mail|courriel|horaires?|heures d'ouverture|permanences?)",
        r"(?:joindre|contacter|appeler|telephoner|ecrire)",
    ),
    "nl": (
        r"(?:naam|(?:contact)?gegevens|telefoon\w*|gsm\w*|\w*nummer|e ?mail\w*|mail\w*|adres|openingsuren|permanentie)",
        r"(?:bereiken|bereik|bereikbaar|contacteren|contacteer|bellen|bel|mailen|schrijven|schrijf)",
    ),
    "de": (
        r"(?:name|kontaktdaten|kontakt|telefon\w*|\w*nummer|e ?mail\w*|mailadresse|adresse|anschrift|sprechstunden?|offnungszeiten)",
        r"(?:erreichen|erreiche|erreichbar|kontaktieren|kontaktiere|anrufen|schreiben|schreibe)",
    ),
    "en": (
        r"(?:name|(?:contact )?details|(?:tele)?phone|number|e ?mail|address|office hours|opening hours)",
        r"(?:reach|contact|call|ring|write to|get in touch with|get hold of)",
    ),
}
_OF = {
    "fr": r"(?:du|de notre|de mon|de votre)", "nl": r"(?:van )?(?:onze|mijn|de|uw)?", "de": r"(?:des|unseres|meines|vom|von unserem)?",
    "en": r"(?:of|for) (?:our|my|the)",
}  # fmt: skip
_THE = {
    "fr": r"(?:(?:notre|mon|le|au) )?", "nl": r"(?:(?:onze|mijn|de) )?", "de": r"(?:(?:unser\w*|mein\w*|de[nmr]) )?",
    "en": r"(?:(?:our|my|the) )?",
}  # fmt: skip
_HOW = {"fr": "comment", "nl": "hoe", "de": "wie|wann", "en": "how"}


def _reach(locale: str) -> str:
    """The name, number… of the syndic; how to reach him: asked for, or the words alone; an enterprise number is another thing."""
    syndic, the, (thing, to_reach) = _SYNDIC[locale], _THE[locale], _REACH[locale]
    of = rf"{thing}(?: \w+){{0,2}}? {_OF[locale]} ?{syndic}(?: (?:de|du|van|des|unser\w*|of) .*{BUILDING[locale]})?$"
    order = rf"{to_reach} (?:(?:ik|we|ich|wir) )?(?:naar |an )?{the}{syndic}$|{syndic}(?: \w+){{0,3}} {to_reach}$|{syndic} {thing}(?: \w+)?$"
    asked = rf"{ASKS[locale]}|{_HOW[locale]}|^(?:\w+ )?(?:\w+')?{thing}|^{the}{syndic}"
    return about(locale, asked, f"{of}|{order}", but=_NOT_REACH[locale])


_NOT_REACH = {
    "fr": r"affich\w*|panneau|entreprise|bce|ipi|justice|mon adresse|communiqu\w*|repond\w*|nouveau|ancien|compte",
    "nl": r"uithang\w*|hangen|bord|ondernemingsnummer|kbo\w*|biv|mijn (?:adres|\w*gegevens|nummer)|antwoordt|nieuwe|vorige|rekening",
    "de": r"aushang\w*|tafel|unternehmensnummer|zdu|meine (?:adresse|\w*daten|nummer)|antwortet|neue[nr]?|fruhere[nr]?|konto",
    "en": r"display\w*|posted|enterprise number|cbe|my (?:address|data|details|number)|answer\w*|new|former|account",
}
_SYNDIC_WORDS = {
    "fr": [
        about(
            "fr",
            rf"qui (?:est |c'est )?(?:donc |actuellement )?(?:notre|mon|le|votre) {_SYNDIC['fr']}(?: actuel)?"
            rf"(?: (?:de|du|dans) (?:notre|mon|l'|la|cet|ce|cette|le) ?{BUILDING['fr']}(?: \w+){{0,4}})?(?: chez nous)?$"
            rf"|(?:notre|mon|le) {_SYNDIC['fr']} (?:c'est|est) qui$|quel {_SYNDIC['fr']}$",
        ),
        _reach("fr"),
        about("fr", rf"depuis quand (?:notre|mon|le|avons nous ce|est il notre) {_SYNDIC['fr']}"),
        about("fr", rf"qui (?:s'occupe de|gere) (?:notre|mon) {BUILDING['fr']}"),
        r"\bnumero (?:d'urgence|de garde|(?:appeler|former) en (?:cas d')?urgence)",
        r"^qui (?:appeler|contacter|dois je (?:appeler|contacter)) en (?:cas d')?urgence$",
    ],
    "nl": [
        about(
            "nl",
            rf"wie is (?:nu |momenteel |eigenlijk )?(?:onze|mijn|de|uw|jullie) (?:huidige )?{_SYNDIC['nl']}"
            rf"(?: (?:van|in) (?:(?:ons|onze|het|mijn|dit|de) )?{BUILDING['nl']}(?: \w+){{0,4}})?$"
            rf"|(?:onze|mijn|de) {_SYNDIC['nl']} wie is dat$",
        ),
        _reach("nl"),
        about("nl", rf"sinds wanneer (?:is|hebben we)(?: \w+)? (?:onze|mijn|deze|de) {_SYNDIC['nl']}"),
        about("nl", rf"wie beheert (?:ons|onze|mijn|het) {BUILDING['nl']}$"),
        r"\bnoodnummer\b",
        r"^wie (?:bel ik|moet ik bellen) in geval van nood$",
    ],
    "de": [
        about(
            "de",
            rf"wer ist (?:denn |derzeit |eigentlich )?(?:unser|mein|der|ihr) (?:jetziger )?{_SYNDIC['de']}"
            rf"(?: (?:von|in|fur|der|des|dieses|unseres|meines)(?: unserem)? {BUILDING['de']}(?: \w+){{0,4}})?$"
            rf"|(?:unser|mein|der) {_SYNDIC['de']} wer ist das$",
        ),
        _reach("de"),
        about("de", rf"seit wann (?:ist|haben wir)(?: \w+)? (?:unser|mein|diesen|der) {_SYNDIC['de']}"),
        about("de", rf"wer verwaltet (?:unser|unsere|mein|das) {BUILDING['de']}$"),
        r"\b(?:notruf|notfall)nummer\b",
        r"^wen (?:rufe ich|soll ich) im notfall an(?:rufen)?$",
    ],
    "en": [
        about(
            "en",
            rf"who(?: is|'s) (?:our|my|the|your) (?:current )?{_SYNDIC['en']}"
            rf"(?: (?:of|for|in) (?:our|my|the|this) {BUILDING['en']}(?: \w+){{0,4}})?$"
            rf"|(?:our|my|the) {_SYNDIC['en']} who is (?:it|that)$",
        ),
        _reach("en"),
        about(
            "en",
            rf"since when (?:is|has|have)\b.*\b(?:our|my) {_SYNDIC['en']}|how long (?:has|have)\b.*\bbeen our {_SYNDIC['en']}",
        ),
        about("en", rf"who (?:manages|runs|looks after) (?:our|my|the) {BUILDING['en']}$"),
        r"\bemergency (?:phone )?number\b",
        r"^who (?:do i|should i) call in an emergency$",
    ],
}
_OUR_BUILDING = {
    "fr": rf"(?:de|du) (?:notre|mon|l'|la|cette|cet) ?{BUILDING['fr']}",
    "nl": rf"van (?:ons|onze|het|mijn|de|dit) {BUILDING['nl']}",
    "de": rf"(?:des|der|unser\w*|meines|dieses) {BUILDING['de']}",
    "en": rf"of (?:our|the|my|this) {BUILDING['en']}",
}
_OUR = {"fr": "notre", "nl": r"(?:ons|onze)", "de": r"unsere?", "en": "our"}
_IDENTITY = {
    "fr": r"numero d'entreprise|(?:numero )?(?:de )?bce|adresse|nom (?:exact|officiel|complet)|identite",
    "nl": r"ondernemingsnummer|kbo ?nummer|adres|(?:officiele )?naam|identiteit",
    "de": r"unternehmensnummer|zdu ?nummer|adresse|anschrift|(?:offizielle )?name|identitat",
    "en": r"enterprise number|company number|cbe number|address|(?:official |full )name|identity",
}
_NOT_IDENTITY = {  # another's address, or what becomes of a number
    "fr": rf"{_SYNDIC['fr']}|voisin\w*|(?<!association des )coproprietaires?|mon adresse|envoyer|ecrire|a t (?:il|elle)|demander?|inscri\w*|assurance",
    "nl": rf"{_SYNDIC['nl']}|bu(?:ur|ren)\w*|(?<!vereniging van )mede ?eigenaars?|mijn adres|sturen|schrijven|heeft|aanvra\w*|inschrij\w*|verzekering",
    "de": rf"{_SYNDIC['de']}|nachbar\w*|(?<!vereinigung der )miteigentumern?|meine adresse|senden|schicken|schreiben|hat|beantrag\w*|versicherung",
    "en": rf"{_SYNDIC['en']}|neighbours?|my address|send|write|does|apply|register(?:ed with)?|insurance",
}
_YEAR = {
    "fr": r"notre (?:exercice|annee comptable)",
    "nl": r"ons boekjaar",
    "de": r"unser(?:es)? (?:geschafts|rechnungs|wirtschafts)jahr(?:es)?",
    "en": r"our (?:financial|accounting) year",
}
_BEGINS = {
    "fr": r"commence|debute|se termine|finit|quand|dates?|debut|fin|cloture",
    "nl": r"begint|start|eindigt|sluit|wanneer|begin|einde",
    "de": r"beginnt|endet|wann|beginn|ende",
    "en": r"starts?|begins?|ends?|closes?|when",
}
_WINDOW = {
    "fr": (
        r"quinzaine|periode|quinze jours|15 jours|quel mois",
        r"notre (?:\w+ )?(?:assemblee|ag)|notre (?:periode|quinzaine)",
    ),
    "nl": (r"periode|vijftien dagen|15 dagen|welke maand", r"onze (?:\w+ ){0,2}(?:jaar)?(?:vergadering|av)"),
    "de": (r"zeitraum|funfzehn tagen?|15 tagen?|welchem monat", r"unsere (?:\w+ ){0,2}\w*versammlung"),
    "en": (r"fortnight|period|fifteen days|15 days|which month", r"our (?:\w+ ){0,2}(?:meeting|agm)"),
}
_IDENTITY_WORDS = {
    locale: [
        about(
            locale,
            rf"{ASKS[locale]}|^(?:\w+ )?(?:l')?(?:{_IDENTITY[locale]})",
            rf"(?:{_IDENTITY[locale]})(?: \w+)? {_OUR_BUILDING[locale]}(?: \w+){{0,3}}$|{_OUR[locale]} (?:{_IDENTITY[locale]})$",
            but=_NOT_IDENTITY[locale],
        ),
        about(locale, _YEAR[locale], _BEGINS[locale]),
        about(locale, *_WINDOW[locale]),
    ]
    for locale in LOCALES
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
