"""What people may change about themselves, and ask for their own AI client."""

from typing import Annotated

from pydantic import StringConstraints
from sqlmodel import Field, SQLModel

from koprogo_app.auth.api_tokens import LONGEST, SHORTEST, USUAL


class ProfileIn(SQLModel):
    first_name: str = Field(min_length=1, max_length=100)
    last_name: str = Field(min_length=1, max_length=100)
    locale: str = Field(max_length=2)
    single_keys: bool = True  # one-letter shortcuts (WCAG 2.1.4)
    mail_notifications: bool = True


class ProfileOut(ProfileIn):
    email: str


class TokenIn(SQLModel):
    """An access token asked for."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    days: int = Field(USUAL, ge=SHORTEST, le=LONGEST)  # of life
