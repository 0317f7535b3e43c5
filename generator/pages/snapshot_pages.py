"""The pages of one snapshot: its overview and its data page, gathered with all the others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from generator.analysis.changes import compare, earlier
from generator.analysis.problems import states_problem
from generator.analysis.responsibility import shares
from generator.analysis.task_findings import SnapshotFindings
from generator.ledger.model import Kind, Ledger, Registry, Snapshot, Task
from generator.pages import address
from generator.pages.book import Archive, Book, UnitRow
from generator.pages.change_pages import changes_pages
from generator.pages.charts import Bar, bar_chart
from generator.pages.citing import dataset
from generator.pages.counts import count, kind_of, units_by_kind
from generator.pages.data_package import Download
from generator.pages.downloads import (
    columns,
    csv_bytes,
    downloads,
    task_table,
    tasks_json,
)
from generator.pages.finding_pages import (
    bands_chart,
    obstacle_chart,
    obstacle_pages,
    obstacle_rows,
    problems_pages,
    progress_pages,
    status_by_unit_chart,
    status_counts,
)
from generator.pages.official_pdf import Press, pdf_form
from generator.pages.partition import Page, Partition
from generator.pages.rendering import Head, Renderer
from generator.pages.review_pages import review_pages
from generator.pages.search_index import search_files, snapshot_entries
from generator.pages.table_pages import chapters_page, table_pages, tasks_pages
from generator.pages.task_view import PastView, status_view, task_view
from generator.pages.unit_pages import rows_file, unit_pages
from generator.pages.wording import Say, content_name, disclosure_labels, label, size


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as the data page lists it."""

    name: str
    address: str
    note: str
    size: str
    sha256: str


def make_book(
    found: SnapshotFindings, others: Mapping[str, SnapshotFindings], ledger: Ledger,
    keys: Mapping[str, Sequence[str]], render: Renderer, archives: Sequence[Archive] = (),
) -> Book:  # fmt: skip
    """Gather what a snapshot's pages are made from.

    Args:
        found: the snapshot and what was found in it.
        others: the same of its ``neighbours``, by id.
        ledger: all snapshots, without their tasks.
        keys: a snapshot's id → the keys of the units that have a page there, in order.
        render: the templates.
        archives: its pages as they were published before.
    """
    snapshot, say = found.snapshot, render.site.language.say
    before = earlier(ledger, snapshot)
    changes = compare(others[before.id], found, ledger.registry) if before else None
    near = (others[id_] for id_ in reversed(neighbours(ledger, snapshot)))
    year = [other for other in near if other.snapshot.year == snapshot.year]
    views = tuple(
        replace(
            task_view(snapshot, task, ledger.registry, say),
            past=tuple(_past(task.task, snapshot, year, ledger.registry, say)),
            change=changes.of(task.task.no) if changes else None,
            corrections=tuple(c for c in snapshot.corrections if c.no == task.task.no),
        )
        for task in found
    )
    return Book(
        found, ledger, keys, views,
        tuple(
            UnitRow(
                share.name, kind_of(share, say), address.unit_page(snapshot, share.key), share,
                sum(states_problem(task.problems) for task in share.leads),
            )
            for share in shares(snapshot, ledger.registry)
        ),
        count(snapshot, ledger.registry), render,
        hashlib.sha256(tasks_json(found, ledger.registry)).hexdigest(),
        {view.task.no: view for view in views},
        changes, _newest_pages(snapshot, ledger, keys), tuple(archives),
    )  # fmt: skip


def neighbours(ledger: Ledger, snapshot: Snapshot) -> tuple[str, ...]:
    """The snapshots whose tasks a snapshot's pages tell of: its year's others, the one before."""
    before = earlier(ledger, snapshot)
    return tuple(
        s.id
        for s in ledger.snapshots
        if s.id != snapshot.id and (s.year == snapshot.year or s == before)
    )


def _past(
    task: Task, snapshot: Snapshot, year: Sequence[SnapshotFindings], registry: Registry, say: Say
) -> Iterator[PastView]:
    """The task in the year's other snapshots, the oldest first."""
    for other in year:
        there = other.by_no.get(task.no)
        if there is None:
            continue
        known = other.snapshot.kind is Kind.REPORT and not there.task.held_back
        yield PastView(
            label(other.snapshot, say), address.task(other.snapshot, there.task, registry),
            status_view(there.judgement.status, say) if known else None,
        )  # fmt: skip


def _newest_pages(
    snapshot: Snapshot, ledger: Ledger, keys: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Unit id → the page of it, or of what became of it or was it, in the newest snapshot."""
    newest = ledger.newest
    if newest.id == snapshot.id:
        return {}
    registry = ledger.registry
    pages: dict[str, str] = {}
    units = [registry.by_id[key] for key in keys[newest.id] if key in registry.by_id]
    for unit in units:
        for relative in registry.lineage(unit):
            pages.setdefault(relative.id, address.unit_page(newest, unit.id))
    return pages | {unit.id: address.unit_page(newest, unit.id) for unit in units}


def snapshot_partition(book: Book, press: Press | None = None) -> Partition:
    """All pages and files of a snapshot; a PDF of the form where a press makes one."""
    found, snapshot, registry = book.found, book.snapshot, book.registry
    pdf = pdf_form(book, press) if press else None  # set while the rest is written
    tables = [
        (rows_file(row.share.key),
         csv_bytes(task_table(snapshot, map(found.of, row.share.leads), registry)))
        for row in book.rows
        if row.share.leads
    ]  # fmt: skip
    tasks, scripts = tasks_pages(book)
    pages = [*tasks, *table_pages(book), *unit_pages(book)]
    if book.report:
        pages += [*progress_pages(book), *problems_pages(book)]
    else:
        pages.append(chapters_page(book))
    if book.changes:
        pages += changes_pages(book, book.changes)
    pages += review_pages(book)
    search = search_files(snapshot.id, book.label, snapshot_entries(book))
    offered = downloads(
        found, registry, book.say, with_audit=book.site.with_audit, units=tables,
        changes=book.changes, pdf=pdf() if pdf else None,
    )  # fmt: skip
    pages += [_overview(book, offered), _data(book, offered)]
    files = [(address.data_file(snapshot, d.name), d.data) for d in offered]
    files += [(address.data_file(snapshot, name), data) for name, data in tables]
    files += [*search, *scripts]
    return Partition(snapshot.id, tuple(pages), tuple(files), book.sha256)


def missing_numbers_text(snapshot: Snapshot, say: Say) -> str:
    """The gaps in the numbering in words: 16—22、68—75."""
    return say("、").join(
        f"{first}—{last}" if last > first else str(first)
        for first, last in snapshot.missing_numbers
    )


def _overview(book: Book, offered: Sequence[Download]) -> Page:
    snapshot, counts, say = book.snapshot, book.counts, book.say
    page = address.snapshot_page(snapshot)
    leading = [row for row in book.rows if row.share.leads]
    kinds = units_by_kind([row.share for row in book.rows], say)
    opening = _overview_sentence(book, leading)
    files = {address.data_file(snapshot, d.name): d.media_type for d in offered}
    head = Head(
        snapshot.title, opening, column=content_name(snapshot, say),
        keywords=(book.label, say("重点工作"), say("责任单位")),
        trail=book.trail()[:1], snapshot=snapshot, citation=book.cite(snapshot.title, page),
        things=(dataset(snapshot, opening, page, files, book.site),),
    )  # fmt: skip
    return book.render.page(
        "snapshot", page, head,
        opening=opening, snapshot=snapshot, counts=counts, report=book.report, rows=book.rows,
        unit_total=sum(number for _, number, _ in kinds),
        joint=sum(bool(view.partners) for view in book.views),
        shared=sum(len(r.share.leads) + len(r.share.supports) for r in book.rows),
        kinds=kinds, missing_numbers=missing_numbers_text(snapshot, say),
        disclosure=_disclosure(book),
        status=status_counts(book), status_chart=status_by_unit_chart(book),
        bands_chart=bands_chart(book),
        obstacle_rows=obstacle_rows(book), obstacle_pages=obstacle_pages(book),
        obstacle_chart=obstacle_chart(book),
        rules=address.about("rules"), changes=book.changes,
        archives=book.archives, corrections=book.corrections,
        corrections_page=address.about("corrections"),
        pages={
            name: address.snapshot_page(snapshot, name)
            for name in (
                "tasks", "table", "data", "chapters", "progress", "problems", "changes"
            )
        },
        by_unit_chart=_by_unit_chart(book, leading),
        by_kind_chart=bar_chart(
            "kinds-chart", say("各类单位的个数"),
            say("；").join(say("%(kind)s%(number)d个", kind=k, number=n) for k, n, _ in kinds),
            [Bar(k, n, book.say_n("%(n)d个", n)) for k, n, _ in kinds if n],
        ),
    )  # fmt: skip


def _by_unit_chart(book: Book, leading: Sequence[UnitRow]) -> object:
    say, say_n = book.say, book.say_n
    ranked = sorted(leading, key=lambda row: -len(row.share.leads))
    bars = [
        Bar(
            row.name + (say("（推断）") if row.share.inferred else ""),
            len(row.share.leads), say_n("%(n)d项", len(row.share.leads)),
        )
        for row in ranked
    ]  # fmt: skip
    most = ranked[0] if ranked else None
    description = (
        say("%(unit)s最多，%(number)d项。", unit=most.name, number=len(most.share.leads))
        if most
        else say("没有任务。")
    )
    title = say("各单位负责的任务数") if book.report else say("各单位牵头的任务数")
    return bar_chart("units-chart", title, description, bars)


def _overview_sentence(book: Book, leading: Sequence[UnitRow]) -> str:
    counts, say, say_n = book.counts, book.say, book.say_n
    tasks = say_n("%(title)s共%(n)d项任务，", counts.tasks, title=book.snapshot.title)
    if not book.report:
        return (
            tasks
            + say_n("由%(n)d个单位牵头，", len(leading))
            + say_n("连同配合单位共涉及%(n)d个单位。", counts.names)
        )
    who = say_n("由文件写明的%(n)d个单位", counts.units)
    if counts.inferred_units:
        who += say_n("和本站推断的%(n)d个单位", counts.inferred_units)
    unknown = say_n("，另有%(n)d项责任单位不明", counts.unknown) if counts.unknown else ""
    return tasks + say("%(who)s负责%(unknown)s。", who=who, unknown=unknown)


def _disclosure(book: Book) -> list[tuple[str, str]]:
    header = book.snapshot.disclosure
    if not header:
        return []
    return [(label, getattr(header, key)) for key, label in disclosure_labels(book.say).items()]


def _data(book: Book, offered: Sequence[Download]) -> Page:
    snapshot, say = book.snapshot, book.say
    page = address.snapshot_page(snapshot, "data")
    title = say("数据下载（%(snapshot)s）", snapshot=book.label)
    opening = book.say_n(
        "%(title)s的%(n)d项任务，可以自由下载和再利用，请注明来源。",
        len(book.views), title=snapshot.title,
    )  # fmt: skip
    files = {address.data_file(snapshot, d.name): d.media_type for d in offered}
    head = Head(
        title, opening, column=say("数据下载"),
        keywords=(book.label, say("数据"), say("下载"), "JSON", "CSV"),
        trail=book.trail(), snapshot=snapshot, citation=book.cite(title, page),
        things=(
            dataset(snapshot, opening, address.snapshot_page(snapshot), files, book.site),
        ),
    )  # fmt: skip
    rows = [
        FileRow(
            d.name, address.data_file(snapshot, d.name), d.note, size(len(d.data)),
            hashlib.sha256(d.data).hexdigest(),
        )
        for d in offered
    ]  # fmt: skip
    return book.render.page(
        "data", page, head, opening=opening, files=rows,
        columns=list(columns(snapshot, say).items()),
    )  # fmt: skip
