"""A half-year's status table: unit headings, and rows of number, goal, progress, problems.

The form (序号 | 年内具体目标任务 | 进展情况 | 存在问题) is interrupted by heading lines
责任单位：… 责任人：…, each ruling the rows below it. Converters lay them out in many
ways (in left or right cells, both in one cell, split over two lines, full or
half-width colons), so a heading is recognised by its words, not its cells.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from generator.findings import Finding, Place, finding
from generator.importing.cleaning import clean
from generator.importing.columns import IGNORED, Heading, columns_of, fields_of, read_heading
from generator.importing.document import Cell, Column, Document, Reading, Row, TaskRecord
from generator.importing.form_mark import form_mark
from generator.importing.numerals import NUMERAL
from generator.importing.outline import numbered_through
from generator.importing.parties import names_in_cell, unit_and_head

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
# 一、市水务局（责任人：张三）
_NAMED = re.compile(
    rf"^(?:{NUMERAL}、|[(（]{NUMERAL}[)）])?(?P<unit>[^\s()（）:：]{{2,30}})"
    r"[(（](?:主要)?(?:责任人|负责人)\s*[:：]\s*(?P<head>[^()（）]{2,30})[)）]$"
)
_COLON = re.compile(r"\s*[:：]\s*|\s+")
_NUMBER = re.compile(r"^(?:([0-9]{1,5}) ?[.、]?|\(([0-9]{1,5})\))$")
_NUMERAL = re.compile(rf"^[(（]?{NUMERAL}[)）]?[、.]?$")
_SECTION = re.compile(rf"^(?:{NUMERAL}、|[(（]{NUMERAL}[)）]|第{NUMERAL}[章节类部])\s*\S")
_ANNEX = re.compile(r"^附(?:件|表)\s*\d*\s*[:：]?$")
_BARE_NUMBER = re.compile(r"^[-+－]?\d[\d,，.．]*$")
# A line that names a body or speaks of responsibility, and yet isn't read as a
# heading: whoever it names, the rows below it can't be the unit's above.
_LIKE_HEADING = re.compile(r"责任|负责|牵头|单位|(?:局|委|办|厅|政府|管委会|中心|公司|集团)$")

# A name that says that nobody knows it, and one that the document itself didn't state.
_UNKNOWN = re.compile(r"^(?:不明|不详|未注明|未写明)(?:[(（][^()（）]*[)）])?$")
_INFERRED = re.compile(r"(?:^|[(（])(?:本站)?推断[)）]?$")
# 第16—22号：原文件缺页 stands for rows that aren't there, （暂不公开） for a text.
_ABSENT = re.compile(r"^第\d+(?:[-—–~～至]\d+)?号\s*[:：]\s*(?:原文件缺|缺|尚未|暂不公开)")
_WITHHELD = re.compile(r"^[(（](?:暂不|不予)公开[)）]$")
_NO_SECTION = re.compile(r"^[(（]?未分[章类][)）]?$")
# What a cell over the whole width says that isn't a chapter's title.
_TABLE_NOTE = re.compile(r"^(?:注|说明|备注|合计|总计|小计)(?:\s*[:：]|$)|^[(（*※]|^\d+$")
_UNIT_COLUMNS = {"unit", "unit_head", "unit_partners"}

# Who filled in the form says nothing of who is responsible.
_FORM_NOTE = re.compile(r"^(?:填报|报送|填表|制表|审核|联系)(?:单位|部门|人|电话|日期)")


@dataclass(frozen=True, slots=True)
class _Heading:
    """Who is responsible for the rows below; ``unit`` is empty where nobody knows."""

    unit: str = ""
    head: str = ""


@dataclass
class _State:
    """How far the reading of a document's tables has come."""

    mapping: Mapping[str, str]
    form: bool = False  # one unit's form, whose numbers may have gaps
    title: str = ""
    section: str = ""
    columns: dict[str, Column] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()  # columns that the clerk or a later period set aside
    width: int = 0
    table: int = 0
    heading: _Heading = _Heading()
    fresh: bool = False  # whether a heading was read since the last task
    tasks: list[TaskRecord] = field(default_factory=list)
    all_columns: list[Column] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def is_status_table(document: Document, mapping: Mapping[str, str]) -> bool:
    """Whether the document has a heading row of this form."""
    return any(read_heading(*pair, mapping).depth for pair in _pairs(document.rows))


def read_status_table(document: Document, mapping: Mapping[str, str]) -> Reading:
    """The tasks of a document's status tables, each under the unit that it states.

    Where the numbering jumps or falls back and no heading stands in between, pages
    of the document were lost or mixed up, and a heading may have been lost with
    them: the rows from there to the next heading get no unit, and a finding tells
    the clerk where to look (DESIGN, principle 1). The same holds below a line that
    looks like a heading and can't be read as one. A form that we sent out to one unit
    holds only its own tasks, and gaps in the numbers are no loss.

    Args:
        document: rows of cells.
        mapping: headings that the clerk has settled, as ``columns.read_mapping`` gives it.
    """
    state = _State(mapping, form_mark(document) is not None, findings=list(document.findings))
    for table, group in groupby(document.rows, lambda row: row.table):
        rows = [row for row in group if row.text]
        if table and not _is_read(rows, state):
            state.findings.append(
                finding("table-unread", rows[0].place, text=excerpt(rows[0].text))
            )
        else:
            if table:
                _begin_table(rows, state)
            _read_rows(rows, state)
    findings = [*state.findings, *_lost_headings(state), *_remarks(state.tasks)]
    tasks, counted = numbered_through(state.tasks)
    findings += counted
    if not tasks:
        findings.append(finding("no-tasks", Place(document.name)))
    return Reading(
        _kind(state), state.title, tasks, columns=tuple(state.all_columns),
        findings=tuple(findings),
    )  # fmt: skip


def _kind(state: _State) -> str:
    """A table that has room for units or deadlines and none for progress is a plan."""
    found = {column.field for column in state.all_columns}
    report = found & {"progress", "problems", "next_steps", "reported_rate", "reported_status"}
    plan = found & (_UNIT_COLUMNS | {"partners", "deadline"})
    if "unit_basis" in found:  # made from other documents, with room for all that any may say
        return "report" if any(task.progress or task.problems for task in state.tasks) else "plan"
    return "plan" if plan and not report else "report"


def _is_read(rows: list[Row], state: _State) -> bool:
    """Whether a table is one of status: by its heading, or as the last one continued."""
    if not rows:
        return True
    if any(read_heading(*pair, state.mapping).depth for pair in _pairs(rows)):
        return True
    if any(_heading(row.text, state) for row in rows):
        return True
    return bool(state.columns) and len(rows[0].cells) == state.width and state.table > 0


def without_numbers(document: Document, mapping: Mapping[str, str]) -> Place | None:
    """Where a table has the headings of this form and none for the tasks' numbers."""
    for row in document.rows:
        fields = {c.field for c in columns_of(row, mapping)}
        if fields & {"goal", "task"} and len(fields - {""}) > 2:
            return row.place
    return None


def _begin_table(rows: list[Row], state: _State) -> None:
    """What stands above a table's own heading is its title; a sheet inherits no unit."""
    if any(read_heading(*pair, state.mapping).depth for pair in _pairs(rows)):
        state.columns = {}
    if rows and rows[0].place.sheet:
        state.heading, state.fresh = _Heading(), False


def _pairs(rows: Sequence[Row]) -> Iterator[tuple[Row, Row | None]]:
    filled = [row for row in rows if row.text]
    return zip(filled, [*filled[1:], None], strict=False)


def _read_rows(rows: list[Row], state: _State) -> None:
    second_level = False
    for row, below in _pairs(rows):
        if second_level:
            second_level = False
        # A numbered row is a task, though its goal be called 序号: no heading has a number.
        elif (
            not (state.columns and _number(row, state.columns))
            and (heading := read_heading(row, below, state.mapping)).depth
        ):
            second_level = heading.depth == 2
            _enter(row, heading, state)
        else:
            _read_row(row, state)


def _enter(row: Row, heading: Heading, state: _State) -> None:
    """Begin a table; the heading repeated on the next page tells nothing new."""
    columns, findings = fields_of(heading, state.mapping)
    fields = {c.field: c for c in columns if c.field and c.field != IGNORED}
    if [c.heading for c in columns] != [c.heading for c in state.all_columns[-len(columns) :]]:
        state.all_columns += columns
        state.findings += findings
    state.columns, state.width, state.table = fields, len(row.cells), row.table
    state.dropped = frozenset(c.index for c in columns if c.field in ("", IGNORED) and c.heading)


def _read_row(row: Row, state: _State) -> None:
    alone = [cell for cell in row.cells if cell.text.strip() and not cell.continued]
    if _ABSENT.match(row.text) or _is_withheld(row, alone, state):
        state.findings.append(finding("note-left-out", row.place, text=excerpt(row.text)))
    elif heading := _heading(row.text, state):
        state.heading, state.fresh = heading, True
    elif not state.columns:
        _read_title(row, state)
    elif (row.table > 0) != (state.table > 0):
        _read_other(row, state)
    elif section := _section(row, alone, state):
        state.section = "" if _NO_SECTION.match(section) else section
    elif (number := _number(row, state.columns)) and _holds_text(row, state.columns):
        _read_task(row, number, state)
    elif _is_sub_row(row, alone, state):
        _read_sub_row(row, state)
    else:
        _read_other(row, state)


def _read_title(row: Row, state: _State) -> None:
    """The first line that isn't 附件1 is the title; other lines above a table are notes."""
    text = clean(row.text)
    if _SECTION.match(text) and state.title:
        if _LIKE_HEADING.search(text):
            _read_other(row, state)
        else:
            state.section = text
    elif not state.title and not _ANNEX.match(text):
        state.title = text


def _read_other(row: Row, state: _State) -> None:
    text = clean(row.text)
    if _LIKE_HEADING.search(text) and len(row.text) <= 60 and not _FORM_NOTE.match(text):
        state.heading, state.fresh = _Heading(), False
        state.section = "" if _SECTION.match(text) else state.section
        state.findings.append(finding("heading-unclear", row.place, text=excerpt(text)))
    elif row.table == 0 and state.table > 0 and _SECTION.match(text):
        state.section = text
    else:
        state.findings.append(finding("row-unread", row.place, text=excerpt(text)))


def _section(row: Row, alone: list[Cell], state: _State) -> str:
    """The title of a category: 一、… alone in its row, or 一 and the title in two cells.

    Where the units have a column of their own, no line is a unit's heading: any
    cell over the whole width is a category's title then, whatever its words.
    """
    text = clean(row.text)
    if len(alone) == 1 and (_SECTION.match(text) or _NO_SECTION.match(text)):
        if _UNIT_COLUMNS & state.columns.keys() or not _LIKE_HEADING.search(text):
            return text
    elif _UNIT_COLUMNS & state.columns.keys() and _is_across(row):
        return "" if _TABLE_NOTE.match(text) else text
    number = clean(_cell(row, state.columns["no"].index))
    if len(alone) == 2 and _NUMERAL.match(number) and clean(alone[0].text) == number:
        return f"{number.rstrip('、.')}、{clean(alone[1].text)}"
    return ""


def _is_across(row: Row) -> bool:
    """Whether one merged cell fills the row from its first column to its last."""
    first, *others = row.cells
    return bool(others) and all(c.continued and c.place == first.place for c in others)


def _is_withheld(row: Row, alone: list[Cell], state: _State) -> bool:
    """Whether the row of a task says only that its text isn't public."""
    if len(alone) != 2 or "no" not in state.columns or not _number(row, state.columns):
        return False
    return _WITHHELD.match(clean(alone[1].text)) is not None


def _read_task(row: Row, number: int, state: _State) -> None:
    last = state.tasks[-1].no if state.tasks else 0
    if last and not state.fresh and number != last + 1:
        if not state.form:
            state.heading = _Heading()
        section = _text(row, "section", state) or state.section
        if number < last and not (number == 1 and section != state.tasks[-1].section):
            state.findings.append(finding("number-falls", row.place, no=number, before=last))
    if row.table == 0 and len(row.cells) < state.width:
        state.findings.append(
            finding("cells-lost", row.place, no=number, n=len(row.cells), expected=state.width)
        )
        return
    state.tasks.append(_task(row, number, state))
    state.fresh = False
    state.findings += _unread_cells(row, state)


def _is_sub_row(row: Row, alone: list[Cell], state: _State) -> bool:
    """Whether a row without a number of its own goes on with the task above it."""
    index = state.columns["no"].index
    if not state.tasks or state.fresh or len(row.cells) <= max(index, 1):
        return False
    cell = row.cells[index]
    if cell.continued:
        return _number(row, state.columns) == state.tasks[-1].no
    return not cell.text.strip() and bool(alone) and (len(alone) > 1 or row.table > 0)


def _read_sub_row(row: Row, state: _State) -> None:
    """Join a sub-row's cells to the task's; refuse where it may be a task of its own."""
    task, merged = state.tasks[-1], row.cells[state.columns["no"].index].continued
    own = {
        name: _text(row, name, state)
        for name, column in state.columns.items()
        if name != "no" and column.index < len(row.cells)
        if not row.cells[column.index].continued
    }
    own = {name: text for name, text in own.items() if text}
    broken = _is_broken(row, task, own)
    unit = own.keys() & (_UNIT_COLUMNS | {"head"})
    if unit or ("goal" in own and not (merged or broken)):
        state.findings.append(
            finding("sub-row-unclear", row.place, no=task.no, text=excerpt(row.text))
        )
        return
    more: dict[str, Any] = {
        name: f"{before}{'' if broken else ' '}{text}".strip()
        for name, text in own.items()
        if isinstance(before := getattr(task, name), str)
    }
    if "partners" in own:
        state.findings.append(finding("cell-unread", row.place, text=excerpt(own["partners"])))
    state.tasks[-1] = replace(task, **more)
    state.findings.append(finding("sub-row-joined", row.place, no=task.no))


def _heading(text: str, state: _State) -> _Heading | None:
    """The heading that a line states, its labels in any order; None for other lines.

    The second line of a heading split in two adds the head to the unit above it.
    """
    if match := _NAMED.match(clean(text)):
        return _Heading(match["unit"], match["head"])
    labels = [m for m in _LABEL.finditer(text) if _COLON.match(text, m.end())]
    if not labels or labels[0].start() != 0 or labels[0].lastgroup == "other":
        return None
    values: dict[str, str] = {}
    ends = [*(label.start() for label in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=True):
        value = _COLON.sub("", text[label.end() : end], count=1)
        values.setdefault(str(label.lastgroup), clean(value))
    if _INFERRED.search(values.get("unit", "")):
        return _Heading()
    values = {name: _named(value) for name, value in values.items()}
    if "unit" not in values and state.fresh:
        return replace(state.heading, head=values.get("head", ""))
    return _Heading(values.get("unit", ""), values.get("head", ""))


def _named(name: str) -> str:
    """A name as stated; empty for 不明 and the like."""
    return "" if _UNKNOWN.match(name) else name


def _is_broken(row: Row, task: TaskRecord, own: Mapping[str, str]) -> bool:
    """Whether a page ends in the midst of the task: every cell goes on with an unfinished text."""
    return row.place.page > task.place.page and all(
        (before := getattr(task, name)) and before[-1] not in "。；！？.;!?" for name in own
    )


def _number(row: Row, columns: dict[str, Column]) -> int:
    match = _NUMBER.match(unicodedata.normalize("NFKC", clean(_cell(row, columns["no"].index))))
    return int(match[1] or match[2]) if match else 0


def _holds_text(row: Row, columns: dict[str, Column]) -> bool:
    """Whether there is more than a number: a page number alone is no task."""
    return not row.cells[columns["no"].index].continued and any(
        _cell(row, column.index).strip() for name, column in columns.items() if name != "no"
    )


def _cell(row: Row, index: int) -> str:
    return row.cells[index].text if index < len(row.cells) else ""


def _text(row: Row, name: str, state: _State) -> str:
    """A cell's text; the measure of its heading is added to a bare number."""
    column = state.columns.get(name)
    text = clean(_cell(row, column.index)) if column else ""
    return text + column.measure if column and _BARE_NUMBER.match(text) else text


def _task(row: Row, number: int, state: _State) -> TaskRecord:
    def text(name: str) -> str:
        return _text(row, name, state)

    unit, head, partners, open_list = _responsible(row, state)
    if not unit:
        unit, head = state.heading.unit, head or state.heading.head
    return TaskRecord(
        number, row.place, text("section") or state.section, text("title"), unit, head, partners,
        open_list, text("goal"), text("progress"), text("problems"), text("next_steps"),
        text("deadline"), text("leader"), text("reported_rate"), text("reported_status"),
        text("remarks"),
    )  # fmt: skip


def _responsible(row: Row, state: _State) -> tuple[str, str, tuple[str, ...], bool]:
    """Unit, head, partners and whether these end in 等, as the row's own cells state them."""

    def raw(name: str) -> str:
        column = state.columns.get(name)
        return _cell(row, column.index) if column else ""

    head = _named(_text(row, "head", state))
    if raw("unit_head"):
        unit, person = unit_and_head(raw("unit_head"))
        head = head or clean(person)
        if not person:
            place = row.cells[state.columns["unit_head"].index].place
            state.findings.append(finding("head-unclear", place, text=excerpt(unit)))
        names: tuple[str, ...] = (clean(unit),)
        open_list = False
    else:
        names, open_list = names_in_cell(raw("unit_partners") or raw("unit"))
    partners, more_open = names_in_cell(raw("partners"))
    lead, *others = map(clean, names or ("",))
    if _INFERRED.search(lead) or _INFERRED.search(clean(raw("unit_basis"))):
        lead = head = ""
    return _named(lead), head, (*others, *map(clean, partners)), open_list or more_open


def _unread_cells(row: Row, state: _State) -> Iterator[Finding]:
    known = {column.index for column in state.columns.values()} | state.dropped
    for index, cell in enumerate(row.cells):
        if index not in known and cell.text.strip() and not cell.continued:
            yield finding("cell-unread", cell.place, text=excerpt(cell.text))


def _lost_headings(state: _State) -> Iterator[Finding]:
    """One finding for each run of rows whose unit isn't known."""
    tasks = state.tasks
    has_column = bool(state.columns.keys() & _UNIT_COLUMNS)
    run: list[TaskRecord] = []
    for before, task in zip([None, *tasks], [*tasks, None], strict=True):
        if run and (task is None or task.unit or (before and task.no != before.no + 1)):
            yield finding(
                "unit-blank" if has_column else "heading-lost", run[0].place, first=run[0].no,
                last=run[-1].no, until=run[-1].place, missing_from=_gap_before(tasks, run[0]),
            )  # fmt: skip
            run = []
        if task is not None and not task.unit:
            run.append(task)


def _gap_before(tasks: list[TaskRecord], task: TaskRecord) -> str:
    index = tasks.index(task)
    return f"{tasks[index - 1].no}→{task.no}" if index else f"首行→{task.no}"


def _remarks(tasks: list[TaskRecord]) -> Iterator[Finding]:
    """Remarks may be internal: the clerk is told that they are left out."""
    noted = [task for task in tasks if task.remarks]
    if noted:
        yield finding("remarks-left-out", noted[0].place, n=len(noted))


def excerpt(text: str) -> str:
    """The beginning of a text, for messages."""
    text = clean(text)
    return text if len(text) <= 24 else text[:24] + "…"
