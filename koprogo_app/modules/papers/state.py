"""The page of papers: what is chosen, the last checks, and what stands in the frame: that alone leaves."""

import io
import json
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import reflex as rx

from koprogo_app.core import clock
from koprogo_app.core.actor import Permission
from koprogo_app.core.errors import Invalid
from koprogo_app.core.i18n import N_, day, number, translate
from koprogo_app.core.service import in_thread
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.state import id_of
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.documents.models import Category, DocumentIn
from koprogo_app.modules.owners import service as owners
from koprogo_app.ui.event import event
from koprogo_app.ui.form import Choice
from koprogo_app.ui.session import Session

from . import pdf, service

FRAME = "paper"  # the frame's name: the target of the letter's form
VIEW = "#navpanes=0&view=FitH"  # the browser's viewer: the width of the page, nothing beside it
KINDS = ("register", "certificate", "letter")
# A form of the browser takes a letter to its frame: its words never stand in an address, which servers log. The frame
# may appear a moment later than the form.
_POST = """((url, values, tries) => {
  const send = () => {
    if (!document.querySelector("iframe[name=%(frame)s]")) return tries-- > 0 && setTimeout(send, 50);
    const form = document.createElement("form");
    Object.assign(form, {method: "post", action: url, target: "%(frame)s", hidden: true});
    for (const [name, value] of Object.entries(values))
      form.append(Object.assign(document.createElement("textarea"), {name, value}));
    document.body.append(form);
    form.submit();
    form.remove();
  };
  send();
})(%(url)s, %(values)s, 40)"""


@dataclass
class CheckRow:
    label: str
    said: str
    tone: str
    href: str


@dataclass
class Shown:
    """What stands in the frame."""

    kind: str
    on: date
    language: str = ""
    owner_id: UUID | None = None
    letter: dict[str, str] | None = None

    def address(self, building_id: str, suffix: str = "", **more: str) -> str:
        """Its REST address; a letter's takes a form."""
        if self.kind == "letter":
            return f"/api/v1/buildings/{building_id}/letters/preview" + (f"?{urlencode(more)}" if more else "")
        if self.kind == "register":
            query = {"on": self.on.isoformat(), "language": self.language} | more
            return f"/api/v1/buildings/{building_id}/register.pdf{suffix}?{urlencode(query)}"
        query = {"building_id": building_id, "on": self.on.isoformat()} | more
        return f"/api/v1/owners/{self.owner_id}/certificate.pdf{suffix}?{urlencode(query)}"


class PapersState(Session, rx.State):
    kind: str = KINDS[0]
    issues: bool = False  # certificates: the office
    writes: bool = False  # letters: who keeps the register
    files: bool = False
    on: str = ""  # the day the field begins with; typing must not make the field anew
    language: str = ""
    owner_id: str = ""
    people: list[Choice] = []
    checks: list[CheckRow] = []
    reason: str = ""  # why nothing can be printed
    errors: dict[str, str] = {}
    shown: bool = False
    busy: bool = False  # the frame waits for the paper
    filing: bool = False
    url: str = ""
    download: str = ""  # empty for a letter, which is posted
    _shown: Shown | None = None
    _on: str = ""
    _building: str = ""

    @event(Permission.REGISTER_PRINT)
    async def load(self):
        actor = await self._actor()
        building = await self._run(buildings.get_building, id_of(self._place()))
        if self._building != self._place():
            self._building, self.kind, self.owner_id = self._place(), KINDS[0], ""
            self.on = self._on = clock.today().isoformat()
            self.language = building.language
            self._clear()
        self.issues, self.writes = owners.sees_contacts(actor), actor.can(Permission.OWNERS_WRITE)
        self.files = actor.can(Permission.DOCUMENTS_UPLOAD)
        await self._look()

    @event(Permission.REGISTER_PRINT)
    async def choose(self, kind: str):
        if kind in KINDS:
            self.kind = kind
            self._clear()
            await self._look()

    @event(Permission.REGISTER_PRINT)
    async def pick_day(self, on: str):
        self._on = on
        self._clear()
        await self._look()

    @event(Permission.REGISTER_PRINT)
    async def pick_language(self, language: str):
        self.language = language
        self._clear()

    @event(Permission.REGISTER_PRINT)
    async def pick_person(self, owner_id: str):
        self.owner_id = owner_id
        self._clear()
        await self._look()

    @event(Permission.REGISTER_PRINT)
    async def show(self, form: dict[str, Any]):
        """Puts what is chosen in the frame, once nothing stops it."""
        self._clear()
        await self._look()
        if self.reason:
            return None
        shown = await self._chosen(form)
        if shown.letter:
            await self._run(service.letter_paper, id_of(self._place()), **_entered(shown.letter))
        self._shown, self.shown, self.busy = shown, True, shown.kind != "letter"
        if shown.kind == "letter":
            self.url, self.download = "about:blank", ""
            return _posted(shown.address(self._place()) + VIEW, shown.letter)
        self.url = shown.address(self._place(), "/preview") + VIEW
        self.download = shown.address(self._place(), disposition="attachment")
        return None

    @event(Permission.REGISTER_PRINT)
    async def appeared(self):
        self.busy = False

    @event(Permission.OWNERS_WRITE)
    async def download_letter(self):
        if self._shown and self._shown.letter:
            return _posted(self._shown.address(self._place(), disposition="attachment"), self._shown.letter)
        return None

    @event(Permission.DOCUMENTS_UPLOAD)
    async def begin_filing(self):
        """Shows that the paper is being made: some seconds for a large register."""
        self.filing = self._shown is not None

    @event(Permission.DOCUMENTS_UPLOAD)
    async def file(self):
        """Keeps what stands in the frame among the documents of the building."""
        if self._shown is None:
            return None
        try:
            data, content = await self._made(self._shown)
            await self._run(documents.create_document, data, f"{self._shown.kind}.pdf", io.BytesIO(content))
        finally:
            self.filing = False
        return rx.toast.success(translate(await self._locale(), N_("The paper is among the documents.")))

    # --- Inside ---

    def _place(self) -> str:
        return self.building_id  # type: ignore[attr-defined]  (of the page's address)

    def _clear(self) -> None:
        self.shown, self.busy, self.url, self.download, self._shown, self.errors = False, False, "", "", None, {}

    def _day(self) -> date:
        try:
            return clock.today() if self.kind == "letter" else date.fromisoformat(self._on)
        except ValueError:
            raise Invalid("Enter a date.", field="on") from None

    async def _look(self) -> None:
        """Reads the people of the day and makes the last checks again."""
        locale, building_id, on = await self._locale(), id_of(self._place()), self._day()
        people = await self._run(service.list_recipients, building_id, on)
        self.people = [Choice(str(owner_id), name) for owner_id, name in people]
        person = UUID(self.owner_id) if self.kind != "register" and self.owner_id else None
        found = await self._run(service.list_checks, building_id, on, person, register=self.kind == "register")
        self.checks = [_check_row(check, locale) for check in found]
        self.reason = next((row.said for row in self.checks if row.tone == "bad"), "")

    async def _chosen(self, form: dict[str, Any]) -> Shown:
        if self.kind == "register":
            return Shown(self.kind, self._day(), self.language)
        if not self.owner_id:
            raise Invalid("Choose one from the list.", field="owner_id")
        letter = None
        if self.kind == "letter":
            names = ("subject", "body", "enclosures")
            letter = {name: str(form.get(name, "")) for name in names} | {"owner_id": self.owner_id}
        return Shown(self.kind, self._day(), owner_id=UUID(self.owner_id), letter=letter)

    async def _made(self, shown: Shown) -> tuple[DocumentIn, bytes]:
        """The paper once more, with what the vault says of it; typeset off the event loop."""
        building_id = id_of(self._place())
        if shown.kind == "register":
            paper = await self._run(service.register_paper, building_id, shown.on, shown.language)
            title, locale, make = _title(shown.language, REGISTER, shown.on), shown.language, pdf.register_pdf
        elif shown.letter:
            paper = await self._run(service.letter_paper, building_id, **_entered(shown.letter))
            title, locale, make = paper.subject, paper.recipient.language, pdf.letter_pdf
        else:
            paper = await self._run(service.certificate_paper, building_id, shown.owner_id, shown.on)
            locale, make = paper.recipient.language, pdf.certificate_pdf
            title = _title(locale, CERTIFICATE, shown.on, name=paper.person)
        category = Category.OTHER if shown.kind == "register" else Category.LETTER
        data = DocumentIn(
            building_id=building_id, category=category, title=title[:200], owner_id=shown.owner_id,
            dated_on=paper.issued_on,
        )  # fmt: skip
        return data, await in_thread(partial(make, paper, locale))


REGISTER = N_("Register of lots and owners on {day}")
CERTIFICATE = N_("Certificate of ownership of {name} on {day}")


def _title(locale: str, msgid: str, on: date, **names: str) -> str:
    return translate(locale, msgid, day=day(on, locale), **names)


def _check_row(check: service.Check, locale: str) -> CheckRow:
    if check.wrong is None:
        return CheckRow(translate(locale, check.label), "", "ok", "")
    figures = {k: number(v, locale) if isinstance(v, int) else v for k, v in check.wrong.params.items()}
    said = translate(locale, check.wrong.message, **figures)
    return CheckRow(translate(locale, check.label), said, "bad" if check.blocking else "warn", check.href)


def _entered(letter: dict[str, str]) -> dict[str, Any]:
    return letter | {"owner_id": UUID(letter["owner_id"]), "enclosures": letter["enclosures"].splitlines()}


def _posted(url: str, values: dict[str, str] | None) -> rx.event.EventSpec:
    script = _POST % {"frame": FRAME, "url": json.dumps(url), "values": json.dumps(values)}
    return rx.run_script(rx.Var(script))
