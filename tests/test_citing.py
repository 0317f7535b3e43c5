"""Citing and following: feeds, structured data, sitemaps, addresses on paper, the printed form."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import Site, build, copy_site, write_site
from lxml import etree, html

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
