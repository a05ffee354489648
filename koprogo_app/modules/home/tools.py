"""Own data of the office: what waits to be done."""

from sqlmodel import Session

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import N_, day, number, translate
from koprogo_app.core.intents import of_facts
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import requires
from koprogo_app.core.tools import Link, Sheet, Subject, Tool
from koprogo_app.modules.buildings.tools import places

from . import rules, service
from .rules import When

SHOWN = 10  # things to do of one answer: the first page shows the rest


@requires(Permission.BUILDINGS_WRITE)
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
    "fr": r"(?:en retard|en attente|a faire|urgente?s?|ouvertes?|en cours|en souffrance)",
    "nl": r"(?:te laat|openstaande?|dringende?s?|te doen|achterstallig)",
    "de": r"(?:uberfallig\w*|offen\w*|dringend\w*|verspatet|zu erledigen|zu tun)",
    "en": r"(?:overdue|late|open|urgent|pending|to do|outstanding)",
}
# What one must still do is one's own: there the words of a rule do not count.
_WORDS = {
    "fr": [
        r"^que (?:dois je|devons nous|me faut il|nous faut il) (?:encore )?faire(?: (?:encore|maintenant|aujourd'hui|cette semaine))*$",
        r"^qu'est ce que (?:je dois|nous devons|j'ai) (?:encore )?(?:a )?faire(?: (?:encore|maintenant|aujourd'hui|cette semaine))*$",
        *of_facts(
            "fr",
            r"^(?:que|qu'est ce qu'il|ce qu'il|quoi)(?: me| nous)? reste(?: t il)?(?: encore)?(?: a faire)?(?: (?:aujourd'hui|cette semaine|pour .*|dans .*))?$",
            rf"\b(?:mes|nos) (?:taches|actions|priorites|urgences|choses a faire)(?! (?:comme|en tant))|\bles taches {_LATE['fr']}",
            rf"^(?:qu'est ce qui|quels? dossiers?|quelles? (?:choses|taches)) (?:est|sont|reste\w*|attend\w*|presse|cloche|bloque|manque)"
            rf"(?: encore)?(?: {_LATE['fr']}| a faire)?(?: (?:aujourd'hui|cette semaine|dans (?:mes|nos|notre|l') ?\w+|chez nous))?$",
            rf"^(?:y a t il|ai je|avons nous|est ce qu'il y a)\b.*\b(?:quelque chose|taches?|choses?|points?|dossiers?) (?:d'|de )?{_LATE['fr']}",
            r"^(?:ma |la )?(?:liste (?:de |des )(?:mes )?(?:taches|choses a faire)|to ?do(?: list)?)$",
        ),
    ],
    "nl": [
        r"^wat (?:moet(?:en)?|heb(?:ben)?) (?:ik|we|wij|er) (?:nu |nog |vandaag |deze week |allemaal )*(?:doen|te doen|gebeuren)(?: (?:vandaag|deze week))?$",
        *of_facts(
            "nl",
            rf"\b(?:mijn|onze) (?:{_LATE['nl']} )?(?:taken(?:lijst)?|acties|prioriteiten|todo(?: lijst)?)\b(?! als)",
            rf"^wat (?:is|staat|blijft)(?: er)?(?: nog| allemaal)?(?: {_LATE['nl']}| open)(?: (?:voor|in) .*)?$",
            rf"^welke (?:taken|zaken|dossiers) (?:zijn|staan)(?: nog)? (?:{_LATE['nl']}|open)",
            rf"^(?:is|zijn) er (?:nog )?(?:iets|zaken|taken)\b.*{_LATE['nl']}|^(?:is|zijn) er {_LATE['nl']} (?:zaken|taken)",
        ),
    ],
    "de": [
        r"^was (?:muss ich|mussen wir|habe ich|haben wir|ist) (?:jetzt |noch |heute |diese woche |alles )*(?:erledigen|machen|tun|zu tun|zu erledigen)"
        r"(?: (?:heute|diese woche))?$",
        *of_facts(
            "de",
            rf"\b(?:meine|unsere) (?:{_LATE['de']} )?aufgaben(?:liste)?\b(?! als)",
            rf"^was (?:ist|steht|bleibt)(?: noch| alles| jetzt)?(?: {_LATE['de']}| an)(?: (?:fur|in) .*)?$",
            rf"^welche (?:aufgaben|sachen|dossiers) (?:sind|stehen)(?: noch)? (?:{_LATE['de']}|an)",
            rf"^gibt es (?:noch )?(?:etwas|sachen|aufgaben)\b.*{_LATE['de']}",
        ),
    ],
    "en": [
        r"^what (?:do (?:i|we) (?:still |now )?(?:have|need) to do|(?:must|should) (?:i|we) (?:still )?do|have i got to do)(?: (?:now|today|this week|next))?$",
        *of_facts(
            "en",
            rf"\b(?:my|our) (?:{_LATE['en']} )?(?:tasks|to ?do(?: list)?|priorities)\b(?! as)",
            rf"^what(?: is|'s) (?:still )?(?:{_LATE['en']}|left to do|waiting)(?: (?:for|in) .*)?$|^what waits",
            rf"^(?:which|what) (?:tasks|things|files) are (?:still )?{_LATE['en']}",
            rf"^(?:is|are) (?:there )?(?:anything|something|any tasks|things)\b.*{_LATE['en']}",
        ),
    ],
}

TOOLS = [
    Tool(
        "what_waits",
        N_("What waits"),
        "For the syndic's office: the first ten things to do in its buildings, or in one of them, by day, the checks of the "
        "register that fail among them, with where each is put right.",
        Permission.BUILDINGS_WRITE,
        what_waits,
        _WORDS,
    ),
]
