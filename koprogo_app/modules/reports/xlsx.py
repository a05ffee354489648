"""A report as an Excel file, row by row, so that a long one never stands in memory."""

import tempfile
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from . import wording
from .rules import Column, Rank, Report, Row, Shown, Words, at_most

LARGEST = 1_000_000  # rows; a sheet holds 1 048 576
IN_MEMORY = 1 << 20  # bytes, before a temporary file is used
_WIDTHS = {Shown.TEXT: 34, Shown.CODE: 14, Shown.PAPER: 22, Shown.DAY: 12, Shown.WHOLE: 10, Shown.MONEY: 16}
_FORMATS = {Shown.MONEY: "#,##0.00", Shown.DAY: "dd/mm/yyyy", Shown.WHOLE: "#,##0"}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def report_xlsx(report: Report, building: str, locale: str) -> IO[bytes]:
    """The file, at its beginning, for the caller to close. Amounts are numbers in euros, days are days.

    A text is never a formula. Invalid above LARGEST rows.
    """
    out: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (the caller closes it)
    try:
        with xlsxwriter.Workbook(out, _OPTIONS) as book:
            _write(book, report, building, locale)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out


def _write(book: Any, report: Report, building: str, locale: str) -> None:
    sheet, formats = book.add_worksheet(), _Formats(book)
    for n, one in enumerate(report.columns):
        sheet.set_column(n, n, _WIDTHS[one.shown])
    title, bold = formats.of(Shown.TEXT, Rank.TOTAL), formats.of(Shown.TEXT, Rank.SUM)
    sheet.write_string(0, 0, wording.said(report.title, locale), title)
    sheet.write_string(1, 0, building)
    sheet.write_string(2, 0, wording.said(report.period, locale))
    top = 4
    for n, (head, one) in enumerate(zip(wording.heads(report, locale), report.columns, strict=True)):
        sheet.write_string(top, n, head, formats.head if one.shown in (Shown.MONEY, Shown.WHOLE) else bold)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    place = top
    for place, row in enumerate(at_most(report.rows, LARGEST), top + 1):
        _row(sheet, place, row, report.columns, formats, locale)
    for n, remark in enumerate(report.remarks, place + 2):
        sheet.write_string(n, 0, wording.said(remark.words, locale))


def _row(sheet: Any, place: int, row: Row, columns: tuple[Column, ...], formats: "_Formats", locale: str) -> None:
    for n, (value, one) in enumerate(zip(row.cells, columns, strict=True)):
        look = formats.of(one.shown, row.rank, row.level if n == 0 else 0)
        if isinstance(value, Words):
            sheet.write_string(place, n, wording.said(value, locale), look)
        elif isinstance(value, str):
            sheet.write_string(place, n, value, formats.of(Shown.TEXT, row.rank, row.level if n == 0 else 0))
        elif isinstance(value, date):
            sheet.write_datetime(place, n, value, look)
        elif isinstance(value, int):
            sheet.write_number(place, n, Decimal(value) / 100 if one.shown is Shown.MONEY else value, look)


class _Formats:
    """The looks of cells, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Shown, bool, bool, int], Any] = {}
        self.head = book.add_format({"bold": True, "align": "right"})

    def of(self, shown: Shown, rank: Rank, level: int = 0) -> Any:
        strong, line = rank is not Rank.LINE, rank in (Rank.SUM, Rank.TOTAL)
        key = (shown, strong, line, level)
        if key not in self._made:
            look: dict[str, Any] = {"bold": strong, "indent": level, "top": int(line)}
            if shown in _FORMATS:
                look["num_format"] = _FORMATS[shown]
            self._made[key] = self._book.add_format(look)
        return self._made[key]
