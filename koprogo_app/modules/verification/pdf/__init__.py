"""The verification as the meeting reads it: what was seen, the remarks and answers, missing vouchers, funds, conclusion."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from koprogo_app.core.i18n import day, moment, number, translate
from koprogo_app.core.pdf import render, templates
from koprogo_app.modules.buildings.rules import association_name
from koprogo_app.modules.ledger.rules import JOURNALS, Journal
from koprogo_app.modules.reports import wording
from koprogo_app.modules.reports.pdf import FOLDER as REPORTS
from koprogo_app.modules.reports.pdf import look, paper_number
from koprogo_app.modules.reports.rules import Report
from koprogo_app.modules.verification.rules import (
    CONCLUSIONS,
    REMARKS,
    PaperRemark,
    Progress,
    RemarkStatus,
    VerificationPaper,
)
from koprogo_app.modules.verification.wording import percent

FOLDER = Path(__file__).parent


def verification_pdf(paper: VerificationPaper, locale: str) -> bytes:
    """The report of the verification in a language."""
    css = (REPORTS / "report.css").read_text("utf-8") + (FOLDER / "verification.css").read_text("utf-8")
    title = translate(locale, "Report on the verification of the accounts")
    return render(verification_html(paper, locale), css=css, lang=locale, title=title)


def verification_html(paper: VerificationPaper, locale: str) -> str:
    t = partial(translate, locale)
    sender, title = paper.sender, t("Report on the verification of the accounts")
    name = association_name(sender.name, locale)
    number_ = t("CBE {number}", number=sender.enterprise_number)
    syndic = t("represented by its syndic, {name}", name=sender.syndic) if sender.syndic else ""
    pages = Markup(escape(t("Page {page} of {pages}")))  # noqa: S704  (escaped here)
    period = t("From {start} to {end}", start=day(paper.starts_on, locale), end=day(paper.ends_on, locale))
    return templates(FOLDER).get_template("verification.html").render(
        name=name,
        from_lines=[line for line in (sender.address, number_, syndic, sender.syndic_contact) if line],
        identity=f"{name} · {number_} · {title}, {period}",
        pages=pages.format(page=Markup('<span class="page"></span>'), pages=Markup('<span class="total"></span>')),
        references=[
            (t("Period"), period), (t("Begun on"), day(paper.opened_on, locale)), (t("Begun by"), paper.opened_by),
            (t("Issued on"), day(paper.issued_on, locale)),
        ],
        title=title,
        draft="" if paper.signature else t("Draft: this report is not signed yet."),
        lead=t(
            "For the general meeting, which decides on the accounts. The auditor of the accounts is appointed by the meeting every "
            "year (art. 3.91 of the Civil Code)."
        ),
        seen=_seen(paper, locale),
        remarks=[_remark(one, locale) for one in paper.remarks],
        missing=_missing(paper, locale),
        funds=_funds(paper.funds, locale),
        signature=_signature(paper, locale),
        words={
            "seen": t("What was verified"), "remarks": t("Remarks and answers"), "none": t("There is no remark."),
            "missing": t("Entries without a voucher"), "funds": t("Funds and bank"), "conclusion": t("Conclusion"),
            "answer": t("Answer"), "unanswered": t("No answer yet."),
        },
    )  # fmt: skip


def _seen(paper: VerificationPaper, locale: str) -> dict[str, Any]:
    t = partial(translate, locale)
    total = paper.progress
    said = [
        t(
            "Seen with their vouchers: {seen} of {entries} entries ({share}), {amount} of {total} ({cents_share}).",
            seen=number(total.seen, locale), entries=number(total.entries, locale), share=percent(total.share, locale),
            amount=wording.amount(total.seen_cents, locale) + "\u00a0€", total=wording.amount(total.cents, locale) + "\u00a0€",
            cents_share=percent(total.cents_share, locale),
        )
    ]  # fmt: skip
    if paper.seen_by:
        said.append(t("Seen by: {names}.", names=", ".join(paper.seen_by)))
    if paper.later:
        said.append(t("Entries posted after the signature, not verified: {count}.", count=number(paper.later, locale)))
    rows = [
        _row(f"{part.journal} · {t(JOURNALS[Journal(part.journal)])}", part.progress, locale) for part in paper.journals
    ]
    heads = [
        (t("Journal"), ""), (t("Entries"), "number"), (t("Seen"), "number"), (t("Amount (€)"), "number"), (t("Seen (€)"), "number"),
        (t("Share of the entries"), "number"), (t("Share of the amount"), "number"),
    ]  # fmt: skip
    return {
        "said": said,
        "heads": heads,
        "rows": [("line", row) for row in rows] + [("total", _row(t("Total"), total, locale))],
    }


def _row(label: str, p: Progress, locale: str) -> list[tuple[str, str]]:
    figures = (
        number(p.entries, locale), number(p.seen, locale), wording.amount(p.cents, locale), wording.amount(p.seen_cents, locale),
        percent(p.share, locale), percent(p.cents_share, locale),
    )  # fmt: skip
    return [(label, ""), *((figure, "number") for figure in figures)]


def _remark(one: PaperRemark, locale: str) -> dict[str, str]:
    t = partial(translate, locale)
    answered = f"{one.answered_by}, {day(one.answered_on, locale)}" if one.answer else ""
    return {
        "about": one.about or t("The accounts as a whole"), "text": one.text, "by": f"{one.by}, {day(one.on, locale)}",
        "status": t(REMARKS[RemarkStatus(one.status)]), "answer": one.answer, "answered": answered,
    }  # fmt: skip


def _missing(paper: VerificationPaper, locale: str) -> dict[str, Any]:
    t = partial(translate, locale)
    if not paper.missing_count:
        return {"said": t("Every entry that needs a voucher has one."), "heads": [], "rows": [], "more": ""}
    said = t(
        "Entries without a file: {count} ({amount}). Calls, statements and opening balances are their own papers.",
        count=number(paper.missing_count, locale),
        amount=wording.amount(paper.missing_cents, locale) + "\u00a0€",
    )
    heads = [(t("Date"), "day"), (t("Entry"), "code"), (t("Voucher number"), "paper"), (t("Description"), ""), (t("Amount (€)"), "number")]  # fmt: skip
    rows = [
        [(day(e.on, locale), "day"), (e.name, "code"), (paper_number(e.reference), "paper"), (e.words, ""), (wording.amount(e.cents, locale), "number")]
        for e in paper.missing
    ]  # fmt: skip
    left = paper.missing_count - len(paper.missing)
    more = t("And {count} more: the list of the books shows them.", count=number(left, locale)) if left else ""
    return {"said": said, "heads": heads, "rows": [("line", row) for row in rows], "more": more}


def _funds(report: Report, locale: str) -> dict[str, Any]:
    looks: Sequence[str] = [look(one.shown) for one in report.columns]
    rows = [
        (
            f"{row.rank} level{min(row.level, 4)}",
            [
                (wording.cell(value, one.shown, locale), look)
                for value, one, look in zip(row.cells, report.columns, looks, strict=True)
            ],
        )
        for row in report.rows
    ]
    said = [(remark.tone, wording.said(remark.words, locale)) for remark in report.remarks]
    return {"heads": list(zip(wording.heads(report, locale), looks, strict=True)), "rows": rows, "said": said}


def _signature(paper: VerificationPaper, locale: str) -> dict[str, str] | None:
    if paper.signature is None:
        return None
    s = paper.signature
    return {
        "conclusion": translate(locale, CONCLUSIONS[s.conclusion]),
        "words": s.words,
        "by": translate(locale, "Signed in KoproGo by {name} on {moment}.", name=s.by, moment=moment(s.at, locale)),
        "name": s.by,
    }
