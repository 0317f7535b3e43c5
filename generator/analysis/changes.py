"""What moved between two snapshots: task by task within a year, body by body between years.

A task's identity is (year, no), so that tasks are compared only within one year.
Units are compared along their lineage. Nothing is inferred: a number that is no longer
there is said to be no longer there, not to be cancelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel

from generator.analysis.problems import states_problem
from generator.analysis.responsibility import Share, shares
from generator.analysis.status import Status
from generator.analysis.task_findings import SnapshotFindings, TaskFindings
from generator.importing.cleaning import fold_name
from generator.ledger.model import Basis, Ledger, Registry, Snapshot, Task

# Numbers and Latin words are never cut; Chinese is cut into its words.
_TOKEN = re.compile(r"([\u3400-\u9fff]+)|\d[\d.,]*[%％‰]?|[A-Za-z]+|\s+|.", re.DOTALL)
# A kept run shorter than this between two changes reads as noise and joins them …
_SHORTEST_RUN = 2
# … and of texts with less than this share in common the whole is shown, old and new.
_LEAST_COMMON = 0.35


class Kept(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a reworded text: kept, taken out (``old``) or put in (``new``)."""

    kept: Kept
    text: str


@dataclass(frozen=True, slots=True)
class Move:
    """One figure in both snapshots, in the unit of the later one, each with its quote."""

    name: str
    before: float
    after: float
    unit: str
    before_quote: str
    after_quote: str


class Problem(StrEnum):
    """What became of a task's stated problems: 新出现, 不再提及, 仍然存在, or none at all."""

    NEW = "new"
    GONE = "gone"
    STILL = "still"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TaskChange:
    """One task in two snapshots; of a dropped or a new one a side is None.

    Attributes:
        goal: the goal's wording with its changes; empty where it is the same.
        moves: figures that both snapshots state.
        status: before and after, None where either has no progress to judge.
        unit, head: (before, after) where they differ and both are stated.
        repeated: the fields whose text is the same word for word.
        problem: see ``Problem``.
    """

    no: int
    before: TaskFindings | None
    after: TaskFindings | None
    goal: tuple[Piece, ...] = ()
    moves: tuple[Move, ...] = ()
    status: tuple[Status, Status] | None = None
    unit: tuple[str, str] | None = None
    head: tuple[str, str] | None = None
    repeated: tuple[str, ...] = ()
    problem: Problem = Problem.NONE

    @property
    def task(self) -> Task:
        """The task as the later snapshot has it, a dropped one as the earlier."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 -- one side is always there
        return found.task

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to tell but that it goes on."""
        moved = any(move.before != move.after for move in self.moves)
        status = self.status is not None and self.status[0] != self.status[1]
        told = self.goal or self.unit or self.head or moved or status
        return bool(told) or self.problem in (Problem.NEW, Problem.GONE)


@dataclass(frozen=True, slots=True)
class UnitChange:
    """Bodies that continue each other, and how many tasks they lead before and after."""

    before: tuple[Share, ...]
    after: tuple[Share, ...]

    @property
    def numbers(self) -> tuple[int, int]:
        """The tasks led before and after."""
        one, two = (sum(len(s.leads) for s in side) for side in (self.before, self.after))
        return one, two


@dataclass(frozen=True, slots=True)
class Changes:
    """Two snapshots held against each other.

    Attributes:
        tasks: by number; empty where the snapshots are of different years.
    """

    before: Snapshot
    after: Snapshot
    tasks: tuple[TaskChange, ...]
    units: tuple[UnitChange, ...]

    @property
    def same_year(self) -> bool:
        """Whether tasks can be compared at all."""
        return self.before.year == self.after.year

    @property
    def dropped(self) -> tuple[TaskChange, ...]:
        """Tasks that the earlier snapshot has and the later one hasn't (上期有、本期无)."""
        return tuple(c for c in self.tasks if c.after is None)

    @property
    def new(self) -> tuple[TaskChange, ...]:
        """Tasks that only the later snapshot has."""
        return tuple(c for c in self.tasks if c.before is None)

    @property
    def common(self) -> tuple[TaskChange, ...]:
        """Tasks that both have."""
        return tuple(c for c in self.tasks if c.before and c.after)

    def of(self, no: int) -> TaskChange | None:
        """The change of one task."""
        return next((c for c in self.tasks if c.no == no), None)


def earlier(ledger: Ledger, snapshot: Snapshot) -> Snapshot | None:
    """The snapshot that one is compared with: the one before in its year, else the newest before.

    A year's plan comes before the year's reports, as its id does.
    """
    before = [s for s in ledger.snapshots if s.id < snapshot.id]
    same_year = [s for s in before if s.year == snapshot.year]
    return max(same_year or before, key=lambda s: s.id, default=None)


def compare(before: SnapshotFindings, after: SnapshotFindings, registry: Registry) -> Changes:
    """All that moved from one snapshot to a later one."""
    one, two = before.snapshot, after.snapshot
    tasks: tuple[TaskChange, ...] = ()
    if one.year == two.year:
        numbers = sorted(before.by_no.keys() | after.by_no.keys())
        tasks = tuple(
            compare_task(before.by_no.get(no), after.by_no.get(no), no, registry) for no in numbers
        )
    return Changes(one, two, tasks, tuple(_units(shares(one, registry), shares(two, registry),
                                                  registry)))  # fmt: skip


def compare_task(
    before: TaskFindings | None, after: TaskFindings | None, no: int, registry: Registry
) -> TaskChange:
    """One task of two snapshots; of one that is held back in either nothing is told."""
    if before is None or after is None or before.task.held_back or after.task.held_back:
        return TaskChange(no, before, after)
    one, two = before.task, after.task
    judged = bool(one.progress and two.progress)
    return TaskChange(
        no, before, after,
        reworded(one.goal, two.goal) if _differ(one.goal, two.goal) else (),
        tuple(_moves(before, after)),
        (before.judgement.status, after.judgement.status) if judged else None,
        _unit_change(one, two, registry),
        _change(one.head, two.head),
        tuple(
            field
            for field in ("progress", "problems")
            if getattr(two, field) and getattr(one, field) == getattr(two, field)
            and (field == "progress" or states_problem(two.problems))
        ),
        _problem(one, two),
    )  # fmt: skip


def reworded(old: str, new: str) -> tuple[Piece, ...]:
    """Two wordings as one text with what was taken out and what was put in.

    The pieces that aren't ``new`` make the old text, those that aren't ``old`` the new one.
    """
    one, two = _tokens(old), _tokens(new)
    if Indel.normalized_similarity(one, two) < _LEAST_COMMON:
        return tuple(p for p in (Piece(Kept.OLD, old), Piece(Kept.NEW, new)) if p.text)
    runs: list[tuple[str, str, bool]] = []  # (old, new, same)
    for code in Indel.opcodes(one, two):
        was = "".join(one[code.src_start : code.src_end])
        now = "".join(two[code.dest_start : code.dest_end])
        runs.append((was, now, code.tag == "equal"))
    return tuple(_pieces(_joined(runs)))


def _tokens(text: str) -> list[str]:
    import rjieba  # loads its dictionary: a tenth of a second that only comparing needs

    return [
        token
        for match in _TOKEN.finditer(text)
        for token in (rjieba.cut(match[1]) if match[1] else [match[0]])
    ]


def _joined(runs: Sequence[tuple[str, str, bool]]) -> list[tuple[str, str, bool]]:
    """Runs in which changes that only a few kept characters part are one change."""
    result: list[tuple[str, str, bool]] = []
    for index, (was, now, same) in enumerate(runs):
        inside = 0 < index < len(runs) - 1
        noise = (
            same and inside and len(was) < _SHORTEST_RUN and not re.search(r"\d|[，。；、]", was)
        )
        changed = not same or noise
        if result and changed and not result[-1][2]:
            result[-1] = (result[-1][0] + was, result[-1][1] + now, False)
        else:
            result.append((was, now, not changed))
    return result


def _pieces(runs: Iterable[tuple[str, str, bool]]) -> Iterator[Piece]:
    for was, now, same in runs:
        if same:
            yield Piece(Kept.SAME, was)
            continue
        if was:
            yield Piece(Kept.OLD, was)
        if now:
            yield Piece(Kept.NEW, now)


def _differ(one: str, other: str) -> bool:
    """Whether two goals differ in more than spaces and the width of their signs."""
    return fold_name(one) != fold_name(other)


def _unit_change(one: Task, two: Task, registry: Registry) -> tuple[str, str] | None:
    """Another unit: by the registry's ids where both have one, else by the names."""
    if one.unit and one.unit == two.unit:
        return None
    return _change(_unit_name(one, registry), _unit_name(two, registry))


def _unit_name(task: Task, registry: Registry) -> str:
    unit = registry.by_id.get(task.unit)
    name = task.unit_text or (unit.name if unit else "")
    return f"{name}（推断）" if name and task.basis is Basis.INFERRED else name


def _change(one: str, other: str) -> tuple[str, str] | None:
    if not one or not other or fold_name(one) == fold_name(other):
        return None
    return one, other


def _problem(one: Task, two: Task) -> Problem:
    if not one.progress and not one.problems:  # a plan states none
        return Problem.NONE
    match states_problem(one.problems), states_problem(two.problems):
        case (False, True):
            return Problem.NEW
        case (True, False):
            return Problem.GONE
        case (True, True):
            return Problem.STILL
    return Problem.NONE


def _moves(before: TaskFindings, after: TaskFindings) -> Iterator[Move]:
    """Figures of one indicator in both: by the goal's same words, else by the same name.

    Stated completions are compared where each snapshot states just one of its scope.
    """
    for measure in after.measures:
        same = [
            m
            for m in before.measures
            if m.actual_unit == measure.actual_unit
            and (m.goal_quote == measure.goal_quote or m.name == measure.name)
        ]
        if len(same) == 1:
            yield Move(
                measure.name, same[0].actual, measure.actual, measure.actual_unit,
                same[0].progress_quote, measure.progress_quote,
            )  # fmt: skip
    for scope in dict.fromkeys(c.scope for c in after.completions):
        one = [c for c in before.completions if c.scope == scope]
        two = [c for c in after.completions if c.scope == scope]
        if len(one) == len(two) == 1:
            yield Move(scope.value, one[0].percent, two[0].percent, "%", one[0].quote, two[0].quote)


def _units(
    before: Sequence[Share], after: Sequence[Share], registry: Registry
) -> Iterator[UnitChange]:
    """The units of both, those together that a renaming, a merger or a split in between joins."""
    one = [share for share in before if share.leads]
    two = [share for share in after if share.leads]
    waiting = [(0, share) for share in one] + [(1, share) for share in two]
    while waiting:
        group = [waiting.pop(0)]
        for side, share in group:  # grows while it is gone through
            joined = [
                (other, found)
                for other, found in waiting
                if other != side and _continues(share, found, registry)
            ]
            group += joined
            waiting = [entry for entry in waiting if entry not in joined]
        yield UnitChange(
            tuple(share for side, share in group if side == 0),
            tuple(share for side, share in group if side == 1),
        )


def _continues(one: Share, other: Share, registry: Registry) -> bool:
    """Whether two bodies are one, or one became the other."""
    if one.key == other.key:
        return True
    if one.unit is None or other.unit is None:
        return False
    return other.key in registry.descendants(one.unit) or one.key in registry.descendants(
        other.unit
    )
