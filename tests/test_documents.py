"""Documents in the shapes in which offices send them: each is read as written beside it.

A new case is a function in documents/make.py and a file of expected rows.
"""

from __future__ import annotations

import io
import random
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import yaml
from click.testing import CliRunner
from conftest import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.cli import main
from generator.findings import Place, has_errors
from generator.importing import thinning
from generator.importing.apart import read_apart
from generator.importing.columns import read_mapping, unknown_headings
from generator.importing.document import Cell, Document, Reading, RefusedError, Row, TaskRecord
from generator.importing.number_format import displayed
from generator.importing.parties import names_in_cell, unit_and_head
from generator.importing.readers import read_document, read_tasks
from generator.importing.signature import signature
from generator.importing.status_table import read_status_table
from generator.ledger.content import read_content

DOCUMENTS = Path(__file__).parent / "documents"
NAMES = sorted(p.name.removesuffix(".yml") for p in DOCUMENTS.glob("*.yml"))


def bytes_of(name: str) -> bytes:
    return (DOCUMENTS / name).read_bytes()


def read(name: str, data: bytes, *settings: str) -> Reading:
    mapping, findings = read_mapping(settings)
    assert not findings
    return read_tasks(read_document(name, data), None, mapping)


def codes(reading: Reading) -> set[str]:
    return {found.code for found in reading.findings}


def stated(task: TaskRecord) -> dict[str, Any]:
    """What a task states, with its place in words."""
    values = {f.name: getattr(task, f.name) for f in fields(task) if f.name != "place"}
    filled = {k: list(v) if isinstance(v, tuple) else v for k, v in values.items() if v}
    return {"place": task.place.within("zh"), **filled}


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_read_as_expected(name: str) -> None:
    want = yaml.safe_load((DOCUMENTS / f"{name}.yml").read_text("utf-8"))
    reading = read(name, bytes_of(name))
    assert [stated(task) for task in reading.tasks] == want["tasks"]
    assert (reading.kind, reading.title) == (want["kind"], want["title"])
    found = [f"{f.code} {f.place.within('zh')}".strip() for f in reading.findings]
    assert found == want["findings"]
    for finding in reading.findings:
        assert finding.what("zh") and finding.mend("en") and finding.place.text("en")


def test_there_are_documents_in_every_format() -> None:
    assert len(NAMES) >= 20
    assert {Path(name).suffix for name in NAMES} == {
        ".csv", ".docx", ".html", ".pdf", ".txt", ".xls", ".xlsx",
    }  # fmt: skip


def test_the_documents_are_made_by_the_script() -> None:
    sys.path.insert(0, str(DOCUMENTS))
    import make

    made = make.documents()
    assert sorted(made) == NAMES
    for name in set(made) - {"old.xls"}:
        # Their rows, not their bytes: libraries of compression differ in these.
        again, kept = read_document(name, made[name]()), read_document(name, bytes_of(name))
        assert (again.rows, again.findings) == (kept.rows, kept.findings), name


# ---- import: --explain, --map


def run(tmp_path: Path, name: str, *arguments: str) -> tuple[int, str]:
    content = tmp_path / "content"
    if not content.exists():
        content.mkdir()
        shutil.copy(REPOSITORY / "content/units.csv", content)
    before = {p: p.read_bytes() for p in content.rglob("*") if p.is_file()}
    result = CliRunner().invoke(
        main, ["import", str(DOCUMENTS / name), "--site", str(tmp_path), *arguments]
    )
    if result.exit_code or "--explain" in arguments:
        assert before == {p: p.read_bytes() for p in content.rglob("*") if p.is_file()}
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def test_explain_shows_columns_and_sample_rows_and_writes_nothing(tmp_path: Path) -> None:
    code, output = run(tmp_path, "unknown-column.xlsx", "--explain")
    assert code == 1
    assert "Sheet1!B1  目标任务 → 目标任务" in output
    assert "Sheet1!E1  推动成效 → 未识别" in output
    assert "第 1 号  Sheet1 第2行" in output
    assert "--map “推动成效=" in output
    code, output = run(tmp_path, "formats.xlsx", "--explain", "--lang", "en")
    assert code == 0
    assert "全年任务目标(个) → goal (bare numbers get “个”)" in output
    assert "1-10月推进情况 → left out" in output


def test_a_workbook_comes_back_with_its_faults_in_its_cells(tmp_path: Path) -> None:
    target = tmp_path / "标注.xlsx"
    code, output = run(
        tmp_path, "unknown-column.xlsx", "--snapshot", "2020H1", "--annotate", str(target)
    )
    assert code == 1 and "标注.xlsx" in output
    sheet = openpyxl.load_workbook(target)["Sheet1"]
    assert "--map" in sheet["E1"].comment.text and sheet["B1"].comment is None
    assert sheet["E1"].fill.fgColor.rgb == "00FFC7CE"
    assert [c.value for c in sheet[2]] == [
        c.value for c in openpyxl.load_workbook(DOCUMENTS / "unknown-column.xlsx")["Sheet1"][2]
    ]
    assert run(tmp_path, "unknown-column.xlsx", "--explain", "--annotate", str(target))[0] == 1
    assert (
        run(tmp_path, "outline.docx", "--explain", "--annotate", str(tmp_path / "x.xlsx"))[0] == 1
    )


def test_map_settles_what_was_not_recognised(tmp_path: Path) -> None:
    settings = ("--map", "推动成效=进展情况", "--map", "督办文号=忽略")
    code, output = run(tmp_path, "unknown-column.xlsx", "--snapshot", "2020H1", *settings)
    assert code == 0, output
    assert "占年度任务的62.5%" in (tmp_path / "content/2020H1/tasks.csv").read_text("utf-8")


def test_map_is_checked(tmp_path: Path) -> None:
    code, output = run(tmp_path, "unknown-column.xlsx", "--explain", "--map", "督办文号=文号")
    assert code == 1
    assert "下一步措施" in output


def test_a_heading_that_stands_nowhere_is_told_with_the_nearest(tmp_path: Path) -> None:
    settings = ("--map", "推动成校=进展情况", "--map", "督办号=忽略", "--map", "督办文号=没有")
    code, output = run(tmp_path, "unknown-column.xlsx", "--snapshot", "2020H1", *settings)
    assert code == 1 and not (tmp_path / "content/2020H1").exists()
    assert "没有“推动成校”这个表头，最接近的是“推动成效”" in output
    assert "没有“督办号”这个表头，最接近的是“督办文号”" in output
    assert "没有这个字段" in output  # of --map 督办文号=没有
    assert "--map “推动成效=进展情况”" in output


def test_a_heading_of_several_levels_is_known_by_each_of_its_names(tmp_path: Path) -> None:
    reading = read("two-levels.xlsx", bytes_of("two-levels.xlsx"))
    (heading,) = [c.heading for c in reading.columns if "／" in c.heading][:1]
    for name in (heading, heading.replace("／", ""), heading.split("／")[-1]):
        assert "map-heading" not in run(
            tmp_path, "two-levels.xlsx", "--explain", "--map", f"{name}=忽略"
        )[1]  # fmt: skip
        document = read_document("two-levels.xlsx", bytes_of("two-levels.xlsx"))
        assert unknown_headings([f"{name}=忽略"], [(document, reading)]) == ()


UNHEADED = "2020年重点工作\n次序号,要办的事,进展情况,谁办\n1,修路一百公里。,已完工。,市甲局\n2,建桥。,在建。,市乙局\n"


def test_where_no_heading_is_recognised_the_likest_row_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    path.write_text(UNHEADED, "utf-8")
    code, output = run(tmp_path, str(path), "--explain")
    assert code == 1 and "没有认出表头" in output
    assert "次序号 → 未识别" in output and "进展情况 → 进展情况" in output
    assert "第2行" in output
    (line,) = [line for line in output.splitlines() if line.startswith("用 --map")]
    settings = re.findall("--map “(.+?)”", line)
    assert settings == ["次序号=序号", "要办的事=目标任务"]
    arguments = [a for s in [*settings, "谁办=责任单位"] for a in ("--map", s)]
    code, output = run(tmp_path, str(path), "--explain", *arguments)
    assert code == 0 and "共 2 项任务" in output
    assert "No heading row" in run(tmp_path, str(path), "--explain", "--lang", "en")[1]


@pytest.mark.parametrize("heading", ["1-10月推进情况", "１—１０月 推进情况"])
def test_map_chooses_another_period(heading: str) -> None:
    heading = "1-10月推进情况"
    reading = read("formats.xlsx", bytes_of("formats.xlsx"), f"{heading}=progress")
    assert [task.progress for task in reading.tasks] == ["开工21个", "开工1座", "封顶"]
    assert "period-chosen" in codes(reading)


@pytest.mark.parametrize(
    ("settings", "progress", "rate"), [((), "乙", ""), (("1-10月进展=进展情况",), "甲", "10%")]
)
def test_a_rate_of_another_period_is_not_set_beside_progress(
    settings: tuple[str, ...], progress: str, rate: str
) -> None:
    text = "序号,目标任务,1-10月进展,1-10月完成率,1-11月进展\n1,目标,甲,10%,乙\n"
    (task,) = read("x.csv", text.encode(), *settings).tasks
    assert (task.progress, task.reported_rate) == (progress, rate)


def test_rate_and_status_as_reported_come_into_the_ledger(tmp_path: Path) -> None:
    code, output = run(tmp_path, "formats.xlsx", "--snapshot", "2020H2")
    assert code == 0, output
    text = (tmp_path / "content/2020H2/tasks.csv").read_text("utf-8")
    assert ",64%,是," in text and ",104.5%,是," in text


@pytest.mark.parametrize("name", NAMES)
def test_what_is_imported_reads_back_from_content(tmp_path: Path, name: str) -> None:
    reading = read(name, bytes_of(name))
    snapshot = "2020" if reading.kind == "plan" else "2020H1"
    code, output = run(tmp_path, name, "--snapshot", snapshot)
    assert code == has_errors(reading.findings), output
    if code == 0:
        content = read_content(tmp_path)
        assert not has_errors(content.findings)
        (stored,) = content.ledger.snapshots
        for task, stated in zip(stored.tasks, reading.tasks, strict=True):
            for field in ("no", "goal", "progress", "problems", "reported_rate", "deadline"):
                assert getattr(task, field) == getattr(stated, field)
        before = (tmp_path / "content" / snapshot / "tasks.csv").read_bytes()
        assert run(tmp_path, name, "--snapshot", snapshot)[0] == 0
        assert (tmp_path / "content" / snapshot / "tasks.csv").read_bytes() == before


# ---- recognising columns


def table(*rows: str, number: int = 1) -> Document:
    """A table of a document; ``|`` parts its cells, ``<`` and ``^`` continue a merged one."""
    made: list[Row] = []
    for line, text in enumerate(rows, start=1):
        cells: list[Cell] = []
        for column, word in enumerate(text.split("|")):
            place = Place("x", line, str(column + 1), table=number)
            if word == "<":
                cells.append(Cell(cells[-1].text, cells[-1].place, True))
            elif word == "^":
                above = made[-1].cells[column]
                cells.append(Cell(above.text, above.place, True))
            else:
                cells.append(Cell(word, place))
        made.append(Row(tuple(cells), Place("x", line, table=number), number))
    return Document("x", b"", "", tuple(made))


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("完 成\n情 况", "progress"),
        ("截至6月底进展情况", "progress"),
        ("2020年上半年工作进展", "progress"),
        ("实际完成(个)", "progress"),
        ("完成率（％）", "reported_rate"),
        ("占全年计划", "reported_rate"),
        ("是否达序", "reported_status"),
        ("存在问题及困难：", "problems"),
        ("下一步工作打算", "next_steps"),
        ("分管市领导", "leader"),
        ("完成时限", "deadline"),
        ("大类", "section"),
        ("备注", "remarks"),
    ],
)
def test_a_heading_is_known_by_its_words(heading: str, field: str) -> None:
    reading = read_status_table(table(f"序号|目标任务|{heading}", "1|目标|内容"), {})
    assert getattr(reading.tasks[0], field) == "内容"
    assert "heading-column" not in codes(reading)


@pytest.mark.parametrize("heading", ["责任单位（配合）", "目标任务（不超过200字）", "督办文号"])
def test_a_heading_that_says_more_is_not_guessed(heading: str) -> None:
    reading = read_status_table(table(f"序号|目标任务|{heading}", "1|目标|内容"), {})
    assert reading.tasks[0].unit == ""
    if "配合" not in heading:
        assert codes(reading) & {"heading-column"}


def test_two_columns_for_one_field_are_refused() -> None:
    reading = read_status_table(table("序号|目标任务|进展情况|完成情况", "1|目标|甲|乙"), {})
    assert "column-ambiguous" in codes(reading)


def test_a_measure_is_added_to_bare_numbers_only() -> None:
    rows = ("序号|全年任务目标(个)|完成率(%)", "1|12|53.1", "2|12个以上|53.1%", "3||—")
    tasks = read_status_table(table(*rows), {}).tasks
    assert [(t.goal, t.reported_rate) for t in tasks] == [
        ("12个", "53.1%"), ("12个以上", "53.1%"), ("", "—"),
    ]  # fmt: skip


def test_a_row_below_a_heading_is_no_second_level() -> None:
    rows = ("序号|目标任务|责任单位|进展情况", "|合计|2家|3", "1|目标|市甲局|进展")
    assert len(read_status_table(table(*rows), {}).tasks) == 1


def test_a_category_stands_in_a_row_or_in_its_first_cells() -> None:
    rows = ("序号|目标任务|责任单位", "一、水利|<|<", "1|甲|市甲局", "二|交通||", "2|乙|市甲局")
    tasks = read_status_table(table(*rows), {}).tasks
    assert [t.section for t in tasks] == ["一、水利", "二、交通"]


def test_a_merged_row_that_names_a_body_is_no_category() -> None:
    rows = (
        "序号|目标任务|进展情况",
        "责任单位：市甲局|<|<",
        "1|甲|无",
        "二、市乙局|<|<",
        "2|乙|无",
    )
    tasks = read_status_table(table(*rows), {}).tasks
    assert [t.unit for t in tasks] == ["市甲局", ""]


def test_a_sub_row_with_another_unit_is_refused() -> None:
    rows = ("序号|目标任务|责任单位|进展情况", "1|甲|市甲局|无", "^|乙|市乙局|无")
    reading = read_status_table(table(*rows), {})
    assert "sub-row-unclear" in codes(reading)


def test_a_table_without_numbers_is_told_as_such() -> None:
    reading = read_tasks(table("工作任务|责任单位|进展情况", "目标|市甲局|进展"), None)
    assert [f.code for f in reading.findings] == ["number-column-missing"]


def test_numbers_that_start_anew_in_each_part_are_counted_through() -> None:
    rows = (
        "序号|目标任务|责任单位",
        "一、水利|<|<",
        "1|甲|市甲局",
        "2|乙|市甲局",
        "二、交通|<|<",
        "1|丙|市甲局",
    )
    reading = read_status_table(table(*rows), {})
    assert [task.no for task in reading.tasks] == [1, 2, 3]
    assert codes(reading) == {"items-counted"}


def test_who_filled_in_the_form_is_no_unit() -> None:
    text = "序号\t目标任务\n责任单位：市甲局\n1\t甲\n填报单位：市乙局\n2\t乙\n"
    assert [t.unit for t in read("x.txt", text.encode()).tasks] == ["市甲局", "市甲局"]


def test_a_heading_may_name_the_head_in_brackets() -> None:
    text = "序号\t目标任务\n一、市甲局（责任人：张三）\n1\t甲\n"
    assert [(t.unit, t.head) for t in read("x.txt", text.encode()).tasks] == [("市甲局", "张三")]


def test_an_item_may_state_its_units_and_deadline_on_lines_of_their_own() -> None:
    text = "要点\n一、水利\n（一）章内分节\n1.甲任务。\n牵头单位：市甲局；责任单位：市乙局\n完成时限：12月底\n2.乙任务。（市丙局负责）\n"
    first, second = read("x.txt", text.encode()).tasks
    assert (first.unit, first.partners, first.deadline) == ("市甲局", ("市乙局",), "12月底")
    assert first.section == "一、水利 （一）章内分节"
    assert (first.goal, second.goal, second.unit) == ("甲任务。", "乙任务。", "市丙局")


def test_a_prose_report_may_label_its_goal() -> None:
    text = "汇报\n1. 水库\n目标任务：加固。\n工作进展：已完成。\n"
    (task,) = read("x.txt", text.encode()).tasks
    assert (task.title, task.goal, task.progress) == ("水库", "加固。", "已完成。")


def test_a_unit_is_not_carried_to_another_sheet() -> None:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("二")
    first.append(("责任单位：市甲局",))
    for sheet, number in ((first, 1), (second, 2)):
        sheet.append(("序号", "目标任务"))
        sheet.append((number, "目标"))
    stream = io.BytesIO()
    book.save(stream)
    assert [t.unit for t in read("x.xlsx", stream.getvalue()).tasks] == ["市甲局", ""]


@pytest.mark.parametrize(
    ("text", "unit", "head"),
    [
        ("市住建局 张三", "市住建局", "张三"),
        ("市住建局（张三）", "市住建局", "张三"),
        ("市住建局\n欧阳明月", "市住建局", "欧阳明月"),
        ("市住建局（牵头）", "市住建局（牵头）", ""),
        ("市住建局 市交通局", "市住建局 市交通局", ""),
        ("市住建局张三", "市住建局张三", ""),
        ("张三 李四", "张三 李四", ""),
    ],
)
def test_a_body_and_its_head_in_one_cell(text: str, unit: str, head: str) -> None:
    assert unit_and_head(text) == (unit, head)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("市水务局、市财政局；\n青石镇政府", ("市水务局", "市财政局", "青石镇政府")),
        ("市水务局\n市财政局", ("市水务局", "市财政局")),
        ("市住房城\n乡建设局", ("市住房城乡建设局",)),
        ("各县（市、区）政府", ("各县（市、区）政府",)),
        ("市甲局\n（配合）\n市乙局（牵头）", ("市乙局", "市甲局")),
        ("牵头单位：市甲局\n配合单位：市乙局、市丙局", ("市甲局", "市乙局", "市丙局")),
        ("", ()),
    ],
)
def test_bodies_in_a_cell(text: str, names: tuple[str, ...]) -> None:
    assert names_in_cell(text)[0] == names


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.31, "0%", "31%"),
        (0.3125, "0.0%", "31.3%"),
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (-5, "0.0;(0.0)", "(5.0)"),
        (-5.25, "0.0", "-5.3"),
        (12, '0"个"', "12个"),
        (1.5, "0.##", "1.5"),
        (1e20, "General", "100000000000000000000"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        ("３．５", "0", "３．５"),
    ],
)
def test_a_number_reads_as_its_cell_shows_it(value: object, code: str, shown: str) -> None:
    assert displayed(value, code) == shown


@given(st.floats(), st.text(alphabet='#0,.%;"[]_\\-/年月日ymdhs@GE+ ', max_size=12))
def test_no_number_format_breaks(value: float, code: str) -> None:
    assert isinstance(displayed(value, code), str)


# ---- files that mustn't or can't be read


def zipped(*members: tuple[str, bytes], level: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", level) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def replaced(name: str, part: str, change: Any) -> bytes:
    """A fixture document with one part changed (added where it has none)."""
    with zipfile.ZipFile(io.BytesIO(bytes_of(name))) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    members[part] = change(members.get(part, b""))
    return zipped(*members.items())


def declared(part: bytes) -> bytes:
    head, _, rest = part.partition(b"?>")
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    return head + b"?>" + bomb + rest.replace("公里".encode(), b"&b;&c;", 1)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BOMB = b"<w:document>" + b" " * (40 * 1024 * 1024)
LOCKED_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2/O<"
    + b"41" * 32
    + b">/U<"
    + b"42" * 32
    + b">/P -4>>/ID[<00><00>]>>\nstartxref\n0\n%%EOF"
)


def hostile() -> Iterator[tuple[str, bytes, str]]:
    yield "空.docx", b"", "document-empty"
    yield "空.xlsx", b"", "document-empty"
    yield "锁.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "document-locked"
    yield "锁.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "document-locked"
    yield "锁.pdf", LOCKED_PDF, "document-locked"
    yield "旧.doc", OLE + "WordDocument".encode("utf-16-le"), "doc-without-converter"
    yield "坏.xls", OLE + "Workbook".encode("utf-16-le"), "document-damaged"
    yield "坏.pdf", b"%PDF-1.7\n" + bytes(range(256)), "document-damaged"
    yield "坏.docx", bytes_of("outline.docx")[:9000], "document-damaged"
    yield "坏.xlsx", bytes_of("formats.xlsx")[:3000], "document-damaged"
    yield "弹.docx", zipped(("word/document.xml", BOMB)), "document-bomb"
    yield (
        "弹.xlsx",
        zipped(("xl/workbook.xml", b"<a/>"), ("xl/worksheets/sheet1.xml", BOMB)),
        "document-bomb",
    )
    yield "实体.docx", replaced("outline.docx", "word/document.xml", declared), "document-entities"
    yield (
        "实体.xlsx",
        replaced("formats.xlsx", "xl/worksheets/sheet1.xml", declared),
        "document-entities",
    )
    yield (
        "大.xlsx",
        replaced(
            "formats.xlsx",
            "xl/worksheets/sheet1.xml",
            lambda x: x.replace(b'r="A3"', b'r="XFD1048576"'),
        ),
        "table-too-large",
    )
    yield "大.html", b"<html><table><tr><td colspan=99999>x</td></tr></table>", "table-too-large"
    yield "大.csv", b"a," * 3_000_000, "table-too-large"
    yield "大.txt", b"\n" * 30_000 + b"x", "document-too-long"
    yield (
        "归档.xls",
        b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>",
        "document-format",
    )
    yield "图.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "document-format"
    yield "包.zip", zipped(("a.txt", b"x")), "document-format"
    yield "演示.pptx", zipped(("ppt/presentation.xml", b"<a/>")), "document-format"
    yield (
        "表.xml",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "document-format",
    )


@pytest.mark.parametrize(
    ("name", "data", "code"), list(hostile()), ids=lambda x: x if isinstance(x, str) else ""
)
def test_a_file_that_cannot_be_read_gives_one_message_and_writes_nothing(
    tmp_path: Path, name: str, data: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    document = read_document(name, data)
    assert [f.code for f in document.findings if f.severity == "error"] == [code]
    assert not document.rows
    (tmp_path / name).write_bytes(data)
    exit_code, output = run(tmp_path, str(tmp_path / name), "--snapshot", "2020H1")
    assert exit_code == 1
    assert document.findings[0].what() in output
    assert not (tmp_path / "content/2020H1").exists()


@pytest.mark.parametrize(
    ("name", "as_named", "told"),
    [
        ("exported.xls", "exported.html", set()),
        ("two-levels.xlsx", "two-levels.xls", {"format-differs"}),
        ("old.xls", "old.xlsx", {"format-differs"}),
        ("outline.docx", "outline.doc", {"format-differs"}),
        ("page.html", "page.docx", {"format-differs"}),
        ("full-width.txt", "full-width.xls", {"format-differs"}),
        ("outline.docx", "outline", {"format-differs"}),
        ("two-levels.xlsx", "two-levels.xlsm", set()),
    ],
)
def test_a_file_is_read_as_what_it_is(name: str, as_named: str, told: set[str]) -> None:
    right, wrong = read(name, bytes_of(name)), read(as_named, bytes_of(name))
    assert [t.goal for t in wrong.tasks] == [t.goal for t in right.tasks]
    assert (codes(wrong) - codes(right)) == told


def test_macros_are_not_run_and_links_are_not_followed() -> None:
    relations = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://x/attachedTemplate" Target="http://192.0.2.1/a.dotm" TargetMode="External"/></Relationships>'
    data = replaced("outline.docx", "word/_rels/settings.xml.rels", lambda _: relations)
    assert "external-link" in codes(read("x.docx", data))
    data = replaced("formats.xlsx", "xl/vbaProject.bin", lambda _: b"macro")
    reading = read("x.xlsm", data)
    assert len(reading.tasks) == 3 and "macros-left-out" in codes(reading)


def test_old_word_files_go_through_libreoffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text(
        f'#!/bin/sh\nfor a; do l="$a"; [ "$p" = --outdir ] && o="$a"; p="$a"; done\nmkdir -p "$o"; cp "{DOCUMENTS}/outline.docx" "$o/document.docx"\n'
    )
    program.chmod(0o755)
    data = OLE + "WordDocument".encode("utf-16-le")
    monkeypatch.setattr(shutil, "which", lambda _: str(program))
    assert len(read("旧.doc", data).tasks) == 3
    program.write_text("#!/bin/sh\nexit 1\n")
    assert codes(read("旧.doc", data)) == {"doc-not-converted"}


OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def resaved(name: str, ending: str, folder: Path) -> bytes:
    """A document as LibreOffice saves it in an old format."""
    subprocess.run(
        [str(OFFICE), "--headless", "--norestore", f"-env:UserInstallation={folder.as_uri()}/it",
         "--convert-to", ending, "--outdir", str(folder), str(DOCUMENTS / name)],
        check=True, capture_output=True,
    )  # fmt: skip
    return (folder / name).with_suffix(f".{ending}").read_bytes()


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice isn't installed")
@pytest.mark.parametrize("ending", ["doc", "rtf"])
def test_an_old_word_file_says_what_the_new_one_says(tmp_path: Path, ending: str) -> None:
    data = resaved("unit-headings.docx", ending, tmp_path)
    old, new = read(f"旧.{ending}", data), read("新.docx", bytes_of("unit-headings.docx"))
    assert (old.title, old.kind) == (new.title, new.kind)
    assert [replace(t, place=Place("")) for t in old.tasks] == [
        replace(t, place=Place("")) for t in new.tasks
    ]
    document = read_document(f"旧.{ending}", data)
    assert document.data == data


def test_a_table_that_the_conversion_lost_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text(
        f'#!/bin/sh\nfor a; do [ "$p" = --outdir ] && o="$a"; p="$a"; done\nmkdir -p "$o"; cp "{DOCUMENTS}/outline.docx" "$o/document.docx"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(program))
    rows = "序号\x07目标\x07\x071\x07修路。\x07\x07".encode("utf-16-le")
    data = OLE + "WordDocument".encode("utf-16-le") + rows
    assert codes(read("旧.doc", data)) == {"doc-tables-lost"}


def test_a_reader_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(RefusedError, match="reading-too-slow"):
        read_apart(_never, "x.pdf", b"", seconds=0.2)


def _never(name: str, data: bytes) -> Document:
    while True:
        pass


def test_a_pdf_without_text_is_told() -> None:
    page = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    assert codes(read("扫描.pdf", page)) == {"pdf-without-text"}


# ---- mutated files


def mutated(data: bytes, seed: int) -> bytes:
    """The same bytes with some changed, cut out or doubled; in a zip, those of one part."""
    chance = random.Random(seed)
    if data.startswith(b"PK") and chance.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {n: archive.read(n) for n in archive.namelist()}
        part = chance.choice([n for n in members if n.endswith(".xml")])
        members[part] = mutated(members[part], seed)
        return zipped(*members.items())
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randrange(40)]
            case 2:
                changed[at:at] = changed[at : at + chance.randrange(200)]
            case _:
                changed[at : at + 4] = struct.pack(
                    "<I", chance.choice([0, 1, 2**16, 2**31, 2**32 - 1])
                )
        if not changed:
            return b"x"
    return bytes(changed)


FUZZED = [n for n in NAMES if n.endswith((".docx", ".xlsx", ".xls", ".html", ".csv", ".txt"))]


@settings(max_examples=150)
@given(st.sampled_from(FUZZED), st.integers(0, 2**32))
def test_no_mutation_breaks_a_reader(name: str, seed: int) -> None:
    reading = read(name, mutated(bytes_of(name), seed))
    assert reading.tasks or has_errors(reading.findings)
    for finding in reading.findings:
        assert finding.what() and finding.place.text("zh")


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_no_mutation_of_a_pdf_escapes_its_process(seed: int) -> None:
    """What pdfminer raises is caught where the PDF is read, in readers._read."""
    from generator.importing.readers import _read_pdf

    document = _read_pdf("x.pdf", mutated(bytes_of("split-row.pdf"), seed))
    assert document.rows or has_errors(document.findings)


@given(
    st.binary(max_size=400),
    st.sampled_from([".docx", ".xlsx", ".xls", ".html", ".csv", ".doc", ".et"]),
)
def test_no_bytes_break_a_format(data: bytes, suffix: str) -> None:
    read(f"x{suffix}", data)


@given(st.binary(max_size=64))
def test_every_file_has_a_signature(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", OLE, b"<html", b"%PDF-"):
        assert isinstance(signature(start + data), str)


# ---- workbooks of more cells than a table has


def sheet_of(rows: Iterator[tuple[int, object]]) -> bytes:
    """A workbook with the heading of a table and one cell in each row; None for a mere border."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet, border = book.add_worksheet("表"), book.add_format({"border": 1})
        sheet.write_row(0, 0, ["序号", "目标任务"])
        sheet.write_row(1, 0, [1, "修路。"])
        for row, value in rows:
            sheet.write(row, 0, value, border)
    return stream.getvalue()


def test_a_workbook_too_large_is_refused_before_it_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def opened(*_: object, **__: object) -> None:
        pytest.fail("opened")

    monkeypatch.setattr(openpyxl, "load_workbook", opened)
    for rows in (((30_000, 7),), ((n, n) for n in range(2, 50_000))):
        document = read_document("x.xlsx", sheet_of(iter(rows)))
        assert [f.code for f in document.findings] == ["table-too-large"]
    monkeypatch.setattr(thinning, "MOST_CELLS", 90)
    document = read_document("x.xlsx", sheet_of((n, n) for n in range(2, 100)))
    assert [f.code for f in document.findings] == ["table-too-full"]


def test_a_border_down_to_the_last_row_is_no_content() -> None:
    data = sheet_of((n, None) for n in range(2, 60_000))
    document = read_document("x.xlsx", data)
    assert document.findings == () and len(document.rows) == 2
    assert document.data == data


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".xlsx")])
def test_thinning_takes_nothing_that_is_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_document(name, bytes_of(name))
    monkeypatch.setattr(thinning, "_FEW", -1)
    assert read_document(name, bytes_of(name)) == before
