"""The official form of a snapshot, line by line: what its Word and Excel versions print.

A report is unit headings with rows of 序号 | 年内具体目标任务 | 进展情况 | 存在问题, and
下一步措施 where some task has them; a plan is chapters with rows of 序号 | 任务 | 内容 |
责任单位. All its words are those of the official document, Chinese in every language of
the interface: the form is filed and read in again, and importing takes what it states
and nothing that this site adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from generator.ledger.model import Basis, Kind, Party, Registry, Snapshot, Task

REPORT_COLUMNS = ("序号", "年内具体目标任务", "进展情况", "存在问题")
NEXT_STEPS = "下一步措施"
PLAN_COLUMNS = ("序号", "任务", "内容", "责任单位")
_UNKNOWN = "不明"
_NO_SECTION = "（未分章）"


class Role(Enum):
    """What a line of the form is."""

    HEADING = auto()
    NOTE = auto()
    TASK = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the form: one cell over its whole width, or one cell a column for a task."""

    role: Role
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The official form; ``widths`` are its columns' shares of the width, in percent."""

    title: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    lines: tuple[Line, ...]


def official_form(snapshot: Snapshot, registry: Registry) -> Form:
    """A snapshot as the official form."""
    lines = tuple(_lines(snapshot, registry))
    if _has_next_steps(snapshot):
        columns = (*REPORT_COLUMNS, NEXT_STEPS)
        return Form(snapshot.title, columns, (6, 26, 36, 16, 16), lines)
    if snapshot.kind is Kind.REPORT:
        return Form(snapshot.title, REPORT_COLUMNS, (6, 30, 44, 20), lines)
    return Form(snapshot.title, PLAN_COLUMNS, (6, 20, 48, 26), lines)


def _has_next_steps(snapshot: Snapshot) -> bool:
    return snapshot.kind is Kind.REPORT and any(
        task.next_steps for task in snapshot.tasks if not task.withheld
    )


def _lines(snapshot: Snapshot, registry: Registry) -> Iterator[Line]:
    report, next_steps = snapshot.kind is Kind.REPORT, _has_next_steps(snapshot)
    last, before = 0, ""
    section = ""
    for task in sorted(snapshot.tasks, key=lambda task: task.no):
        if task.no > last + 1:
            yield _note(last + 1, task.no - 1, _gap_reason(snapshot))
            before = ""  # who is responsible is said anew behind a gap
        last = task.no
        if task.held_back:
            yield _note(task.no, task.no, f"暂不公开。原因：{task.withheld}")
            before = ""
            continue
        if task.section != section:
            section = task.section
            yield Line(Role.HEADING, (section or _NO_SECTION,))
            before = ""
        if report and (heading := _responsible(task, registry)) != before:
            yield Line(Role.HEADING, (heading,))
            before = heading
        cells = _report_cells(task) if report else _plan_cells(task, registry)
        yield Line(Role.TASK, (*cells, task.next_steps) if next_steps else cells)


def _gap_reason(snapshot: Snapshot) -> str:
    if snapshot.collated:
        return "尚未收到责任单位报送（不表示任务取消）"
    return "原文件缺页，本站没有收到（不表示任务取消）"


def _note(first: int, last: int, text: str) -> Line:
    numbers = str(first) if first == last else f"{first}—{last}"
    return Line(Role.NOTE, (f"第{numbers}号：{text}",))


def _responsible(task: Task, registry: Registry) -> str:
    unit = _lead(task, registry) or _UNKNOWN + "（原文件缺页）"
    return f"责任单位：{unit}　责任人：{task.head or _UNKNOWN}"


def _report_cells(task: Task) -> tuple[str, ...]:
    return str(task.no), task.goal, task.progress, task.problems


def _plan_cells(task: Task, registry: Registry) -> tuple[str, ...]:
    partners = [_name(party, registry) for party in task.partners]
    names = [_lead(task, registry) or _UNKNOWN, *filter(None, partners)]
    return str(task.no), task.title, task.goal, "、".join(names) + ("等" if task.open_list else "")


def _lead(task: Task, registry: Registry) -> str:
    name = _name(Party(task.unit, task.unit_text), registry)
    return f"{name}（推断）" if name and task.basis is Basis.INFERRED else name


def _name(party: Party, registry: Registry) -> str:
    unit = registry.by_id.get(party.unit)
    return party.text or (unit.name if unit else "")
