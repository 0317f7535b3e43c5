"""internal.csv: what only the office knows of tasks; the public edition never opens it.

One row a task. ``contact``, ``note`` and ``next_steps`` may stand there of any task;
the other columns hold the texts of tasks that are held back (``withheld`` in
tasks.csv) and that tasks.csv therefore leaves empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from generator.findings import Finding, finding
from generator.ledger.model import Aside, Basis, Task
from generator.ledger.tables import Record, read_table

INTERNAL_FILE = "internal.csv"
_ASIDE = ("contact", "note", "next_steps")
_HELD_BACK = (
    "section", "title", "unit", "unit_text", "head", "leader", "deadline", "goal", "progress",
    "problems", "reported_rate", "reported_status",
)  # fmt: skip
INTERNAL_COLUMNS = ("no", *_ASIDE, *_HELD_BACK)


def read_internal(
    file: str, data: bytes, tasks: Sequence[Task]
) -> tuple[tuple[Task, ...], tuple[Finding, ...]]:
    """The tasks with what internal.csv adds to them.

    Args:
        file: the file's path as the clerk knows it.
        data: its bytes.
        tasks: the tasks of tasks.csv.
    """
    records, findings = read_table(file, data, INTERNAL_COLUMNS, ("no",))
    found = list(findings)
    numbers = {str(task.no): task for task in tasks}
    by_no: dict[int, Record] = {}
    for record in records:
        task = numbers.get(record.cells["no"])
        if task is None:
            found.append(finding("internal-no-task", record.place("no"), text=record.cells["no"]))
        elif task.no in by_no:
            first = by_no[task.no].place()
            found.append(
                finding("number-twice", record.place("no"), no=task.no, first=first)
            )  # fmt: skip
        else:
            by_no[task.no] = record
            found += _findings(record, task)
    added = (_with(task, by_no[task.no].cells) if task.no in by_no else task for task in tasks)
    return tuple(added), tuple(found)


def values(records: Iterable[Record]) -> Iterator[tuple[Record, str, str]]:
    """Every cell that holds something: its row, its column, its text."""
    for record in records:
        for column in INTERNAL_COLUMNS[1:]:
            if record.cells[column]:
                yield record, column, record.cells[column]


def _findings(record: Record, task: Task) -> Iterator[Finding]:
    for column in _HELD_BACK:
        if not record.cells[column]:
            continue
        if not task.withheld:
            yield finding("internal-not-withheld", record.place(column), no=task.no, column=column)
        elif getattr(task, column):
            yield finding("internal-twice", record.place(column), no=task.no, column=column)


def _with(task: Task, cells: Mapping[str, str]) -> Task:
    """The task with its aside; of one that is held back with its texts too."""
    task = replace(task, aside=Aside(cells["contact"], cells["note"], cells["next_steps"]))
    if not task.withheld:
        return task
    texts = {column: getattr(task, column) or cells[column] for column in _HELD_BACK}
    basis = task.basis or (Basis.STATED if texts["unit"] or texts["unit_text"] else None)
    return replace(task, basis=basis, **texts)  # type: ignore[arg-type]  # texts all
