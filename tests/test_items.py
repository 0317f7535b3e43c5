"""Cells are parted into items, and items matched, by general rules of numbering."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.analysis.items import itemise, match_items
from generator.analysis.problems import states_problem

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "data/items.yml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:16] or "empty")
def test_items(case: dict[str, Any]) -> None:
    assert [item.text for item in itemise(case["text"]).items] == case["items"]


@given(st.text(alphabet="123.、，。；： 年月日个亿元完成AB\u00a0", max_size=80))
def test_items_keep_every_character(text: str) -> None:
    parts = itemise(text)
    if parts.items:
        covered = text[: parts.items[0].start] + "".join(text[i.start : i.end] for i in parts.items)
        assert covered == text
        for item in parts.items:
            assert item.text in text[item.start : item.end]
    else:
        assert parts.lead == text


@given(
    st.lists(
        st.text(alphabet="完成项目建设工作，（）", min_size=1, max_size=20), min_size=2, max_size=12
    )
)
def test_numbered_parts_read_back(parts: list[str]) -> None:
    text = "".join(f"{n}.{part}。" for n, part in enumerate(parts, start=1))
    assert [item.text for item in itemise(text).items] == [f"{part}。" for part in parts]


def test_items_are_matched_only_where_both_number_alike() -> None:
    two, three = "1.甲。2.乙。", "1.子。2.丑。3.寅。"
    assert [(m.goal, m.progress, m.problem) for m in match_items(two, "1.完。2.未。", "无")] == [
        ("甲。", "完。", ""), ("乙。", "未。", ""),
    ]  # fmt: skip
    assert match_items(two, "1.完。2.未。", "1.难。2.易。")[1].problem == "易。"
    assert match_items(two, "1.完。2.未。", three)[0].problem == ""
    assert match_items(two, three, "无") == match_items(two, "完成。", "无") == ()
    assert match_items("1.甲。", "1.完。", "") == ()


@pytest.mark.parametrize("text", ["", "无", "无。", "暂未发现问题", "暂未发现问题。", "暂无", "没有问题", "无明显问题", "—", "目前暂无存在问题", "1.无", "（无）", "不存在问题", "N/A"])  # fmt: skip
def test_no_problem(text: str) -> None:
    assert not states_problem(text)


@pytest.mark.parametrize(
    "text", ["资金不足", "无资金", "无法办理手续", "暂未有新设基金。", "无力承担"]
)
def test_problem(text: str) -> None:
    assert states_problem(text)
