"""Documents of numbered paragraphs: what opens a chapter or an item, and their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from generator.findings import Finding, Place, finding
from generator.importing.cleaning import clean
from generator.importing.columns import words_of
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

# The fields that a text may label, in the words of table headings; 说明 or 任务
# in front of a colon are no labels.
_LABELLED = (
    "goal", "unit", "unit_head", "partners", "head", "leader", "deadline", "progress", "problems",
    "next_steps", "reported_rate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of running text, cleaned; an item's labelled lines (责任单位：…) go with it."""

    text: str
    place: Place
    labels: tuple[tuple[str, str], ...] = ()


def paragraphs_of(document: Document) -> tuple[Paragraph, ...]:
    """A document's lines that hold text; a table's rows are lines too."""
    return tuple(Paragraph(text, row.place) for row in document.rows if (text := clean(row.text)))


def labelled(text: str) -> tuple[tuple[str, str], ...]:
    """The labels in a line with what follows each: 进展情况：已完成。 → progress, 已完成。."""
    labels = list(_labels().finditer(text))
    ends = [*(label.start() for label in labels[1:]), len(text)]
    return tuple(
        (str(label.lastgroup), text[label.end() : end].strip())
        for label, end in zip(labels, ends, strict=False)
    )


def before_labels(text: str) -> str:
    """What stands in a line before its first label."""
    match = _labels().search(text)
    return text[: match.start()].strip() if match else text


@cache
def _labels() -> re.Pattern[str]:
    words = "|".join(
        f"(?P<{field}>{'|'.join(map(re.escape, words_of(field)))})" for field in _LABELLED
    )
    return re.compile(rf"(?:^|(?<=[。；;！\s]))[（(【]?(?:{words})[）)】]?\s*[:：]\s*")


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
