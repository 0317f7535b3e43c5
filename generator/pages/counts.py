"""The numbers that pages state, each with what it counts of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from generator.analysis.problems import states_problem
from generator.analysis.responsibility import Share
from generator.ledger.model import Basis, Registry, Snapshot


@dataclass(frozen=True, slots=True)
class Counts:
    """A snapshot's headline numbers. ``tasks`` = ``stated`` + ``inferred`` + ``unknown``.

    Attributes:
        tasks: rows in the source that were read, each one task.
        stated, inferred, unknown: tasks whose unit the document states, an editor
            inferred, or nobody knows.
        units: bodies that the document names as responsible or leading, each once.
        inferred_units: bodies known only by inference.
        names: different names of units and groups that the document uses.
        with_problem: tasks that state a problem.
        missing: numbers from 1 to the last that are not in the source.
        last_no: the highest number.
        sections: chapters.
    """

    tasks: int
    stated: int
    inferred: int
    unknown: int
    units: int
    inferred_units: int
    names: int
    with_problem: int
    missing: int
    last_no: int
    sections: int


def count(snapshot: Snapshot, registry: Registry) -> Counts:
    """The headline numbers of a snapshot."""
    tasks = snapshot.tasks
    known = [t for t in tasks if t.unit in registry.by_id]
    stated = [t for t in known if t.basis is not Basis.INFERRED]
    stated_units = {t.unit for t in stated}
    inferred_units = {t.unit for t in known if t.basis is Basis.INFERRED} - stated_units
    names = {t.unit_text for t in tasks} | {p.text for t in tasks for p in t.partners}
    return Counts(
        tasks=len(tasks),
        stated=len(stated),
        inferred=len(known) - len(stated),
        unknown=len(tasks) - len(known),
        units=len(stated_units),
        inferred_units=len(inferred_units),
        names=len(names - {""}),
        with_problem=sum(states_problem(t.problems) for t in tasks),
        missing=sum(last - first + 1 for first, last in snapshot.missing_numbers),
        last_no=max((t.no for t in tasks), default=0),
        sections=len({t.section for t in tasks if t.section}),
    )


def units_by_kind(shares: Sequence[Share]) -> tuple[tuple[str, int, int], ...]:
    """(kind, number of units, tasks that they lead), the most units first."""
    units: Counter[str] = Counter()
    tasks: Counter[str] = Counter()
    for share in shares:
        kind = share.unit.kind if share.unit else "责任单位不明"
        units[kind] += 1
        tasks[kind] += len(share.leads)
    return tuple((kind, number, tasks[kind]) for kind, number in units.most_common())
