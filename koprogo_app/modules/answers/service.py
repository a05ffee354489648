"""From a question to an answer that quotes: own data by a tool, the law by retrieval, a building's papers apart, else "I don't know".

Nothing here needs a language model. What may be sent to one is in Draft.sources.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from koprogo_app.core import clock, tools
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.belgium import region_of
from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import known, translate
from koprogo_app.core.service import requires
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.knowledge import embedders, language, retrieval
from koprogo_app.modules.knowledge import service as knowledge
from koprogo_app.modules.knowledge.retrieval import Found, Hit
from koprogo_app.modules.knowledge.rules import sentences
from koprogo_app.modules.knowledge.service import Shown
from koprogo_app.modules.passages import service as passages
from koprogo_app.modules.passages.service import Quoted

from . import rules
from .rules import Answer, Cite, Said, Table

FOLLOW_UPS = 3
_FOLLOW_UPS = text("""
    SELECT f.title FROM article a JOIN face f ON f.article_id = a.id AND f.lang = :lang AND f.kind = 'text'
    WHERE a.kind = 'faq' AND a.uid <> ALL(:shown) AND EXISTS (
      SELECT 1 FROM jsonb_array_elements_text(a.rests_on) r, unnest(CAST(:uids AS text[])) u WHERE u = r OR starts_with(u, r || '.') OR starts_with(r, u || '.'))
    ORDER BY a.uid LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is answered: tidied, with its own language and the building its reader looks at."""

    question: str
    locale: str
    building_id: UUID | None = None
    before: str = ""  # the question before it, which a short one may lean on


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that a language model may be given, by the number its citation has in the answer."""

    id: int
    label: str
    text: str
    paper: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """The quoted answer, and what a model may write one from; no sources: it is not to be written."""

    answer: Answer
    sources: Sequence[Source] = field(default_factory=tuple)


def asked(question: str, locale: str, building_id: UUID | None = None, before: str = "") -> Asked:
    """A question made ready. Raises Invalid, beside the field `question`."""
    if len(question) > language.LONGEST:
        raise Invalid(
            "Ask in at most {letters} characters. A contract or a letter belongs among the documents of the building.",
            field="question", letters=language.LONGEST,
        )  # fmt: skip
    tidy = language.tidy(question)
    if not any(c.isalnum() for c in tidy):
        raise Invalid("Write your question.", field="question")
    if language.foreign(tidy):
        raise Invalid("Ask in French, Dutch, German or English.", field="question")
    return Asked(tidy, language.detect(tidy, known(locale)), building_id, before)


def warm(question: Asked) -> None:
    """Computes the vectors of a question before a transaction is open: no connection waits for them."""
    wanted = language.expanded(question.question, question.locale)
    for model in embedders.wanted():
        retrieval.vector(model, wanted)


@requires(Permission.ASSISTANT_ASK)
def answer(s: Session, actor: Actor, question: Asked) -> Draft:
    """The answer to a question as its asker may see it. NotFound for a building beyond his reach."""
    building = buildings.get_building(s, actor, question.building_id) if question.building_id else None
    if tool := tools.meant(actor, question.question, question.locale):
        return Draft(_own_data(s, actor, question, tool))
    found = _search(s, actor, question, building)
    quoted = _papers(s, actor, question)
    papers = [one for one in quoted if not rules.for_machines(one.text)]
    own = tools.depends_on_file(question.question, question.locale)
    if not papers and not own:
        found = _leaning(s, actor, question, building, found)
    draft = _draft(s, actor, question, found, papers, own)
    return _warned(draft, [one.title for one in quoted if one not in papers])


def _draft(s: Session, actor: Actor, question: Asked, found: Found, papers: Sequence[Quoted], own: str | None) -> Draft:
    """`own`: what is said when the question is answered by the building's own file, None when it is not."""
    if own and found.probability < rules.PLAINLY_LAW:
        return Draft(_own_file(question, actor, found, papers, own))
    if found.band == "answer" and found.hits:
        return _from_law(s, actor, question, found, papers)
    if papers:
        return _from_papers(question, actor, found, papers)
    return Draft(_not_known(question, actor, found))


def _warned(draft: Draft, titles: Sequence[str]) -> Draft:
    """The draft with a word on each paper of which a passage was left out."""
    answer = draft.answer
    notes = [translate(answer.locale, rules.FOR_MACHINES, paper=title) for title in dict.fromkeys(titles)]
    return replace(draft, answer=replace(answer, notes=(*answer.notes, *notes)))


# --- Own data ---


def _own_data(s: Session, actor: Actor, question: Asked, tool: tools.Tool) -> Answer:
    try:
        sheet = tool.run(s, actor, tools.Subject(question.locale, question.building_id, question.question))
    except DomainError as refusal:  # "You are not entered as a co-owner." is an answer too
        return Answer(
            "data", question.locale, said=(Said(translate(question.locale, refusal.message, **refusal.params), ()),)
        )
    table = Table(
        tuple(sheet.columns), tuple(tuple(row) for row in sheet.rows), tuple(sheet.numeric),
        tuple((link.label, link.href) for link in sheet.links),
    )  # fmt: skip
    return Answer("data", question.locale, said=(Said(sheet.sentence, ()),), table=table)


def _own_file(question: Asked, actor: Actor, found: Found, papers: Sequence[Quoted], own: str) -> Answer:
    locale = question.locale
    if papers:
        return _from_papers(question, actor, found, papers).answer
    links = ((translate(locale, "Documents"), "/documents"),)
    said = (Said(translate(locale, own), ()),)
    return Answer("file", locale, said=said, table=Table(links=links), see=_see(found.hits[:2]))


# --- The law ---


def _search(s: Session, actor: Actor, question: Asked, building: Building | None) -> Found:
    region = (region_of(building.postal_code, building.country) if building else None) or ""
    return retrieval.search(s, actor, question.question, question.locale, clock.today(), region)


def _leaning(s: Session, actor: Actor, question: Asked, building: Building | None, found: Found) -> Found:
    """What is found with the question before it: "And by e-mail?" means something only then."""
    if not question.before or not rules.leans(question.question) or _elsewhere(found):
        return found
    together = _search(s, actor, replace(question, question=f"{question.before} {question.question}"), building)
    return _of_both(found, together)


def _elsewhere(found: Found) -> bool:
    """True when a short question is about something else altogether, whatever was asked before it."""
    return found.probability < rules.ELSEWHERE or _beyond(found, rules.PLAINLY_BEYOND)


def _of_both(found: Found, together: Found) -> Found:
    """What was found with the question before, if it fits the question by itself too: else that one would be answered again."""
    alone = {hit.uid: hit.score for hit in found.hits}
    both = sorted((hit for hit in together.hits if hit.uid in alone), key=lambda hit: -hit.score - alone[hit.uid])
    sure = together.band == "answer" and not any(hit.named for hit in together.hits)  # named: by the one before
    if not both or not sure:
        return found
    return replace(together, hits=(*both, *(hit for hit in together.hits if hit not in both)))


def _from_law(s: Session, actor: Actor, question: Asked, found: Found, papers: Sequence[Quoted]) -> Draft:
    lead, locale = found.hits[0], question.locale
    chosen = rules.picked(question.question, lead.text, _near(question, lead.text), lead.kind == "faq")
    carriers, quoted = _numbered(chosen, _carriers(s, actor, lead, locale))
    cites = tuple(_cite(n, one) for n, one in enumerate(carriers, 1))
    own, paper_cites, notes = _own_words(question, papers, len(cites), _ruling(found))
    uids = [lead.uid, *(one.uid for one in carriers)]
    made = Answer(
        "answer", locale, said=quoted, cites=cites + paper_cites, own=own, notes=(*_caveats(lead, carriers, locale), *notes),
        see=_see(found.hits[1 : rules.SEE + 1], uids), ask=translate(locale, rules.whom(actor.role, uids[1:])),
        follow_ups=_follow_ups(s, found, uids, locale),
    )  # fmt: skip
    return Draft(made, _sources(made, lead, carriers, papers))


def _numbered(chosen: Sequence[str], carriers: Sequence[Shown]) -> tuple[list[Shown], tuple[Said, ...]]:
    """The sources that the sentences rest on, in the order in which they are needed, and the sentences with their numbers."""
    resting = [_resting_on(one, carriers) for one in chosen]
    used = list(dict.fromkeys(n for places in resting for n in places))
    said = (Said(one, tuple(used.index(n) + 1 for n in places)) for one, places in zip(chosen, resting, strict=True))
    return [carriers[n] for n in used], tuple(said)


def _carriers(s: Session, actor: Actor, lead: Hit, locale: str) -> list[Shown]:
    """What an entry is cited by: itself, or the articles a frequent question or a step of a guide rests on."""
    wanted = lead.rests_on if lead.kind in ("faq", "howto") else [lead.uid]
    found: dict[str, Shown] = {}
    for uid in wanted:
        shown = knowledge.get_article(s, actor, uid, locale)
        found[shown.uid] = shown
    return list(found.values())


def _resting_on(sentence: str, carriers: Sequence[Shown]) -> list[int]:
    """The places of the sources that a sentence rests on."""
    return rules.carriers(_nearness(sentence, [one.text for one in carriers])) if len(carriers) > 1 else [0]


def _nearness(text: str, others: Sequence[str]) -> list[float]:
    """How like a text each of the others is: by their meaning, or by their words where the model does not run."""
    if embedders.USE in embedders.wanted():
        found: list[embedders.Vector] = []
        for one in (text, *others):
            vector = retrieval.vector(embedders.USE, one)
            if vector is None:  # it failed, and would fail for the next one too
                break
            found.append(vector)
        else:
            return [float(vector @ found[0]) for vector in found[1:]]
    return [rules.likeness(text, one) for one in others]


def _cite(number: int, shown: Shown) -> Cite:
    return _article(number, shown, shown.citation or shown.title)


def _article(number: int, of: Shown | Hit, label: str) -> Cite:
    return Cite(number, of.uid, label, of.title, f"/assistant/articles/{of.uid}", of.lang)


def _see(hits: Sequence[Hit], but: Sequence[str] = ()) -> tuple[Cite, ...]:
    return tuple(_article(n, hit, hit.citation) for n, hit in enumerate((hit for hit in hits if hit.uid not in but), 1))


def _caveats(lead: Hit, carriers: Sequence[Shown], locale: str) -> tuple[str, ...]:
    """What the reader must know of the wording: said with the entry, or else with what it rests on."""
    given = lead.caveat or next((one.caveat for one in carriers if one.caveat), "")
    if given:
        return (given,)
    second_hand = any(one.confidence == "HIGH*" for one in (lead, *carriers))
    return (translate(locale, rules.SECOND_HAND),) if second_hand else ()


def _near(question: Asked, text: str) -> list[float]:
    """How like the question each sentence of a text is."""
    return _nearness(language.expanded(question.question, question.locale), sentences(text))


def _follow_ups(s: Session, found: Found, uids: Sequence[str], locale: str) -> tuple[str, ...]:
    articles = [uid for uid in uids if not uid.startswith(("faq.", "how."))]
    given = {"lang": locale, "shown": [found.hits[0].uid], "uids": articles, "limit": FOLLOW_UPS}
    return tuple(row.title for row in s.execute(_FOLLOW_UPS, given))


def _sources(made: Answer, lead: Hit, carriers: Sequence[Shown], papers: Sequence[Quoted]) -> tuple[Source, ...]:
    """The accepted passages: the one quoted, those it rests on, the next ones, and the building's."""
    sources = [
        Source(cite.id, cite.label, shown.text, False) for cite, shown in zip(made.cites, carriers, strict=False)
    ]
    if lead.kind in ("faq", "howto") and sources:
        first = sources[0]
        sources[0] = Source(first.id, first.label, f"{lead.text} {first.text}", False)
    own = [cite for cite in made.cites if cite.paper]
    return (*sources, *(Source(cite.id, cite.label, one.text, True) for cite, one in zip(own, papers, strict=False)))


# --- A building's papers ---


def _papers(s: Session, actor: Actor, question: Asked) -> list[Quoted]:
    if not actor.organization_id:
        return []
    reach = [question.building_id] if question.building_id else None
    return passages.search(s, actor, question.question, question.locale, reach)


def _own_words(
    question: Asked, papers: Sequence[Quoted], after: int, law: str
) -> tuple[tuple[Said, ...], tuple[Cite, ...], tuple[str, ...]]:
    """Sentences of the building's papers, their citations, and what must be said of them beside the law."""
    said, cites, notes = [], [], []
    for number, paper in enumerate(papers, after + 1):
        chosen = rules.of_paper(question.question, paper.text, _near(question, paper.text))
        said += [Said(one, (number,)) for one in chosen]
        cites.append(Cite(number, "", _page(paper, question.locale), paper.title, _href(paper), question.locale, True))
        if differs := _differs(law, chosen):
            words = {"paper": differs[0], "law": differs[1]}
            notes.append(translate(question.locale, rules.CODE_PREVAILS, **words))
    return tuple(said), tuple(cites), tuple(dict.fromkeys(notes))


def _ruling(found: Found) -> str:
    """What the Code says where it answers the question: what a paper is compared with. Nothing where another text does."""
    lead = found.hits[0] if found.band == "answer" and found.hits else None
    return lead.text if lead and any(uid.startswith("be.cc.") for uid in (lead.uid, *lead.rests_on)) else ""


def _differs(law: str, chosen: Sequence[str]) -> tuple[str, str] | None:
    """(what a paper says, what the law says) where both count the same thing of the same thing, and otherwise."""
    ruled = sentences(law)
    alike = [one for one in chosen if ruled and max(_nearness(one, ruled)) >= rules.SAME]
    return rules.contradiction(law, " ".join(alike))


def _page(paper: Quoted, locale: str) -> str:
    """`Règlement d'ordre intérieur, Art. 12, p. 4`."""
    parts = [paper.title, paper.clause, translate(locale, "p. {page}", page=paper.page) if paper.page else ""]
    return ", ".join(part for part in parts if part)


def _href(paper: Quoted) -> str:
    return f"/api/v1/documents/{paper.document_id}/preview" + (f"#page={paper.page}" if paper.page else "")


def _from_papers(question: Asked, actor: Actor, found: Found, papers: Sequence[Quoted]) -> Draft:
    own, cites, notes = _own_words(question, papers, 0, _ruling(found))
    made = Answer(
        "answer", question.locale, cites=cites, own=own, notes=notes,
        see=_see(found.hits[:2]) if found.band != "refuse" else (),
        ask=translate(question.locale, rules.whom(actor.role, ())),
    )  # fmt: skip
    return Draft(
        made, tuple(Source(cite.id, cite.label, one.text, True) for cite, one in zip(cites, papers, strict=True))
    )


# --- Not known ---


def _not_known(question: Asked, actor: Actor, found: Found) -> Answer:
    locale = question.locale
    if found.band == "unsure":
        said = (Said(translate(locale, rules.UNSURE), ()),)
        near = _see(found.hits[: rules.SEE])
        ask = translate(locale, rules.whom(actor.role, [hit.uid for hit in found.hits[:1]]))
        return Answer("unsure", locale, said=said, see=near, ask=ask)
    said = [Said(translate(locale, rules.UNKNOWN), ())]
    if found.outside and _beyond(found, rules.BEYOND):
        said.append(Said(found.outside.text, ()))
    return Answer("refuse", locale, said=tuple(said))


def _beyond(found: Found, near: float) -> bool:
    """True when the question is about a subject beyond the knowledge base: it is this near to the best entry."""
    return not found.hits or (found.outside is not None and found.outside.score >= near * found.hits[0].score)
