"""Forms filled in as a unit would, in Excel, in Word, or saved from there as text or a page."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Mapping

import docx
import openpyxl

# What a unit types: task number → (progress, problems, next steps).
Answers = Mapping[int, tuple[str, str, str]]
_FIRST_TO_FILL = 3


def fill_xlsx(data: bytes, answers: Answers, edit: Callable[..., None] | None = None) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.active
    for row in sheet.iter_rows(min_row=4):
        if row[0].value in answers:
            for cell, text in zip(row[_FIRST_TO_FILL:], answers[row[0].value], strict=True):
                cell.value = text or None
                if text:
                    cell.data_type = "s"  # as Excel does in cells of the format 文本
    if edit:
        edit(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def fill_docx(data: bytes, answers: Answers, edit: Callable[..., None] | None = None) -> bytes:
    document = docx.Document(io.BytesIO(data))
    for row in document.tables[0].rows[1:]:
        cells = row.cells
        if cells[0].text.isdecimal() and int(cells[0].text) in answers:
            for cell, text in zip(cells[_FIRST_TO_FILL:], answers[int(cells[0].text)], strict=True):
                cell.text = text
    if edit:
        edit(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def rows_of(data: bytes, answers: Answers) -> list[list[str]]:
    """The rows of a filled-in form, a merged cell's text in its first cell."""
    book = openpyxl.load_workbook(io.BytesIO(fill_xlsx(data, answers)))
    return [["" if v is None else str(v) for v in row] for row in book.active.values]


def as_text(rows: list[list[str]], encoding: str = "gb18030") -> bytes:
    """As Excel saves it: 文本文件（制表符分隔）."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def as_page(rows: list[list[str]]) -> bytes:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<html><meta charset=utf-8><table>{body}</table></html>".encode()
