"""A table of spanning cells → rows in which every position has its text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from generator.findings import Place
from generator.importing.document import Cell, RefusedError, Row

# More than any office's table, and little enough to hold in memory.
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_POSITIONS = 1_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """A cell with the positions that it covers; ``row`` and ``column`` count from 1."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1


def laid_out(
    spans: Iterable[Span], table: int, place: Callable[[int, int], Place]
) -> tuple[Row, ...]:
    """The rows of a table, merged positions filled with the text they continue.

    Args:
        spans: its cells; where two claim one position, the later one has it.
        table: which table of the document it is, from 1.
        place: the place of a row and a column; of the row itself for column 0.

    Raises:
        RefusedError: for more rows or columns than a table can have.
    """
    lines: dict[int, dict[int, Cell]] = {}
    width = positions = 0
    for span in spans:
        bottom, right = span.row + span.rows - 1, span.column + span.columns - 1
        positions += span.rows * span.columns
        if bottom > MOST_ROWS or right > MOST_COLUMNS or positions > MOST_POSITIONS:
            raise RefusedError("table-too-large", rows=MOST_ROWS, columns=MOST_COLUMNS)
        width = max(width, right)
        origin = place(span.row, span.column)
        for row in range(span.row, bottom + 1):
            for column in range(span.column, right + 1):
                covered = (row, column) != (span.row, span.column)
                lines.setdefault(row, {})[column] = Cell(span.text, origin, covered)
    return tuple(
        Row(
            tuple(
                cells.get(column) or Cell("", place(row, column)) for column in range(1, width + 1)
            ),
            place(row, 0),
            table,
        )
        for row, cells in sorted(lines.items())
    )
