"""What an answer is, which sentences it quotes, when a building's paper contradicts the law, and whom to ask. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any, Literal, Self

from koprogo_app.core.actor import Role
from koprogo_app.core.i18n import N_, folded
from koprogo_app.modules.knowledge import citations
from koprogo_app.modules.knowledge.rules import sentences
from koprogo_app.modules.writing import figures, lexicon

Band = Literal["answer", "unsure", "refuse", "data", "file"]
QUOTED, OF_PAPER = 3, 2  # sentences of an answer at most, and of each paper beside it
NEAR = 0.12  # a sentence this much less like the question than the best one still belongs to the answer
BEYOND = 0.8  # a subject that is not covered, this near to the best entry, is what the question is about
PLAINLY_LAW = 0.985  # as sure as this, the law answers although the words could also ask for one's own file
ELSEWHERE = 0.05  # a short question less probable than this is about something else, whatever was asked before it
PLAINLY_BEYOND = 0.95  # so is one as near as this to a subject that is not covered
SEE = 4  # closest provisions shown beside an answer

DISCLAIMER = N_("Information, not legal advice.")
BANDS: Mapping[str, str] = {
    "answer": N_("Answer"),
    "unsure": N_("Not sure: the closest provisions"),
    "refuse": N_("I don't know"),
    "data": N_("From your own data"),
    "file": N_("It stands in your building's own file"),
}
SECOND_HAND = N_("The wording of this provision was read in a secondary source, not in the official gazette.")
UNSURE = N_("I found no provision that plainly answers this. These come closest; read them before relying on them.")
UNKNOWN = N_("I don't know. I answer questions on Belgian co-ownership law and on the use of KoproGo.")
CODE_PREVAILS = N_(
    "Your building says {paper}, the Code says {law}. A rule of the building cannot set the Code aside: it counts only where "
    "the Code lets it go further."
)
PAPER_FIRST = N_("Where it differs from the Code, the Code prevails.")
FOR_MACHINES = N_("A passage of “{paper}” is written for a machine and not for people: it is not quoted.")

ASK_SYNDIC = N_("Ask your syndic or the co-ownership council, who know your building.")
ASK_LAWYER = N_("Ask a lawyer before going to court: some periods cannot be recovered.")
ASK_NOTARY = N_("Ask the notary who handles the sale.")
ASK_AUDITOR = N_("Ask the auditor of the accounts or an accountant.")
ASK_PRIVACY = N_("Ask the Data Protection Authority (APD/GBA).")
ASK_REGION = N_("Ask the energy or housing desk of your Region.")
ASK_PROFESSION = N_("Ask a lawyer, a notary or your professional association.")
_TOPICS: Sequence[tuple[str, str]] = (  # the first beginning that fits
    ("be.cc.3.92", ASK_LAWYER), ("be.cc.3.93.p5", ASK_LAWYER), ("be.cc.3.94", ASK_NOTARY), ("be.cc.3.95", ASK_NOTARY),
    ("how.sell", ASK_NOTARY), ("be.kb.20120712", ASK_AUDITOR), ("how.accounts", ASK_AUDITOR), ("be.vat", ASK_AUDITOR),
    ("eu.gdpr", ASK_PRIVACY), ("vlg", ASK_REGION), ("bxl", ASK_REGION), ("wal", ASK_REGION), ("dg", ASK_REGION),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cite:
    """A numbered source: an article, or a page of a building's paper."""

    id: int
    uid: str  # of an article; empty for a paper
    label: str  # as a reader would quote it
    title: str
    href: str
    lang: str
    paper: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the answer and the numbers of the sources it rests on."""

    text: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Own data, worded and laid out by the application."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numeric: tuple[int, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown and kept. Every text is worded in `locale`."""

    band: Band
    locale: str
    said: tuple[Said, ...] = ()
    cites: tuple[Cite, ...] = ()
    own: tuple[Said, ...] = ()  # from the building's own papers, apart from the law
    notes: tuple[str, ...] = ()  # caveats, contradictions
    see: tuple[Cite, ...] = ()
    table: Table | None = None
    ask: str = ""  # whom to ask
    follow_ups: tuple[str, ...] = ()
    written_by: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """The answer of as_json(), which JSON turned into lists."""
        given: dict[str, Any] = dict(kept)
        for name in ("cites", "see"):
            given[name] = tuple(Cite(**one) for one in kept[name])
        for name in ("said", "own"):
            given[name] = tuple(Said(one["text"], tuple(one["cites"])) for one in kept[name])
        for name in ("notes", "follow_ups"):
            given[name] = tuple(kept[name])
        given["table"] = _table(kept["table"]) if kept["table"] else None
        return cls(**given)

    def written(self, said: Sequence[Said], model: str) -> Self:
        """The same answer in a model's words."""
        return replace(self, said=tuple(said), written_by=model)

    @property
    def plain(self) -> str:
        """The answer as text, to copy: sentences with their numbers, then the sources."""
        marked = [f"{said.text} {''.join(f'[{n}]' for n in said.cites)}".strip() for said in (*self.said, *self.own)]
        return "\n".join([*marked, *(f"[{cite.id}] {cite.label}" for cite in self.cites), *self.notes])


def _table(kept: Mapping[str, Any]) -> Table:
    return Table(
        tuple(kept["columns"]), tuple(tuple(row) for row in kept["rows"]), tuple(kept["numeric"]),
        tuple((label, href) for label, href in kept["links"]),
    )  # fmt: skip


# --- Which sentences ---


_GOES_ON = re.compile(r"(?:et|mais|ou|alors|en|maar|of|dus|und|aber|oder|also|and|but|or|so)\b")


def leans(question: str) -> bool:
    """True for a question that may mean "the same as before, but …": it goes on, or is hardly three words."""
    words = re.findall(r"\w+", folded(question))
    return len(words) <= 3 or bool(_GOES_ON.match(words[0]))


def likeness(question: str, sentence: str) -> float:
    """How many of the question's longer words a sentence shares, by their first five letters: 0 to 1."""
    asked, said = _stems(question), _stems(sentence)
    return len(asked & said) / len(asked) if asked else 0.0


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"\w{4,}", folded(text))}


_HOW_MUCH = re.compile(
    r"\b(combien|quel delai|quelle majorite|quand|quel pourcentage|taux|hoeveel|welke termijn|welke meerderheid|wanneer|"
    r"hoe lang|wie viel\w*|welche frist|welche mehrheit|wann|wie lange|how many|how much|how long|when|which majority|what rate)\b"
)


def wants_figure(question: str) -> bool:
    """True when a question asks for a number, a delay or a majority."""
    return bool(_HOW_MUCH.search(folded(question)))


def _counts(sentence: str) -> bool:
    """True when a sentence holds a figure, in digits or words, that is not the number of an article or a page."""
    return any(found.kind not in ("article", "paragraph", "point", "place", "name") for found in figures.read(sentence))


def picked(question: str, text: str, near: Sequence[float], answers: bool) -> list[str]:
    """One to three sentences of an entry, verbatim and in its order.

    `near`: how like the question each sentence is. `answers`: the first sentence is itself an answer (frequent questions).
    """
    said, told, marks = _weighed(question, text, near)
    first = {*told[:1], *([0] if answers else [])}  # the rule comes first: "two thirds are not enough" says less
    return [said[n] for n in _best(marks, first, QUOTED)]


def of_paper(question: str, text: str, near: Sequence[float]) -> list[str]:
    """One or two sentences of a paper, verbatim and in its order; `near`: how like the question each sentence is."""
    said, _, marks = _weighed(question, text, near)
    return [said[n] for n in _best(marks, set(), OF_PAPER)]


def _weighed(question: str, text: str, near: Sequence[float]) -> tuple[list[str], list[int], list[float]]:
    """The sentences of a text, the places of those that have the figure that is asked for, and how well each answers."""
    said = sentences(text)
    told = [n for n, sentence in enumerate(said) if _counts(sentence)] if wants_figure(question) else []
    marks = [
        value + 0.2 * likeness(question, sentence) + (0.05 if n in told else 0.0)
        for n, (sentence, value) in enumerate(zip(said, near, strict=True))
    ]
    return said, told, marks


def _best(marks: Sequence[float], chosen: set[int], most: int) -> list[int]:
    """The places of the chosen sentences, of the best one, and of those hardly less good; in order."""
    ranked = sorted(range(len(marks)), key=lambda n: -marks[n])
    chosen = chosen | {ranked[0]}
    for n in ranked:
        if len(chosen) < most and marks[n] >= marks[ranked[0]] - NEAR:
            chosen.add(n)
    return sorted(chosen)


def carriers(near: Sequence[float]) -> list[int]:
    """Which of several sources a sentence rests on: the one most like it, and those hardly less; by their place, from 0."""
    best = max(near)
    return [n for n, value in enumerate(near) if value >= best - NEAR / 2]


# --- Papers against the law ---

SAME = 0.35  # a sentence of a paper this near to one of the law is about the same thing, in any of the four languages

_UNIT = (
    r"(?P<unit>jours?|dagen?|tage?n?|days?|semaines?|weken?|wochen?|weeks?|mois|maand(?:en)?|monate?n?|months?|ans?|jaar|jahre?n?|"
    r"years?|%|procurations?|volmachten?|vollmachten?|proxies|proxy)"
)
_WORD = "|".join(sorted(lexicon.ATOMS, key=len, reverse=True))
_MEASURE = re.compile(  # 15, 1 000, vingt et un, fünfundzwanzig, quinze (15)
    rf"(?P<n>\d{{1,3}}(?:[ .]\d{{3}})+|\d+(?:[.,]\d+)?|\b(?:(?:{_WORD})(?: et |[ -]))*[a-z]*(?:{_WORD}))(?: ?\(\d+\))?\s*{_UNIT}(?!\w)"
)
_SAME: Mapping[str, str] = {
    "j": "day", "d": "day", "t": "day", "s": "week", "w": "week", "mo": "month", "ma": "month", "a": "year", "ja": "year",
    "y": "year", "%": "%", "pr": "proxy", "v": "proxy",
}  # fmt: skip


def measures(text: str) -> Iterator[tuple[str, str, str]]:
    """The figures of a text, in digits or words, with what they count, whatever the language: ("15", "day", "15 jours")."""
    for found in _MEASURE.finditer(folded(text)):
        read = figures.read(found["n"])
        if read and isinstance(value := read[-1].values[-1], Fraction):
            yield f"{float(value):g}", _unit(found["unit"]), text[found.start() : found.end()]


def _unit(word: str) -> str:
    if word.startswith("jour"):
        return "day"
    return next(_SAME[word[:n]] for n in (2, 1) if word[:n] in _SAME)


def contradiction(law: str, paper: str) -> tuple[str, str] | None:
    """(what the paper says, what the law says) when both count the same thing and no figure agrees; None otherwise.

    The sub-title of the Code is mandatory: art. 3.78 and 3.100. Percentages are left out: interest, parts and majorities mix.
    """
    said, ruled = list(measures(paper)), list(measures(law))
    for unit in sorted({unit for _, unit, _ in said} & {unit for _, unit, _ in ruled} - {"%"}):
        theirs, ours = ([one for one in found if one[1] == unit] for found in (said, ruled))
        if not {number for number, _, _ in theirs} & {number for number, _, _ in ours}:
            return _worded(theirs), _worded(ours)
    return None


def _worded(found: Sequence[tuple[str, str, str]]) -> str:
    """The figures as the text writes them, each once."""
    written: dict[str, str] = {}
    for number, _, words in found:
        written.setdefault(number, words)
    return ", ".join(written.values())


# --- Papers that speak to machines ---

_RULES = r"(?:regles?|instructions?|consignes?|directives?|regels?|instructies?|regeln|anweisung\w*|vorgaben|rules?|prompts?)"
_DISREGARD = re.compile(
    r"(?<!not )(?<!n')\b(?:ignore[zr]?|oublie[zr]?|neglige[zr]?|negeer|vergeet|ignoriere?n?|vergiss|vergessen|disregard|forget|override)\b"
    rf"(?! pas\b)(?![^.!?]*\b(?:niet|nicht|jamais|nooit|never)\b)[^.!?]{{0,40}}\b{_RULES}\b"
)
_ADDRESSED = re.compile(
    r"\b(?:assist[ae]nt(?:e|en|s)?|user|chatbots?|(?:ki|ia|ai)[ -](?:syst|assist|mod|agent)\w*|systemes? d'ia"
    r"|intelligences? artificielles?|language models?|modeles? de langage|taalmodel\w*|sprachmodell\w*)\b[^.!?:]{0,40}:"
)
_ORDER = re.compile(
    r"\b(?:reponds|repondez|ecris|ecrivez|dis|dites|affirmez?|confirmez?|commencez?|mentionnez?|ajoutez?"
    r"|antwoord|schrijf|zeg|bevestig|vermeld|begin|voeg|antworte|antworten|schreibe|schreiben|sage|bestatige|nenne|behaupte"
    r"|answer|reply|respond|write|say|confirm|print|append|output|call)\b"
)
_LOADS = re.compile(r"\]\(")  # HTML is taken out when a paper is read


def for_machines(text: str) -> bool:
    """True for a passage that is not for people: it orders an assistant about, or has Markdown that leads elsewhere.

    People do not miss it, and what a paper orders is not shown as if a building had decided it. It is no wall: nothing obeys a
    paper anyway, and whatever a model makes of one is checked (writing.rules).
    """
    plain = folded(text.replace("’", "'"))
    ordered = _ADDRESSED.search(plain) and _ORDER.search(plain)
    return bool(ordered or _DISREGARD.search(plain) or _LOADS.search(plain))


# --- Whom to ask ---


def whom(role: Role, uids: Sequence[str]) -> str:
    """The msgid that names whom to ask, by what the answer rests on, else by who asks."""
    for uid in uids:
        for beginning, ask in _TOPICS:
            if citations.under(uid, [beginning]):
                return ask
    return ASK_PROFESSION if role in (Role.SYNDIC, Role.ACCOUNTANT, Role.SUPERADMIN) else ASK_SYNDIC
