"""Which structured communication a co-owner pays with, and whose one is that was read on a bank statement."""

from sqlmodel import Session

from koprogo_app.core import belgium
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.errors import NotFound
from koprogo_app.core.service import requires

from .access import known_of, references_of, visible
from .models import PaymentReference

__all__ = ["find_reference", "known_of", "references_of"]


@requires(Permission.LEDGER_READ)
def find_reference(s: Session, actor: Actor, text: str) -> PaymentReference:
    """Whose communication this is, as it is typed or read. Invalid when it is none, NotFound when nobody's here."""
    digits = belgium.read_communication(text)
    found = s.exec(visible(actor).where(PaymentReference.digits == digits)).one_or_none()
    if found is None:
        raise NotFound("No co-owner has this structured communication.")
    return found
