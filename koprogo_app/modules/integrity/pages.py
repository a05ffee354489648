"""The page of the checks: what is wrong in the books of a building, where it is mended, and what was accepted."""

from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.i18n import N_
from koprogo_app.modules.accounts.pages import books_frame, not_open
from koprogo_app.modules.buildings.pages import CODE, building_crumbs
from koprogo_app.modules.buildings.state import BuildingState
from koprogo_app.ui.badge import article, badge
from koprogo_app.ui.button import button, link
from koprogo_app.ui.dialog import confirm_dialog, form_dialog
from koprogo_app.ui.empty import empty_state
from koprogo_app.ui.form import textarea
from koprogo_app.ui.help import Topic, register
from koprogo_app.ui.layout import card, muted, paragraph, row, rows, stack, strong
from koprogo_app.ui.note import note
from koprogo_app.ui.page import may, page
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.text import t

from .state import ChecksState, FindingRow, ThemeRow
from .words import SEVERITIES, Severity

register(
    integrity_checks=Topic(
        N_("Checks of the books"),
        N_(
            "Each night, and whenever you ask, the books are read through: whether every entry balances and no number is missing, "
            "whether the money at the bank is what the funds say, whether each cost is shared out among those who owned on its day, "
            "whether each invoice has its voucher. What is found leads to the place where it is mended.\n\nA finding that is right as "
            "it is can be accepted, with a reason. It counts again as soon as its figures change, and everybody who reads the books "
            "sees who accepted it and why."
        ),
        "3.89 §5 15°", official=CODE,
    ),
)  # fmt: skip
S: Any = ChecksState


def severity_badge(severity: Any) -> rx.Component:
    """How grave a finding is, in a word."""
    shown: Any = rx.match(
        severity,
        (Severity.ERROR.value, badge(t(SEVERITIES[Severity.ERROR]), "bad", "circle-alert")),
        (Severity.WARNING.value, badge(t(SEVERITIES[Severity.WARNING]), "warn", "triangle-alert")),
        badge(t(SEVERITIES[Severity.INFO]), "info", "info"),
    )
    return shown


def _finding(one: FindingRow) -> rx.Component:
    keep = button(
        t("Accept"), size="sm", kind="ghost", icon_name="check", on_click=ChecksState.choose(one.id),
        aria_label=t("Accept: {finding}", finding=one.sentence),
    )  # fmt: skip
    facts = row(severity_badge(one.severity), muted(t("Since {day}", day=one.since)))
    acts = row(link(one.mend, one.href), rx.cond(may(P.CHECKS_RUN), keep))
    return stack(strong(one.sentence), row(facts, acts, between=True), gap=1)


def _theme(one: ThemeRow) -> rx.Component:
    return card(
        rows(one.rows, _finding), title=one.title, actions=[article(one.article, "integrity_checks")], flush=True
    )  # type: ignore[arg-type]


def _accepted(one: FindingRow) -> rx.Component:
    again = confirm_dialog(
        button(t("Count it again"), size="sm", icon_name="undo-2", aria_label=t("Count it again: {finding}", finding=one.sentence)),
        t("Count this finding again?"), one.sentence, t("Count it again"), ChecksState.take_back(one.id),
    )  # fmt: skip
    why = muted(t("Accepted by {name}: {reason}", name=one.by, reason=one.reason))
    acts = row(link(one.mend, one.href), rx.cond(may(P.CHECKS_RUN), again))
    return stack(paragraph(one.sentence), row(why, acts, between=True), gap=1)


def _accept_dialog() -> rx.Component:
    return form_dialog(
        None, t("Accept this finding"),
        paragraph(S.chosen_words),
        textarea(t("Why it may stay as it is"), "reason", errors=S.errors, required=True, rows=3,
            hint=t("Everybody who reads the books sees it. The finding counts again when its figures change.")),
        on_submit=ChecksState.accept, submit=t("Accept the finding"), open=S.accepting, on_open_change=ChecksState.show_accepting,
        errors=S.errors, key=S.chosen,
    )  # fmt: skip


def _summary() -> rx.Component:
    figures = stats(
        rx.cond(S.any_error, stat(S.errors_found, t("To mend"), tone="bad"), stat(S.errors_found, t("To mend"), tone="ok")),
        rx.cond(S.any_warning, stat(S.warnings_found, t("To check"), tone="warn"), stat(S.warnings_found, t("To check"), tone="ok")),
    )  # fmt: skip
    said = paragraph(t("Last checked on {moment}, {name}.", moment=S.ran, name=S.by), muted=True)
    return card(figures, said, title=t("State of the books"), topic="integrity_checks")


@page(
    "/buildings/[building_id]/checks", N_("Checks"), permission=P.LEDGER_READ,
    on_load=[BuildingState.load, ChecksState.load], crumbs=building_crumbs, here=lambda: t("Checks"),
)  # fmt: skip
def checks() -> rx.Component:
    now = button(t("Check now"), icon_name="list-checks", kind="solid", on_click=ChecksState.check, shortcut="N")
    never = empty_state(
        t("These books were not checked yet."),
        t("They are checked each night, and when you ask."),
        icon_name="list-checks",
    )
    none = empty_state(
        t("Nothing is wrong in these books."), t("Everything that is checked is in order."), icon_name="circle-check"
    )
    found = stack(
        _summary(),
        rx.cond(S.cut != "", note(S.cut, tone="info")),
        rx.cond(S.themes.length() > 0, stack(rx.foreach(S.themes, _theme)), card(none)),
        rx.cond(S.accepted.length() > 0, card(rows(S.accepted, _accepted), title=t("Accepted"), flush=True)),
        _accept_dialog(),
    )  # fmt: skip
    shown = rx.cond(S.open, rx.cond(S.ran != "", found, card(never)), not_open())
    return books_frame("checks", rx.cond(S.ready, shown), actions=[rx.cond(S.open & may(P.CHECKS_RUN), now)])
