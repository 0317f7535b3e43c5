"""Workbooks (.xlsx, .xls) → rows of cells as they are shown, a table for each sheet."""

from __future__ import annotations

import io
import os
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import openpyxl
import xlrd
import xlrd.biffh
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from generator.findings import Finding, Place, finding
from generator.importing.document import Cell, Document, RefusedError, Row
from generator.importing.grid import MOST_COLUMNS, MOST_ROWS, Span, laid_out
from generator.importing.number_format import displayed
from generator.importing.package import open_package
from generator.importing.thinning import MOST_CELLS, thinned_book

_VBA = "_VBA_PROJECT".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of either format: texts and merges by position, rows and columns from 1."""

    title: str
    texts: dict[tuple[int, int], str]
    merges: tuple[tuple[int, int, int, int], ...]  # top, left, bottom, right
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]


def read_xlsx(name: str, data: bytes) -> Document:
    """An .xlsx or .xlsm as a document. Formulas count by their last result; macros are left.

    Raises:
        RefusedError: for a file that can't be read.
    """
    package = open_package(name, data)
    sheets = {n: p for n, p in package.parts.items() if n.startswith("xl/worksheets/")}
    thin = thinned_book(data, sheets)
    findings = list(package.findings)
    book = _open(thin, values=True)
    formulas = _open(thin, values=False) if any(b"<f" in p for p in sheets.values()) else None
    rows: list[Row] = []
    for index, sheet in enumerate(book.worksheets, start=1):
        if sheet.sheet_state != "visible":
            findings.append(finding("hidden-sheet", Place(name, sheet=sheet.title)))
            continue
        twin = formulas.worksheets[index - 1] if formulas else None
        findings += _doubtful_cells(name, sheet, twin)
        more, found = _rows(name, _xlsx_sheet(sheet), index)
        rows += more
        findings += found
    return _document(name, data, rows, findings, package.mark)


def read_xls(name: str, data: bytes) -> Document:
    """An .xls of Excel 97 to 2003 as a document.

    Raises:
        RefusedError: for a file that can't be read.
    """
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
            book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=nowhere)
    except xlrd.biffh.XLRDError as fault:
        locked = "encrypted" in str(fault).lower()
        raise RefusedError("document-locked" if locked else "document-damaged") from fault
    findings = [finding("macros-left-out", Place(name))] if _VBA in data else []
    rows: list[Row] = []
    for index, sheet in enumerate(book.sheets(), start=1):
        if sheet.visibility:
            findings.append(finding("hidden-sheet", Place(name, sheet=sheet.name)))
            continue
        more, found = _rows(name, _xls_sheet(book, sheet), index)
        rows += more
        findings += found
    return _document(name, data, rows, findings)


def _document(
    name: str, data: bytes, rows: list[Row], findings: list[Finding], mark: str = ""
) -> Document:
    if not any(row.text for row in rows):
        findings.append(finding("document-empty", Place(name)))
    return Document(name, data, "", tuple(rows), tuple(findings), mark)


def _open(data: bytes, *, values: bool) -> openpyxl.Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that openpyxl leaves out: charts, rules
            return openpyxl.load_workbook(io.BytesIO(data), data_only=values, keep_links=False)
    except (
        InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError,
        SyntaxError,  # of XML, in lxml's and in the standard library's parser
    ) as fault:  # fmt: skip
        raise RefusedError("document-damaged") from fault


def _xlsx_sheet(sheet: Worksheet) -> _Sheet:
    # The cells that are stored: rows and columns of the public interface run to
    # the last cell with so much as a border, a million rows down in some files.
    stored = sheet._cells
    texts = {
        position: text
        for position, cell in stored.items()
        if (text := displayed(cell.value, cell.number_format))
    }
    merges = tuple(
        (area.min_row, area.min_col, area.max_row, area.max_col)
        for area in sheet.merged_cells.ranges
    )
    columns = {
        number
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for number in range(dimension.min or 1, min(dimension.max or 0, MOST_COLUMNS) + 1)
    }
    rows = frozenset(n for n, dimension in sheet.row_dimensions.items() if dimension.hidden)
    return _Sheet(sheet.title, texts, merges, rows, frozenset(columns))


def _doubtful_cells(name: str, sheet: Worksheet, formulas: Worksheet | None) -> Iterator[Finding]:
    """Cells whose content is an error or unknown, and whether some have comments."""
    for (row, column), cell in sheet._cells.items():
        place = Place(name, row, get_column_letter(column), sheet.title)
        if cell.data_type == "e":
            yield finding("cell-error", place, text=cell.value)
        elif formulas is not None and cell.value is None:
            formula = formulas._cells.get((row, column))
            if formula is not None and formula.data_type == "f":
                yield finding("formula-without-value", place)
    if any(cell.comment for cell in sheet._cells.values()):
        yield finding("comments-left-out", Place(name, sheet=sheet.title))


def _xls_sheet(book: xlrd.book.Book, sheet: xlrd.sheet.Sheet) -> _Sheet:
    texts: dict[tuple[int, int], str] = {}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = sheet.cell(row, column)
            code = book.format_map[book.xf_list[cell.xf_index or 0].format_key].format_str
            value: object = cell.value
            if cell.ctype == xlrd.XL_CELL_DATE:
                value = xlrd.xldate_as_datetime(float(cell.value), book.datemode)
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                value = bool(cell.value)
            elif cell.ctype == xlrd.XL_CELL_ERROR:
                value = xlrd.error_text_from_code.get(int(cell.value), "#N/A")
            if text := displayed(value, code):
                texts[row + 1, column + 1] = text
        if len(texts) > MOST_CELLS:
            raise RefusedError("table-too-full", n=MOST_CELLS)
    merges = tuple(
        (top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells
    )
    rows = frozenset(n + 1 for n, info in sheet.rowinfo_map.items() if info.hidden)
    columns = frozenset(n + 1 for n, info in sheet.colinfo_map.items() if info.hidden)
    return _Sheet(sheet.name, texts, merges, rows, columns)


def _rows(name: str, sheet: _Sheet, table: int) -> tuple[list[Row], list[Finding]]:
    """The visible rows of a sheet, and what is hidden of it."""

    def place(row: int, column: int) -> Place:
        return Place(name, row, get_column_letter(column) if column else "", sheet.title)

    rows = [
        Row(
            tuple(
                Cell("", c.place) if n in sheet.hidden_columns else c
                for n, c in enumerate(row.cells, start=1)
            ),
            row.place,
            table,
        )
        for row in laid_out(_spans(sheet), table, place)
        if row.place.line not in sheet.hidden_rows
    ]
    filled_rows = {row for row, _ in sheet.texts} & sheet.hidden_rows
    filled_columns = {column for _, column in sheet.texts} & sheet.hidden_columns
    findings = []
    if filled_rows:
        where = _ranges(filled_rows, str)
        findings.append(finding("hidden-rows", Place(name, sheet=sheet.title), where=where))
    if filled_columns:
        where = _ranges(filled_columns, get_column_letter)
        findings.append(finding("hidden-columns", Place(name, sheet=sheet.title), where=where))
    return rows, findings


def _spans(sheet: _Sheet) -> Iterator[Span]:
    """The cells with text, merges cut to the part of the sheet that has any."""
    last_row = max((row for row, _ in sheet.texts), default=0)
    last_column = max((column for _, column in sheet.texts), default=0)
    if last_row > MOST_ROWS or last_column > MOST_COLUMNS:
        raise RefusedError("table-too-large", rows=MOST_ROWS, columns=MOST_COLUMNS)
    areas = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merges}
    for (row, column), text in sorted(sheet.texts.items()):
        bottom, right = areas.get((row, column), (row, column))
        yield Span(
            row, column, text,
            max(1, min(bottom, last_row) - row + 1), max(1, min(right, last_column) - column + 1),
        )  # fmt: skip


def _ranges(numbers: Iterable[int], word: Callable[[int], str]) -> str:
    """Numbers as ranges: 3—5、9."""
    runs = []
    for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        first, last = word(members[0]), word(members[-1])
        runs.append(first if first == last else f"{first}—{last}")
    return "、".join(runs)
