"""The portal's pages: home, archive, units over the years, about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import yaml

from generator.analysis.obstacles import kinds
from generator.analysis.status import Status, settings
from generator.findings import Finding, Place, finding
from generator.ledger.model import Kind, Ledger, Unit
from generator.pages import address, search_index
from generator.pages.abstract import Abstract, UnitYear
from generator.pages.citing import catalogue, organisation
from generator.pages.feeds import Entry, feed, published
from generator.pages.partition import Page, Partition
from generator.pages.record_pages import (
    corrections_page,
    site_map,
    verify_page,
    versions_json,
)
from generator.pages.rendering import Head, Renderer, markdown
from generator.pages.task_view import status_view
from generator.pages.wording import Say, content_name, label

# Names below about/ that the generator writes itself; mkdocs would make index.html of README.
_OWN_PAGES = ("sources", "rules", "corrections", "verify", "README")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


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
    abstracts: Sequence[Abstract],
    written: tuple[tuple[str, str], ...],
    render: Renderer,
) -> Partition:
    """The portal's pages, its feeds and its part of the full-text index.

    Args:
        ledger: all snapshots, without their tasks.
        abstracts: what is to be told of each, the newest first.
        written: the hand-written pages: (name, Markdown).
        render: the templates.
    """
    years = _years(ledger, abstracts)
    home = _home(ledger, abstracts, len(years), render) if abstracts else _empty_home(render)
    pages = [home, _archive(abstracts, render), _search(ledger, render)]
    pages += [_units(ledger, years, render), *_unit_pages(ledger, years, render)]
    about = _about_trail(render.site.language.say)
    pages += [_sources(abstracts, render), _rules(render)]
    pages.append(corrections_page(abstracts, render, about))
    pages.append(verify_page(render, about, signed=render.site.signed))
    pages += [_written(stem, text, render) for stem, text in written]
    if "index" not in dict(written):
        pages.append(_about(render))
    say = render.site.language.say
    pages.append(site_map(ledger, pages, render, _trail(say)))
    files = [*_feeds(ledger, abstracts, years, render)]
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
    ledger: Ledger, years: dict[str, list[UnitYear]], say: Say
) -> Iterator[search_index.Entry]:
    for id_ in years:
        unit = ledger.registry.by_id[id_]
        yield search_index.Entry(
            address.unit_over_years(id_), say("%(unit)s历年任务", unit=unit.name),
            tuple(filter(None, ("、".join(unit.aliases), unit.note))),
        )  # fmt: skip


def _feeds(
    ledger: Ledger,
    abstracts: Sequence[Abstract],
    years: dict[str, list[UnitYear]],
    render: Renderer,
) -> Iterator[tuple[str, bytes]]:
    site, say = render.site, render.site.language.say
    entries = [
        Entry(
            f"{a.snapshot.id}", a.snapshot.title, address.snapshot_page(a.snapshot),
            say("发布%(content)s", content=content_name(a.snapshot, say)), published(a.snapshot),
        )
        for a in abstracts
    ]  # fmt: skip
    entries += [entry for a in abstracts for _, entry in a.news]
    entries.sort(key=lambda entry: entry.day, reverse=True)
    yield address.FEED, feed(site, "site", site.name, address.HOME, address.FEED, entries)
    for id_, rows in years.items():
        name = ledger.registry.by_id[id_].name
        entries = [
            Entry(
                f"{year.snapshot.id}/{year.key}",
                say("%(snapshot)s：%(unit)s", snapshot=label(year.snapshot, say), unit=year.name),
                year.address, year.sentence, published(year.snapshot),
            )
            for year in rows
        ]  # fmt: skip
        own = {(year.snapshot.id, line.no) for year in rows for line in year.leads}
        entries += [entry for a in abstracts for no, entry in a.news if (a.snapshot.id, no) in own]
        entries.sort(key=lambda entry: entry.day, reverse=True)
        title = say("%(unit)s，%(site)s", unit=name, site=site.name)
        page, file = address.unit_over_years(id_), address.unit_feed(id_)
        yield file, feed(site, f"units/{id_}", title, page, file, entries)


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


def _home(ledger: Ledger, abstracts: Sequence[Abstract], unit_count: int, render: Renderer) -> Page:
    latest = ledger.newest
    newest = next(a for a in abstracts if a.snapshot.id == latest.id)
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
        latest_address=address.snapshot_page(latest), counts=newest.counts,
        latest_content=content_name(latest, say),
        snapshots=[
            (a.snapshot, content_name(a.snapshot, say), address.snapshot_page(a.snapshot),
             a.counts.tasks)
            for a in abstracts
        ],
        search=address.SEARCH, unit_count=unit_count,
        units_page=address.UNITS, report=latest.kind is Kind.REPORT,
        headlines=newest.headlines,
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


def _archive(abstracts: Sequence[Abstract], render: Renderer) -> Page:
    say = render.site.language.say
    rows = [(a.snapshot, address.snapshot_page(a.snapshot), a.counts) for a in abstracts]
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


def _years(ledger: Ledger, abstracts: Sequence[Abstract]) -> dict[str, list[UnitYear]]:
    """Unit id → what it or its lineage did in each snapshot, the newest first."""
    found: dict[str, list[UnitYear]] = {}
    for unit in ledger.registry.units:
        family = {u.id for u in ledger.registry.lineage(unit)}
        rows = [year for a in abstracts for year in a.units if year.key in family]
        if rows:
            found[unit.id] = rows
    return found


def _units(ledger: Ledger, years: dict[str, list[UnitYear]], render: Renderer) -> Page:
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


def _entry(unit: Unit, rows: list[UnitYear], say: Say) -> UnitEntry:
    own = [label(year.snapshot, say) for year in rows if year.key == unit.id]
    return UnitEntry(unit.name, address.unit_over_years(unit.id), say("、").join(reversed(own)))


def _unit_pages(
    ledger: Ledger,
    years: dict[str, list[UnitYear]],
    render: Renderer,
) -> Iterator[Page]:
    say = render.site.language.say
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
            years=rows,
            feed=address.unit_feed(id_),
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


def _sources(abstracts: Sequence[Abstract], render: Renderer) -> Page:
    say = render.site.language.say
    opening = say("本站的数据来自以下文件。文件有缺页、缺附件的，逐一注明。")
    opening = opening if abstracts else say("还没有公布任何一期。")
    title = say("数据来源与缺失")
    head = Head(
        title, opening, column=title, keywords=(say("数据来源"), say("缺页")),
        trail=_about_trail(say),
    )  # fmt: skip
    rows = [(a.snapshot, a.counts, a.missing_numbers, a.lost) for a in abstracts]
    return render.page("sources", address.about("sources"), head, opening=opening, rows=rows)
