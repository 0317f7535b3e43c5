"""Numbers are read as Chinese reports write them; what only looks like one is passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.analysis.quantities import numeral, read_quantities

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "data/quantities.yml").read_text(encoding="utf-8")
)
UNITS = [
    "元",
    "亩",
    "公里",
    "平方公里",
    "千米",
    "户",
    "宗",
    "间",
    "所",
    "家",
    "个",
    "条",
    "人",
    "人次",
    "件",
    "台",
    "%",
]


def test_there_are_enough_phrases() -> None:
    assert len({case["text"] for case in CASES}) >= 150


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_phrases(case: dict[str, Any]) -> None:
    read = [
        [[q.low, q.high] if q.is_range or q.dimension == "ratio" else q.low, q.unit, q.bound.value]
        for q in read_quantities(case["text"])
    ]
    assert read == case["reads"]


@given(
    st.decimals(min_value="0.01", max_value=99999, places=2),
    st.sampled_from(["", "万", "亿"]),
    st.sampled_from(UNITS),
    st.sampled_from(["完成", "新增", "累计约", "不低于"]),
    st.sampled_from(["", "以上", "，同比增长", "。"]),
)
def test_generated_numbers_read_back(
    number: Any, scale: str, unit: str, before: str, after: str
) -> None:
    scale = "" if unit == "%" else scale
    text = f"{before}{number}{scale}{unit}{after}"
    (quantity,) = read_quantities(text)
    assert quantity.value == float(number)
    assert quantity.unit == scale + unit
    assert text[quantity.start : quantity.end] == f"{number}{scale}{unit}"
    factor = {"": 1, "万": 1e4, "亿": 1e8}[scale]
    per_unit = {"亩": 2000 / 3, "公里": 1000, "平方公里": 1e6, "千米": 1000}.get(unit, 1)
    assert quantity.in_base == pytest.approx(float(number) * factor * per_unit)


@given(
    st.integers(1, 400),
    st.integers(1, 400),
    st.sampled_from("-—–~～至"),
    st.sampled_from(["家", "%", "公里"]),
)
def test_ranges_read_back(low: int, extra: int, dash: str, unit: str) -> None:
    (quantity,) = read_quantities(f"达到{low}{dash}{low + extra}{unit}")
    assert (quantity.low, quantity.high, quantity.unit) == (low, low + extra, unit)


@given(st.integers(1, 12), st.integers(0, 31), st.sampled_from(["月", "月份", "月底"]))
def test_dates_are_no_quantities(month: int, day: int, word: str) -> None:
    assert read_quantities(f"截至{month}{word}") == ()
    assert read_quantities(f"2017年{month}月{day}日，1-{month}月") == () or day == 0


@given(st.integers(1, 9999))
def test_numerals_read_back(number: int) -> None:
    digits = "零一二三四五六七八九"
    text, zero = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if zero and text else "") + digits[digit] + name
            zero = False
        else:
            zero = True
    assert numeral(text) == number


@given(
    st.text(alphabet="0123456789.,，-—%万亿元家个月年日约至（）()“”十百千成分之、第 ", max_size=60)
)
def test_readings_lie_in_the_text_and_apart(text: str) -> None:
    last = 0
    for quantity in read_quantities(text):
        assert last <= quantity.start < quantity.end <= len(text)
        assert quantity.low <= quantity.high or quantity.dimension == "ratio"
        last = quantity.end
