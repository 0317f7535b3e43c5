"""What the public edition may show: published snapshots, and no text of withheld tasks."""

from __future__ import annotations

from dataclasses import replace

from generator.ledger.model import Ledger, Snapshot, Task


def public_ledger(ledger: Ledger) -> Ledger:
    """The ledger without drafts and without the texts of withheld tasks.

    Everything that is public is made from what this returns; nothing behind it
    can show what isn't in it.
    """
    published = (s for s in ledger.snapshots if not s.is_draft)
    return Ledger(ledger.registry, tuple(public_snapshot(snapshot) for snapshot in published))


def public_snapshot(snapshot: Snapshot) -> Snapshot:
    """A snapshot as the public edition has it: of withheld tasks neither texts nor corrections."""
    hidden = {task.no for task in snapshot.tasks if task.withheld}
    return replace(
        snapshot,
        tasks=tuple(_open(task) for task in snapshot.tasks),
        reviews=tuple(review for review in snapshot.reviews if review.no not in hidden),
        corrections=tuple(c for c in snapshot.corrections if c.no not in hidden),
    )


def _open(task: Task) -> Task:
    """Of a withheld task that it exists, its number, and why it is withheld."""
    if not task.withheld:
        return replace(task, aside=None)
    return Task(task.year, task.no, task.place, withheld=task.withheld)
