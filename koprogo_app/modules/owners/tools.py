"""Own data of the register of people: what it holds of the reader."""

from datetime import date

from sqlmodel import Session

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LANGUAGE_NAMES, LOCALES, N_, day, translate
from koprogo_app.core.intents import about
from koprogo_app.core.service import requires
from koprogo_app.core.tools import Link, Sheet, Subject, Tool

from . import rules, service


@requires(Permission.OWN_READ)
def my_record(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """Name, address, language, how reached and convened (art. 3.87 §3), as entered. NotFound when the reader is not."""
    locale = subject.locale
    owner = service.read_owner(s, actor, service.my_owner(s, actor).id)
    place = f"{owner.postal_code} {owner.city}".strip()
    entered = {
        N_("Name"): f"{owner.last_name} {owner.first_name}".strip(),
        N_("Address"): ", ".join(part for part in (owner.address, place) if part),
        N_("Language"): LANGUAGE_NAMES.get(owner.language, ""),
        N_("E-mail"): owner.email,
        N_("Telephone"): owner.phone,
    }
    missing = translate(locale, "not entered yet")
    rows = [(translate(locale, label), value or missing) for label, value in entered.items()]
    rows.append((translate(locale, "Notices of meetings"), _channel(owner.email, owner.email_consent_on, locale)))
    sentence = translate(locale, "This is what the register of co-owners holds of you.")
    return Sheet(sentence, rows=rows, links=[Link(translate(locale, "Correct my data"), "/my-data")])


def _channel(email: str | None, consent_on: date | None, locale: str) -> str:
    if rules.channel_of(email, consent_on) == rules.Channel.REGISTERED:
        return translate(locale, "by registered letter (art. 3.87 §3)")
    return translate(locale, "by e-mail, with your consent of {day} (art. 3.87 §3)", day=day(consent_on, locale))


# --- Words -----------------------------------------------------------------------------------------------------------

_DATA = {
    "fr": (
        r"adresse|coordonnees|donnees|informations|infos|e ?mail|mail|telephone|gsm|numero (?:de (?:telephone|gsm))|numero|langue"
    ),
    "nl": r"e ?mail\w*|mail\w*|adres(?:gegevens)?|\w*gegevens|telefoon\w*|gsm\w*|nummer|taal",
    "de": r"e ?mail\w*|mailadresse|adresse|anschrift|kontaktdaten|daten|angaben|telefon\w*|handynummer|nummer|sprache",
    "en": r"e ?mail|address|data|details|information|(?:tele)?phone|number|language",
}
_HELD = {  # what the register says of me
    "fr": r"(?:avez vous|savez vous|vous avez|detenez vous|connaissez vous|enregistree?s?|registre)",
    "nl": r"(?:hebben jullie|heeft u|hebt u|weten jullie|weet u|staat|staan|register|bekend)",
    "de": r"(?:haben sie|habt ihr|wissen sie|steht|stehen|register|gespeichert)",
    "en": r"(?:do you (?:have|hold|know)|have you got|register|registered|on file)",
}
_OF_ME = {
    "fr": r"sur moi|pour moi|de moi|me concernant|a mon sujet|a mon nom",
    "nl": r"(?:van|over|voor) mij|op mijn naam",
    "de": r"(?:uber|von|fur) mich|von mir|auf meinen namen",
    "en": r"(?:about|for|on|of) me|in my name",
}
_MY_DATA = {
    "fr": rf"(?:mon|ma|mes|d') ?(?:{_DATA['fr']})", "nl": rf"mijn (?:{_DATA['nl']})", "de": rf"meine[nr]? (?:{_DATA['de']})",
    "en": rf"my (?:contact |personal |postal )?(?:{_DATA['en']})",
}  # fmt: skip
_ABOUT_IT = {  # to see it, whether it is right, to change it
    "fr": (
        r"quel(?:le)?s? (?:est|sont)|montre\w*|affiche\w*|a jour|correct(?:e?s?)|justes?|exacte?s?|bonnes?|changer?|change|modifier"
        r"|modifie|corriger|actualiser|mettre a jour"
    ),
    "nl": r"(?:wat|welke?) (?:is|zijn)|toon|kloppen|klopt|juist|correct|in orde|wijzig\w*|verander\w*|pas|aan ?passen|verbeteren",
    "de": r"(?:was|wie) (?:ist|sind|lautet|lauten)|zeig\w*|stimmen|stimmt|richtig|korrekt|aktuell|andern?|andere|aktualisier\w*|korrigieren?|berichtigen",
    "en": r"what(?:'s| is| are)|show|correct|right|up to date|change|update|edit",
}
_NOT_DATA = {
    "fr": r"voisin\w*|coproprietaires|syndic|communiqu\w*|affichees?|suffi\w*|donner|conserver|proteg\w*|immeuble|lots?|quote part",
    "nl": r"bu(?:ur|ren)\w*|mede ?eigenaars|syndicus|doorgegeven|gegeven|uithangen|bewaard|beschermd|gebouw|kavels?|loten|open",
    "de": r"nachbar\w*|miteigentumern?|syndikus|weitergegeben|gegeben|aushangen|gespeichert werden|geschutzt|gebaude|lose?",
    "en": r"neighbours?|co ?owners|syndic|given|posted|kept|protected|building|lots?",
}
_CONSENT = {
    "fr": (
        r"(?:(?:ai je|est ce que j'ai|j'ai)\b.*\b(?:accord|consenti\w*|accepte|autorise)\b.*\b(?:e mail|mail|email|electronique)"
        r"|(?:suis je|je suis) convoquee?|(?:dans|en) quelle langue (?:je recois|recois je|est ce que je|m'\w+|sont mes))"
    ),
    "nl": (
        r"(?:heb ik\b.*\b(?:toestemming|akkoord|toegestemd|ingestemd)\b.*\b(?:e mail|mail|elektronisch\w*)|word ik\b.*\bopgeroepen"
        r"|in welke taal (?:krijg|ontvang) ik)"
    ),
    "de": (
        r"(?:habe ich\b.*\b(?:e mail|mail|elektronisch\w*)\b.*\b(?:zugestimmt|eingewilligt)|werde ich\b.*\beinberufen"
        r"|in welcher sprache (?:bekomme|erhalte) ich)"
    ),
    "en": (
        r"(?:(?:did i|have i)\b.*\b(?:agreed?|consent\w*|accept\w*)\b.*\b(?:e ?mail|electronic\w*)|am i convened"
        r"|(?:which|what) language (?:do i (?:get|receive)|are my))"
    ),
}
_WORDS = {
    locale: [
        about(locale, _HELD[locale], _OF_ME[locale], but=_NOT_DATA[locale]),
        about(locale, _MY_DATA[locale], _ABOUT_IT[locale], but=_NOT_DATA[locale]),
        about(locale, _CONSENT[locale], but=r"suffi\w*|volsta\w*|genug\w*|enough"),
    ]
    for locale in LOCALES
}

TOOLS = [
    Tool(
        "my_record",
        N_("My data in the register"),
        "For a co-owner: the name, postal address, language, e-mail address, telephone and consent to e-mail that the register "
        "of co-owners holds of the person, and where to correct them.",
        Permission.OWN_READ,
        my_record,
        _WORDS,
    ),
]
