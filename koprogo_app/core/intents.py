"""What a question asks for, told from its words: figures of a person's own file, or the rule. Pure."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from .i18n import folded

LONGEST = 300  # letters: what is longer tells a story, and no keyword says what it asks
_COURTESY = re.compile(
    r"\b(?:s'il (?:vous|te) plait|svp|stp|merci|bonjour|bonsoir|aub|alstublieft|alsjeblieft|bedankt|hallo|bitte|danke"
    r"|guten tag|please|thanks|thank you|hello)\b"
)
# The building of whoever asks, as he calls it.
BUILDING: Mapping[str, str] = {
    "fr": r"(?:immeuble|copropriete|copro|residence|batiment|acp|association(?: des coproprietaires)?)",
    "nl": r"(?:gebouw|vme|residentie|mede eigendom|appartementsgebouw|vereniging(?: van mede eigenaars)?)",
    "de": r"(?:gebaudes?|hauses|haus|vme|residenz|miteigentums?|vereinigung(?: der miteigentumer)?)",
    "en": r"(?:building|residence|co ownership|block|association(?: of co owners)?)",
}
# How one asks for a thing by its name: "what is the …", "show me the …", or its name alone. For the beginning.
ASKED_FOR: Mapping[str, str] = {
    "fr": (
        r"^(?:(?:quel(?:le)?s? (?:est|sont)|c'est quoi|(?:dis|dites|donne|donnez|montre|montrez|affiche|affichez)(?: moi| nous)?"
        r"|(?:je|nous) (?:cherche|cherchons|voudrais|voudrions|veux|aimerais|souhaite)(?: \w+)?|connaissez vous|avez vous"
        r"|ou (?:trouver|est|puis je trouver)) )?(?:l'|le |la |les |notre |nos |mon |ma |mes |d'|de |un |une )?"
    ),
    "nl": (
        r"^(?:(?:(?:wat|welke?) (?:is|zijn)|(?:geef|toon|zeg)(?: me| mij| ons)?|(?:ik|we) (?:zoek|zoeken|wil|willen)"
        r"|hebben jullie|heeft u|waar (?:vind ik|is|staat)) )?(?:het |de |ons |onze |mijn |een )?"
    ),
    "de": (
        r"^(?:(?:(?:was|wie|welches?) (?:ist|sind|lautet|lauten)|(?:zeig\w*|nenn\w*|gib|geben)(?: sie)?(?: mir| uns)?"
        r"|(?:ich|wir) (?:suchen?|mochten?|brauchen?)|haben sie|wo (?:finde ich|ist|steht)) )?"
        r"(?:der |die |das |den |unser\w* |mein\w* |einen? )?"
    ),
    "en": (
        r"^(?:(?:(?:what|which)(?: is|'s| are)|(?:show|tell|give)(?: me| us)?|(?:i|we) (?:need|want|would like)"
        r"|i(?: am|'m) looking for|do you have|where (?:is|can i find|do i find)) )?(?:the |our |my |an? )?"
    ),
}
# Words of a question about the rule: what may, must or would be, for anybody, is for the law.
_RULE: Mapping[str, str] = {
    "fr": (
        r"si|s'ils?|peut(?! on)|peuvent|pourrai(?:t|ent)|doit|doivent|devrai(?:t|ent)|faut|faudrait|lois?|legal\w*|legaux"
        r"|articles?|art|droits?|majorites?|quorum|unanimite|minimum|maximum|pourquoi|delais?|valables?|valides?|nuls?"
        r"|signifie|definition|difference|responsab\w*|oblig\w*|interdi\w*|sanction\w*|lorsqu\w*|en cas|contester|annuler"
        r"|quand (?:un|une|on|personne)|comment (?:est|sont|se|fixer|calculer|repartir)"
        r"|un (?:co ?proprietaire|proprietaire|syndic|lot|immeuble|locataire|appartement)"
        r"|une (?:copropriete|acp|association|assemblee|ag)"
    ),
    "nl": (
        r"als(?! (?:mede )?eigenaar)|indien|tenzij|mag|mogen|moet|moeten|kunnen(?! (?:we|wij|jullie|u))|kan men|zou|zouden"
        r"|verplicht\w*|wet|wettelijk\w*|artikel\w*|art|recht(?:en)?|meerderheid|quorum|unanimiteit|eenparig\w*|minstens"
        r"|minimum|maximum|maximaal|waarom|termijn|geldig|ongeldig|nodig|betekent|verschil|aansprakelijk\w*|verboden"
        r"|bepaald|vastgesteld|aanvechten|wanneer (?:een|men|je)|hoe (?:wordt|worden|bepaal\w*|bereken\w*)"
        r"|een (?:mede ?eigenaar|eigenaar|syndicus|kavel|gebouw|huurder|appartement|vme|vergadering)"
    ),
    "de": (
        r"wenn|falls|sofern|darf|durfen|durfte|muss|mussen|soll|sollen|sollte|konnen(?! (?:sie|wir))|kann man|pflicht\w*"
        r"|verpflichtet|vorgeschrieben|gesetz\w*|artikel|art|recht(?:e|en)?|berechtigt|mehrheit|quorum|einstimmig\w*"
        r"|mindest\w*|hochst\w*|maximal|warum|wieso|frist\w*|gultig\w*|notig|braucht|bedeutet|unterschied|haft\w*"
        r"|verboten|anfechten|was geschieht|wie (?:wird|werden)"
        r"|ein(?:e|en|em|er|es)? (?:mit)?(?:eigentumers?|syndikus|los|loses|gebaudes?|mieters?|wohnung|versammlung)"
    ),
    "en": (
        r"if|unless|can(?! (?:i|we|you))|could(?! you)|may|might|must|should|shall|have to|has to|needed|required|obliged"
        r"|allowed|entitled|compulsory|mandatory|laws?|legal\w*|article|art|rights?|majority|quorum|unanim\w*|minimum"
        r"|maximum|at (?:least|most)|why|valid|void|deadline|time limit|liab\w*|forbid\w*|forbidden|challenge|in case"
        r"|means?|difference|how (?:is|are)(?! (?:my|our))|how (?:do you|does one)"
        r"|(?:a|an|any|each|every) (?:co ?owner|owner|syndic|lot|building|tenant|co ownership|flat|meeting)"
    ),
}


def plain(question: str) -> str:
    """A question as its words alone: lower case, no accents, one space between them, no courtesies, no sign but '."""
    text = folded(question[: 2 * LONGEST]).replace("œ", "oe").replace("ß", "ss")
    words = re.sub(r"[^\w']+", " ", re.sub("[’‘`´]", "'", text))
    return " ".join(_COURTESY.sub(" ", words).split())


def of_facts(locale: str, *patterns: str) -> list[str]:
    """Expressions that a question of the rule never matches, whatever else it says."""
    return [rf"^(?!.*\b(?:{_RULE[locale]})\b).*?(?:{pattern})" for pattern in patterns]


def says(question: str, patterns: Iterable[str]) -> bool:
    """True when the words of a question match one of the expressions, which are over plain()."""
    asked = plain(question)
    return 0 < len(asked) <= LONGEST and any(_compiled(pattern).search(asked) for pattern in patterns)


@cache  # as many as the code has
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
