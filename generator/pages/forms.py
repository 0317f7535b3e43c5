"""The forms that go out to the units: which there are, what stands in them, what they are called.

How they are drawn is ``form_files``'s.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from generator.findings import Finding, Place, finding
from generator.importing.form_mark import NOBODY, FormMark
from generator.ledger.model import Kind, Registry, Snapshot
from generator.ledger.returns import HALVES, Due, plain_title, returns_due

# What a cell of a workbook holds at most (Microsoft, "Excel specifications and limits").
LONGEST_CELL = 32_767
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]|[. ]$|^[. ]')
# Names of devices, which Windows gives to no file (Microsoft, "Naming Files").
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LONGEST_NAME = 60
_UNNAMED = "责任单位不明"


@dataclass(frozen=True, slots=True)
class FormRow:
    """A task as its form states it; ``last`` is the progress reported last time."""

    no: int
    goal: str
    last: str


@dataclass(frozen=True, slots=True)
class Block:
    """The tasks under one heading line 责任单位：… 责任人：…."""

    unit: str
    head: str
    rows: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One unit's form.

    Attributes:
        name: its file's name without the ending, safe on every system.
        mark: by which it is known again.
        title: the official form's title.
        blocks: its tasks under their headings.
    """

    name: str
    mark: FormMark
    title: str
    blocks: tuple[Block, ...]


def forms(base: Snapshot, registry: Registry, snapshot: str) -> tuple[Form, ...]:
    """The forms for a snapshot: one for each unit that leads tasks of ``base``.

    Tasks whose unit nobody knows get one together, for the office itself.

    Args:
        base: the snapshot whose tasks go on.
        registry: the units, and what became of them.
        snapshot: id of the snapshot to be reported (``2017H2``).
    """
    dues = returns_due(base, registry, int(snapshot[:4]))
    shared = Counter(_file_name(due).casefold() for due in dues)
    title = form_title(base, snapshot)
    return tuple(
        Form(
            f"{_unique_name(due, shared)}-{snapshot}", FormMark(snapshot, due.unit or NOBODY),
            title, tuple(_blocks(due, base)),
        )
        for due in dues
    )  # fmt: skip


def form_title(base: Snapshot, snapshot: str) -> str:
    """The title of the last report with year and half replaced; else a plain one."""
    year, half = snapshot[:4], HALVES.get(snapshot[5:], "")
    before = HALVES.get(base.id[5:], "")
    if half and base.kind is Kind.REPORT and before and before in base.title:
        title = base.title.replace(before, half)
        if base.id[:4] == year or base.id[:4] in title:
            return title.replace(base.id[:4], year)
    return plain_title(snapshot)


def oversized(form: Form) -> Iterable[Finding]:
    """The texts that no cell of a workbook can hold."""
    for block in form.blocks:
        for row in block.rows:
            if max(len(row.goal), len(row.last)) > LONGEST_CELL:
                yield finding("form-text-too-long", Place(form.name), no=row.no, n=LONGEST_CELL)


def _blocks(due: Due, base: Snapshot) -> Iterator[Block]:
    for (unit, head), group in groupby(due.tasks, lambda pair: (pair[1].name, pair[1].head)):
        yield Block(
            unit, head,
            tuple(
                FormRow(task.no, task.goal, task.progress if base.kind is Kind.REPORT else "")
                for task, _ in group
            ),
        )  # fmt: skip


def _unique_name(due: Due, shared: Counter[str]) -> str:
    """The unit's name, or its id where the name is no file's or not its own."""
    name = _file_name(due)
    if shared[name.casefold()] == 1 or not due.unit:
        return name
    return due.unit


def _file_name(due: Due) -> str:
    name = due.name or _UNNAMED
    if _UNSAFE.search(name) or _DEVICES.fullmatch(name) or len(name) > _LONGEST_NAME:
        return due.unit or f"任务{due.tasks[0][0].no}"
    return name
