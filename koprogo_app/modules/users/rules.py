"""Which roles are given how. Pure."""

from collections.abc import Sequence
from uuid import UUID

from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Invalid

# A co-owner is invited from the register, where the invitation knows the person and the lots.
INVITED = (Role.SYNDIC, Role.ACCOUNTANT, Role.BOARD_MEMBER, Role.AUDITOR, Role.OCCUPANT, Role.CONTRACTOR)
GIVEN = (Role.SUPERADMIN, *INVITED, Role.OWNER)


def check_roles(roles: Sequence[tuple[Role, UUID | None, bool]]) -> None:
    """Invalid unless there is a role, none twice, at most one primary, and each in an organisation but the platform's.

    `roles`: role, organisation, primary.
    """
    if not roles:
        raise Invalid("Give at least one role.", field="roles")
    if sum(primary for _, _, primary in roles) > 1:
        raise Invalid("Only one role is the main one.", field="roles")
    if len({(role, organization) for role, organization, _ in roles}) < len(roles):
        raise Invalid("The same role is given twice.", field="roles")
    for role, organization, _ in roles:
        if role not in GIVEN:
            raise Invalid("Choose one from the list.", field="roles")
        if (role == Role.SUPERADMIN) != (organization is None):
            raise Invalid("Every role but the platform administrator's belongs to an organisation.", field="roles")
