"""Lots in words for their reader, and lots as people type them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from koprogo_app.core.errors import DomainError, Invalid
from koprogo_app.core.i18n import day, number, translate
from koprogo_app.core.trade import LotType
from koprogo_app.core.validation import parse
from koprogo_app.modules.parsing.rules import Parsed, read_area, read_floor, read_shares
from koprogo_app.ui.share_bar import Share
from koprogo_app.ui.timeline import Moment

from . import rules
from .models import LotShares, SharesReason

READERS = {"floor": read_floor, "area_m2": read_area, "shares": read_shares}  # figures as people write them
COLOURS = ("k1", "k2", "k4", "k3")


def type_words(kind: str, locale: str) -> str:
    return translate(locale, rules.LOT_TYPES[LotType(kind)])


def floor_words(floor: int | None, locale: str) -> str:
    """2, −1, Ground floor; empty when nobody entered it."""
    if floor == 0:
        return translate(locale, "Ground floor")
    return "" if floor is None else str(floor).replace("-", "−")


def area_words(area: Decimal | None, locale: str) -> str:
    return "" if area is None else f"{number(area, locale)} m²"


def read(name: str, text: str) -> Any:
    """A typed floor, area or number of shares; shares left open are zero: not entered yet. Invalid when unreadable."""
    parsed: Parsed[Any] = READERS[name](text)
    if parsed.problem:
        raise Invalid(parsed.problem.message, field=name, **parsed.problem.params)
    if name != "shares":
        return parsed.value
    if parsed.value and (parsed.value.whole is not None or parsed.value.amount % 1):
        raise Invalid("Enter a whole number.", field=name)
    return int(parsed.value.amount) if parsed.value else 0


def entered(form: Mapping[str, Any]) -> dict[str, Any]:
    """A form's lot with its figures read. Invalid with one sentence for each that cannot be."""
    values, errors = dict(form), dict[str, DomainError]()
    for name in READERS:
        try:
            values[name] = read(name, str(form.get(name, "")))
        except Invalid as error:
            errors[name] = error
    if errors:
        raise Invalid.together(errors)
    return values


def reason_of(form: Mapping[str, Any]) -> SharesReason:
    """Why shares change: a decision needs its date, the correction of an entry has none."""
    decided = form.get("kind") != "entry"
    if decided and not form.get("from_on"):
        raise Invalid("Enter a date.", field="from_on")
    return parse(SharesReason, {"decision": form.get("decision"), "from_on": form.get("from_on") if decided else None})


@dataclass
class Strip:
    """The check of the shares and the size of a building, worded."""

    tone: str = "warn"
    figure: str = ""
    verdict: str = ""
    blank: str = ""
    size: str = ""
    compulsory: bool = False

    @classmethod
    def of(cls, gate: rules.Gate, locale: str) -> "Strip":
        return cls(
            tone="ok" if gate.passed else "bad",
            figure=f"{number(gate.total, locale)} / {number(gate.expected, locale)}",
            verdict=_verdict(gate, locale),
            blank=translate(locale, "Lots without shares: {count}.", count=gate.blank) if gate.blank else "",
            size=translate(
                locale,
                "{counted} of {lots} lots count: cellars, garages and parking spaces do not.",
                counted=number(gate.counted, locale),
                lots=number(gate.lots, locale),
            ),
            compulsory=gate.council,
        )


def _verdict(gate: rules.Gate, locale: str) -> str:
    count = number(abs(gate.missing), locale)
    if gate.passed:
        return translate(locale, "The lots add up to the total of the deed.")
    if gate.missing > 0:
        return translate(locale, "Shares missing to reach the total of the deed: {count}.", count=count)
    return translate(locale, "Shares above the total of the deed: {count}.", count=count)


def bar_of(gate: rules.Gate, locale: str) -> list[Share]:
    """The parts of the share bar. Four colours: with five types the last two are drawn together."""
    sums = [(rules.LOT_TYPES_MANY[kind], shares) for kind, shares in gate.by_type.items() if shares]
    if len(sums) > len(COLOURS):
        sums = [*sums[:3], (rules.LOT_TYPES_MANY[LotType.OTHER], sums[3][1] + sums[4][1])]
    whole = max(gate.expected, gate.total)
    parts = [
        Share(translate(locale, word), number(shares, locale), _percent(shares, whole), colour)
        for (word, shares), colour in zip(sums, COLOURS, strict=False)
    ]
    if gate.missing > 0:
        missing = translate(locale, "Missing")
        parts.append(Share(missing, number(gate.missing, locale), _percent(gate.missing, whole), "missing"))
    return parts


def _percent(part: int, whole: int) -> str:
    return str((Decimal(part * 100) / whole).quantize(Decimal("0.01")))


def moment_of(version: LotShares, locale: str) -> Moment:
    shares = translate(locale, "Shares: {count}", count=number(version.shares, locale))
    if version.from_on == rules.SINCE_THE_DEED:
        return Moment(shares, translate(locale, "since the deed"), article="3.85 §1")
    since = translate(locale, "since {day}", day=day(version.from_on, locale))
    return Moment(shares, since, more=version.decision, article="3.88 §3")
