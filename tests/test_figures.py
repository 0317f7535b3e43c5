"""What the texts state: figures with exact quotes, audit, status, obstacles, reviews."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from conftest import REPOSITORY, build, table, write_site
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.accuracy import GOLD, score
from generator.analysis.measures import indicator_name, measures
from generator.analysis.mentions import Reading
from generator.analysis.task_findings import (
    SnapshotFindings,
    TaskFindings,
    analyse,
    analyse_task,
    check_arithmetic,
)
from generator.cli import main
from generator.findings import Finding, Place
from generator.ledger.content import REVIEW_COLUMNS, read_content
from generator.ledger.model import Kind, Snapshot, Task
from generator.pages.task_view import mark

DATA = Path(__file__).parent / "data"
HALF_YEAR = Snapshot("2020H1", "", Kind.REPORT, "published", None, ())


def found(goal: str, progress: str, problems: str = "") -> TaskFindings:
    return analyse_task(
        HALF_YEAR, Task(2020, 1, Place("x"), goal=goal, progress=progress, problems=problems)
    )


# Lower than what is reached today (see `make accuracy`), so that a change that
# loses figures or invents them is noticed, and one arguable row isn't.
FLOORS = {
    "completions": (0.97, 0.95), "scope": (0.93, 0.93), "measures": (0.93, 0.78),
    "audit": (0.92, 0.75), "obstacles": (0.92, 0.90), "items": (0.98, 0.98),
    "has_problem": (1.0, 1.0),
}  # fmt: skip


@pytest.mark.parametrize("name", ["2017H1.jsonl", "made-up.jsonl", "made-up-plain.jsonl"])
def test_findings_agree_with_annotated_rows(name: str) -> None:
    tallies = score(GOLD / name)
    for kind, (precision, recall) in FLOORS.items():
        assert tallies[kind].precision >= precision, (kind, tallies[kind].told)
        assert tallies[kind].recall >= recall, (kind, tallies[kind].told)
    assert not tallies["inconsistent"].false, tallies["inconsistent"].told


def test_every_quote_stands_where_it_says() -> None:
    for snapshot in read_content(REPOSITORY).ledger.snapshots:
        for one in analyse(snapshot):
            task = one.task
            for c in one.completions:
                assert task.progress[c.start : c.end] == c.quote
            for m in one.measures:
                assert task.goal[slice(*m.goal_span)] == m.goal_quote
                assert task.progress[slice(*m.progress_span)] == m.progress_quote
            for claim in one.audit:
                assert getattr(task, claim.field)[claim.start : claim.end] == claim.claim
            for o in one.obstacles:
                assert task.problems[o.start : o.end] == o.quote


STATUSES: list[dict[str, Any]] = yaml.safe_load((DATA / "statuses.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", STATUSES, ids=lambda c: c["progress"][:20])
def test_statuses_follow_the_printed_rules(case: dict[str, Any]) -> None:
    judgement = found(case["goal"], case["progress"]).judgement
    assert (judgement.status, judgement.rule) == (case["status"], case["rule"])
    assert bool(judgement.quotes) is (case["rule"] != "R0")


NAMES: list[dict[str, Any]] = yaml.safe_load((DATA / "names.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", NAMES, ids=lambda case: case["names"][0])
def test_an_indicator_is_called_by_the_goals_own_words(case: dict[str, Any]) -> None:
    one = found(case["goal"], case["progress"])
    assert [m.name for m in one.measures] == case["names"]


SIGNS = st.text(st.sampled_from(list("甲乙丙（）()“”《》、的项目")), max_size=20)


@given(SIGNS, SIGNS)
def test_a_name_never_holds_half_a_bracket(left: str, right: str) -> None:
    reading = Reading(f"新增{left}项目100个{right}。")
    for mention in reading.mentions:
        name = indicator_name(reading, mention)
        assert name
        for opening, closing in ("（）", "()", "“”", "《》"):
            depth = 0
            for sign in name:
                depth += (sign == opening) - (sign == closing)
                assert depth >= 0, name
            assert depth == 0, name


def test_what_two_places_of_a_row_state_differently_is_told_as_that() -> None:
    progress = "上报列入2020年的农村危房改造计划的危房户共12623户。"
    problems = "农村危房改造计划的危房户共12653户，任务较重。"
    (told,) = contradictions("完成农村危房改造任务。", progress, problems)
    assert told.code == "number-stated-twice"
    assert "“12653户”" in told.what() and "12623" in told.what()


def test_a_contradiction_shows_what_is_stated_and_what_comes_out() -> None:
    progress = "人均支出为89400000÷12640000=12.5元。"
    (told,) = contradictions("提高人均支出。", progress)
    assert "89400000/12640000 = 7.0728，写的是 12.5" in told.what()


def contradictions(*texts: str) -> list[Finding]:
    one = found(*texts)
    return list(check_arithmetic(SnapshotFindings(HALF_YEAR, {one.task.no: one})))


def test_a_row_that_contradicts_itself_is_told() -> None:
    one = found("计划年内完成投资12.64亿元。", "完成投资约8.94亿元，占年计划的53.05%。")
    (claim,) = [c for c in one.audit if c.verdict == "inconsistent"]
    assert (claim.formula, claim.stated, claim.computed) == ("8.94/12.64", 53.05, 70.7278)


@pytest.mark.parametrize("goal", ["安全事故控制在0起。", "零投诉，投诉0件、事故0起。"])
def test_a_goal_of_zero_breaks_nothing(goal: str) -> None:
    found(goal, "发生安全事故5起，完成年度任务的50%。投诉3件、事故2起，分别占年度任务的50%、20%。")


def test_a_plan_states_no_progress() -> None:
    plan = Snapshot("2020", "", Kind.PLAN, "published", None, ())
    one = analyse_task(plan, Task(2020, 1, Place("x"), goal="新建学校10所。"))
    assert not one.measures and one.judgement.rule == "R0"


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_the_analysis(goal: str, progress: str) -> None:
    found(goal, progress, progress)


WORDS = "完成投资占年计划的其中同比增长分别为以上亿元万人家%，。；、（）1234.5-约共"


@given(st.text(alphabet=WORDS, max_size=200), st.text(alphabet=WORDS, max_size=200))
def test_figures_quote_what_is_there(goal: str, progress: str) -> None:
    one = found(goal, progress, progress)
    for c in one.completions:
        assert progress[c.start : c.end] == c.quote
    for m in one.measures:
        assert (
            goal[slice(*m.goal_span)] == m.goal_quote
            and progress[slice(*m.progress_span)] == m.progress_quote
        )


@pytest.mark.parametrize(
    "piece",
    ["1", "（", "（1", "1.", "1、", "占1%，", "完成投资1亿元，占年计划的5%；", " ", "一百", "1-", "1÷1=", "1%、", "同比增长", "“", "1,", "共10个，5个、5个，"],
)  # fmt: skip
def test_long_texts_are_read_in_bounded_work(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    assert len(Reading(text).quantities) <= 150
    found(text, text, text)


@given(
    st.text(alphabet='甲乙<&>"丙', max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4),
)
def test_marks_keep_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    marked = str(mark(text, 0, len(text), spans))
    plain = marked.replace("<mark>", "").replace("</mark>", "")
    assert plain == text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace(
        '"', "&#34;"
    )
    inside = {i for low, high in spans for i in range(low, min(high, len(text)))}
    assert ("<mark>" in marked) is bool(inside)


# ---- on the pages


def test_progress_and_problems_pages_agree_with_the_data(
    tmp_path_factory: pytest.TempPathFactory, real_site: Any
) -> None:
    from test_site import page, tasks_of, text

    tasks = tasks_of(real_site, "2017H1")
    document = page(real_site.public / "2017H1/progress.html")
    counts = {
        text(d.find("dt"))[1:]: int(text(d.xpath(".//strong")[0]))
        for d in document.xpath("//div[@class='number']")
    }
    names = {
        "behind": "落后序时进度",
        "on_schedule": "达到序时进度",
        "completed": "已完成",
        "unquantified": "未量化",
    }
    assert counts == {
        name: sum(t["status"]["value"] == key for t in tasks) for key, name in names.items()
    }
    assert sum(counts.values()) == len(tasks)
    for key in names:
        links = document.xpath(
            f"//h2[@id='{key}']/following-sibling::ul[1]//a[contains(@href, '#task-')]/@href"
        )
        assert sorted(int(a.rpartition("-")[2]) for a in set(links)) == sorted(
            t["no"] for t in tasks if t["status"]["value"] == key
        )
    document = page(real_site.public / "2017H1/problems.html")
    for heading in document.xpath("//h2[@id]"):
        links = heading.xpath("following-sibling::ul[1]//a/@href")
        kind = heading.get("id")
        mine = [t for t in tasks if any(o["class"] == kind for o in t["obstacles"])]
        assert [int(a.rpartition("-")[2]) for a in links] == [t["no"] for t in mine]
        quotes = text(heading.xpath("following-sibling::ul[1]")[0])
        for task in mine:
            for o in task["obstacles"]:
                if o["class"] == kind:
                    assert "".join(o["quote"].split()) in quotes


def test_every_figure_on_a_page_has_its_words_beside_it(real_site: Any) -> None:
    from test_site import page, tasks_of, text

    folder = real_site.public / "2017H1"
    figures = json.loads((folder / "data/figures.json").read_text("utf-8"))
    tasks = {t["id"]: t for t in tasks_of(real_site, "2017H1")}
    assert len(figures["measures"]) > 100 and len(figures["completions"]) > 70
    shown: dict[str, str] = {}
    for entry in (*figures["measures"], *figures["completions"]):
        task = tasks[entry["task"]]
        file = task["url"].partition("#")[0]
        key = f"{file} {task['no']}"
        if key not in shown:
            (block,) = page(real_site.public / file).xpath(
                f"//div[@class='task'][@data-no='{task['no']}']"
            )
            shown[key] = text(block)
            assert block.xpath(".//mark") and block.xpath(".//details")
        quote = entry.get("progress_quote") or entry["quote"]
        assert f"“{''.join(quote.split())}”" in shown[key]


def test_the_audit_is_public_only_where_the_site_says_so(tmp_path: Path, real_site: Any) -> None:
    assert not (real_site.public / "2017H1/data/audit.json").exists()
    assert not list(real_site.public.rglob("audit.html"))
    with (REPOSITORY / "content/2017H1/tasks.csv").open(encoding="utf-8-sig") as stream:
        (row,) = (row for row in csv.DictReader(stream) if row["no"] == "90")
    root = write_site(tmp_path, [row | {"unit": "a", "partners": ""}], name="2017H1")
    settings = (root / "mkdocs.yml").read_text("utf-8")
    (root / "mkdocs.yml").write_text(
        settings.replace("publish_audit: false", "publish_audit: true"), "utf-8"
    )
    site = build(root)
    audit = json.loads((site.public / "2017H1/data/audit.json").read_text("utf-8"))
    assert (site.public / "2017H1/audit.html").exists()
    assert {"task", "claim", "formula", "stated", "computed", "verdict"} <= audit[0].keys()
    assert any(c["task"] == "2017-090" and c["verdict"] == "inconsistent" for c in audit)


def review(root: Path, *rows: dict[str, str]) -> None:
    path = root / "content/2020H1/reviews.csv"
    path.write_bytes(
        table(REVIEW_COLUMNS, [{"role": "督查室", "date": "2020-07-10", **r} for r in rows])
    )


TASK = {
    "no": "1",
    "unit": "a",
    "head": "甲",
    "goal": "新建学校10所。",
    "progress": "已新建学校4所，占年度任务的40%。",
}


def test_reviews_confirm_correct_and_reject(tmp_path: Path) -> None:
    root = write_site(tmp_path, [TASK])
    (snapshot,) = read_content(root).ledger.snapshots
    (one,) = analyse(snapshot)
    quote = one.measures[0].progress_quote
    rate = one.completions[0].quote

    def page_text() -> str:
        return (build(root).public / "2020H1/units/a.html").read_text("utf-8")

    assert "自动提取，未经人工复核" in page_text() and "实际4所" in page_text()
    review(root, {"task": "1", "quote": quote, "decision": "correct", "value": "6"},
           {"task": "1", "quote": rate, "decision": "confirm"})  # fmt: skip
    text = page_text()
    assert "实际6所" in text and "已人工改正" in text and "实际4所" not in text
    review(
        root,
        {"task": "1", "quote": quote, "decision": "reject"},
        {"task": "1", "quote": rate, "decision": "reject"},
    )
    text = page_text()
    assert "实际" not in text and 'class="bar"' not in text
    assert json.loads((root / "site/public/2020H1/data/figures.json").read_text("utf-8")) == {
        "completions": [], "measures": [],
    }  # fmt: skip


def test_bad_reviews_are_errors(tmp_path: Path) -> None:
    root = write_site(tmp_path, [TASK])
    review(root, {"task": "1", "quote": "不存在的引文", "decision": "confirm"},
           {"task": "x", "quote": "q", "decision": "ok", "value": "多", "date": "昨天", "role": ""})  # fmt: skip
    result = CliRunner().invoke(main, ["check", "--site", str(root)])
    assert result.exit_code == 1
    review(root, {"task": "1", "quote": "不存在的引文", "decision": "confirm"})
    result = CliRunner().invoke(main, ["check", "--site", str(root)])
    assert result.exit_code == 1 and "没有这条数据" in result.output
    shutil.rmtree(root)


def test_patterns_are_printed_so_that_people_can_read_them(real_site: Any) -> None:
    from test_site import page, text

    from generator.analysis.obstacles import kinds

    shown = text(page(real_site.public / "about/rules.html"))
    for kind in kinds():
        assert kind.name in shown
        for wording in kind.wordings:
            assert "".join(wording.split()) in shown
            assert not set(wording) & set("()?|\\{}<!"), wording


@pytest.mark.parametrize(
    ("progress", "found"),
    [
        ("PM2.5平均浓度32微克/立方米。", []),
        ("PM10年均浓度50微克/立方米。", [(55.0, 50.0)]),
        ("PM₂.₅平均浓度32微克/立方米，PM₁₀平均浓度50微克/立方米。", [(36.0, 32.0), (55.0, 50.0)]),
    ],
)
def test_codes_of_letters_and_digits_are_never_taken_for_each_other(
    progress: str, found: list[tuple[float, float]]
) -> None:
    goal = "PM₂.₅、PM₁₀年均浓度分别控制在36微克/立方米、55微克/立方米以内。"
    pairs = measures(Reading(goal), Reading(progress), [])
    assert [(m.target, m.actual) for m in pairs] == found
