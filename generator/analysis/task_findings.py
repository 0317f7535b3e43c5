"""All that is found in one task's texts, and in a snapshot's, each worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from generator.analysis.audit import Claim, Verdict, audit
from generator.analysis.completions import Completion, completions
from generator.analysis.measures import Measure, measures
from generator.analysis.mentions import Reading
from generator.analysis.obstacles import Obstacle, obstacles
from generator.analysis.status import Judgement, Status, judge, schedule
from generator.findings import Finding, finding
from generator.ledger.model import Decision, Kind, Review, Snapshot, Task

Figure = TypeVar("Figure", Completion, Measure)
_UNJUDGED = Judgement(Status.UNQUANTIFIED, "R0")


@dataclass(frozen=True, slots=True)
class TaskFindings:
    """What the texts of one task state: figures with quotes, audit, status, obstacles."""

    task: Task
    completions: tuple[Completion, ...] = ()
    measures: tuple[Measure, ...] = ()
    audit: tuple[Claim, ...] = ()
    judgement: Judgement = _UNJUDGED
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True)
class SnapshotFindings:
    """The findings of all tasks of a snapshot, by task number."""

    snapshot: Snapshot
    by_no: dict[int, TaskFindings]

    def __iter__(self) -> Iterator[TaskFindings]:
        return iter(self.by_no.values())

    def of(self, task: Task) -> TaskFindings:
        """The findings of one task."""
        return self.by_no[task.no]


def analyse(snapshot: Snapshot, before: SnapshotFindings | None = None) -> SnapshotFindings:
    """Read every task of a snapshot, and apply its reviews. A plan states no progress.

    Args:
        snapshot: what is read.
        before: the same snapshot's findings from another time: tasks that are still the
            same needn't be read again.
    """
    return SnapshotFindings(
        snapshot,
        {
            task.no: _as_before(snapshot, task, before) or analyse_task(snapshot, task)
            for task in snapshot.tasks
        },
    )


def _as_before(
    snapshot: Snapshot, task: Task, before: SnapshotFindings | None
) -> TaskFindings | None:
    """What was found in the task before, where nothing that it depends on has changed."""
    if before is None or (before.snapshot.id, before.snapshot.kind) != (snapshot.id, snapshot.kind):
        return None
    found = before.by_no.get(task.no)
    if found is None or replace(found.task, place=task.place) != task:
        return None
    same = _reviews(before.snapshot, task.no) == _reviews(snapshot, task.no)
    return replace(found, task=task) if same else None


def _reviews(snapshot: Snapshot, number: int) -> list[Review]:
    return [review for review in snapshot.reviews if review.no == number]


def analyse_task(snapshot: Snapshot, task: Task) -> TaskFindings:
    """Read one task's goal, progress and problems; reviewed figures as the editor left them."""
    if snapshot.kind is Kind.PLAN or not task.progress:
        return TaskFindings(task, obstacles=obstacles(task.problems))
    goal, progress, problems = Reading(task.goal), Reading(task.progress), Reading(task.problems)
    stated = completions(progress, goal)
    measured = measures(goal, progress, stated)
    claims = audit(goal, progress, problems, stated, measured)
    reviews = _reviews(snapshot, task.no)
    stated = tuple(
        _reviewed(stated, reviews, lambda c: c.quote, lambda c, value: replace(c, percent=value))
    )
    measured = tuple(
        _reviewed(
            measured, reviews, lambda m: m.progress_quote, lambda m, value: replace(m, actual=value)
        )
    )
    judgement = judge(goal, progress, stated, measured, schedule(snapshot.id), snapshot.year)
    return TaskFindings(task, stated, measured, claims, judgement, obstacles(task.problems))


def check_reviews(snapshot: Snapshot) -> Iterator[Finding]:
    """Reviews of figures that no longer exist: the text has changed since."""
    by_no = {task.no: task for task in snapshot.tasks}
    for review in snapshot.reviews:
        task = by_no.get(review.no)
        if task and task.held_back:  # this edition has no text that it could be of
            continue
        quotes: set[str] = set()
        if task:
            goal, progress = Reading(task.goal), Reading(task.progress)
            stated = completions(progress, goal)
            quotes = {c.quote for c in stated}
            quotes |= {m.progress_quote for m in measures(goal, progress, stated)}
        if review.quote not in quotes:
            yield finding("review-quote", review.place, no=review.no, quote=review.quote)


def check_arithmetic(found: SnapshotFindings) -> Iterator[Finding]:
    """Stated numbers that their own row contradicts, for the clerk to ask about."""
    for task in found:
        for claim in task.audit:
            if claim.verdict is Verdict.INCONSISTENT:
                # Two places of a row that differ: there is nothing to be computed.
                code = "number-stated-twice" if claim.is_repetition else "number-contradicted"
                yield finding(
                    code, task.task.place, no=task.task.no, claim=claim.claim,
                    formula=claim.formula, computed=_plain(claim.computed),
                    stated=_plain(claim.stated),
                )  # fmt: skip


def _plain(value: float) -> str:
    """A number as it is written: 44.0827, 12345678."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _reviewed(
    figures: Sequence[Figure],
    reviews: Sequence[Review],
    quote: Callable[[Figure], str],
    correct: Callable[[Figure, float], Figure],
) -> Iterator[Figure]:
    """Figures as an editor left them: confirmed, corrected, or gone."""
    by_quote = {review.quote: review for review in reversed(reviews)}
    for figure in figures:
        review = by_quote.get(quote(figure))
        if review is None:
            yield figure
        elif review.decision is Decision.CORRECT:
            yield replace(correct(figure, review.value), review=review.decision)
        elif review.decision is Decision.CONFIRM:
            yield replace(figure, review=review.decision)
