"""What people may change about themselves."""

from sqlmodel import Field, SQLModel


class ProfileIn(SQLModel):
    first_name: str = Field(min_length=1, max_length=100)
    last_name: str = Field(min_length=1, max_length=100)
    locale: str = Field(max_length=2)
    single_keys: bool = True  # one-letter shortcuts (WCAG 2.1.4)
    mail_notifications: bool = True


class ProfileOut(ProfileIn):
    email: str
