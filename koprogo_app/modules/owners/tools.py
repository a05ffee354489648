"""Own data of the register of people: what it holds of the reader."""

from datetime import date

from sqlmodel import Session

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LANGUAGE_NAMES, N_, day, translate
from koprogo_app.core.intents import of_facts
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
        r"(?:adresse(?: e)?(?: mail| email| postale)?|coordonnees|donnees(?: personnelles)?|informations|infos|e ?mail|mail|telephone|gsm"
        r"|numero(?: de (?:telephone|gsm))?|langue)"
    ),
    "nl": (
        r"(?:e ?mail ?adres|mailadres|adres(?:gegevens)?|contactgegevens|(?:persoonlijke |persoons)?gegevens|e ?mail|telefoon(?:nummer)?"
        r"|gsm(?: nummer)?|nummer|taal)"
    ),
    "de": (
        r"(?:e ?mail ?adresse|mailadresse|adresse|anschrift|kontaktdaten|(?:personlichen? )?daten|angaben|e ?mail|telefonnummer"
        r"|handynummer|nummer|sprache)"
    ),
    "en": (
        r"(?:e ?mail(?: address)?|(?:postal )?address|contact (?:details|data)|(?:personal )?(?:data|details|information)"
        r"|(?:tele)?phone(?: number)?|number|language)"
    ),
}
_WORDS = {
    "fr": of_facts(
        "fr",
        rf"\bquel(?:le)?s? {_DATA['fr']} (?:avez vous|connaissez vous|est enregistree?|sont enregistrees?|me concernant|detenez vous|ai je donne)",
        r"(?:qu'avez vous|que savez vous|qu'est ce que vous (?:avez|savez)|que contient le registre|donnees .*) (?:sur moi|a mon sujet|me concernant)",
        rf"\b(?:quel(?:le)?s? (?:est|sont)|montre\w*(?: moi)?|affiche\w*) (?:mon|ma|mes) {_DATA['fr']}(?: (?:dans|chez|enregistre\w*|au) ?.*)?$",
        rf"\b(?:mon|ma|mes) {_DATA['fr']} (?:est|sont) (?:il|elle)s? (?:a jour|correcte?s?|juste|enregistre\w*|bonnes?)",
        rf"(?:changer|modifier|corriger|mettre a jour|changement de|change\w*|actualiser) (?:d'|mon |ma |mes |de ){_DATA['fr']}(?! .*\b(?:du|de la|des)\b)",
        r"(?:ai je|est ce que j'ai|j'ai)\b.*\b(?:accord|consenti\w*|accepte|autorise)\b.*\b(?:e mail|mail|email|electronique|convocations?)",
        r"(?:dans|en) quelle langue (?:je recois|recois je|est ce que je recois|m'ecri\w+|sont mes)|comment (?:suis je|je suis) convoquee?",
    ),
    "nl": of_facts(
        "nl",
        rf"\bwelke? {_DATA['nl']} (?:hebben jullie|heeft u|hebt u|zijn|is|staan?)\b.*\b(?:van mij|over mij|bekend|geregistreerd|in het register|op mijn naam)",
        r"wat (?:weten jullie|staat er|weet u|hebben jullie)\b.*\b(?:over|van) mij\b",
        rf"(?:(?:wat|welke?) (?:is|zijn)|toon(?: me)?) mijn {_DATA['nl']}(?: (?:in|bij|geregistreerd) ?.*)?$",
        rf"\bmijn {_DATA['nl']} (?:nog )?(?:correct|juist|up to date|in orde|kloppen)|(?:kloppen|klopt) mijn {_DATA['nl']}",
        rf"(?:wijzig|verander|pas)(?: ik)? (?:\w+ )?mijn {_DATA['nl']}|mijn {_DATA['nl']} (?:aan ?passen|wijzigen|veranderen|verbeteren|corrigeren)",
        r"\bheb ik\b.*\b(?:toestemming|akkoord|toegestemd|ingestemd)\b.*\b(?:e mail|mail|elektronisch\w*|oproeping\w*|uitnodiging\w*)",
        r"in welke taal (?:krijg|ontvang) ik|hoe word ik opgeroepen|waar pas ik mijn \w+ aan",
    ),
    "de": of_facts(
        "de",
        rf"\bwelche {_DATA['de']} (?:haben sie|habt ihr|sind|ist|steht)\b.*\b(?:mich|mir|gespeichert|eingetragen|im register)",
        r"was (?:wissen sie|steht|haben sie)\b.*\b(?:uber mich|von mir)\b",
        rf"(?:(?:was|wie) (?:ist|sind|lautet|lauten)|zeig\w*(?: sie)?(?: mir)?) meine {_DATA['de']}(?: (?:im|bei|in) .*)?$",
        rf"(?:sind|ist|stimmen|stimmt) meine {_DATA['de']} (?:noch |aktuell|richtig|korrekt)\w*|^stimmen meine {_DATA['de']}(?: noch)?$",
        rf"(?:andere|wechsle|aktualisiere|korrigiere) ich meine {_DATA['de']}|meine {_DATA['de']} (?:andern|korrigieren|aktualisieren|berichtigen)",
        r"\bhabe ich\b.*\b(?:zugestimmt|zustimmung|eingewilligt|einwilligung)\b|\bhabe ich\b.*\be mail\b.*\bzugestimmt",
        r"in welcher sprache (?:bekomme|erhalte) ich|wie werde ich einberufen",
    ),
    "en": of_facts(
        "en",
        rf"\b(?:what|which) {_DATA['en']} (?:do you have|do you hold|is registered|are registered|have you got)\b.*\b(?:me|my name|registered)\b",
        r"what (?:do you know|does the register say|do you have)\b.*\b(?:about|on|of) me\b",
        rf"(?:what(?: is|'s| are)|show(?: me)?) my {_DATA['en']}(?: (?:in|on|with|registered) ?.*)?$",
        rf"(?:is|are) my {_DATA['en']} (?:still )?(?:correct|right|up to date|registered)",
        rf"(?:change|update|correct|edit) my {_DATA['en']}\b(?! .*\b(?:of the|to a)\b)",
        r"\b(?:did i|have i)\b.*\b(?:agreed?|consent\w*|accept\w*)\b.*\b(?:e ?mail|electronic\w*|notices?)",
        r"(?:in )?(?:which|what) language (?:do i (?:get|receive)|are my)|how am i convened",
    ),
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
