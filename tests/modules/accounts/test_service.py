from datetime import date

import orjson
import pytest
from conftest import a_building, as_role
from sqlmodel import select

from koprogo_app.core.actor import Role
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.core.i18n import LOCALES
from koprogo_app.core.service import call
from koprogo_app.modules.accounts import rules, service
from koprogo_app.modules.accounts.models import AccountIn, BookIn, YearIn
from koprogo_app.modules.accounts.rules import Kind, Purpose, Regime
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.lots import service as lots
from koprogo_app.modules.lots.models import LotIn

YEAR = BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))


@pytest.fixture
def book(alice, building):
    return call(alice, service.open_books, building.id, YEAR)


def code(actor, building_id, wanted):
    return next(a for a in call(actor, service.list_accounts, building_id) if a.code == wanted)


# --- The chart as shipped


def test_the_standard_chart_is_whole():
    rows = service.standard_chart()
    codes = {row["code"] for row in rows}
    assert len(codes) == len(rows) >= 140
    assert {row["code"][0] for row in rows} == set("1234567")  # seven classes (Royal Decree of 12 July 2012)
    assert all(len(row["code"]) == 1 or rules.parent_of(row["code"], codes) for row in rows)
    assert all(row[locale].strip() for row in rows for locale in LOCALES)
    assert {row["kind"] for row in rows} == {"asset", "liability", "expense", "revenue"}
    purposes = [row["purpose"] for row in rows if row["purpose"]]
    assert sorted(purposes) == sorted(Purpose)


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        (Purpose.WORKING_FUND, "100"), (Purpose.RESERVE_FUND, "160"), (Purpose.OWNERS_RESERVE, "4100"),
        (Purpose.OWNERS_WORKING, "4101"), (Purpose.SUPPLIERS, "440"), (Purpose.BANK_RESERVE, "550"),
        (Purpose.BANK_WORKING, "551"), (Purpose.SYNDIC_FEE, "613000"), (Purpose.PRIVATE_COSTS, "643"),
        (Purpose.CALLS_WORKING, "701"),
    ],
)  # fmt: skip
def test_the_codes_of_the_fact_sheet_serve_automatic_entries(purpose, expected):
    row = next(row for row in service.standard_chart() if row["purpose"] == purpose)
    assert (row["code"], row["postable"]) == (expected, "1")


def test_every_account_of_a_purpose_takes_entries_and_co_owners_are_named_on_theirs():
    rows = {row["purpose"]: row for row in service.standard_chart() if row["purpose"]}
    assert {row["postable"] for row in rows.values()} == {"1"}
    assert {p for p, row in rows.items() if row["party"] == "owner"} >= {
        "owners_working",
        "owners_reserve",
        "former_owners",
    }
    assert rows["suppliers"]["party"] == "supplier"


# --- Opening the books


def test_the_books_begin_with_a_year_and_the_standard_chart(alice, building, book):
    assert (book.regime, book.locked_until) == ("double", None)
    years = call(alice, service.list_years, building.id)
    assert [(y.starts_on, y.ends_on) for y in years] == [(date(2026, 1, 1), date(2026, 12, 31))]
    chart = call(alice, service.list_accounts, building.id)
    assert len(chart) == len(service.standard_chart())
    assert code(alice, building.id, "440").label("nl") == "Leveranciers"


def test_the_books_open_once(alice, building, book):
    with pytest.raises(Conflict):
        call(alice, service.open_books, building.id, YEAR)
    assert len(call(alice, service.list_years, building.id)) == 1


def test_a_building_of_twenty_lots_cannot_keep_simplified_books(alice, building):
    for n in range(19):
        call(alice, lots.create_lot, building.id, LotIn(number=f"A{n}", type="apartment", shares=10))
    call(alice, lots.create_lot, building.id, LotIn(number="P1", type="parking", shares=1))
    assert call(alice, service.count_lots, building.id) == 19
    call(alice, service.open_books, building.id, YEAR.model_copy(update={"regime": Regime.SIMPLIFIED}))
    call(alice, lots.create_lot, building.id, LotIn(number="A19", type="apartment", shares=10))
    with pytest.raises(Invalid) as refused:
        call(alice, service.set_regime, building.id, Regime.SIMPLIFIED)
    assert refused.value.field == "regime"
    assert call(alice, service.set_regime, building.id, Regime.DOUBLE).regime == "double"


def test_the_year_proposed_follows_the_statutes_then_the_last_year(alice):
    shifted = call(alice, buildings.create_building, a_building(fiscal_month=7, fiscal_day=1))
    first, last = call(alice, service.proposed_year, shifted.id)
    assert (first.month, first.day, last.month, last.day) == (7, 1, 6, 30)
    call(alice, service.open_books, shifted.id, BookIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30)))
    assert call(alice, service.proposed_year, shifted.id) == (date(2026, 7, 1), date(2027, 6, 30))


def test_a_year_is_added_without_a_gap(alice, building, book):
    call(alice, service.add_year, building.id, YearIn(starts_on=date(2027, 1, 1), ends_on=date(2027, 6, 30)))
    with pytest.raises(Invalid) as refused:
        call(alice, service.add_year, building.id, YearIn(starts_on=date(2027, 7, 2), ends_on=date(2028, 6, 30)))
    assert refused.value.field == "starts_on"
    assert [y.starts_on for y in call(alice, service.list_years, building.id)] == [date(2027, 1, 1), date(2026, 1, 1)]


def test_the_last_year_is_corrected_or_removed_while_nothing_stands_outside_it(alice, building, book):
    first = call(alice, service.list_years, building.id)[0]
    with pytest.raises(Invalid):
        call(alice, service.remove_year, first.id)  # the only one
    call(alice, service.change_year, first.id, YearIn(starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30)))
    second = call(alice, service.add_year, building.id, YearIn(starts_on=date(2027, 7, 1), ends_on=date(2028, 6, 30)))
    with pytest.raises(Invalid):
        call(alice, service.change_year, first.id, YearIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
    with pytest.raises(Invalid) as refused:
        call(alice, service.change_year, second.id, YearIn(starts_on=date(2027, 8, 1), ends_on=date(2028, 6, 30)))
    assert refused.value.field == "starts_on"
    call(alice, service.remove_year, second.id)
    assert [y.ends_on for y in call(alice, service.list_years, building.id)] == [date(2027, 6, 30)]


def test_without_books_there_is_no_year_and_no_account_to_add(alice, building):
    assert call(alice, service.find_book, building.id) is None
    with pytest.raises(Invalid):
        call(alice, service.add_year, building.id, YearIn(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)))
    with pytest.raises(Invalid):
        call(alice, service.create_account, building.id, AccountIn(code="610999", label="Ramonage"))


# --- Lock


def test_the_lock_goes_back_with_a_reason_that_the_trail_keeps(alice, building, book):
    call(alice, service.lock_books, building.id, date(2026, 6, 30))
    with pytest.raises(Invalid) as refused:
        call(alice, service.lock_books, building.id, date(2026, 3, 31))
    assert refused.value.field == "reason"
    call(alice, service.lock_books, building.id, None, "An invoice of May came late")
    assert call(alice, service.find_book, building.id).locked_until is None
    with transaction(alice.organization_id) as s:
        entry = s.exec(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
    assert "An invoice of May came late" in str(orjson.loads(entry.payload)["changes"])


@pytest.mark.parametrize("locked_until", [date(2026, 12, 31), date(2027, 3, 31)])
def test_a_closed_year_is_not_made_longer_by_who_may_not_open_it(alice, building, book, locked_until):
    """2026 is locked; without 2027, which is empty, it would be the last year and could take in days of 2027."""
    year = call(alice, service.list_years, building.id)[0]
    empty = call(alice, service.add_year, building.id, YearIn(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)))
    call(alice, service.lock_books, building.id, locked_until)
    accountant = as_role(alice, Role.ACCOUNTANT)
    with pytest.raises(Invalid, match="The year before this one is locked"):
        call(accountant, service.remove_year, empty.id)
    for wanted in (date(2027, 6, 30), date(2028, 6, 30)):  # the days of the open one are corrected as before
        data = YearIn(starts_on=date(2027, 1, 1), ends_on=wanted)
        assert call(accountant, service.change_year, empty.id, data).ends_on == wanted
    call(alice, service.lock_books, building.id, date(2026, 6, 30), "An invoice came late")
    call(accountant, service.remove_year, empty.id)
    call(alice, service.lock_books, building.id, date(2026, 12, 31))
    with pytest.raises(Invalid, match="this year stays as it is"):
        call(accountant, service.change_year, year.id, YearIn(starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30)))
    assert [y.ends_on for y in call(alice, service.list_years, building.id)] == [date(2026, 12, 31)]


# --- Accounts


def test_a_sub_account_takes_its_kind_and_party_from_above(alice, building, book):
    lift = call(alice, service.create_account, building.id, AccountIn(code="610199", label="Ascenseur B"))
    assert (lift.kind, lift.party, lift.label("de")) == ("expense", None, "Ascenseur B")
    block = call(alice, service.create_account, building.id, AccountIn(code="41012", label="Bloc 2", label_nl="Blok 2"))
    assert (block.kind, block.party, block.label("nl"), block.label("fr")) == ("asset", "owner", "Blok 2", "Bloc 2")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "440", "label": "Twice"}, "code"),
        ({"code": "6 10", "label": "Space"}, "code"),
        ({"code": "099", "label": "Of no class"}, "kind"),
        ({"code": "610199", "label": "  "}, "label"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_beside_its_field(alice, building, book, given, field):
    with pytest.raises(Invalid) as refused:
        call(alice, service.create_account, building.id, AccountIn(**given))
    assert refused.value.field == field


def test_an_account_is_reworded_but_keeps_its_code(alice, building, book):
    lift = code(alice, building.id, "610100")
    call(alice, service.update_account, lift.id, AccountIn(code="610100", label="Lift", label_fr="Ascenseur"))
    after = code(alice, building.id, "610100")
    assert (after.label("fr"), after.label("nl"), after.kind) == ("Ascenseur", "Lift", "expense")
    with pytest.raises(Invalid) as refused:
        call(alice, service.update_account, lift.id, AccountIn(code="610101", label="Lift"))
    assert refused.value.field == "code"
    call(
        alice, service.update_account, lift.id, AccountIn(code="610100", label="Lift", kind=Kind.ASSET)
    )  # not used yet


def test_the_name_of_an_account_is_never_blank(alice, building, book):
    lift = code(alice, building.id, "610100")
    with pytest.raises(Invalid) as refused:
        call(alice, service.update_account, lift.id, AccountIn(code="610100", label="  ", label_fr="Ascenseur"))
    assert refused.value.field == "label"
    call(alice, service.update_account, lift.id, AccountIn(code="610100", label=" Lift  A ", label_nl="  "))
    after = code(alice, building.id, "610100")
    assert (after.label("nl"), after.label("fr")) == ("Lift A", "Lift A")


@pytest.mark.parametrize(("change", "field"), [({"kind": Kind.EXPENSE}, "kind"), ({"postable": False}, "postable")])
def test_an_account_that_serves_automatic_entries_stays_what_it_is(alice, building, book, change, field):
    call(alice, service.load_model)
    for office in (building.id, None):
        suppliers = code(alice, office, "440")
        with pytest.raises(Invalid, match="by itself") as refused:
            call(alice, service.update_account, suppliers.id, AccountIn(code="440", label="Créanciers", **change))
        assert refused.value.field == field
        call(alice, service.update_account, suppliers.id, AccountIn(code="440", label="Créanciers"))
        after = code(alice, office, "440")
        assert (after.label("fr"), after.kind, after.postable) == ("Créanciers", "liability", True)


def test_an_account_that_holds_others_or_serves_automatic_entries_stays(alice, building, book):
    for wanted in ("61", "440"):
        with pytest.raises(Conflict):
            call(alice, service.delete_account, code(alice, building.id, wanted).id)
    added = call(alice, service.create_account, building.id, AccountIn(code="610199", label="Ascenseur B"))
    call(alice, service.delete_account, added.id)
    assert "610199" not in {a.code for a in call(alice, service.list_accounts, building.id)}


# --- The office's model


def test_new_books_are_copied_from_the_offices_model(alice, building):
    assert call(alice, service.load_model) == len(service.standard_chart())
    with pytest.raises(Invalid):
        call(alice, service.load_model)
    call(alice, service.create_account, None, AccountIn(code="610990", label="Ours"))
    call(alice, service.open_books, building.id, YEAR)
    assert code(alice, building.id, "610990").label("en") == "Ours"
    assert code(alice, building.id, "440").purpose == "suppliers"
    other = call(alice, service.create_account, building.id, AccountIn(code="610991", label="Only here"))
    assert other.code not in {a.code for a in call(alice, service.list_accounts, None)}


def test_an_offices_model_is_its_own_also_to_the_platform(alice, charlie, superadmin, building):
    call(alice, service.load_model)
    call(charlie, service.load_model)
    call(charlie, service.create_account, None, AccountIn(code="610990", label="Charlie's"))
    within = superadmin.within(alice.organization_id)
    call(within, service.open_books, building.id, YEAR)
    assert len(call(alice, service.list_accounts, building.id)) == len(service.standard_chart())
    assert "610990" not in {a.code for a in call(within, service.list_accounts, None)}


# --- Who


def test_another_office_sees_nothing(alice, charlie, building, book):
    for action in (
        service.find_book,
        service.list_years,
        service.list_accounts,
        service.count_lots,
        service.proposed_year,
    ):
        try:
            assert call(charlie, action, building.id) == []
        except NotFound:
            continue
    with pytest.raises(NotFound):
        call(charlie, service.get_account, code(alice, building.id, "440").id)
    with pytest.raises(NotFound):
        call(charlie, service.open_books, building.id, YEAR)


def test_a_role_of_another_building_sees_nothing(alice, building, book):
    elsewhere = call(alice, buildings.create_building, a_building(name="Elsewhere"))
    council = as_role(alice, Role.BOARD_MEMBER, elsewhere.id)
    with pytest.raises(NotFound):
        call(council, service.find_book, building.id)
    with pytest.raises(NotFound):
        call(council, service.get_account, code(alice, building.id, "440").id)


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.AUDITOR, Role.OWNER, Role.OCCUPANT, Role.CONTRACTOR])
def test_who_only_reads_changes_nothing(alice, building, book, role):
    other = as_role(alice, role)
    for action, *given in (
        (service.open_books, YEAR), (service.set_regime, Regime.DOUBLE), (service.lock_books, date(2026, 6, 30)),
        (service.add_year, YearIn(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))),
        (service.create_account, AccountIn(code="610999", label="X")),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            call(other, action, building.id, *given)
    if role in (Role.BOARD_MEMBER, Role.AUDITOR):
        assert call(other, service.list_accounts, building.id)
    else:
        with pytest.raises(Forbidden):
            call(other, service.list_accounts, building.id)


def test_an_accountant_keeps_the_books_but_does_not_unlock_them(alice, building):
    accountant = as_role(alice, Role.ACCOUNTANT)
    call(accountant, service.open_books, building.id, YEAR)
    with pytest.raises(Forbidden):
        call(accountant, service.lock_books, building.id, date(2026, 6, 30))
