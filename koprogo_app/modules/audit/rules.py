"""The names of tables and columns, and values, in the words of the trail's reader. Pure.

A test keeps these lists complete. Actions are named where they are done: `@requires(…, audit=N_("lot created"))`.
"""

import re
from datetime import date, datetime

from koprogo_app.core.i18n import N_, day, euros, moment, translate
from koprogo_app.core.money import Cents

from .words import COLUMNS as COLUMNS
from .words import TABLES as TABLES

# Of people and mails: for the office and the person, not for the auditor of the accounts (as in the register).
PRIVATE = frozenset(
    {"email", "phone", "address", "postal_code", "city", "iban", "remark", "recipient", "subject", "agent"}
)
PERSONAL_TABLES = frozenset(
    {"owner", "user_account", "one_time_link", "mail_message", "auth_session", "sign_in_failure", "api_token"}
)
HIDDEN = frozenset(
    {
        "id",
        "organization_id",
        "user_id",
        "membership_id",
        "uploaded_by",
        "posted_by",
        "source_id",
        "family",
        "tsv",
        "submitted_by",
        "approved_by",
        "number_key",
    }
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


def action_in(locale: str, name: str) -> str:
    """An action for its reader, as the beginning of a sentence; a name of an older release stays as it is."""
    words = translate(locale, name)
    return words[:1].upper() + words[1:]


def table_in(locale: str, name: str) -> str:
    """A table in words; a name of an older release stays as it is."""
    return translate(locale, TABLES[name]) if name in TABLES else name


def column_in(locale: str, name: str) -> str:
    """A column in words; a name of an older release stays as it is."""
    return translate(locale, COLUMNS[name]) if name in COLUMNS else name


def value_in(locale: str, value: object, column: str = "") -> str:
    """A value of the trail for its reader: yes and no, euros, dates in his own order, nothing as nothing."""
    if value is None:
        return ""
    if column.endswith("_cents") and isinstance(value, int):
        return euros(Cents(value), locale)
    if isinstance(value, bool):
        return translate(locale, N_("Yes") if value else N_("No"))
    text = str(value)
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text), locale)
    if _MOMENT.match(text):
        at = datetime.fromisoformat(text)
        return moment(at, locale) if at.tzinfo else text
    return text
