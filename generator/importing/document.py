"""The seam between formats and content: a document as rows of cells with their places."""

from __future__ import annotations

from dataclasses import dataclass

from generator.findings import Finding, Place


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell's text as the document has it, markup and stray spaces included.

    Attributes:
        text: what stands in the cell.
        place: where it stands.
        continued: whether a merged cell that begins above or to the left covers this
            position; it then carries that cell's text and place.
    """

    text: str
    place: Place
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, or one line of running text as a row of its cells.

    Attributes:
        cells: from left to right.
        place: where the row stands.
        table: which table or sheet of the document it belongs to, from 1; 0 for
            running text, whose cells are parted by tabs.
    """

    cells: tuple[Cell, ...]
    place: Place
    table: int = 0

    @property
    def text(self) -> str:
        """The row's non-empty cells in one line, parted by single spaces; a merged one once."""
        return " ".join(
            part for cell in self.cells if not cell.continued and (part := cell.text.strip())
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A document as received, read but not yet understood.

    Attributes:
        name: the file's name without its folder.
        data: the file byte for byte.
        encoding: how its text was decoded (``utf-8``, ``gb18030``); empty for formats
            that have none of their own.
        rows: its rows from top to bottom; empty lines stay, as rows without text.
        findings: what the reader of the format noticed.
        mark: the mark that a form of ours carries in the file's properties, if any.
    """

    name: str
    data: bytes
    encoding: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()
    mark: str = ""


class RefusedError(Exception):
    """A document that can't or mustn't be read; a reader raises it, ``readers`` tells it.

    Attributes:
        code: the finding's code in ``messages.toml``.
        values: the values in its words.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, as its heading was understood.

    Attributes:
        index: position of its cells in the rows, from 0.
        heading: the heading as printed; the levels of a heading joined by ``／``.
        place: where the heading stands.
        field: the field that it fills; ``ignore`` where the clerk said so, and empty
            where it wasn't recognised.
        measure: the unit that the heading states in brackets (``个``), if any.
        period: the last month that a heading like ``1-10月推进情况`` speaks of; 0 for none.
    """

    index: int
    heading: str
    place: Place
    field: str
    measure: str = ""
    period: int = 0


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task as the document states it; empty strings mean that it states nothing.

    Attributes:
        no: the task's number within its year.
        place: the row that it was read from.
        partners: cooperating units, as the document writes their names.
        open_list: whether the document ends the list of units with 等 ("and others").
        remarks: the column 备注, which may be internal and is never published.
    """

    no: int
    place: Place
    section: str = ""
    title: str = ""
    unit: str = ""
    head: str = ""
    partners: tuple[str, ...] = ()
    open_list: bool = False
    goal: str = ""
    progress: str = ""
    problems: str = ""
    next_steps: str = ""
    deadline: str = ""
    leader: str = ""
    reported_rate: str = ""
    reported_status: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document was understood to say.

    Attributes:
        kind: ``report`` (a half-year's status) or ``plan`` (a year's tasks).
        title: the table's or plan's own title.
        disclosure: the disclosure header's fields (索引号 …) that the document carries,
            by their Chinese label; a field that stands there empty is an empty string.
        preamble: the paragraphs before the first task, in order.
        missing_parts: annexes that the document names and doesn't hold.
        notes: rules that the document states about itself.
        tasks: in the document's order.
        columns: the columns of the tables that were read, in the document's order.
        findings: what the clerk should know about this reading.
    """

    kind: str
    title: str
    tasks: tuple[TaskRecord, ...]
    disclosure: tuple[tuple[str, str], ...] = ()
    preamble: tuple[str, ...] = ()
    missing_parts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    findings: tuple[Finding, ...] = ()
