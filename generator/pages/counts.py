"""The numbers that pages state, each with what it counts of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from generator.analysis.problems import states_problem
from generator.analysis.responsibility import UNKNOWN, WITHHELD, Share, unit_key
from generator.ledger.model import Basis, Registry, Snapshot
from generator.pages.wording import Say


@dataclass(frozen=True, slots=True)
class Counts:
    """A snapshot's headline numbers.

    ``tasks`` = ``stated`` + ``inferred`` + ``unknown`` + ``held_back``.

    Attributes:
        tasks: rows in the source that were read, each one task.
        stated, inferred, unknown: tasks whose unit the document states, an editor
            inferred, or nobody knows.
        held_back: tasks of which only the number is here.
        withheld: tasks of which only the number is public; in the public edition the
            same, in the internal one all their texts are here.
        units: bodies that the document names as responsible or leading, each once.
        inferred_units: bodies known only by inference.
        lead_groups: how many of those are groups.
        names: different names of units and groups that the document uses.
        groups: how many of those are groups'.
        with_problem: tasks that state a problem.
        missing: numbers from 1 to the last that are not in the source.
        collated: whether the source are several returns, some of which may be awaited.
        last_no: the highest number.
        sections: chapters.
    """

    tasks: int
    stated: int
    inferred: int
    unknown: int
    held_back: int
    withheld: int
    units: int
    inferred_units: int
    lead_groups: int
    names: int
    groups: int
    with_problem: int
    missing: int
    collated: bool
    last_no: int
    sections: int


def count(snapshot: Snapshot, registry: Registry) -> Counts:
    """The headline numbers of a snapshot."""
    tasks = snapshot.tasks
    known = [t for t in tasks if unit_key(t, registry) not in (UNKNOWN, WITHHELD)]
    held_back = sum(t.held_back for t in tasks)
    inferred = [t for t in known if t.basis is Basis.INFERRED]
    stated_units = {unit_key(t, registry) for t in known if t.basis is not Basis.INFERRED}
    names = {t.unit_text for t in tasks} | {p.text for t in tasks for p in t.partners}
    ids = {t.unit for t in tasks} | {p.unit for t in tasks for p in t.partners}
    groups = {i for i in ids if i in registry.by_id and registry.by_id[i].is_group}
    return Counts(
        tasks=len(tasks),
        stated=len(known) - len(inferred),
        inferred=len(inferred),
        unknown=len(tasks) - len(known) - held_back,
        held_back=held_back,
        withheld=sum(bool(t.withheld) for t in tasks),
        units=len(stated_units),
        inferred_units=len({t.unit for t in inferred} - stated_units),
        lead_groups=len(groups & stated_units),
        names=len(names - {""}),
        groups=len(groups),
        with_problem=sum(states_problem(t.problems) for t in tasks),
        missing=sum(last - first + 1 for first, last in snapshot.missing_numbers),
        collated=snapshot.collated,
        last_no=max((t.no for t in tasks), default=0),
        sections=len({t.section for t in tasks if t.section}),
    )


def kind_of(share: Share, say: Say) -> str:
    """A unit's kind in words; what the registry doesn't know is said so."""
    if share.unit:
        return share.unit.kind
    kinds = {UNKNOWN: say("责任单位不明"), WITHHELD: say("暂不公开")}
    return kinds.get(share.key) or say("未登记")


def units_by_kind(shares: Sequence[Share], say: Say) -> tuple[tuple[str, int, int], ...]:
    """(kind, number of units, tasks that they lead), the most units first."""
    units: Counter[str] = Counter()
    tasks: Counter[str] = Counter()
    for share in shares:
        kind = kind_of(share, say)
        # Tasks of nobody known, or withheld, are no unit's.
        units[kind] += share.key not in (UNKNOWN, WITHHELD)
        tasks[kind] += len(share.leads)
    return tuple((kind, number, tasks[kind]) for kind, number in units.most_common())
