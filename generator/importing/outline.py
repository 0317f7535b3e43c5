"""Documents of numbered paragraphs: what opens a chapter or an item, and their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from generator.findings import Finding, Place, finding
from generator.importing.cleaning import clean
from generator.importing.document import Document, TaskRecord
from generator.importing.numerals import NUMERAL, chinese_number

CHAPTER = re.compile(rf"^({NUMERAL})、(.+)$")
# The ways in which items are numbered, the likeliest first.
ITEM_STYLES = (
    re.compile(rf"^[(（]({NUMERAL})[)）]\s*(.+)$"),
    re.compile(r"^(\d{1,3})\s*[.、．](?!\d)\s*(.+)$"),
    re.compile(r"^[(（](\d{1,3})[)）]\s*(.+)$"),
    CHAPTER,
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of running text, cleaned."""

    text: str
    place: Place


def paragraphs_of(document: Document) -> tuple[Paragraph, ...]:
    """A document's lines that hold text; a table's rows are lines too."""
    return tuple(Paragraph(text, row.place) for row in document.rows if (text := clean(row.text)))


def number_of(numeral: str) -> int:
    """An item's number, in digits or in Chinese numerals."""
    return int(numeral) if numeral.isdecimal() else chinese_number(numeral)


def numbered_through(
    tasks: Iterable[TaskRecord],
) -> tuple[tuple[TaskRecord, ...], tuple[Finding, ...]]:
    """The tasks with numbers of their own where each chapter counts from 1 again.

    A task is known by its number within the year, so one that occurs in several
    chapters tells nothing; the tasks are then counted in the document's order.
    """
    tasks = tuple(tasks)
    restarts = {task.section for task in tasks if task.no == 1}
    if len(restarts) < 2 or sum(task.no == 1 for task in tasks) != len(restarts):
        return tasks, ()
    told = finding("items-counted", Place(tasks[0].place.file), n=len(tasks))
    return tuple(replace(task, no=no) for no, task in enumerate(tasks, start=1)), (told,)
