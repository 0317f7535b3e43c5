"""What the files say, held against each other: units, heads, goals, numbering, lineage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from generator.findings import Finding, Place, finding
from generator.ledger.model import (
    WITHHELD_CLASSES,
    WITHHELD_WORDS,
    Basis,
    Kind,
    Ledger,
    Registry,
    Snapshot,
    Task,
)
from generator.ledger.registry import NameIndex
from generator.ledger.suggestions import nearest


def check(ledger: Ledger) -> tuple[Finding, ...]:
    """Every finding about the ledger as a whole, file by file and from top to bottom."""
    names = NameIndex(ledger.registry)
    found = list(check_registry(ledger.registry, names))
    for snapshot in ledger.snapshots:
        found += check_snapshot(snapshot, ledger.registry, names)
    return tuple(found)


def check_snapshot(snapshot: Snapshot, registry: Registry, names: NameIndex) -> Iterator[Finding]:
    """Every finding about one snapshot: its numbering, its units, each of its tasks."""
    yield from _check_numbers(snapshot)
    yield from _check_lost_units(snapshot)
    for task in snapshot.tasks:
        yield from _check_task(snapshot, task, registry, names)


def check_registry(registry: Registry, names: NameIndex) -> Iterator[Finding]:
    """Names that two units bear at once, and units that continue themselves."""
    place = Place("content/units.csv")
    for name, units in names.shared():
        if any(a is not b and _overlap(a.since, a.until, b.since, b.until)
               for a in units for b in units):  # fmt: skip
            ids = "、".join(unit.id for unit in units)
            yield finding("unit-name-shared", place, name=name, ids=ids)
    for unit in registry.units:
        if unit.id in registry.descendants(unit):
            yield finding("unit-successor-circle", place, id=unit.id)


def _overlap(since: str, until: str, other_since: str, other_until: str) -> bool:
    return (since or "0") <= (other_until or "9999") and (other_since or "0") <= (until or "9999")


def _check_numbers(snapshot: Snapshot) -> Iterator[Finding]:
    place = Place(f"content/{snapshot.id}/tasks.csv")
    if not snapshot.tasks:
        yield finding("no-tasks", place)
    for first, last in snapshot.missing_numbers:
        yield finding(
            "numbers-missing", place, first=first, last=last, n=last - first + 1,
        )  # fmt: skip


def _check_lost_units(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each run of tasks without a unit, and one for each inferred run."""
    for (unit, basis), run in groupby(snapshot.tasks, lambda t: (t.unit or t.unit_text, t.basis)):
        tasks = list(run)
        span = {"first": tasks[0].no, "last": tasks[-1].no, "until": tasks[-1].place}
        if not unit:
            yield finding("unit-missing", tasks[0].place, **span)
        elif basis is Basis.INFERRED:
            yield finding("unit-inferred", tasks[0].place, unit=unit, **span)


def _check_task(
    snapshot: Snapshot, task: Task, registry: Registry, names: NameIndex
) -> Iterable[Finding]:
    def at(column: str) -> Place:
        return Place(task.place.file, task.place.line, column)

    if task.unit and task.unit_text and registry.by_id.get(task.unit):
        named = names.find(task.unit_text, task.year)
        if named and named.id != task.unit:
            yield finding(
                "unit-differs", at("unit"), id=task.unit, name=task.unit_text, known=named.id
            )
    for partner in task.partners:
        named = names.find(partner.text, task.year) if partner.text and partner.unit else None
        if named and named.id != partner.unit:
            yield finding(
                "unit-differs", at("partners"), id=partner.unit, name=partner.text, known=named.id
            )
    for column, id_ in [("unit", task.unit), *(("partners", p.unit) for p in task.partners)]:
        if id_ and registry.units and id_ not in registry.by_id:
            yield finding("unit-unknown", at(column), id=id_, nearest=nearest(id_, registry.by_id))
    if task.unit_text and not task.unit:
        yield _unregistered(at("unit_text"), task.unit_text, names)
    for partner in task.partners:
        if partner.text and not partner.unit:
            yield _unregistered(at("partners_text"), partner.text, names)
    if task.withheld and not any(word in task.withheld for word in WITHHELD_WORDS):
        yield finding(
            "withheld-reason", at("withheld"), no=task.no, text=task.withheld,
            classes="、".join(WITHHELD_CLASSES),
        )  # fmt: skip
    if not task.goal and not task.withheld:
        yield finding("goal-empty", at("goal"), no=task.no)
    if task.basis is Basis.INFERRED and not task.note:
        yield finding("inference-without-reason", at("note"), no=task.no)
    if task.basis is Basis.INFERRED and task.head:
        yield finding("inference-with-head", at("head"), no=task.no)
    if task.basis is Basis.STATED and not task.head and snapshot.kind is Kind.REPORT:
        yield finding("head-missing", at("head"), no=task.no)


def _unregistered(place: Place, name: str, names: NameIndex) -> Finding:
    return finding(
        "unit-unregistered", place, name=name, nearest="、".join(names.nearest(name)) or "—"
    )
