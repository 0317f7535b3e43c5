"""CSV files as a clerk's tools leave them: read strictly, with the line of every row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from generator.findings import Finding, Place, finding
from generator.importing.cleaning import visible
from generator.importing.plain_text import decode
from generator.ledger.suggestions import nearest

# A cell holds a task's text, never a book; beyond this a quote was left open.
_CELL_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table: its line in the file and its cells by column name."""

    file: str
    line: int
    cells: Mapping[str, str]

    def place(self, column: str = "") -> Place:
        """Where the row, or one cell of it, stands."""
        return Place(self.file, self.line, column)


def read_table(
    file: str, data: bytes, columns: Sequence[str], required: Sequence[str]
) -> tuple[tuple[Record, ...], tuple[Finding, ...]]:
    """The rows of a CSV file whose first row names its columns.

    Known columns that the file lacks are empty in every row; only ``required``
    ones must be there. A row with the wrong number of cells is reported and left
    out: its text can't be trusted to stand under the right heading.

    Args:
        file: the file's path as the clerk knows it.
        data: the file's bytes, UTF-8 with or without BOM, or GB18030.
        columns: the columns that may occur.
        required: those that must.
    """
    text, _, findings = decode(file, data)
    found: list[Finding] = list(findings)
    records: list[Record] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    line = 1
    try:
        csv.field_size_limit(_CELL_LIMIT)
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                found += _header_findings(Place(file, start), header, columns, required)
            elif len(cells) != len(header):
                found.append(
                    finding("csv-cells", Place(file, start), n=len(cells), expected=len(header))
                )
            else:
                record = Record(file, start, _cells(header, cells, columns))
                found += _invisible(record, dict(zip(header, cells, strict=True)))
                records.append(record)
    except csv.Error as fault:
        found.append(finding("csv-damaged", Place(file, line), fault=str(fault)))
    if not header and not found:
        found.append(finding("csv-empty", Place(file)))
    return tuple(records), tuple(found)


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    r"""A CSV file in UTF-8 with ``\n`` line ends, so that differences read well."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _cells(header: list[str], cells: list[str], columns: Sequence[str]) -> dict[str, str]:
    given = dict(zip(header, cells, strict=True))
    return {column: visible(given.get(column, "")).strip() for column in columns}


def _header_findings(
    place: Place, header: list[str], columns: Sequence[str], required: Sequence[str]
) -> Iterable[Finding]:
    for name in header:
        if name not in columns:
            yield finding("column-unknown", place, name=name, nearest=nearest(name, columns))
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield finding("column-twice", place, name=name)
    for name in required:
        if name not in header:
            yield finding("column-missing", place, name=name)


def _invisible(record: Record, raw: Mapping[str, str]) -> Iterable[Finding]:
    for column, cell in raw.items():
        plain = cell.replace("\n", " ").replace("\r", " ").replace("\t", " ")
        if visible(plain) != plain:
            yield finding("character-invisible", record.place(column))
