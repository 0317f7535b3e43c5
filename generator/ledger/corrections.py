"""corrections.csv: every change to a sealed snapshot, dated and reasoned (更正)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from generator.findings import Finding, finding
from generator.ledger.model import Correction
from generator.ledger.tables import Record, read_table, write_table

CORRECTIONS_FILE = "corrections.csv"
CORRECTION_COLUMNS = ("date", "task", "field", "old", "new", "reason")
DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_corrections(file: str, data: bytes) -> tuple[tuple[Correction, ...], tuple[Finding, ...]]:
    """The corrections in the file's order, which is that of their making."""
    records, findings = read_table(file, data, CORRECTION_COLUMNS, CORRECTION_COLUMNS)
    found = [*findings, *(f for record in records for f in _findings(record))]
    return tuple(_correction(record) for record in records), tuple(found)


def write_corrections(corrections: Iterable[Correction]) -> bytes:
    """The file's text."""
    rows = ((c.date, str(c.no) if c.no else "", c.field, c.old, c.new, c.reason)
            for c in corrections)  # fmt: skip
    return write_table(CORRECTION_COLUMNS, rows)


def _correction(record: Record) -> Correction:
    cells = record.cells
    number = cells["task"]
    return Correction(
        record.place(), cells["date"], int(number) if re.fullmatch("[0-9]{1,6}", number) else 0,
        cells["field"], cells["old"], cells["new"], cells["reason"],
    )  # fmt: skip


def _findings(record: Record) -> Iterator[Finding]:
    cells = record.cells
    if not DATE.fullmatch(cells["date"]):
        yield finding("value-date", record.place("date"), value=cells["date"])
    if cells["task"] and not re.fullmatch("[1-9][0-9]{0,5}", cells["task"]):
        yield finding("number-bad", record.place("task"), text=cells["task"])
    for column in ("field", "reason"):
        if not cells[column]:
            yield finding("cell-empty", record.place(column), column=column)
