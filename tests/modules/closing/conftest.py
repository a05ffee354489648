"""The building, calls and costs of the statements' tests."""

from modules.ledger.conftest import books as books
from modules.ledger.conftest import posted as posted
from modules.statements.conftest import called as called
from modules.statements.conftest import composed as composed
from modules.statements.conftest import entered as entered
from modules.statements.conftest import published as published
from modules.statements.conftest import spent as spent
