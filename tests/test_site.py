"""The built site: complete, in agreement with its own data, reproducible, loading nothing foreign."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import REPOSITORY, Site, build, copy_site, with_fonts, write_site
from demo_site import taizhang
from lxml import html

from generator.pages.charts import Bar, Mark, bar_chart, matrix_chart
from generator.publishing.build import build_site
from generator.publishing.links import check_links


def page(path: Path) -> Any:
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def text(element: Any) -> str:
    return re.sub(r"\s+", "", element.text_content())


def tasks_of(site: Site, snapshot: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(
        (site.public / snapshot / "data/tasks.json").read_text(encoding="utf-8")
    )
    return loaded


def test_every_task_stands_whole_at_its_address(real_site: Site) -> None:
    for snapshot in ("2017H1", "2014"):
        for task in tasks_of(real_site, snapshot):
            file, _, anchor = task["url"].partition("#")
            document = page(real_site.public / file)
            (heading,) = document.xpath(f"//h3[@id='{anchor}']")
            (block,) = document.xpath(f"//div[@class='task'][@data-no='{task['no']}']")
            assert heading.getnext() is not None
            shown = re.sub(r"\d|\W", "", text(block))
            for field in ("goal", "progress", "problems"):
                words = re.sub(r"\d|\W", "", task[field] or "")
                if not task["items"]:
                    assert words in shown, (task["id"], field)
            for name in task["partner_names"]:
                assert name in text(block)


def test_every_unit_page_counts_what_the_data_say(real_site: Site) -> None:
    tasks = tasks_of(real_site, "2017H1")
    units = {task["unit"] for task in tasks}
    folder = real_site.public / "2017H1/units"
    assert {path.stem for path in folder.glob("*.html")} == units
    for unit in units:
        mine = [task for task in tasks if task["unit"] == unit]
        document = page(folder / f"{unit}.html")
        assert len(document.xpath("//div[@class='task']")) == len(mine)
        opening = text(document.xpath("//main/p")[0])
        assert f"承担{len(mine)}项任务" in opening
        problems = sum(task["has_problem"] for task in mine)
        assert (f"其中{problems}项写明了存在问题" if problems else "都没有写明存在问题") in opening
        heads = {task["head"] for task in mine} - {None}
        assert all(head in opening for head in heads) and (heads or "责任人不明" in opening)
        rows = (real_site.public / f"2017H1/data/units/{unit}.csv").read_bytes()
        table = list(csv.DictReader(io.StringIO(rows.decode("utf-8-sig"), newline="")))
        assert [row["编号"] for row in table] == [task["id"] for task in mine]


def test_plan_units_lead_support_and_are_reached_as_the_data_say(real_site: Site) -> None:
    tasks = tasks_of(real_site, "2014")
    registry = real_site.ledger.registry
    for path in (real_site.public / "2014/units").glob("*.html"):
        unit = registry.by_id[path.stem]
        groups = {g.id for g in registry.units if g.is_group and unit in registry.members(g, 2014)}
        led = [t["no"] for t in tasks if t["unit"] == unit.id]
        supported = [t["no"] for t in tasks if unit.id in t["partners"]]
        reached = [
            t["no"] for t in tasks
            if groups & {t["unit"], *t["partners"]} and unit.id not in {t["unit"], *t["partners"]}
        ]  # fmt: skip
        document = page(path)
        numbers = [int(d.get("data-no")) for d in document.xpath("//div[@class='task']")]
        assert numbers == led
        for heading, expected in (("supports", supported), ("reached", reached)):
            listed = document.xpath(f"//h2[@id='{heading}']/following-sibling::ul[1]/li")
            assert [int(re.search(r"第(\d+)号", text(li))[1]) for li in listed] == expected  # type: ignore[index]
        opening = text(document.xpath("//main/p")[0])
        for verb, counted in (("牵头", led), ("配合", supported), ("以统称列入", reached)):
            assert (f"{verb}{len(counted)}项任务" in opening) is bool(counted)


def test_snapshot_pages_agree_with_the_data(real_site: Site) -> None:
    tasks = tasks_of(real_site, "2017H1")
    document = page(real_site.public / "2017H1/index.html")
    numbers = {
        text(d.find("dt")): int(text(d.xpath(".//strong")[0]))
        for d in document.xpath("//div[@class='number']")
    }
    assert numbers == {
        "任务": len(tasks),
        "责任单位": len({t["unit"] for t in tasks}),
        "列有存在问题的任务": sum(t["has_problem"] for t in tasks),
        "缺失序号": max(t["no"] for t in tasks) - len(tasks),
        **{
            name: sum(t["status"]["value"] == key for t in tasks)
            for key, name in {
                "behind": "▼落后序时进度",
                "on_schedule": "▲达到序时进度",
                "completed": "●已完成",
                "unquantified": "○未量化",
            }.items()
        },
    }
    tables = document.xpath("//table[contains(@class, 'data')][not(ancestor::details)]")
    (_, by_unit, by_kind) = tables
    rows = {
        text(r[0]).removesuffix("推断"): (int(text(r[3])), int(text(r[4])))
        for r in by_unit.xpath("./tbody/tr")
    }
    units = {t["unit_name"] for t in tasks}
    assert rows == {
        unit: (
            sum(t["unit_name"] == unit for t in tasks),
            sum(t["unit_name"] == unit and t["has_problem"] for t in tasks),
        )
        for unit in units
    }
    assert sum(int(text(r[2])) for r in by_kind.xpath("./tbody/tr")) == len(tasks)
    (stated,) = re.findall(r"由文件写明的(\d+)项，本站推断的(\d+)项，不明的(\d+)项", text(document))
    assert sum(map(int, stated)) == len(tasks)
    assert "16—22、68—75、79—81、180—191" in text(document)
    chart = document.xpath("//svg[@aria-labelledby='units-chart-title units-chart-desc']")[0]
    drawn = [text(t) for t in chart.xpath(".//text")]
    assert sorted(int(t.removesuffix("项")) for t in drawn if re.fullmatch(r"\d+项", t)) == sorted(
        n for n, _ in rows.values()
    )


@pytest.mark.parametrize(("snapshot", "total"), [("2017H1", 200), ("2014", 39)])
def test_lists_and_forms_hold_every_task(real_site: Site, snapshot: str, total: int) -> None:
    tasks = tasks_of(real_site, snapshot)
    assert len(tasks) == total
    for name in ("tasks", "table"):
        rows = page(real_site.public / snapshot / f"{name}.html").xpath(
            "//tbody/tr[td][not(@class='gap')]"
        )
        assert [int(text(row[0])) for row in rows] == [t["no"] for t in tasks]
        if name == "table" and snapshot == "2017H1":
            for row, task in zip(rows, tasks, strict=True):
                cells = [td.text_content().strip() for td in row.xpath("./td")]
                assert cells == [task["goal"], task["progress"] or "", task["problems"] or ""]
    archive = page(real_site.public / "archive.html")
    (row,) = archive.xpath(f"//tbody/tr[.//a[@href='{snapshot}/index.html']]")
    assert int(text(row[4])) == total


def test_gaps_in_the_numbering_stand_where_they_are(real_site: Site) -> None:
    for name in ("tasks", "table"):
        document = page(real_site.public / "2017H1" / f"{name}.html")
        gaps = document.xpath("//tr[@class='gap']")
        told = [re.search(r"第([\d—]+)号", text(gap))[1] for gap in gaps]  # type: ignore[index]
        assert told == ["16—22", "68—75", "79—81", "180—191"]
        after = [text(gap.xpath("following::tr[th[@scope='row']][1]/th")[0]) for gap in gaps]
        assert after == ["23", "76", "82", "192"]


def test_chapters_and_matrix_hold_every_duty(real_site: Site) -> None:
    tasks = tasks_of(real_site, "2014")
    document = page(real_site.public / "2014/chapters.html")
    assert len(document.xpath("//main//h2")) == 10 + 1
    (matrix,) = document.xpath("//table[@class='matrix']")
    rows = {text(r[0]): [text(c) for c in r.xpath("./td")] for r in matrix.xpath("./tbody/tr")}
    names = {n for t in tasks for n in (t["unit_name"], *t["partner_names"])}
    assert set(rows) == names and len(names) == 54
    for index, task in enumerate(tasks):
        column = {name: cells[index] for name, cells in rows.items() if cells[index]}
        assert column == {task["unit_name"]: "牵", **dict.fromkeys(task["partner_names"], "配")}
    for cells in rows.values():
        assert (int(cells[-2]), int(cells[-1])) == (cells.count("牵"), cells.count("配"))


def test_units_over_the_years_join_what_lineage_joins(real_site: Site) -> None:
    years = page(real_site.public / "units/gaoyao.html").xpath("//h2/@id")
    assert years == ["lineage", "s-2017H1", "s-2014"]
    assert "高要市政府" in text(page(real_site.public / "units/gaoyao.html"))
    assert page(real_site.public / "units/shuiwu.html").xpath("//h2/@id") == ["s-2017H1", "s-2014"]


def test_group_members_are_those_of_the_year(real_site: Site) -> None:
    registry = real_site.ledger.registry

    def members(group: str, year: int) -> set[str]:
        return {unit.name for unit in registry.members(registry.by_id[group], year)}

    assert len(members("ge-xian-shi-qu", 2014)) == len(members("ge-xian-shi-qu", 2017)) == 8
    assert members("ge-xian-shi-qu", 2014) ^ members("ge-xian-shi-qu", 2017) == {
        "高要市政府",
        "高要区政府",
    }
    assert members("ge-xian-shi", 2014) - members("ge-xian-shi", 2017) == {"高要市政府"}


def test_inferred_units_are_shown_as_inferred_and_without_a_head(real_site: Site) -> None:
    document = page(real_site.public / "2017H1/units/jingji-xinxihua.html")
    assert len(document.xpath("//details[contains(@class, 'inference')]")) == 19
    assert "责任人不明" in text(document) and "推断依据" in text(document)


def test_the_contract_of_tasks_json(real_site: Site) -> None:
    keys = {
        "id", "no", "unit", "unit_name", "unit_basis", "head", "partners", "partner_names",
        "section", "title", "deadline", "goal", "progress", "problems", "next_steps",
        "has_problem", "item_counts", "items", "url",
    }  # fmt: skip
    task = next(t for t in tasks_of(real_site, "2017H1") if t["no"] == 105)
    assert keys <= task.keys()
    assert task["id"] == "2017-105" and task["url"] == "2017H1/units/shuiwu.html#task-105"
    assert task["item_counts"] == {"goal": 2, "progress": 2, "problems": 0}
    assert [i["no"] for i in task["items"]] == [1, 2]
    assert task["has_problem"] is False and task["deadline"] is None


def test_tables_for_download_hold_the_same_tasks(real_site: Site) -> None:
    for snapshot in ("2017H1", "2014"):
        tasks = tasks_of(real_site, snapshot)
        data = (real_site.public / snapshot / "data/tasks.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        book = openpyxl.load_workbook(real_site.public / snapshot / "data/tasks.xlsx")
        sheet = [[cell or "" for cell in row] for row in book.active.iter_rows(values_only=True)]
        assert len(rows) == len(tasks) == len(sheet) - 1
        for task, row, line in zip(tasks, rows, sheet[1:], strict=True):
            assert (row["编号"], row["年内目标"], row["进展情况"]) == (
                task["id"],
                task["goal"],
                task["progress"] or "",
            )
            assert dict(zip(sheet[0], map(str, line), strict=True)) == row


def test_data_page_gives_the_right_sums(real_site: Site) -> None:
    document = page(real_site.public / "2017H1/data.html")
    for row in document.xpath("//table[1]/tbody/tr[.//a[@download]]"):
        path = real_site.public / "2017H1" / row.xpath(".//a/@href")[0]
        data = path.read_bytes()
        assert text(row[3]) == hashlib.sha256(data).hexdigest()


def test_pages_carry_what_government_pages_must(real_site: Site) -> None:
    for path in real_site.pages():
        if path.name == "404.html":
            continue
        document = page(path)
        assert document.get("lang") == "zh-CN"
        assert len(document.xpath("//h1")) == 1, path
        meta = {m.get("name"): m.get("content") for m in document.xpath("//meta[@name]")}
        assert meta["SiteName"] == "肇庆市政府重点工作台账"
        assert "SiteDomain" not in meta and "SiteIDCode" not in meta  # not set, so left out
        if "ArticleTitle" in meta:
            assert "ColumnName" not in meta
            assert meta.get("PubDate", "2014-07-09 00:00") == "2014-07-09 00:00"
        else:
            assert {
                "ColumnName",
                "ColumnDescription",
                "ColumnKeywords",
                "ColumnType",
            } <= meta.keys() or "about" in path.parts
        assert all(meta.values()), (path, meta)


def test_settings_appear_where_they_are_set(tmp_path: Path) -> None:
    root = write_site(tmp_path)
    settings = (root / "mkdocs.yml").read_text("utf-8")
    for key in ("site_domain", "site_id_code", "icp", "organiser"):
        settings = re.sub(rf'{key}: ""', f"{key}: '{key}-<值>'", settings)
    (root / "mkdocs.yml").write_text(settings, "utf-8")
    site = build(root)
    document = page(site.public / "index.html")
    meta = {m.get("name"): m.get("content") for m in document.xpath("//meta[@name]")}
    assert meta["SiteDomain"] == "site_domain-<值>" and meta["SiteIDCode"] == "site_id_code-<值>"
    assert "icp-<值>" in document.text_content() and "organiser-<值>" in document.text_content()


def test_drafts_and_withheld_texts_are_nowhere_in_the_public_tree(tmp_path: Path) -> None:
    secret = {"no": "2", "unit": "a", "head": "机密人", "goal": "机密目标", "progress": "机密进展",
              "problems": "机密问题", "note": "机密说明", "withheld": "涉及安全"}  # fmt: skip
    open_task = {"no": "1", "unit": "a", "head": "甲", "goal": "公开目标"}
    root = write_site(tmp_path, [open_task, secret])
    draft = "title: 草稿表\nkind: report\nstatus: draft\n"
    write_site(
        root,
        [{"no": "1", "unit": "a", "head": "稿", "goal": "草稿目标"}],
        snapshot=draft,
        name="2020H2",
    )
    site = build(root)
    for path in site.public.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".xlsx":
                archive = zipfile.ZipFile(path)
                data = b"".join(archive.read(name) for name in archive.namelist())
            assert "机密".encode() not in data and "草稿".encode() not in data, path
    assert [t["no"] for t in tasks_of(site, "2020H1")] == [1, 2]
    shown = text(page(site.public / "2020H1/index.html"))
    assert "共有2项任务" in shown and "暂不公开的1项" in shown
    assert "涉及安全" in text(page(site.public / "2020H1/units/withheld.html"))


def test_a_named_but_unregistered_unit_has_its_own_page(tmp_path: Path) -> None:
    tasks = [
        {"no": "1", "unit_text": "市丙局", "unit_basis": "stated", "head": "丙", "goal": "一"},
        {"no": "2", "unit_text": "市丁局", "unit_basis": "stated", "head": "丁", "goal": "二"},
        {"no": "3", "goal": "三"},
    ]
    site = build(write_site(tmp_path, tasks))
    names = [
        text(page(site.public / t["url"].partition("#")[0]).xpath("//h1")[0])
        for t in tasks_of(site, "2020H1")
    ]
    assert [name[:6] for name in names] == ["市丙局的任务", "市丁局的任务", "责任单位不明"]
    assert "由文件写明的2项，本站推断的0项，不明的1项" in text(
        page(site.public / "2020H1/index.html")
    )


def test_a_symlink_to_the_web_servers_folder_stays_one(tmp_path: Path) -> None:
    root = write_site(tmp_path / "city")
    (root / "site").mkdir()
    (tmp_path / "www").mkdir()
    (root / "site/public").symlink_to(tmp_path / "www")
    build(root)
    assert (root / "site/public").is_symlink() and (tmp_path / "www/index.html").is_file()


def test_no_ids_twice_and_tables_have_captions(real_site: Site) -> None:
    for path in real_site.pages():
        document = page(path)
        ids = document.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        for table in document.xpath("//main//table"):
            assert table.xpath("./caption") and table.xpath(".//th[@scope]"), path
        for chart in document.xpath("//svg"):
            assert chart.get("role") == "img"
            named = chart.get("aria-labelledby").split()
            assert [text(chart.xpath(f".//*[@id='{i}']")[0]) for i in named]


def test_links_and_loads_are_right_and_the_check_can_fail(real_site: Site, tmp_path: Path) -> None:
    assert list(check_links(real_site.public)) == []
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.html").write_text(
        "<p id=x></p><a href=b.html></a><a href='#y'></a><a href='#x'></a><a href='/c'></a>"
        "<a href=''></a>"
        "<a href=https://other.example/></a><img src=https://other.example/i.png>"
        "<script src='//other.example/s.js'></script><div style='background:url(http://o.example/b)'></div>"
    )
    (tree / "s.css").write_text(
        "@import 'https://other.example/x.css'; a{background:url(none.png)}"
    )
    found = [(f.code, dict(f.values)["target"]) for f in check_links(tree)]
    assert sorted(found) == sorted([
        ("link-broken", "b.html"), ("link-broken", "#y"), ("link-broken", "/c"),
        ("link-broken", ""), ("link-foreign", "https://other.example/i.png"),
        ("link-foreign", "//other.example/s.js"), ("link-foreign", "http://o.example/b"),
        ("link-foreign", "https://other.example/x.css"), ("link-broken", "none.png"),
    ])  # fmt: skip


def test_nothing_names_another_host_but_links_and_xml_names(real_site: Site) -> None:
    allowed = {
        "http://www.w3.org/2000/svg", "http://www.w3.org/2005/Atom", "https://schema.org",
    }  # fmt: skip
    for path in real_site.public.rglob("*"):
        if path.suffix in (".html", ".css", ".js", ".svg", ".json", ".csv", ".xml"):
            document = path.read_text(encoding="utf-8")
            assert set(re.findall(r"(?:https?:)//[^\s\"'<>]+", document)) <= allowed, path


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_content_gives_the_same_bytes(real_site: Site, tmp_path: Path) -> None:
    with with_fonts():
        again = build(copy_site(tmp_path))
    assert tree(again.public) == tree(real_site.public)
    # What the cache holds are the program's own objects, whose sets have no order.
    made, before = (
        {n: s for n, s in tree(root / "build").items() if not n.startswith("cache/")}
        for root in (again.root, real_site.root)
    )
    assert made == before


def test_building_again_leaves_nothing_behind(tmp_path: Path) -> None:
    root = write_site(tmp_path)
    build(root)
    shutil.move(root / "content/2020H1", root / "content/2021H1")
    site = build(root)
    assert not (site.public / "2020H1").exists() and (site.public / "2021H1/index.html").exists()
    assert not (root / "build/public/2020H1").exists()
    assert [p.name for p in (root / "site").iterdir()] == ["public"]


def test_a_failing_build_leaves_the_old_site_as_it_was(tmp_path: Path) -> None:
    root = write_site(tmp_path)
    site = build(root)
    before = tree(site.public)
    (root / "content/pages").mkdir()
    (root / "content/pages/index.md").write_text(
        "---\ntitle: 关于\n---\n[坏链接](nirgends.md)\n", "utf-8"
    )

    findings = build_site(root, lambda *_, **__: None)
    assert any("nirgends.md" in f.what() for f in findings)
    assert tree(site.public) == before
    assert [p.name for p in (root / "site").iterdir()] == ["public"]


def test_charts_are_real_text_in_the_themes_colours() -> None:
    bars = [Bar("市<甲>局", 3, "3项"), Bar("市乙局", 0, "0项")]
    chart = str(bar_chart("c", "标题", "说明", bars).drawing)
    assert chart == str(bar_chart("c", "标题", "说明", bars).drawing)
    (document, narrow) = html.fragment_fromstring(chart, create_parent="div").xpath("./svg")
    assert [t.text for t in narrow.xpath(".//text")] == [t.text for t in document.xpath(".//text")]
    assert [t.text for t in document.xpath(".//text")] == ["市<甲>局", "3项", "市乙局", "0项"]
    assert "var(--chart-1)" in chart and "#0000f" not in chart and "DejaVu" not in chart
    assert "<style" not in chart and "xmlns" not in chart and len(chart.encode()) < 2500
    matrix = str(
        matrix_chart(
            "m", "题", "说", ["甲", "乙"], ["1", "2"], [Mark(0, 0, True), Mark(1, 1, False)]
        ).drawing
    )
    ids = re.findall(r' id="([^"]+)"', matrix)
    assert set(re.findall(r"url\(#([^)]+)\)", matrix)) == {i for i in ids if i.endswith("-mark")}
    assert re.findall(r"chart-1\)\" d=\"(.*?)\"", matrix) == ["M28.5 25.5H39.5V36.5H28.5z"]
    assert re.findall(r"-mark\)\" d=\"(.*?)\"", matrix) == ["M52 49"]


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = str(bar_chart("c", "t", "d", [Bar("甲", 10, ""), Bar("乙", 5, "")]).drawing)
    for chart in html.fragment_fromstring(drawn, create_parent="div").xpath("./svg"):
        (bars,) = chart.xpath(".//path[contains(@style, 'chart-1')]/@d")
        ends = [[float(x) for x in re.findall(r"[MH]([\d.]+)", bar)] for bar in bars.split("z")]
        lengths = [max(xs) - min(xs) for xs in ends if xs]
        assert lengths == pytest.approx([2 * lengths[1], lengths[1]], abs=0.2)


def test_a_chart_holds_its_schedule_line_and_its_bars_however_long_the_labels() -> None:
    for bars in ([], [Bar("甲", 5, "5%")], [Bar("很长的单位名称" * 20, 5, "5%")]):
        drawn = str(bar_chart("c", "t", "d", bars, line=50).drawing)
        for chart in html.fragment_fromstring(drawn, create_parent="div").xpath("./svg"):
            width = float(chart.get("viewbox").split()[2])
            lines = chart.xpath(".//path[contains(@style, 'chart-2')]/@d")
            assert len(lines) == 1 if bars or "wide" in chart.get("class") else not lines
            places = [
                float(x) for d in chart.xpath(".//path/@d") for x in re.findall(r"[MH]([\d.-]+)", d)
            ]
            assert all(0 <= place <= width for place in places)


def test_no_chart_weighs_more_than_12_kilobytes(real_site: Site) -> None:
    drawn = [
        chart
        for path in real_site.pages()
        for chart in re.findall(r"<svg\b.*?</svg>", path.read_text("utf-8"), re.DOTALL)
    ]
    assert any("matrix-chart" in chart for chart in drawn)
    assert max(len(chart.encode()) for chart in drawn) <= 12 * 1024


def test_the_wheel_serves_another_city(tmp_path: Path) -> None:
    """A built wheel carries theme, templates and messages, and needs nothing of this checkout."""
    import os
    import subprocess
    import sys

    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=REPOSITORY, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    root = write_site(tmp_path / "city")
    (root / "themes").mkdir(exist_ok=True)
    run = subprocess.run(
        [sys.executable, "-P", "-c", "from generator.cli import main; main()", "build"],
        cwd=root, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed"), "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr + run.stdout
    assert "市甲局" in (root / "site/public/2020H1/units/a.html").read_text("utf-8")
    assert (root / "site/public/css/site.css").is_file()


def test_the_portals_pages_agree_with_the_data(real_site: Site) -> None:
    tasks = tasks_of(real_site, "2017H1")
    home = page(real_site.public / "index.html")
    numbers = {
        text(d.find("dt")): int(text(d.xpath(".//strong")[0]))
        for d in home.xpath("//div[@class='number']")
    }
    assert numbers["任务"] == len(tasks)
    assert numbers["列有存在问题的任务"] == sum(t["has_problem"] for t in tasks)
    assert numbers["▼落后序时进度"] == sum(t["status"]["value"] == "behind" for t in tasks)
    rows = home.xpath("//figure[contains(., '制约因素')]//table//tr")
    named = {o["class"] for t in tasks for o in t["obstacles"]}
    assert len(rows) == len(named)
    assert sum(int(text(r[1]).removesuffix("项")) for r in rows) == sum(
        len(t["obstacles"]) for t in tasks
    )
    units = page(real_site.public / "units/index.html").xpath("//ul[@class='columns']/li/a/@href")
    assert f"共{len(units)}个单位名称" in text(home)
    assert sorted(units) == sorted(
        p.name for p in (real_site.public / "units").glob("*.html") if p.stem != "index"
    )
    for snapshot, label in (("2017H1", "承担"), ("2014", "牵头")):
        tasks = tasks_of(real_site, snapshot)
        for unit in {t["unit"] for t in tasks}:
            document = page(real_site.public / f"units/{unit}.html")
            (heading,) = document.xpath(f"//h2[@id='s-{snapshot}']")
            number = sum(t["unit"] == unit for t in tasks)
            assert f"{label}{number}项" in text(heading.xpath("following-sibling::p[1]")[0])
    sources = text(page(real_site.public / "about/sources.html"))
    assert "共200项任务" in sources and "共39项任务" in sources and "共30个" in sources
    assert "第23—41号" in sources and "第82—88号" in sources


def test_a_return_not_in_yet_is_no_lost_page(tmp_path: Path) -> None:
    """Of several returns put together, a gap is somebody's who hasn't reported."""
    sources = "".join(
        f"- {{file: {n}.xlsx, sha256: {hashlib.sha256(n.encode()).hexdigest()}}}\n" for n in "ab"
    )
    rows = [{"no": n, "unit": "a", "goal": "目标。", "next_steps": "加快。"} for n in ("1", "5")]
    root = write_site(
        tmp_path, rows, snapshot=f"title: 落实情况表\nkind: report\nsources:\n{sources}"
    )
    for name in "ab":
        source = root / "content/2020H1/source" / f"{name}.xlsx"
        source.parent.mkdir(exist_ok=True)
        source.write_bytes(name.encode())
    site = build(root)
    for name in ("index", "tasks", "table"):
        shown = text(page(site.public / f"2020H1/{name}.html").xpath("//main")[0])
        assert "尚未" in shown and "缺页" not in shown, name
    assert "下一步措施加快。" in text(page(site.public / "2020H1/units/a.html").xpath("//main")[0])


def whole(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_what_is_taken_over_is_what_would_be_made(make_site: Callable[..., Path]) -> None:
    """After an edit, with and without what was kept of the build before: the same bytes."""
    root = make_site()
    (root / "content/pages").mkdir()
    written = root / "content/pages/method.md"
    written.write_text(
        "---\ntitle: 方法\n---\n\n见[关于](index.md)和[首页](../index.md)。\n", "utf-8"
    )
    build(root)
    before = whole(root / "site/public")
    make_site(tasks=[{"no": "1", "unit": "a", "head": "乙", "goal": "别的目标。"}])
    written.write_text("---\ntitle: 方法\n---\n\n新。见[首页](../index.md)。\n", "utf-8")
    build(root)
    warm = whole(root / "site/public")
    shutil.rmtree(root / "build")
    build(root)
    assert warm == whole(root / "site/public") != before
    assert b'href="../index.html"' in warm["about/method.html"]


@pytest.mark.parametrize("link", ["[关于](about.md)", "[关于][1]\n\n[1]: about.md"])
def test_a_link_to_a_page_that_comes_later_is_mended(
    make_site: Callable[..., Path], link: str
) -> None:
    root = make_site()
    (root / "content/pages").mkdir()
    written = root / "content/pages/method.md"
    written.write_text(f"---\ntitle: 方法\n---\n\n见{link}\n", "utf-8")
    result = taizhang("build", "--site", root)
    assert result.exit_code == 1 and "about.md" in result.output
    (root / "content/pages/about.md").write_text("---\ntitle: 关于\n---\n\n一。\n", "utf-8")
    build(root)
    written.write_text(f"---\ntitle: 方法\n---\n\n再见{link}\n", "utf-8")
    build(root)
    assert 'href="about.html"' in (root / "site/public/about/method.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["README", "rules"])
def test_a_page_whose_name_is_taken_is_refused(make_site: Callable[..., Path], name: str) -> None:
    root = make_site()
    (root / "content/pages").mkdir()
    (root / f"content/pages/{name}.md").write_text("---\ntitle: 甲\n---\n\n一。\n", "utf-8")
    result = taizhang("build", "--site", root)
    assert result.exit_code == 1 and f"content/pages/{name}.md" in result.output


def test_nothing_is_made_again_where_nothing_changed(make_site: Callable[..., Path]) -> None:
    root = make_site()
    assert taizhang("build", "--site", root).exit_code == 0
    first = (root / "site/public/MANIFEST").stat().st_mtime_ns
    assert "没有变化" in taizhang("build", "--site", root).output
    assert (root / "site/public/MANIFEST").stat().st_mtime_ns == first

    def add(path: str, text: str) -> None:
        file = root / path
        file.write_text((file.read_text("utf-8") if file.exists() else "") + text, "utf-8")

    # Each of these is a change: of the content, the settings, the tree itself, what is known.
    for path in ("content/2020H1/tasks.csv", "mkdocs.yml", "site/internal/index.html",
                 "site/internal/extra.txt", "build/internal.json"):  # fmt: skip
        add(path, "\n")
        if path.startswith("build"):
            add(path, "{")
        assert "没有变化" not in taizhang("build", "--site", root).output
        assert not (root / "site/internal/extra.txt").exists()
    assert "没有变化" in taizhang("build", "--site", root).output
