"""Plain text, and text whose cells are parted by tabs, commas or semicolons → rows of cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from itertools import islice

from generator.findings import Finding, Place, finding, has_errors
from generator.importing.document import Cell, Document, RefusedError, Row
from generator.importing.grid import MOST_COLUMNS, MOST_ROWS

# The longest cell that the ledger takes as well.
_LONGEST_CELL = 1_000_000
_GUARDED = re.compile(r"^'(?='*[=+\-@＝＋－＠])")


def read_plain_text(name: str, data: bytes) -> Document:
    """A text file as a document; tabs part its cells, lines its rows.

    Nothing is raised for bad bytes: what can't be decoded is reported, with its
    line, and the document is empty.
    """
    text, encoding, findings = decode(name, data)
    return _document(name, data, text, "\t", encoding, findings)


def read_csv(name: str, data: bytes) -> Document:
    """A CSV file as a document, parted by the sign that most of its lines agree on."""
    text, encoding, findings = decode(name, data)
    delimiter = max(",\t;", key=lambda sign: _agreement(text, sign))
    document = _document(name, data, text, delimiter, encoding, findings)
    return replace(document, rows=tuple(map(_unguarded, document.rows)))


def _unguarded(row: Row) -> Row:
    """A row whose cells begin with the signs that they had before they were made inert.

    Tables for spreadsheets put an apostrophe before what would run as a formula.
    """
    if not any(cell.text.startswith("'") for cell in row.cells):
        return row
    return replace(
        row, cells=tuple(replace(c, text=_GUARDED.sub("", c.text, count=1)) for c in row.cells)
    )


def _document(
    name: str, data: bytes, text: str, delimiter: str, encoding: str, findings: tuple[Finding, ...]
) -> Document:
    if text.count("\n") > MOST_ROWS:
        raise RefusedError("document-too-long", rows=MOST_ROWS)
    rows = _quoted_rows(name, text, delimiter) or tuple(
        _row(name, number, line.split(delimiter, MOST_COLUMNS))
        for number, line in enumerate(text.split("\n"), start=1)
    )
    if not text.strip() and not has_errors(findings):
        findings = (*findings, finding("document-empty", Place(name)))
    return Document(name, data, encoding, rows, findings)


def _agreement(text: str, delimiter: str) -> int:
    """How many of the first lines have the same number of cells, more than one.

    What stands in quotes parts nothing, where the quotes pair.
    """
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        lengths = [len(cells) for cells in islice(reader, 200)]
    except csv.Error:
        lengths = [line.count(delimiter) + 1 for line in text.split("\n", 200)[:200]]
    return max(Counter(n for n in lengths if n > 1).values(), default=0)


def decode(name: str, data: bytes) -> tuple[str, str, tuple[Finding, ...]]:
    r"""Text, encoding and findings of a file from a Chinese office.

    UTF-8 (with or without BOM) is what we ask for; GB18030, what Excel and
    Notepad save on a Chinese Windows, is read too and said so. Line ends become
    ``\n``. A file that is neither gives empty text and an error with its line.
    """
    findings: tuple[Finding, ...] = ()
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        try:
            text, encoding = data.decode("gb18030"), "gb18030"
        except UnicodeDecodeError:
            line = data.count(b"\n", 0, fault.start) + 1
            return "", encoding, (finding("encoding-unknown", Place(name, line)),)
    if encoding != "utf-8-sig":
        findings = (finding("encoding-not-utf8", Place(name), encoding=encoding.upper()),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, "utf-8" if encoding == "utf-8-sig" else encoding, findings


def _quoted_rows(name: str, text: str, delimiter: str) -> tuple[Row, ...]:
    """The rows of a text as Excel saves it, cells with breaks, quotes or delimiters in quotes.

    Empty where no cell begins with a quote, or the quotes don't pair: then it is
    plain text whose quotes are its own.
    """
    if not text.startswith('"') and f'{delimiter}"' not in text and '\n"' not in text:
        return ()
    rows: list[Row] = []
    line = 1
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            rows.append(_row(name, line, cells))
            line = reader.line_num + 1
    except csv.Error:
        return ()
    return tuple(rows)


def _row(name: str, number: int, texts: list[str]) -> Row:
    if len(texts) > MOST_COLUMNS:
        raise RefusedError("table-too-large", rows=MOST_ROWS, columns=MOST_COLUMNS)
    cells = tuple(
        Cell(text, Place(name, number, str(column))) for column, text in enumerate(texts, start=1)
    )
    return Row(cells, Place(name, number))
