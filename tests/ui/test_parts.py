# ruff: noqa: RUF012  (class defaults of a Reflex state)
"""The parts of pages: they render, and they are bound for readers and keyboards."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import reflex as rx
from reflex_components_radix.themes.base import RadixThemesComponent

from koprogo_app.ui.badge import article, badge, citation, status_badge
from koprogo_app.ui.breadcrumb import breadcrumb
from koprogo_app.ui.button import button, file_link, icon_button, link
from koprogo_app.ui.dated import Due, dated_tile, todo_group, todo_row
from koprogo_app.ui.dialog import confirm_dialog, dialog, form_dialog, type_to_confirm
from koprogo_app.ui.door import door
from koprogo_app.ui.drawer import drawer
from koprogo_app.ui.empty import empty_state, no_right
from koprogo_app.ui.event import PUBLIC, event
from koprogo_app.ui.form import (
    Choice,
    checkbox,
    date_field,
    field,
    fieldset,
    form,
    money_field,
    radio_group,
    select_field,
    switch,
    textarea,
)
from koprogo_app.ui.help import TOPICS, Topic, help_button, register
from koprogo_app.ui.layout import card, columns, definitions, money, page_head, paragraph, stack
from koprogo_app.ui.menu import menu, menu_choice, menu_item, menu_link, menu_submit
from koprogo_app.ui.native import native_form
from koprogo_app.ui.note import note
from koprogo_app.ui.picker import picker
from koprogo_app.ui.preview import paper, preview
from koprogo_app.ui.progress import job, progress
from koprogo_app.ui.share_bar import Share, share_bar
from koprogo_app.ui.shell import shell
from koprogo_app.ui.stat import stat, stats
from koprogo_app.ui.stepper import stepper, wizard_footer
from koprogo_app.ui.table import Bulk, Column, Filter, data_table
from koprogo_app.ui.tabs import Tab, segmented, tabs
from koprogo_app.ui.timeline import Moment, timeline
from koprogo_app.ui.tokens import STATUSES
from koprogo_app.ui.upload import upload


@dataclass
class LotRow:
    id: str
    number: str
    owner: str
    status: str


class LotsState(rx.State):  # the vars and handlers that table.py and form.py describe
    rows: list[LotRow] = []
    page: int = 1
    size: int = 25
    total: int = 0
    sort: str = ""
    order: str = "asc"
    search: str = ""
    filters: dict[str, str] = {}
    selected: list[str] = []
    errors: dict[str, str] = {}
    opened: bool = False
    failed: str = ""
    people: list[Choice] = []
    dues: list[Due] = []
    moments: list[Moment] = []
    parts: list[Share] = []

    @event(PUBLIC)
    async def go(self, page: int): ...

    @event(PUBLIC)
    async def resize(self, size: int): ...

    @event(PUBLIC)
    async def resort(self, key: str): ...

    @event(PUBLIC)
    async def search_for(self, text: str): ...

    @event(PUBLIC)
    async def filter_by(self, name: str, value: str): ...

    @event(PUBLIC)
    async def pick(self, id: str): ...

    @event(PUBLIC)
    async def pick_all(self): ...

    @event(PUBLIC)
    async def pick_none(self): ...

    @event(PUBLIC)
    async def save(self, form: dict[str, str]): ...

    @event(PUBLIC)
    async def show(self, value: bool): ...

    @event(PUBLIC)
    async def choose(self, key: str): ...

    @event(PUBLIC)
    async def act(self): ...


S = LotsState
COLUMNS = [
    Column("number", "Lot", sortable=True, mobile="name"),
    Column("owner", "Co-owner", mobile="state"),
    Column("status", "Status", numeric=True, mobile="amount"),
]


def lots(**options: Any) -> rx.Component:
    return data_table(COLUMNS, S.rows, lambda r: [r.number, r.owner, status_badge(r.status)], caption="Lots", **options)


register(ui_test=Topic("Quorum", "Half.\n\nOr more.", "3.87 §5", "low", {"fr": "https://example.org/fr"}))

PARTS: dict[str, rx.Component] = {
    "badge": badge("Word", "warn"),
    "status": status_badge("late"),
    "status of a row": status_badge(S.failed, only=("late", "paid")),
    "article": article("3.87 §1"),
    "article with help": article("3.87 §1", "ui_test"),
    "citation": citation("deed, p. 14", "/", kind="deed"),
    "breadcrumb": breadcrumb([("Lots", "/lots")], "5.1"),
    "button": button("Send", kind="solid", busy=S.opened, shortcut="N", on_click=S.act),
    "button with a reason": button("Lock", disabled=S.opened, reason="0,50 € left"),
    "button as a link": button("Open", href="/lots"),
    "icon button": icon_button("download", "Download"),
    "link": link("Lot", "/lots", source=True),
    "file": file_link("PDF", "/api/v1/a.pdf"),
    "tile": dated_tile("nov.", "18", "18 November", "late"),
    "to-do": todo_group("Late", S.dues),
    "dialog": dialog(button("Open"), "Title", "Body"),
    "form dialog": form_dialog(
        button("Add"),
        "Add a lot",
        field("A", "a"),
        on_submit=S.save,
        submit="Add",
        open=S.opened,
        on_open_change=S.show,
    ),
    "confirm": confirm_dialog(button("Send"), "Send 3 letters?", "They cannot change.", "Send 3 letters", S.act),
    "type to confirm": type_to_confirm(
        None, "Delete?", "All of it.", "Lindens", "Delete", S.save, open=S.opened, on_open_change=S.show
    ),
    "door": door("Sign in", "One door.", footer=[link("Help", "/help")]),
    "drawer": drawer(button("Details"), "Title", "Body", sheet=True),
    "empty": empty_state("None yet.", "Bring some.", button("Add")),
    "no right": no_right(),
    "field": field("IBAN", "iban", errors=S.errors, hint="16 figures", required=True, topic="ui_test"),
    "money": money_field("Amount", "amount", errors=S.errors, value=S.failed),
    "read only": field("Year", "year", value="2025", read_only=True),
    "date": date_field("Due", "due", errors=S.errors, value="2026-11-23", moment=True),
    "textarea": textarea("Remark", "remark", errors=S.errors, hint="Seen by all"),
    "select": select_field("Kind", "kind", [("a", "Flat"), ("b", "Cellar")], errors=S.errors, value="b"),
    "select of a state": select_field("Person", "person", S.people, errors=S.errors, blank="Nobody"),
    "checkbox": checkbox("Keep", "keep", errors=S.errors, checked=True),
    "radio": radio_group(
        "There", "there", [("a", "In the room"), ("b", "Away", "By link")], errors=S.errors, hint="One"
    ),
    "switch": switch("Letters", S.opened, S.show, hint="At once"),
    "picker": picker("Owner", "owner", S.people, errors=S.errors, on_create=S.choose),
    "form": form(S.save, fieldset("Group", field("A", "a"), hint="h"), submit="Save", errors=S.errors, busy=S.opened),
    "help": help_button("ui_test"),
    "layout": columns(stack(card(definitions([("A", money("1,00 €"))]), title="T", topic="ui_test")), paragraph("p")),
    "head": page_head("Title", "Lead", button("Go"), facade=True, topic="ui_test", badge=badge("x")),
    "menu": menu(
        button("More"),
        menu_item("Undo", S.act),
        menu_link("CSV", "/api/x", download=True),
        menu_submit("Out", "sign-out"),
    ),
    "menu choice": menu(button("Language"), menu_choice("Deutsch", S.opened, S.act, lang="de")),
    "native form": native_form(button("Sign in", type="submit"), action="/auth/login"),
    "note": note("Words", tone="bad", live="alert", title="Blocked."),
    "paper": paper("/api/v1/letters/1", "Letter", name="letter", on_load=S.act),
    "preview": preview(button("Letter"), "Letter", "/api/v1/letters/1"),
    "progress": progress(42, 100, "Statements"),
    "job": job("Statements", 42, 100, said="42 of 100", on_cancel=S.act),
    "share bar": share_bar(
        [Share("Flats", "9 160", "91.6"), Share("Missing", "40", "0.4", "missing")], "said", tick="50"
    ),
    "share bar of a state": share_bar(S.parts, "said"),
    "stat": stats(stat("1,00 €", "Called", href="/calls", tone="warn")),
    "stepper": stepper(["File", "Columns"], S.page, blocked=True),
    "wizard": wizard_footer(button("Back"), button("Next"), reason="Correct line 7"),
    "table": lots(
        state=S,
        href=lambda r: "/lots/" + r.id,
        search="Search a lot",
        filters=[Filter("status", "Status", [("late", "Late")])],
        bulk=Bulk([button("Remind")], "3 lots"),
        export="/api/v1/lots",
        error=S.failed,
        retry=S.act,
        footer=["3 lots", "", "10 000"],
    ),
    "bare table": lots(),
    "tabs": tabs([Tab("a", "Overview", "/x"), Tab("b", "Lots", "/x/lots", count="28")], "b", "Parts"),
    "segmented": segmented([("a", "All"), ("b", "Money")], S.failed, S.choose, "View"),
    "timeline": timeline([Moment("Sent", "16 Nov.", "done", "two", "3.87 §3")], "Steps"),
    "timeline of a state": timeline(S.moments, "Steps"),
    "upload": upload("/api/v1/documents", "Invoice", S.choose, types=(".pdf",), max_mb=20),
}


def nodes(rendered: Any) -> Iterator[dict[str, Any]]:
    """Every element of a rendered part, in every branch."""
    if isinstance(rendered, dict):
        if "name" in rendered:
            yield rendered
        for value in rendered.values():
            yield from nodes(value)
    elif isinstance(rendered, list | tuple):
        for value in rendered:
            yield from nodes(value)


def props(node: dict[str, Any]) -> dict[str, str]:
    """The attributes of an element, as the JavaScript they are: {"id": '"f-iban"'}."""
    pairs = [prop.split(":", 1) for prop in node["props"] if ":" in prop]
    return {name.strip('"'): value for name, value in pairs}


def elements(part: rx.Component, *tags: str) -> list[dict[str, str]]:
    return [props(node) for node in nodes(part.render()) if node["name"].strip('"') in tags]


def components(part: Any) -> Iterator[Any]:
    yield part
    for child in getattr(part, "children", []):
        yield from components(child)


@pytest.mark.parametrize("name", PARTS)
def test_each_part_renders_without_the_themed_components_that_weigh_84_kb(name):
    assert list(nodes(PARTS[name].render()))
    assert not [c for c in components(PARTS[name]) if isinstance(c, RadixThemesComponent)]


FIELDS = ["field", "money", "read only", "date", "textarea", "select", "select of a state", "checkbox"]


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_has_a_label_bound_to_it(name):
    [control] = elements(PARTS[name], "input", "select", "textarea")
    assert control["id"] in [label.get("htmlFor") for label in elements(PARTS[name], "label")]


def test_the_picker_has_a_label_bound_to_its_text_field():
    [box] = elements(PARTS["picker"], "PickerBox")
    assert box["id"] == '"f-owner"'
    assert elements(PARTS["picker"], "label")[0]["htmlFor"] == '"f-owner"'


@pytest.mark.parametrize("name", ["field", "money", "date", "textarea", "select", "checkbox"])
def test_an_error_is_announced_with_its_field_and_takes_the_place_of_the_hint(name):
    [control] = elements(PARTS[name], "input", "select", "textarea")
    ids = {element["id"] for element in elements(PARTS[name], "span") if "id" in element}
    named = set(re.findall(r'"(f-[\w-]+)"', control["aria-describedby"]))
    assert named
    assert named <= {i.strip('"') for i in ids}
    assert re.search(r'errors.*hasOwnProperty.*\? "true" : "false"', control["aria-invalid"])


def test_a_field_is_sent_once_under_its_name():
    """With an id given to Reflex the form would send the value twice, as `iban` and as `f_iban`."""
    [control] = elements(PARTS["field"], "input")
    assert control["name"] == '"iban"'
    assert "ref" not in control


def test_a_field_keeps_what_is_typed_and_takes_a_new_value_of_the_server():
    [control] = elements(PARTS["money"], "input")
    assert "value" not in control
    assert control["defaultValue"] == control["key"]


def test_optional_fields_say_so_and_required_ones_are_marked_for_readers():
    [required] = elements(PARTS["field"], "input")
    [free] = elements(PARTS["money"], "input")
    assert required["required"] == "true"
    assert "required" not in free
    assert '"opt"' in str(PARTS["money"].render())
    assert '"opt"' not in str(PARTS["field"].render())


def test_radios_form_a_group_with_a_legend():
    assert [node["name"] for node in nodes(PARTS["radio"].render())][:2] == ['"fieldset"', '"legend"']
    assert [radio["name"] for radio in elements(PARTS["radio"], "input")] == ['"there"', '"there"']


def test_a_form_leaves_the_words_of_errors_to_the_server_and_its_summary_takes_the_focus():
    [drawn] = elements(PARTS["form"], "form")
    assert drawn["noValidate"] == "true"
    summary = next(s for s in elements(PARTS["form"], "div") if "data-summary" in s)
    assert summary["role"] == '"alert"'
    assert summary["tabIndex"] == "-1"


def test_a_table_names_itself_its_columns_and_its_rows():
    rendered = PARTS["table"].render()
    assert '"caption"' in [node["name"] for node in nodes(rendered)]
    headers = elements(PARTS["table"], "th")
    assert [h["scope"] for h in headers] == ['"col"'] * 4 + ['"row"']
    assert [("aria-sort" in h) for h in headers[:4]] == [False, True, False, False]
    [order] = [h["aria-sort"] for h in headers if "aria-sort" in h]
    assert all(word in order for word in ('"descending"', '"ascending"', '"none"'))


def test_a_table_has_one_content_for_each_column():
    with pytest.raises(ValueError, match="zip"):
        data_table(COLUMNS, [LotRow("1", "5.1", "Bob", "late")], lambda r: [r.number], caption="Lots").render()


def test_a_row_of_a_telephone_shows_the_columns_that_have_a_place():
    cells = elements(PARTS["bare table"], "th", "td")
    assert [c["data-m"] for c in cells if "data-m" in c] == ['"name"', '"state"', '"amount"']


def test_a_table_without_a_state_has_no_pager_and_no_sort():
    drawn = str(PARTS["bare table"].render())
    assert "aria-sort" not in drawn
    assert '"tfoot"' not in drawn


def test_a_tab_is_a_link_and_the_current_one_says_so():
    links = elements(PARTS["tabs"], "ReactRouterLink")
    assert [link["to"] for link in links] == ['"/x"', '"/x/lots"']
    assert [link.get("aria-current") for link in links] == [None, '"page"']


def test_a_badge_is_an_icon_and_a_word_never_a_colour_alone():
    for status in STATUSES:
        drawn = list(nodes(status_badge(status).render()))
        assert drawn[1]["name"].startswith("Lucide"), status
        assert STATUSES[status].label in str(drawn[0]["children"]), status


def test_bars_and_tiles_are_said_in_words():
    assert {"role": '"img"', "aria-label": '"said"'}.items() <= elements(PARTS["share bar"], "div")[1].items()
    [tile] = [s for s in elements(PARTS["tile"], "span") if "role" in s]
    assert tile["aria-label"] == '"18 November"'


def test_the_width_of_a_part_is_its_percentage():
    widths = re.findall(r"width.{1,6}?([\d.]+)%", str(PARTS["share bar"].render()))
    assert widths == ["91.6", "0.4"]


def test_a_to_do_row_leads_where_it_says():
    row = todo_row(Due("1", "nov.", "18", "18 November", "late", "Lift", "Lindens", "/lifts", "Plan", "3.94 §1"))
    assert [link["to"] for link in elements(row, "ReactRouterLink")] == ['"/lifts"', '"/lifts"']


def test_links_to_files_and_to_other_sites_leave_the_router():
    """The router would look for a page of the app at /api/…"""
    assert elements(PARTS["file"], "a")[0]["download"] == "true"
    assert elements(menu_link("CSV", "/api/x" + S.failed, download=True), "a")[0]["download"] == "true"
    assert elements(link("All", "/api/v1/lots"), "a")[0]["href"] == '"/api/v1/lots"'
    assert elements(link("Law", "https://example.org", external=True), "a")[0]["rel"] == '"noopener noreferrer"'
    assert elements(link("Lots", "/lots"), "ReactRouterLink")[0]["to"] == '"/lots"'


def test_the_first_link_of_a_page_skips_to_its_content():
    """By the browser: the router would scroll and leave the focus behind."""
    drawn = shell(lambda: paragraph("x"), [], "Here", None)
    skip = elements(drawn, "a")[0]
    assert skip["href"] == '"#main"'
    assert elements(drawn, "main")[0]["id"] == '"main"'


def test_a_help_topic_shows_its_confidence_and_is_registered_once():
    assert "Not confirmed" in str(help_button("ui_test").render())
    register(ui_test=TOPICS["ui_test"])
    with pytest.raises(ValueError, match="ui_test"):
        register(ui_test=Topic("Other", "Other"))
