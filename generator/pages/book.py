"""What all pages of one snapshot are made from, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from generator.analysis.responsibility import Share
from generator.analysis.task_findings import SnapshotFindings
from generator.ledger.model import Kind, Ledger, Registry, Snapshot
from generator.pages import address
from generator.pages.counts import Counts
from generator.pages.rendering import Renderer
from generator.pages.task_view import TaskView


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as the snapshot's tables list it."""

    name: str
    kind: str
    address: str
    share: Share
    with_problem: int


@dataclass(frozen=True, slots=True)
class Book:
    """What all pages of one snapshot are made from."""

    found: SnapshotFindings
    ledger: Ledger
    views: tuple[TaskView, ...]
    rows: tuple[UnitRow, ...]
    counts: Counts
    render: Renderer

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot itself."""
        return self.found.snapshot

    @property
    def registry(self) -> Registry:
        """The units that the pages link to."""
        return self.ledger.registry

    @property
    def report(self) -> bool:
        """Whether it is a half-year's report, not a plan."""
        return self.snapshot.kind is Kind.REPORT

    def view(self, number: int) -> TaskView:
        """The task of that number."""
        return next(v for v in self.views if v.task.no == number)

    def trail(self) -> tuple[tuple[str, str], ...]:
        """The pages above those of this snapshot."""
        return (("首页", address.HOME), (self.snapshot.label, address.snapshot_page(self.snapshot)))

    def published(self) -> str:
        """The day of publication as the disclosure header gives it; else empty."""
        return self.snapshot.disclosure.published_on if self.snapshot.disclosure else ""

    def issuer(self) -> str:
        """Who issued the document, as the disclosure header gives it; else empty."""
        return self.snapshot.disclosure.issuer if self.snapshot.disclosure else ""
