"""The words of a question: its language, its abbreviations, what it is when it is no question. Pure."""

import re
import unicodedata
from collections.abc import Mapping

from koprogo_app.core.i18n import LOCALES

LONGEST = 2_000  # letters of a question; a pasted contract is a document

# Words that one of the four languages uses all the time and the others do not.
_COMMON_WORDS: Mapping[str, str] = {
    "fr": "le la les de des du une un est sont quel quelle quels quelles combien comment pourquoi qui que quoi dans pour avec sans sur mon ma mes notre nos votre je tu il elle nous vous ils peut peux dois doit faut ai a-t-il est-ce et ou au aux ce cette être chez pas ne si son sa ses leur leurs depuis entre",
    "nl": "de het een is zijn wat welke hoe hoeveel waarom wie waar wanneer in voor met zonder op mijn onze ons jullie ik jij je hij zij wij u kan kunnen mag mogen moet moeten en of aan bij dit deze dat niet geen als van naar er worden wordt heeft hebben door te om tussen",
    "de": "der die das ein eine einen einem ist sind was welche welcher welches wie viel viele warum wer wo wann in für mit ohne auf mein meine unser unsere ich du er sie wir ihr kann können darf dürfen muss müssen und oder an bei dieser diese dass nicht kein keine wenn von zu zum zur den dem des im werden wird hat haben",
    "en": "the a an is are what which how many much why who where when in for with without on my our your i you he she we they can may must should and or at this that these not no if of to be been do does did has have from it its there between will would",
}
COMMON: Mapping[str, frozenset[str]] = {locale: frozenset(words.split()) for locale, words in _COMMON_WORDS.items()}

# What people write short. Whole words; capitals where a small word exists in the language.
_SHORT: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "AGO": "assemblée générale ordinaire", "AGE": "assemblée générale extraordinaire", "AG": "assemblée générale",
        "ROI": "règlement d'ordre intérieur", "ACP": "association des copropriétaires", "PV": "procès-verbal",
        "CDC": "conseil de copropriété", "RGPD": "protection des données RGPD", "PCMN": "plan comptable minimum normalisé",
        "BCE": "Banque-Carrefour des Entreprises BCE", "DIU": "dossier d'intervention ultérieure", "AR": "arrêté royal",
        "tantièmes": "quotes-parts", "quotités": "quotes-parts", "millièmes": "quotes-parts", "copro": "copropriété",
        "appart": "appartement", "proprio": "propriétaire", "gérant d'immeuble": "syndic",
    },
    "nl": {
        "BAV": "buitengewone algemene vergadering", "AV": "algemene vergadering", "RIO": "reglement van interne orde",
        "VME": "vereniging van mede-eigenaars", "PV": "notulen", "AVG": "gegevensbescherming AVG GDPR",
        "KBO": "Kruispuntbank van Ondernemingen KBO", "MAR": "minimum genormaliseerd rekeningenstelsel",
        "PID": "postinterventiedossier", "KB": "koninklijk besluit", "quotiteiten": "aandelen", "duizendsten": "aandelen",
        "app": "appartement", "verslag": "notulen verslag", "reservefonds": "reservekapitaal", "werkingskapitaal": "werkkapitaal",
        "werkkas": "werkkapitaal", "spaarpot": "reservekapitaal",
    },
    "de": {
        "GV": "Generalversammlung", "VME": "Vereinigung der Miteigentümer", "DSGVO": "Datenschutz DSGVO",
        "HV": "Generalversammlung", "Hausverwalter": "Syndikus", "Verwalter": "Syndikus", "Rücklage": "Reservekapital Rücklage",
        "Reservefonds": "Reservekapital", "Beirat": "Rat der Miteigentümer Beirat", "Wohngeld": "Lasten Vorschuss",
        "KE": "Königlicher Erlass", "Eigentümerversammlung": "Generalversammlung der Eigentümer",
    },
    "en": {
        "AGM": "annual general meeting", "EGM": "extraordinary general meeting", "GM": "general meeting",
        "GDPR": "data protection GDPR", "CBE": "Crossroads Bank for Enterprises", "VAT": "value added tax VAT",
        "property manager": "syndic", "building manager": "syndic", "managing agent": "syndic", "sinking fund": "reserve fund",
        "service charges": "common charges",
    },
}  # fmt: skip
_ANY = {
    "ACP": "fr", "VME": "nl", "ROI": "fr", "RIO": "nl", "AG": "fr", "AV": "nl", "GV": "de", "AGM": "en", "EGM": "en",
}  # fmt: skip
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_HIDDEN = tuple(
    (re.compile(begins, re.I), re.compile(ends, re.I))
    for begins, ends in ((r"<!--", r"-->"), (r"<script\b", r"</script\s*>"), (r"<style\b", r"</style\s*>"))
)


def tidy(text: str) -> str:
    """Text without marks, invisible characters and controls, its spaces single: what may be read, stored and searched."""
    text = unicodedata.normalize("NFC", text)
    for begins, ends in _HIDDEN:
        text = _without(text, begins, ends)
    text = _TAG.sub(" ", text)
    seen = "".join(
        " " if c.isspace() else c
        for c in text
        if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Cn")
    )
    return " ".join(seen.split())


def _without(text: str, begins: re.Pattern[str], ends: re.Pattern[str]) -> str:
    """The text without what stands between two marks; one that is never closed stays. In one pass, whatever the text."""
    out, at = list[str](), 0
    while (start := begins.search(text, at)) and (end := ends.search(text, start.end())):
        out += [text[at : start.start()], " "]
        at = end.end()
    return "".join([*out, text[at:]])


def detect(question: str, preferred: str) -> str:
    """The language a question is written in: the reader's, unless its small words say clearly another of the four."""
    words = re.findall(r"[\w'’-]+", question.lower().replace("’", "'"))
    words += [part for word in words for part in re.split("['-]", word) if part != word]
    hits = {locale: sum(word in common for word in words) for locale, common in COMMON.items()}
    best = max(LOCALES, key=lambda locale: (hits[locale], locale == preferred))
    if hits[best] == hits.get(preferred, 0):
        return preferred
    return best


def foreign(question: str) -> bool:
    """True when most letters of the question are of another alphabet."""
    letters = [c for c in question if c.isalpha()]
    return bool(letters) and sum("LATIN" in unicodedata.name(c, "") for c in letters) * 2 < len(letters)


def expanded(question: str, locale: str) -> str:
    """The question with its abbreviations and everyday words in the words of the law, in the language of the question."""
    for short, long in _SHORT[locale].items():
        pattern = rf"(?<!\w){re.escape(short)}(?!\w)"
        question = re.sub(pattern, long, question, flags=0 if short.isupper() else re.I)
    for short, home in _ANY.items():
        if home != locale:
            question = re.sub(rf"(?<!\w){short}(?!\w)", f"{short} ({_SHORT[home][short]})", question)
    return question
