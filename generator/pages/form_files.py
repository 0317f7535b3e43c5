"""A form as .xlsx and .docx: the official table with the cells to be filled left empty.

The same form gives the same bytes: dates are fixed, the parts of a file sorted.
Texts are written as texts, whatever sign they begin with.
"""

from __future__ import annotations

import io
from itertools import count
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph
from lxml import etree

from generator.pages.forms import LONGEST_CELL, Form
from generator.pages.word_document import landscape_document, number_pages, saved
from generator.pages.workbooks import new_workbook

COLUMNS = (
    "序号", "年内具体目标任务", "上期进展情况（仅供参考）", "进展情况", "存在问题", "下一步措施",
)  # fmt: skip
# How many of them the office has filled in; the others are the unit's.
_GIVEN = 3
_ADVICE = (
    "请填写“进展情况”“存在问题”“下一步措施”三栏；责任人有变动的请改正。"
    "没有问题的请在“存在问题”栏填“无”。序号、目标任务和表号请勿改动。"
)
_WIDTHS = (6, 36, 36, 44, 30, 30)  # characters of a workbook's default font
_CENTIMETRES = (1.3, 5.2, 5.2, 6.2, 4.2, 4.2)
_FONT = "仿宋"
# A row of so many characters a cell leaves room on a page, and isn't parted.
_SHORT = 250


def form_xlsx(form: Form) -> bytes:
    """The form as a workbook: what is given is locked, what is to be filled is not."""
    stream = io.BytesIO()
    with new_workbook(stream, form.title, form.mark.hidden) as book:
        sheet = book.add_worksheet(form.mark.snapshot)
        last = _fill_sheet(book, sheet, form)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.protect("", {"format_columns": True, "format_rows": True, "format_cells": True})
        sheet.freeze_panes(3, 0)
        sheet.repeat_rows(2)
        sheet.print_area(0, 0, last, len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第 &P 页，共 &N 页")
    return stream.getvalue()


def _fill_sheet(book: Any, sheet: Any, form: Form) -> int:
    """Write the form's rows; gives the last one, from 0."""
    wrapped = {"text_wrap": True, "valign": "top", "border": 1, "font_name": _FONT}
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    advice = book.add_format({"text_wrap": True, "valign": "top"})
    heading = book.add_format({**wrapped, "bold": True, "align": "center", "bg_color": "#EDEDED"})
    given = book.add_format({**wrapped, "num_format": "@"})
    number = book.add_format({**wrapped, "align": "center"})
    unit = book.add_format({**wrapped, "bold": True})
    head = book.add_format({**wrapped, "bold": True, "num_format": "@", "locked": False})
    # The format 文本 keeps what is typed as it is, also =, dates and long numbers.
    to_fill = book.add_format({**wrapped, "num_format": "@", "locked": False})
    end = len(COLUMNS) - 1
    sheet.merge_range(0, 0, 0, end, form.title, title)
    sheet.merge_range(1, 0, 1, end, f"{form.mark.printed}　{_ADVICE}", advice)
    sheet.set_row(1, 32)
    for column, name in enumerate(COLUMNS):
        sheet.write_string(2, column, name, heading)
    line = 3
    for block in form.blocks:
        sheet.merge_range(line, 0, line, _GIVEN, f"责任单位：{block.unit}", unit)
        sheet.merge_range(line, _GIVEN + 1, line, end, f"责任人：{block.head}", head)
        line += 1
        first = line
        for row in block.rows:
            sheet.write_number(line, 0, row.no, number)
            sheet.write_string(line, 1, row.goal, given)
            sheet.write_string(line, 2, row.last, given)
            for column in range(_GIVEN, end + 1):
                sheet.write_blank(line, column, None, to_fill)
            line += 1
        _restrict(sheet, first, line - 1)
    return line - 1


def _restrict(sheet: Any, first: int, last: int) -> None:
    """What may be typed into the rows of a block."""
    sheet.data_validation(
        first, 0, last, 0,
        {
            "validate": "integer", "criteria": "between", "minimum": 1, "maximum": 999_999,
            "error_title": "序号不对",
            "error_message": "序号应是正整数，与下发的表一致，请勿改动。",
        },
    )  # fmt: skip
    sheet.data_validation(
        first, _GIVEN, last, len(COLUMNS) - 1,
        {
            "validate": "length", "criteria": "<=", "value": LONGEST_CELL,
            "error_title": "内容太长",
            "error_message": f"每格最多 {LONGEST_CELL:,} 个字，请精简后再填。",
        },
    )  # fmt: skip


def form_docx(form: Form) -> bytes:
    """The form as a Word document on A4 landscape, its heading row repeated on every page.

    As in the workbook only what is to be filled can be typed over; there is no password.
    """
    document = landscape_document(form.title, form.mark.hidden)
    number_pages(document)
    _set_font(document)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(form.title)
    run.bold, run.font.size = True, Pt(16)
    document.add_paragraph(f"{form.mark.printed}　{_ADVICE}")
    table = document.add_table(1, len(COLUMNS), "Table Grid")
    table.autofit = False
    _fill_row(table.rows[0], COLUMNS, bold=True)
    _mark(table.rows[0], "w:cantSplit", "w:tblHeader")
    for cell in table.rows[0].cells:
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    opened = count(1)
    for block in form.blocks:
        cells = table.add_row().cells
        _write(cells[0].merge(cells[_GIVEN]), f"责任单位：{block.unit}", bold=True)
        head = cells[_GIVEN + 1].merge(cells[-1])
        _write(head, f"责任人：{block.head}", bold=True)
        _open_text(head.paragraphs[0], next(opened))
        for cell in (cells[0], head):
            cell.paragraphs[0].paragraph_format.keep_with_next = True
        for row in block.rows:
            line = table.add_row()
            _fill_row(line, (str(row.no), row.goal, row.last, "", "", ""))
            line.cells[0].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            if max(len(row.goal), len(row.last)) <= _SHORT:
                _mark(line, "w:cantSplit")
            _open_cells(line, next(opened))
    for column, width in zip(table.columns, _CENTIMETRES, strict=True):
        column.width = Cm(width)
    _lock(document)
    return saved(document)


def _lock(document: WordDocument) -> None:
    """Protect the document but for the ranges that everyone may edit (ISO 29500-1, 17.13.7)."""
    protection = OxmlElement("w:documentProtection")
    protection.set(qn("w:edit"), "readOnly")
    protection.set(qn("w:enforcement"), "1")
    # Its place in the settings is prescribed.
    document.settings.element.find(qn("w:defaultTabStop")).addprevious(protection)


def _open_cells(row: _Row, number: int) -> None:
    """Let everyone fill in a row's last cells, empty as they are: whole columns of this row."""
    start, end = _permission(number)
    start.set(qn("w:colFirst"), str(_GIVEN))
    start.set(qn("w:colLast"), str(len(COLUMNS) - 1))
    row.cells[0].paragraphs[0].runs[0]._r.addprevious(start)
    row._tr.addnext(end)


def _open_text(paragraph: Paragraph, number: int) -> None:
    """Let everyone edit the words of a paragraph."""
    start, end = _permission(number)
    paragraph.runs[0]._r.addprevious(start)
    paragraph._p.append(end)


def _permission(number: int) -> tuple[etree._Element, etree._Element]:
    start, end = OxmlElement("w:permStart"), OxmlElement("w:permEnd")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:edGrp"), "everyone")
    end.set(qn("w:id"), str(number))
    return start, end


def _set_font(document: WordDocument) -> None:
    font = document.styles["Normal"].font
    font.name, font.size = _FONT, Pt(10.5)
    font.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)


def _fill_row(row: _Row, texts: tuple[str, ...], *, bold: bool = False) -> None:
    for cell, text, width in zip(row.cells, texts, _CENTIMETRES, strict=True):
        cell.width = Cm(width)
        _write(cell, text, bold=bold)


def _write(cell: _Cell, text: str, *, bold: bool = False) -> None:
    cell.text = text
    for run in cell.paragraphs[0].runs:
        run.bold = bold


def _mark(row: _Row, *properties: str) -> None:
    """Set properties of a row: not to be parted, or the heading that every page begins with."""
    for name in properties:
        row._tr.get_or_add_trPr().append(OxmlElement(name))
