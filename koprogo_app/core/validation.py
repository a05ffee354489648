"""pydantic's refusals, in our own sentences, field by field."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from .errors import DomainError, Invalid, NotFound
from .i18n import N_

M = TypeVar("M", bound=BaseModel)
SENTENCES = {
    "missing": N_("This field is required."),
    "string_too_short": N_("This field is required."),
    "string_too_long": N_("Use at most {max_length} characters."),
    "int_parsing": N_("Enter a whole number."),
    "int_type": N_("Enter a whole number."),
    "int_from_float": N_("Enter a whole number."),
    "decimal_parsing": N_("Enter a number."),
    "decimal_type": N_("Enter a number."),
    "decimal_max_places": N_("Use at most {decimal_places} decimals."),
    "greater_than": N_("Enter a figure above {gt}."),
    "greater_than_equal": N_("Enter {ge} or more."),
    "less_than_equal": N_("Enter {le} or less."),
    "date_from_datetime_parsing": N_("Enter a date."),
    "date_parsing": N_("Enter a date."),
    "date_type": N_("Enter a date."),
    "date_from_datetime_inexact": N_("Enter a date."),
    "uuid_parsing": N_("Choose one from the list."),
    "uuid_type": N_("Choose one from the list."),
    "enum": N_("Choose one from the list."),
    "bool_parsing": N_("Choose yes or no."),
}
_OTHERWISE = N_("This value is not valid.")


def refusal(error: ValidationError) -> Invalid:
    """One Invalid with a sentence for each field."""
    fields: dict[str, DomainError] = {}
    for one in error.errors():
        name = ".".join(str(part) for part in one["loc"]) or "form"
        fields.setdefault(name, Invalid(SENTENCES.get(one["type"], _OTHERWISE), field=name, **one.get("ctx", {})))
    return Invalid.together(fields)


def parse(model: type[M], form: Mapping[str, Any]) -> M:
    """A form's texts as a model: blanks are absent, amounts of space trimmed. Invalid with one sentence per field."""
    given = {k: v.strip() if isinstance(v, str) else v for k, v in form.items()}
    try:
        return model.model_validate({k: v for k, v in given.items() if v not in ("", None)})
    except ValidationError as error:
        raise refusal(error) from None


def day_of(text: str, field: str) -> date:
    """A day typed as YYYY-MM-DD, as a date input sends it; Invalid beside the field otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("Enter a date.", field=field) from None


def address_id(value: str, gone: str) -> UUID:
    """The id in an address of a page. NotFound, with the msgid `gone`, when it is none."""
    try:
        return UUID(value)
    except ValueError:
        raise NotFound(gone) from None


def chosen_id(text: str, field: str) -> UUID:
    """The id of what was chosen in a list or a filter; Invalid beside the field when it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Choose one from the list.", field=field) from None
