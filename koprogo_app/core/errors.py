"""Every expected failure is a DomainError: REST turns it into a status, pages into a sentence beside the field or a toast."""

from collections.abc import Mapping
from typing import Any, Self


class DomainError(Exception):
    """`message` is a msgid, worded for its reader at the edge with `params`; `field` is the input it belongs to."""

    status = 409

    def __init__(self, message: str, *, field: str | None = None, **params: object) -> None:
        self.message, self.field, self.params = message, field, params
        self.fields: dict[str, DomainError] = {field: self} if field else {}
        super().__init__(message)

    @classmethod
    def together(cls, errors: Mapping[str, "DomainError"]) -> Self:
        """One refusal for a whole form: the first error's sentence, and each field with its own."""
        first = next(iter(errors.values()))
        error = cls(first.message, **dict[str, Any](first.params))
        error.fields = dict(errors)
        return error


class NotFound(DomainError):
    status = 404


class Forbidden(DomainError):
    status = 403


class Unauthorized(DomainError):
    status = 401


class Invalid(DomainError):
    status = 400


class Conflict(DomainError):
    status = 409


class TooMany(DomainError):
    """Refused for a while; `seconds` is the time to wait, which the message may name."""

    status = 429

    def __init__(self, message: str, *, seconds: int, **params: object) -> None:
        super().__init__(message, **dict[str, Any](params, seconds=seconds))
        self.seconds = seconds
