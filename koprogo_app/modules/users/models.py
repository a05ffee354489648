"""What is entered about people who sign in. The tables are sign-in's: auth.models."""

from uuid import UUID

from sqlmodel import Field, SQLModel

from koprogo_app.core.actor import Role


class RoleIn(SQLModel):
    """One role, as the platform's administrator gives it: its building, if it needs one, comes with an invitation."""

    role: Role
    organization_id: UUID | None = None
    is_primary: bool = False


class UserIn(SQLModel):
    email: str = Field(min_length=1, max_length=200)
    first_name: str = Field(min_length=2, max_length=100)
    last_name: str = Field(min_length=2, max_length=100)
    password: str | None = Field(default=None, min_length=6, max_length=1000)  # the contract's floor
    roles: list[RoleIn] | None = None  # none: the present ones stay


class InviteIn(SQLModel):
    """An invitation to the office, or to watch or live in one building of it."""

    email: str = Field(min_length=1, max_length=200)
    first_name: str = Field(default="", max_length=100)
    last_name: str = Field(default="", max_length=100)
    role: Role
    building_id: UUID | None = None
    locale: str = Field(default="fr", max_length=2)
    organization_id: UUID | None = None  # only the platform's administrator, who is in no office, names it
