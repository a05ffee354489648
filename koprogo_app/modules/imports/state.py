"""What the import wizard shows, already worded for its reader. Every decision is kept at once: the page may be left."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core import belgium
from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import NotFound
from koprogo_app.core.i18n import N_, moment, number, translate
from koprogo_app.core.listing import Asked
from koprogo_app.core.trade import LotType
from koprogo_app.modules.headings.rules import Field, Role
from koprogo_app.modules.registers.rules import Draft, Reason, read_rows
from koprogo_app.ui.event import event
from koprogo_app.ui.session import Session
from koprogo_app.ui.share_bar import Share

from . import service
from .models import CHANGES, ENTITIES, LOT_TYPES, REASONS
from .rows import (
    AsideRow,
    ChangeRow,
    FindingRow,
    GateRow,
    LineRow,
    RunRow,
    SheetRow,
    change_row,
    finding_row,
    gate_row,
    line_row,
    sheet_row,
    texts,
)
from .rules import Change, Entity

STEPS = ("columns", "checks", "trial", "done")
BUILDING = ("name", "kbo", "address", "postcode", "city", "country", "language", "deed_total", "as_of")
GRID = (Field.LOT, Field.OWNER, Field.SHARES, Field.PART)
ADDED = (
    "lot",
    "type",
    "shares",
    "part",
    "owner",
    "last_name",
    "first_name",
    "company",
    "email",
    "address",
    "postcode",
    "city",
    "language",
)
SAMPLE, MOST = 3, 400


class ImportsState(Session, rx.State):
    rows: list[RunRow] = []
    page: int = 1
    size: int = 25
    total: int = 0

    async def _read(self) -> None:
        locale = await self._locale()
        found = await self._run(service.list_runs, Asked(self.page, self.size))
        self.total = found.total
        self.rows = [
            RunRow(
                str(r.id),
                r.filename,
                r.name or "",
                str(r.building_id or ""),
                r.status,
                moment(r.committed_at or r.created_at, locale),
            )
            for r in found.rows
        ]

    @event(P.IMPORTS_RUN)
    async def load(self):
        await self._read()

    @event(P.IMPORTS_RUN)
    async def go(self, page: int):
        self.page = max(1, page)
        await self._read()

    @event(P.IMPORTS_RUN)
    async def resize(self, size: int):
        self.page, self.size = 1, min(max(size, 1), 100)
        await self._read()

    @event(P.IMPORTS_RUN)
    async def opened(self, run_id: str):
        """The file is on the server: on to its columns."""
        return rx.redirect(f"/imports/{run_id}")


class ImportState(Session, rx.State):
    loaded: str = ""  # the import shown; until it is the one of the address, nothing is: what is typed would be lost
    filename: str = ""
    status: str = ""
    step: int = 2
    missing: bool = False
    sheets: list[SheetRow] = []
    building: dict[str, str] = {}
    suggested_total: str = ""
    gates: list[GateRow] = []
    passed: str = ""
    findings: list[FindingRow] = []
    lines: list[LineRow] = []
    aside: list[AsideRow] = []
    shown: str = "findings"
    parts: list[Share] = []
    parts_said: str = ""
    total_said: str = ""
    balanced: bool = False
    blocked: bool = True
    reason: str = ""
    changes: list[ChangeRow] = []
    counts: str = ""
    target_building: str = ""
    can_undo: bool = False
    errors: dict[str, str] = {}
    adding: bool = False
    adds_owner: bool = False
    owner_number: str = ""

    # --- Loading -----------------------------------------------------------------------------------------------------

    async def _open(self) -> service.Wizard:
        return await self._run(service.open_run, _uuid(self.run_id))

    @event(P.IMPORTS_RUN)
    async def load(self):
        try:
            found = await self._open()
        except NotFound:
            self.missing, self.loaded = True, self.run_id
            return
        self.missing, self.errors, self.shown, self.adding = False, {}, "findings", False
        await self._show(found)
        if self.step == 4:
            await self._show_changes()
        self.loaded = self.run_id

    async def _show(self, found: service.Wizard) -> None:
        locale = await self._locale()
        run, draft = found.run, found.draft
        self.filename, self.status = run.filename, run.status
        self.step = 5 if run.status != "draft" else STEPS.index(run.choices.get("step", "columns")) + 2
        self.can_undo = run.status == "committed"
        self.target_building = str(run.building_id or "")
        self.sheets = [sheet_row(found, sheet) for sheet in found.mapping]
        self.building = {name: found.choices.building.get(name, "") for name in BUILDING}
        self.building["deed_total"] = str(found.choices.deed_total or "")
        self.suggested_total = str(draft.suggested_total or "")
        self.gates = [gate_row(gate, locale) for gate in draft.gates]
        self.passed = translate(
            locale, N_("{passed} of {count} passed"), passed=sum(g.passed for g in draft.gates), count=len(draft.gates)
        )
        self.findings = [finding_row(f, found, locale) for f in draft.findings[:MOST]]
        rows, _ = read_rows(found.book, found.mapping, found.choices)
        self.lines = [line_row(row) for row in rows[:MOST] if row.role == Role.LOTS]
        self.aside = [
            AsideRow(
                f"{a.sheet}:{a.line}",
                str(a.line),
                translate(locale, REASONS[a.reason]),
                f"{a.text} {a.figure}".strip(),
                a.reason == Reason.DROPPED,
            )
            for a in draft.aside
            if a.reason != Reason.BLANK
        ]
        self._show_total(draft, locale)
        failed = [g for g in draft.gates if g.blocking and not g.passed]
        self.blocked = bool(failed)
        self.reason = (
            translate(locale, N_("To settle first: {gate}"), gate=translate(locale, failed[0].label)) if failed else ""
        )

    def _show_total(self, draft: Draft, locale: str) -> None:
        by_type: dict[LotType, int] = {}
        for lot in draft.lots:
            by_type[lot.type] = by_type.get(lot.type, 0) + lot.shares
        found, total = sum(by_type.values()), draft.total or 0
        whole = max(found, total, 1)
        ordered = sorted(by_type.items(), key=lambda item: -item[1])
        self.parts = [
            Share(
                translate(locale, LOT_TYPES[kind]),
                number(shares, locale),
                f"{shares * 1000 // whole / 10}",
                f"k{min(n, 4)}",
            )
            for n, (kind, shares) in enumerate(ordered, 1)
            if shares
        ]
        if total > found:
            self.parts.append(
                Share(
                    translate(locale, N_("Missing")),
                    number(total - found, locale),
                    f"{(total - found) * 1000 // whole / 10}",
                    "missing",
                )
            )
        self.balanced = bool(total) and found == total
        self.total_said = f"{number(found, locale)} / {number(total, locale)}" if total else number(found, locale)
        self.parts_said = translate(
            locale, N_("{found} of {total} shares"), found=number(found, locale), total=number(total, locale)
        )

    async def _show_changes(self) -> None:
        locale = await self._locale()
        found = await self._run(service.dry_run, _uuid(self.run_id))
        self.changes = [change_row(change, locale) for change in found[:MOST]]
        counted: dict[tuple[Entity, Change], int] = {}
        for change in found:
            counted[change.entity, change.change] = counted.get((change.entity, change.change), 0) + 1
        said = [
            f"{translate(locale, ENTITIES[entity])}: {number(n, locale)} {translate(locale, CHANGES[change])}"
            for (entity, change), n in counted.items()
        ]
        self.counts = " · ".join(said)

    # --- Deciding ----------------------------------------------------------------------------------------------------

    async def _choose(self, **decided: Any) -> None:
        await self._show(await self._run(service.choose, _uuid(self.run_id), **decided))

    @event(P.IMPORTS_RUN)
    async def remap(self, sheet: int, column: int, field: str):
        await self._show(await self._run(service.remap, _uuid(self.run_id), sheet=sheet, column=column, field=field))

    @event(P.IMPORTS_RUN)
    async def reread(self, sheet: int, role: str):
        await self._show(await self._run(service.remap, _uuid(self.run_id), sheet=sheet, role=role))

    @event(P.IMPORTS_RUN)
    async def move_header(self, sheet: int, line: str):
        header = int(line) - 1 if line.strip().isdigit() else -1
        await self._show(await self._run(service.remap, _uuid(self.run_id), sheet=sheet, header=header))

    @event(P.IMPORTS_RUN)
    async def describe(self, form: dict[str, Any]):
        """The building's identity, confirmed by the person, then the checks."""
        self.errors = {}
        said = {name: str(form.get(name, "")).strip() for name in BUILDING}
        self.errors = await _missing(said, await self._locale())
        if self.errors:
            return
        belgium.kbo(said["kbo"])
        await self._choose(building=said, step="checks")

    @event(P.IMPORTS_RUN)
    async def mend(self, target: str, text: str):
        """A text put in the place of another; nothing when it is the same."""
        here = {f.target: f.text for f in self.findings} | {t: v for row in self.lines for t, v in texts(row)}
        if target and here.get(target) != text:
            await self._choose(fixes={target: text})

    @event(P.IMPORTS_RUN)
    async def accept(self, target: str):
        """Takes the proposal beside a finding."""
        proposals = {f.target: f.proposal for f in self.findings}
        if target in proposals:
            await self._choose(fixes={target: proposals[target]})

    @event(P.IMPORTS_RUN)
    async def accept_all(self):
        """Takes the proposals of spelling, of the order of names and of equal parts; who is who, who consents and who votes
        stay a decision of each case."""
        fixes = {f.target: f.proposal for f in self.findings if f.proposal and f.spelling}
        if fixes:
            await self._choose(fixes=fixes)

    @event(P.IMPORTS_RUN)
    async def decide_other(self, target: str):
        """Two who look alike are two persons."""
        await self._choose(fixes={target: "other"})

    @event(P.IMPORTS_RUN)
    async def ask_line(self, owner_number: str):
        """Opens the form of a line that the file lacks: an owner by number, or an owner of a lot."""
        self.adding, self.adds_owner, self.owner_number, self.errors = True, bool(owner_number), owner_number, {}

    @event(P.IMPORTS_RUN)
    async def close_line(self, open: bool):
        self.adding = open

    @event(P.IMPORTS_RUN)
    async def add_line(self, form: dict[str, Any]):
        cells = {name: str(form.get(name, "")) for name in ADDED if form.get(name)}
        if self.adds_owner:
            cells["owner_number"] = self.owner_number
        await self._choose(add=cells)
        self.adding = False

    @event(P.IMPORTS_RUN)
    async def drop(self, line: str):
        await self._choose(drop=line)

    @event(P.IMPORTS_RUN)
    async def restore(self, line: str):
        await self._choose(restore=line)

    @event(P.IMPORTS_RUN)
    async def show(self, which: str):
        self.shown = which

    @event(P.IMPORTS_RUN)
    async def go_to(self, step: str):
        if step in STEPS[:3]:
            await self._choose(step=step)
            if step == "trial":
                await self._show_changes()

    @event(P.IMPORTS_RUN)
    async def commit(self):
        await self._run(service.commit_import, _uuid(self.run_id))
        await self._show(await self._open())
        return rx.toast.success(translate(await self._locale(), N_("The building is imported.")))

    @event(P.IMPORTS_RUN)
    async def undo(self):
        await self._run(service.undo_import, _uuid(self.run_id))
        await self._show(await self._open())
        return rx.toast.success(translate(await self._locale(), N_("The import is undone: nothing of it is left.")))

    @event(P.IMPORTS_RUN)
    async def forget(self):
        await self._run(service.delete_draft, _uuid(self.run_id))
        return rx.redirect("/imports")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This import does not exist.") from None


async def _missing(said: Mapping[str, str], locale: str) -> dict[str, str]:
    needed = ("name", "address", "postcode", "city", "deed_total")
    return {name: translate(locale, N_("This field is required.")) for name in needed if not said[name]}
