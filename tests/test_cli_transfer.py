"""`koprogo export` and `koprogo import`: out of one office and into another; a spreadsheet, tried and then written."""

from pathlib import Path

import pytest
from conftest import make_organization
from sqlmodel import select
from typer.testing import CliRunner, Result

from koprogo_app import cli
from koprogo_app.core.actor import Actor
from koprogo_app.core.db import transaction
from koprogo_app.modules.buildings.models import Building

FAULTY = Path(__file__).parent / "data" / "import" / "les-tilleuls.xlsx"
SHEET = """VME Residentie De Linde
KBO 0712.345.630

Kavel;Aandelen;Deel;Naam;Voornaam
1;600/1000;1/1;De Vos;Ann
2;400/1000;1/2;Peeters;Jan
2;400/1000;1/2;Smith;John
"""
IDENTITY = ("--set", "address=Lindelaan 7", "--set", "postcode=9000", "--set", "city=Gent", "--set", "deed_total=1000")


def koprogo(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def names(organization_id) -> list[str]:
    with transaction(organization_id) as s:
        return list(s.exec(select(Building.name)).all())


def test_an_exported_building_enters_another_office(alice: Actor, building: Building, tmp_path: Path):
    other = make_organization("Cabinet Bob")
    done = koprogo("export", building.id, tmp_path)
    assert done.exit_code == 0, done.output
    (archive,) = tmp_path.iterdir()
    assert archive.name in done.output.replace("\n", "")
    done = koprogo("import", archive, "--organization", other)
    assert done.exit_code == 0, done.output
    assert "building: 1" in done.output
    assert names(other) == names(alice.organization_id) == [building.name]


def test_a_spreadsheet_is_tried_without_a_trace_then_written(tmp_path: Path):
    office, sheet = make_organization(), tmp_path / "de-linde.csv"
    sheet.write_text(SHEET)
    tried = koprogo("import", sheet, "--organization", office, *IDENTITY, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "Nothing was written." in tried.output
    assert names(office) == []
    done = koprogo("import", sheet, "--organization", office, *IDENTITY)
    assert done.exit_code == 0, done.output
    assert "Imported: 2 lots, 3 owners, 3 ownerships, 0 keys." in done.output
    assert names(office) == ["Residentie De Linde"]


def test_a_faulty_spreadsheet_writes_nothing_and_waits_in_the_browser():
    office = make_organization()
    done = koprogo("import", FAULTY, "--organization", office)
    assert done.exit_code == 1
    assert "✗ Shares = base deed" in done.output
    assert "/imports/" in done.output.splitlines()[-1]
    assert names(office) == []


def test_an_office_or_a_building_that_is_not_there_is_said(building: Building, tmp_path: Path):
    nowhere = koprogo("import", FAULTY, "--organization", "nobody")
    assert (nowhere.exit_code, nowhere.output.strip()) == (1, "No office has the identifier or short name nobody.")
    missing = koprogo("export", "00000000-0000-0000-0000-000000000001", tmp_path)
    assert missing.exit_code == 1
    assert "0 co-ownerships have the identifier" in missing.output
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_archive_is_refused_in_one_sentence(alice: Actor, tmp_path: Path):
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 not really")
    done = koprogo("import", tmp_path / "broken.zip", "--organization", alice.organization_id)
    assert done.exit_code == 1
    assert done.output.strip() == "This file is not an archive of KoproGo."


@pytest.mark.parametrize("arguments", [["export"], ["import", "missing.zip", "--organization", "x"]])
def test_what_is_missing_is_named(arguments: list[str]):
    assert koprogo(*arguments).exit_code == 2
