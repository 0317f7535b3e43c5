"""The official form as an Excel workbook: one sheet that prints as the form does."""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Sequence

from generator.pages.official_form import Form, Role
from generator.pages.workbooks import fitting, new_workbook

# Wide enough that a row of a thousand characters stays below Excel's greatest height.
_WIDTH = 190
# Excel's greatest height of a row, and that of a line in the form's type, in points.
_HIGHEST, _LINE = 409, 15


def excel_form(form: Form, name: str) -> bytes:
    """The form as .xlsx on a sheet called ``name``; texts only, no formulas, no links."""
    stream = io.BytesIO()
    book = new_workbook(stream, form.title)
    sheet = book.add_worksheet(name)
    last = len(form.columns) - 1
    text = {
        "font_name": "仿宋",
        "font_size": 11,
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
    }
    bold = {**text, "font_name": "黑体", "bold": True}
    looks = {
        "title": book.add_format(
            {"font_name": "宋体", "font_size": 18, "bold": True, "align": "center",
             "valign": "vcenter"}
        ),
        "column": book.add_format({**bold, "align": "center"}),
        "number": book.add_format({**text, "align": "center"}),
        "cell": book.add_format(text),
        Role.HEADING: book.add_format(bold),
        Role.NOTE: book.add_format(text),
    }  # fmt: skip
    for column, share in enumerate(form.widths):
        sheet.set_column(column, column, _WIDTH * share / 100)

    def across(row: int, words: str, look: object) -> None:
        sheet.merge_range(row, 0, row, last, "", look)
        sheet.write_string(row, 0, fitting(words), look)

    across(0, form.title, looks["title"])
    sheet.set_row(0, 36)
    for column, heading in enumerate(form.columns):
        sheet.write_string(1, column, heading, looks["column"])
    for row, line in enumerate(form.lines, start=2):
        if line.role is not Role.TASK:
            across(row, line.cells[0], looks[line.role])
            continue
        sheet.set_row(row, _height(line.cells, form.widths))
        sheet.write_number(row, 0, int(line.cells[0]), looks["number"])
        for column, words in enumerate(line.cells[1:], start=1):
            if words:
                sheet.write_string(row, column, fitting(words), looks["cell"])
            else:
                sheet.write_blank(row, column, None, looks["cell"])
    sheet.freeze_panes(2, 1)
    sheet.repeat_rows(1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.6, 0.6, 0.7, 0.7)
    sheet.center_horizontally()
    sheet.set_footer("&C— &P —")
    sheet.print_area(0, 0, len(form.lines) + 1, last)
    book.close()
    return stream.getvalue()


def _height(cells: Sequence[str], shares: Sequence[int]) -> float:
    """The height that a row's texts take, in points: not every program finds it by itself."""
    lines = max(
        math.ceil(_breadth(text) / (_WIDTH * share / 100 - 1))
        for text, share in zip(cells, shares, strict=True)
    )
    return float(min(_HIGHEST, max(1, lines) * _LINE + 4))


def _breadth(text: str) -> float:
    """How broad a text is, in the widths of a digit by which columns are measured."""
    wide = sum(unicodedata.east_asian_width(sign) in "WFA" for sign in text)
    return 1.1 * (len(text) + wide)
