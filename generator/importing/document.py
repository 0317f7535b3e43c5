"""The seam between formats and content: a document as rows of cells with their places."""

from __future__ import annotations

from dataclasses import dataclass

from generator.findings import Finding, Place


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell's text as the document has it, markup and stray spaces included."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, or one line of running text as a row of a single cell."""

    cells: tuple[Cell, ...]
    place: Place

    @property
    def text(self) -> str:
        """The row's non-empty cells in one line, parted by single spaces."""
        return " ".join(part for cell in self.cells if (part := cell.text.strip()))


@dataclass(frozen=True, slots=True)
class Document:
    """A document as received, read but not yet understood.

    Attributes:
        name: the file's name without its folder.
        data: the file byte for byte.
        encoding: how its text was decoded (``utf-8``, ``gb18030``).
        rows: its rows from top to bottom; empty lines stay, as rows without text.
        findings: what the reader of the format noticed.
    """

    name: str
    data: bytes
    encoding: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task as the document states it; empty strings mean that it states nothing.

    Attributes:
        no: the task's number within its year.
        place: the row that it was read from.
        partners: cooperating units, as the document writes their names.
        open_list: whether the document ends the list of units with 等 ("and others").
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
        findings: what the clerk should know about this reading.
    """

    kind: str
    title: str
    tasks: tuple[TaskRecord, ...]
    disclosure: tuple[tuple[str, str], ...] = ()
    preamble: tuple[str, ...] = ()
    missing_parts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
