"""Every table of the product, imported once: for migrations, the archive and the tests that walk them."""

from sqlmodel import SQLModel

from koprogo_app.auth import models as _auth
from koprogo_app.core import audit as _audit
from koprogo_app.core import mail as _mail
from koprogo_app.modules.accounts import models as _accounts
from koprogo_app.modules.assistant import models as _assistant
from koprogo_app.modules.budgets import models as _budgets
from koprogo_app.modules.buildings import models as _buildings
from koprogo_app.modules.calls import models as _calls
from koprogo_app.modules.closing import models as _closing
from koprogo_app.modules.documents import models as _documents
from koprogo_app.modules.expenses import models as _expenses
from koprogo_app.modules.funds import models as _funds
from koprogo_app.modules.imports import models as _imports
from koprogo_app.modules.integrity import models as _integrity
from koprogo_app.modules.invoices import models as _invoices
from koprogo_app.modules.keys import models as _keys
from koprogo_app.modules.knowledge import models as _knowledge
from koprogo_app.modules.ledger import models as _ledger
from koprogo_app.modules.letters import models as _letters
from koprogo_app.modules.lots import models as _lots
from koprogo_app.modules.meters import models as _meters
from koprogo_app.modules.opening import models as _opening
from koprogo_app.modules.owners import models as _owners
from koprogo_app.modules.ownership import models as _ownership
from koprogo_app.modules.passages import models as _passages
from koprogo_app.modules.payments import models as _payments
from koprogo_app.modules.receiving import models as _receiving
from koprogo_app.modules.references import models as _references
from koprogo_app.modules.statements import models as _statements
from koprogo_app.modules.suppliers import models as _suppliers
from koprogo_app.modules.verification import models as _verification
from koprogo_app.modules.writing import models as _writing

__all__ = ["metadata"]
metadata = SQLModel.metadata
MODELS = (
    _auth, _audit, _mail, _accounts, _assistant, _budgets, _buildings, _calls, _closing, _documents, _funds, _imports, _keys, _knowledge, _ledger, _letters, _lots, _opening, _owners, _ownership, _passages,
    _expenses, _integrity, _invoices, _meters, _payments, _receiving, _references, _statements, _suppliers, _verification, _writing,
)  # fmt: skip
