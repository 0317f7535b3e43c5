"""Documents as received become tasks, and nothing in them is lost, moved or made up."""

from __future__ import annotations

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from conftest import REPOSITORY, SEEDS
from hypothesis import given
from hypothesis import strategies as st

from generator.analysis.task_findings import analyse
from generator.cli import main
from generator.importing.cleaning import clean, visible
from generator.importing.document import Reading
from generator.importing.numerals import chinese_number
from generator.importing.parties import responsible_units
from generator.importing.plain_text import read_plain_text
from generator.importing.readers import read_document, read_tasks
from generator.ledger.content import read_content
from generator.pages.downloads import tasks_json

DATA = Path(__file__).parent / "data"


def expected(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return loaded


def fresh_tasks(tmp_path: Path, snapshot: str) -> list[dict[str, Any]]:
    """tasks.json of a snapshot imported anew, before any editor's hand."""
    (tmp_path / "content").mkdir()
    shutil.copy(REPOSITORY / "content" / "units.csv", tmp_path / "content")
    arguments = ["import", str(SEEDS[snapshot]), "--snapshot", snapshot, "--site", str(tmp_path)]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    ledger = read_content(tmp_path).ledger
    found = analyse(ledger.snapshots[0])
    loaded: list[dict[str, Any]] = json.loads(tasks_json(found, ledger.registry))
    return loaded


def spans(pairs: list[list[int]]) -> list[int]:
    return [no for first, last in pairs for no in range(first, last + 1)]


def test_status_table_gives_the_rows_read_by_hand(tmp_path: Path) -> None:
    tasks = fresh_tasks(tmp_path, "2017H1")
    want = expected("2017H1-rows.yml")
    assert len(tasks) == want["tasks"]
    numbers = [task["no"] for task in tasks]
    assert numbers == sorted(set(range(1, want["last"] + 1)) - set(spans(want["missing"])))
    stated = {task["unit"] for task in tasks if task["unit"]}
    assert len(stated) == want["units"]
    assert [t["no"] for t in tasks if t["unit"] is None] == spans(want["unknown_unit"])
    by_no = {task["no"]: task for task in tasks}
    for row in want["rows"]:
        task = by_no[row["no"]]
        assert (task["unit_name"], task["head"]) == (row["unit"], row["head"]), row["no"]
        assert task["unit_basis"] == ("stated" if row["unit"] else None)
        for key, text in row.items():
            field, _, how = key.partition("_")
            if field in ("goal", "progress", "problems"):
                found = task[field]
                ok = {"": found == text, "starts": found and found.startswith(text or ""),
                      "ends": found and found.endswith(text or "")}[how]  # fmt: skip
                assert ok, (row["no"], key, found)


def test_status_table_agrees_with_an_independent_reading(tmp_path: Path) -> None:
    """All 200 rows against a second, cruder reading of the same bytes."""
    tasks = {task["no"]: task for task in fresh_tasks(tmp_path, "2017H1")}

    def bare(text: str | None) -> str:
        text = re.sub(r"</?p>|[\s${}_\\]", "", text or "").replace("div", "÷")
        return text.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))

    lines = SEEDS["2017H1"].read_text(encoding="utf-8").split("\n")
    rows = [line.split("\t") for line in lines if re.match(r"\d+\t", line)]
    assert len(rows) == len(tasks)
    for row in rows:
        task = tasks[int(row[0])]
        cells = [bare(cell) for cell in [*row[1:4], "", ""]][:3]
        assert cells == [bare(task[f]) for f in ("goal", "progress", "problems")], row[0]
    named = "".join(lines)
    heads = set(re.findall(r"责任人\s*[:：]\s*([一-鿿]{2,4})(?=[\s\d]|$)", named))
    assert {task["head"] for task in tasks.values()} - {None} == heads


def test_work_plan_gives_the_items_read_by_hand(tmp_path: Path) -> None:
    tasks = fresh_tasks(tmp_path, "2014")
    want = expected("2014-rows.yml")
    assert [task["no"] for task in tasks] == list(range(1, want["tasks"] + 1))
    assert len({task["section"] for task in tasks}) == want["sections"]
    names = {n for t in tasks for n in (t["unit_name"], *t["partner_names"])}
    assert len(names) == want["names"]
    assert all(
        task["unit"] and len(task["partners"]) == len(task["partner_names"]) for task in tasks
    )
    for row in want["rows"]:
        task = tasks[row["no"] - 1]
        if "units" in row:
            assert [task["unit_name"], *task["partner_names"]] == row["units"]
            assert task["partners_open"] is row["open"]
        for key in ("title", "section"):
            assert task[key] == row.get(key, task[key])
        assert task["goal"].endswith(row.get("goal_ends", ""))


def test_import_keeps_the_document_byte_for_byte() -> None:
    for snapshot, path in SEEDS.items():
        described = yaml.safe_load((path.parent.parent / "snapshot.yml").read_text("utf-8"))
        from hashlib import sha256

        assert described["source"]["sha256"] == sha256(path.read_bytes()).hexdigest(), snapshot


def test_lost_headings_are_told_with_their_lines() -> None:
    reading = read(SEEDS["2017H1"].read_bytes())
    told = [(f.place.line, dict(f.values)) for f in reading.findings if f.code == "heading-lost"]
    assert [(line, v["first"], v["last"], v["missing_from"]) for line, v in told] == [
        (25, "23", "41", "15→23"),
        (92, "82", "88", "78→82"),
    ]


def test_missing_annex_and_rule_of_the_plan_are_kept() -> None:
    reading = read(SEEDS["2014"].read_bytes())
    assert reading.missing_parts == ("肇庆市实施《珠三角规划纲要》2014年项目建设目标表",)
    assert dict(reading.disclosure)["主题词"] == ""
    assert dict(reading.disclosure)["索引号"] == "007141332/2014-02897"
    assert reading.notes == ("（一）：列为第一的为牵头单位,下同",)


def read(data: bytes, kind: str | None = None) -> Reading:
    return read_tasks(read_document("x.txt", data), kind)


HEADINGS = {
    "left": "责任单位：市甲局\t\t责任人：张三\t",
    "right": "\t\t责任单位：市甲局\t责任人：张三",
    "one cell": "责任单位：市甲局 责任人：张三\t\t\t",
    "two lines": "责任单位：市甲局\n\n责任人：张三\n",
    "half-width": "责任单位: 市甲局\t\t责任人: 张三\t",
    "trailing tabs": "责任单位：市甲局\t\t\t责任人：张三\t\t",
}


@pytest.mark.parametrize("layout", HEADINGS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_layout_of_a_heading_is_read(layout: str, encoding: str) -> None:
    text = f"表\n序号\t目标任务\t进展情况\t存在问题\n{HEADINGS[layout]}\n1\t目标\t进展\t无\n"
    reading = read(text.encode(encoding))
    assert [(t.unit, t.head, t.goal) for t in reading.tasks] == [("市甲局", "张三", "目标")]


def test_a_heading_in_a_tasks_text_is_no_heading() -> None:
    text = "表\n序号\t目标任务\t进展情况\n责任单位：市甲局\n1\t增加责任单位：市乙局\t责任人：李四\n2\t续\t无\n"
    assert {t.unit for t in read(text.encode()).tasks} == {"市甲局"}


def test_a_jump_behind_a_heading_loses_nothing() -> None:
    text = "序号\t目标任务\n责任单位：市甲局\n1\t一\n责任单位：市乙局\n9\t九\n10\t十\n"
    assert [t.unit for t in read(text.encode()).tasks] == ["市甲局", "市乙局", "市乙局"]


TABLE = "序号\t目标任务\t进展情况\t存在问题\n责任单位：市甲局\t责任人：张三\n1\t一\t进\t无\n"


@pytest.mark.parametrize(
    ("line", "unit", "head"),
    [
        ("责 任 单 位：市乙局 责任人：李四", "市乙局", "李四"),
        ("责任单位（牵头）：市乙局\t责任人：李四", "市乙局", "李四"),
        ("责任单位 市乙局 责任人：李四", "市乙局", "李四"),
        ("负责单位：市乙局\t负责人：李四\t联系电话：123", "市乙局", "李四"),
        ("责任人：李四\t责任单位：市乙局", "市乙局", "李四"),
        ("责任单位：市乙局\t分管领导：王五\t责任人：李四", "市乙局", "李四"),
        ("市乙局", "", ""),
        ("以下由市乙局负责", "", ""),
    ],
)
def test_a_heading_is_read_or_leaves_the_unit_unknown(line: str, unit: str, head: str) -> None:
    """Never the unit above: whoever the line names, it isn't that one."""
    tasks = read(f"{TABLE}{line}\n2\t二\t进\t无\n".encode()).tasks
    assert [(t.unit, t.head) for t in tasks] == [("市甲局", "张三"), (unit, head)]


def test_a_number_that_falls_back_loses_the_heading() -> None:
    reading = read(
        f"{TABLE}2\t二\t\t\n责任单位：市乙局\n3\t三\t\t\n9\t九\t\t\n4\t四\t\t\n".encode()
    )
    assert [t.unit for t in reading.tasks] == ["市甲局", "市甲局", "市乙局", "", ""]
    assert "number-falls" in {f.code for f in reading.findings}


def test_a_page_number_is_no_task() -> None:
    reading = read(f"{TABLE}17\n2\t二\t进\t无\n".encode())
    assert [(t.no, t.unit) for t in reading.tasks] == [(1, "市甲局"), (2, "市甲局")]


def test_a_heading_above_the_columns_counts() -> None:
    reading = read("表\n责任单位：市甲局\n序号\t目标任务\n1\t一\n".encode())
    assert (reading.title, reading.tasks[0].unit) == ("表", "市甲局")


def test_an_unknown_column_stops_the_import() -> None:
    reading = read("序号\t目标任务\t某种没见过的列\n1\t一\t二\n".encode())
    assert [f.severity for f in reading.findings if f.code == "heading-column"] == ["error"]


def test_text_as_excel_saves_it() -> None:
    text = '序号\t目标任务\t进展情况\t存在问题\n责任单位：市甲局\t\t\t\n1\t"一,""引""\n二"\t进\t无\n2\t三\t进\t难\n'
    tasks = read(text.encode("utf-16")).tasks
    assert [(t.no, t.goal, t.problems, t.place.line) for t in tasks] == [
        (1, '一,"引" 二', "无", 3), (2, "三", "难", 5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ending", "units"),
    [
        ("（市甲局负责）。", ("市甲局",)),
        ("（市甲局牵头负责，市乙局、市丙局配合）", ("市甲局", "市乙局", "市丙局")),
        ("（责任单位：市甲局；配合单位：市乙局、市丙局）", ("市甲局", "市乙局", "市丙局")),
        ("〔市甲局、市乙局按职责分工负责〕", ("市甲局", "市乙局")),
    ],
)
def test_wordings_of_the_responsible_units(ending: str, units: tuple[str, ...]) -> None:
    plan = (
        f"一、第一章\n（一）题目。内容（专人负责），继续。{ending}\n散落的话。\n附件：\n1.表.doc\n"
    )
    reading = read(plan.encode(), "plan")
    (task,) = reading.tasks
    assert (task.unit, *task.partners) == units
    assert task.goal == "内容（专人负责），继续。"
    assert {f.code for f in reading.findings} == {"row-unread", "annex-missing"}
    assert not reading.notes


def test_lines_that_are_nothing_are_told() -> None:
    text = "序号\t目标任务\n责任单位：市甲局\n1\t一\t多出\n散落的一行\n"
    assert {f.code for f in read(text.encode()).findings} == {"cell-unread", "row-unread"}


@given(
    st.lists(st.text(min_size=0, max_size=30), max_size=12),
    st.sampled_from(["report", "plan", None]),
)
def test_no_text_breaks_the_readers(lines: list[str], kind: str | None) -> None:
    data = "\n".join(lines).encode("utf-8", "replace")
    read(data, kind)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_readers(data: bytes) -> None:
    read_plain_text("x.txt", data)
    read(data)


@given(st.integers(min_value=1, max_value=999))
def test_chinese_numerals_read_back(number: int) -> None:
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{digits[hundreds]}百" if hundreds else ""
    text += f"{digits[tens]}十" if tens > 1 or (tens and hundreds) else "十" if tens else ""
    text += "零" if hundreds and not tens and ones else ""
    text += digits[ones] if ones else ""
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    ("clause", "names", "open_list", "rule"),
    [
        ("市编办、各县（市、区）政府等负责", ("市编办", "各县（市、区）政府"), True, ""),
        ("市甲局负责", ("市甲局",), False, ""),
        ("市甲局、市乙局负责，列为第一的为牵头单位，下同", ("市甲局", "市乙局"), False, "列为第一的为牵头单位，下同"),
    ],
)  # fmt: skip
def test_responsible_units(clause: str, names: tuple[str, ...], open_list: bool, rule: str) -> None:
    assert responsible_units(clause) == (names, open_list, rule)


@given(st.text(max_size=200))
def test_clean_text_is_stable_and_visible(text: str) -> None:
    once = clean(text)
    assert visible(once) == once
    assert all(c.isprintable() or c == "　" or not c.isascii() for c in once)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<p>无</p>", "无"),
        ("PM _{2.5} 、PM ₁₀ 年均", "PM₂.₅、PM₁₀年均"),
        (r"为 $18006 \div 408.46 = 44.09$ 元", "为18006÷408.46=44.09元"),
        ("补助$100，又$200", "补助$100，又$200"),
        ("a\x00b\x1bc\u202ed\ufeff", "a␀b␛c[U+202E]d"),
        ("《肇庆检验检疫局 肇庆海关备忘录》", "《肇庆检验检疫局 肇庆海关备忘录》"),
        ("x<y 且 y>z", "x<y 且 y>z"),
    ],
)
def test_cleaning(raw: str, text: str) -> None:
    assert clean(raw) == text


def test_importing_again_changes_nothing_and_keeps_hand_edits(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "content", tmp_path / "content")
    tasks = tmp_path / "content/2017H1/tasks.csv"
    edited = tasks.read_text("utf-8").replace(
        "深化行政审批制度改革，继续推进", "人工改过的目标，继续推进"
    )
    tasks.write_text(edited, encoding="utf-8")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    arguments = ["import", str(SEEDS["2017H1"]), "--snapshot", "2017H1", "--site", str(tmp_path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "人工改过的目标" in result.output and "--update" in result.output
    assert before == {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    result = CliRunner().invoke(main, [*arguments, "--update"])
    assert result.exit_code == 0
    assert tasks.read_bytes() == (REPOSITORY / "content/2017H1/tasks.csv").read_bytes()


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("tasks.csv", "no,section", "序号,section"),
        ("tasks.csv", "市经济信息化局", "市经济信息化局\\xff"),
        ("snapshot.yml", "title: ", "title："),
        ("snapshot.yml", "as_of: '2017-06-30'", "as_of: 2017/6/30"),
    ],
)
def test_importing_over_damaged_content_writes_nothing(
    tmp_path: Path, file: str, before: str, after: str
) -> None:
    shutil.copytree(REPOSITORY / "content", tmp_path / "content")
    path = tmp_path / "content/2017H1" / file
    data = path.read_bytes().replace(before.encode(), after.encode().replace(b"\\xff", b"\xff"), 1)
    assert data != path.read_bytes()
    path.write_bytes(data)
    arguments = ["import", str(SEEDS["2017H1"]), "--snapshot", "2017H1", "--site", str(tmp_path)]
    assert CliRunner().invoke(main, [*arguments, "--update"]).exit_code == 1
    assert path.read_bytes() == data


def test_what_the_clerk_found_out_stands_through_an_update(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "content", tmp_path / "content")
    path = tmp_path / "content/2017H1/tasks.csv"
    confirmed = [
        line.replace(",inferred,,,,", ",stated,,,张某,") if line.startswith("23,") else line
        for line in path.read_text("utf-8").split("\n")
    ]
    path.write_text("\n".join(confirmed), "utf-8")
    changed = tmp_path / "2017H1-status-table.txt"
    changed.write_text(SEEDS["2017H1"].read_text("utf-8").replace("黄社生", "黄社新"), "utf-8")
    arguments = ["import", str(changed), "--snapshot", "2017H1", "--site", str(tmp_path)]
    assert CliRunner().invoke(main, arguments).exit_code == 1
    assert CliRunner().invoke(main, [*arguments, "--update"]).exit_code == 0
    tasks = {t.no: t for t in read_content(tmp_path).ledger.snapshots[0].tasks}
    assert (tasks[23].unit, tasks[23].basis, tasks[23].head) == (
        "jingji-xinxihua",
        "stated",
        "张某",
    )
    assert tasks[1].head == "黄社新"


@pytest.mark.parametrize("snapshot", ["２０１７H1", "2017", "2017H3", "2017H1x"])
def test_snapshot_ids_and_kinds_are_checked(tmp_path: Path, snapshot: str) -> None:
    shutil.copytree(REPOSITORY / "content", tmp_path / "content")
    before = sorted(p.name for p in (tmp_path / "content").iterdir())
    document = SEEDS["2014"] if snapshot == "2017" else SEEDS["2017H1"]
    target = "2017H1" if snapshot == "2017" else snapshot
    result = CliRunner().invoke(
        main, ["import", str(document), "--snapshot", target, "--update", "--site", str(tmp_path)]
    )
    assert result.exit_code == 1
    assert sorted(p.name for p in (tmp_path / "content").iterdir()) == before


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("坏.txt", b"\xff\xfe\x00", "编码"),
        ("空.txt", b"", "没有文字"),
        ("表.docx", b"PK", ".docx"),
        ("信.txt", "今天天气很好。".encode(), "没有认出"),
        ("重.txt", "序号\t目标任务\n1\t一\n1\t二\n".encode(), "重复"),
    ],
)
def test_bad_documents_are_told_and_nothing_is_written(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    (tmp_path / "content").mkdir()
    shutil.copy(REPOSITORY / "content/units.csv", tmp_path / "content")
    (tmp_path / name).write_bytes(data)
    result = CliRunner().invoke(
        main, ["import", str(tmp_path / name), "--snapshot", "2020H1", "--site", str(tmp_path)]
    )
    assert result.exit_code == 1
    assert words in result.output
    assert not (tmp_path / "content" / "2020H1").exists()


def test_an_unknown_unit_keeps_its_row_and_is_told_with_the_nearest_names(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    shutil.copy(REPOSITORY / "content/units.csv", tmp_path / "content")
    document = tmp_path / "表.txt"
    document.write_text("表\n序号\t目标任务\n责任单位：市财证局\n1\t一\n", encoding="utf-8")
    result = CliRunner().invoke(
        main, ["import", str(document), "--snapshot", "2020H1", "--site", str(tmp_path)]
    )
    assert result.exit_code == 0
    assert "市财证局" in result.output and "市财政局" in result.output
    (task,) = read_content(tmp_path).ledger.snapshots[0].tasks
    assert (task.unit, task.unit_text, task.goal) == ("", "市财证局", "一")


def test_findings_speak_english_too(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["check", "--site", str(tmp_path), "--lang", "en"])
    assert result.exit_code == 1
    assert "missing" in result.output and "错误" not in result.output


def test_numbers_rise_in_the_sources() -> None:
    for path in SEEDS.values():
        numbers = [task.no for task in read(path.read_bytes()).tasks]
        assert all(a < b for a, b in pairwise(numbers))
