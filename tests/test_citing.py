"""Citing and following: feeds, structured data, sitemaps, addresses on paper, the printed form."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import BROWSER, Site, build, copy_site, missing, write_site
from lxml import etree, html
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pypdfium2 import PdfDocument

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
URL = "https://www.example.gov.cn/taizhang/"


@pytest.fixture(scope="module")
def placed_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The real content on a site that knows its address."""
    root = copy_site(tmp_path_factory.mktemp("placed"))
    settings = root / "mkdocs.yml"
    settings.write_text(f"site_url: {URL}\n" + settings.read_text("utf-8"), "utf-8")
    return build(root)


def document(path: Path) -> Any:
    return html.document_fromstring(path.read_bytes().decode())


def entries(path: Path) -> list[dict[str, str]]:
    root = etree.fromstring(path.read_bytes())
    assert root.findtext("a:author/a:name", None, ATOM)
    return [
        {
            "id": entry.findtext("a:id", "", ATOM),
            "title": entry.findtext("a:title", "", ATOM),
            "updated": entry.findtext("a:updated", "", ATOM),
            "link": entry.find("a:link", ATOM).get("href", ""),  # type: ignore[union-attr]
        }
        for entry in root.findall("a:entry", ATOM)
    ]


def test_feeds_tell_what_was_published_and_lead_there(real_site: Site) -> None:
    site = entries(real_site.public / "feed.xml")
    assert [e["link"] for e in site] == ["2017H1/index.html", "2014/index.html"]
    assert site[0]["updated"].startswith("2017-06-29T16:00")  # midnight in Beijing
    assert site[1]["updated"] > "2014"
    feeds = list((real_site.public / "units").glob("*.xml"))
    assert {f.stem for f in feeds} == {
        p.stem for p in (real_site.public / "units").glob("*.html") if p.stem != "index"
    }
    ids = [e["id"] for f in feeds for e in entries(f)]
    assert all(i.startswith("urn:taizhang:") for i in ids)
    for feed in feeds:
        for entry in entries(feed):
            assert (feed.parent / entry["link"]).resolve().is_file()
    named = entries(real_site.public / "units/gaoyao.xml")
    assert [e["title"] for e in named] == ["2017年上半年：高要区政府", "2014年：高要市政府"]


def test_a_placed_site_gives_full_addresses_everywhere(placed_site: Site) -> None:
    pages = {p.relative_to(placed_site.public).as_posix() for p in placed_site.pages()}
    pages -= {"404.html"}
    for page in pages:
        root = document(placed_site.public / page)
        assert root.xpath("//link[@rel='canonical']/@href") == [URL + page]
        assert root.xpath("//meta[@property='og:url']/@content") == [URL + page]
        assert URL + page in root.xpath("//footer")[0].text_content()
        assert root.xpath("//div[@class='qr']/svg/path")
    index = etree.fromstring((placed_site.public / "sitemap.xml").read_bytes())
    maps = [loc.text or "" for loc in index.findall("s:sitemap/s:loc", MAP)]
    listed = set()
    for address in maps:
        file = placed_site.public / address.removeprefix(URL)
        listed |= {
            loc.text for loc in etree.fromstring(file.read_bytes()).findall("s:url/s:loc", MAP)
        }
    assert listed == {URL + page for page in pages}
    assert f"Sitemap: {URL}sitemap.xml" in (placed_site.public / "robots.txt").read_text()
    (first, _) = entries(placed_site.public / "feed.xml")
    assert first["link"] == f"{URL}2017H1/index.html"
    assert first["id"] == "tag:www.example.gov.cn,2017:taizhang/2017H1"


def test_without_an_address_none_is_made_up(real_site: Site) -> None:
    for path in real_site.pages():
        root = document(path)
        assert not root.xpath(
            "//link[@rel='canonical'] | //meta[@property='og:url'] | //*[@class='qr']"
        )
    assert not (real_site.public / "robots.txt").exists()


def things(path: Path) -> list[dict[str, Any]]:
    found = document(path).xpath("//script[@type='application/ld+json']")
    return [thing for script in found for thing in json.loads(script.text)]


def test_pages_say_what_they_are_about(placed_site: Site) -> None:
    (dataset,) = things(placed_site.public / "2017H1/index.html")
    assert dataset["@type"] == "Dataset" and dataset["temporalCoverage"] == "2017-01-01/2017-06-30"
    for file in dataset["distribution"]:
        assert (placed_site.public / file["contentUrl"].removeprefix(URL)).is_file()
    (body,) = things(placed_site.public / "2017H1/units/shuiwu.html")
    assert (body["@type"], body["name"]) == ("GovernmentOrganization", "市水务局")
    (catalogue,) = things(placed_site.public / "index.html")
    assert catalogue["@type"] == "DataCatalog" and catalogue["url"] == URL
    (plan,) = things(placed_site.public / "2014/index.html")
    assert plan["creator"]["@type"] == "GovernmentOrganization" and plan["datePublished"]


def test_hostile_titles_stay_inside_of_their_scripts_and_styles(tmp_path: Path) -> None:
    title = 'a"</style></script><img src=x>\\" } @import "x'
    root = write_site(tmp_path, snapshot="title: " + json.dumps(title) + "\nkind: report\n")
    site = build(root)
    for path in site.pages():
        assert not document(path).xpath("//img")
    assert things(site.public / "2020H1/index.html")[0]["name"] == title
    style = document(site.public / "2020H1/table.html").xpath("//head/style")[0].text
    assert re.sub(r"\\[0-9a-f]+ ", "", style).count('"') == 4


# The form as PDF


@pytest.fixture(scope="module")
def form(real_site: Site) -> bytes:
    if BROWSER is None:
        missing("没有 Chromium，见 make test 的提示 (no Chromium; see what make test says)")
    return (real_site.public / "2017H1/data/2017H1.pdf").read_bytes()


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def pages(form: bytes) -> list[tuple[float, float, str]]:
    """Each page's width, height and text."""
    with PdfDocument(form) as pdf:
        return [
            (*page.get_size(), squeezed(page.get_textpage().get_text_bounded())) for page in pdf
        ]


def test_the_form_is_printed_across_with_its_head_on_every_page(
    pages: list[tuple[float, float, str]],
) -> None:
    assert len(pages) > 20
    for number, (width, height, text) in enumerate(pages, start=1):
        assert (round(width), round(height)) == (842, 595)
        assert f"{number}/{len(pages)}" in text
        if number < len(pages) or "序号" in text:
            assert "序号年内具体目标任务进展情况存在问题" in text, number


def test_the_form_holds_every_task_as_text(
    pages: list[tuple[float, float, str]], real_site: Site
) -> None:
    tasks = json.loads((real_site.public / "2017H1/data/tasks.json").read_text("utf-8"))
    shown = "".join(text for _, _, text in pages)
    # Cells side by side are broken into lines, so the first words of each are looked for.
    for task in tasks:
        assert squeezed(task["goal"])[:8] in shown, task["id"]


def test_the_form_has_a_bookmark_for_every_unit(form: bytes, real_site: Site) -> None:
    outline = [title for _, title, *_ in PDFDocument(PDFParser(io.BytesIO(form))).get_outlines()]
    root = document(real_site.public / "2017H1/table.html")
    headings = [squeezed(h.text_content()) for h in root.xpath("//span[@role='heading']")]
    assert len(headings) > 40
    assert [squeezed(t) for t in outline if "责任单位" in t] == headings


def test_the_form_names_no_folder_of_this_machine(form: bytes, real_site: Site) -> None:
    assert b"file:" not in form and str(real_site.root).encode() not in form
