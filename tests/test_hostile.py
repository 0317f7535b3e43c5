"""Text from documents is shown as text everywhere: in pages, charts, tables and data."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import markdown as python_markdown
import openpyxl
import pytest
from conftest import Site, build, write_site
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from generator.importing.cleaning import visible
from generator.pages.charts import Bar, bar_chart
from generator.pages.rendering import markdown

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</p></td></table><h1>x</h1>",
    "[x](javascript:alert(1))", "![x](https://other.example/x.png)", "<https://other.example>",
    "| a | b |", "# 标题", "> 引用", "- 列", "1. 项", "    代码", "```", "---", "===",
    "{{ 7*7 }}", "{% raw %}", "{: .x onclick=alert(1) }", "{#id}", "`code`", "*e* _u_ **s**",
    "&lt;b&gt; &amp; &#60;", "]]>", "<!-- x", "<?php", "<![CDATA[", "\\*", "a\\", "[ref]: http://x.y",
    "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "＝1+1", "javascript:alert(1)",
    "a\x00b\x1b[31m", "x\u202eevil\u202c", "\u2066iso\u2069", "\ufeffbom", "\u2028line", "\ufffe",
    "wzxhzdk:0", "\x02wzxhzdk:0\x03", "klzzwxh:0000", "$x_1$ 与 $y$", "https://other.example/a_b",
    'xlink:href xmlns="x"', "<svg onload=alert(1)>", "'\"><b>", "%00%3Cscript%3E", "😀𠮷", "<p>段</p>",
]  # fmt: skip


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def document(path: Path) -> Any:
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site in which every field of every file is hostile."""
    root = tmp_path_factory.mktemp("hostile")
    tasks = [
        {
            "no": str(n), "unit": f"u{n}", "unit_text": f"名{text}", "head": f"人{text}",
            "partners": "", "partners_text": f"伴{text.replace(';', '')}", "section": f"章{text}",
            "title": f"题{text}", "goal": f"{text}", "progress": f"1.{text}。2.进{text}",
            "problems": f"难{text}", "note": f"注{text}",
        }
        for n, text in enumerate(HOSTILE, start=1)
    ]  # fmt: skip
    units = [
        {"id": f"u{n}", "name": f"局{n}{text}", "kind": f"类{text}", "note": f"沿{text}"}
        for n, text in enumerate(HOSTILE, start=1)
    ]
    for name, kind in (("2020", "plan"), ("2020H1", "report")):
        texts = [visible(text) for text in HOSTILE]
        described = {
            "title": "表" + " ".join(texts[:8]), "kind": kind, "preamble": texts,
            "missing_parts": texts, "notes": texts,
            "disclosure": {"name": texts[0], "issuer": texts[4], "published_on": texts[3]},
        }  # fmt: skip
        write_site(root, tasks, units, json.dumps(described), name)
    return build(root)


def test_hostile_text_makes_no_elements(hostile_site: Site) -> None:
    for path in hostile_site.pages():
        page = document(path)
        sources = page.xpath("//script/@src")
        assert all(re.fullmatch(r"(\.\./)*js/\w+\.js", s) for s in sources), path
        (*things,) = page.xpath("//script[not(@src)]")
        for script in things:
            if "taizhangSettings" in script.text:
                continue
            assert script.get("type") == "application/ld+json"
            assert json.loads(script.text)[0]["@context"] == "https://schema.org"
        assert not page.xpath("//main//img | //iframe | //*[@onerror or @onclick or @onload]")
        for address in page.xpath("//@href | //@src | //@action"):
            assert not re.match(r"(?i)\s*(javascript|data:[^,]|https?):", address), (path, address)
        assert len(page.xpath("//h1")) == 1


def test_hostile_text_is_shown_as_it_is(hostile_site: Site) -> None:
    for snapshot in ("2020", "2020H1"):
        for n, raw in enumerate(HOSTILE, start=1):
            page = document(hostile_site.public / snapshot / f"units/u{n}.html")
            shown = squeeze(page.xpath("//main")[0].text_content())
            text = squeeze(visible(raw).strip())
            fields = ["注", "题"] + (["难"] if snapshot == "2020H1" else ["伴"])
            for field in fields:
                assert field + text.replace(";", "" if field == "伴" else ";") in shown, (
                    raw,
                    field,
                )
            assert text in shown
            assert f"局{n}{text}" in squeeze(page.xpath("//title")[0].text_content())
    table = squeeze(
        document(hostile_site.public / "2020H1/table.html").xpath("//main")[0].text_content()
    )
    overview = document(hostile_site.public / "2020H1/index.html")
    drawn = squeeze("".join(overview.xpath("//svg//text()")))
    for n, raw in enumerate(HOSTILE, start=1):
        text = squeeze(visible(raw).strip())
        assert f"难{text}" in table
        assert f"局{n}{text}" in drawn
        assert text in squeeze(overview.xpath("//main")[0].text_content())


def test_hostile_text_in_downloads(hostile_site: Site) -> None:
    data = hostile_site.public / "2020H1/data"
    tasks = json.loads((data / "tasks.json").read_text("utf-8"))
    rows = list(csv.reader(io.StringIO((data / "tasks.csv").read_text("utf-8-sig"), newline="")))
    book = openpyxl.load_workbook(data / "tasks.xlsx").active
    for n, raw in enumerate(HOSTILE):
        text = visible(raw).strip()
        assert tasks[n]["goal"] == text
        assert text in rows[n + 1] or "'" + text in rows[n + 1]
        assert not any(cell.startswith(tuple("=+-@\t\r＝＋－＠")) for cell in rows[n + 1])
        cells = book[n + 2]
        assert cells[9].value == text and all(cell.data_type != "f" for cell in cells)
        assert all(cell.hyperlink is None for cell in cells)
    script = (data.parent / "search/t0.js").read_text("utf-8")
    body = script.removeprefix('taizhangSearch.texts("2020H1",0,').removesuffix(");\n")
    assert HOSTILE[0] in [text for texts in json.loads(body) for text in texts]
    for path in hostile_site.public.rglob("*.xml"):
        etree.fromstring(path.read_bytes())


@given(st.text(max_size=120))
def test_any_text_survives_markdown(text: str) -> None:
    shown = visible(text).strip()
    for before, tag in (("# ", "h1"), ("", "p"), ("x ", "p")):
        source = before + str(markdown(shown)) + ("" if tag == "p" else " {: #i }")
        rendered = python_markdown.markdown(
            source, extensions=["attr_list", "tables", "toc", "fenced_code"]
        )
        if not shown and not before.strip(" #"):
            continue
        fragment = html.fragment_fromstring(rendered, create_parent="div")
        (element,) = fragment
        assert element.tag == tag
        assert not len(element), rendered
        assert squeeze(element.text_content()) == squeeze(before.strip(" #") + shown)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_survives_a_chart(label: str, title: str) -> None:
    label, title = visible(label), visible(title)
    drawn = str(bar_chart("c", title, title, [Bar(label, 1, "1项")]).drawing)
    charts = html.fragment_fromstring(drawn, create_parent="div").xpath("./svg")
    assert len(charts) == 2
    for chart in charts:
        assert squeeze("".join(chart.xpath("./title//text()"))) == squeeze(title)
        texts = [squeeze(t.text_content()) for t in chart.xpath(".//text")]
        assert [t for t in texts if t] == [t for t in (squeeze(label), "1项") if t]


@given(st.text(max_size=200))
def test_any_text_survives_the_ledger(text: str) -> None:
    from generator.ledger.content import TASK_COLUMNS, read_tasks
    from generator.ledger.tables import write_table

    row = {"no": "1", "goal": text}
    data = write_table(TASK_COLUMNS, [[row.get(c, "").replace("\r", " ") for c in TASK_COLUMNS]])
    try:
        data.decode()
    except UnicodeDecodeError:
        return
    (task,), _ = read_tasks("tasks.csv", data, 2020)
    assert squeeze(task.goal) == squeeze(visible(text).strip())
