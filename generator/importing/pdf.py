"""PDF files with a text layer → rows of cells, by the lines drawn around them.

A cell's text is broken where the column was full; the pieces are put together
again as Chinese is set: without a space, unless two Latin words or numbers meet.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException

from generator.findings import Place, finding
from generator.importing.document import Cell, Document, RefusedError, Row
from generator.importing.grid import MOST_ROWS, Span, laid_out

_MOST_PAGES = 500
_PAGE_MARK = re.compile(r"^[-—–－\s]*(?:第\s*\d+\s*页.*|\d+\s*/\s*\d+|\d+)[-—–－\s]*$")
# Lines of a table that are drawn in two strokes stand some points apart.
_NEAR = 3.0
_WIDE = re.compile(r"[^\x00-\u02ff]")


def read_pdf(name: str, data: bytes) -> Document:
    """A PDF as a document: drawn tables as tables, other lines as running text.

    Raises:
        RefusedError: for a file that is damaged, locked, or has no text layer.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > _MOST_PAGES:
                raise RefusedError("document-too-long", rows=MOST_ROWS)
            rows: list[Row] = []
            tables = 0
            for number, page in enumerate(document.pages, start=1):
                found = page.find_tables()
                rows += _page_rows(name, number, page, found, tables)
                tables += len(found)
                page.close()
    except (PdfminerException, PSException) as fault:
        cause = fault.args[0] if fault.args else fault
        locked = isinstance(cause, PDFPasswordIncorrect) or isinstance(fault, PDFPasswordIncorrect)
        raise RefusedError("document-locked" if locked else "document-damaged") from fault
    if not any(row.text for row in rows):
        return Document(name, data, "", (), (finding("pdf-without-text", Place(name)),))
    return Document(name, data, "", tuple(rows))


def _page_rows(
    name: str, number: int, page: Page, tables: list[Table], before: int
) -> Iterator[Row]:
    """A page's rows from top to bottom, tables and the lines between them."""
    blocks: list[tuple[float, list[Row]]] = []
    for index, table in enumerate(tables, start=before + 1):
        blocks.append((table.bbox[1], list(_table_rows(name, number, table, index))))
    lines = page.filter(lambda thing: not _within(thing, tables)).extract_text_lines()
    for line_number, line in enumerate(lines, start=1):
        place = Place(name, line_number, page=number)
        if not _PAGE_MARK.match(line["text"]):
            blocks.append((line["top"], [Row((Cell(line["text"], place),), place)]))
    for _, rows in sorted(blocks, key=lambda block: block[0]):
        yield from rows


def _within(thing: dict[str, Any], tables: list[Table]) -> bool:
    middle = (thing["top"] + thing["bottom"]) / 2, (thing["x0"] + thing["x1"]) / 2
    return any(
        top <= middle[0] <= bottom and left <= middle[1] <= right
        for left, top, right, bottom in (table.bbox for table in tables)
    )


def _table_rows(name: str, page: int, table: Table, number: int) -> tuple[Row, ...]:
    texts = {
        box: text or ""
        for row, cells in zip(table.rows, table.extract(), strict=True)
        for box, text in zip(row.cells, cells, strict=True)
        if box is not None
    }
    columns = _edges(edge for left, _, right, _ in texts for edge in (left, right))
    rows = _edges(edge for _, top, _, bottom in texts for edge in (top, bottom))
    spans = []
    for (left, top, right, bottom), text in texts.items():
        row, column = _index(rows, top), _index(columns, left)
        height, width = _index(rows, bottom) - row, _index(columns, right) - column
        spans.append(Span(row + 1, column + 1, _unbroken(text), max(height, 1), max(width, 1)))
    return laid_out(
        spans, number,
        lambda row, column: Place(name, row, str(column or ""), page=page, table=number),
    )  # fmt: skip


def _edges(positions: Iterator[float]) -> list[float]:
    """The lines of a grid, those that nearly coincide taken as one."""
    edges: list[float] = []
    for position in sorted(set(positions)):
        if not edges or position - edges[-1] > _NEAR:
            edges.append(position)
    return edges


def _index(edges: list[float], position: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - position))


def _unbroken(text: str) -> str:
    lines = [line for part in text.split("\n") if (line := part.strip())]
    joined = lines[0] if lines else ""
    for before, line in pairwise(lines):
        wide = _WIDE.match(before[-1]) or _WIDE.match(line[0])
        joined += line if wide else f" {line}"
    return joined
