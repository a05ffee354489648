"""The accounts of the demonstration, shown on the sign-in page in demo mode only. They never exist in production."""

from dataclasses import dataclass

from koprogo_app.core.actor import Role


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """`who`: the person and the reason to try this account, as a msgid."""

    email: str
    password: str
    role: Role
    who: str


DEMO_ACCOUNTS: tuple[DemoAccount, ...] = ()
