"""A half-year's status table: unit headings, and rows of number, goal, progress, problems.

The form (序号 | 年内具体目标任务 | 进展情况 | 存在问题) is interrupted by heading lines
责任单位：… 责任人：…, each ruling the rows below it. Converters lay them out in many
ways (in left or right cells, both in one cell, split over two lines, full or
half-width colons), so a heading is recognised by its words, not its cells.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from generator.findings import Finding, Place, finding
from generator.importing.cleaning import clean, fold_name
from generator.importing.document import Document, Reading, Row, TaskRecord

# Labels of a heading line; spaces may stand within them. The labels under
# "other" only end the value before them.
_LABELS = {
    "unit": (
        "牵头责任单位",
        "责任单位（牵头）",
        "责任单位(牵头)",
        "责任单位",
        "牵头单位",
        "负责单位",
    ),
    "head": ("责任人", "负责人"),
    "other": ("分管领导", "配合单位", "联系人", "联系电话", "填报人"),
}
_LABEL = re.compile(
    "|".join(
        f"(?P<{name}>" + "|".join(r"\s*".join(map(re.escape, word)) for word in words) + ")"
        for name, words in _LABELS.items()
    )
)
_COLON = re.compile(r"\s*[:：]\s*|\s+")
_NUMBER = re.compile(r"^\s*([0-9]{1,5})\s*[.、．]?\s*$")
# A line that names a body or speaks of responsibility, and yet isn't read as a
# heading: whoever it names, the rows below it can't be the unit's above.
_LIKE_HEADING = re.compile(r"责任|负责|牵头|单位|(?:局|委|办|厅|政府|管委会|中心|公司|集团)$")


@dataclass(frozen=True, slots=True)
class _Heading:
    """Who is responsible for the rows below; ``unit`` is empty where nobody knows."""

    unit: str = ""
    head: str = ""


@dataclass
class _State:
    """How far the reading of a table has come."""

    title: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    heading: _Heading = _Heading()
    fresh: bool = False  # whether a heading was read since the last task
    tasks: list[TaskRecord] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def is_status_table(document: Document) -> bool:
    """Whether the document has a heading row of this form."""
    return any(_columns(row) for row in document.rows)


def read_status_table(document: Document) -> Reading:
    """The tasks of a status table, each under the unit heading above it.

    Where the numbering jumps or falls back and no heading stands in between, pages
    of the document were lost or mixed up, and a heading may have been lost with
    them: the rows from there to the next heading get no unit, and a finding tells
    the clerk where to look (DESIGN, principle 1). The same holds below a line that
    looks like a heading and can't be read as one.
    """
    state = _State(findings=list(document.findings))
    for row in document.rows:
        if row.text:
            _read_row(row, state)
    findings = [*state.findings, *_lost_headings(state.tasks)]
    if not state.tasks:
        findings.append(finding("no-tasks", Place(document.name)))
    return Reading("report", state.title, tuple(state.tasks), findings=tuple(findings))


def _read_row(row: Row, state: _State) -> None:
    if found := _columns(row):
        if not state.columns:
            state.findings += _unknown_columns(row, found)
        state.columns = found
    elif heading := _heading(row.text, state):
        state.heading, state.fresh = heading, True
    elif not state.columns:
        state.title = state.title or clean(row.text)
    elif (number := _number(row, state.columns)) and _holds_text(row, state.columns):
        _read_task(row, number, state)
    elif _LIKE_HEADING.search(clean(row.text)) and len(row.text) <= 60:
        state.heading, state.fresh = _Heading(), False
        state.findings.append(finding("heading-unclear", row.place, text=_excerpt(row.text)))
    else:
        state.findings.append(finding("row-unread", row.place, text=_excerpt(row.text)))


def _read_task(row: Row, number: int, state: _State) -> None:
    last = state.tasks[-1].no if state.tasks else 0
    if last and not state.fresh and number != last + 1:
        state.heading = _Heading()
        if number < last:
            state.findings.append(finding("number-falls", row.place, no=number, before=last))
    state.tasks.append(_task(row, number, state.columns, state.heading))
    state.fresh = False
    state.findings += _unread_cells(row, state.columns)


def _columns(row: Row) -> dict[str, int]:
    """Field → index of its cell, where the row heads the form's columns; else empty."""
    synonyms = _synonyms()
    found = {
        name: index
        for index, cell in enumerate(row.cells)
        if (name := synonyms.get(fold_name(clean(cell.text))))
    }
    return found if {"no", "goal"} <= found.keys() else {}


@cache
def _synonyms() -> dict[str, str]:
    text = files(__package__).joinpath("columns.toml").read_text(encoding="utf-8")
    return {word: name for name, words in tomllib.loads(text).items() for word in words}


def _unknown_columns(row: Row, found: dict[str, int]) -> Iterator[Finding]:
    for index, cell in enumerate(row.cells):
        if cell.text.strip() and index not in found.values():
            known = "、".join(_synonyms())
            yield finding("heading-column", cell.place, text=_excerpt(cell.text), known=known)


def _heading(text: str, state: _State) -> _Heading | None:
    """The heading that a line states, its labels in any order; None for other lines.

    The second line of a heading split in two adds the head to the unit above it.
    """
    labels = [m for m in _LABEL.finditer(text) if _COLON.match(text, m.end())]
    if not labels or labels[0].start() != 0 or labels[0].lastgroup == "other":
        return None
    values: dict[str, str] = {}
    ends = [*(label.start() for label in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=True):
        value = _COLON.sub("", text[label.end() : end], count=1)
        values.setdefault(str(label.lastgroup), clean(value))
    if "unit" not in values and state.fresh:
        return replace(state.heading, head=values.get("head", ""))
    return _Heading(values.get("unit", ""), values.get("head", ""))


def _number(row: Row, columns: dict[str, int]) -> int:
    match = _NUMBER.match(_cell(row, columns["no"]))
    return int(match[1]) if match else 0


def _holds_text(row: Row, columns: dict[str, int]) -> bool:
    """Whether there is more than a number: a page number alone is no task."""
    return any(_cell(row, i).strip() for name, i in columns.items() if name != "no")


def _cell(row: Row, index: int) -> str:
    return row.cells[index].text if index < len(row.cells) else ""


def _task(row: Row, number: int, columns: dict[str, int], heading: _Heading) -> TaskRecord:
    def text(name: str) -> str:
        return clean(_cell(row, columns[name])) if name in columns else ""

    return TaskRecord(
        number, row.place, unit=heading.unit, head=heading.head, goal=text("goal"),
        progress=text("progress"), problems=text("problems"), next_steps=text("next_steps"),
        deadline=text("deadline"), leader=text("leader"),
    )  # fmt: skip


def _unread_cells(row: Row, columns: dict[str, int]) -> Iterator[Finding]:
    known = set(columns.values())
    extra = (c for i, c in enumerate(row.cells) if i not in known and c.text.strip())
    for cell in extra:
        yield finding("cell-unread", cell.place, text=_excerpt(cell.text))
    for name, index in columns.items():
        if index >= len(row.cells):
            yield finding("cell-missing", row.place, field=name)


def _lost_headings(tasks: list[TaskRecord]) -> Iterator[Finding]:
    """One finding for each run of rows whose unit heading was lost."""
    run: list[TaskRecord] = []
    for before, task in zip([None, *tasks], [*tasks, None], strict=True):
        if run and (task is None or task.unit or (before and task.no != before.no + 1)):
            yield finding(
                "heading-lost", run[0].place, first=run[0].no, last=run[-1].no,
                until=run[-1].place, missing_from=_gap_before(tasks, run[0]),
            )  # fmt: skip
            run = []
        if task is not None and not task.unit:
            run.append(task)


def _gap_before(tasks: list[TaskRecord], task: TaskRecord) -> str:
    index = tasks.index(task)
    return f"{tasks[index - 1].no}→{task.no}" if index else f"首行→{task.no}"


def _excerpt(text: str) -> str:
    text = clean(text)
    return text if len(text) <= 24 else text[:24] + "…"
