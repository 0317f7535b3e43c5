"""What the public edition may show: published snapshots, and no text of withheld tasks."""

from __future__ import annotations

from dataclasses import replace

from generator.ledger.model import Ledger, Snapshot, Task


def public_ledger(ledger: Ledger) -> Ledger:
    """The ledger without drafts and without the texts of withheld tasks.

    Everything that is public is made from what this returns; nothing behind it
    can show what isn't in it.
    """
    published = (s for s in ledger.snapshots if s.status == "published")
    return Ledger(ledger.registry, tuple(_public(snapshot) for snapshot in published))


def _public(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, tasks=tuple(_open(task) for task in snapshot.tasks))


def _open(task: Task) -> Task:
    """Of a withheld task that it exists, its number, and why it is withheld."""
    if not task.withheld:
        return task
    return Task(task.year, task.no, task.place, withheld=task.withheld)
