"""What all pages of one snapshot are made from, gathered once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generator.analysis.changes import Changes
from generator.analysis.responsibility import Share, unit_key
from generator.analysis.task_findings import SnapshotFindings
from generator.ledger.model import Correction, Kind, Ledger, Registry, Snapshot, Task
from generator.pages import address
from generator.pages.citing import Citation, citation
from generator.pages.counts import Counts
from generator.pages.rendering import Renderer
from generator.pages.site import Site
from generator.pages.task_view import TaskView
from generator.pages.wording import Say, label


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as the snapshot's tables list it."""

    name: str
    kind: str
    address: str
    share: Share
    with_problem: int


@dataclass(frozen=True, slots=True)
class Archive:
    """A snapshot's pages as they were first published: a zip, the day, its SHA-256."""

    address: str
    date: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Book:
    """What all pages of one snapshot are made from.

    Attributes:
        sha256: that of its tasks.json.
        changes: what moved since the snapshot before; None where there is none before.
        newest: a unit's id → the page of it, or of what became of it, in the newest
            snapshot; empty where this is the newest.
        ledger: all snapshots, without their tasks.
        keys: a snapshot's id → the keys of the units that have a page there, in order.
        archives: its pages as they were published before.
    """

    found: SnapshotFindings
    ledger: Ledger
    keys: Mapping[str, Sequence[str]]
    views: tuple[TaskView, ...]
    rows: tuple[UnitRow, ...]
    counts: Counts
    render: Renderer
    sha256: str
    by_no: Mapping[int, TaskView]
    changes: Changes | None = None
    newest: Mapping[str, str] = field(default_factory=dict)
    archives: tuple[Archive, ...] = ()

    @property
    def site(self) -> Site:
        """The site that the pages belong to."""
        return self.render.site

    @property
    def say(self) -> Say:
        """The interface's words."""
        return self.site.language.say

    @property
    def say_n(self) -> Say:
        """The interface's words for a number of things."""
        return self.site.language.say_n

    @property
    def label(self) -> str:
        """The snapshot in words: 2017年上半年."""
        return label(self.snapshot, self.say)

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

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The corrections of the snapshot, the newest first."""
        return tuple(reversed(self.snapshot.corrections))

    def key(self, task: Task) -> str:
        """The key of the unit that a task counts for."""
        return unit_key(task, self.registry)

    def view(self, number: int) -> TaskView:
        """The task of that number."""
        return self.by_no[number]

    def trail(self) -> tuple[tuple[str, str], ...]:
        """The pages above those of this snapshot."""
        return (
            (self.say("首页"), address.HOME),
            (self.label, address.snapshot_page(self.snapshot)),
        )

    def cite(self, title: str, page: str) -> Citation:
        """How to cite one of the pages."""
        return citation(title, self.snapshot, page, self.sha256, self.site)

    def published(self) -> str:
        """The day of publication as the disclosure header gives it; else empty."""
        return self.snapshot.disclosure.published_on if self.snapshot.disclosure else ""

    def issuer(self) -> str:
        """Who issued the document, as the disclosure header gives it; else empty."""
        return self.snapshot.disclosure.issuer if self.snapshot.disclosure else ""
