"""What the site offers, imported again, gives the tasks that the documents stated.

What each form can't carry:

- the official form and table.html of a report: partners, title, deadline and the other
  fields that have no column in it; table.html also its sections;
- those of a plan: head, progress, problems and the like;
- tasks.csv: leader;
- none of them a withheld task (only its number is public), a unit that was inferred
  (the document doesn't state it), or spaces and markup that importing cleans anyway.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import REPOSITORY, Site, build, write_site
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.analysis.task_findings import analyse
from generator.findings import Place
from generator.importing.cleaning import clean
from generator.importing.document import Reading, TaskRecord
from generator.importing.readers import read_document, read_tasks
from generator.ledger.intake import prepare
from generator.ledger.model import Basis, Kind, Party, Registry, Snapshot, Task
from generator.pages.downloads import csv_bytes, task_table
from generator.pages.official_excel import excel_form
from generator.pages.official_form import official_form
from generator.pages.official_word import word_form

HERE = Place("here")
FIELDS = {
    ("form", Kind.REPORT): ("no", "unit", "head", "goal", "progress", "problems", "next_steps"),
    ("form", Kind.PLAN): ("no", "unit", "partners", "open_list", "section", "title", "goal"),
    ("csv", Kind.REPORT): ("no", "unit", "partners", "open_list", "section", "title", "head",
                           "deadline", "goal", "progress", "problems", "next_steps",
                           "reported_rate", "reported_status"),
    ("csv", Kind.PLAN): ("no", "unit", "partners", "open_list", "section", "title", "head",
                         "deadline", "goal"),
}  # fmt: skip
TASKS = {"2014": 39, "2017H1": 200}


def stated(task: Task) -> TaskRecord:
    """A task of the ledger as a document states it: what was inferred isn't in it."""
    inferred = task.basis is Basis.INFERRED
    return TaskRecord(
        task.no, HERE, task.section, task.title, "" if inferred else task.unit_text,
        "" if inferred else task.head, tuple(p.text for p in task.partners), task.open_list,
        task.goal, task.progress, task.problems, task.next_steps, task.deadline,
        reported_rate=task.reported_rate, reported_status=task.reported_status,
    )  # fmt: skip


def read(name: str, data: bytes) -> Reading:
    return read_tasks(read_document(name, data), None)


def assert_same(reading: Reading, snapshot: Snapshot, form: str) -> None:
    assert reading.kind == snapshot.kind.value
    assert [f for f in reading.findings if f.severity.value == "error"] == []
    fields = FIELDS[form, snapshot.kind]
    wanted = [stated(task) for task in snapshot.tasks if not task.withheld]
    for got, want in zip(reading.tasks, wanted, strict=True):
        assert {f: getattr(got, f) for f in fields} == {f: getattr(want, f) for f in fields}


def outputs(snapshot: Snapshot, registry: Registry) -> dict[str, bytes]:
    form = official_form(snapshot, registry)
    rows = task_table(snapshot, analyse(snapshot), registry)
    return {
        "x.docx": word_form(form), "x.xlsx": excel_form(form, snapshot.id),
        "tasks.csv": csv_bytes(rows),
    }  # fmt: skip


@pytest.mark.parametrize("snapshot", TASKS)
@pytest.mark.parametrize("file", ["data/{}.docx", "data/{}.xlsx", "table.html", "data/tasks.csv"])
def test_every_task_of_the_site_comes_back(real_site: Site, snapshot: str, file: str) -> None:
    path = real_site.public / snapshot / file.format(snapshot)
    reading = read(path.name, path.read_bytes())
    assert len(reading.tasks) == TASKS[snapshot]
    (wanted,) = (s for s in real_site.ledger.snapshots if s.id == snapshot)
    assert_same(reading, wanted, "csv" if file.endswith("csv") else "form")
    if path.suffix in (".docx", ".xlsx"):
        assert reading.title == wanted.title
        assert {f.severity.value for f in reading.findings if f.code != "heading-lost"} <= {"note"}


# Texts that have gone wrong in tables before.
HARD = [
    "=1+1", "+1", "-5%", "@SUM(A1)", "＝1", "＋1", "－1", "＠a", "'=1", "''+1", "'", "'a", '"', '""', 'a"b', '"a",b',
    "1.甲。2.乙。", "（1）甲；（2）乙", "12", "100", "3.5", "1", "①甲", "一、甲", "无", "无。", "无存在问题", "—",
    "a|b", "| a |", "a,b,c", "a;b", "<b>粗</b>", "<p>段</p>", "&lt;", "&amp;nbsp;", "a&b", "*a*", "_a_", "`a`", "# a", "$5", "$a=b$", "PM_{2.5}",
    "全角ＡＢＣ１２３％", "㎡", "１．甲", "责任单位：市甲局", "责任单位：市甲局　责任人：甲", "进展情况", "序号", "目标任务", "第3号：缺", "（未分章）",
    "不明", "a\tb", "a\nb", "{{ 1 }}", "{% a %}", "[a](b)", "😀𠮷", "_x0041_", "x005F", "true", "1e5", "2017-06-30", "#N/A", "0.1%",
    "\u3000全角空格\u3000间", "市甲局（推断）", "合计", "甲" * 3000, "甲，" * 500, "a," * 300, "甲、" * 9000,
]  # fmt: skip
MARKS = st.text(
    st.sampled_from(list("甲乙丙，。；：、（）()0123456789.%＝＋－＠=+-@'\"|<>/p&#;*_`$\\ \t\n\u3000[]{}!~ＡｂX")),
    max_size=30,
)  # fmt: skip


def cleaned(text: str) -> str:
    """As importing leaves a text; what it takes off may bare more for it to take."""
    while (once := clean(text)) != text:
        text = once
    return text


texts = st.one_of(st.sampled_from(HARD), MARKS, st.text(max_size=40)).map(cleaned)
bodies = st.builds(
    "{}{}{}".format, st.sampled_from(["市", "各县(市、区)", "肇庆", "广东省"]),
    st.text(st.sampled_from("甲乙丙丁水务发展改革住建"), min_size=1, max_size=6),
    st.sampled_from(["局", "委", "政府", "公司（肇庆）", "管委会"]),
)  # fmt: skip
persons = st.one_of(st.just(""), st.text(st.sampled_from("张王李赵一二三"), min_size=2, max_size=3))


@st.composite
def snapshots(draw: st.DrawFn, kind: Kind) -> Snapshot:
    report = kind is Kind.REPORT
    numbers = draw(st.lists(st.integers(1, 30), min_size=1, max_size=8, unique=True).map(sorted))
    tasks = []
    section = ""
    # In half of the documents no task has the fields that not all have.
    rarely = draw(st.sampled_from([st.just(""), texts]))
    for no in numbers:
        if not report and draw(st.booleans()):
            section = draw(
                st.sampled_from(["一、强化责任", "提高质量", "（二）由市甲局牵头", "第三章 总则"])
            )
        basis = draw(st.sampled_from([Basis.STATED, Basis.STATED, Basis.INFERRED, None]))
        unit = draw(bodies) if basis else ""
        partners = draw(st.lists(bodies, max_size=3)) if not report else []
        tasks.append(
            Task(
                2020, no, HERE, section=section, title=draw(texts) if not report else "",
                unit="x" if unit else "", unit_text=unit, basis=basis,
                partners=tuple(Party("", name) for name in partners),
                open_list=bool(partners) and draw(st.booleans()),
                head=draw(persons) if report and basis is Basis.STATED else "",
                goal=draw(texts.filter(bool)), progress=draw(texts) if report else "",
                problems=draw(texts) if report else "",
                next_steps=draw(rarely) if report else "", deadline=draw(rarely),
                reported_rate=draw(rarely) if report else "",
                reported_status=draw(rarely) if report else "",
                verified_status=draw(rarely) if report else "",
            )
        )  # fmt: skip
    if report:  # of a table without any progress nobody can tell that it is a report
        tasks[0] = replace(tasks[0], progress="有进展。")
    identity = "2020H1" if report else "2020"
    return Snapshot(identity, "2020年重点工作表", kind, "published", None, tuple(tasks))


@pytest.mark.parametrize("kind", list(Kind))
def test_any_task_comes_back(kind: Kind) -> None:
    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(snapshots(kind))
    def comes_back(snapshot: Snapshot) -> None:
        for name, data in outputs(snapshot, Registry()).items():
            form = "csv" if name.endswith("csv") else "form"
            assert_same(read(name, data), snapshot, form)

    comes_back()


def test_texts_that_have_gone_wrong_come_back_from_a_built_site(tmp_path: Path) -> None:
    hard = [text for raw in HARD if (text := cleaned(raw))]
    rows = [
        {
            "no": str(no + no // 10), "unit": "a", "unit_text": f"市{'甲乙丙'[no // 7 % 3]}局",
            "unit_basis": "inferred" if no % 11 == 5 else "stated",
            "note": "由上下文推断。" if no % 11 == 5 else "",
            "head": "" if no % 11 == 5 else "张三", "goal": text, "progress": hard[-no],
            "problems": hard[no // 2] if no % 3 else "", "next_steps": hard[no // 3] if no % 5 else "",
            "deadline": hard[-no // 2], "reported_status": hard[no // 4],
        }
        for no, text in enumerate(hard, start=1)
    ]  # fmt: skip
    plan = [
        {
            **row, "head": "", "progress": "", "problems": "", "next_steps": "",
            "reported_status": "", "title": hard[no // 2],
            "section": ["一、强化责任单位的责任", "提高质量"][no > 40], "partners": ";a",
            "partners_text": "市丁局;市戊局;等",
        }
        for no, row in enumerate(rows)
    ]  # fmt: skip
    hidden = [
        {"no": str(900 + no), "goal": "密", "withheld": "涉及秘密", "unit_text": "市密局"}
        for no in range(2)
    ]
    after = [{"no": "902", "unit": "a", "unit_text": "市丙局", "goal": "最后一项。"}]
    write_site(tmp_path, [*rows, *hidden, *after], snapshot="title: 落实情况表\nkind: report\n")
    write_site(
        tmp_path, [*plan, *hidden, *after], snapshot="title: 任务安排\nkind: plan\n", name="2020"
    )
    site = build(tmp_path)
    for snapshot in site.ledger.snapshots:
        folder = site.public / snapshot.id
        for path in (folder / "table.html", folder / f"data/{snapshot.id}.docx",
                     folder / f"data/{snapshot.id}.xlsx", folder / "data/tasks.csv"):  # fmt: skip
            data = path.read_bytes()
            assert "市密局".encode() not in data
            reading = read(path.name, data)
            if path.suffix == ".csv":  # the table has a row for every task
                reading = replace(reading, tasks=tuple(t for t in reading.tasks if t.goal))
            assert_same(reading, snapshot, "csv" if path.suffix == ".csv" else "form")


def test_the_plan_and_the_report_imported_again_change_nothing(
    real_site: Site, tmp_path: Path
) -> None:
    for snapshot in TASKS:
        for file in ("data/{}.docx", "data/{}.xlsx", "table.html", "data/tasks.csv"):
            path = real_site.public / snapshot / file.format(snapshot)
            document = read_document(path.name, path.read_bytes())
            registry = real_site.ledger.registry
            folder = REPOSITORY / "content" / snapshot
            intake = prepare(folder, [document], read_tasks(document, None), registry)
            assert intake.differences == ()


def read_rows(*rows: str) -> Reading:
    return read("x.csv", "\n".join(rows).encode())


def test_a_numbered_row_is_a_task_whatever_its_words() -> None:
    reading = read_rows(
        "序号,目标任务,进展情况,存在问题", "1,序号,有进展。,目标任务", "2,甲。,乙。,无"
    )
    assert [(t.no, t.goal) for t in reading.tasks] == [(1, "序号"), (2, "甲。")]


def test_a_code_beside_the_number_is_not_the_number() -> None:
    assert [t.no for t in read_rows("编号,目标任务", "7,甲。").tasks] == [7]
    assert [t.no for t in read_rows("编号,序号,目标任务", "A-9,7,甲。").tasks] == [7]


def test_a_derived_column_is_left_only_beside_what_was_inferred() -> None:
    plain = read_rows("序号,目标任务,责任单位,进度状态", "1,甲。,市甲局,落后")
    assert plain.tasks[0].reported_status == "落后"
    derived = read_rows("序号,目标任务,责任单位,单位依据,进度状态", "1,甲。,市甲局,推断,落后")
    assert (derived.tasks[0].reported_status, derived.tasks[0].unit) == ("", "")


def test_commas_in_quotes_and_semicolons_part_nothing() -> None:
    reading = read_rows(
        "序号,目标任务,进展情况", *(f'{n},"甲;{"a," * n}","乙"' for n in range(1, 9))
    )
    assert [(t.goal, t.progress) for t in reading.tasks] == [
        (f"甲;{'a,' * n}", "乙") for n in range(1, 9)
    ]


def test_of_a_page_only_its_main_part_is_read() -> None:
    page = "<nav>责任单位：市乙局</nav><main><h1>表</h1>{}</main><footer>市丙局</footer>"
    rows = "<tr><th>序号<th>目标任务<tr><td>1<td>甲。"
    reading = read("x.html", page.format(f"<table>{rows}</table>").encode())
    assert (reading.title, reading.tasks[0].unit, reading.tasks[0].goal) == ("表", "", "甲。")


def test_a_chapter_over_the_whole_width_may_speak_of_responsibility() -> None:
    page = (
        "<table><tr><th>序号<th>任务<th>内容<th>责任单位<tr><td colspan=4>压实责任"
        "<tr><td>1<td>题<td>甲。<td>不明、市乙局等<tr><td colspan=4>注：略"
        "<tr><td>2<td>题<td>乙。<td>市甲局（推断）、市乙局</table>"
    )
    first, second = read("x.html", page.encode()).tasks
    assert (first.section, first.unit, first.partners) == ("压实责任", "", ("市乙局",))
    assert (second.section, second.unit, second.partners) == ("压实责任", "", ("市乙局",))
    assert (first.open_list, first.title, first.goal) == (True, "题", "甲。")
