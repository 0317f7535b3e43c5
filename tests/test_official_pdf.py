"""The official form as PDF: what stands on it, exactly as written, and what happens without."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
import pytest
from conftest import REPOSITORY, Site, build, copy_site, missing, with_fonts, write_site
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from generator.findings import Severity
from generator.ledger.model import Edition
from generator.publishing.build import build_site
from generator.publishing.fingerprint import fingerprint, is_current
from generator.publishing.typst_run import (
    NoFontError,
    TypstFailedError,
    choose_fonts,
    font_files,
    typeset_pdf,
)

URL = "https://www.example.gov.cn/taizhang/"
SOURCE = (REPOSITORY / "generator/pages/official.typ").read_text("utf-8")
SHEET = {
    "title": "表", "author": "甲", "language": "zh", "masthead": [], "mark": "",
    "columns": ["序号", "任务", "内容", "责任单位"], "widths": [6, 20, 48, 26], "lines": [],
    "margin": "", "pages": "{page}/{pages}", "address": "", "citation": [], "imprint": [],
    "qr": "", "address-line": "",
}  # fmt: skip


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def texts(pdf: bytes) -> list[str]:
    """The text of each page, without room between."""
    document = pypdfium2.PdfDocument(pdf)
    found = [squeezed(page.get_textpage().get_text_bounded()) for page in document]
    document.close()
    return found


def bookmarks(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [mark.get_title() for mark in document.get_toc()]


@pytest.fixture(scope="module", autouse=True)
def fonts() -> Iterator[None]:
    with with_fonts():
        if not any(font_files()):
            missing("没有中文字体，见 make test 的提示 (no Chinese font; see what make test says)")
        yield


def sheet(**parts: Any) -> bytes:
    return typeset_pdf(SOURCE, json.dumps(SHEET | parts, ensure_ascii=False))


def note(text: str) -> dict[str, Any]:
    return {"role": "note", "cells": [text], "url": "", "parted": True}


# What stands on it


@pytest.fixture(scope="module")
def form(real_site: Site) -> bytes:
    return (real_site.public / "2017H1/data/2017H1.pdf").read_bytes()


def test_the_form_lies_across_with_its_head_on_every_page(form: bytes) -> None:
    with pdfplumber.open(io.BytesIO(form)) as pdf:
        assert len(pdf.pages) > 20
        for number, page in enumerate(pdf.pages, start=1):
            assert (round(page.width), round(page.height)) == (842, 595)
            text = squeezed(page.extract_text())
            assert f"第{number}页/共{len(pdf.pages)}页" in text
            if page is not pdf.pages[-1] or "序号" in text:
                assert "序号年内具体目标任务进展情况存在问题" in text, number


@pytest.mark.parametrize("snapshot", ["2017H1", "2014"])
def test_the_form_holds_every_word_of_the_word_form(real_site: Site, snapshot: str) -> None:
    """Found by searching: no room between Chinese and digits, no radical for a character."""
    import docx

    data = real_site.public / snapshot / "data"
    pages = texts((data / f"{snapshot}.pdf").read_bytes())
    # What stands at the edges of a page may come between two halves of a row.
    edge = re.compile(r"第\d+页/共\d+页")
    shown = "".join(edge.sub("", page) for page in pages)
    (table,) = docx.Document(str(data / f"{snapshot}.docx")).tables
    cells = {cell.text for row in table.rows for cell in row.cells}
    lost = [text for text in cells if squeezed(text) not in shown]
    assert len(lost) < len(cells) / 20
    # A row over two pages has each cell in two pieces.
    parts = [part for text in lost for part in re.split("[，。；、,;]", text)]
    assert sum(squeezed(part) not in shown for part in parts) <= 3 * (len(pages) - 1)


def test_no_line_begins_with_a_mark_that_ends_one(form: bytes) -> None:
    for page in pypdfium2.PdfDocument(form):
        for line in page.get_textpage().get_text_bounded().splitlines():
            assert not re.match("[，。、；：！？）》”％%]", line.strip()), line


def test_the_form_has_a_bookmark_for_every_unit(form: bytes, real_site: Site) -> None:
    root = html.parse(real_site.public / "2017H1/table.html")
    headings = [squeezed(h.text_content()) for h in root.xpath("//span[@role='heading']")]
    assert len(headings) > 40
    title, *units = map(squeezed, bookmarks(form))
    assert title == "2017年市政府重点工作落实情况表（上半年）"
    assert units == headings


def test_the_form_is_tagged_and_says_what_it_is(form: bytes) -> None:
    document = pypdfium2.PdfDocument(form)
    about = document.get_metadata_dict()
    assert about["Title"] == "2017年市政府重点工作落实情况表（上半年）"
    assert about["Author"] == "肇庆市政府重点工作台账"
    assert about["CreationDate"] == about["ModDate"] == ""
    assert document.is_tagged()
    with pdfplumber.open(io.BytesIO(form)) as pdf:
        assert pdf.doc.catalog["Lang"].lower() in (b"zh-cn", "zh-cn")
        assert b"<pdfuaid:part>1<" in pdf.doc.catalog["Metadata"].resolve().get_data()


def test_the_form_names_no_folder_of_this_machine(form: bytes, real_site: Site) -> None:
    assert b"file:" not in form and str(real_site.root).encode() not in form
    assert b"/fonts/" not in form


def test_what_the_page_has_around_the_form_is_on_paper_too(tmp_path: Path) -> None:
    root = copy_site(tmp_path)
    path = root / "mkdocs.yml"
    text = f"site_url: {URL}\n" + path.read_text("utf-8")
    for key, value in {
        "organiser": "肇庆市政府",
        "icp": "粤ICP备1号",
        "notice": "测试数据",
    }.items():
        text = text.replace(f'{key}: ""', f'{key}: "{value}"')
    path.write_text(text, "utf-8")
    data = (build(root).public / "2014/data/2014.pdf").read_bytes()
    pages = texts(data)
    for page in pages:
        assert "肇庆市人民政府·肇庆市政府重点工作台账" in page
        assert f"{URL}2014/table.html" in page
    assert "肇庆市政府重点工作台账测试数据实施珠三角规划纲要" in pages[0]
    sha256 = re.search("SHA-256：([0-9a-f]{64})", pages[-1])
    assert sha256 and "任务安排表（2014年）[DB/OL]" in pages[-1]
    assert "主办单位：肇庆市政府粤ICP备1号" in pages[-1]
    assert f"本页地址：{URL}2014/table.html" in pages[-1]
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        links = [link["uri"] for page in pdf.pages for link in page.hyperlinks]
    assert len(links) == 39 and all(link.startswith(f"{URL}2014/units/") for link in links)


# Exactly as it is written


@settings(max_examples=12)
@given(
    st.lists(
        st.text("abz019 #$*_`@<>=-+/\\\"'[](){}~^&|!?.:;%，。、“”《》（）甲乙行推\n", min_size=1),
        min_size=30, max_size=60,
    )
)  # fmt: skip
def test_any_text_is_shown_as_it_is(said: list[str]) -> None:
    pdf = sheet(lines=[note(f"【{text}】") for text in said])
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        shown = "".join(squeezed(page.extract_text()) for page in document.pages)
    for text in said:
        assert f"【{squeezed(text)}】" in shown


@settings(max_examples=8)
@given(st.lists(st.text(), min_size=30, max_size=60))
def test_no_text_whatever_stops_the_form(said: list[str]) -> None:
    lines = [
        line
        for text in said
        for line in (
            {"role": "heading", "cells": [text], "url": "", "parted": False},
            {"role": "task", "cells": ["1", text, text, text], "url": URL, "parted": False},
            note(text),
        )
    ]
    pdf = sheet(lines=lines, title=said[0], author=said[1], masthead=said[2:4], margin=said[4])
    assert pdf.startswith(b"%PDF")


def test_code_in_a_text_is_no_code() -> None:
    said = '#panic() #read("/etc/passwd") $ x $ #import "@preview/x:1.0.0" // */ @a <b> \\'
    pdf = sheet(title=said, lines=[note(said)], citation=[said], margin=said)
    assert squeezed("".join(texts(pdf))).count(squeezed(said)) == 4


def test_a_source_can_read_no_file() -> None:
    for path in ("/etc/passwd", "../../../etc/passwd", "official.typ", "/pyproject.toml"):
        with pytest.raises(TypstFailedError):
            typeset_pdf(f'#read("{path}")', "{}")


def test_a_word_without_end_stays_within_its_column() -> None:
    cells = ["1", "x" * 300, "https://" + "a/b" * 90, "y" * 90]
    line = {"role": "task", "cells": cells, "url": "", "parted": False}
    with pdfplumber.open(io.BytesIO(sheet(lines=[line]))) as pdf:
        (page,) = pdf.pages
        edge = max(c["x1"] for c in page.chars if c["text"] == "x")
        assert edge < min(c["x0"] for c in page.chars if c["text"] in "https:/ab")
        assert max(c["x1"] for c in page.chars) < page.width - 12 * 72 / 25.4


def test_a_form_longer_than_a_page_is_parted_where_it_may_be() -> None:
    parted = {"role": "task", "cells": ["1", "甲。" * 900, "", ""], "url": "", "parted": True}
    pages = texts(sheet(lines=[parted]))
    assert len(pages) > 1 and "".join(pages).count("甲") == 900


def test_a_heading_stays_with_what_follows() -> None:
    heading = {"role": "heading", "cells": ["责任单位：市甲局"], "url": "", "parted": False}
    for before in range(20, 32):
        pages = texts(sheet(lines=[*[note("注")] * before, heading, note("后")]))
        (page,) = (p for p in pages if "市甲局" in p)
        assert "后" in page, before


def test_two_processes_make_the_same_bytes() -> None:
    lines = [note("甲乙"), {"role": "heading", "cells": ["乙"], "url": "", "parted": False}]
    assert sheet(lines=lines) == sheet(lines=lines)


# Fonts, and doing without


@pytest.mark.parametrize(
    ("families", "body", "heading"),
    [
        (("Arial", "Microsoft YaHei", "NSimSun", "SimHei", "SimSun"), "SimSun", "SimHei"),
        (("PingFang SC", "Songti SC", "Times"), "Songti SC", "PingFang SC"),
        (("Noto Sans CJK SC", "Noto Serif CJK SC"), "Noto Serif CJK SC", "Noto Sans CJK SC"),
        (("DejaVu Sans", "WenQuanYi Zen Hei"), "WenQuanYi Zen Hei", "WenQuanYi Zen Hei"),
        (("SimSun",), "SimSun", "SimSun"),
    ],
)
def test_the_first_font_of_the_list_is_taken(
    families: tuple[str, ...], body: str, heading: str
) -> None:
    assert choose_fonts(families) == {"body": body, "heading": heading}


def test_fonts_without_chinese_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_fonts(("Arial", "DejaVu Sans")) is None
    import matplotlib

    monkeypatch.setenv("TAIZHANG_FONTS", str(Path(matplotlib.get_data_path()) / "fonts/ttf"))
    with pytest.raises(NoFontError):
        sheet()


def built(root: Path, edition: Edition = Edition.PUBLIC) -> list[str]:
    """Build; the codes of what was found, but notes that concern no PDF."""
    findings = build_site(root, lambda *_, **__: None, edition)
    return [f.code for f in findings if f.severity is not Severity.NOTE or "font" in f.code]


def offered(root: Path, edition: Edition = Edition.PUBLIC) -> list[str]:
    page = html.parse(root / f"site/{edition}/2020H1/data.html")
    return [str(name) for name in page.xpath("//a[@download]/text()")]


def test_without_a_chinese_font_all_but_the_pdf_is_made(
    make_site: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_site()
    write_site(root, name="2021H1")
    monkeypatch.setenv("TAIZHANG_FONTS", str(tmp_path))
    assert built(root) == ["no-font"]  # once, of two snapshots
    assert "2020H1.docx" in offered(root) and "2020H1.pdf" not in offered(root)
    assert is_current(root, Edition.PUBLIC)
    monkeypatch.delenv("TAIZHANG_FONTS")
    assert not is_current(root, Edition.PUBLIC)
    assert built(root) == []
    assert "2020H1.pdf" in offered(root)


def test_a_pdf_that_fails_is_told_and_costs_itself_alone(
    make_site: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.ttc").write_bytes(b"ttcf")
    monkeypatch.setenv("TAIZHANG_FONTS", str(tmp_path))
    root = make_site()
    assert built(root) == ["no-font"]
    monkeypatch.delenv("TAIZHANG_FONTS")

    def fails(*_: object, **__: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess([], 1, b"", "第一行\n坏了".encode())

    monkeypatch.setattr("generator.publishing.typst_run.subprocess.run", fails)
    assert built(root) == ["pdf-failed"]
    assert "2020H1.pdf" not in offered(root)
    assert not is_current(root, Edition.PUBLIC)


def test_a_site_may_do_without_pdf(
    make_site: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_site()
    settings_file = root / "mkdocs.yml"
    text = settings_file.read_text("utf-8")
    assert "\n  pdf: true " in text
    settings_file.write_text(text.replace("\n  pdf: true ", "\n  pdf: false "), "utf-8")
    assert built(root) == []
    assert "2020H1.pdf" not in offered(root)
    before = fingerprint(root, Edition.PUBLIC)
    monkeypatch.setenv("TAIZHANG_FONTS", "elsewhere")
    assert fingerprint(root, Edition.PUBLIC) == before  # no font concerns it


def test_the_internal_form_shows_what_the_internal_edition_does(
    make_site: Callable[..., Path],
) -> None:
    tasks = (
        {"no": "1", "unit": "a", "head": "甲", "goal": "目标一。"},
        {"no": "2", "unit": "a", "withheld": "涉及商业秘密"},
    )
    root = make_site(tasks=tasks)
    (root / "content/2020H1/internal.csv").write_text("no,goal\n2,秘密目标。\n", "utf-8")
    shown = {}
    for edition in Edition:
        assert built(root, edition) == []
        path = root / f"site/{edition}/2020H1/data/2020H1.pdf"
        shown[edition] = "".join(texts(path.read_bytes()))
    assert "秘密目标" not in shown[Edition.PUBLIC]
    assert "第2号：暂不公开。原因：涉及商业秘密" in shown[Edition.PUBLIC]
    assert "秘密目标" in shown[Edition.INTERNAL] and "内部资料" in shown[Edition.INTERNAL]


def test_typst_stays_out_of_the_build_s_own_process(make_site: Callable[..., Path]) -> None:
    """It keeps threads, and the workshop forks."""
    assert built(make_site()) == []
    assert "typst" not in sys.modules


def test_a_form_is_made_once(make_site: Callable[..., Path], monkeypatch: Any) -> None:
    root = make_site()
    assert built(root) == []

    def never(*_: object, **__: object) -> bytes:
        raise AssertionError("made again")

    monkeypatch.setattr("generator.publishing.press.typeset_pdf", never)
    assert built(root) == []
    assert "2020H1.pdf" in offered(root)
