"""What a co-ownership pays for, as people and the chart of accounts call it. Pure; expressions over intents.plain()."""

import re
from collections.abc import Callable, Mapping, Sequence

from .intents import plain

# Each subject: how it is asked for, by language; the labels of its accounts say the same unless LABELS names them apart.
SUBJECTS: Mapping[str, Sequence[str]] = {
    "fr": (
        r"ascenseurs?", r"assurances?", r"nettoyage|femme de menage", r"chauffage|mazout|chaudiere|chaleur", r"eau", r"electricite|electrique",
        r"gaz", r"jardins?|espaces verts", r"syndic", r"concierge(?:rie)?", r"dechets|poubelles|encombrants",
    ),
    "nl": (
        r"lift\w*", r"\w*verzekering\w*", r"schoonmaak\w*|poets\w*|ramen wassen", r"\w*verwarming\w*|stookolie\w*|ketel|warmtenet", r"water\w*",
        r"elektriciteit\w*|stroom\w*", r"gas\w*", r"tuin\w*", r"syndicus\w*", r"concierge\w*", r"afval\w*|grofvuil",
    ),
    "de": (
        r"aufz\w*|lift", r"\w*versicherung\w*", r"reinigung|putz\w*|fensterreinigung|reinigungskosten", r"heiz\w*|fernwarme", r"wasser\w*",
        r"strom\w*|elektro\w*", r"gas\w*", r"garten\w*", r"syndikus", r"hausmeister\w*", r"mull\w*|sperrmull\w*",
    ),
    "en": (
        r"lifts?|elevators?", r"insurances?", r"cleaning|cleaner", r"heating|boiler|heat network", r"water", r"electricity|electrical", r"gas",
        r"gardens?|gardening|grounds", r"syndic(?:'s)?", r"caretaker(?:'s)?", r"waste|rubbish|bulky refuse",
    ),
}  # fmt: skip
LABELS: Mapping[str, Mapping[str, str]] = {  # an insurance or a flat is none of the fee of whom it names
    "fr": {r"syndic": r"(?:honoraires|prestations complementaires) du syndic"},
    "nl": {r"syndicus\w*": r"(?:ereloon|bijkomende prestaties) syndicus"},
    "de": {r"syndikus": r"(?:honorar|zusatzleistungen) des syndikus"},
    "en": {r"syndic(?:'s)?": r"syndic's (?:fees|additional services)"},
}


def any_subject(locale: str) -> str:
    """The expression of all of them, for intents.about()."""
    return "|".join(SUBJECTS[locale])


def meant(question: str, locale: str) -> Callable[[str], bool] | None:
    """Which labels of accounts, in that language, are of what a question is about; none when it names nothing known."""
    asked = plain(question)
    found = [one for one in SUBJECTS.get(locale, ()) if _holds(one, asked)]
    if not found:
        return None
    labels = [LABELS[locale].get(one, one) for one in found]
    return lambda label: any(_holds(one, plain(label)) for one in labels)


def _holds(expression: str, text: str) -> bool:
    return re.search(rf"(?<!\w)(?:{expression})(?!\w)", text) is not None
