"""What no rule can say and no tool answers yet: it stands in a building's own papers, or its syndic knows. Pure."""

import re
from collections.abc import Mapping, Sequence

from .file_words import ANOTHER, ANOTHER_RULE, OWN_FILE, OWN_MONEY, Topic
from .i18n import N_
from .intents import BUILDING, says

SAYS: Mapping[Topic, str] = {
    Topic.ACCOUNT: N_(
        "This depends on your own account with the association: your last statement shows it, or ask your syndic."
    ),
    Topic.CALL: N_(
        "This depends on the calls for funds of your own building: the call says how much and by when, or ask your syndic."
    ),
    Topic.COSTS: N_(
        "This depends on the accounts of your own building: look for them among its documents, or ask your syndic."
    ),
    Topic.MINUTES: N_(
        "This depends on what the meeting of your own building decided: look for its minutes among the documents, or ask your "
        "syndic."
    ),
    Topic.RULES: N_(
        "This depends on the statutes and internal rules of your own building: look for them among its documents, or ask your "
        "syndic."
    ),
    Topic.MEETING: N_(
        "This depends on the next meeting of your own building: its notice says where, when and on what, or ask your syndic."
    ),
    Topic.COURT: N_(
        "This depends on the case itself: ask your syndic, who represents the association in court, or the lawyer who pleads it."
    ),
    Topic.WORKS: N_("This depends on what is going on in your own building: your syndic knows how far it is."),
    Topic.ANOTHER: N_("What another co-owner owes or has paid is not shown to you: ask your syndic."),
    Topic.CONTRACTS: N_(
        "This depends on the contracts of your own building: look for them among its documents, or ask your syndic."
    ),
}
# The statutes and internal rules, what they commonly settle, and the words of who asks what they say.
_RULES = {
    "fr": r"(?:notre|nos|mon) (?:reglement|roi|statuts|acte de base)",
    "nl": r"(?:ons|onze|mijn) (?:reglement|rio|statuten|huisregels|huisreglement|basisakte)",
    "de": r"(?:unsere[rn]?|meine[rn]?) (?:hausordnung|miteigentumsordnung|satzung|statuten|basisurkunde|hausregeln)",
    "en": r"(?:our|my) (?:(?:house |internal )?rules|statutes|by ?laws|(?:basic )?deed)",
}
_HABITS = {
    "fr": (
        r"(?:chiens?|chats?|animaux|animal|barbecues?|bbq|airbnb|bruit|musique|linge|velos?|poussettes?|poubelles?|fumer"
        r"|piano)"
    ),
    "nl": (
        r"(?:hond(?:en)?|kat(?:ten)?|huisdier(?:en)?|barbecues?|bbq|airbnb|lawaai|muziek|wasgoed|fietsen|kinderwagens?"
        r"|vuilniszakken|roken|piano)"
    ),
    "de": (
        r"(?:hunde?|katzen?|haustiere?|grillen|grill|airbnb|larm|musik|wasche|fahrrader|kinderwagen|mull|rauchen|klavier)"
    ),
    "en": (
        r"(?:dogs?|cats?|pets?|barbecues?|bbq|airbnb|noise|music|laundry|bikes?|bicycles|prams?|rubbish|smoke|smoking"
        r"|piano)"
    ),
}
_MAY = {
    "fr": r"(?:dit|disent|prevoit|prevoient|parle|permet\w*|autoris\w*|permis\w*|interdi\w*|accept\w*|admis\w*|admet\w*|toler\w*|puis je|peut on|ai je)",
    "nl": r"(?:zegt|zeggen|staat|laat|laten|voorziet|toegelaten|toegestaan|verboden|verbiedt|welkom|mag|mogen|kan)",
    "de": r"(?:sagt|sagen|steht|regelt|erlaub\w*|zugelassen|verbiete[nt]|verboten|gestattet|darf|durfen)",
    "en": r"(?:says?|allow(?:s|ed)?|forbid(?:s|den)?|permit(?:s|ted)?|accept(?:s|ed)?|may|can)",
}
_HERE = {
    "fr": rf"(?:chez nous|notre {BUILDING['fr']}|nos \w+)",
    "nl": rf"(?:bij ons|(?:ons|onze) (?:{BUILDING['nl']}|\w+en))",
    "de": rf"(?:bei uns|unser\w* (?:{BUILDING['de']}|\w+en))",
    "en": rf"(?:at our place|our (?:{BUILDING['en']}|\w+s))",
}
_MAY_I_HAVE = {
    "fr": r"^puis je (?:avoir|garder|prendre|faire) (?:un|une|mon|ma|mes|des|du)",
    "nl": r"^mag ik (?:een|mijn)",
    "de": r"^darf ich (?:einen?|meinen?)",
    "en": r"^(?:can|may) i (?:have|keep|get) (?:a|an|my)",
}
# What is asked of the rules themselves is for the law again: to change or to contest them.
_DECIDING = {
    "fr": r"interdire|modifier|changer|imposer|annuler|contester|majorite|conserve|depose",
    "nl": r"verbieden|wijzigen|veranderen|opleggen|aanvechten|meerderheid|bewaard",
    "de": r"verbieten|andern|auferlegen|anfechten|mehrheit|aufbewahrt",
    "en": r"(?:can|may) (?:we|one|they|the \w+) (?:forbid|ban)|change|amend|impose|challenge|majority|kept",
}


def depends_on_file(question: str, locale: str) -> str | None:
    """The msgid that says where it stands, for a question that plainly asks for what is in a building's own file; else None."""
    if says(question, _own_rules(locale)):
        return SAYS[Topic.RULES]
    if _of_another(question, locale):
        return SAYS[Topic.ANOTHER]
    told = (*OWN_MONEY[locale], *OWN_FILE[locale])
    return next((SAYS[topic] for topic, expression in told if says(question, [expression])), None)


def _of_another(question: str, locale: str) -> bool:
    """True when one of its sentences asks for a neighbour's debts: a story around it does not make it a question of law."""
    asked = rf"^(?!.*\b(?:{ANOTHER_RULE[locale]})\b){ANOTHER[locale]}"
    return any(says(sentence, [asked]) for sentence in re.split(r"[.?!;]\s", question))


def _own_rules(locale: str) -> Sequence[str]:
    """What our rules say, whether a habit is allowed here, or to me: there the words of a rule are those of the question."""
    may, habits = rf"(?=.*\b{_MAY[locale]}\b)", rf"(?=.*\b{_HABITS[locale]}\b)"
    told = (rf"{may}(?=.*\b{_RULES[locale]}\b)", rf"{may}{habits}(?=.*\b{_HERE[locale]}\b)")
    return [
        rf"^(?!.*\b(?:{_DECIDING[locale]})\b)(?:{one})"
        for one in (*told, rf"{_MAY_I_HAVE[locale]} {_HABITS[locale]}\b")
    ]
