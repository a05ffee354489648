"""Who may hold which roles together, where a caller comes from, where a sign-in may lead. Pure."""

from collections.abc import Collection
from urllib.parse import urlsplit
from uuid import UUID

from koprogo_app.core.actor import OFFICE_ROLES, Role
from koprogo_app.core.errors import Invalid

WATCHERS = frozenset({Role.BOARD_MEMBER, Role.AUDITOR})


def check_compatible(held: Collection[tuple[Role, UUID | None]], role: Role, building_id: UUID | None) -> None:
    """Refuses the syndic of a co-ownership as its council member or auditor, and the reverse (art. 3.89 §9).

    `held`: the person's roles in the same organisation, each for one building or, with None, for all. The Code has no
    such ban between council member and auditor.
    """
    for other, where in held:
        same_building = where is None or building_id is None or where == building_id
        if same_building and ({role, other} & WATCHERS) and Role.SYNDIC in (role, other):
            raise Invalid(
                "The syndic of a co-ownership is neither a member of its council nor its auditor (art. 3.89 §9).",
                field="role",
            )


def check_scope(role: Role, building_id: UUID | None) -> None:
    """Council members, auditors, owners, occupants and contractors belong to one building; the office may have all."""
    if role not in OFFICE_ROLES | {Role.SUPERADMIN} and building_id is None:
        raise Invalid("Choose the building this role is for.", field="building_id")


def caller_address(peer: str, forwarded: str, trust_proxy: bool) -> str:
    """The address of the caller: behind a trusted proxy the last one of X-Forwarded-For, which that proxy wrote.

    The ones before it are what the caller claims, so they never count.
    """
    last = forwarded.rpartition(",")[2].strip() if trust_proxy else ""
    return last or peer


def safe_next(address: str) -> str:
    """The page to go on to after signing in: a path of this site, else the home page. Never another site."""
    plain = address.isprintable() and "\\" not in address
    if not plain or not address.startswith("/") or address.startswith("//"):
        return "/"
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or parts.path.startswith(("/auth/", "/api/", "/login")):
        return "/"
    return address
