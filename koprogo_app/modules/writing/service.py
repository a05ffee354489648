"""The budget of written answers, and the office's decision whether its papers may leave for the endpoint.

Own data (balances, names, lots) never goes to a model: the application words it (core/tools.py). Passages of the law always may;
passages of a building's papers only where sends_personal_data() is true, which whoever gathers the passages asks first.
"""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from koprogo_app.core import audit
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.clock import now, today
from koprogo_app.core.config import settings
from koprogo_app.core.errors import Unauthorized
from koprogo_app.core.i18n import N_
from koprogo_app.core.ids import uuid7
from koprogo_app.core.service import requires

from .models import AssistantSetting, ModelUse


def visible(actor: Actor, table: type[AssistantSetting] | type[ModelUse]) -> Any:
    """The rows of the actor's own organisation, also where the platform's administration sees them all; in none, nothing."""
    return select(table).where(col(table.organization_id) == actor.organization_id)


@requires(Permission.ASSISTANT_ASK)
def may_write(s: Session, actor: Actor) -> bool:
    """True when a model is configured and the organisation has tokens left for today (in Belgium). False in no organisation.

    Asked before an answer: answers written at the same time may end a little beyond the budget.
    """
    config = settings()
    if not (config.llm_base_url and config.llm_model) or actor.organization_id is None:
        return False
    used = s.exec(visible(actor, ModelUse).where(ModelUse.day == today())).one_or_none()
    return (used.tokens_in + used.tokens_out if used else 0) < config.llm_daily_tokens


@requires(Permission.ASSISTANT_ASK, audit=N_("language model used"))
def note_use(s: Session, actor: Actor, tokens_in: int, tokens_out: int, requests: int = 1) -> None:
    """Adds to today's use what an answer took, shown or not. Unauthorized in no organisation."""
    organization_id = _own(actor)
    values: dict[str, Any] = {"requests": requests, "tokens_in": tokens_in, "tokens_out": tokens_out}
    made = insert(ModelUse).values(
        id=uuid7(), organization_id=organization_id, day=today(), created_at=now(), updated_at=now(), **values
    )
    added = {name: getattr(ModelUse, name) + made.excluded[name] for name in values}
    upsert = made.on_conflict_do_update(index_elements=["organization_id", "day"], set_=added | {"updated_at": now()})
    row_id = s.execute(upsert.returning(col(ModelUse.id))).scalar_one()
    audit.note(s, "model_use", row_id, model=settings().llm_model, **values)


@requires(Permission.ASSISTANT_ASK)
def sends_personal_data(s: Session, actor: Actor) -> bool:
    """True when the organisation decided that its papers may go to the endpoint; False until it does."""
    setting = s.exec(visible(actor, AssistantSetting)).one_or_none()
    return setting is not None and setting.send_personal_data


@requires(Permission.MEMBERS_WRITE, audit=N_("papers for the language model changed"))
def set_personal_data(s: Session, actor: Actor, value: bool) -> None:
    """The organisation's decision, from the next question on. Unauthorized in no organisation."""
    row = {
        "id": uuid7(),
        "organization_id": _own(actor),
        "created_at": now(),
        "updated_at": now(),
        "send_personal_data": False,
    }
    s.execute(insert(AssistantSetting).values(row).on_conflict_do_nothing())
    s.exec(visible(actor, AssistantSetting)).one().send_personal_data = value


def _own(actor: Actor) -> Any:
    if actor.organization_id is None:
        raise Unauthorized("Choose an organisation first.")
    return actor.organization_id
