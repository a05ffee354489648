"""What every story begins with: the letters' composers, as the assembled application has them."""

import pytest

from koprogo_app.modules.calls import letter as call_letter
from koprogo_app.modules.letters.making import COMPOSERS
from koprogo_app.modules.statements import letter as statement_letter


@pytest.fixture(autouse=True)
def composed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMPOSERS, "call", call_letter.compose)
    monkeypatch.setitem(COMPOSERS, "statement", statement_letter.compose)
