"""The forms for the units: each task once, and what is typed into them comes back as typed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from conftest import REPOSITORY, write_site
from docx.oxml.ns import qn
from filling import as_page, as_text, fill_docx, fill_xlsx, rows_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.cli import main
from generator.importing.cleaning import clean
from generator.importing.document import Reading
from generator.importing.form_mark import FormMark, form_mark
from generator.importing.readers import read_document, read_tasks
from generator.ledger.content import read_content
from generator.ledger.model import Registry, Snapshot
from generator.pages.form_files import COLUMNS, form_docx, form_xlsx
from generator.pages.forms import Block, Form, FormRow, form_title, forms

MARK = FormMark("2020H2", "a")


def form(*goals: str, last: str = "上期。") -> Form:
    rows = tuple(FormRow(no, goal, last) for no, goal in enumerate(goals, start=1))
    return Form("市甲局-2020H2", MARK, "落实情况表", (Block("市甲局", "张三", rows),))


def read(name: str, data: bytes) -> Reading:
    return read_tasks(read_document(name, data), None)


def base(root: Path, name: str) -> tuple[Snapshot, Registry]:
    ledger = read_content(root).ledger
    return next(s for s in ledger.snapshots if s.id == name), ledger.registry


def test_every_task_of_the_real_half_year_comes_back_from_its_form() -> None:
    snapshot, registry = base(REPOSITORY, "2017H1")
    expected = {task.no: task for task in snapshot.tasks}
    for ending, draw in ((".xlsx", form_xlsx), (".docx", form_docx)):
        found = {}
        for one in forms(snapshot, registry, "2017H2"):
            reading = read(f"x{ending}", draw(one))
            assert reading.kind == "report"
            assert reading.title == "2017年市政府重点工作落实情况表（下半年）"
            found |= {task.no: (task, one.mark.unit) for task in reading.tasks}
        assert found.keys() == expected.keys()
        for no, (task, unit) in found.items():
            want = expected[no]
            assert task.goal == want.goal
            assert (task.progress, task.problems, task.next_steps) == ("", "", "")
            assert (want.unit or "unknown") == unit
            assert (task.head, task.unit) == (want.head, want.unit_text or task.unit)


# What an office types: one paragraph; ``clean`` takes spaces at the ends and
# doubled ones, markup and LaTeX out, and makes invisible characters visible.
TYPED = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=60)
    .map(clean)
    .filter(lambda text: clean(text) == text)
    .filter(lambda text: "x005F_" not in text)
)


@settings(max_examples=60)
@given(st.lists(st.tuples(TYPED, TYPED, TYPED), min_size=1, max_size=3), TYPED.filter(bool))
@example([("=1+1", "+86", "-8.2%"), ("@甲", "=HYPERLINK(1)", "1/2")], "=目标")
@example([("007", "2017-12-31", "12345678901234567890")], "1.50")
@example([("_x000D_", "<b>", "&amp;")], "目标_x0041_")
def test_what_is_typed_comes_back_as_typed(typed: list[tuple[str, str, str]], goal: str) -> None:
    made = form(*[goal] * len(typed))
    answers = dict(enumerate(typed, start=1))
    for name, data in (
        ("a.xlsx", fill_xlsx(form_xlsx(made), answers)),
        ("a.docx", fill_docx(form_docx(made), answers)),
    ):
        document = read_document(name, data)
        tasks = read_tasks(document, None).tasks
        assert [(t.no, t.progress, t.problems, t.next_steps) for t in tasks] == [
            (no, *texts) for no, texts in answers.items()
        ], name
        assert {(task.goal, task.unit, task.head) for task in tasks} == {(goal, "市甲局", "张三")}
        assert form_mark(document) == MARK


def test_a_form_is_known_again_in_any_format_and_under_any_name() -> None:
    rows = rows_of(form_xlsx(form("目标。")), {1: ("进展。", "无", "")})
    for name, data in (
        ("1.xlsx", form_xlsx(form("目标。"))), ("2.docx", form_docx(form("目标。"))),
        ("3.txt", as_text(rows)), ("4.html", as_page(rows)),
    ):  # fmt: skip
        document = read_document(name, data)
        assert form_mark(document) == MARK, name
        assert [t.goal for t in read_tasks(document, None).tasks] == ["目标。"], name
    bare = openpyxl.load_workbook(io.BytesIO(form_xlsx(form("目标。"))))
    bare.active["A2"] = "请填写"
    stream = io.BytesIO()
    bare.save(stream)
    assert form_mark(read_document("5.xlsx", stream.getvalue())) == MARK
    assert form_mark(read_document("6.txt", "表号：2020H2-a\n表号：2020H2-b".encode())) is None
    assert form_mark(read_document("7.txt", "序号\t目标任务\n1\t甲".encode())) is None


def test_in_the_workbook_only_what_is_to_be_filled_can_be_typed_into() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(form_xlsx(form("目标。", "目标。")))).active
    assert sheet.protection.sheet and not sheet.protection.password
    free = {cell.coordinate for row in sheet for cell in row if not cell.protection.locked}
    assert free == {"E4", "F4", "D5", "E5", "F5", "D6", "E6", "F6"}
    assert tuple(cell.value for cell in sheet[3]) == COLUMNS
    assert [str(v.sqref) for v in sheet.data_validations.dataValidation] == ["A5:A6", "D5:F6"]
    assert all(v.error for v in sheet.data_validations.dataValidation)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$3:$3" and sheet.print_area == "'2020H2'!$A$1:$F$6"
    assert all(cell.alignment.wrap_text for cell in sheet[5])
    assert {cell.number_format for cell in sheet[5][1:]} == {"@"}


def test_in_word_the_heading_is_repeated_on_landscape_pages() -> None:
    document = docx.Document(io.BytesIO(form_docx(form("目标。"))))
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (29.7, 21.0)
    assert document.tables[0].rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    assert [cell.text for cell in document.tables[0].rows[0].cells] == list(COLUMNS)


def test_the_same_form_gives_the_same_bytes() -> None:
    import time

    first = form_xlsx(form("目标。")), form_docx(form("目标。"))
    time.sleep(2.1)  # a zip counts in steps of two seconds
    assert (form_xlsx(form("目标。")), form_docx(form("目标。"))) == first
    for data in first:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert {i.date_time for i in archive.infolist()} <= {
                (1980, 1, 1, 0, 0, 0), (2000, 1, 1, 0, 0, 0),
            }  # fmt: skip


UNITS = [
    {"id": "a", "name": "市甲局", "kind": "市直部门"},
    {"id": "old", "name": "市旧局", "kind": "市直部门", "until": "2020", "successor": "new"},
    {"id": "new", "name": "市新局", "kind": "市直部门", "since": "2021"},
    {"id": "slash", "name": "市甲/乙局", "kind": "市直部门"},
]
TASKS = [
    {"no": "1", "unit": "a", "unit_text": "市甲局", "head": "甲", "goal": "一。", "progress": "做了。"},
    {"no": "2", "unit": "old", "unit_text": "市旧局", "head": "旧", "goal": "二。"},
    {"no": "3", "unit": "slash", "unit_text": "市甲/乙局", "head": "乙", "goal": "三。"},
    {"no": "4", "goal": "四。"},
    {"no": "5", "unit_text": "市某局", "head": "丙", "goal": "五。"},
    {"no": "6", "unit": "a", "unit_text": "市甲局", "head": "丁", "goal": "六。"},
]  # fmt: skip
REPORT = "title: 2020年市政府重点工作落实情况表（上半年）\nkind: report\n"


def test_who_gets_which_form(tmp_path: Path) -> None:
    root = write_site(tmp_path, TASKS, UNITS, REPORT)
    snapshot, registry = base(root, "2020H1")
    made = forms(snapshot, registry, "2021H1")
    assert [(f.name, f.mark.unit) for f in made] == [
        ("市甲局-2021H1", "a"), ("市新局-2021H1", "new"), ("slash-2021H1", "slash"),
        ("责任单位不明-2021H1", "unknown"), ("市某局-2021H1", "unknown"),
    ]  # fmt: skip
    assert [(b.unit, b.head, [r.no for r in b.rows]) for f in made for b in f.blocks] == [
        ("市甲局", "甲", [1]), ("市甲局", "丁", [6]), ("市新局", "", [2]), ("市甲/乙局", "乙", [3]),
        ("", "", [4]), ("市某局", "丙", [5]),
    ]  # fmt: skip
    assert made[0].title == "2021年市政府重点工作落实情况表（上半年）"
    assert form_title(snapshot, "2020H2") == "2020年市政府重点工作落实情况表（下半年）"
    plan = write_site(tmp_path / "plan", TASKS, UNITS, "title: 计划\nkind: plan\n", "2020")
    assert form_title(base(plan, "2020")[0], "2020H2") == "2020年下半年落实情况表"
    assert forms(*base(plan, "2020"), "2020H2")[0].blocks[0].rows[0].last == ""


def run(root: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*arguments, "--site", str(root)], catch_exceptions=False)
    return result.exit_code, result.output


def test_the_command_writes_two_files_a_unit_and_never_over_a_filled_one(tmp_path: Path) -> None:
    root = write_site(tmp_path, TASKS, UNITS, REPORT)
    code, output = run(root, "forms", "2020H2", "--from", "2020H1")
    assert code == 0 and "5 份填报表（6 项任务）" in output
    folder = root / "forms" / "2020H2"
    assert len(list(folder.iterdir())) == 10
    assert run(root, "forms", "2020H2", "--from", "2020H1")[0] == 0
    path = folder / "市甲局-2020H2.xlsx"
    path.write_bytes(filled := fill_xlsx(path.read_bytes(), {1: ("甲", "", "")}))
    code, output = run(root, "forms", "2020H2", "--from", "2020H1")
    assert code == 1 and "市甲局-2020H2.xlsx" in output and path.read_bytes() == filled
    one = tmp_path / "one"
    code, _ = run(root, "forms", "2020H2", "--from", "2020H1", "--out", str(one), "--unit", "slash")
    assert sorted(p.name for p in one.iterdir()) == ["slash-2020H2.docx", "slash-2020H2.xlsx"]
    # A unit is named as the clerk knows it, too.
    named = tmp_path / "named"
    run(root, "forms", "2020H2", "--from", "2020H1", "--out", str(named), "--unit", "市甲局")
    assert sorted(p.name for p in named.iterdir()) == ["市甲局-2020H2.docx", "市甲局-2020H2.xlsx"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("2020H3", "--from", "2020H1"), "期号"),
        (("2020H2", "--from", "2019H1"), "没有这一期"),
        (("2020H2", "--from", "2020H1", "--unit", "slush"), "slash"),
    ],
)
def test_what_is_wrong_with_the_command_is_told(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    root = write_site(tmp_path, TASKS, UNITS, REPORT)
    code, output = run(root, "forms", *arguments)
    assert code == 1 and told in output and not (root / "forms").exists()


def test_a_text_that_no_cell_holds_is_told_before_anything_is_written(tmp_path: Path) -> None:
    root = write_site(tmp_path, [{"no": "1", "unit": "a", "goal": "字" * 32_768}])
    code, output = run(root, "forms", "2020H2", "--from", "2020H1")
    assert code == 1 and "32767" in output and not (root / "forms").exists()


def test_in_word_only_what_is_to_be_filled_can_be_changed() -> None:
    document = docx.Document(io.BytesIO(form_docx(form("目标甲。", "目标乙。"))))
    protection = document.settings.element.find(qn("w:documentProtection"))
    assert protection.attrib == {qn("w:edit"): "readOnly", qn("w:enforcement"): "1"}
    body = document.element.body
    starts = {s.get(qn("w:id")): s for s in body.iter(qn("w:permStart"))}
    ends = [e.get(qn("w:id")) for e in body.iter(qn("w:permEnd"))]
    assert sorted(starts) == sorted(ends) and len(set(ends)) == len(ends) == 3
    assert {s.get(qn("w:edGrp")) for s in starts.values()} == {"everyone"}
    heading, *tasks = document.tables[0]._tbl.tr_lst[1:]
    (head,) = heading.iter(qn("w:permStart"))
    between = [head.getnext(), head.getnext().getnext()]
    assert between[0].text == "责任人：张三" and between[1].tag == qn("w:permEnd")
    for row in tasks:
        (start,) = row.iter(qn("w:permStart"))
        open_ = range(int(start.get(qn("w:colFirst"))), int(start.get(qn("w:colLast"))) + 1)
        assert [COLUMNS[n] for n in open_] == ["进展情况", "存在问题", "下一步措施"]
        assert row.getnext().tag == qn("w:permEnd")
        assert row.getnext().get(qn("w:id")) == start.get(qn("w:id"))
