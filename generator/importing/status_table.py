"""A half-year's status table: unit headings, and rows of number, goal, progress, problems.

The form (FORM: 序号 | 年内具体目标任务 | 进展情况 | 存在问题) is interrupted by heading
lines 责任单位：… 责任人：…, each ruling the rows below it. Converters lay them out in
many ways (in left or right cells, both in one cell, split over two lines, full
or half-width colons), so a heading is recognised by its words, not its cells.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from generator.findings import Finding, Place, finding
from generator.importing.cleaning import clean, fold_name
from generator.importing.document import Document, Reading, Row, TaskRecord

_UNIT = r"(?:责任单位|牵头单位)\s*[:：]"
_HEAD = r"责任人\s*[:：]"
_HEADING = re.compile(rf"^(?:{_UNIT}\s*(?P<unit>.*?))?\s*(?:{_HEAD}\s*(?P<head>.*))?$")
_NUMBER = re.compile(r"^\s*(\d{1,5})\s*[.、．]?\s*$")


@dataclass(frozen=True, slots=True)
class _Heading:
    """Who is responsible for the rows below; ``unit`` is empty where nobody knows."""

    unit: str = ""
    head: str = ""


def is_status_table(document: Document) -> bool:
    """Whether the document has a heading row of this form."""
    return any(_columns(row) for row in document.rows)


def read_status_table(document: Document) -> Reading:
    """The tasks of a status table, each under the unit heading above it.

    Where the numbering jumps and no heading stands in between, pages of the
    document were lost, and a heading may have been lost with them: the rows
    after the jump, up to the next heading, get no unit, and a finding tells the
    clerk where to look (DESIGN, principle 1).
    """
    title = ""
    columns: dict[str, int] = {}
    heading = _Heading()
    tasks: list[TaskRecord] = []
    findings: list[Finding] = list(document.findings)
    heading_since_task = False
    for row in document.rows:
        if not row.text:
            continue
        if found := _columns(row):
            columns = found
        elif not columns:
            title = title or clean(row.text)
        elif number := _number(row, columns):
            task = _task(row, number, columns, heading)
            if tasks and number > tasks[-1].no + 1 and not heading_since_task:
                heading = _Heading()
                task = replace(task, unit="", head="")
            tasks.append(task)
            heading_since_task = False
            findings += _unread_cells(row, columns)
        elif match := _HEADING.match(row.text):
            heading = _continued(heading, match, first=not heading_since_task)
            heading_since_task = True
        else:
            findings.append(finding("row-unread", row.place, text=_excerpt(row.text)))
    findings += _lost_headings(tasks)
    if not tasks:
        findings.append(finding("no-tasks", Place(document.name)))
    return Reading("report", title, tuple(tasks), findings=tuple(findings))


def _columns(row: Row) -> dict[str, int]:
    """Field → index of its cell, where the row heads the form's columns; else empty."""
    synonyms = _synonyms()
    found = {
        field: index
        for index, cell in enumerate(row.cells)
        if (field := synonyms.get(fold_name(clean(cell.text))))
    }
    return found if {"no", "goal"} <= found.keys() else {}


@cache
def _synonyms() -> dict[str, str]:
    text = files(__package__).joinpath("columns.toml").read_text(encoding="utf-8")
    return {word: field for field, words in tomllib.loads(text).items() for word in words}


def _number(row: Row, columns: dict[str, int]) -> int:
    match = _NUMBER.match(_cell(row, columns["no"]))
    return int(match[1]) if match else 0


def _cell(row: Row, index: int) -> str:
    return row.cells[index].text if index < len(row.cells) else ""


def _task(row: Row, number: int, columns: dict[str, int], heading: _Heading) -> TaskRecord:
    def text(field: str) -> str:
        return clean(_cell(row, columns[field])) if field in columns else ""

    return TaskRecord(
        number, row.place, unit=heading.unit, head=heading.head,
        goal=text("goal"), progress=text("progress"), problems=text("problems"),
    )  # fmt: skip


def _continued(heading: _Heading, match: re.Match[str], *, first: bool) -> _Heading:
    """The heading after this line; the second line of a split heading adds the head."""
    unit, head = match["unit"], match["head"]
    if unit is None and not first:
        return replace(heading, head=clean(head or ""))
    return _Heading(clean(unit or ""), clean(head or ""))


def _unread_cells(row: Row, columns: dict[str, int]) -> Iterator[Finding]:
    known = set(columns.values())
    extra = (c for i, c in enumerate(row.cells) if i not in known and c.text.strip())
    for cell in extra:
        yield finding("cell-unread", cell.place, text=_excerpt(cell.text))
    for field, index in columns.items():
        if index >= len(row.cells):
            yield finding("cell-missing", row.place, field=field)


def _lost_headings(tasks: list[TaskRecord]) -> Iterator[Finding]:
    """One finding for each run of rows whose unit heading was lost."""
    run: list[TaskRecord] = []
    for before, task in zip([None, *tasks], [*tasks, None], strict=True):
        if run and (task is None or task.unit or (before and task.no > before.no + 1)):
            yield finding(
                "heading-lost", run[0].place, first=run[0].no, last=run[-1].no,
                until=run[-1].place.line, missing_from=_gap_before(tasks, run[0]),
            )  # fmt: skip
            run = []
        if task is not None and not task.unit:
            run.append(task)


def _gap_before(tasks: list[TaskRecord], task: TaskRecord) -> str:
    index = tasks.index(task)
    return f"{tasks[index - 1].no}→{task.no}" if index else f"→{task.no}"


def _excerpt(text: str) -> str:
    text = clean(text)
    return text if len(text) <= 24 else text[:24] + "…"
