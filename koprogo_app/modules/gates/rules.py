"""The checks that an imported register must pass: blocking ones (arithmetic, identity) and those to finish later."""

from collections.abc import Collection
from fractions import Fraction

from koprogo_app.core.belgium import show_kbo
from koprogo_app.core.i18n import N_
from koprogo_app.core.trade import Right
from koprogo_app.modules.contacts.rules import read_kbo
from koprogo_app.modules.holdings.rules import is_whole
from koprogo_app.modules.parsing.rules import Severity
from koprogo_app.modules.registers.rules import Choices, Draft, Gate

SHOWN = 5  # lots named in a sentence


def check(draft: Draft, choices: Choices) -> tuple[Gate, ...]:
    """Every gate, in the order the person reads them."""
    return (
        _shares(draft),
        _numbers(draft),
        _owned(draft),
        _parts(draft),
        _readable(draft),
        _association(choices),
        _file_total(draft),
        _keys(draft),
        _alike(draft),
        _representatives(draft),
        _emails(draft),
        _accounts(draft),
        _companies(draft),
    )


def _count(draft: Draft, codes: Collection[str]) -> int:
    return sum(finding.code in codes for finding in draft.findings)


def _some(numbers: Collection[str]) -> str:
    shown = ", ".join(list(numbers)[:SHOWN])
    return f"{shown} (+{len(numbers) - SHOWN})" if len(numbers) > SHOWN else shown


def _shares(draft: Draft) -> Gate:
    """The sum of the shares is the deed's total, to the unit (law.md F1.05)."""
    found, total = sum(lot.shares for lot in draft.lots), draft.total or 0
    params: dict[str, str | int] = {"sum": found, "total": total, "missing": total - found, "excess": found - total}
    if not total:
        figure, detail = "{sum}", N_("State the total of the base deed.")
    elif found < total:
        figure, detail = "{sum} / {total}", N_("Missing shares: {missing}.")
    elif found > total:
        figure, detail = "{sum} / {total}", N_("Shares in excess: {excess}.")
    else:
        figure, detail = "{sum} / {total}", N_("Every share of the deed belongs to a lot.")
    return Gate(
        "shares", bool(total) and found == total, True, N_("Shares = base deed"), figure, detail, params, "3.85 §1"
    )


def _numbers(draft: Draft) -> Gate:
    twice = [str(finding.params["lot"]) for finding in draft.findings if finding.code == "lot_twice"]
    missing = _count(draft, {"lot_missing"})
    params: dict[str, str | int] = {"count": len(draft.lots), "lots": _some(twice), "missing": missing}
    if twice:
        detail = N_("Numbers used twice: {lots}.")
    elif missing:
        detail = N_("Lines without a number: {missing}.")
    else:
        detail = N_("No number is used twice.")
    passed = bool(draft.lots) and not twice and not missing
    return Gate("numbers", passed, True, N_("Lot numbers"), "{count}", detail, params)


def _owned(draft: Draft) -> Gate:
    orphans = [lot.number for lot in draft.lots if not lot.owners]
    params: dict[str, str | int] = {"count": len(orphans), "lots": _some(orphans), "owners": len(draft.owners)}
    detail = N_("Lots without an owner: {lots}.") if orphans else N_("Owners: {owners}.")
    return Gate("owned", bool(draft.lots) and not orphans, True, N_("An owner for each lot"), "{count}", detail, params)


def _parts(draft: Draft) -> Gate:
    """The parts of each lot are exactly 1: ownership and enjoyment alike."""
    held: dict[str, list[tuple[Right, Fraction]]] = {}
    for h in draft.holdings:
        held.setdefault(h.lot, []).append((h.right, Fraction(h.numerator, h.denominator)))
    named = {str(f.lot) for f in draft.findings if f.code in {"split_missing", "split", "part", "right_missing"}}
    named |= {str(f.params["lot"]) for f in draft.findings if f.code == "parts_sum"}
    twice = {str(f.params["lot"]) for f in draft.findings if f.code == "lot_twice"}
    owned = [lot.number for lot in draft.lots if lot.owners and lot.number not in twice]
    wrong = [lot for lot in owned if lot in named or not is_whole(held.get(lot, []))]
    params: dict[str, str | int] = {"count": len(wrong), "lots": _some(wrong), "holdings": len(draft.holdings)}
    detail = N_("Lots whose parts are not 1: {lots}.") if wrong else N_("Parts: {holdings}.")
    return Gate("parts", not wrong, True, N_("Parts of each lot = 1"), "{count}", detail, params)


def _readable(draft: Draft) -> Gate:
    lines = {(f.sheet, f.line) for f in draft.findings if f.severity == Severity.BLOCK}
    detail = N_("Lines to mend before the import: {count}.") if lines else N_("No line is in doubt.")
    return Gate("lines", not lines, True, N_("Lines understood"), "{count}", detail, {"count": len(lines)})


def _association(choices: Choices) -> Gate:
    """The association is a legal person with a number (art. 3.86); a wrong one blocks, a missing one can wait."""
    text = choices.building.get("kbo", "").strip()
    parsed = read_kbo(text)
    label = N_("Enterprise number of the association")
    if not text:
        return Gate("association", False, False, label, "", N_("The number is not stated yet."), {}, "3.86")
    detail = N_("The check digits fit.") if parsed.value else N_("The check digits do not fit.")
    params: dict[str, str | int] = {"number": show_kbo(parsed.value) or text}
    return Gate("association", parsed.problem is None, True, label, "{number}", detail, params, "3.86")


def _file_total(draft: Draft) -> Gate:
    wrong = next((total for total in draft.totals if total.stated != total.found), None)
    label = N_("Totals in the file")
    if wrong:
        params: dict[str, str | int] = {"line": wrong.line, "stated": wrong.stated, "sum": wrong.found}
        detail = N_("Line {line} states {stated}, the lots above it add up to {sum}.")
        return Gate("file_total", False, False, label, "{sum} / {stated}", detail, params)
    detail = N_("The totals agree with the lots.") if draft.totals else N_("The file states no total.")
    return Gate("file_total", True, False, label, "{count}", detail, {"count": len(draft.totals)})


def _keys(draft: Draft) -> Gate:
    label = N_("Distribution keys")
    for key in draft.keys:
        found = sum(key.weights.values())
        params: dict[str, str | int] = {"name": key.name, "sum": found, "stated": key.stated or 0}
        if key.stated and key.stated != found:
            detail = N_("“{name}” states {stated}, its lots add up to {sum}.")
            return Gate("keys", False, False, label, "{sum} / {stated}", detail, params)
        if not found:
            return Gate("keys", False, False, label, "{sum}", N_("“{name}” has no figure."), params)
    params = {
        "count": len(draft.keys),
        "keys": _some([f"{key.name} ({sum(key.weights.values())})" for key in draft.keys]),
    }
    detail = "{keys}" if draft.keys else N_("The file has no distribution key.")
    return Gate("keys", True, False, label, "{count}", detail, params, "3.81")


def _later(
    draft: Draft, code: str, label: str, codes: Collection[str], wrong: str, right: str, article: str = ""
) -> Gate:
    count = _count(draft, codes)
    return Gate(code, not count, False, label, "{count}", wrong if count else right, {"count": count}, article)


def _alike(draft: Draft) -> Gate:
    label, wrong = N_("Persons alike"), N_("Say whether they are the same person: {count}.")
    return _later(draft, "alike", label, {"alike", "alike_known"}, wrong, N_("No doubt about who is who."))


def _representatives(draft: Draft) -> Gate:
    label, wrong = N_("Representatives"), N_("Lots without a representative: {count}. Their vote is suspended.")
    right = N_("Every lot that needs a representative has one.")
    return _later(draft, "representatives", label, {"representative"}, wrong, right, "3.87 §1")


def _emails(draft: Draft) -> Gate:
    label, wrong = N_("E-mail addresses"), N_("Addresses to mend: {count}.")
    return _later(draft, "emails", label, {"email"}, wrong, N_("Every address is well formed."))


def _accounts(draft: Draft) -> Gate:
    label, wrong = N_("Account numbers"), N_("Accounts wrong, or shared by two owners: {count}.")
    return _later(draft, "ibans", label, {"iban", "iban_shared"}, wrong, N_("The check digits fit."))


def _companies(draft: Draft) -> Gate:
    label, wrong = N_("Enterprise numbers of owners"), N_("Numbers missing or wrong: {count}.")
    codes = {"kbo", "kbo_missing", "kbo_remark"}
    return _later(draft, "companies", label, codes, wrong, N_("Every company has its number."))
