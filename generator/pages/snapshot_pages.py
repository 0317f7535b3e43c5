"""The pages of one snapshot: overview, units, all tasks, the form itself, chapters, data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from generator.analysis.problems import states_problem
from generator.analysis.responsibility import UNKNOWN, Share, shares
from generator.analysis.task_findings import SnapshotFindings
from generator.ledger.model import (
    DISCLOSURE_LABELS,
    Basis,
    Kind,
    Ledger,
    Snapshot,
)
from generator.pages import address
from generator.pages.book import Book, UnitRow
from generator.pages.charts import Bar, Mark, bar_chart, matrix_chart
from generator.pages.counts import count, kind_of, units_by_kind
from generator.pages.downloads import COLUMNS, Download, csv_bytes, downloads, frame, search_script
from generator.pages.finding_pages import (
    bands_chart,
    obstacle_chart,
    obstacle_rows,
    problems_page,
    progress_page,
    status_by_unit_chart,
    status_counts,
)
from generator.pages.rendering import Head, Page, Renderer
from generator.pages.task_view import TaskView, task_view


@dataclass(frozen=True, slots=True)
class Partition:
    """What one mkdocs run turns into a part of the site: its pages and its other files.

    Attributes:
        name: the folder below the site's root; empty for the portal.
        files: address → bytes of files that are copied as they are.
    """

    name: str
    pages: tuple[Page, ...]
    files: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A row of the responsibility matrix: a name of the document and its part in each task."""

    name: str
    address: str
    cells: tuple[str, ...]
    leads: int
    supports: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as the data page lists it."""

    name: str
    address: str
    note: str
    size: str
    sha256: str


def make_book(found: SnapshotFindings, ledger: Ledger, render: Renderer) -> Book:
    """Gather what a snapshot's pages are made from."""
    snapshot = found.snapshot
    return Book(
        found, ledger,
        tuple(task_view(snapshot, task, ledger.registry) for task in found),
        tuple(_unit_row(snapshot, share) for share in shares(snapshot, ledger.registry)),
        count(snapshot, ledger.registry), render,
    )  # fmt: skip


def snapshot_partition(book: Book, *, with_audit: bool) -> Partition:
    """All pages and files of a snapshot; the audit is among them where the site says so."""
    found, snapshot, ledger = book.found, book.snapshot, book.ledger
    offered = downloads(found, ledger.registry, with_audit=with_audit)
    pages = [_overview(book), _tasks(book), _table(book), _data(book, offered), *_units(book)]
    if book.report:
        pages += [progress_page(book), problems_page(book)]
    else:
        pages.append(_chapters(book))
    files = [(address.data_file(snapshot, d.name), d.data) for d in offered]
    files += [
        (_rows_file(snapshot, row.share.key),
         csv_bytes(frame(snapshot, [found.of(t) for t in row.share.leads], ledger.registry)))
        for row in book.rows
        if row.share.leads
    ]  # fmt: skip
    files.append(
        (address.data_file(snapshot, "search.js"), search_script(snapshot, ledger.registry))
    )
    return Partition(snapshot.id, tuple(pages), tuple(files))


def missing_numbers_text(snapshot: Snapshot) -> str:
    """The gaps in the numbering in words: 16—22、68—75."""
    return "、".join(
        f"{first}—{last}" if last > first else str(first)
        for first, last in snapshot.missing_numbers
    )


def _unit_row(snapshot: Snapshot, share: Share) -> UnitRow:
    return UnitRow(
        share.name, kind_of(share), address.unit_page(snapshot, share.key), share,
        sum(states_problem(task.problems) for task in share.leads),
    )  # fmt: skip


def _overview(book: Book) -> Page:
    snapshot, counts = book.snapshot, book.counts
    leading = [row for row in book.rows if row.share.leads]
    kinds = units_by_kind([row.share for row in book.rows])
    verb = "负责" if book.report else "牵头"
    opening = _overview_sentence(book, leading)
    head = Head(
        snapshot.title, opening,
        column=f"{snapshot.label}{'落实情况' if book.report else '任务安排'}",
        keywords=(snapshot.label, "重点工作", "责任单位"),
        trail=book.trail()[:1], snapshot=snapshot,
    )  # fmt: skip
    ranked = sorted(leading, key=lambda row: -len(row.share.leads))
    bars = [
        Bar(
            row.name + ("（推断）" if row.share.inferred else ""),
            len(row.share.leads), f"{len(row.share.leads)}项",
        )
        for row in ranked
    ]  # fmt: skip
    most = ranked[0] if ranked else None
    description = f"{most.name}最多，{len(most.share.leads)}项。" if most else "没有任务。"
    return book.render.page(
        "snapshot", address.snapshot_page(snapshot), head,
        opening=opening, snapshot=snapshot, counts=counts, report=book.report, rows=book.rows,
        kinds=kinds, missing_numbers=missing_numbers_text(snapshot),
        disclosure=_disclosure(snapshot),
        status=status_counts(book), status_chart=status_by_unit_chart(book),
        bands_chart=bands_chart(book),
        obstacle_rows=obstacle_rows(book), obstacle_chart=obstacle_chart(book),
        rules=address.about("rules"),
        pages={
            name: address.snapshot_page(snapshot, name)
            for name in ("tasks", "table", "data", "chapters", "progress", "problems")
        },
        by_unit_chart=bar_chart("units-chart", f"各单位{verb}的任务数", description, bars),
        by_kind_chart=bar_chart(
            "kinds-chart", "各类单位的个数", "，".join(f"{k}{n}个" for k, n, _ in kinds) + "。",
            [Bar(kind, number, f"{number}个") for kind, number, _ in kinds],
        ),
    )  # fmt: skip


def _overview_sentence(book: Book, leading: Sequence[UnitRow]) -> str:
    counts = book.counts
    if not book.report:
        return (
            f"{book.snapshot.title}共{counts.tasks}项任务，由{len(leading)}个单位牵头，"
            f"连同配合单位共涉及{counts.names}个单位。"
        )
    who = f"由文件写明的{counts.units}个单位"
    if counts.inferred_units:
        who += f"和本站推断的{counts.inferred_units}个单位"
    unknown = f"，另有{counts.unknown}项责任单位不明" if counts.unknown else ""
    return f"{book.snapshot.title}共{counts.tasks}项任务，{who}负责{unknown}。"


def _disclosure(snapshot: Snapshot) -> list[tuple[str, str]]:
    if not snapshot.disclosure:
        return []
    return [(label, getattr(snapshot.disclosure, key)) for key, label in DISCLOSURE_LABELS.items()]


def _units(book: Book) -> Iterator[Page]:
    for index, row in enumerate(book.rows):
        before = book.rows[index - 1] if index else None
        after = book.rows[index + 1] if index + 1 < len(book.rows) else None
        yield _unit(book, row, before, after)


def _unit(book: Book, row: UnitRow, before: UnitRow | None, after: UnitRow | None) -> Page:
    snapshot, share = book.snapshot, row.share
    opening = unit_sentence(book.snapshot, row)
    head = Head(
        f"{row.name}{'的任务' if book.report else '的任务安排'}（{snapshot.label}）", opening,
        keywords=(row.name, snapshot.label), published=book.published(), source=book.issuer(),
        trail=book.trail(), snapshot=snapshot,
    )  # fmt: skip
    members = book.registry.members(share.unit, snapshot.year) if share.unit else ()
    with_page = {r.share.key for r in book.rows}
    return book.render.page(
        "unit", row.address, head, opening=opening, share=share, unit=share.unit,
        report=book.report, leads=[book.view(t.no) for t in share.leads],
        supports=[book.view(t.no) for t in share.supports],
        reached=[(group, book.view(t.no)) for group, t in share.reached],
        members=[
            {"name": m.name, "address": address.unit_page(snapshot, m.id)}
            for m in members if m.id in with_page
        ],
        rules=address.about("rules"), over_years=address.unit_over_years(share.key),
        elsewhere=list(_elsewhere(book, share)),
        rows_file=_rows_file(snapshot, share.key), previous=before, next=after,
    )  # fmt: skip


def unit_sentence(snapshot: Snapshot, row: UnitRow) -> str:
    """The sentence that opens a unit's page; one could read it aloud."""
    share = row.share
    number = len(share.leads)
    if snapshot.kind is Kind.PLAN:
        parts = [
            text
            for text, n in (
                (f"牵头{number}项任务", number),
                (f"配合{len(share.supports)}项任务", len(share.supports)),
                (f"以统称列入{len(share.reached)}项任务", len(share.reached)),
            )
            if n
        ]
        return f"{snapshot.label}，{row.name}{'，'.join(parts)}。"
    if share.key == UNKNOWN:
        return f"{snapshot.label}，有{number}项任务的责任单位不明。"
    who = f"责任人{share.head}。" if share.head else "责任人不明（原文件缺页）。"
    basis = "（本站推断）" if share.inferred else ""
    problems = (
        f"其中{row.with_problem}项写明了存在问题" if row.with_problem else "都没有写明存在问题"
    )
    return f"{snapshot.label}，{row.name}{basis}承担{number}项任务，{problems}。{who}"


def _elsewhere(book: Book, share: Share) -> Iterator[tuple[str, str]]:
    """The unit's pages in the other snapshots, under whatever name it bore there."""
    if share.unit is None:
        return
    family = {u.id: u for u in book.registry.lineage(share.unit)}
    for other in book.ledger.snapshots:
        if other.id == book.snapshot.id:
            continue
        for found in shares(other, book.registry):
            if found.key in family:
                yield (
                    f"{other.label}：{family[found.key].name}",
                    address.unit_page(other, found.key),
                )


def _rows_file(snapshot: Snapshot, key: str) -> str:
    return address.data_file(snapshot, f"units/{key}.csv")


def _tasks(book: Book) -> Page:
    snapshot = book.snapshot
    opening = f"{snapshot.label}的{len(book.views)}项任务，点序号查看全文。"
    head = Head(
        f"全部任务（{snapshot.label}）", opening, column="全部任务",
        keywords=(snapshot.label, "任务"), trail=book.trail(), snapshot=snapshot,
    )  # fmt: skip
    return book.render.page(
        "tasks", address.snapshot_page(snapshot, "tasks"), head, opening=opening,
        snapshot=snapshot, rows=_with_gaps(book.views), report=book.report,
    )  # fmt: skip


def _table(book: Book) -> Page:
    """The form as published: heading lines, then rows of four columns."""
    snapshot = book.snapshot
    form = "落实情况表" if book.report else "任务安排表"
    opening = (
        "按原文件的表格形式排列，文字与原文件一致。缺号与责任单位不明之处照实注明。"
        if book.report
        else "根据原文件的条文整理成表，文字与原文件一致。"
    )
    head = Head(
        f"{form}（{snapshot.label}）", f"{snapshot.title}：{opening}", column=form,
        keywords=(snapshot.label, form), trail=book.trail(), snapshot=snapshot,
    )  # fmt: skip
    blocks = [
        (heading, rows[0][1].task.basis is Basis.INFERRED, rows)
        for heading, run in groupby(_with_gaps(book.views), key=lambda r: _heading(book, r[1]))
        if (rows := list(run))
    ]
    return book.render.page(
        "table", address.snapshot_page(snapshot, "table"), head, opening=opening,
        snapshot=snapshot, blocks=blocks, report=book.report,
    )  # fmt: skip


def _with_gaps(views: Sequence[TaskView]) -> list[tuple[str, TaskView]]:
    """Each task with the numbers that are missing before it, in words; else empty."""
    rows, last = [], 0
    for view in views:
        number = view.task.no
        missing = f"{last + 1}—{number - 1}" if number > last + 2 else str(number - 1)
        rows.append((missing if number > last + 1 else "", view))
        last = number
    return rows


def _heading(book: Book, view: TaskView) -> str:
    if not book.report:
        return view.task.section or "（未分章）"
    unit = view.lead.name or "不明（原文件缺页）"
    return f"责任单位：{unit}　责任人：{view.task.head or '不明'}"


def _chapters(book: Book) -> Page:
    snapshot = book.snapshot
    opening = f"{snapshot.title}分{book.counts.sections}章，共{len(book.views)}项任务。"
    head = Head(
        f"章节与分工（{snapshot.label}）", opening, column="章节与分工",
        keywords=(snapshot.label, "任务分解", "牵头单位", "配合单位"),
        trail=book.trail(), snapshot=snapshot,
    )  # fmt: skip
    duty = _duty_rows(book)
    marks = [
        Mark(row, column, cell == "牵")
        for row, line in enumerate(duty)
        for column, cell in enumerate(line.cells)
        if cell
    ]
    matrix = matrix_chart(
        "matrix-chart", "责任分工", f"{len(duty)}个单位在{len(book.views)}项任务中的分工。",
        [row.name for row in duty], [str(v.task.no) for v in book.views], marks,
    )  # fmt: skip
    chapters = [
        (section or "（未分章）", list(run))
        for section, run in groupby(book.views, key=lambda v: v.task.section)
    ]
    return book.render.page(
        "chapters", address.snapshot_page(snapshot, "chapters"), head, opening=opening,
        snapshot=snapshot, chapters=chapters, views=book.views, duty=duty, matrix=matrix,
    )  # fmt: skip


def _duty_rows(book: Book) -> list[DutyRow]:
    """One row for each name in the document, in order of first mention."""
    cells: dict[tuple[str, str], dict[int, str]] = {}
    for view in book.views:
        if view.lead.name:
            cells.setdefault((view.lead.name, view.lead.address), {})[view.task.no] = "牵"
        for partner in view.partners:
            cells.setdefault((partner.name, partner.address), {}).setdefault(view.task.no, "配")
    numbers = [view.task.no for view in book.views]
    return [
        DutyRow(
            name, page, tuple(found.get(n, "") for n in numbers),
            sum(c == "牵" for c in found.values()), sum(c == "配" for c in found.values()),
        )
        for (name, page), found in cells.items()
    ]  # fmt: skip


def _data(book: Book, offered: Sequence[Download]) -> Page:
    snapshot = book.snapshot
    opening = f"{snapshot.title}的{len(book.views)}项任务，可以自由下载和再利用，请注明来源。"
    head = Head(
        f"数据下载（{snapshot.label}）", opening, column="数据下载",
        keywords=(snapshot.label, "数据", "下载", "JSON", "CSV"),
        trail=book.trail(), snapshot=snapshot,
    )  # fmt: skip
    files = [
        FileRow(
            d.name, address.data_file(snapshot, d.name), d.note, size_text(len(d.data)),
            hashlib.sha256(d.data).hexdigest(),
        )
        for d in offered
    ]  # fmt: skip
    return book.render.page(
        "data", address.snapshot_page(snapshot, "data"), head, opening=opening,
        files=files, columns=list(COLUMNS.items()),
    )  # fmt: skip


def size_text(size: int) -> str:
    """A file's size as people write it: 312 KB."""
    return f"{size} B" if size < 1024 else f"{round(size / 1024)} KB"
