"""Runs of the import wizard: the file as read, the choices made, and what the commit wrote (so that it can be undone)."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from koprogo_app.core.audit import SECRET
from koprogo_app.core.db import TenantEntity, tenant_key, tenant_ref
from koprogo_app.core.i18n import N_
from koprogo_app.core.trade import LotType
from koprogo_app.modules.headings.rules import Field as Meaning
from koprogo_app.modules.headings.rules import Role
from koprogo_app.modules.registers.rules import Reason

from .rules import Change, Entity


class RunStatus(StrEnum):
    DRAFT = "draft"
    COMMITTED = "committed"
    UNDONE = "undone"


class ImportRun(TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        tenant_ref("building_id", "building"),
        Index("ix_import_run_list", "organization_id", "created_at"),
        Index("ix_import_run_building", "organization_id", "building_id"),
    )

    building_id: UUID | None = None  # none until the commit makes the building
    user_id: UUID | None = None
    filename: str
    status: str = RunStatus.DRAFT
    book: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, info=SECRET))  # the sheets, as text
    choices: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, info=SECRET))  # mapping, fixes, decisions
    report: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, info=SECRET)
    )  # what was written
    committed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]
    undone_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # type: ignore[call-overload]


# What the wizard calls the things it reads: msgids by code.
FIELDS: dict[Meaning, str] = {
    Meaning.LOT: N_("Lot number"), Meaning.TYPE: N_("Kind of lot"), Meaning.FLOOR: N_("Floor"), Meaning.AREA: N_("Area (m²)"), Meaning.SHARES: N_("Shares"),
    Meaning.PART: N_("Part of the lot"), Meaning.OWNER: N_("Owner, full name"), Meaning.LAST_NAME: N_("Family name"), Meaning.FIRST_NAME: N_("First name"),
    Meaning.TITLE: N_("Form of address"), Meaning.COMPANY: N_("Company"), Meaning.EMAIL: N_("E-mail"), Meaning.PHONE: N_("Telephone"),
    Meaning.ADDRESS: N_("Address"), Meaning.POSTCODE: N_("Postcode"), Meaning.CITY: N_("City"), Meaning.COUNTRY: N_("Country"),
    Meaning.LANGUAGE: N_("Language"), Meaning.CONSENT: N_("Consent to e-mail"), Meaning.IBAN: N_("Account number (IBAN)"),
    Meaning.KBO: N_("Enterprise number"), Meaning.OWNER_NUMBER: N_("Number of the owner"), Meaning.REPRESENTATIVE: N_("Representative"),
    Meaning.SPLIT: N_("Part of each person"), Meaning.REMARK: N_("Remark"), Meaning.KEY: N_("Distribution key"), Meaning.IGNORE: N_("Leave out"),
}  # fmt: skip
ROLES: dict[Role, str] = {Role.LOTS: N_("Lots"), Role.OWNERS: N_("Owners"), Role.NONE: N_("Leave out")}
LOT_TYPES: dict[LotType, str] = {
    LotType.APARTMENT: N_("Apartments"), LotType.PARKING: N_("Garages and parking spaces"), LotType.CELLAR: N_("Cellars"),
    LotType.COMMERCIAL: N_("Commercial premises"), LotType.OTHER: N_("Other lots"),
}  # fmt: skip
REASONS: dict[Reason, str] = {
    Reason.BLANK: N_("blank"), Reason.DROPPED: N_("left out by you"), Reason.HEADING: N_("headings again"), Reason.SUBTOTAL: N_("subtotal"),
    Reason.TOTAL: N_("total"), Reason.REMARK: N_("remark"),
}  # fmt: skip
ENTITIES: dict[Entity, str] = {
    Entity.LOT: N_("Lots"), Entity.OWNER: N_("Owners"), Entity.HOLDING: N_("Parts of lots"), Entity.KEY: N_("Distribution keys"),
}  # fmt: skip
CHANGES: dict[Change, str] = {
    Change.CREATED: N_("created"), Change.CHANGED: N_("completed"), Change.UNCHANGED: N_("unchanged"), Change.ABSENT: N_("not in the file"),
}  # fmt: skip
