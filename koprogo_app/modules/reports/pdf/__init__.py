"""A report as a PDF of the association: its name and number, title, period, rows, page x of y."""

from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from koprogo_app.core.i18n import day, translate
from koprogo_app.core.pdf import render, templates
from koprogo_app.modules.buildings.rules import association_name
from koprogo_app.modules.papers.rules import Sender
from koprogo_app.modules.reports import wording
from koprogo_app.modules.reports.rules import Cell, Report, Row, Shown, at_most

FOLDER = Path(__file__).parent
LARGEST = 1_500  # rows: some forty pages, set in ten seconds
_LOOKS = {Shown.MONEY: "number", Shown.WHOLE: "number", Shown.DAY: "day", Shown.CODE: "code", Shown.PAPER: "paper"}


def report_pdf(report: Report, sender: Sender, issued_on: Any, locale: str) -> bytes:
    """The report in a language. Invalid above LARGEST rows."""
    html = report_html(report, sender, issued_on, locale)
    css = (FOLDER / "report.css").read_text("utf-8")
    return render(html, css=css, lang=locale, title=wording.said(report.title, locale))


def report_html(report: Report, sender: Sender, issued_on: Any, locale: str) -> str:
    t = partial(translate, locale)
    name = association_name(sender.name, locale)
    number = t("CBE {number}", number=sender.enterprise_number)
    syndic = t("represented by its syndic, {name}", name=sender.syndic) if sender.syndic else ""
    pages = Markup(escape(t("Page {page} of {pages}")))  # noqa: S704  (escaped here)
    title, period = wording.said(report.title, locale), wording.said(report.period, locale)
    return templates(FOLDER).get_template("report.html").render(
        name=name,
        from_lines=[line for line in (sender.address, number, syndic, sender.syndic_contact) if line],
        identity=f"{name} · {number} · {title}, {period}",
        pages=pages.format(page=Markup('<span class="page"></span>'), pages=Markup('<span class="total"></span>')),
        references=[(t("Period"), period), (t("Issued on"), day(issued_on, locale))],
        title=title,
        heads=[(head, look(one.shown)) for head, one in zip(wording.heads(report, locale), report.columns, strict=True)],
        rows=[_row(row, report, locale) for row in at_most(report.rows, LARGEST)],
        remarks=[(remark.tone, wording.said(remark.words, locale)) for remark in report.remarks],
        wide=len(report.columns) > 5,
    )  # fmt: skip


def look(shown: Shown) -> str:
    """The class of the cells of a column."""
    return _LOOKS.get(shown, "")


def paper_number(text: str) -> str:
    """As it fits in a narrow column: a communication without the signs around it."""
    return text.strip("+")


def _cell(value: Cell, shown: Shown, locale: str) -> str:
    said = wording.cell(value, shown, locale)
    return paper_number(said) if shown is Shown.PAPER else said


def _row(row: Row, report: Report, locale: str) -> dict[str, Any]:
    cells = [
        (_cell(value, one.shown, locale), look(one.shown)) for value, one in zip(row.cells, report.columns, strict=True)
    ]
    return {"rank": row.rank.value, "level": min(row.level, 4), "cells": cells}
