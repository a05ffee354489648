"""What the take-over wizard shows, already worded for its reader. Every decision is kept at once: the page may be left."""

from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.core.actor import Permission as P
from koprogo_app.core.errors import DomainError, Invalid, NotFound
from koprogo_app.core.i18n import N_, day, euros, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.validation import parse
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import AccountIn
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.parsing.rules import fold
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.listing import Listing, listed

from . import rules, service
from .columns import Field
from .drafts import lines_of
from .lines import OWNER, Line
from .models import StartIn
from .reading import PARTY
from .rows import (
    ASIDE,
    DOUBTS,
    AsideRow,
    GateRow,
    LineRow,
    SheetRow,
    SideRow,
    aside_row,
    gate_row,
    line_row,
    sheet_rows,
    side_row,
)
from .rules import Status, Step
from .service import Opening

STEPS = tuple(Step)
DONE = len(STEPS) + 1


@listed(P.LEDGER_READ)
class OpeningState(Listing, rx.State):
    size: int = 50
    loaded: str = ""  # the building shown; until it is the one of the address, nothing is
    missing: bool = False
    open: bool = False  # the books are
    draft_id: str = ""
    status: str = ""
    step: int = 1
    opens_on: str = ""
    day: str = ""
    days: list[Choice] = []
    files: list[str] = []
    sheets: list[SheetRow] = []
    which: str = "all"
    rows: list[LineRow] = []
    asides: list[AsideRow] = []
    sides: list[SideRow] = []
    gates: list[GateRow] = []
    passed: str = ""
    to_settle: int = 0
    debit: str = ""
    credit: str = ""
    gap: str = ""
    stated: dict[str, str] = {}
    reason: str = ""
    chart: list[Choice] = []
    owner_accounts: list[Choice] = []
    people: list[Choice] = []
    dialog: str = ""  # "account", "create", "person", "line" or ""
    asked: str = ""  # the code or the line that the dialog is about
    asked_words: str = ""
    errors: dict[str, str] = {}

    # --- Loading -----------------------------------------------------------------------------------------------------

    @event(P.LEDGER_READ)
    async def load(self):
        self.errors, self.dialog, self.which, self.page, self.search = {}, "", "all", 1, ""
        try:
            await self._read()
            self.missing = False
        except NotFound:
            self.missing = True
        self.loaded = self.building_id

    async def _read(self) -> None:
        locale, building_id = await self._locale(), id_of(self.building_id)
        self.open = await self._run(accounts.find_book, building_id) is not None
        years = await self._run(accounts.list_years, building_id)
        self.days = [Choice(y.starts_on.isoformat(), day(y.starts_on, locale)) for y in years]
        found = await self._run(service.find_opening, building_id)
        if found is None:
            self.draft_id, self.status, self.step, self.rows, self.sheets, self.files, self.sides = (
                "",
                "",
                1,
                [],
                [],
                [],
                [],
            )
            self.opens_on = self.days[-1].value if self.days else ""
            return
        await self._show(found)

    async def _show(self, found: Opening) -> None:
        locale, run = await self._locale(), found.run
        self.draft_id, self.status, self.opens_on, self.day = (
            str(run.id),
            run.status,
            run.opens_on.isoformat(),
            day(run.opens_on, locale),
        )
        draft = run.status == Status.DRAFT
        self.step = STEPS.index(Step(found.choices.step)) + 1 if draft else DONE
        self.debit, self.credit = euros(found.totals.debit, locale), euros(found.totals.credit, locale)
        apart = found.totals.debit - found.totals.credit
        self.gap = euros(Cents(abs(apart)), locale) if apart else ""
        self.files = list(dict.fromkeys(sheet.file for sheet in found.sheets))
        self.sheets, self.stated = sheet_rows(found), dict(found.choices.stated)
        self.gates = [gate_row(gate, locale) for gate in found.gates]
        good = sum(gate.passed for gate in found.gates)
        self.passed = translate(
            locale,
            N_("{passed} of {count} passed"),
            passed=number(good, locale),
            count=number(len(found.gates), locale),
        )
        stop = rules.failed(found.gates)
        self.reason = (
            translate(locale, N_("To settle first: {gate}"), gate=translate(locale, stop.label)) if stop else ""
        )
        self.chart = [Choice(a.code, f"{a.code} {a.labels[locale]}") for a in found.known.chart.values() if a.postable]
        self.owner_accounts = [c for c in self.chart if found.known.chart[c.value].party == OWNER]
        self._show_lines(found, locale)
        if self.step >= STEPS.index(Step.ENTRY) + 1:
            self._show_entry(found, locale)

    def _show_lines(self, found: Opening, locale: str) -> None:
        """The rows of this page of the grid, or of what was set aside."""
        self.to_settle = sum(line.blocked for line in found.lines)
        wanted = [line for line in found.lines if self._wanted(line)]
        aside = found.source.aside if self.which == ASIDE else ()
        self.total, first = len(aside) if self.which == ASIDE else len(wanted), (self.page - 1) * self.size
        if first and first >= self.total:
            self.page, first = 1, 0
        self.rows = [line_row(line, found.known, locale) for line in wanted[first : first + self.size]]
        self.asides = [aside_row(one, locale) for one in aside[first : first + self.size]]

    def _wanted(self, line: Line) -> bool:
        if self.which == DOUBTS and not line.doubts:
            return False
        return all(
            word in fold(f"{line.code} {line.account} {line.label} {line.name}") for word in fold(self.search).split()
        )

    def _show_entry(self, found: Opening, locale: str) -> None:
        kept = lines_of(found.run)
        self.total, first = len(kept), (self.page - 1) * self.size
        self.sides = [side_row(line, found.known, locale) for line in kept[first : first + self.size]]

    async def _decide(self, fn: Any, *args: Any, form: bool = False, **kwargs: Any) -> None:
        await self._show(await self._act(fn, *args, form=form, **kwargs))

    async def _act(self, fn: Any, *args: Any, form: bool = False, **kwargs: Any) -> Any:
        """One action on the take-over. A refusal goes beside the field of a form; without a form it is a toast."""
        try:
            return await self._run(fn, _uuid(self.draft_id), *args, **kwargs)
        except DomainError as error:
            raise error if form else type(error)(error.message, **error.params) from None

    # --- Day and files -----------------------------------------------------------------------------------------------

    @event(P.LEDGER_SETUP)
    async def begin(self, form: dict[str, Any]):
        """The day, and on to the files or to the grid."""
        self.errors = {}
        await self._run(service.start_opening, id_of(self.building_id), parse(StartIn, {"on": form.get("on")}))
        await self._read()
        await self._decide(service.go_to, Step.BALANCES if form.get("source") == "hand" else Step.FILE)

    @event(P.LEDGER_SETUP)
    async def restart(self, again: bool):
        """Another take-over after an undone one, from its balances or from nothing."""
        await self._run(
            service.start_opening, id_of(self.building_id), parse(StartIn, {"on": self.opens_on, "again": again})
        )
        self.page, self.which = 1, "all"
        await self._read()
        if again:
            await self._decide(service.go_to, Step.BALANCES)

    @event(P.LEDGER_SETUP)
    async def sent(self, _id: str):
        """The file is on the server."""
        self.page = 1
        await self._read()

    @event(P.LEDGER_SETUP)
    async def drop_file(self, file: str):
        await self._decide(service.drop_file, file)

    @event(P.LEDGER_SETUP)
    async def remap(self, sheet: int, column: int, field: str):
        await self._decide(service.remap, sheet, column=column, field=field)

    @event(P.LEDGER_SETUP)
    async def move_header(self, sheet: int, line: str):
        header = int(line) - 1 if line.strip().isdecimal() and len(line.strip()) < 6 else -1
        if str(header + 1) != next((one.header for one in self.sheets if one.id == sheet), ""):
            await self._decide(service.remap, sheet, header=header)

    @event(P.LEDGER_SETUP)
    async def use(self, sheet: int, used: bool):
        await self._decide(service.remap, sheet, used=used)

    @event(P.LEDGER_SETUP)
    async def set_account(self, sheet: int, account: str):
        if account != next((one.account for one in self.sheets if one.id == sheet), ""):
            await self._decide(service.remap, sheet, account=account)

    # --- Balances ----------------------------------------------------------------------------------------------------

    @event(P.LEDGER_SETUP)
    async def go_to(self, step: str):
        self.page, self.which, self.search = 1, "all", ""
        await self._decide(service.go_to, step)

    @event(P.LEDGER_READ)
    async def show(self, which: str):
        self.which, self.page = which, 1
        await self._read()

    @event(P.LEDGER_SETUP)
    async def edit(self, key: str, field: str, text: str):
        """A text put in the place of another; nothing when it is the same."""
        row = next((row for row in self.rows if row.key == key), None)
        if row and text.strip() != getattr(row, "due" if field == Field.DUE else field, None):
            await self._decide(service.edit_line, key, {field: text})

    @event(P.LEDGER_SETUP)
    async def accept(self, key: str):
        """Takes the proposal beside a line."""
        row = next((row for row in self.rows if row.key == key and row.proposal), None)
        if row is None:
            return
        if row.field == Field.ACCOUNT:
            await self._decide(service.map_account, row.code, row.proposal)
        elif row.field == Field.PERSON:
            await self._decide(service.name_party, key, row.proposal)
        else:
            await self._decide(service.edit_line, key, {row.field: row.proposal})

    @event(P.LEDGER_SETUP)
    async def accept_accounts(self):
        await self._decide(service.accept_accounts)

    @event(P.LEDGER_SETUP)
    async def drop(self, key: str):
        await self._decide(service.drop_line, key)

    @event(P.LEDGER_SETUP)
    async def restore(self, key: str):
        await self._decide(service.drop_line, key, back=True)

    @event(P.LEDGER_SETUP)
    async def add_owners(self, form: dict[str, Any]):
        """A line for each co-owner, to be filled in."""
        self.errors = {}
        await self._decide(service.add_owner_lines, str(form.get("owner_account", "")), form=True)

    @event(P.LEDGER_SETUP)
    async def add_supplier(self, key: str):
        await self._decide(service.add_supplier, key)

    # --- Dialogs -----------------------------------------------------------------------------------------------------

    @event(P.LEDGER_SETUP)
    async def ask(self, dialog: str, asked: str):
        """Opens a dialog on a code, a line, or a new line."""
        row = next((row for row in self.rows if asked in (row.key, row.code)), None)
        self.dialog, self.asked, self.errors = dialog, asked, {}
        self.asked_words = (row.label if row else "") if dialog == "create" else ""
        if dialog in ("person", "line"):
            found = await self._run(service.get_opening, _uuid(self.draft_id))
            sides = [row.party] if row and dialog == "person" else list(found.known.parties)
            self.people = [Choice(one.id, one.name) for side in sides for one in found.known.parties.get(side, ())]

    @event(P.LEDGER_SETUP)
    async def close(self, open: bool):
        self.dialog = self.dialog if open else ""

    @event(P.LEDGER_SETUP)
    async def map_account(self, form: dict[str, Any]):
        self.errors = {}
        await self._decide(service.map_account, self.asked, str(form.get("account", "")), form=True)
        self.dialog = ""

    @event(P.LEDGER_SETUP)
    async def create_account(self, form: dict[str, Any]):
        self.errors = {}
        given = {name: form.get(name) for name in ("code", "label", "kind")}
        code = str(form.get("code", "")).strip()
        await self._decide(service.add_account, parse(AccountIn, given), form=True)
        if code != self.asked:
            await self._decide(service.map_account, self.asked, code, form=True)
        self.dialog = ""

    @event(P.LEDGER_SETUP)
    async def name_party(self, form: dict[str, Any]):
        self.errors = {}
        await self._decide(service.name_party, self.asked, str(form.get("party", "")), form=True)
        self.dialog = ""

    @event(P.LEDGER_SETUP)
    async def add_line(self, form: dict[str, Any]):
        self.errors = {}
        names = (Field.ACCOUNT, Field.LABEL, Field.DEBIT, Field.CREDIT, PARTY)
        texts = {str(name): str(form.get(name, "")) for name in names}
        if not any(text.strip() for text in texts.values()):
            raise Invalid("This field is required.", field="account")
        await self._decide(service.add_line, texts, form=True)
        self.dialog = ""

    # --- Checks and entry --------------------------------------------------------------------------------------------

    @event(P.LEDGER_SETUP)
    async def state_totals(self, form: dict[str, Any]):
        self.errors = {}
        await self._decide(
            service.state_totals, str(form.get("stated_debit", "")), str(form.get("stated_credit", "")), form=True
        )

    @event(P.LEDGER_SETUP)
    async def post(self):
        await self._act(service.post_opening)
        await self._read()
        return rx.toast.success(translate(await self._locale(), N_("The opening balances are entered.")))

    @event(P.LEDGER_SETUP)
    async def undo(self):
        await self._act(service.undo_opening)
        await self._read()
        return rx.toast.success(translate(await self._locale(), N_("The opening balances are undone.")))

    @event(P.LEDGER_SETUP)
    async def forget(self):
        await self._act(service.delete_draft)
        await self._read()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This take-over does not exist.") from None
