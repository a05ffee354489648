"""What a question asks for, told from its words: figures of a person's own file, or the rule. Pure."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from .i18n import folded

LONGEST = 120  # letters: what is longer tells a story, and no keyword says what it asks
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
# How one asks for a figure or a thing: "how many", "what is", "show me".
ASKS: Mapping[str, str] = {
    "fr": (
        r"combien|quel(?:le)?s?|quoi|qu'est ce que|c'est quoi|(?:dis|dites|donne|donnez|montre|montrez|affiche|affichez)(?: moi)?"
        r"|(?:je|nous) (?:cherche|cherchons|voudrais|voudrions|veux|aimerais|souhaite)"
    ),
    "nl": r"hoe ?veel|wat|welke?|hoe groot|(?:geef|toon|zeg)(?: me| mij)?|(?:ik|we) (?:zoek|zoeken|wil|willen|zou graag)",
    "de": (
        r"wie ?viele?|was|welche[rs]?|wie (?:hoch|gross|lautet|ist)|(?:zeig\w*|nenn\w*|gib|geben)(?: sie)?(?: mir)?"
        r"|(?:ich|wir) (?:suchen?|mochten?|brauchen?)"
    ),
    "en": (
        r"how (?:many|much|big|large)|what(?:'s)?|which|(?:show|tell|give)(?: me)?|(?:i|we) (?:need|want|would like)"
        r"|looking for"
    ),
}
# Words of a question about the rule, or about what to do: what may, must or would be, for anybody, is for the law.
_RULE: Mapping[str, str] = {
    "fr": (
        r"si|s'ils?|peut(?! on)|peuvent|pourrai(?:t|ent)|doit|doivent|devrai(?:t|ent)|faut|faudrait|lois?|legal\w*|legaux"
        r"|articles?|art|droits?|majorites?|quorum|unanimite|minimum|maximum|pourquoi|delais?|valables?|valides?|nuls?"
        r"|signifie|definition|difference|responsab\w*|oblig\w*|interdi\w*|sanction\w*|lorsqu\w*|en cas|contest\w*|annul\w*"
        r"|que faire|qui (?:paie|paye|vote|choisit|decide|nomme|garde|convoque|tient|repare)|refus\w*|vend\w*|vente|achet\w*"
        r"|notaire|herit\w*|opposable|bloquer|suffi\w*|competente?"
        r"|quand (?:un|une|on|personne)|comment (?:est|sont|se|fixer|calculer|repartir|modifier (?:les|notre|nos))"
        r"|un (?:co ?proprietaire|proprietaire|syndic|lot|immeuble|locataire|appartement)"
        r"|une (?:copropriete|acp|association|assemblee|ag)"
    ),
    "nl": (
        r"als(?! (?:mede )?eigenaar)|indien|tenzij|mag|mogen|moet|moeten|kunnen(?! (?:we|wij|jullie|u))|kan men|zou|zouden"
        r"|verplicht\w*|wet|wettelijk\w*|artikel\w*|art|recht(?:en)?|meerderheid|quorum|unanimiteit|eenparig\w*|minstens"
        r"|minimum|maximum|maximaal|waarom|termijn|geldig\w*|ongeldig|nodig|betekent|verschil|aansprakelijk\w*|verboden"
        r"|bepaald|vastgesteld|aanvecht\w*|betwist\w*|wat nu|wat (?:te )?doen|wie (?:betaalt|stemt|kiest|beslist|benoemt|bewaart|herstelt)"
        r"|weiger\w*|verko(?:op|pen|cht|per)\w*|koper|notaris|geerfd|blokkeren|volstaa?t?|bevoegd"
        r"|wanneer (?:een|men|je)|hoe (?:wordt|worden|bepaal\w*|bereken\w*|wijzigen)"
        r"|een (?:mede ?eigenaar|eigenaar|syndicus|kavel|gebouw|huurder|appartement|vme|vergadering)"
    ),
    "de": (
        r"wenn|falls|sofern|darf|durfen|durfte|muss|mussen|soll|sollen|sollte|konnen(?! (?:sie|wir))|kann man|pflicht\w*"
        r"|verpflichtet|vorgeschrieben|gesetz\w*|artikel|art|recht(?:e|en)?|berechtigt|mehrheit|quorum|einstimmig\w*"
        r"|mindest\w*|hochst\w*|maximal|warum|wieso|frist\w*|gultig\w*|notig|braucht|bedeutet|unterschied|haft\w*"
        r"|verboten|anfecht\w*|was geschieht|was tun|wer (?:zahlt|stimmt|wahlt|entscheidet|ernennt|bewahrt|repariert)"
        r"|weiger\w*|verkauf\w*|kaufer|notar|geerbt|blockieren|genugt|zustandig|gilt|wie (?:wird|werden|andern)"
        r"|ein(?:e|en|em|er|es)? (?:mit)?(?:eigentumers?|syndikus|los|loses|gebaudes?|mieters?|wohnung|versammlung)"
    ),
    "en": (
        r"if|unless|can(?! (?:i|we|you)|'t)|could(?! you)|may|might|must|should|shall|have to|has to|needed|required|obliged"
        r"|allowed|entitled|compulsory|mandatory|laws?|legal\w*|article|art|rights?(?! now)|majority|quorum|unanim\w*|minimum"
        r"|maximum|at (?:least|most)|why|valid|void|deadline|time limit|liab\w*|forbid\w*|forbidden|challenge|contest|in case"
        r"|means?|difference|what (?:now|to do)|who (?:pays|votes|chooses|decides|appoints|keeps|repairs)|refus\w*|won't"
        r"|sell\w*|sold|sale|buyer|notary|inherit\w*|block|bind|enough|takes? to|how (?:is|are)(?! (?:my|our))"
        r"|how (?:do you|does one|do we change)"
        r"|(?:a|an|any|each|every) (?:co ?owner|owner|syndic|lot|building|tenant|co ownership|flat|meeting)"
    ),
}


def plain(question: str) -> str:
    """A question as its words alone: lower case, no accents, one space between them, no courtesies, no sign but '."""
    text = folded(question[: 4 * LONGEST]).replace("œ", "oe").replace("ß", "ss")
    words = re.sub(r"[^\w']+", " ", re.sub("[’‘`´]", "'", text))
    return " ".join(_COURTESY.sub(" ", words).split())


def about(locale: str, *parts: str, but: str = "") -> str:
    """The expression that holds when each part stands somewhere in plain(question), as whole words, and `but` nowhere.

    A question of the rule never matches, whatever else it says.
    """
    never = "|".join(words for words in (_RULE[locale], but) if words)
    return rf"^(?!.*\b(?:{never})\b)" + "".join(rf"(?=.*?(?<!\w)(?:{part})(?!\w))" for part in parts)


def says(question: str, patterns: Iterable[str]) -> bool:
    """True when the words of a question match one of the expressions, which are over plain()."""
    asked = plain(question)
    return 0 < len(asked) <= LONGEST and any(_compiled(pattern).search(asked) for pattern in patterns)


@cache  # as many as the code has
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
