"""What the platform's administrator enters about an organisation. The table is sign-in's: auth.models.Organization."""

from sqlmodel import Field, SQLModel

from koprogo_app.auth.models import Plan


class OrganizationIn(SQLModel):
    name: str = Field(min_length=1, max_length=200)
    slug: str = Field(default="", max_length=200)  # made from the name when it is empty
    contact_email: str = Field(min_length=1, max_length=200)
    contact_phone: str | None = Field(default=None, max_length=50)
    plan: Plan
