"""What the portal tells of one snapshot: worked out with its pages, and kept without its texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from generator.ledger.model import Basis, Correction, Kind, Snapshot
from generator.pages import address
from generator.pages.book import Book, UnitRow
from generator.pages.charts import Chart
from generator.pages.counts import Counts
from generator.pages.feeds import Entry
from generator.pages.finding_pages import (
    bands_chart,
    obstacle_chart,
    status_by_kind_chart,
    status_counts,
)
from generator.pages.snapshot_pages import missing_numbers_text
from generator.pages.task_view import StatusView, TaskView
from generator.pages.unit_pages import unit_sentence
from generator.pages.wording import field_name


# Without slots: there are thousands, and a slotted one takes ten times as long to be kept.
@dataclass(frozen=True)
class TaskLine:
    """A task in the list of all that a unit ever had to do: its number, its page, its words."""

    no: int
    address: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class UnitYear:
    """What a unit did in one snapshot, under the name it bore there.

    Attributes:
        key: the unit's key.
        sentence: what its page opens with.
        leads, supports: its tasks.
    """

    key: str
    snapshot: Snapshot
    name: str
    address: str
    summary: str
    sentence: str
    head: str
    inferred: bool
    leads: tuple[TaskLine, ...]
    supports: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction as the list of all has it; ``address`` is empty where no page shows its task."""

    correction: Correction
    snapshot: Snapshot
    what: str
    address: str


@dataclass(frozen=True, slots=True)
class Headlines:
    """What the home page shows of the newest snapshot: statuses, and three charts."""

    status: tuple[tuple[StatusView, int], ...]
    status_chart: Chart
    bands_chart: Chart
    obstacle_chart: Chart


@dataclass(frozen=True, slots=True)
class Abstract:
    """What the portal tells of one snapshot.

    Attributes:
        snapshot: without its tasks and reviews.
        label: the snapshot in words.
        missing_numbers: the gaps in its numbering in words.
        lost: runs of tasks whose unit the document doesn't state: first, last, inferred name.
        units: in the order of its tables.
        corrections: the newest first.
        news: the same as entries of a feed, each with the number of its task.
        headlines: only where it is the newest.
    """

    snapshot: Snapshot
    label: str
    counts: Counts
    missing_numbers: str
    lost: tuple[tuple[int, int, str], ...]
    units: tuple[UnitYear, ...]
    corrections: tuple[CorrectionRow, ...]
    news: tuple[tuple[int, Entry], ...]
    headlines: Headlines | None


def abstract(book: Book) -> Abstract:
    """What the portal tells of a snapshot."""
    thin = replace(book.snapshot, tasks=(), reviews=())
    return Abstract(
        thin, book.label, book.counts, missing_numbers_text(book.snapshot, book.say),
        tuple(_lost_headings(book)), tuple(_unit_year(book, row, thin) for row in book.rows),
        tuple(_correction_row(book, c, thin) for c in book.corrections), tuple(_news(book)),
        _headlines(book) if book.snapshot.id == book.ledger.newest.id else None,
    )  # fmt: skip


def _headlines(book: Book) -> Headlines:
    return Headlines(
        tuple(status_counts(book)), status_by_kind_chart(book), bands_chart(book),
        obstacle_chart(book),
    )  # fmt: skip


def _unit_year(book: Book, row: UnitRow, snapshot: Snapshot) -> UnitYear:
    say, say_n, share = book.say, book.say_n, row.share
    number = len(share.leads)
    parts = [
        (
            say_n("承担%(n)d项任务", number)
            if snapshot.kind is Kind.REPORT
            else say_n("牵头%(n)d项任务", number),
            share.leads,
        ),
        (say_n("配合%(n)d项任务", len(share.supports)), share.supports),
        (say_n("以统称列入%(n)d项任务", len(share.reached)), share.reached),
    ]
    leads, supports = ([book.view(t.no) for t in tasks] for tasks in (share.leads, share.supports))
    return UnitYear(
        share.key, snapshot, share.name, row.address,
        say("，").join(text for text, tasks in parts if tasks), unit_sentence(book, row),
        share.head, share.inferred,
        tuple(_line(view, "" if view.task.title else view.task.goal) for view in leads),
        tuple(_line(view, view.name) for view in supports),
    )  # fmt: skip


def _line(view: TaskView, text: str) -> TaskLine:
    return TaskLine(view.task.no, view.address, view.task.title, text)


def _lost_headings(book: Book) -> Iterator[tuple[int, int, str]]:
    for (unit, stated), run in groupby(
        book.snapshot.tasks, key=lambda t: (t.unit, bool(t.unit_text) or t.basis is Basis.STATED)
    ):
        tasks = list(run)
        if not stated:
            known = book.registry.by_id.get(unit)
            yield tasks[0].no, tasks[-1].no, known.name if known else ""


def _correction_row(book: Book, correction: Correction, snapshot: Snapshot) -> CorrectionRow:
    say = book.say
    view = book.by_no.get(correction.no)
    if not correction.no:
        what = field_name(correction.field, say)
    elif correction.field == "no":
        what = (
            say("第%(no)d号任务：补入", no=correction.no)
            if correction.new
            else say("第%(no)d号任务：撤出", no=correction.no)
        )
    else:
        what = say(
            "第%(no)d号任务的%(field)s", no=correction.no, field=field_name(correction.field, say)
        )
    page = view.address if view else address.snapshot_page(book.snapshot)
    return CorrectionRow(correction, snapshot, what, page)


def _news(book: Book) -> Iterator[tuple[int, Entry]]:
    """The corrections as entries of a feed, the newest first."""
    say, snapshot = book.say, book.snapshot
    for number, c in reversed(list(enumerate(snapshot.corrections, 1))):
        what = say("第%(no)d号任务", no=c.no) if c.no else field_name(c.field, say)
        view = book.by_no.get(c.no)
        yield c.no, Entry(
            f"{snapshot.id}/corrections/{number}",
            say("更正：%(snapshot)s %(what)s", snapshot=book.label, what=what),
            view.address if view else address.about("corrections"),
            c.reason, date.fromisoformat(c.date),
        )  # fmt: skip
