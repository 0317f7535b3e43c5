"""Tables too long for one page: every task once, every page light, filters over all of them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import Library, serve
from conftest import REPOSITORY, Site, build
from lxml import html
from test_browser import AXE, AXE_OPTIONS, axe_violations, shown_tasks, tasks_of

from benchmarks.sites import Shape, write_site
from generator.analysis.task_findings import SnapshotFindings, TaskFindings
from generator.ledger.content import read_content
from generator.ledger.model import Edition, Snapshot
from generator.pages.book import Book
from generator.pages.rendering import Page, Renderer
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


def book_of(root: Path, snapshot: Snapshot) -> Book:
    """A snapshot's book without the analysis, which takes longest and isn't in these tables."""
    settings, _ = read_settings(root, Edition.PUBLIC)
    assert settings
    found = SnapshotFindings(snapshot, {task.no: TaskFindings(task) for task in snapshot.tasks})
    ledger = read_content(root).ledger
    return make_book(found, {snapshot.id: found}, ledger, Renderer(settings.site, ledger))


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


# In a browser


@pytest.fixture(scope="module")
def long_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("long") / "site"
    write_site(root, Shape(40, 1, 620))
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


@pytest.mark.parametrize("name", ["tasks", "table"])
def test_the_pages_of_a_long_table_are_accessible(long: Library, name: str) -> None:
    with long.visit(f"2017H1/{name}-2.html") as page:
        page.evaluate(AXE)
        assert axe_violations(page, AXE_OPTIONS) == []


def test_the_form_on_several_pages_says_each_heading_where_it_goes_on(long_site: Site) -> None:
    for path in sorted(long_site.public.glob("2017H1/table*.html")):
        (first,) = html.parse(path).xpath("(//table[contains(@class, 'official')]/tbody)[1]")
        assert first.xpath("./tr[1]/@class") == ["heading"]
