"""When a co-ownership may pass to another syndic. Pure."""

from dataclasses import dataclass

from koprogo_app.core.i18n import N_


@dataclass(frozen=True)
class Facts:
    """What is known of a building the day it changes hands. Shares are integers over the deed's total."""

    lots_declared: int
    lots_entered: int
    shares_total: int
    shares_entered: int
    has_deed: bool
    has_house_rules: bool


@dataclass(frozen=True)
class Check:
    """One condition of the hand-over; `blocking` ones are arithmetic, the others may be passed over with a reason."""

    code: str
    label: str
    passed: bool
    blocking: bool


def checks(facts: Facts) -> list[Check]:
    """The register must be right before it is handed over (art. 3.89 §5 7°: the whole file, within thirty days)."""
    return [
        Check("lots", N_("Every lot the deed counts is entered"), facts.lots_entered == facts.lots_declared, False),
        Check(
            "shares",
            N_("The shares of the lots add up to the deed's total"),
            facts.shares_entered == facts.shares_total,
            True,
        ),
        Check("deed", N_("The basic deed is among the documents"), facts.has_deed, False),
        Check("house_rules", N_("The house rules are among the documents"), facts.has_house_rules, False),
    ]


def refused(found: list[Check], reason: str) -> Check | None:
    """The first condition that stops the transfer: a blocking one, or any other without a reason."""
    return next((c for c in found if not c.passed and (c.blocking or not reason.strip())), None)
