"""The portal's pages: home, archive, units over the years, about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import yaml

from generator.analysis.obstacles import kinds
from generator.analysis.responsibility import Share, shares
from generator.analysis.status import Status, settings
from generator.analysis.task_findings import SnapshotFindings
from generator.findings import Finding, Place, finding
from generator.ledger.model import Basis, Kind, Ledger, Snapshot, Unit
from generator.pages import address, search_index
from generator.pages.book import Book
from generator.pages.citing import catalogue, organisation
from generator.pages.counts import count
from generator.pages.feeds import Entry, feed, published
from generator.pages.finding_pages import (
    bands_chart,
    obstacle_chart,
    status_by_kind_chart,
    status_counts,
)
from generator.pages.record_pages import (
    corrections_page,
    field_name,
    site_map,
    verify_page,
    versions_json,
)
from generator.pages.rendering import Head, Page, Renderer, markdown
from generator.pages.snapshot_pages import Partition, missing_numbers_text
from generator.pages.task_view import TaskView, status_view, task_view
from generator.pages.unit_pages import unit_sentence
from generator.pages.wording import Say, content_name, label

# Names below about/ that the generator writes itself.
_OWN_PAGES = ("sources", "rules", "corrections", "verify")
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


def _trail(say: Say) -> tuple[tuple[str, str], ...]:
    return ((say("首页"), address.HOME),)


def _about_trail(say: Say) -> tuple[tuple[str, str], ...]:
    return (*_trail(say), (say("关于本站"), address.about("index")))


def portal_partition(
    ledger: Ledger,
    books: Sequence[Book],
    written: tuple[tuple[str, str], ...],
    render: Renderer,
) -> Partition:
    """The portal's pages, its feeds and its part of the full-text index.

    Args:
        ledger: all snapshots.
        books: what their pages are made from, the newest first.
        written: the hand-written pages: (name, Markdown).
        render: the templates.
    """
    years = _years(ledger)
    home = _home(books, len(years), render) if books else _empty_home(render)
    pages = [home, _archive(ledger, render), _search(ledger, render)]
    pages += [_units(ledger, years, render), *_unit_pages(ledger, books, years, render)]
    about = _about_trail(render.site.language.say)
    pages += [_sources(ledger, render), _rules(render)]
    pages.append(corrections_page(books, render, about))
    pages.append(verify_page(render, about, signed=render.site.signed))
    pages += [_written(stem, text, render) for stem, text in written]
    if "index" not in dict(written):
        pages.append(_about(render))
    say = render.site.language.say
    pages.append(site_map(ledger, pages, render, _trail(say)))
    files = [*_feeds(ledger, books, years, render)]
    files.append((address.VERSIONS, versions_json(ledger, say)))
    found = [*_written_entries(written), *_unit_entries(ledger, years, say)]
    files += search_index.search_files("", say("本站"), found)
    return Partition("", tuple(pages), tuple(files))


def _written_entries(written: Sequence[tuple[str, str]]) -> Iterator[search_index.Entry]:
    """The hand-written pages as the search finds them: their words without Markdown's signs."""
    for name, text in written:
        meta, body = _parted(text)
        plain = re.sub(r"<[^>]*>|[#*`>|]+|\]\([^)]*\)|\[", " ", body)
        paragraphs = [" ".join(part.split()) for part in plain.split("\n\n")]
        yield search_index.Entry(
            address.about(name), str(meta["title"]), tuple(filter(None, paragraphs))
        )


def _unit_entries(
    ledger: Ledger, years: dict[str, list[tuple[Snapshot, Share]]], say: Say
) -> Iterator[search_index.Entry]:
    for id_ in years:
        unit = ledger.registry.by_id[id_]
        yield search_index.Entry(
            address.unit_over_years(id_), say("%(unit)s历年任务", unit=unit.name),
            tuple(filter(None, ("、".join(unit.aliases), unit.note))),
        )  # fmt: skip


def _feeds(
    ledger: Ledger,
    books: Sequence[Book],
    years: dict[str, list[tuple[Snapshot, Share]]],
    render: Renderer,
) -> Iterator[tuple[str, bytes]]:
    site, say = render.site, render.site.language.say
    entries = [
        Entry(
            f"{b.snapshot.id}", b.snapshot.title, address.snapshot_page(b.snapshot),
            say("发布%(content)s", content=content_name(b.snapshot, say)), published(b.snapshot),
        )
        for b in books
    ]  # fmt: skip
    entries += [entry for b in books for entry in _correction_entries(b)]
    entries.sort(key=lambda entry: entry.day, reverse=True)
    yield address.FEED, feed(site, "site", site.name, address.HOME, address.FEED, entries)
    sentences = {(b.snapshot.id, r.share.key): unit_sentence(b, r) for b in books for r in b.rows}
    for id_, rows in years.items():
        name = ledger.registry.by_id[id_].name
        entries = [
            Entry(
                f"{s.id}/{share.key}",
                say("%(snapshot)s：%(unit)s", snapshot=label(s, say), unit=share.name),
                address.unit_page(s, share.key), sentences[s.id, share.key], published(s),
            )
            for s, share in rows
        ]  # fmt: skip
        own = {(s.id, task.no) for s, share in rows for task in share.leads}
        entries += [
            entry
            for b in books
            for entry in _correction_entries(b, {no for id_, no in own if id_ == b.snapshot.id})
        ]
        entries.sort(key=lambda entry: entry.day, reverse=True)
        title = say("%(unit)s，%(site)s", unit=name, site=site.name)
        page, file = address.unit_over_years(id_), address.unit_feed(id_)
        yield file, feed(site, f"units/{id_}", title, page, file, entries)


def _correction_entries(book: Book, of: Collection[int] | None = None) -> Iterator[Entry]:
    """A snapshot's corrections, the newest first; ``of`` names the tasks that are asked for."""
    say, snapshot = book.say, book.snapshot
    views = {view.task.no: view.address for view in book.views}
    for number, c in reversed(list(enumerate(snapshot.corrections, 1))):
        if of is not None and c.no not in of:
            continue
        what = say("第%(no)d号任务", no=c.no) if c.no else field_name(c.field, say)
        yield Entry(
            f"{snapshot.id}/corrections/{number}",
            say("更正：%(snapshot)s %(what)s", snapshot=book.label, what=what),
            views.get(c.no, address.about("corrections")), c.reason, date.fromisoformat(c.date),
        )  # fmt: skip


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


def _parted(text: str) -> tuple[dict[str, str], str]:
    """A hand-written page's front matter and its Markdown."""
    match = _FRONT_MATTER.match(text)
    meta = yaml.load(match[1], yaml.BaseLoader) if match else {}  # noqa: S506 -- text only
    return meta, text[match.end() if match else 0 :].lstrip("\n")


def _written(name: str, text: str, render: Renderer) -> Page:
    meta, body = _parted(text)
    say = render.site.language.say
    page = address.about(name)
    title = str(meta["title"])
    trail = _trail(say) if name == "index" else _about_trail(say)
    if not re.search(r"^# ", body, re.MULTILINE):
        body = f"# {markdown(title)}\n\n{body}"
    head = Head(
        title, str(meta.get("description", title)), column=title, trail=trail,
        keywords=(str(meta.get("keywords", title)),),
    )  # fmt: skip
    return Page(page, render.front_matter(page, head) + body, title)


def _about(render: Renderer) -> Page:
    """What stands at about/index.html until somebody writes content/pages/index.md."""
    say = render.site.language.say
    opening = say("本站公开政府重点工作任务的分解和落实情况，文字与原文件一致。")
    title = say("关于本站")
    head = Head(title, opening, column=title, keywords=(title,), trail=_trail(say))
    pages = [
        (say("数据来源与缺失"), address.about("sources")),
        (say("判断规则"), address.about("rules")),
        (say("更正"), address.about("corrections")),
        (say("验证副本"), address.about("verify")),
        (say("历期数据"), address.ARCHIVE),
    ]
    return render.page("about", address.about("index"), head, opening=opening, pages=pages)


def _home(books: Sequence[Book], unit_count: int, render: Renderer) -> Page:
    ledger, latest = books[0].ledger, books[0].ledger.newest
    newest = next(book for book in books if book.snapshot is latest)
    say = render.site.language.say
    purpose = say(
        "政府每年承诺办哪些事、由谁负责、办到哪一步、还有什么困难，都在这里公开，可以查找、引用和下载。"
    )
    head = Head(
        render.site.name, purpose, column=say("首页"),
        keywords=(say("重点工作"), say("任务分解"), say("落实情况"), say("责任单位")),
        things=(catalogue(render.site, purpose),),
    )  # fmt: skip
    return render.page(
        "home", address.HOME, head, purpose=purpose, latest=latest,
        latest_address=address.snapshot_page(latest), counts=count(latest, ledger.registry),
        latest_content=content_name(latest, say),
        snapshots=[
            (s, content_name(s, say), address.snapshot_page(s), len(s.tasks))
            for s in ledger.snapshots
        ],
        search=address.SEARCH, unit_count=unit_count,
        units_page=address.UNITS, report=newest.report,
        status=status_counts(newest), status_chart=status_by_kind_chart(newest),
        bands_chart=bands_chart(newest), obstacle_chart=obstacle_chart(newest),
        progress=address.snapshot_page(latest, "progress"),
        problems=address.snapshot_page(latest, "problems"),
    )  # fmt: skip


def _empty_home(render: Renderer) -> Page:
    """The home page of a site that is yet to publish its first snapshot."""
    say = render.site.language.say
    opening = say("还没有公布任何一期。公布以后，每项任务由谁负责、办到哪一步，都在这里查看。")
    head = Head(render.site.name, opening, column=say("首页"), keywords=(say("重点工作"),))
    return render.page("empty_home", address.HOME, head, opening=opening,
                       about=address.about("index"))  # fmt: skip


def _search(ledger: Ledger, render: Renderer) -> Page:
    """``search.html``: the search over all snapshots; what it says without scripts helps too."""
    say = render.site.language.say
    opening = say("在各期的任务原文、单位名称和说明中查找。")
    title = say("查找")
    head = Head(title, opening, column=title, keywords=(title,), trail=_trail(say))
    places = [("", say("本站说明与单位"), "", address.search_file("", "index"))] + [
        (s.id, content_name(s, say), address.snapshot_page(s, "tasks"),
         address.search_file(s.id, "index"))
        for s in ledger.snapshots
    ]  # fmt: skip
    return render.page("search", address.SEARCH, head, opening=opening, places=places)


def _archive(ledger: Ledger, render: Renderer) -> Page:
    say = render.site.language.say
    rows = [(s, address.snapshot_page(s), count(s, ledger.registry)) for s in ledger.snapshots]
    opening = render.site.language.say_n("本站已发布%(n)d期数据，每一期发布后保留原样。", len(rows))
    opening = opening if rows else say("还没有公布任何一期。")
    title = say("历期数据")
    head = Head(
        title, opening, column=title, keywords=(say("历期"), say("归档")), trail=_trail(say)
    )
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
    say = render.site.language.say
    units = [u for u in ledger.registry.units if u.id in years]
    order = list(dict.fromkeys(u.kind for u in units))
    units.sort(key=lambda u: order.index(u.kind))
    kinds = [
        (kind, [_entry(unit, years[unit.id], say) for unit in run])
        for kind, run in groupby(units, key=lambda u: u.kind)
    ]
    opening = render.site.language.say_n(
        "各期文件中出现过的%(n)d个单位名称，按类别排列；改名前后分别列出，统称单独列出。",
        len(units),
    )
    opening = opening if ledger.snapshots else say("还没有公布任何一期。")
    title = say("责任单位")
    head = Head(title, opening, column=title, keywords=(title,), trail=_trail(say))
    return render.page("units", address.UNITS, head, opening=opening, kinds=kinds)


def _entry(unit: Unit, rows: list[tuple[Snapshot, Share]], say: Say) -> UnitEntry:
    own = [label(s, say) for s, share in rows if share.key == unit.id]
    return UnitEntry(unit.name, address.unit_over_years(unit.id), say("、").join(reversed(own)))


def _unit_pages(
    ledger: Ledger,
    books: Sequence[Book],
    years: dict[str, list[tuple[Snapshot, Share]]],
    render: Renderer,
) -> Iterator[Page]:
    say = render.site.language.say
    by_id = {book.snapshot.id: book.found for book in books}
    for id_, rows in years.items():
        unit = ledger.registry.by_id[id_]
        family = ledger.registry.lineage(unit)
        page = address.unit_over_years(id_)
        opening = render.site.language.say_n(
            "%(unit)s在%(n)d期文件中牵头、负责和配合的任务。类别：%(kind)s。",
            len(rows), unit=unit.name, kind=unit.kind,
        )  # fmt: skip
        head = Head(
            say("%(unit)s历年任务", unit=unit.name), opening, column=unit.name,
            keywords=(unit.name, say("历年任务")),
            trail=(*_trail(say), (say("责任单位"), address.UNITS)),
            things=(organisation(unit, page, render.site),), feed=address.unit_feed(id_),
        )  # fmt: skip
        yield render.page(
            "unit_years", page, head, opening=opening, unit=unit, family=family,
            addresses={u.id: address.unit_over_years(u.id) for u in family},
            years=[_unit_year(ledger, by_id[s.id], share, render) for s, share in rows],
            feed=address.unit_feed(id_),
        )  # fmt: skip


def _unit_year(ledger: Ledger, found: SnapshotFindings, share: Share, render: Renderer) -> UnitYear:
    snapshot, say, say_n = found.snapshot, render.site.language.say, render.site.language.say_n
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
    return UnitYear(
        snapshot, share.name, address.unit_page(snapshot, share.key),
        say("，").join(text for text, tasks in parts if tasks), share.head, share.inferred,
        tuple(task_view(snapshot, found.of(t), ledger.registry, say) for t in share.leads),
        tuple(task_view(snapshot, found.of(t), ledger.registry, say) for t in share.supports),
    )  # fmt: skip


def _rules(render: Renderer) -> Page:
    """The rules by which status and obstacles are derived, printed from their settings."""
    say = render.site.language.say
    opening = say("进度状态和制约因素不由人评定，按以下规则从原文得出。")
    title = say("判断规则")
    head = Head(
        title, opening, column=title,
        keywords=(say("进度状态"), say("序时进度"), say("制约因素")), trail=_about_trail(say),
    )  # fmt: skip
    return render.page(
        "rules", address.about("rules"), head, opening=opening, settings=settings(),
        statuses=[status_view(s, say) for s in Status], kinds=kinds(),
    )  # fmt: skip


def _sources(ledger: Ledger, render: Renderer) -> Page:
    say = render.site.language.say
    opening = say("本站的数据来自以下文件。文件有缺页、缺附件的，逐一注明。")
    opening = opening if ledger.snapshots else say("还没有公布任何一期。")
    title = say("数据来源与缺失")
    head = Head(
        title, opening, column=title, keywords=(say("数据来源"), say("缺页")),
        trail=_about_trail(say),
    )  # fmt: skip
    rows = [
        (
            s,
            count(s, ledger.registry),
            missing_numbers_text(s, say),
            list(_lost_headings(ledger, s)),
        )
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
