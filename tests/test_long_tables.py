"""Tables and lists too long for one page: every task once, every page light, filters over all of them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browsing import Library, serve
from conftest import REPOSITORY, Site, build
from lxml import html
from test_browser import AXE, AXE_OPTIONS, axe_violations, shown_tasks, tasks_of

from benchmarks.sites import Shape, write_site
from generator.analysis.changes import Problem
from generator.analysis.responsibility import shares
from generator.analysis.task_findings import SnapshotFindings, TaskFindings, analyse
from generator.ledger.content import read_content
from generator.ledger.model import Edition, Ledger, Snapshot
from generator.pages import finding_pages
from generator.pages.book import Book
from generator.pages.change_pages import changes_pages
from generator.pages.finding_pages import (
    obstacle_pages,
    obstacle_rows,
    problems_pages,
    progress_pages,
    progress_weight,
)
from generator.pages.paging import Group, Part, beginnings, cut, stretches
from generator.pages.partition import Page, parted
from generator.pages.rendering import Renderer
from generator.pages.review_pages import review_pages
from generator.pages.snapshot_pages import make_book
from generator.pages.table_pages import table_pages, tasks_pages
from generator.publishing.settings import read_settings

BUDGET = 120_000
# What the theme puts around the pages, compressed; a real page's head and foot take 3 KB.
AROUND = 4_000 + sum(
    len(gzip.compress(path.read_bytes(), 6))
    for pattern in ("css/*.css", "js/page.js", "js/table.js")
    for path in (REPOSITORY / "themes/taizhang").glob(pattern)
)


def book_of(
    root: Path, snapshot: Snapshot, found: SnapshotFindings | None = None,
    edition: Edition = Edition.PUBLIC,
) -> Book:  # fmt: skip
    """A snapshot's book, without the analysis, which takes longest, unless ``found`` has it."""
    settings, _ = read_settings(root, edition)
    assert settings
    found = found or SnapshotFindings(snapshot, {t.no: TaskFindings(t) for t in snapshot.tasks})
    ledger = read_content(root).ledger
    return make_book(found, {}, ledger, keys_of(ledger), Renderer(settings.site, ledger))


def keys_of(ledger: Ledger) -> dict[str, list[str]]:
    """The keys of the units that have a page, by snapshot."""
    return {s.id: [share.key for share in shares(s, ledger.registry)] for s in ledger.snapshots}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Snapshot]:
    root = tmp_path_factory.mktemp("long") / "site"
    write_site(root, Shape(40, 1, 5_000))
    (snapshot,) = read_content(root).ledger.snapshots
    return root, snapshot


def numbers(text: str) -> list[int]:
    return [
        int(n) for n in re.findall(r'<th scope="row" class="n"><a href="[^"]+">(\d+)</a>', text)
    ]


def test_each_of_5000_tasks_stands_on_one_light_page_of_each_table(
    made: tuple[Path, Snapshot],
) -> None:
    book = book_of(*made)
    for pages in (tasks_pages(book)[0], table_pages(book)):
        found = [numbers(page.text) for page in pages]
        assert [n for part in found for n in part] == list(range(1, 5_001))
        assert min(map(len, found)) > 0.9 * max(map(len, found))
        assert len({page.address for page in pages}) == len(pages)
        assert len({page.text.split("\n", 2)[1] for page in pages}) == len(pages)  # titles
        for page in pages:
            assert len(gzip.compress(page.text.encode(), 6)) + AROUND < BUDGET, page.address


def test_the_real_texts_would_be_light_too_with_as_many_rows(real_site: Site) -> None:
    """Real texts repeat less than recombined ones, so they compress less."""
    for name, rows in (("tasks", 500), ("table", 250)):
        page = (real_site.public / f"2017H1/{name}.html").read_bytes()
        a_row = len(gzip.compress(page, 6)) / len(tasks_of(real_site.public, "2017H1"))
        assert a_row * rows + AROUND < BUDGET, name


def test_the_pages_of_the_real_tables_are_one(real_site: Site) -> None:
    assert not list(real_site.public.glob("*/t*-2.html"))
    assert not list(real_site.public.glob("*/search/rows*"))
    assert 'id="parts"' not in (real_site.public / "2017H1/tasks.html").read_text("utf-8")


def test_the_total_and_the_numbers_on_a_page_are_told(made: tuple[Path, Snapshot]) -> None:
    pages, _ = tasks_pages(book_of(*made))
    for page, first in zip(pages, range(1, 5_000, 500), strict=True):
        assert "共5000项任务。" in page.text
        assert f"本页为第{first}—{first + 499}号" in page.text
        assert f"第{first}—{first + 499}号" in page.text.split("\n", 2)[1]


def test_the_scripts_hold_the_rows_of_the_pages(made: tuple[Path, Snapshot]) -> None:
    pages, scripts = tasks_pages(book_of(*made))
    for number, (page, (address, script)) in enumerate(zip(pages, scripts, strict=True), start=1):
        assert address == f"2017H1/search/rows{number}.js"
        assert f'data-index="search/rows{number}.js"' in page.text
        call = re.fullmatch(r"taizhangRows\((\d+),(.*)\);\n", script.decode(), re.DOTALL)
        assert call and call[1] == str(number)
        assert json.loads(call[2]) in page.text


def gaps(pages: list[Page]) -> list[tuple[str, str]]:
    """Each gap told in the pages with the number that follows it."""
    return [
        found
        for page in pages
        for found in re.findall(
            r'class="gap"><td[^>]*>第([\d—]+)号.*?class="n"><a[^>]*>(\d+)<', page.text, re.DOTALL
        )
    ]


def test_a_gap_where_a_page_ends_is_told_once(made: tuple[Path, Snapshot]) -> None:
    root, snapshot = made
    fewer = tuple(task for task in snapshot.tasks if not 495 <= task.no <= 515)
    book = book_of(root, replace(snapshot, tasks=fewer))
    for pages in (tasks_pages(book)[0], table_pages(book)):
        assert gaps(pages) == [("495—515", "516")]


# Lists under headings: progress, problems, the data's weak points


@pytest.fixture(scope="module")
def analysed(made: tuple[Path, Snapshot]) -> SnapshotFindings:
    return analyse(made[1])


@pytest.fixture(scope="module")
def lists(made: tuple[Path, Snapshot], analysed: SnapshotFindings) -> Book:
    return book_of(*made, analysed, Edition.INTERNAL)


def listed(page: Page) -> list[tuple[str, str]]:
    """What stands in the lists of a page: (anchor of the heading, address of the task)."""
    found, anchor = [], ""
    for heading, link in re.findall(
        r"^## .*\{: #([\w-]+) \}$|^(?:<li>)?(?:<h3>)?<a href=\"(units/[^\"]+)\"",
        page.text,
        re.MULTILINE,
    ):
        anchor = heading or anchor
        found += [(anchor, link)] if link else []
    return found


def test_each_of_5000_tasks_stands_once_in_the_pages_of_the_progress(lists: Book) -> None:
    pages = progress_pages(lists)
    entries = [entry for page in pages for entry in listed(page)]
    assert sorted(link for _, link in entries) == sorted(
        view.address.removeprefix("2017H1/") for view in lists.views
    )
    by_link = {v.address.removeprefix("2017H1/"): v.status.key for v in lists.views}
    assert all(by_link[link] == anchor for anchor, link in entries)
    order = list(dict.fromkeys(anchor for anchor, _ in entries))
    assert order == ["behind", "on_schedule", "completed", "unquantified"]
    assert [anchor for anchor, _ in entries] == sorted(
        (anchor for anchor, _ in entries), key=order.index
    )


def test_each_quote_of_5000_tasks_stands_once_in_the_pages_of_the_problems(lists: Book) -> None:
    assert [entry for page in problems_pages(lists) for entry in listed(page)] == [
        (row.key, view.address.removeprefix("2017H1/"))
        for row in obstacle_rows(lists)
        for view, _ in row.entries
    ]


def test_the_pages_of_long_lists_are_light_and_told_apart(lists: Book) -> None:
    reviews = list(review_pages(lists))
    for pages in (progress_pages(lists), problems_pages(lists), reviews[1:]):
        assert len(pages) > 1
        assert len({page.address for page in pages}) == len(pages)
        assert len({page.title for page in pages}) == len(pages)
        for page in pages:
            assert len(gzip.compress(page.text.encode(), 6)) + AROUND < BUDGET, page.address
    assert len(gzip.compress(reviews[0].text.encode(), 6)) + AROUND < BUDGET


def test_real_lists_would_be_light_too_with_as_many_entries(real_site: Site) -> None:
    """Real texts repeat less than recombined ones, so they compress less."""
    entries = (real_site.public / "2017H1/problems.html").read_text("utf-8").split("<h2", 1)[1]
    quotes = re.findall(r"<li><a href.*?</li>", entries)
    assert len(gzip.compress("".join(quotes).encode(), 6)) / len(quotes) * 800 < 0.8 * BUDGET
    settings, _ = read_settings(REPOSITORY, Edition.PUBLIC)
    assert settings
    ledger = read_content(REPOSITORY).ledger
    found = {s.id: analyse(s) for s in ledger.snapshots}
    render = Renderer(settings.site, ledger)
    book = make_book(found["2017H1"], found, ledger, keys_of(ledger), render)
    page = (real_site.public / "2017H1/progress.html").read_text("utf-8")
    taken = len(gzip.compress(page[page.index('id="behind"') :].encode(), 6))
    assert taken < 1.2 * sum(map(progress_weight, book.views))


def test_a_link_to_a_class_leads_to_where_it_begins(lists: Book) -> None:
    pages = {page.address: page for page in problems_pages(lists)}
    (first, *_) = pages.values()
    for key, target in obstacle_pages(lists).items():
        file, anchor = target.split("#")
        assert anchor == key
        entries = [a for a, _ in listed(pages[file])]
        assert key in entries
        # Links of the time when the list had one page find where it has gone.
        here = f"{{: #{key} }}" if file == first.address else f'<li id="{key}">'
        assert first.text.count(here) == 1


def test_every_anchor_is_on_a_page_once(lists: Book) -> None:
    for page in (*progress_pages(lists), *problems_pages(lists), *review_pages(lists)):
        ids = re.findall(r' id="([^"]+)"|\{: #([\w-]+) \}', page.text)
        assert len(set(ids)) == len(ids), page.address
        assert len({a or b for a, b in ids}) == len(ids), page.address


def test_each_change_of_many_stands_once_in_light_pages(tmp_path: Path) -> None:
    write_site(tmp_path / "site", Shape(40, 2, 600))
    settings, _ = read_settings(tmp_path / "site", Edition.PUBLIC)
    ledger = read_content(tmp_path / "site").ledger
    assert settings
    found = {s.id: analyse(s) for s in ledger.snapshots}
    book = make_book(
        found["2017H2"], found, ledger, keys_of(ledger), Renderer(settings.site, ledger)
    )
    assert book.changes
    pages = changes_pages(book, book.changes)
    assert len(pages) > 1
    entries = [entry for page in pages for entry in listed(page)]
    for anchor, wanted in (
        ("reworded", [c.no for c in book.changes.common if c.goal]),
        ("problems-1", [c.no for c in book.changes.common if c.problem is Problem.NEW]),
        ("repeated", [c.no for c in book.changes.common if c.repeated]),
    ):
        links = [link for key, link in entries if key == anchor]
        assert links == [book.view(no).address.removeprefix("2017H2/") for no in wanted]
    assert sum(page.text.count("{: #units }") for page in pages) == 1
    for page in pages:
        assert len(gzip.compress(page.text.encode(), 6)) + AROUND < BUDGET, page.address
        ids = [a or b for a, b in re.findall(r' id="([^"]+)"|\{: #([\w-]+) \}', page.text)]
        assert len(set(ids)) == len(ids), page.address


def test_a_group_goes_on_where_the_page_before_ended() -> None:
    groups = [
        Group("a", "", "", ()), Group("b", "", "", (1, 2, 3)), Group("c", "", "", ()),
        Group("d", "", "", (4, 5)), Group("e", "", "", ()),
    ]  # fmt: skip
    parts = [Part(f"{n}.html", rows, "") for n, rows in enumerate(cut([1, 1, 1, 1, 1], 2))]
    found = [
        [(s.group.key, s.entries, s.first, s.whole) for s in stretches(groups, part)]
        for part in parts
    ]
    assert found == [
        [("a", (), 1, True), ("b", (1,), 1, False)],
        [("b", (2, 3), 2, False)],
        [("c", (), 1, True), ("d", (4, 5), 1, True), ("e", (), 1, True)],
    ]
    assert beginnings(groups, parts) == {
        "a": "0.html#a", "b": "0.html#b", "c": "2.html#c", "d": "2.html#d", "e": "2.html#e",
    }  # fmt: skip
    (only,) = cut([], 2)
    nothing = [Group("a", "", "", ()), Group("b", "", "", ())]
    assert len(stretches(nothing, Part("0.html", only, ""))) == 2


def test_a_chart_of_too_many_bars_says_that_the_list_has_the_rest(lists: Book) -> None:
    first, second, *_ = progress_pages(lists)
    assert "图中只画完成率最低的100项" in first.text
    assert 'id="schedule-chart-title"' not in second.text


def test_the_menu_marks_the_section_of_a_page_that_goes_on(
    made: tuple[Path, Snapshot], lists: Book
) -> None:
    tables = (*tasks_pages(book_of(*made))[0], *table_pages(book_of(*made)))
    names = {"tasks": "全部任务", "table": "落实情况表", "progress": "进度", "problems": "问题",
             "quality": "数据质量", "audit": "数字验算"}  # fmt: skip
    for page in (*tables, *progress_pages(lists), *problems_pages(lists), *review_pages(lists)):
        said, _ = parted(page.text)
        stem, _, number = Path(page.address).stem.partition("-")
        menu: Any = said["snapshot_menu"]
        assert menu[names[stem]] == f"{stem}.html" == said["begins" if number else "here"]
        assert ("begins" in said) == bool(number), page.address


# In a browser


@pytest.fixture(scope="module")
def long_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("long") / "site"
    write_site(root, Shape(40, 1, 620))
    with pytest.MonkeyPatch.context() as patch:
        # So few tasks would have their lists on one page.
        patch.setattr(finding_pages, "_PROGRESS_A_PAGE", 15_000)
        patch.setattr(finding_pages, "_QUOTES_A_PAGE", 300)
        return build(root)


@pytest.fixture
def long(library: Library, long_site: Site) -> Iterator[Library]:
    with serve(long_site.public) as http:
        yield library.of(long_site.public, http)


def test_without_scripts_one_pages_through_all_tasks(long: Library) -> None:
    found = []
    with long.visit("2017H1/tasks.html", javascript=False) as page:
        found += shown_tasks(page)
        page.get_by_role("link", name="下一页：第311—620号").click()
        page.wait_for_url("**/tasks-2.html")
        found += shown_tasks(page)
        assert page.locator("a[rel=next]").count() == 0
        assert not page.locator("#filters").is_visible()
    assert found == list(range(1, 621))


def test_without_scripts_one_pages_through_all_obstacles(long: Library) -> None:
    """From the overview to a class that begins on a later page, and on to the end."""
    with long.visit("2017H1/index.html", javascript=False) as page:
        page.locator('main a[href="problems-2.html#land"]').click()
        page.wait_for_url("**/problems-2.html#land")
        assert page.locator("h2#land").is_visible()
        assert page.locator(".snapshot-menu [aria-current=true]").inner_text() == "问题"
        page.get_by_role("link", name="上一页：第1页").click()
        page.wait_for_url("**/problems.html")
        quotes = page.locator(".quotes li").count()
        while page.locator("a[rel=next]").count():
            page.locator("a[rel=next]").click()
            page.wait_for_load_state()
            quotes += page.locator(".quotes li").count()
    tasks = tasks_of(long.root, "2017H1")
    assert quotes == sum(len(task["obstacles"]) for task in tasks)


@pytest.mark.parametrize("over", ["file", "http"])
def test_filters_and_sorting_cover_the_tasks_of_all_pages(long: Library, over: str) -> None:
    tasks = tasks_of(long.root, "2017H1")
    behind = [t["no"] for t in tasks if t["status"]["value"] == "behind"]
    assert behind[0] < 311 <= behind[-1]
    with long.visit("2017H1/tasks-2.html", over=over) as page:
        assert shown_tasks(page) == list(range(311, 621))
        page.get_by_label("进度状态").select_option("behind")
        page.get_by_text(f"620项任务中，符合条件的{len(behind)}项。").wait_for()
        assert shown_tasks(page) == behind
        assert page.url.endswith("tasks-2.html#status=behind")
        assert not page.locator("#parts").is_visible()
        assert not page.locator("a[rel=prev]").is_visible()
        page.get_by_role("button", name="清除筛选").click()
        assert shown_tasks(page) == list(range(311, 621))
        assert page.locator("#parts").is_visible()
        page.get_by_role("button", name="序号").click()
        page.get_by_role("button", name="序号").click()
        assert shown_tasks(page) == list(range(620, 0, -1))
    ids = "document.querySelectorAll('#tasks tr[id]')"
    with long.visit("2017H1/tasks.html#status=behind", over=over) as page:
        page.get_by_text(f"符合条件的{len(behind)}项。").wait_for()
        assert shown_tasks(page) == behind
        assert page.evaluate(f"new Set(Array.from({ids}, r => r.id)).size === {ids}.length")


def test_a_link_to_a_row_finds_it_on_whatever_page_it_is(long: Library) -> None:
    with long.visit("2017H1/tasks.html#no-600") as page:
        page.wait_for_url("**/tasks-2.html#no-600")
        assert page.locator("#no-600").is_visible()
        page.get_by_role("button", name="序号").click()
        page.evaluate("location.hash = '#no-5'")
        page.wait_for_url("**/tasks.html#no-5")


@pytest.mark.parametrize("name", ["tasks", "table", "progress", "problems"])
def test_the_pages_of_a_long_table_are_accessible(long: Library, name: str) -> None:
    with long.visit(f"2017H1/{name}-2.html") as page:
        page.evaluate(AXE)
        assert axe_violations(page, AXE_OPTIONS) == []


def test_the_form_on_several_pages_says_each_heading_where_it_goes_on(long_site: Site) -> None:
    for path in sorted(long_site.public.glob("2017H1/table*.html")):
        (first,) = html.parse(path).xpath("(//table[contains(@class, 'official')]/tbody)[1]")
        assert first.xpath("./tr[1]/@class") == ["heading"]
