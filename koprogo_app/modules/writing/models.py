"""What written answers cost an organisation, and whether it lets its papers go to the endpoint."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import BigInteger, Field

from koprogo_app.core.db import TenantEntity


class AssistantSetting(TenantEntity, table=True):
    """What an office decided: whether its own data may go to the endpoint of a language model."""

    __table_args__ = (UniqueConstraint("organization_id"),)

    send_personal_data: bool = False


class ModelUse(TenantEntity, table=True):
    """What a day's written answers cost an organisation: the daily budget is counted here."""

    __table_args__ = (UniqueConstraint("organization_id", "day"),)

    day: date
    requests: int = 0
    tokens_in: int = Field(default=0, sa_type=BigInteger)
    tokens_out: int = Field(default=0, sa_type=BigInteger)
