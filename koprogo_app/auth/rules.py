"""Who may hold which roles together. Pure."""

from collections.abc import Collection
from uuid import UUID

from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Invalid

WATCHERS = frozenset({Role.BOARD_MEMBER, Role.AUDITOR})


def check_compatible(held: Collection[tuple[Role, UUID | None]], role: Role, building_id: UUID | None) -> None:
    """Refuses the syndic of a co-ownership as its council member or auditor, and the reverse (Civil Code, art. 3.89 §9).

    `held`: the person's roles in the same organisation, each for one building or, with None, for all. The Code has no such
    ban between council member and auditor.
    """
    for other, where in held:
        same_building = where is None or building_id is None or where == building_id
        if same_building and ({role, other} & WATCHERS) and Role.SYNDIC in (role, other):
            raise Invalid("The syndic of a co-ownership is neither a member of its council nor its auditor (art. 3.89 §9).", field="role")


def check_scope(role: Role, building_id: UUID | None) -> None:
    """Council members, auditors, owners, occupants and contractors belong to one building; only the office has them all."""
    if role not in (Role.SYNDIC, Role.ACCOUNTANT, Role.SUPERADMIN) and building_id is None:
        raise Invalid("Choose the building this role is for.", field="building_id")
