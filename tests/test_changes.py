"""What moved between two half-years: found, counted, marked and told, and nothing invented."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from demo_site import Demo, done
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from generator.analysis.changes import Kept, compare, compare_task, earlier, reworded
from generator.analysis.task_findings import TaskFindings, analyse
from generator.findings import Place
from generator.ledger.content import read_content
from generator.ledger.model import Basis, Ledger, Registry, Task, Unit
from generator.publishing.editions import public_ledger

TEXTS = st.text(
    alphabet="全年完成投资亿元以上力争动工建项目。，；0123456789.%市局ab \n", max_size=60
)


def page(path: Path) -> Any:
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


@given(TEXTS, TEXTS)
def test_a_marked_text_holds_both_wordings_to_the_letter(old: str, new: str) -> None:
    pieces = reworded(old, new)
    assert "".join(p.text for p in pieces if p.kept is not Kept.NEW) == old
    assert "".join(p.text for p in pieces if p.kept is not Kept.OLD) == new
    assert all(p.text for p in pieces)


def test_marks_cut_neither_words_nor_numbers() -> None:
    pieces = reworded(
        "全年完成投资12.64亿元以上，力争动工建设3个项目。",
        "全年完成投资10亿元以上，力争开工建设2个项目，建成1个。",
    )
    changed = [(p.kept.value, p.text) for p in pieces if p.kept is not Kept.SAME]
    assert changed == [
        ("old", "12.64"), ("new", "10"), ("old", "动工"), ("new", "开工"), ("old", "3"),
        ("new", "2"), ("new", "，建成1个"),
    ]  # fmt: skip


def test_wholly_different_goals_are_shown_whole() -> None:
    assert [p.text for p in reworded("修建水库两座。", "举办运动会")] == [
        "修建水库两座。",
        "举办运动会",
    ]


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return public_ledger(read_content(Path(__file__).parent / "demo").ledger)


def found(ledger: Ledger, snapshot: str) -> Any:
    return analyse(next(s for s in ledger.snapshots if s.id == snapshot))


def test_each_kind_of_change_is_found_in_the_demonstration(ledger: Ledger) -> None:
    changes = compare(found(ledger, "2020H1"), found(ledger, "2020H2"), ledger.registry)
    by_no = {c.no: c for c in changes.tasks}
    assert [c.no for c in changes.dropped] == [9] and [c.no for c in changes.new] == [19]
    assert [c.no for c in changes.common if c.goal] == [1, 15]
    assert by_no[3].head == ("陈思齐", "方一舟") and by_no[3].problem == "still"
    assert by_no[8].repeated == ("progress", "problems") and not by_no[17].repeated
    assert by_no[5].problem == "gone" and by_no[5].status is not None
    assert [s.value for s in by_no[5].status] == ["behind", "completed"]
    move = next(m for m in by_no[5].moves if m.unit == "公里")
    assert (move.before, move.after) == (19.5, 46.0)
    # 18 had no unit before: that one is known now is no change of responsibility.
    assert by_no[18].unit is None
    numbers = [c.no for c in changes.tasks]
    assert numbers == sorted({t.no for s in (changes.before, changes.after) for t in s.tasks})


UNITS = Registry((Unit("a", "市甲局", "市直部门"), Unit("b", "市乙局", "市直部门")))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"unit": "a", "unit_text": "市甲局"}, {"unit": "a", "unit_text": "甲局"}, None),
        ({"unit": "a"}, {"unit": "b"}, ("市甲局", "市乙局")),
        ({"unit": "a"}, {"unit_text": "市 甲局"}, None),
        ({"unit": "a"}, {"unit_text": "市丙局"}, ("市甲局", "市丙局")),
        ({"unit": "a"}, {"unit": "b", "basis": Basis.INFERRED}, ("市甲局", "市乙局（推断）")),
        ({}, {"unit": "b"}, None),
    ],
)
def test_another_unit_is_another_body_and_not_another_way_to_write_it(
    before: dict[str, Any], after: dict[str, Any], told: tuple[str, str] | None
) -> None:
    one, two = (
        TaskFindings(
            Task(
                2020,
                1,
                Place(""),
                goal="目标。",
                progress="已动工。",
                problems="资金不足。",
                **cells,
            )
        )
        for cells in (before, after)
    )
    change = compare_task(one, two, 1, UNITS)
    assert change.unit == told
    # That all else is as it was is nothing to tell.
    assert change.repeated and change.is_changed == (told is not None)


def test_bodies_are_compared_along_renamings_mergers_and_splits(ledger: Ledger) -> None:
    within = compare(found(ledger, "2020H1"), found(ledger, "2020H2"), ledger.registry)
    between = compare(found(ledger, "2020H2"), found(ledger, "2021H1"), ledger.registry)
    assert not between.tasks and not between.same_year

    def names(units: Any) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
        return {(tuple(s.name for s in u.before), tuple(s.name for s in u.after)) for u in units}

    joined = names(between.units)
    assert (("市环境保护局",), ("市生态环境局",)) in joined
    assert (("市农业局", "市林业局"), ("市农业农村局",)) in joined
    assert (("市商务旅游局",), ("市商务局", "市文化旅游局")) in joined
    # The merger came later: within 2020 the two are two.
    assert (("市农业局",), ("市农业局",)) in names(within.units)
    for changes in (within, between):
        before, after = (sum(u.numbers[side] for u in changes.units) for side in (0, 1))
        assert (before, after) == (len(changes.before.tasks), len(changes.after.tasks))


def test_the_snapshot_before_is_of_the_year_where_there_is_one(ledger: Ledger) -> None:
    pairs = {s.id: (b.id if (b := earlier(ledger, s)) else None) for s in ledger.snapshots}
    assert pairs == {
        "2020H1": None, "2020H2": "2020H1", "2021H1": "2020H2", "2021H2": "2021H1",
    }  # fmt: skip


def test_a_split_leaves_nobody_to_answer_and_a_merger_one(ledger: Ledger) -> None:
    registry = ledger.registry

    def current(id_: str, year: int) -> Unit:
        return registry.current(registry.by_id[id_], year)

    assert current("linye", 2021).id == "nongye-nongcun"
    assert current("shanglv", 2021).id == "shanglv"  # 市商务局 or 市文化旅游局: nobody knows
    assert {u.id for u in registry.lineage(registry.by_id["linye"])} == {"linye", "nongye-nongcun"}
    assert {u.id for u in registry.lineage(registry.by_id["wenlv"])} == {"wenlv", "shanglv"}


def test_the_page_lists_what_is_gone_first_and_says_marks_in_words(demo_site: Demo) -> None:
    document = page(demo_site.public / "2020H2/changes.html")
    headings = [h.text_content() for h in document.xpath("//main//h2")]
    assert headings[:3] == ["上期有、本期无（1项）", "新增任务（1项）", "目标改写（2项）"]
    (gone,) = document.xpath("//h2[@id='dropped']/following-sibling::ul[1]/li")
    assert gone.xpath(".//a/@href") == ["../2020H1/units/huanbao.html#task-9"]
    marks = document.xpath("//p[@class='reworded'][1]")[0]
    assert [m.text_content() for m in marks.xpath("./del | ./ins")] == [
        "删去：9%", "增加：8%", "删去：30", "增加：28"
    ]  # fmt: skip
    rows = document.xpath("//h2[@id='units']/following::table[1]/tbody/tr")
    total = [int(c.text_content()) for c in document.xpath("//tfoot//td[@class='n']")]
    for column in (0, 1):
        numbers = [row.xpath("./td")[column].text_content() for row in rows]
        assert sum(int(n) for n in numbers if n != "—") == total[column] == 18


def test_changes_json_agrees_with_the_tasks_of_both(demo_site: Demo) -> None:
    data = demo_site.public / "2020H2/data"
    changes = json.loads((data / "changes.json").read_text("utf-8"))
    before, after = (
        {t["id"]: t for t in json.loads((demo_site.public / s / "data/tasks.json").read_text())}
        for s in ("2020H1", "2020H2")
    )
    assert changes["basis"] == "year_no" and changes["counts"] == {"before": 18, "after": 18}
    fates = {t["task"]: t["change"] for t in changes["changes"]}
    assert {i for i, fate in fates.items() if fate == "dropped"} == before.keys() - after.keys()
    assert {i for i, fate in fates.items() if fate == "new"} == after.keys() - before.keys()
    for task in changes["changes"]:
        if task["goal"]:
            texts = task["goal"]
            assert "".join(t for k, t in texts if k != "new") == before[task["task"]]["goal"]
            assert "".join(t for k, t in texts if k != "old") == after[task["task"]]["goal"]
    assert "2020-014" not in fates  # it is withheld now: nothing is told of it


def test_a_task_tells_what_moved_and_leads_to_its_other_half_year(demo_site: Demo) -> None:
    document = page(demo_site.public / "2020H2/units/jiaoyu.html")
    text = document.text_content()
    assert "新增学位：360个 → 1980个" in text and "责任人：陈思齐 → 方一舟" in text
    links = document.xpath("//p[@class='past']/a/@href")
    assert links == [f"../../2020H1/units/jiaoyu.html#task-{n}" for n in (3, 4)]


def test_readers_of_an_old_snapshot_are_led_to_the_same_body_in_the_newest(
    demo_site: Demo,
) -> None:
    for page_, target in (
        ("2020H1/units/huanbao.html", "../../2021H2/units/shengtai.html"),
        ("2020H1/units/linye.html", "../../2021H2/units/nongye-nongcun.html"),
        ("2020H1/progress.html", "../2021H2/progress.html"),
        ("2020H1/units/unknown.html", "../../2021H2/index.html"),
    ):
        document = page(demo_site.public / page_)
        (link,) = document.xpath("//aside[@class='newer']//a/@href")
        assert link == target
    assert not page(demo_site.public / "2021H2/index.html").xpath("//aside[@class='newer']")


def test_the_command_prints_the_same(tmp_path: Path) -> None:
    output = done("compare", "2020H1", "2020H2", "--site", Path(__file__).parent / "demo")
    assert re.search(r"上期有、本期无：\n  第9号", output)
    assert "增长[-9%-][+8%+]以上" in output and "合计 18 → 18 项" in output
