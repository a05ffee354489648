"""The office's directory of suppliers: who they are, how they are paid, what was found out about them before paying."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from koprogo_app.core.db import TenantEntity, tenant_key
from koprogo_app.core.errors import Invalid

from . import rules


class SupplierIn(SQLModel):
    name: str = Field(min_length=1, max_length=200)
    kbo: str | None = Field(default=None, max_length=20)  # the Belgian enterprise number, which is the VAT number too
    vat_liable: bool = True  # whether the supplier charges VAT under a number
    vat_number: str | None = Field(default=None, max_length=20)  # of a foreign supplier, with its country
    iban: str | None = Field(default=None, max_length=42)
    account_holder: str | None = Field(default=None, max_length=200)  # exact name, for the verification of payee
    email: str | None = Field(default=None, max_length=200)
    phone: str | None = Field(default=None, max_length=50)
    address: str = Field(default="", max_length=200)
    postal_code: str = Field(default="", max_length=20)
    city: str = Field(default="", max_length=100)
    country: str = Field(default="BE", max_length=100)
    language: str = Field(default="fr", max_length=2)
    payment_days: int = Field(default=30, ge=0, le=rules.LONGEST_TERM)  # from the date of the invoice
    default_account_code: str | None = Field(default=None, max_length=40)  # the cost account that is proposed
    default_vat_rate: int | None = None  # percent
    remark: str | None = Field(default=None, max_length=1000)


class WithholdingCheck(SQLModel):
    """What the official service answered, and when: `due` when a part of the payment is to be withheld."""

    checked_on: date
    due: bool


class Resembling(Invalid):
    """Another supplier has the same account or nearly the same name; the office may say that it is another one."""


class Supplier(SupplierIn, TenantEntity, table=True):
    __table_args__ = (
        tenant_key(),
        CheckConstraint("payment_days BETWEEN 0 AND 120", name="payment_days"),
        CheckConstraint("default_vat_rate IN (0, 6, 12, 21)", name="default_vat_rate"),
        CheckConstraint("(withholding_checked_on IS NULL) = (withholding_due IS NULL)", name="withholding_whole"),
        Index("uq_supplier_kbo", "organization_id", "kbo", unique=True, postgresql_where=text("kbo IS NOT NULL")),
        Index("ix_supplier_iban", "organization_id", "iban"),
        Index("ix_supplier_vat_number", "organization_id", "vat_number"),
        Index("ix_supplier_name", "organization_id", text("lower(f_unaccent(name))")),
        Index("ix_supplier_created", "organization_id", "created_at"),
        Index("ix_supplier_search", text("f_unaccent(name) gin_trgm_ops"), postgresql_using="gin"),
    )

    is_active: bool = True  # an inactive one is not proposed any more
    withholding_checked_on: date | None = None  # the day the official service was consulted
    withholding_due: bool | None = None  # what it answered: a part of the payment is to be withheld

    @property
    def vat(self) -> str | None:
        """The VAT number: the foreign one, or BE and the enterprise number; None for who uses none."""
        return rules.vat_of(self.kbo, self.vat_number, self.vat_liable)
