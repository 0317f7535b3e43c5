"""The portal's pages: home, archive, units over the years, about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import yaml

from generator.analysis.obstacles import kinds
from generator.analysis.responsibility import Share, shares
from generator.analysis.status import Status, settings
from generator.analysis.task_findings import SnapshotFindings
from generator.findings import Finding, Place, finding
from generator.ledger.model import Basis, Kind, Ledger, Snapshot, Unit
from generator.pages import address
from generator.pages.book import Book
from generator.pages.counts import count
from generator.pages.finding_pages import (
    bands_chart,
    obstacle_chart,
    status_by_kind_chart,
    status_counts,
)
from generator.pages.rendering import Head, Page, Renderer, front_matter
from generator.pages.snapshot_pages import Partition, missing_numbers_text
from generator.pages.task_view import TaskView, status_view, task_view

_TRAIL = (("首页", address.HOME),)
# Names below about/ that the generator writes itself.
_OWN_PAGES = ("sources", "rules")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class UnitYear:
    """What a unit did in one snapshot, under the name it bore there."""

    snapshot: Snapshot
    name: str
    address: str
    summary: str
    head: str
    inferred: bool
    leads: tuple[TaskView, ...]
    supports: tuple[TaskView, ...]


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit in the list of all units."""

    name: str
    address: str
    years: str


def portal_partition(
    name: str,
    ledger: Ledger,
    books: Sequence[Book],
    written: tuple[tuple[str, str], ...],
    render: Renderer,
) -> Partition:
    """The portal's pages.

    Args:
        name: the site's name, the home page's heading.
        ledger: all snapshots.
        books: what their pages are made from, the newest first.
        written: the hand-written pages: (name, Markdown).
        render: the templates.
    """
    years = _years(ledger)
    pages = [_home(name, books, len(years), render), _archive(ledger, render)]
    pages += [_units(ledger, years, render), *_unit_pages(ledger, books, years, render)]
    pages += [_sources(ledger, render), _rules(render)]
    pages += [_written(stem, text) for stem, text in written]
    if "index" not in dict(written):
        pages.append(_about(render))
    return Partition("", tuple(pages), ())


def check_written(name: str, text: str) -> Iterator[Finding]:
    """What is wrong with a hand-written page: its front matter must give a title."""
    place = Place(f"content/pages/{name}.md", 1)
    match = _FRONT_MATTER.match(text)
    if name in _OWN_PAGES:
        yield finding("page-taken", place)
    try:
        meta = yaml.load(match[1], yaml.BaseLoader) if match else None  # noqa: S506 -- text only
    except yaml.YAMLError as fault:
        problem = getattr(fault, "problem", None) or type(fault).__name__
        yield finding("yaml-damaged", place, fault=problem)
        return
    if not isinstance(meta, dict) or not meta.get("title"):
        yield finding("key-missing", place, key="title")


def _written(name: str, text: str) -> Page:
    match = _FRONT_MATTER.match(text)
    meta = yaml.load(match[1], yaml.BaseLoader) if match else {}  # noqa: S506 -- text only
    page = address.about(name)
    title = str(meta["title"])
    trail = _TRAIL if name == "index" else (*_TRAIL, ("关于本站", address.about("index")))
    head = Head(title, str(meta.get("description", title)), column=title, trail=trail)
    return Page(page, front_matter(page, head) + text[match.end() if match else 0 :].lstrip("\n"))


def _about(render: Renderer) -> Page:
    """What stands at about/index.html until somebody writes content/pages/index.md."""
    opening = "本站公开政府重点工作任务的分解和落实情况，文字与原文件一致。"
    head = Head("关于本站", opening, column="关于本站", keywords=("关于本站",), trail=_TRAIL)
    pages = [("数据来源与缺失", address.about("sources")), ("历期数据", address.ARCHIVE)]
    return render.page("about", address.about("index"), head, opening=opening, pages=pages)


def _home(name: str, books: Sequence[Book], unit_count: int, render: Renderer) -> Page:
    newest = books[0]
    ledger, latest = newest.ledger, newest.snapshot
    purpose = (
        "政府每年承诺办哪些事、由谁负责、办到哪一步、还有什么困难，"
        "都在这里公开，可以查找、引用和下载。"
    )
    head = Head(
        name, purpose, column="首页",
        keywords=("重点工作", "任务分解", "落实情况", "责任单位"),
    )  # fmt: skip
    return render.page(
        "home", address.HOME, head, purpose=purpose, latest=latest,
        latest_address=address.snapshot_page(latest), counts=count(latest, ledger.registry),
        snapshots=[(s, address.snapshot_page(s), len(s.tasks)) for s in ledger.snapshots],
        search_files=[address.data_file(s, "search.js") for s in ledger.snapshots],
        fallback=address.snapshot_page(latest, "tasks"),
        unit_count=unit_count, units_page=address.UNITS, report=newest.report,
        status=status_counts(newest), status_chart=status_by_kind_chart(newest),
        bands_chart=bands_chart(newest), obstacle_chart=obstacle_chart(newest),
        progress=address.snapshot_page(latest, "progress"),
        problems=address.snapshot_page(latest, "problems"),
    )  # fmt: skip


def _archive(ledger: Ledger, render: Renderer) -> Page:
    rows = [(s, address.snapshot_page(s), count(s, ledger.registry)) for s in ledger.snapshots]
    opening = f"本站已发布{len(rows)}期数据，每一期发布后保留原样。"
    head = Head("历期数据", opening, column="历期数据", keywords=("历期", "归档"), trail=_TRAIL)
    return render.page(
        "archive", address.ARCHIVE, head, opening=opening, rows=rows,
        total=sum(c.tasks for _, _, c in rows), total_missing=sum(c.missing for _, _, c in rows),
    )  # fmt: skip


def _years(ledger: Ledger) -> dict[str, list[tuple[Snapshot, Share]]]:
    """Unit id → the snapshots that it or its lineage appears in, the newest first."""
    found: dict[str, list[tuple[Snapshot, Share]]] = {}
    by_snapshot = [(s, shares(s, ledger.registry)) for s in ledger.snapshots]
    for unit in ledger.registry.units:
        family = {u.id for u in ledger.registry.lineage(unit)}
        rows = [(s, share) for s, all_ in by_snapshot for share in all_ if share.key in family]
        if rows:
            found[unit.id] = rows
    return found


def _units(
    ledger: Ledger, years: dict[str, list[tuple[Snapshot, Share]]], render: Renderer
) -> Page:
    units = [u for u in ledger.registry.units if u.id in years]
    order = list(dict.fromkeys(u.kind for u in units))
    units.sort(key=lambda u: order.index(u.kind))
    kinds = [
        (kind, [_entry(unit, years[unit.id]) for unit in run])
        for kind, run in groupby(units, key=lambda u: u.kind)
    ]
    opening = (
        f"各期文件中出现过的{len(units)}个单位名称，按类别排列；改名前后分别列出，统称单独列出。"
    )
    head = Head("责任单位", opening, column="责任单位", keywords=("责任单位",), trail=_TRAIL)
    return render.page("units", address.UNITS, head, opening=opening, kinds=kinds)


def _entry(unit: Unit, rows: list[tuple[Snapshot, Share]]) -> UnitEntry:
    own = [s.label for s, share in rows if share.key == unit.id]
    return UnitEntry(unit.name, address.unit_over_years(unit.id), "、".join(reversed(own)))


def _unit_pages(
    ledger: Ledger,
    books: Sequence[Book],
    years: dict[str, list[tuple[Snapshot, Share]]],
    render: Renderer,
) -> Iterator[Page]:
    by_id = {book.snapshot.id: book.found for book in books}
    for id_, rows in years.items():
        unit = ledger.registry.by_id[id_]
        family = ledger.registry.lineage(unit)
        opening = f"{unit.name}在{len(rows)}期文件中牵头、负责和配合的任务。类别：{unit.kind}。"
        head = Head(
            f"{unit.name}历年任务", opening, column=unit.name, keywords=(unit.name, "历年任务"),
            trail=(*_TRAIL, ("责任单位", address.UNITS)),
        )  # fmt: skip
        yield render.page(
            "unit_years", address.unit_over_years(id_), head, opening=opening, unit=unit,
            family=family, addresses={u.id: address.unit_over_years(u.id) for u in family},
            years=[_unit_year(ledger, by_id[s.id], share) for s, share in rows],
        )  # fmt: skip


def _unit_year(ledger: Ledger, found: SnapshotFindings, share: Share) -> UnitYear:
    snapshot = found.snapshot
    verb = "承担" if snapshot.kind is Kind.REPORT else "牵头"
    parts = [
        (f"{verb}{len(share.leads)}项", share.leads),
        (f"配合{len(share.supports)}项", share.supports),
        (f"以统称列入{len(share.reached)}项", share.reached),
    ]
    return UnitYear(
        snapshot, share.name, address.unit_page(snapshot, share.key),
        "，".join(text for text, tasks in parts if tasks), share.head, share.inferred,
        tuple(task_view(snapshot, found.of(t), ledger.registry) for t in share.leads),
        tuple(task_view(snapshot, found.of(t), ledger.registry) for t in share.supports),
    )  # fmt: skip


def _rules(render: Renderer) -> Page:
    """The rules by which status and obstacles are derived, printed from their settings."""
    opening = "进度状态和制约因素不由人评定，按以下规则从原文得出。"
    head = Head(
        "判断规则", opening, column="判断规则", keywords=("进度状态", "序时进度", "制约因素"),
        trail=(*_TRAIL, ("关于本站", address.about("index"))),
    )  # fmt: skip
    return render.page(
        "rules", address.about("rules"), head, opening=opening, settings=settings(),
        statuses=[status_view(s) for s in Status], kinds=kinds(),
    )  # fmt: skip


def _sources(ledger: Ledger, render: Renderer) -> Page:
    opening = "本站的数据来自以下文件。文件有缺页、缺附件的，逐一注明。"
    head = Head(
        "数据来源与缺失", opening, column="数据来源与缺失", keywords=("数据来源", "缺页"),
        trail=(*_TRAIL, ("关于本站", address.about("index"))),
    )  # fmt: skip
    rows = [
        (s, count(s, ledger.registry), missing_numbers_text(s), list(_lost_headings(ledger, s)))
        for s in ledger.snapshots
    ]
    return render.page("sources", address.about("sources"), head, opening=opening, rows=rows)


def _lost_headings(ledger: Ledger, snapshot: Snapshot) -> Iterator[tuple[int, int, str]]:
    """Runs of tasks whose unit the document doesn't state: first, last, inferred name."""
    for (unit, stated), run in groupby(
        snapshot.tasks, key=lambda t: (t.unit, bool(t.unit_text) or t.basis is Basis.STATED)
    ):
        tasks = list(run)
        if not stated:
            known = ledger.registry.by_id.get(unit)
            yield tasks[0].no, tasks[-1].no, known.name if known else ""
