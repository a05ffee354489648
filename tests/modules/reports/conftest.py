"""Two years of books, small enough to be computed by hand. Every figure expected in these tests comes from this list.

2025: 1 000 called from Bob (600) and Dora (400), 300 of electricity, Bob pays his 600, Lift its 300; 200 to the reserve, Bob pays
his 100. Ends with 551 300, 550 100, 4101 400 and 4100 100 (both Dora's), 160 −200; result 700.
"""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from modules.ledger.conftest import books as books
from modules.ledger.conftest import line
from modules.ledger.conftest import posted as posted

from koprogo_app.core.actor import Actor
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings.models import BuildingIn
from koprogo_app.modules.ledger.models import JournalEntry
from koprogo_app.modules.ledger.rules import Journal


@pytest.fixture
def year(books: SimpleNamespace, posted: Callable[..., JournalEntry]) -> SimpleNamespace:
    bob, dora, lift = {"owner_id": books.bob}, {"owner_id": books.dora}, {"supplier_id": books.lift}
    ach, ven, fin = Journal.ACH, Journal.VEN, Journal.FIN

    posted(
        "2025-02-01", line("4101", 60_000, **bob), line("4101", 40_000, **dora), line("701", 0, 100_000), journal=ven
    )
    posted("2025-03-10", line("612100", 30_000), line("440", 0, 30_000, **lift), journal=ach, document_ref="E-1")
    posted("2025-04-05", line("551", 60_000), line("4101", 0, 60_000, **bob), journal=fin)
    posted("2025-05-02", line("440", 30_000, **lift), line("551", 0, 30_000), journal=fin)
    posted("2025-06-01", line("4100", 10_000, **bob), line("4100", 10_000, **dora), line("160", 0, 20_000), journal=ven)
    posted("2025-07-01", line("550", 10_000), line("4100", 0, 10_000, **bob), journal=fin)

    posted("2026-01-10", line("4101", 50_000, **bob), line("701", 0, 50_000), journal=ven, words="Call")
    posted(
        "2026-01-20",
        line("610100", 25_050),
        line("440", 0, 25_050, **lift),
        journal=ach,
        document_ref="F-1",
        words="Lift",
    )
    posted(
        "2026-02-15",
        line("612100", 34_000),
        line("440", 0, 34_000, **lift),
        journal=ach,
        document_ref="F-2",
        words="Power",
    )
    posted("2026-03-01", line("440", 30_000, **lift), line("551", 0, 30_000), journal=fin, words="Paid")
    posted("2026-03-05", line("551", 45_000), line("4101", 0, 45_000, **dora), journal=fin, words="Received")
    posted("2026-03-10", line("657", 1_250), line("551", 0, 1_250), journal=fin, words="=Bank")
    posted("2026-03-15", line("2300", 100_000), line("173", 0, 100_000), words="Pump")
    posted("2026-03-31", line("630", 10_000), line("2309", 0, 10_000), words="Depreciation")
    posted("2026-04-01", line("550", 6_000), line("551", 0, 6_000), journal=fin, words="To the reserve")
    return books


@pytest.fixture
def identified(alice: Actor, year: SimpleNamespace) -> SimpleNamespace:
    """The same, once the association has an enterprise number and a syndic: it can issue papers."""
    known = call(alice, buildings.get_building, year.id).model_dump()
    more = {"kbo": "0403.170.701", "syndic_name": "Cabinet Sonnet"}
    call(alice, buildings.update_building, year.id, BuildingIn.model_validate(known | more))
    return year
