"""Words of the door: the codes that a refusal travels by, and the device behind a browser's own description. Pure."""

from koprogo_app.auth.sessions import Deactivated, WrongCredentials
from koprogo_app.core.errors import DomainError, TooMany
from koprogo_app.core.i18n import N_

# A native form cannot carry a sentence back, and one in the address could be forged: it carries a code and a number.
PROBLEMS = {
    "wrong": N_("Wrong e-mail address or password. {count} attempts left."),
    "wrong_1": N_("Wrong e-mail address or password. One attempt left."),
    "wrong_0": N_("Wrong e-mail address or password. This was the last attempt for now."),
    "locked": N_("Too many failed attempts. Try again in {minutes} minutes, or reset your password."),
    "deactivated": N_("This account is deactivated. Ask your syndic."),
    "closed": N_("You have no role in an active organisation any more. Ask your syndic."),
    "expired": N_("This link no longer works. Ask for a new one."),
    "short": N_("Choose a password of at least {count} characters."),
    "weak": N_("This password is too easy to guess."),
    "names": N_("Give your first and last name."),
    "incompatible": N_(
        "The syndic of a co-ownership is neither a member of its council nor its auditor (art. 3.89 §9)."
    ),
    "full": N_("The plan of this organisation allows {count} users."),
    "suspended": N_("This organisation is suspended."),
    "taken": N_("This account is linked to another person of the register already: merge the two first."),
    "refused": N_("This could not be done. Ask the person who invited you."),
}
FIELDS = {"wrong": "password", "short": "password", "weak": "password", "names": "first_name"}
_BY_MESSAGE = {message: code for code, message in PROBLEMS.items()}

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def problem_of(error: DomainError) -> tuple[str, int]:
    """The code of a refusal and its only figure (attempts, minutes, characters, users); "refused" for any other."""
    if isinstance(error, WrongCredentials):
        return "wrong", error.left
    if isinstance(error, Deactivated):
        return "deactivated", 0
    if isinstance(error, TooMany):
        return "locked", -(-error.seconds // 60)
    count = error.params.get("count")
    return _BY_MESSAGE.get(error.message, "refused"), count if isinstance(count, int) else 0


def sentence_of(code: str, figure: int) -> str:
    """The msgid of a code; takes {count} and {minutes}, both the figure. Unknown codes say "refused"."""
    if code == "wrong" and figure < 2:
        code = f"wrong_{max(figure, 0)}"
    return PROBLEMS.get(code, PROBLEMS["refused"])


def device_of(agent: str) -> tuple[str, str]:
    """Browser and system from a User-Agent header; empty when it says nothing known."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return browser, system
