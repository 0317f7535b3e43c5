"""Numbers as Chinese reports write them: value, unit, bounds and place.

A small grammar of our own. It reads 4.15万人, 百分之三十, 约八成, 1—2家, 40%-50%,
-8.2%, 36、55微克/立方米, and passes over what only looks like a number of
something: dates and periods (1-6月), ordinals and document numbers (第39号,
〔2017〕274号), names (4G, 500强, H7N9, “366”工程), items' own numbers.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import islice

from generator.analysis.items import itemise


class Bound(StrEnum):
    """How a number is meant: exactly, as a lower or upper bound, or roughly."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit.

    Attributes:
        start, end: where it stands in the text, from the sign to the unit.
        low, high: the value in the unit as written; equal unless it is a range.
        unit: the unit as written, with 万 or 亿 before it (万人, 亿元); "" if none.
        base: what one of ``unit`` is in the dimension's base unit (万人 → 10000).
        dimension: area, money, percent, things … (units.toml); "" for a bare number,
            ``ratio`` for 3:7.
        decimals: digits behind the point, -1 for a numeral in Chinese.
        bound: as the words around it say (以上, 不低于, 约, 多, 余, 近 …).
    """

    start: int
    end: int
    low: float
    high: float
    unit: str
    base: float
    dimension: str
    decimals: int = 0
    bound: Bound = Bound.EXACT

    @property
    def value(self) -> float:
        """The number; of a range its lower end."""
        return self.low

    @property
    def is_range(self) -> bool:
        """Whether two ends are given."""
        return self.low != self.high

    @property
    def in_base(self) -> float:
        """The value in the dimension's base unit."""
        return self.low * self.base

    @property
    def plain_unit(self) -> str:
        """The unit without 万 or 亿."""
        return self.unit.lstrip("十百千万亿") if self.dimension != "length" else self.unit

    def rounding(self) -> float:
        """Half a step of the last digit written, in the unit as written; whole numbers are exact."""
        return 0.5 * 10.0**-self.decimals if self.decimals > 0 else 0.0


_SCALES = {"": 1.0, "十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6,
           "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12}  # fmt: skip
_DIGITS = "〇零一二三四五六七八九"
_NUMERAL = "[〇零一二两三四五六七八九十百千]"
_NUMBER = r"\d{1,3}(?:[,，]\d{3})+(?:[.．]\d{1,8})?|\d{1,15}(?:[.．]\d{1,8})?"
_DASH = r"[-—–－~～至到]{1,2}"


@cache
def _units() -> dict[str, tuple[str, float]]:
    text = files(__package__).joinpath("units.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    return {
        unit: (name, float(size)) for name, table in tables.items() for unit, size in table.items()
    }


@cache
def _grammar() -> re.Pattern[str]:
    """One pattern for all tokens; at each place the first alternative that fits is taken."""
    units = "|".join(re.escape(u) for u in sorted(_units(), key=len, reverse=True))
    tail = (
        r"(?:[（(][户套个家人][）)])?(?:/(?:人月|立方米|平方米|公里|[项人户年月亩吨天次个套件]))?"
    )
    unit = rf"(?:(?:{units}){tail})"
    scale = r"(?:万亿|[十百千]?[万亿]|千(?![米瓦克伏])|百(?!分))"
    skipped = "|".join(
        (
            r"[A-Za-z][A-Za-z\-]{0,12}\d{1,8}[A-Za-z0-9\-]{0,12}(?:\.\d{1,4})?",  # H7N9, P2017-1089, PM10
            r"\d{1,3}[+＋](?:\d{1,3}|[A-Za-z])",  # 8+1, 1+N
            r"\d{1,4}(?:\.\d{1,2})?(?:[GgDd](?![A-Za-z])|A级?(?![A-Za-z])|R\d)",  # 4G, 5A, 3D
            r"[“\"'‘][0-9〇零一二两三四五六七八九十+＋.\-]{1,8}[”\"'’]",  # “366”, “十三五”
            r"[“‘][一二两三四五六七八九十]{1,2}[^”’，。；]{0,12}[”’]",  # “一站式作业”
            r"[〔\[（(]\d{4}[〕\]）)]\s{0,3}第?\d{1,5}号",  # 〔2017〕274号
            r"第\s{0,3}(?:\d{1,6}|[一二三四五六七八九十百]{1,5})(?:[-—~至、]\d{1,4})?",  # 第39号, 第二季度
            r"(?:前|上|近|每|本|这|连续)[一二两三四五六七八九十]个?(?:季度|年|月|周|天|批|次|步|类)",
            r"\d{2,4}\s{0,3}年?\s{0,3}[-—–~～至]\s{0,3}\d{2,4}\s{0,3}年(?:度|代)?",  # 2017-2021年
            r"(?<!\d)(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}",
            r"(?:\d{4}|[〇零一二三四五六七八九]{4})\s{0,3}年(?:度|代|底|初|末|中)?"
            rf"(?:\s{{0,3}}\d{{1,2}}(?:{_DASH}\d{{1,2}})?\s{{0,3}}月(?:份|底|初|末|[上中下]旬)?(?:\s{{0,3}}\d{{1,2}}\s{{0,3}}[日号])?)?",
            r"\d{4}\s{0,3}月(?=\s{0,3}\d{1,2}\s{0,3}月)(?:\s{0,3}\d{1,2}\s{0,3}月\s{0,3}\d{1,2}\s{0,3}日)?",  # 2017月6月9日
            rf"\d{{1,2}}\s{{0,3}}月?(?:份|底)?\s{{0,3}}{_DASH}\s{{0,3}}\d{{1,2}}\s{{0,3}}月(?:份|底|初|末|间)?",
            r"\d{1,2}\s{0,3}月(?:份|底|初|末|[上中下]旬)?(?:\s{0,3}\d{1,2}\s{0,3}(?:日|号))?",
            rf"\d{{1,2}}(?:{_DASH}\d{{1,2}})?\s{{0,3}}日",
            r"\d{1,2}[:：]\d{2}[:：]\d{2}",
            r"[〇零一二三四五六七八九十]{1,3}月(?:份|底|初|末|[上中下]旬)?",
            rf"(?:{_NUMBER})(?:[、，,](?:{_NUMBER})){{0,6}}\s{{0,2}}(?:强(?![度化])|号(?!召)|国道|省道|县道|区(?![域])|线(?![路])|路(?![基面])|期(?=工程|项目|地块|[、，）)]))",
            rf"\d{{1,2}}{_DASH}\d{{1,2}}[期号]",
            r"[一二三四五六七八九十]{1,3}(?:是|要|期|号|线|级|等奖|方|步|旦|般|定|样|律|致|体|并|直|些|起(?!火|案)|时|度(?!电)|经|切|边|面|带|流|站|网|把|照|码|票|村一|院|馆|环|桥|所有|类型)",
            r"[一二三四五六七八九十](?=[、，][二三四五六七八九十][、，楼层期级线类])",
        )
    )
    return re.compile(
        rf"(?P<skip>{skipped})"
        r"|(?P<ratio>\d{1,4}(?:\.\d{1,4})?\s{0,3}[:：∶]\s{0,3}\d{1,4}(?:\.\d{1,4})?)"
        rf"|百分之(?P<hundredths>{_NUMERAL}{{1,5}}(?:点{_NUMERAL}{{1,4}})?|(?:{_NUMBER}))"
        rf"|(?P<tenths>{_NUMERAL}|\d)成(?P<half>[半五])?(?![立员果功长熟交品为本套人就效像分份都形立活])"
        rf"|(?P<sign>[-−－+＋]?)(?P<number>{_NUMBER})"
        rf"(?:(?P<unit1>\s{{0,3}}(?:{scale})?(?:{unit})?)\s{{0,3}}{_DASH}\s{{0,3}}(?P<upper>{_NUMBER}))?"
        rf"(?P<more>[多余几来])?\s?(?P<scale>{scale})?(?P<more2>[多余几])?\s?(?P<unit>{unit})?"
        rf"|(?<![数几])(?P<numeral>(?:[一二两三四五六七八九]?[十百千])(?:{_NUMERAL}){{0,6}}|[两二三四五六七八九])"
        rf"(?P<more3>[多余几])?(?P<scale3>[万亿])?(?P<unit3>{unit})"
    )


_BEFORE = (
    (Bound.AT_MOST, re.compile(r"(?:不超过|不高于|不多于|不大于|控制在|压缩[至到]|小于|(?<!不)少于|(?<!不)低于|降到|降至|减少到|下降到|压减到|[<≤])\s*$")),
    (Bound.AT_LEAST, re.compile(r"(?:不低于|不少于|不小于|不下于|至少|(?<!不)超过|超|突破|高于|多于|大于|逾|[>≥])\s*$")),
    (Bound.ABOUT, re.compile(r"(?:约|大约|约为|近|将近|大概|接近)\s*$")),
)  # fmt: skip
_AFTER = (
    (Bound.AT_LEAST, re.compile(r"\s*(?:[及或]?以上|起步)")),
    (Bound.AT_MOST, re.compile(r"\s*(?:[及或]?以内|以下|之内|内(?![部外设容需]))")),
    (Bound.ABOUT, re.compile(r"\s*(?:左右|上下)")),
)
_LISTED = re.compile(r"\s*(?:[、和与及或]|以及)\s*")


def read_quantities(text: str, most: int = 10_000) -> tuple[Quantity, ...]:
    """All quantities of a text, from left to right, none overlapping; at most ``most``.

    >>> [(q.value, q.unit, q.bound.value) for q in read_quantities("1-6月新增4.15万人，达55%以上")]
    [(4.15, '万人', 'exact'), (55.0, '%', 'at_least')]
    """
    markers = [(i.start, _after_marker(text, i.start)) for i in itemise(text).items]
    found = list(islice(_scan(text, markers), most))
    found = _with_listed_units(text, found)
    return tuple(_with_bound(text, q, i, found) for i, q in enumerate(found))


def numeral(text: str) -> float:
    """A number in Chinese numerals: 三十 → 30, 二点五 → 2.5, 一百零八 → 108.

    Raises:
        ValueError: for characters that are no numerals.
    """
    whole, _, fraction = text.partition("点")
    total, digit = 0, 0
    for character in whole:
        if character in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        else:
            digit = _digit(character)
    value = float(total + digit)
    for place, character in enumerate(fraction, start=1):
        value += _digit(character) / 10**place
    return round(value, len(fraction))


def _digit(character: str) -> int:
    if character == "两":
        return 2
    return max(0, _DIGITS.index(character) - 1)


def _after_marker(text: str, start: int) -> int:
    """The end of an item's own number: its digits and the stop behind them."""
    end = start
    while end < len(text) and text[end].isdigit():
        end += 1
    return end + 1


def _scan(text: str, markers: list[tuple[int, int]]) -> Iterator[Quantity]:
    grammar = _grammar()
    starts = [start for start, _ in markers]
    position = 0
    while match := grammar.search(text, position):
        index = bisect_right(starts, match.start())
        if index and match.start() < markers[index - 1][1]:
            position = markers[index - 1][1]  # an item's own number
            continue
        position = max(match.end(), position + 1)
        if index < len(starts) and starts[index] < match.end():
            position = starts[index]
        quantity = _quantity(match)
        if quantity:
            position = max(quantity.end, match.start() + 1)
            yield quantity


def _quantity(match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    if match["skip"]:
        return None
    if match["ratio"]:
        one, other = (float(p) for p in re.split(r"[:：∶]", match["ratio"]))
        return Quantity(start, end, one, other, "", 1.0, "ratio")
    if text := match["hundredths"]:
        value = float(_bare(text)) if text[0].isdigit() else numeral(text)
        return Quantity(start, end, value, value, "%", 1.0, "percent", -1)
    if text := match["tenths"]:
        value = (float(text) if text.isdigit() else numeral(text)) * 10 + (
            5 if match["half"] else 0
        )
        return Quantity(start, end, value, value, "%", 1.0, "percent", -1)
    if match["numeral"]:
        value = numeral(match["numeral"])
        return _measured(match, value, value, match["scale3"] or "", match["unit3"], -1,
                         more=bool(match["more3"]))  # fmt: skip
    return _in_digits(match)


def _in_digits(match: re.Match[str]) -> Quantity | None:
    number = _bare(match["number"])
    low = float(number)
    high = low
    decimals = len(number.partition(".")[2])
    sign = match["sign"]
    if sign in ("-", "−", "－") and not _is_minus(match):
        sign = ""
    if match["upper"]:
        high = float(_bare(match["upper"]))
        first_unit = (match["unit1"] or "").strip()
        second_unit = (match["scale"] or "") + (match["unit"] or "")
        if high < low or (first_unit and first_unit not in (second_unit, match["scale"])):
            return _alone(match, low, decimals)
    if sign in ("-", "−", "－"):
        low = high = -low
    start = match.start("number") if not sign else match.start("sign")
    more = bool(match["more"] or match["more2"])
    return replace(
        _measured(match, low, high, match["scale"] or "", match["unit"] or "", decimals, more=more),
        start=start,
    )


def _bare(number: str) -> str:
    """Digits with a plain point: 1，500 → 1500, ４５．６ → ４５.６."""
    return number.replace(",", "").replace("，", "").replace("．", ".")


def _is_minus(match: re.Match[str]) -> bool:
    """A dash is a minus where no digit or letter stands before it: 增速-8.2%."""
    before = match.string[max(0, match.start() - 1) : match.start()]
    return not (before.isascii() and before.isalnum()) and before not in ("月", "日", "年", "%")


def _alone(match: re.Match[str], low: float, decimals: int) -> Quantity:
    """The first number only, where what follows the dash belongs to no range."""
    scale, unit = re.fullmatch(  # type: ignore[union-attr]
        r"\s*(万亿|[十百千]?[万亿]|千(?![米瓦克伏])|百(?!分))?(.*)", match["unit1"] or ""
    ).groups()
    end = match.end("unit1") if match["unit1"] else match.end("number")
    dimension, size = _dimension(unit.strip())
    return Quantity(
        match.start("number"), end, low, low, (scale or "") + unit.strip(),
        _SCALES[scale or ""] * size, dimension, decimals,
    )  # fmt: skip


def _measured(
    match: re.Match[str],
    low: float,
    high: float,
    scale: str,
    unit: str,
    decimals: int,
    *,
    more: bool,
) -> Quantity:
    dimension, size = _dimension(unit)
    end = match.end()
    while end > match.start() and match.string[end - 1].isspace():
        end -= 1
    return Quantity(
        match.start(), end, low, high, scale + unit, _SCALES[scale] * size, dimension, decimals,
        Bound.AT_LEAST if more else Bound.EXACT,
    )  # fmt: skip


def _dimension(unit: str) -> tuple[str, float]:
    """Dimension and size of a unit; 套（户） is 套, 万元/项 its own 元."""
    if not unit:
        return "", 1.0
    known = _units()
    if unit in known:
        return known[unit]
    bare = re.sub(r"[（(].[）)]", "", unit)
    return known.get(bare) or known.get(bare.partition("/")[0], ("", 1.0))


def _with_listed_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """36、55微克/立方米: a number of a list has the unit that its end names."""
    result = list(found)
    for index in range(len(result) - 2, -1, -1):
        here, after = result[index], result[index + 1]
        between = text[here.end : after.start]
        if not here.dimension and not here.unit and after.dimension and _LISTED.fullmatch(between):
            result[index] = replace(
                here, unit=after.unit, base=after.base, dimension=after.dimension
            )
    return result


def _with_bound(text: str, quantity: Quantity, index: int, found: list[Quantity]) -> Quantity:
    bound = quantity.bound
    before = text[max(0, quantity.start - 8) : quantity.start]
    for kind, pattern in _BEFORE:
        if pattern.search(before):
            bound = kind
            break
    end = quantity.end
    for after in found[index + 1 :]:  # 80%和70%以上: the words behind a list hold for all of it
        if after.dimension == quantity.dimension and _LISTED.fullmatch(text[end : after.start]):
            end = after.end
        else:
            break
    if (
        bound is Bound.EXACT
        and index
        and _LISTED.fullmatch(text[found[index - 1].end : quantity.start])
    ):
        earlier = text[max(0, found[index - 1].start - 8) : found[index - 1].start]
        bound = next((kind for kind, pattern in _BEFORE if pattern.search(earlier)), bound)
    behind = text[end : end + 6]
    for kind, pattern in _AFTER:
        if pattern.match(behind):
            bound = kind if bound is not Bound.AT_MOST or kind is Bound.AT_MOST else bound
            break
    return replace(quantity, bound=bound)
