"""What an office should look at before it relies on a snapshot: gaps, repeats, silences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.analysis.completions import Completion
from generator.analysis.measures import Measure, is_target
from generator.analysis.mentions import Reading
from generator.analysis.problems import states_problem
from generator.analysis.status import Status
from generator.analysis.task_findings import SnapshotFindings, TaskFindings
from generator.ledger.model import Basis, Kind, Task

# Shorter texts (无, 正在推进。) may well be the same without anybody having copied.
_LEAST_REPEATED = 12


@dataclass(frozen=True, slots=True)
class Quality:
    """A snapshot's weak points; each task is listed once under each heading that it meets.

    Attributes:
        missing: gaps in the numbering, (first, last).
        unknown, inferred: tasks whose unit nobody knows, or an editor inferred.
        identical: groups of tasks that share a progress word for word.
        silent: tasks behind schedule whose problems cell says that there are none.
        unmeasured: tasks with a number in the goal and none of it in the progress.
        unreviewed: figures that nobody has looked at yet (待复核).
    """

    missing: tuple[tuple[int, int], ...]
    unknown: tuple[Task, ...]
    inferred: tuple[Task, ...]
    identical: tuple[tuple[Task, ...], ...]
    silent: tuple[Task, ...]
    unmeasured: tuple[Task, ...]
    unreviewed: tuple[tuple[Task, Completion | Measure], ...]


def quality(found: SnapshotFindings) -> Quality:
    """The weak points of a snapshot."""
    snapshot = found.snapshot
    tasks = [task for task in snapshot.tasks if not task.held_back]
    report = snapshot.kind is Kind.REPORT
    judged = [found.of(task) for task in tasks if report]
    return Quality(
        snapshot.missing_numbers,
        tuple(task for task in tasks if not task.unit and not task.unit_text),
        tuple(task for task in tasks if task.basis is Basis.INFERRED),
        tuple(_identical(tasks)),
        tuple(f.task for f in judged if _silent(f)),
        tuple(f.task for f in judged if _unmeasured(f)),
        tuple((f.task, figure) for f in judged for figure in _unreviewed(f)),
    )


def _unreviewed(found: TaskFindings) -> Iterator[Completion | Measure]:
    yield from (measure for measure in found.measures if measure.review is None)
    yield from (completion for completion in found.completions if completion.review is None)


def _identical(tasks: list[Task]) -> Iterator[tuple[Task, ...]]:
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        if len(task.progress) >= _LEAST_REPEATED:
            groups.setdefault(task.progress, []).append(task)
    yield from (tuple(group) for group in groups.values() if len(group) > 1)


def _silent(found: TaskFindings) -> bool:
    return found.judgement.status is Status.BEHIND and not states_problem(found.task.problems)


def _unmeasured(found: TaskFindings) -> bool:
    if not found.task.progress or found.measures or found.completions:
        return False
    goal = Reading(found.task.goal)
    return any(is_target(goal, mention) for mention in goal.mentions)
