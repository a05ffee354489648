"""What the page of the checks shows, worded for its reader."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, day, moment, number, translate
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.ui.event import event
from koprogo_app.ui.session import Session

from . import service
from .models import IntegrityAcceptance
from .rules import MOST, Finding
from .service import Checked
from .words import ABOUT, THEMES, Theme


@dataclass
class FindingRow:
    """A finding in words. `reason`, `by`: of one that is accepted."""

    id: str
    severity: str
    sentence: str
    since: str
    href: str
    mend: str
    reason: str = ""
    by: str = ""


@dataclass
class ThemeRow:
    title: str
    article: str
    rows: list[FindingRow]


def finding_row(one: Finding, locale: str, said: IntegrityAcceptance | None = None) -> FindingRow:
    found = FindingRow(
        one.fingerprint, one.severity.value, one.worded(locale), day(one.since, locale), one.href,
        translate(locale, ABOUT[one.kind].mend),
    )  # fmt: skip
    if said:
        found.reason, found.by = said.reason, said.done_by
    return found


def theme_rows(found: list[Finding], locale: str) -> list[ThemeRow]:
    """By theme, in the order of the page; within one the worst first, as they come."""
    order = list(Theme)
    by_theme = sorted(found, key=lambda one: order.index(ABOUT[one.kind].theme))
    return [
        ThemeRow(translate(locale, THEMES[theme][0]), THEMES[theme][1], [finding_row(one, locale) for one in rows])
        for theme, rows in groupby(by_theme, key=lambda one: ABOUT[one.kind].theme)
    ]


class ChecksState(Session, rx.State):
    """What the last run found in the books of a building."""

    ready: bool = False
    open: bool = False  # the books
    ran: str = ""  # empty: not yet
    by: str = ""
    errors_found: str = ""
    warnings_found: str = ""
    any_error: bool = False
    any_warning: bool = False
    themes: list[ThemeRow] = []
    accepted: list[FindingRow] = []
    cut: str = ""
    accepting: bool = False
    chosen: str = ""
    chosen_words: str = ""
    errors: dict[str, str] = {}

    def _show(self, found: Checked, locale: str) -> None:
        run = found.run
        self.ran = moment(run.ran_at, locale) if run else ""
        self.by = (run.ran_by or translate(locale, N_("at night"))) if run else ""
        errors, warnings = (run.errors, run.warnings) if run else (0, 0)
        self.errors_found, self.warnings_found = number(errors, locale), number(warnings, locale)
        self.any_error, self.any_warning = errors > 0, warnings > 0
        self.themes = theme_rows(found.open, locale)
        self.accepted = [finding_row(one, locale, said) for one, said in found.accepted]
        self.cut = ""
        if found.cut:
            many = N_(
                "Of some checks more was found than is shown: the first {count} each. Mend these and check again."
            )
            self.cut = translate(locale, many, count=MOST)

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.accepting = {}, False
        try:
            building_id = id_of(self.building_id)
            self.open = await self._run(accounts.find_book, building_id) is not None
            self._show(await self._run(service.get_checks, building_id), await self._locale())
            self.ready = True
        except NotFound:
            self.ready = False  # the frame says that there is no such building

    @event(P.CHECKS_RUN)
    async def check(self):
        locale = await self._locale()
        self._show(await self._run(service.run_checks, id_of(self.building_id)), locale)
        return rx.toast.success(translate(locale, N_("The books are checked.")))

    @event(P.CHECKS_RUN)
    async def choose(self, fingerprint: str):
        """Asks why a finding may stay."""
        words = [one.sentence for theme in self.themes for one in theme.rows if one.id == fingerprint]
        self.errors, self.chosen, self.chosen_words = {}, fingerprint, "".join(words)
        self.accepting = bool(words)

    @event(P.CHECKS_RUN)
    async def show_accepting(self, value: bool):
        self.accepting = value

    @event(P.CHECKS_RUN)
    async def accept(self, form: dict[str, Any]):
        self.errors = {}
        building_id = id_of(self.building_id)
        await self._run(service.accept, building_id, self.chosen, str(form.get("reason") or ""))
        self.accepting = False
        self._show(await self._run(service.get_checks, building_id), await self._locale())

    @event(P.CHECKS_RUN)
    async def take_back(self, fingerprint: str):
        building_id = id_of(self.building_id)
        await self._run(service.take_back, building_id, fingerprint)
        self._show(await self._run(service.get_checks, building_id), await self._locale())
