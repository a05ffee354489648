"""Who is acting, and what each role may do. The only place that maps roles to permissions."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from uuid import UUID

from .i18n import N_

PLATFORM = UUID(
    int=0
)  # the organisation of what belongs to nobody's office: platform audit, mails to people without office


class Role(StrEnum):
    SUPERADMIN = "superadmin"
    SYNDIC = "syndic"
    ACCOUNTANT = "accountant"
    BOARD_MEMBER = "board_member"
    AUDITOR = "auditor"
    OWNER = "owner"
    OCCUPANT = "occupant"
    CONTRACTOR = "contractor"
    SYSTEM = "system"  # jobs and the command line; never a membership


ROLE_LABELS = {
    Role.SUPERADMIN: N_("Platform administrator"),
    Role.SYNDIC: N_("Syndic"),
    Role.ACCOUNTANT: N_("Accountant"),
    Role.BOARD_MEMBER: N_("Member of the co-ownership council"),
    Role.AUDITOR: N_("Auditor of the accounts"),
    Role.OWNER: N_("Co-owner"),
    Role.OCCUPANT: N_("Occupant"),
    Role.CONTRACTOR: N_("Contractor"),
    Role.SYSTEM: N_("KoproGo"),
}


class Permission(StrEnum):
    ORGANIZATIONS_ADMIN = "organizations:admin"
    USERS_ADMIN = "users:admin"
    PLATFORM_ADMIN = "platform:admin"
    BUILDINGS_TRANSFER = "buildings:transfer"
    BUILDINGS_READ = "buildings:read"
    BUILDINGS_WRITE = "buildings:write"
    LOTS_READ = "lots:read"
    LOTS_WRITE = "lots:write"
    OWNERS_READ = "owners:read"
    OWNERS_WRITE = "owners:write"
    OWNERSHIP_READ = "ownership:read"
    OWNERSHIP_WRITE = "ownership:write"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    SUPPLIERS_READ = "suppliers:read"
    SUPPLIERS_WRITE = "suppliers:write"
    LEDGER_READ = "ledger:read"
    LEDGER_SETUP = "ledger:setup"
    LEDGER_POST = "ledger:post"
    LEDGER_CLOSE = "ledger:close"
    INVOICES_READ = "invoices:read"
    INVOICES_WRITE = "invoices:write"
    INVOICES_APPROVE = "invoices:approve"
    BUDGETS_WRITE = "budgets:write"
    BUDGETS_DECIDE = "budgets:decide"
    FUNDS_WRITE = "funds:write"
    METERS_WRITE = "meters:write"
    CALLS_WRITE = "calls:write"
    CALLS_ISSUE = "calls:issue"
    PAYMENTS_WRITE = "payments:write"
    STATEMENTS_WRITE = "statements:write"
    STATEMENTS_PUBLISH = "statements:publish"
    LETTERS_SEND = "letters:send"
    CHECKS_RUN = "checks:run"
    VERIFICATION_WRITE = "verification:write"
    VERIFICATION_ANSWER = "verification:answer"
    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_UPLOAD = "documents:upload"
    DOCUMENTS_MANAGE = "documents:manage"
    IMPORTS_RUN = "imports:run"
    ARCHIVE_EXPORT = "archive:export"
    ARCHIVE_IMPORT = "archive:import"
    REGISTER_PRINT = "register:print"
    MEMBERS_READ = "members:read"
    MEMBERS_WRITE = "members:write"
    AUDIT_READ = "audit:read"
    OUTBOX_READ = "outbox:read"
    STATS_READ = "stats:read"
    OWN_READ = "own:read"
    ASSISTANT_ASK = "assistant:ask"
    PROFILE = "profile:self"


P = Permission
_SELF = frozenset({P.PROFILE, P.ASSISTANT_ASK})
_READ = _SELF | {
    P.BUILDINGS_READ, P.LOTS_READ, P.OWNERS_READ, P.OWNERSHIP_READ, P.KEYS_READ, P.DOCUMENTS_READ, P.REGISTER_PRINT,
    P.SUPPLIERS_READ,
    P.LEDGER_READ,
    P.INVOICES_READ,
}  # fmt: skip
_SYNDIC = frozenset(Permission) - {
    P.ORGANIZATIONS_ADMIN,
    P.USERS_ADMIN,
    P.PLATFORM_ADMIN,
    P.BUILDINGS_TRANSFER,
    P.OWN_READ,
    P.VERIFICATION_WRITE,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.SUPERADMIN: frozenset(Permission) - {P.OWN_READ},
    Role.SYNDIC: _SYNDIC,
    Role.ACCOUNTANT: _READ
    | {
        P.SUPPLIERS_WRITE,
        P.DOCUMENTS_UPLOAD,
        P.STATS_READ,
        P.LEDGER_SETUP,
        P.LEDGER_POST,
        P.INVOICES_WRITE,
        P.BUDGETS_WRITE,
        P.METERS_WRITE,
        P.CALLS_WRITE,
        P.PAYMENTS_WRITE,
        P.STATEMENTS_WRITE,
        P.CHECKS_RUN,
        P.VERIFICATION_ANSWER,
    },
    Role.BOARD_MEMBER: _READ | {P.VERIFICATION_WRITE},
    Role.AUDITOR: _READ | {P.AUDIT_READ, P.VERIFICATION_WRITE, P.CHECKS_RUN},
    Role.OWNER: _SELF
    | {P.BUILDINGS_READ, P.LOTS_READ, P.OWNERS_READ, P.OWNERSHIP_READ, P.KEYS_READ, P.DOCUMENTS_READ, P.OWN_READ},
    Role.OCCUPANT: _SELF | {P.BUILDINGS_READ, P.DOCUMENTS_READ},
    Role.CONTRACTOR: _SELF | {P.BUILDINGS_READ, P.DOCUMENTS_READ},
    Role.SYSTEM: frozenset(Permission),
}
OFFICE_ROLES = frozenset({Role.SYNDIC, Role.ACCOUNTANT})  # the syndic's own staff: every building unless limited
PERSONAL_ROLES = frozenset({Role.OWNER})  # see their own lots and themselves, nobody else


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in one membership, made anew at each event or request from the session or token, never kept."""

    user_id: UUID | None
    organization_id: UUID | None  # none: the platform administrator, who is in no office
    role: Role
    membership_id: UUID | None = None
    owner_id: UUID | None = None  # the register's person this user is, in this organisation
    building_ids: frozenset[UUID] | None = None  # none: all buildings of the organisation
    name: str = ""
    locale: str = "fr"
    session_id: UUID | None = None

    def can(self, permission: Permission) -> bool:
        """True when the role holds the permission."""
        return permission in GRANTS[self.role]

    @property
    def personal(self) -> bool:
        """Sees own rows only."""
        return self.role in PERSONAL_ROLES

    def within(self, organization_id: UUID) -> Self:
        """The same person acting in one organisation: for the platform administrator, who must name it."""
        return replace(self, organization_id=organization_id)

    def only_in(self, building_id: UUID) -> Self:
        """The same person looking at one building: at nothing when it is beyond the role's reach."""
        reach = self.building_ids is None or building_id in self.building_ids
        return replace(self, building_ids=frozenset({building_id} if reach else ()))


def system_actor(organization_id: UUID | None = None, name: str = "KoproGo") -> Actor:
    """The actor of jobs and of the command line."""
    return Actor(None, organization_id, Role.SYSTEM, name=name)
