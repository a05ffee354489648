"""The only Python file that names a colour or a look.

Values live in assets/koprogo.css; here are their names and meanings.
"""

from dataclasses import dataclass
from typing import Literal

from koprogo_app.core.i18n import N_

Tone = Literal["ok", "warn", "bad", "info", "accent", "neutral"]
Part = Literal["k1", "k2", "k3", "k4", "ok", "warn", "bad", "missing"]
"""Colours of a share bar: four categories in this order, three states, and hatched for missing or not counted."""

THEME_COLOR = "#0f5e6e"  # the browser's own frame (manifest, meta theme-color)

TONE_CLASS: dict[Tone, str] = {"ok": "ok", "warn": "warn", "bad": "bad", "info": "info", "accent": "acc", "neutral": ""}
TONE_ICON: dict[Tone, str] = {
    "ok": "circle-check",
    "warn": "triangle-alert",
    "bad": "circle-alert",
    "info": "info",
    "accent": "info",
    "neutral": "info",
}


@dataclass(frozen=True)
class Status:
    """A state is always an icon, a word and a tone: never a colour alone."""

    tone: Tone
    icon: str
    label: str


STATUSES: dict[str, Status] = {
    "draft": Status("info", "circle-dashed", N_("Draft")),
    "to_approve": Status("info", "hourglass", N_("To approve")),
    "approved": Status("ok", "circle-check", N_("Approved")),
    "scheduled": Status("info", "calendar", N_("Scheduled")),
    "under_way": Status("info", "loader-circle", N_("Under way")),
    "open": Status("accent", "circle-dot", N_("Opened")),
    "sent": Status("accent", "send", N_("Sent")),
    "paid": Status("ok", "circle-check", N_("Paid")),
    "done": Status("ok", "circle-check", N_("Done")),
    "up_to_date": Status("ok", "circle-check", N_("Up to date")),
    "adopted": Status("ok", "circle-check", N_("Adopted")),
    "partly_paid": Status("warn", "clock", N_("Partly paid")),
    "due_soon": Status("warn", "clock", N_("Due soon")),
    "to_check": Status("warn", "triangle-alert", N_("To check")),
    "late": Status("bad", "circle-alert", N_("Late")),
    "refused": Status("bad", "circle-x", N_("Refused")),
    "rejected": Status("bad", "circle-x", N_("Rejected")),
    "failed": Status("bad", "circle-alert", N_("Failed")),
    "blocked": Status("bad", "circle-alert", N_("Blocked")),
    "vote_suspended": Status("bad", "circle-alert", N_("Vote suspended")),
    "instalments": Status("info", "calendar", N_("In instalments")),
    "locked": Status("neutral", "lock", N_("Locked")),
    "closed": Status("neutral", "lock", N_("Closed")),
    "reversed": Status("neutral", "undo-2", N_("Reversed")),
    "cancelled": Status("neutral", "ban", N_("Cancelled")),
    "archived": Status("neutral", "archive", N_("Archived")),
    "inactive": Status("neutral", "circle-minus", N_("Inactive")),
    "active": Status("ok", "circle-check", N_("Active")),
    "read_only": Status("neutral", "lock", N_("Read only")),
    # the three kinds of payment request, always named
    "provision": Status("accent", "hand-coins", N_("Provision")),
    "statement": Status("info", "file-text", N_("Statement")),
    "reminder": Status("warn", "bell-ring", N_("Reminder")),
}
"""Key → look. A module with a state of its own passes its own word: status_badge("late", t("Inspection overdue"))."""
