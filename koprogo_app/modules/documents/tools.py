"""Own data of the vault: which papers there are, by kind and by name, the newest first."""

import re
from typing import Any

from sqlmodel import Session

from koprogo_app.core import clock
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LOCALES, N_, day, number, translate
from koprogo_app.core.intents import about, plain
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
                          r"|peb|keurings?\w*|inspectieverslag\w*|epc|energieausweis|\w*berichte?"
                          r"|reports?|rapports?|energy certificate"),
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
# Words of a request that name no paper, in the four languages: what is left is looked for.
_ASKING = """
aimerais affiche afficher annee avez avoir besoin cherche chercher consulter copie copropriete dernier derniere dernieres derniers
donne donnez dossier envoyer existe immeuble lire montre montrer montrez notre nous ouvrir pouvez puis quels quelles recevoir
residence savoir sont souhaite telecharger toute toutes trouve trouver veux voir voudrais vous disponibles assemblee generale pour
beschikbaar bestaat downloaden eens gebouw geef graag hebben heeft jullie kopie kunnen laatste laten lezen mede eigendom nodig onze
openen recentste residentie stuur sturen tonen toon vind vinden vorig vorige waar welke willen zien zijn zoek algemene vergadering voor
aktuelle anzeigen brauche einsehen finde finden gebaude haben kann konnen kopie lesen letzte letzten letzter letztes mochte neueste
neuesten offnen schicken sehen senden sind suche unser unsere unserem unseren unseres verfugbar welche zeig zeige zeigen
generalversammlung versammlung about available building copy does download find from have last latest looking most need newest open our
please read recent residence send show that the their there this want what where which with your annual general meeting
"""


def category_in(question: str) -> Category | None:
    """The kind of paper that a question names, in any of the four languages."""
    asked = plain(question)
    return next((category for category, words in CALLED if re.search(rf"\b(?:{words})\b", asked)), None)


def words_in(question: str) -> str:
    """The words of a question that a paper may hold: neither those of asking nor the kind of paper; years stay."""
    asking = frozenset(_ASKING.split())
    left = re.sub(rf"\b(?:{_ANY})\b", " ", plain(question))
    return " ".join(word for word in re.findall(r"\d{4}|[^\W\d_]{4,}", left) if word not in asking)


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

_LOOKS = {  # to look for a paper, right before it
    "fr": (
        r"(?:ou (?:est|sont|(?:est|sont) (?:range|classe)e?s?|se trouve(?:nt)?|trouver|trouve t on|(?:puis je|peut on|je peux|on peut) (?:trouver|voir|lire|consulter"
        r"|telecharger|avoir))|^(?:montrez?|donnez?|envoie|envoyez|affichez?|ouvr\w+|trouver?|chercher?)(?: moi| nous)?"
        r"|(?:me|m'|nous) ?(?:montrer|donner|envoyer|transmettre)|(?:je|nous) (?:re)?cherch\w+"
        r"|j(?:e|'ai) (?:voudrais|veux|souhaite|aimerais|besoin)(?: (?:voir|lire|consulter|avoir|recevoir|retrouver|telecharger))?"
        r"|je ne trouve (?:pas|plus)|avez vous|as tu|y a t il|est ce qu'(?:il y a|on a)|avons nous)"
    ),
    "nl": (
        r"(?:waar (?:is|zijn|zitten|vind ik|vinden we|staat|staan|ligt|liggen|zie ik|lees ik|kan ik|kunnen we)|^(?:toon|geef|stuur|open|zoek"
        r"|vind|laat)(?: me| mij| ons| eens)*|(?:ik|we) (?:zoek|zoeken|vind|wil|willen|zou graag)|kan je me|kunnen jullie me"
        r"|kunt u (?:me|mij)|hebben (?:we|wij|jullie)|heeft u|is er|zijn er)"
    ),
    "de": (
        r"(?:wo (?:ist|sind|finde ich|finden wir|steht|stehen|liegt|liegen|kann ich|konnen wir|sehe ich)|^(?:zeig\w*|gib|geben|schick\w*"
        r"|offne|suche|finde)(?: sie)?(?: mir| uns)?|(?:ich|wir) (?:suchen?|finden?|mochten?|brauchen?)|konnen sie mir|konnt ihr mir"
        r"|haben (?:wir|sie)|gibt es)"
    ),
    "en": (
        r"(?:where (?:is|are|do i find|to find|can (?:i|we) (?:find|see|read|get|download))|^(?:show|open|find|give me|send me)(?: me| us)?"
        r"|(?:show|send|give) (?:me|us)|looking for|can't find|(?:i|we) (?:want|need|would like)(?: to (?:see|read|get|have))?"
        r"|do (?:we|you) have|is there|are there)"
    ),
}
_OUR = {
    "fr": (
        r"(?:(?:d')?(?:une? |la |les )?(?:copie|version|exemplaire) (?:de |du |des |d')?)?(?:l'|d'|(?:le|la|les|notre|nos|un|une"
        r"|des|du|de|mes|mon) )*(?:\w+ )??"
    ),
    "nl": r"(?:(?:een |de )?(?:kopie|versie) van )?(?:(?:het|de|ons|onze|een|mijn) )?(?:\w+ ){0,2}?",
    "de": r"(?:(?:eine |die )?(?:kopie|fassung) )?(?:(?:der|die|das|den|des|unser\w*|ein\w*|mein\w*|vom|von) )*(?:\w+ ){0,2}?",
    "en": r"(?:(?:a |the )?(?:copy|version) of )?(?:(?:the|our|an?|any|my) )?(?:\w+ ){0,2}?",
}
_LATEST = {
    "fr": r"^(?:le |la |les |l')?(?:derni\w+ |notre |nos |mes )",
    "nl": r"^(?:de |het )?(?:laatste |onze |ons |mijn |recentste )",
    "de": r"^(?:der |die |das )?(?:letzte\w* |neueste\w* |aktuelle\w* |unsere? |meine )",
    "en": r"^(?:the )?(?:last |latest |newest |most recent |our |my )",
}
_MEETING = {
    "fr": r"(?:de|du) (?:la |l'|notre )?(?:derni\w+ )?(?:ag|assemblee)(?: generale)?(?: (?:de )?\d{4})?$",
    "nl": r"van (?:de |onze )?(?:laatste |vorige )?(?:algemene )?(?:vergadering|av)(?: (?:van )?\d{4})?$",
    "de": r"(?:der|unserer) (?:letzten |vorigen )?(?:general)?versammlung(?: (?:von )?\d{4})?$",
    "en": r"of (?:the |our )?(?:last |previous )?(?:annual )?(?:general )?(?:meeting|agm)(?: (?:of )?\d{4})?$",
}
_MINUTES = dict(CALLED)[Category.MEETING_MINUTES]
_WHICH = {
    "fr": r"^quels (?:documents|papiers)\b.*\b(?:notre|mon|avons nous|disponibles)",
    "nl": r"^welke (?:documenten|papieren)\b.*\b(?:ons|onze|mijn|beschikbaar|hebben we)",
    "de": r"^welche (?:dokumente|unterlagen)\b.*\b(?:unser\w*|mein\w*|haben wir|verfugbar)",
    "en": r"^(?:which|what) (?:documents|papers)\b.*\b(?:our|my|do we have|available)",
}
_WHERE_IS_IT = {
    "fr": r"ou (?:le|la|les) trouver$", "nl": r"waar (?:vind ik|is|zijn|staat|staan)(?: (?:het|die|dat|ze))?$",
    "de": r"wo (?:finde ich|ist|sind)(?: (?:es|sie|das|die))?$", "en": r"where (?:is it|are they|do i find (?:it|them))$",
}  # fmt: skip
_NOT_PAPER = {  # of a paper something is said, or somebody must show it: the law; one's own statement of charges: statements.tools
    "fr": (
        r"qui|comment|locataire|ne me|demander|remettre|montant|solde|prochain\w*|combien|quand|termine|expire|gagne|proces(?! verba)"
        r"|(?:notre|nos|le|les|mon|la) (?:\w+ )+?(?:dit|disent|prevoi\w*|permet\w*|autoris\w*|mentionne\w*|signe\w*|approuve\w*|est|sont|a|ont)"
        r"|(?:mon|mes) (?:derni\w+ )?decomptes?"
    ),
    "nl": (
        r"wie|hoe|huurder|(?:me|mij) (?:\w+ )*?niet|vragen|overhandigen|bedrag|saldo|volgende|hoeveel|wanneer|loopt|gewonnen|proces(?! verba)"
        r"|(?:zegt|zeggen|bepaalt|vermeld\w*|toe|goedgekeurd|ondertekend|gelezen|ontvangen)"
        r"|mijn (?:laatste )?(?:jaar)?afrekening(?:en)?"
    ),
    "de": (
        r"wer|wie|mieter|(?:mir|uns) (?:\w+ )*?nicht|verlange\w*|ubergeben|betrag|saldo|nachste\w*|wieviel|wann|endet|gewonnen|prozess"
        r"|(?:sagt|sagen|regelt|erlaub\w*|verbiete\w*|vermerkt|genehmigt|unterschrieben|erhalten)"
        r"|meine[rn]? (?:letzten? )?(?:jahres)?abrechnung(?:en)?"
    ),
    "en": (
        r"who|how|when|ends?|kept|tenant|won't|ask|hand over|amount|balance of|next|win|court|case|what (?:do|does)"
        r"|(?:says?|allows?|forbids?|mentions?|signed|approved|received)"
        r"|my (?:last |latest )?statements?"
    ),
}
_WORDS = {
    locale: [
        about(locale, rf"{_LOOKS[locale]} {_OUR[locale]}(?:{_ANY})", but=_NOT_PAPER[locale]),
        about(locale, rf"{_LATEST[locale]}(?:{_ANY})", but=_NOT_PAPER[locale]),
        about(
            locale,
            rf"^(?:le |la |les |de |het |der |die |das |the )?(?:{_MINUTES}) {_MEETING[locale]}",
            but=_NOT_PAPER[locale],
        ),
        about(locale, _WHICH[locale]),
        about(locale, rf"^(?:l'|\w+ )?(?:{_ANY})\b.*\b{_WHERE_IS_IT[locale]}", but=_NOT_PAPER[locale]),
    ]
    for locale in LOCALES
}
_WORDS["nl"].append(rf"\bik heb {_OUR['nl']}(?:{_ANY})\b.* nodig$")  # needed by me, not by the law

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
