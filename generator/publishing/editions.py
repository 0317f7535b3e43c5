"""What the public edition may show: published snapshots, and no text of withheld tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from generator.ledger.model import Ledger, Registry, Snapshot, Task


def public_ledger(ledger: Ledger) -> Ledger:
    """The ledger without drafts and without the texts of withheld tasks.

    Everything that is public is made from what this returns; nothing behind it
    can show what isn't in it.
    """
    published = tuple(public_snapshot(s) for s in ledger.snapshots if not s.is_draft)
    named = ((s.year, named_units(s)) for s in published)
    return Ledger(public_registry(ledger.registry, named), published)


def named_units(snapshot: Snapshot) -> frozenset[str]:
    """The ids of the units that a snapshot's tasks name."""
    return frozenset(
        id_ for t in snapshot.tasks for id_ in (t.unit, *(p.unit for p in t.partners)) if id_
    )


def public_registry(registry: Registry, by_year: Iterable[tuple[int, frozenset[str]]]) -> Registry:
    """The units that what is public names, with the members of its groups and their past.

    A body that is only being prepared is no one's business yet.

    Args:
        registry: all units.
        by_year: of each public snapshot its year and the ids of the units that it names.
    """
    named: set[str] = set()
    for year, ids_ in by_year:
        named |= ids_
        groups = [registry.by_id[i] for i in ids_ if i in registry.by_id]
        named |= {m.id for g in groups if g.is_group for m in registry.members(g, year)}
    kept = [u for u in registry.units if u.id in named or registry.descendants(u) & named]
    ids = {unit.id for unit in kept}
    return Registry(
        tuple(
            replace(
                unit,
                successors=tuple(i for i in unit.successors if i in ids),
                members=tuple(i for i in unit.members if i in ids),
            )
            for unit in kept
        )
    )


def public_snapshot(snapshot: Snapshot) -> Snapshot:
    """A snapshot as the public edition has it: of withheld tasks neither texts nor corrections."""
    hidden = snapshot.hidden_numbers
    shown = tuple(c for c in snapshot.corrections if c.no not in hidden)
    return replace(
        snapshot,
        tasks=tuple(_open(task) for task in snapshot.tasks),
        reviews=tuple(review for review in snapshot.reviews if review.no not in hidden),
        corrections=shown,
        hidden_corrections=len(snapshot.corrections) - len(shown),
    )


def _open(task: Task) -> Task:
    """Of a withheld task that it exists, its number, and why it is withheld."""
    if not task.withheld:
        return replace(task, aside=None)
    return Task(task.year, task.no, task.place, withheld=task.withheld)
