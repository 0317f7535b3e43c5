"""Forms go out to 45 units and come back; what is wrong and who is missing is told."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date
from importlib.resources import files as files_of
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import build, write_site
from filling import Answers, as_page, as_text, fill_docx, fill_xlsx, rows_of
from hypothesis import given
from hypothesis import strategies as st

from generator.cli import main
from generator.findings import Place
from generator.importing.document import Document, Reading, TaskRecord
from generator.importing.readers import read_document, read_tasks
from generator.ledger.answers import is_bare, refers
from generator.ledger.collating import Collation, Handed, change_shown, collate, expected_from
from generator.ledger.content import read_content
from generator.ledger.model import Kind, Registry, Snapshot, Task, Unit
from generator.ledger.roll_call import told

REPORT = "title: 2020年市政府重点工作落实情况表（上半年）\nkind: report\n"
UNITS = [
    {"id": "a", "name": "市甲局", "kind": "市直部门"},
    {"id": "b", "name": "市乙局", "kind": "市直部门"},
    {"id": "c", "name": "市丙局", "kind": "市直部门"},
]
GOALS = {
    1: "完成甲河两岸堤防加固二十公里。",
    2: "新建改建农村公路一百公里以上。",
    3: "办好十件民生实事，年底前全部完成。",
    4: "新增城镇就业四万人。",
}
LEADS = {1: "a", 2: "a", 3: "b", 4: "c"}
NAMES = {unit["id"]: unit["name"] for unit in UNITS}
TASKS = [
    {
        "no": str(no), "unit": LEADS[no], "unit_text": NAMES[LEADS[no]], "head": "张三",
        "goal": goal, "progress": "上半年推进。",
    }
    for no, goal in GOALS.items()
]  # fmt: skip


def text(unit: str, *tasks: tuple[int, str, str], head: str = "张三", top: str = "") -> bytes:
    """A unit's return as plain text: number, goal (or "" for the known one), progress."""
    lines = [
        top or "2020年市政府重点工作落实情况表（下半年）",
        "序号\t年内具体目标任务\t进展情况\t存在问题",
    ]
    lines.append(f"责任单位：{unit}\t\t责任人：{head}\t")
    lines += [f"{no}\t{goal or GOALS[no]}\t{progress}\t无" for no, goal, progress in tasks]
    return "\n".join(lines).encode()


A = text("市甲局", (1, "", "完成甲。"), (2, "", "完成乙。"))
B = text("市乙局", (3, "", "完成丙。"))
C = text("市丙局", (4, "", "完成丁。"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site", TASKS, UNITS, REPORT)


def together(root: Path, files: dict[str, bytes], snapshot: str = "2020H2") -> Collation:
    ledger = read_content(root).ledger
    handed = [
        Handed(document := read_document(name, data), read_tasks(document, None))
        for name, data in files.items()
    ]
    base = expected_from(ledger, snapshot)
    return collate(handed, snapshot, ledger.registry, base, {})


def codes(collation: Collation) -> list[str]:
    return [f.code for f in (*collation.reading.findings, *collation.faults)]


def hand_in(root: Path, *arguments: object) -> tuple[int, str]:
    line = ["import", *map(str, arguments), "--snapshot", "2020H2", "--site", str(root)]
    result = CliRunner().invoke(main, line, catch_exceptions=False)
    return result.exit_code, result.output


def put(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def tasks_of(root: Path) -> dict[int, Task]:
    ledger = read_content(root).ledger
    return {t.no: t for s in ledger.snapshots if s.id == "2020H2" for t in s.tasks}


def state(root: Path) -> dict[str, bytes]:
    folder = root / "content"
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_returns_of_all_units_make_one_snapshot(root: Path, tmp_path: Path) -> None:
    inbox = put(tmp_path / "inbox", {"甲.txt": A, "乙.txt": B, "丙.txt": C})
    code, output = hand_in(root, inbox)
    assert code == 0 and "收到 3 个单位，应报 3 个；收到 4 项任务，应报 4 项。" in output
    assert "催报" not in output
    assert {no: (t.unit, t.progress) for no, t in tasks_of(root).items()} == {
        1: ("a", "完成甲。"), 2: ("a", "完成乙。"), 3: ("b", "完成丙。"), 4: ("c", "完成丁。"),
    }  # fmt: skip
    snapshot = next(s for s in read_content(root).ledger.snapshots if s.id == "2020H2")
    assert [source.file for source in snapshot.sources] == ["丙.txt", "乙.txt", "甲.txt"]
    assert snapshot.title == "2020年市政府重点工作落实情况表（下半年）"
    for source in snapshot.sources:
        kept = root / "content/2020H2/source" / source.file
        assert kept.read_bytes() == (inbox / source.file).read_bytes()


def test_importing_again_changes_nothing_and_says_so(root: Path, tmp_path: Path) -> None:
    inbox = put(tmp_path / "inbox", {"甲.txt": A, "乙.txt": B})
    assert hand_in(root, inbox)[0] == 0
    before = state(root)
    code, output = hand_in(root, inbox)
    assert code == 0 and "没有改动" in output and state(root) == before
    code, output = hand_in(root, *sorted(inbox.iterdir(), reverse=True), "--update")
    assert code == 0 and "没有改动" in output and state(root) == before


def test_a_hand_edit_is_shown_and_kept_until_update(root: Path, tmp_path: Path) -> None:
    inbox = put(tmp_path / "inbox", {"甲.txt": A, "乙.txt": B})
    hand_in(root, inbox)
    path = root / "content/2020H2/tasks.csv"
    path.write_text(path.read_text("utf-8").replace("完成乙。", "完成乙（核实）。"), "utf-8")
    before = state(root)
    code, output = hand_in(root, inbox)
    assert code == 1 and "完成乙（核实）。" in output and state(root) == before
    assert hand_in(root, inbox, "--update")[0] == 0
    assert tasks_of(root)[2].progress == "完成乙。"


def test_a_late_file_adds_its_own_tasks_and_touches_no_others(root: Path, tmp_path: Path) -> None:
    inbox = put(tmp_path / "inbox", {"甲.txt": A, "乙.txt": B})
    _, output = hand_in(root, inbox)
    assert "催报：市丙局（责任人 张三，1项）。" in output
    before = tasks_of(root)
    code, output = hand_in(root, *put(tmp_path / "late", {"丙.txt": C}).iterdir())
    assert code == 0 and "收到 3 个单位，应报 3 个" in output
    assert "不在这份文件里" not in output and "催报" not in output
    after = tasks_of(root)
    assert {no: after[no].progress for no in before} == {no: t.progress for no, t in before.items()}
    assert after[4].unit == "c"


def status(root: Path) -> str:
    return next(s.status for s in read_content(root).ledger.snapshots if s.id == "2020H2")


def test_what_is_not_all_there_is_a_draft_until_the_clerk_publishes_it(
    root: Path, tmp_path: Path
) -> None:
    inbox = put(tmp_path / "inbox", {"甲.txt": A, "乙.txt": B})
    _, output = hand_in(root, inbox)
    assert status(root) == "draft" and "尚未收齐，先存为草稿，不公开" in output
    assert "尚未收齐" in hand_in(root, inbox)[1]
    _, output = hand_in(root, *put(tmp_path / "late", {"丙.txt": C}).iterdir())
    assert status(root) == "draft"
    assert "已经收齐" in output and "content/2020H2/snapshot.yml" in output
    path = root / "content/2020H2/snapshot.yml"
    path.write_text(path.read_text("utf-8").replace("status: draft", "status: published"), "utf-8")
    _, output = hand_in(root, inbox)
    assert status(root) == "published" and "草稿" not in output


def test_a_unit_that_lacks_one_of_its_tasks_leaves_a_draft(root: Path, tmp_path: Path) -> None:
    short = text("市甲局", (1, "", "完成甲。"))
    hand_in(root, put(tmp_path / "inbox", {"甲.txt": short, "乙.txt": B, "丙.txt": C}))
    assert status(root) == "draft"


def test_a_file_left_out_for_its_faults_leaves_a_draft(root: Path, tmp_path: Path) -> None:
    files = {"市甲局.xlsx": b"PK\x03\x04broken", "乙.txt": B, "丙.txt": C}
    hand_in(root, put(tmp_path / "inbox", files), "--skip-faulty")
    assert status(root) == "draft"


def test_what_is_all_there_or_has_no_plan_is_no_draft(root: Path, tmp_path: Path) -> None:
    inbox = put(tmp_path / "inbox", {"甲.txt": A, "乙.txt": B, "丙.txt": C})
    assert "草稿" not in hand_in(root, inbox)[1] and status(root) == "published"
    shutil.rmtree(root / "content/2020H2")
    shutil.rmtree(root / "content/2020H1")
    assert "草稿" not in hand_in(root, put(tmp_path / "one", {"甲.txt": A}))[1]
    assert status(root) == "published"


def test_a_corrected_file_changes_only_its_tasks_and_only_with_update(
    root: Path, tmp_path: Path
) -> None:
    inbox = put(tmp_path / "inbox", {"甲.txt": A, "乙.txt": B})
    hand_in(root, inbox)
    late = (
        put(tmp_path / "late", {"乙.txt": text("市乙局", (3, "", "完成丙，超额一成。"))}) / "乙.txt"
    )
    before = state(root)
    code, output = hand_in(root, late)
    assert code == 1 and "超额一成" in output and state(root) == before
    assert hand_in(root, late, "--update")[0] == 0
    assert {no: t.progress for no, t in tasks_of(root).items()} == {
        1: "完成甲。", 2: "完成乙。", 3: "完成丙，超额一成。",
    }  # fmt: skip
    snapshot = next(s for s in read_content(root).ledger.snapshots if s.id == "2020H2")
    assert [source.file for source in snapshot.sources] == ["乙.txt", "甲.txt"]
    assert [f for f in read_content(root).findings if f.code.startswith("source")] == []


def test_a_single_form_is_collated_too(root: Path, tmp_path: Path) -> None:
    CliRunner().invoke(main, ["forms", "2020H2", "--from", "2020H1", "--site", str(root)])
    form = root / "forms/2020H2/市乙局-2020H2.xlsx"
    renamed = tmp_path / "新建 Microsoft Excel 工作表.xlsx"
    renamed.write_bytes(fill_xlsx(form.read_bytes(), {3: ("已完成。", "无", "巩固成果。")}))
    code, output = hand_in(root, renamed)
    assert code == 0 and "催报：市甲局（责任人 张三，2项）、市丙局（责任人 张三，1项）。" in output
    assert (tasks_of(root)[3].progress, tasks_of(root)[3].next_steps) == ("已完成。", "巩固成果。")


def test_same_content_twice_counts_once(root: Path) -> None:
    collation = together(root, {"甲.txt": A, "甲 副本.txt": A, "乙.txt": B})
    assert [t.no for t in collation.reading.tasks] == [1, 2, 3]
    assert codes(collation) == []
    assert len(collation.documents) == 3


@pytest.mark.parametrize(
    ("files", "code", "taken"),
    [
        (  # the task's own unit counts, whoever filled in more
            {"1.txt": text("市乙局", (3, "", "乙说。")), "2.txt": text("市丙局", (3, "", "丙说。"))},
            "handed-twice-own-unit", "乙说。",
        ),
        (
            {"1.txt": text("市乙局", (3, "", "乙说。")), "2.txt": text("市乙局", (3, "", ""))},
            "handed-twice-fuller", "乙说。",
        ),
        (
            {"1.txt": text("市乙局", (3, "", "先。")), "2.txt": text("市乙局", (3, "", "后。"))},
            "handed-twice-later", "后。",
        ),
    ],
)  # fmt: skip
def test_which_of_two_differing_returns_counts(
    root: Path, files: dict[str, bytes], code: str, taken: str
) -> None:
    for order in (files, dict(reversed(files.items()))):
        collation = together(root, order)
        assert [t.progress for t in collation.reading.tasks] == [taken]
        (found,) = [f for f in collation.reading.findings if f.code.startswith("handed-twice")]
        assert found.code == code
        other = dict(found.values)["other"]
        assert isinstance(other, Place) and {found.place.file, other.file} == {"1.txt", "2.txt"}
        assert f"{other.file} 第4行" in found.what()
        assert "第4行" in found.what() and found.place.line == 4


RECORDS = st.tuples(
    st.integers(1, 5), st.sampled_from(["市甲局", "市乙局", "市某局", ""]),
    st.sampled_from(["", "甲。", "乙。"]),
)  # fmt: skip


@given(st.lists(st.lists(RECORDS, max_size=4, unique_by=lambda r: r[0]), max_size=4), st.randoms())
def test_what_counts_depends_on_no_order_and_every_number_counts_once(
    files: list[list[tuple[int, str, str]]], chance: random.Random
) -> None:
    registry = Registry(tuple(Unit(u["id"], u["name"], u["kind"]) for u in UNITS))
    goals = [*GOALS.items(), (5, "其他。")]
    tasks = tuple(Task(2020, no, Place("x"), unit=LEADS.get(no, ""), goal=g) for no, g in goals)
    base = Snapshot("2020H1", "上半年", Kind.REPORT, "published", None, tasks)
    handed = []
    for n, records in enumerate(files):
        name = f"{n}.txt"
        read = tuple(
            TaskRecord(no, Place(name, row), unit=unit, goal=dict(goals)[no], progress=progress)
            for row, (no, unit, progress) in enumerate(records, start=1)
        )
        handed.append(Handed(Document(name, b"", "", ()), Reading("report", "表", read)))
    first = collate(handed, "2020H2", registry, base, {})
    chance.shuffle(handed)
    assert collate(handed, "2020H2", registry, base, {}) == first
    assert first.faults == ()
    numbers = [task.no for task in first.reading.tasks]
    assert numbers == sorted({no for records in files for no, _, _ in records})
    given_ = {(no, progress) for records in files for no, _, progress in records}
    assert {(t.no, t.progress) for t in first.reading.tasks} <= given_
    assert first.roll.units + len(first.roll.missing) == first.roll.units_due == 3
    assert first.roll.tasks == len(numbers)


def test_a_number_that_is_another_tasks_by_its_goal_is_an_error(root: Path) -> None:
    for wrong in (9, 3):  # a number that nobody has, and another unit's
        data = text("市甲局", (1, "", "甲。"), (wrong, GOALS[2], "乙。"), top="表号：2020H2-a")
        collation = together(root, {"甲.txt": data, "乙.txt": B})
        assert codes(collation) == ["number-mistyped"]
        assert dict(collation.faults[0].values) == {"no": str(wrong), "meant": "2"}
        assert collation.faulty == ("甲.txt",)


def test_of_a_faulty_file_all_is_told_at_once_and_once(root: Path) -> None:
    faulty = text(
        "市甲局",
        (1, "完成甲河两岸堤防加固十公里。", "。"),
        (3, "", "代办。"),
        (7, "全新的任务。", "。"),
        (9, GOALS[2], "。"),  # a number mistyped: the error
        top="表号：2020H2-a",
    )
    unknown = text("市水务居", (8, "另一项任务。", "。")) + faulty.split(b"\n", 2)[2]
    unknown = unknown.replace("无责任".encode(), "无\n责任".encode())
    found = together(root, {"甲.txt": faulty})
    expected = ["goal-reworded", "number-mistyped", "number-of-other-unit", "task-new"]
    assert sorted(f.code for f in found.faults) == expected
    assert dict(found.roll.remarks)["goal-reworded"] == 1
    found = together(root, {"甲.txt": unknown})
    assert "unit-unregistered" in [f.code for f in found.faults]
    # What a sound file says as well is told with that one, by prepare.
    found = together(root, {"甲.txt": unknown, "乙.txt": text("市水务居", (10, "又一项。", "。"))})
    assert "unit-unregistered" not in [f.code for f in found.faults]


def test_of_a_form_for_another_half_year_only_that_is_told(root: Path) -> None:
    late = text("市乙局", (30, "别的任务。", "。"), top="表号：2020H1-b")
    assert codes(together(root, {"乙.txt": late})) == ["form-of-other-snapshot"]


def test_of_a_faulty_table_all_is_told_at_once(root: Path, tmp_path: Path) -> None:
    wrong = text("市丁局", (1, "甲。", "。"), (2, "乙。", "。")).replace(b"\n2", b"\n1")
    late = put(tmp_path, {"表.txt": wrong}) / "表.txt"
    result = CliRunner().invoke(
        main, ["import", str(late), "--snapshot", "2021H1", "--site", str(root)]
    )
    assert result.exit_code == 1 and not (root / "content/2021H1").exists()
    assert told_of(result.output) == [
        "heading-lost 表.txt", "number-twice 表.txt", "title-differs 表.txt", "unit-unregistered 表.txt"
    ]  # fmt: skip


def test_new_tasks_and_tasks_of_other_units_are_told_and_taken(root: Path) -> None:
    collation = together(
        root,
        {
            "甲.txt": text(
                "市甲局",
                (1, "", "。"),
                (2, "", "。"),
                (3, "", "代办。"),
                (7, "全新的任务。", "。"),
                top="表号：2020H2-a",
            )
        },
    )
    assert codes(collation) == ["number-of-other-unit", "task-new"]
    assert "市乙局" in collation.reading.findings[0].what()
    assert [(d.name) for d in collation.roll.missing] == ["市乙局", "市丙局"]


def test_a_reworded_goal_is_shown_with_its_old_wording(root: Path) -> None:
    collation = together(root, {"丙.txt": text("市丙局", (4, "新增城镇就业三万人。", "。"))})
    assert codes(collation) == ["goal-reworded"]
    assert "“新增城镇就业四万人。”" in collation.reading.findings[0].what()
    # Spaces and the width of signs are no wording.
    same = text("市丙局", (4, "新增 城镇就业四万人｡".replace("｡", "。"), "。"))
    assert codes(together(root, {"丙.txt": same})) == []


def test_gaps_in_one_units_numbers_lose_no_heading_where_the_plan_agrees(tmp_path: Path) -> None:
    leads = {1: "a", 2: "b", 3: "a", 4: "a"}
    tasks = [
        {"no": str(no), "unit": unit, "unit_text": NAMES[unit], "head": "张三", "goal": GOALS[no]}
        for no, unit in leads.items()
    ]
    root = write_site(tmp_path / "gaps", tasks, UNITS, REPORT)
    collation = together(
        root, {"甲.txt": text("市甲局", (1, "", "。"), (3, "", "。"), (4, "", "。"))}
    )
    assert codes(collation) == []
    assert {(t.unit, t.head) for t in collation.reading.tasks} == {("市甲局", "张三")}
    pasted = (
        text("市乙局", (2, "", "。"))
        + text("市甲局", (1, "", "。"), (3, "", "。")).split(b"\n", 2)[2]
    )
    pasted = pasted.replace("无责任".encode(), "无\n责任".encode())
    collation = together(root, {"两家.txt": pasted})
    assert [(t.no, t.unit) for t in collation.reading.tasks] == [
        (1, "市甲局"),
        (2, "市乙局"),
        (3, "市甲局"),
    ]
    # Number 2 is another's by the plan: whose it is here nobody knows.
    collation = together(root, {"甲.txt": text("市甲局", (4, "", "。"), (2, "", "。"))})
    assert [t.unit for t in collation.reading.tasks] == ["", "市甲局"]
    assert "heading-lost" in codes(collation)


def test_a_change_is_shown_with_a_few_words_around_it() -> None:
    old = "一二三四五六七八九十完成一百公里以上甲乙丙丁戊己庚辛壬癸"
    assert change_shown(old, old.replace("一百", "五十")) == (
        "…五六七八九十完成一百公里以上甲乙丙丁…", "…五六七八九十完成五十公里以上甲乙丙丁…",
    )  # fmt: skip
    assert change_shown("甲", "") == ("甲", "—")
    assert len(change_shown("甲" * 200, "乙" * 200)[0]) < 50


def test_a_faulty_file_keeps_all_from_being_written_unless_skipped(
    root: Path, tmp_path: Path
) -> None:
    inbox = put(tmp_path / "inbox", {"市甲局.xlsx": b"PK\x03\x04broken", "乙.txt": B})
    before = state(root)
    code, output = hand_in(root, inbox)
    assert code == 1 and state(root) == before and "市甲局.xlsx" in output
    assert "文件有错：市甲局（市甲局.xlsx）。" in output
    assert "催报：市丙局（责任人 张三，1项）。" in output
    code, output = hand_in(root, inbox, "--skip-faulty")
    assert code == 0 and tasks_of(root).keys() == {3} and "没有汇入" in output
    assert not (root / "content/2020H2/source/市甲局.xlsx").exists()


def test_a_form_of_another_half_year_is_refused(root: Path) -> None:
    late = text("市乙局", (3, "", "。"), top="表号：2020H1-b")
    assert codes(together(root, {"乙.txt": late})) == ["form-of-other-snapshot"]


def test_a_form_finds_its_unit_where_the_heading_is_misspelt(root: Path) -> None:
    collation = together(root, {"乙.txt": text("市乙居", (3, "", "。"), top="表号：2020H2-b")})
    assert codes(collation) == ["form-unit-differs"]
    assert [t.unit for t in collation.reading.tasks] == ["市乙局"]


def test_a_form_number_that_was_changed_is_told(root: Path) -> None:
    collation = together(root, {"乙.txt": text("市乙局", (3, "", "。"), top="表号：2020H2-bb")})
    assert codes(collation) == ["form-unit-unknown"]
    office = text("", (3, "", "。"), top="表号：2020H2-unknown")
    assert "form-unit-unknown" not in codes(together(root, {"办.txt": office}))


def test_a_late_file_needs_no_form_and_no_second_document(root: Path, tmp_path: Path) -> None:
    hand_in(root, put(tmp_path / "inbox", {"甲.txt": A}))
    late = put(tmp_path / "late", {"乙.txt": B}) / "乙.txt"
    code, output = hand_in(root, late)
    assert code == 0 and tasks_of(root).keys() == {1, 2, 3} and "不在这份文件里" not in output


def form_of(root: Path, unit: str, answers: Answers, **edits: Callable[..., None]) -> bytes:
    CliRunner().invoke(main, ["forms", "2020H2", "--from", "2020H1", "--site", str(root)])
    data = (root / f"forms/2020H2/{unit}-2020H2.xlsx").read_bytes()
    return fill_xlsx(data, answers, edits.get("sheet"))


def told_cells(collation: Collation) -> list[tuple[str, str]]:
    return [(f.code, f"{f.place.column}{f.place.line}") for f in collation.reading.findings]


def test_an_answer_that_says_nothing_is_told_with_its_cell(root: Path) -> None:
    def dated(sheet: Any) -> None:
        sheet["D6"].value, sheet["D6"].number_format = date(2020, 12, 1), "yyyy-mm-dd"

    data = form_of(root, "市甲局", {1: ("同上。", "略", ""), 2: ("x", "", "")}, sheet=dated)
    collation = together(root, {"甲.xlsx": data})
    assert told_cells(collation) == [
        ("problems-empty", "E6"), ("answer-bare", "D6"), ("answer-refers", "D5"),
        ("answer-refers", "E5"),
    ]  # fmt: skip
    assert "“2020-12-01”" in collation.reading.findings[1].what()
    # A document that isn't our form is read as it is.
    assert codes(together(root, {"甲.txt": text("市甲局", (1, "", "同上"), (2, "", "5"))})) == []


def test_many_answers_of_one_kind_are_told_in_one_line(tmp_path: Path) -> None:
    tasks = [{**TASKS[0], "no": str(no), "goal": f"办好第{no}件实事。"} for no in range(1, 6)]
    root = write_site(tmp_path / "many", tasks, UNITS, REPORT)
    data = form_of(root, "市甲局", {no: (f"{no}0", "无", "") for no in range(1, 6)})
    (found,) = together(root, {"甲.xlsx": data}).reading.findings
    assert (found.code, f"{found.place.column}{found.place.line}") == ("answer-bare", "D5")
    assert "第 1—5 号任务" in found.what() and "“10”“20”“30”" in found.what()


SAYS_NOTHING = (
    "2017年6月30日", "6月30日", "２０１７-06-30", "6/30", "2017年12月底前", "12.5", "1,234", "42916",
)  # fmt: skip
ELSEWHERE = (
    "同上",
    "（同上）",
    "见上。",
    "略",
    "同前",
    "见附件1",
    "同第3号任务",
    "同上期进展情况",
    "〃",
)
SAYS_SOMETHING = (
    "无",
    "80%",
    "10亿元",
    "已于6月30日完成",
    "同意",
    "见效",
    "同上级对接",
    "略有滞后",
)


def test_what_says_nothing_is_told_from_what_says_little() -> None:
    assert all(is_bare(words) and not refers(words) for words in SAYS_NOTHING)
    assert all(refers(words) and not is_bare(words) for words in ELSEWHERE)
    assert not any(is_bare(words) or refers(words) for words in SAYS_SOMETHING)


@given(
    st.dates(date(1990, 1, 1)), st.sampled_from(["%Y年%m月%d日", "%Y-%m-%d", "%Y/%m/%d", "%m.%d"])
)
def test_any_date_alone_says_nothing(day: date, form: str) -> None:
    assert is_bare(day.strftime(form)) and not is_bare(day.strftime(form) + "完成")


def test_who_waits_at_a_terminal_sees_how_far_the_reading_is(root: Path, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="no terminals to be had on this system")
    inbox = put(tmp_path / "inbox", {"甲.txt": A, "乙.txt": B})
    line = [sys.executable, "-c", "from generator.cli import main; main()", "import"]
    line += [str(inbox), "--explain"]
    here, there = pty.openpty()
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=there, check=False)
    os.close(there)
    shown = os.read(here, 100_000).decode("utf-8", "replace")
    os.close(here)
    assert "正在读取文件" in shown and "2/2" in shown
    assert "正在读取".encode() not in done.stdout
    piped = subprocess.run(line, capture_output=True, check=False)
    assert "正在读取".encode() not in piped.stdout + piped.stderr


def test_a_mistyped_number_is_known_without_a_unit_too(root: Path) -> None:
    found = together(root, {"甲.txt": text("", (1, "", "甲。"), (9, GOALS[4], "丁。"))})
    (mistyped,) = (f for f in found.faults if f.code == "number-mistyped")
    assert dict(mistyped.values) == {"no": "9", "meant": "4"}


def test_two_files_of_one_name_are_refused(root: Path, tmp_path: Path) -> None:
    one = put(tmp_path / "1", {"表.txt": A})
    two = put(tmp_path / "2", {"表.txt": B})
    code, output = hand_in(root, one, two)
    assert code == 1 and "同名" in output and tasks_of(root) == {}
    put(two, {"表.txt": A})
    assert hand_in(root, one, two)[0] == 0


def test_what_lies_beside_the_documents_is_passed_over(root: Path, tmp_path: Path) -> None:
    inbox = put(
        tmp_path / "inbox", {"甲.txt": A, "~$甲.docx": b"x", ".DS_Store": b"x", "Thumbs.db": b"x"}
    )
    put(inbox / "子文件夹", {"乙.txt": B})
    code, output = hand_in(root, inbox)
    assert code == 0 and tasks_of(root).keys() == {1, 2}
    assert output.count("没有读。") == 4
    code, output = hand_in(root, put(tmp_path / "empty", {}))
    assert code == 1 and "没有找到" in output
    code, output = hand_in(root, tmp_path / "nothing.txt", inbox / "甲.txt", "--skip-faulty")
    assert code == 0 and "文件不存在" in output


def test_the_expected_are_the_last_reports_of_the_year_else_its_plans(root: Path) -> None:
    def expected(snapshot: str) -> str:
        found = expected_from(read_content(root).ledger, snapshot)
        return found.id if found else ""

    assert (expected("2020H2"), expected("2020H1"), expected("2021H1")) == ("2020H1", "", "")
    write_site(root, TASKS, UNITS, "title: 计划\nkind: plan\n", "2020")
    assert (expected("2020H2"), expected("2020H1")) == ("2020H1", "2020")
    none = collate([], "2021H1", read_content(root).ledger.registry, None, {})
    assert list(told(none.roll, "zh")) == [
        "收到 0 个单位、0 项任务；没有上一期或年度任务可以对照，不能判断还缺谁。"
    ]
    assert "0 units" in next(told(none.roll, "en"))


LETTERS = (
    "东南西北山河江湖林田水利农工商学文卫教科公安民政财税审统环规建交电气邮港桥路园城乡村镇街里"
)
CITY = [
    {"id": f"u{n}", "name": f"市{letter}务局", "kind": "市直部门"}
    for n, letter in enumerate(LETTERS[:45], start=1)
]


def first_half() -> bytes:
    """A whole table of 90 tasks: each unit leads one of the first 45 and one of the others."""
    lines = [
        "2017年市政府重点工作落实情况表（上半年）",
        "序号\t年内具体目标任务\t进展情况\t存在问题",
    ]
    for no in range(1, 91):
        unit = CITY[(no - 1) % 45]["name"]
        lines.append(f"责任单位：{unit}\t\t责任人：{LETTERS[(no - 1) % 45]}三\t")
        goal = f"完成{LETTERS[no % 45]}片区第{no}号工程投资{no}000万元。"
        lines.append(f"{no}\t{goal}\t上半年完成投资{no}00万元。\t无")
    return "\n".join(lines).encode()


def answers_of(n: int) -> Answers:
    return {
        no: (f"全年完成投资{no}000万元，完成年度任务的100%。", "无", f"做好第{no}号工程验收。")
        for no in (n, n + 45)
    }


def returned(forms: Path, n: int, **edits: Callable[..., None]) -> tuple[str, bytes]:
    """What unit n sends back: by turns a workbook, a Word document, a text and a page."""
    stem = f"{CITY[n - 1]['name']}-2017H2"
    sheet, document = ((forms / f"{stem}{e}").read_bytes() for e in (".xlsx", ".docx"))
    answers = answers_of(n)
    match n % 4:
        case 0:
            return f"{stem}.xlsx", fill_xlsx(sheet, answers, edits.get("sheet"))
        case 1:
            return f"{stem}.docx", fill_docx(document, answers, edits.get("document"))
        case 2:
            return f"{stem}.txt", as_text(rows_of(sheet, answers), "utf-8-sig")
        case _:
            return f"{stem}.html", as_page(rows_of(sheet, answers))


def in_cell(row: int, column: int, old: str, new: str) -> Callable[..., None]:
    def edit(document: Any) -> None:
        cell = document.tables[0].rows[row].cells[column]
        assert old in cell.text
        cell.text = cell.text.replace(old, new)

    return edit


def told_of(output: str) -> list[str]:
    """The codes of the errors and warnings in what the command printed."""
    messages = tomllib.loads(files_of("generator").joinpath("messages.toml").read_text("utf-8"))
    patterns = [
        (code, re.compile("^" + re.sub(r"\\{\w+\\}", ".*", re.escape(m[part])) + "$"))
        for code, m in messages.items()
        for part in ("what", "one")
        if part in m
    ]
    lines = output.split("\n")
    heads = [n for n, line in enumerate(lines) if re.match("(?:错误|注意)  ", line)]
    return sorted(
        f"{code} {lines[n].split()[1]}"
        for n in heads
        for code, pattern in patterns
        if pattern.match(lines[n + 1].strip())
    )


def test_a_half_year_from_the_forms_to_the_site(tmp_path: Path) -> None:
    """Forms out for 45 units, 43 come back with faults, the clerk mends, the site shows both."""
    root = tmp_path / "site"
    write_site(root, (), CITY, name="2017H1")
    shutil.rmtree(root / "content/2017H1")
    table_ = tmp_path / "上半年.txt"
    table_.write_bytes(first_half())

    def run(*arguments: object) -> tuple[int, str]:
        line = [*map(str, arguments), "--site", str(root)]
        result = CliRunner().invoke(main, line, catch_exceptions=False)
        return result.exit_code, result.output

    assert run("import", table_, "--snapshot", "2017H1")[0] == 0
    code, output = run("forms", "2017H2", "--from", "2017H1")
    assert code == 0 and "45 份填报表（90 项任务）" in output
    forms = root / "forms/2017H2"

    faulty = {
        1: {"document": in_cell(3, 0, "46", "460")},  # a wrong number
        5: {"document": in_cell(1, 0, "务局", "物局")},  # a unit's name misspelt
        9: {"document": in_cell(3, 1, "54000", "24000")},  # a goal lowered
    }
    files = dict(returned(forms, n, **faulty.get(n, {})) for n in range(1, 46) if n not in (20, 31))
    assert {Path(name).suffix for name in files} == {".xlsx", ".docx", ".txt", ".html"}
    name, data = returned(forms, 13)
    files[name] = data[: len(data) // 2]  # damaged on its way
    name, data = returned(forms, 8)
    files["新建 工作表 (2).xlsx"] = files.pop(name)  # renamed
    name, data = returned(forms, 12)  # handed in twice
    again = {57: ("全年完成投资57001万元。", "无", "做好第57号工程验收。")}
    twice = f"{CITY[11]['name']}-修改.xlsx"
    files[twice] = fill_xlsx(data, again)
    inbox = put(tmp_path / "inbox", files)

    unit = {n: CITY[n - 1]["name"] for n in range(1, 46)}
    code, output = run("import", inbox, "--snapshot", "2017H2")
    assert code == 1 and not (root / "content/2017H2").exists()
    assert told_of(output) == sorted(
        [
            f"number-mistyped {unit[1]}-2017H2.docx",
            f"form-unit-differs {unit[5]}-2017H2.docx",
            f"goal-reworded {unit[9]}-2017H2.docx",
            f"document-damaged {unit[13]}-2017H2.docx",
            f"handed-twice-later {twice}",
        ]
    )
    assert "收到 43 个单位，应报 45 个" in output
    missing = f"催报：{unit[20]}（责任人 {LETTERS[19]}三，2项）、{unit[31]}（责任人 {LETTERS[30]}三，2项）。"
    assert missing in output

    for n in (1, 5, 9, 13):
        put(inbox, dict([returned(forms, n)]))
    (inbox / twice).unlink()
    code, output = run("import", inbox, "--snapshot", "2017H2")
    assert code == 0 and told_of(output) == [] and missing in output
    assert "先存为草稿，不公开" in output
    assert not (build(root).public / "2017H2").exists()
    assert run("import", inbox, "--snapshot", "2017H2")[1].count("没有改动") == 1
    for n in (20, 31):
        (late,) = put(tmp_path / f"late{n}", dict([returned(forms, n)])).iterdir()
        code, output = run("import", late, "--snapshot", "2017H2")
        assert code == 0
    assert "收到 45 个单位，应报 45 个；收到 90 项任务，应报 90 项。" in output
    assert "本期已经收齐，仍是草稿" in output
    described = root / "content/2017H2/snapshot.yml"
    described.write_text(
        described.read_text("utf-8").replace("status: draft", "status: published"), "utf-8"
    )

    ledger = read_content(root).ledger
    assert [s.id for s in ledger.snapshots] == ["2017H2", "2017H1"]
    second, first = (list(s.tasks) for s in ledger.snapshots)
    assert len(ledger.snapshots[0].sources) == 45
    typed = {no: texts for n in range(1, 46) for no, texts in answers_of(n).items()}
    assert {t.no: (t.progress, t.problems, t.next_steps) for t in second} == typed
    for before, after in zip(first, second, strict=True):
        assert (before.no, before.goal, before.unit) == (after.no, after.goal, after.unit)
        assert (before.head, before.unit_text) == (after.head, after.unit_text)

    site = build(root)
    page = (site.public / "2017H2/units/u1.html").read_text("utf-8")
    assert "全年完成投资46000万元" in page
    assert (site.public / "2017H1/units/u1.html").is_file()
    portal = (site.public / "index.html").read_text("utf-8")
    assert "2017H1/index.html" in portal and "2017H2/index.html" in portal
    sources = (site.public / "about/sources.html").read_text("utf-8")
    assert sources.count("逐字节保存") == 46
