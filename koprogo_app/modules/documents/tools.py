"""Own data of the vault: which papers there are, by kind and by name, the newest first."""

import re
from typing import Any

from sqlmodel import Session

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import N_, day, number, translate
from koprogo_app.core.intents import of_facts, plain
from koprogo_app.core.listing import Asked
from koprogo_app.core.service import requires
from koprogo_app.core.tools import Link, Sheet, Subject, Tool
from koprogo_app.modules.buildings.tools import places

from . import rules, service
from .queries import Found
from .rules import Category

SHOWN = 10  # papers of one answer: the page shows the rest
# What lay people call the papers of each kind, in the four languages; the first that fits, the more precise before.
CALLED: tuple[tuple[Category, str], ...] = (
    (Category.INSURANCE, r"polices? d'assurances?|(?:contrats?|attestations?) d'assurances?|assurances?|\w*verzekering\w*|polis"
                         r"|\w*versicherung\w*|insurance(?: (?:policy|policies|contract|certificate))?"),
    (Category.INSPECTION, r"(?:rapports?|attestations?|proces verba(?:l|ux)) (?:de controle|d'inspection|de verification)|certificats? peb"
                          r"|peb|keurings?\w*|inspectieverslag\w*|epc|energieausweis|prufberichte?|inspektionsberichte?"
                          r"|(?:inspection|test) reports?|energy certificate"),
    (Category.REGULATION, r"reglements?(?: d'ordre interieur| de copropriete| interieur| interne)?|roi|statuts|reglement(?:en)?"
                          r"(?: van (?:interne orde|mede eigendom))?|rio|huisregels|huisreglement|statuten|hausordnung"
                          r"|miteigentumsordnung|satzung|(?:internal|house|co ownership) (?:rules|regulations)|statutes|by ?laws"),
    (Category.DEED, r"acte de base|actes? notaries?|basisakte|notariele akte|basisurkunde|notarielle urkunde"
                    r"|(?:basic|notarial|base) deed|deed(?: of base)?"),
    (Category.MEETING_MINUTES, r"pv|proces verba(?:l|ux)|comptes? rendus?(?: de (?:l')?(?:ag|assemblee\w*))?|notulen|verslag(?:en)?"
                               r"|protokolle?|niederschrift|minutes"),
    (Category.WORKS_QUOTE, r"devis|offertes?|kostenvoranschlage?|angebote?|quotes?|quotations?|estimates?"),
    (Category.CONTRACT, r"contrats?|\w*contract(?:en|s)?|\w*overeenkomst(?:en)?|\w*vertrage?|contracts?"),
    (Category.INVOICE, r"factures?|factu(?:ur|ren)|rechnung(?:en)?|invoices?|bills?"),
    (Category.FINANCIAL_STATEMENT, r"comptes(?: annuels)?|bilans?|decomptes?|budgets?|jaarrekening(?:en)?|rekeningen|balans"
                                   r"|\w*afrekening(?:en)?|begroting(?:en)?|\w*abrechnung(?:en)?|bilanz|jahresrechnung"
                                   r"|haushaltsplan|accounts|balance sheets?|statements?"),
    (Category.PLAN, r"plans?(?: de division)?|plannen|\w*plan|plane|floor plans?"),
    (Category.LETTER, r"courriers?|lettres?|brieven|brief|briefe|schreiben|letters?"),
)  # fmt: skip
_ANY = "|".join(words for _, words in CALLED) + "|documents?|documenten|dokumente?|unterlagen|papiers?|papieren|papers?"
# Words of a request that name no paper: what is left is looked for.
_ASKING = frozenset(
    [
        "aimerais",
        "affiche",
        "afficher",
        "annee",
        "avez",
        "avoir",
        "besoin",
        "cherche",
        "chercher",
        "consulter",
        "copie",
        "copropriete",
        "dernier",
        "derniere",
        "dernieres",
        "derniers",
        "document",
        "documents",
        "donne",
        "donnez",
        "dossier",
        "envoyer",
        "existe",
        "immeuble",
        "lire",
        "montre",
        "montrer",
        "montrez",
        "notre",
        "nous",
        "ouvrir",
        "pouvez",
        "puis",
        "recevoir",
        "residence",
        "savoir",
        "souhaite",
        "telecharger",
        "toute",
        "toutes",
        "trouve",
        "trouver",
        "veux",
        "voir",
        "voudrais",
        "vous",
        "bestaat",
        "downloaden",
        "document",
        "documenten",
        "eens",
        "gebouw",
        "geef",
        "graag",
        "hebben",
        "heeft",
        "jullie",
        "kopie",
        "kunnen",
        "laatste",
        "laten",
        "lezen",
        "mede",
        "eigendom",
        "nodig",
        "onze",
        "openen",
        "recentste",
        "residentie",
        "stuur",
        "sturen",
        "tonen",
        "toon",
        "vind",
        "vinden",
        "vorig",
        "vorige",
        "waar",
        "willen",
        "zien",
        "zijn",
        "zoek",
        "aktuelle",
        "anzeigen",
        "brauche",
        "dokument",
        "dokumente",
        "einsehen",
        "finde",
        "finden",
        "gebaude",
        "haben",
        "kann",
        "konnen",
        "kopie",
        "lesen",
        "letzte",
        "letzten",
        "letzter",
        "letztes",
        "mochte",
        "neueste",
        "neuesten",
        "offnen",
        "schicken",
        "sehen",
        "senden",
        "sind",
        "suche",
        "unser",
        "unsere",
        "unseren",
        "unseres",
        "unterlagen",
        "zeig",
        "zeige",
        "zeigen",
        "building",
        "copy",
        "does",
        "document",
        "documents",
        "download",
        "find",
        "from",
        "have",
        "last",
        "latest",
        "looking",
        "most",
        "need",
        "newest",
        "open",
        "please",
        "read",
        "recent",
        "send",
        "show",
        "that",
        "their",
        "there",
        "this",
        "want",
        "where",
        "which",
        "with",
        "would",
        "your",
        "assemblee",
        "generale",
        "vergadering",
        "algemene",
        "versammlung",
        "generalversammlung",
        "meeting",
        "general",
        "annual",
        "pour",
        "uber",
        "voor",
        "over",
    ]
)


def category_in(question: str) -> Category | None:
    """The kind of paper that a question names, in any of the four languages."""
    asked = plain(question)
    return next((category for category, words in CALLED if re.search(rf"\b(?:{words})\b", asked)), None)


def words_in(question: str) -> str:
    """The words of a question that a paper may hold: neither those of asking nor the kind of paper; years stay."""
    left = re.sub(rf"\b(?:{_ANY})\b", " ", plain(question))
    return " ".join(word for word in re.findall(r"\d{4}|[^\W\d_]{4,}", left) if word not in _ASKING)


@requires(Permission.DOCUMENTS_READ)
def find_documents(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """The papers that a question names, as far as the reader may know of them, the newest first; NotFound beyond his reach."""
    locale, category = subject.locale, category_in(subject.question)
    here = places(s, actor, subject)
    everything = Link(translate(locale, "All documents"), f"/buildings/{here[0]}/documents" if here else "/documents")
    found = _found(s, actor, category, words_in(subject.question), str(here[0]) if here else "")
    if not found.rows:
        return Sheet(translate(locale, "No such document is open to you."), links=[everything])
    names = (N_("Document"), N_("Category"), N_("Date"), N_("Building"))
    sentence = translate(locale, "Documents found: {count}, the newest first.", count=number(found.total, locale))
    links = [Link(row.title, f"/buildings/{row.building_id}/documents?document={row.id}") for row in found.rows]
    columns = [translate(locale, name) for name in names]
    return Sheet(sentence, columns, [_row(row, locale) for row in found.rows], links=[*links, everything])


def _found(s: Session, actor: Actor, category: Category | None, words: str, building_id: str) -> Found:
    """By kind and words; words that no paper of the kind holds are left aside, as long as the kind is known."""
    filters = {"building_id": building_id, "category": category.value if category else ""}
    asked = Asked(size=SHOWN, sort="dated_on", descending=True, search=words, filters=filters)
    found = service.list_documents(s, actor, asked)
    if found.rows or not (words and category):
        return found
    return service.list_documents(s, actor, Asked(size=SHOWN, sort="dated_on", descending=True, filters=filters))


def _row(row: Any, locale: str) -> tuple[str, ...]:
    on = row.dated_on or row.created_at.astimezone(clock.BELGIUM).date()
    return row.title, translate(locale, rules.CATEGORIES[row.category]), day(on, locale), row.building


# --- Words -----------------------------------------------------------------------------------------------------------

_PAPER = rf"(?:{_ANY})\b"
_OUR = {
    "fr": r"(?:(?:d')?(?:une? |la |les )?(?:copie|version|exemplaire) (?:de |du |des |d')?)?(?:l'|le |la |les |notre |nos |un |une |des |du |de |d'|mes |mon )*"
          r"(?:dernier\w* |nouve\w+ |recents? )?",
    "nl": r"(?:(?:een |de )?(?:kopie|versie) van )?(?:het |de |ons |onze |een |mijn )?(?:laatste |nieuwste |recentste )?",
    "de": r"(?:(?:eine |die )?(?:kopie|fassung) )?(?:der |die |das |den |des |unser\w* |ein\w* |mein\w* |vom |von )*"
          r"(?:letzte\w* |neueste\w* |aktuelle\w* )?",
    "en": r"(?:(?:a |the )?(?:copy|version) of )?(?:the |our |an? |any |my )?(?:last |latest |newest |most recent )?",
}  # fmt: skip
_HOLDS = {  # what follows the paper of a noun phrase: no verb, else it is a question about it
    "fr": r"(?!.*\b(?:est|sont|a|ont|dit|prevoi\w*|permet\w*|autoris\w*|mentionne|signe\w*|approuve\w*|qui|quoi)\b)",
    "nl": r"(?!.*\b(?:is|zijn|heeft|zegt|zeggen|staat|bepaalt|laat|laten|toe|goedgekeurd|ondertekend|wie)\b)",
    "de": r"(?!.*\b(?:ist|sind|hat|sagt|sagen|steht|erlaub\w*|verbiete\w*|regelt|genehmigt|unterschrieben|wer)\b)",
    "en": r"(?!.*\b(?:is|are|has|have|says?|allows?|forbids?|signed|approved|who|kept)\b)",
}
_WORDS = {
    "fr": of_facts(
        "fr",
        rf"\bou (?:est|sont|se trouve(?:nt)?|trouver|trouve t on|(?:puis je|peut on|est ce qu(?:e je peux|'on peut)) (?:trouver|voir|lire|consulter"
        rf"|telecharger|avoir))(?: encore)? {_OUR['fr']}{_PAPER}",
        rf"(?:montre\w*|donne\w*|envoye\w*|envoie\w*|affiche\w*|ouvr\w+|trouve\w*|cherche\w*|m'envoyer|me (?:donner|montrer|envoyer))(?: moi| nous)? {_OUR['fr']}{_PAPER}",
        rf"\bj(?:e|'ai) (?:voudrais|veux|souhaite|aimerais|besoin)(?: (?:voir|lire|consulter|avoir|recevoir|retrouver|telecharger))? {_OUR['fr']}{_PAPER}",
        rf"(?:avez vous|as tu|y a t il|existe t il|avons nous) {_OUR['fr']}{_PAPER}",
        rf"^(?:le |la |les |l')?(?:dernier\w* |notre |nos ){_PAPER}{_HOLDS['fr']}",
        rf"^(?:le |la |les |l')?{_PAPER} (?:de|du) (?:la |l'|notre )?(?:derniere |precedente )?(?:ag|assemblee)(?: generale)?(?: (?:de )?\d{{4}})?$",
    ),
    "nl": of_facts(
        "nl",
        rf"\bwaar (?:is|zijn|vind ik|vinden we|staat|staan|ligt|liggen|zie ik|lees ik|kan ik|kunnen we) {_OUR['nl']}{_PAPER}",
        rf"(?:toon|geef|stuur|open|zoek|laat)(?: me| mij| ons| eens)* {_OUR['nl']}{_PAPER}",
        rf"(?:ik zoek|ik wil|ik zou graag|kan je me|kunnen jullie me|kunt u mij|kunt u me) {_OUR['nl']}{_PAPER}",
        rf"(?:hebben (?:we|wij|jullie)|heeft u|is er|zijn er|bestaat er) {_OUR['nl']}{_PAPER}",
        rf"^(?:de |het )?(?:laatste |onze |ons |recentste ){_PAPER}{_HOLDS['nl']}",
        rf"^(?:de |het )?{_PAPER} van (?:de |onze )?(?:laatste |vorige )?(?:algemene )?(?:vergadering|av)(?: (?:van )?\d{{4}})?$",
    ) + [rf"\bik heb {_OUR['nl']}{_PAPER} nodig"],
    "de": of_facts(
        "de",
        rf"\bwo (?:ist|sind|finde ich|finden wir|steht|stehen|liegt|liegen|kann ich|konnen wir|sehe ich) {_OUR['de']}{_PAPER}",
        rf"(?:zeig\w*|gib|geben|schick\w*|offne|such\w*)(?: sie)?(?: mir| uns)? {_OUR['de']}{_PAPER}",
        rf"(?:ich suche|ich mochte|ich brauche|konnen sie mir|konnt ihr mir) {_OUR['de']}{_PAPER}",
        rf"(?:haben (?:wir|sie)|gibt es) {_OUR['de']}{_PAPER}",
        rf"^(?:der |die |das )?(?:letzte\w* |neueste\w* |aktuelle\w* |unsere? ){_PAPER}{_HOLDS['de']}",
        rf"^(?:der |die |das )?{_PAPER} (?:der|unserer) (?:letzten |vorigen )?(?:general)?versammlung(?: (?:von )?\d{{4}})?$",
    ),
    "en": of_facts(
        "en",
        rf"\bwhere (?:is|are|do i find|to find|can (?:i|we) (?:find|see|read|get|download)) {_OUR['en']}{_PAPER}",
        rf"(?:show|give|send|open|find)(?: me| us)? {_OUR['en']}(?:\w+ ){{0,2}}?{_PAPER}",
        rf"(?:i(?: am|'m) looking for|i (?:want|need|would like)(?: to (?:see|read|get|have))?) {_OUR['en']}(?:\w+ ){{0,2}}?{_PAPER}",
        rf"(?:do (?:we|you) have|is there|are there) {_OUR['en']}(?:\w+ ){{0,2}}?{_PAPER}",
        rf"^(?:the )?(?:last |latest |newest |most recent |our ){_PAPER}{_HOLDS['en']}",
        rf"^(?:the )?{_PAPER} of (?:the |our )?(?:last |previous )?(?:annual )?(?:general )?(?:meeting|agm)(?: (?:of )?\d{{4}})?$",
    ),
}  # fmt: skip

TOOLS = [
    Tool(
        "find_documents",
        N_("Documents of the building"),
        "Papers of the building that the person may see, by kind or by words of their title and text, the newest first, with "
        "the address to open each.",
        Permission.DOCUMENTS_READ,
        find_documents,
        _WORDS,
    ),
]
