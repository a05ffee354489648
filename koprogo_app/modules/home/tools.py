"""Own data of the office: what waits to be done."""

from sqlmodel import Session

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LOCALES, N_, day, number, translate
from koprogo_app.core.intents import about
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import requires
from koprogo_app.core.tools import Link, Sheet, Subject, Tool
from koprogo_app.modules.buildings.tools import places

from . import rules, service
from .rules import When

SHOWN = 10  # things to do of one answer: the first page shows the rest


@requires(Permission.LEDGER_POST)
def what_waits(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """The first things to do, the checks of the register that fail among them, with where each is put right.

    NotFound for a building beyond the reader's reach; Invalid outside an organisation.
    """
    locale, here = subject.locale, places(s, actor, subject)
    found = service.list_todo(s, actor, Asked(size=SHOWN), here[0] if here else None)
    everything = Link(translate(locale, "All that waits"), f"/buildings/{here[0]}" if here else "/")
    if not found.total:
        return Sheet(translate(locale, "Nothing waits."), links=[everything])
    figures = {"count": number(found.total, locale), "late": number(found.by_when[When.LATE], locale)}
    sentence = translate(
        locale, "Things to do: {count}, of which late: {late}. The most pressing come first.", **figures
    )
    rows: list[tuple[str, ...]] = []
    links: dict[str, Link] = {}  # one for each address
    for task in found.tasks:
        words = rules.worded(task, locale)
        rows.append((words.title, words.hint, day(task.due, locale)))
        links.setdefault(task.href, Link(f"{words.act} · {task.building or words.title}", task.href))
    names = (N_("What to do"), N_("Where"), N_("By"))
    columns = [translate(locale, name) for name in names]
    return Sheet(sentence, columns, rows, links=[*links.values(), everything])


# --- Words -----------------------------------------------------------------------------------------------------------

_LATE = {
    "fr": r"(?:en retard|en attente|a faire|d'?urgente?s?|urgente?s?|ouvertes?|en souffrance|reste\w*|attend\w*)",
    "nl": r"(?:te laat|open(?:staande?)?|dringende?s?|te doen|achterstallig|wacht\w*)",
    "de": r"(?:uberfallig\w*|offen\w*|dringend\w*|verspatet|zu erledigen|zu tun|ansteh\w*|steht (?:noch )?an|noch an)",
    "en": r"(?:overdue|late|open|urgent|pending|to do|outstanding|waiting|waits|left)",
}
_THINGS = {
    "fr": r"(?:que|qu'est ce qui|qu'est ce qu'il|quelque chose|quel(?:le)?s? (?:choses|taches|dossiers|points)|(?:des|les) (?:choses|taches))",
    "nl": r"(?:wat|iets|(?:welke )?(?:taken|zaken|dossiers))",
    "de": r"(?:was|etwas|(?:welche )?(?:aufgaben|sachen|dossiers))",
    "en": r"(?:what(?:'s)?|anything|something|(?:which |what )?(?:tasks|things|files))",
}
_MINE = {
    "fr": r"(?:mes|nos|ma liste de|la liste des) (?:taches|priorites|urgences|choses a faire|actions a faire)|ma to ?do(?: list)?",
    "nl": rf"(?:mijn|onze) (?:{_LATE['nl']} )?(?:taken(?:lijst)?|prioriteiten|to ?do(?: lijst)?)",
    "de": rf"(?:meine|unsere) (?:{_LATE['de']} )?(?:aufgaben(?:liste)?|prioritaten|to ?do(?: liste)?)",
    "en": rf"(?:my|our) (?:{_LATE['en']} )?(?:tasks|priorities|to ?do(?: list)?)",
}
_NOT_MINE = {  # the tasks of an office in general, money, what others still have, votes
    "fr": r"syndic|conseil|assemblee|ag|paiements?|charges|appels?|comme|en tant que|acheteur|apres|avant|fonds|payer|voter|proces",
    "nl": r"syndicus|raad|vergadering|av|betalingen?|lasten|betalen|als|koper|na|voor (?:de|het) verkoop|fonds|stemmen",
    "de": r"syndikus|rates|rat|versammlung|zahlungen?|lasten|zahlen|als|kaufer|nach|vor|kapital|abstimmen",
    "en": r"syndic|council|meeting|payments?|charges|pay|as|buyer|after|before|fund|vote",
}
# What one must still do is one's own: there the words of a rule do not count.
_TODAY = {
    "fr": r"(?: (?:encore|maintenant|aujourd'hui|cette semaine|d'abord|en priorite|en premier))*$",
    "en": r"(?: (?:now|today|this week|next|first))*$",
}
_MUST = {
    "fr": (
        rf"^(?:que (?:dois je|devons nous)|qu'est ce que (?:je dois|nous devons|j'ai a|il me reste a)) (?:encore )?faire{_TODAY['fr']}"
    ),
    "nl": (
        r"^wat (?:moet(?:en)?|heb(?:ben)?) (?:ik|we|wij|er) (?:nu |nog |eerst |vandaag |deze week |allemaal )*"
        r"(?:doen|te doen|gebeuren)(?: (?:vandaag|deze week|eerst))?$"
    ),
    "de": (
        r"^was (?:muss ich|mussen wir|habe ich|haben wir|ist) (?:jetzt |noch |zuerst |heute |diese woche |alles )*"
        r"(?:erledigen|machen|tun|zu tun|zu erledigen)(?: (?:heute|diese woche|zuerst))?$"
    ),
    "en": (
        r"^what (?:do (?:i|we) (?:still |now )?(?:have|need) to do|(?:must|should) (?:i|we) (?:still )?do|have i got to do)"
        rf"{_TODAY['en']}"
    ),
}
_WORDS = {
    locale: [
        _MUST[locale],
        about(locale, _MINE[locale], but=_NOT_MINE[locale]),
        about(locale, rf"^(?:\w+ ){{0,4}}?{_THINGS[locale]}", _LATE[locale], but=_NOT_MINE[locale]),
    ]
    for locale in LOCALES
}

TOOLS = [
    Tool(
        "what_waits",
        N_("What waits"),
        "For the syndic's office: the first ten things to do in its buildings, or in one of them, by day, the checks of the "
        "register that fail among them, with where each is put right.",
        Permission.LEDGER_POST,
        what_waits,
        _WORDS,
    ),
]
