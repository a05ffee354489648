"""The accounts of the demonstration, shown on the sign-in page in demo mode only. They never exist in production."""

from dataclasses import dataclass

from koprogo_app.core.actor import Role
from koprogo_app.core.i18n import N_

PASSWORD = "demo-koprogo"  # noqa: S105  (shown on the sign-in page)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """`who`: the person and the reason to try this account, as a msgid."""

    email: str
    password: str
    role: Role
    who: str

    def __str__(self) -> str:
        """As the command line lists it."""
        return f"{self.email:<30}{self.password:<15}{self.who}"


def _demo(name: str, role: Role, who: str) -> DemoAccount:
    return DemoAccount(f"{name}@demo.koprogo.be", PASSWORD, role, who)


DEMO_ACCOUNTS: tuple[DemoAccount, ...] = (
    _demo(
        "syndic", Role.SYNDIC, N_("Claire Sonnet, syndic of a building of 182 lots in Brussels and of its neighbour")
    ),
    _demo("accountant", Role.ACCOUNTANT, N_("Thomas Lefèvre, accountant of the same office")),
    _demo("council", Role.BOARD_MEMBER, N_("Élise Warnant, lawyer, on the co-ownership council and co-owner")),
    _demo("auditor", Role.AUDITOR, N_("Marc Delvaux, accountant by trade, auditor of the accounts")),
    _demo("owner", Role.OWNER, N_("Sophie Lambert, who owns a flat in equal halves with Jean Dupont")),
    _demo("investor", Role.OWNER, N_("Philippe Vandermeulen, who owns three lots and 18% of the shares, in Dutch")),
    _demo("coowner", Role.OWNER, N_("Siobhan O’Brien, who owns a studio, in English")),
    _demo("tenant", Role.OCCUPANT, N_("Inès Moreau, tenant: notices and house rules only")),
    _demo("contractor", Role.CONTRACTOR, N_("Karim Benali, who looks after the lifts")),
    _demo("volunteer", Role.SYNDIC, N_("Nathalie Collard, volunteer syndic of the 12 lots among which she lives")),
    _demo("syndicus", Role.SYNDIC, N_("Joris De Clercq, syndic in Gent, in Dutch")),
    _demo("eigenaar", Role.OWNER, N_("Lieve Van den Broeck, co-owner in Gent, in Dutch")),
    _demo("syndikus", Role.SYNDIC, N_("Ursula Heinen, syndic in Eupen, in German")),
    _demo("eigentuemer", Role.OWNER, N_("Stefan Cremer, co-owner in Eupen, in German")),
    _demo("admin", Role.SUPERADMIN, N_("Sacha Peeters, administrator of the platform")),
)
