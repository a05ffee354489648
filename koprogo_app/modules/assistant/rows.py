"""An exchange as its page shows it: everything is text, in the language of the answer."""

from collections import Counter
from dataclasses import dataclass, field

from koprogo_app.modules.answers.rules import Cite, Said

from .service import Exchange


@dataclass
class CiteRow:
    number: str
    label: str
    title: str
    href: str
    uid: str
    paper: bool
    mark: str  # the name of its number for a screen reader
    chip: str  # its number and citation; with its subject when another source has the same citation


@dataclass
class SaidRow:
    text: str
    cites: list[CiteRow]


@dataclass
class TurnRow:
    id: str
    question: str
    locale: str
    band: str
    said: list[SaidRow]
    own: list[SaidRow]
    cites: list[CiteRow]
    papers: list[CiteRow]
    notes: list[str]
    see: list[CiteRow]
    columns: list[str]
    rows: list[list[str]]
    links: list[CiteRow]
    ask: str
    follow_ups: list[str]
    written_by: str
    opinion: str
    plain: str
    disclaimer: bool = field(default=False)


def turn_row(exchange: Exchange) -> TurnRow:
    """The row of an exchange."""
    a = exchange.answer
    same = Counter(cite.label for cite in a.cites)
    cites = {cite.id: cite_row(cite, same[cite.label] > 1) for cite in a.cites}
    table = a.table
    return TurnRow(
        id=str(exchange.turn_id), question=exchange.question, locale=a.locale, band=a.band,
        said=[said_row(said, cites) for said in a.said], own=[said_row(said, cites) for said in a.own],
        cites=[row for row in cites.values() if not row.paper], papers=[row for row in cites.values() if row.paper],
        notes=list(a.notes), see=[cite_row(cite) for cite in a.see], columns=list(table.columns) if table else [],
        rows=[list(row) for row in table.rows] if table else [],
        links=[CiteRow("", label, label, href, "", False, "", label) for label, href in table.links] if table else [],
        ask=a.ask, follow_ups=list(a.follow_ups), written_by=a.written_by, opinion=exchange.opinion, plain=a.plain,
        disclaimer=a.band in ("answer", "unsure"),
    )  # fmt: skip


def cite_row(cite: Cite, ambiguous: bool = False) -> CiteRow:
    chip = f"{cite.id} · {cite.label}" + (f" – {cite.title}" if ambiguous else "")
    mark = f"{cite.id}: {cite.label}"
    return CiteRow(str(cite.id), cite.label, cite.title, cite.href, cite.uid, cite.paper, mark, chip)


def said_row(said: Said, cites: dict[int, CiteRow]) -> SaidRow:
    return SaidRow(said.text, [cites[number] for number in said.cites if number in cites])
