"""The numbered items of a cell, and which goal, progress and problem items belong together.

Cells number their parts 1. 2. 3. (also 1、 1． 1,). Decimals (1.28亿元), dates
(1-6月), series (2、3、4号道路) and inner numbering (①, (1)) are no items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_MARKER = re.compile(r"(?<![\d.．])(?P<no>\d{1,2})(?P<stop>[.．、,，])(?P<space>\s*)")
# What an item may stand behind: a sentence's or clause's end, a heading's colon.
_STRONG = frozenset("。；;：:！!？?”》）)】〉…")
_WEAK = frozenset("，,、 ")
# Behind "2." these digits begin the item's own text ("2.1-6月…", "1.2017年…"),
# since no decimal is followed by such words.
_OWN_DIGITS = re.compile(
    r"\d{4}年|\d{1,2}(?:[-—–~～至]\d{1,2})?(?:月|日)|\d+\s*(?:个(?!百分点|月|亿|工作日)|[家宗项条间名所座件户套场次批])"
)
_HEADING = re.compile(r"(?<=[。；;！？\s])([^。；;！？]{1,30}[：:])$")


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered part of a cell.

    Attributes:
        no: the number that it carries.
        text: its text without the number.
        start, end: where it stands in the cell, number included.
        text_start: where its text begins.
        heading: the words that head its block where the numbering begins anew
            (“综合体项目：1.…2.…”); else empty.
    """

    no: int
    text: str
    start: int
    end: int
    text_start: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Itemised:
    """A cell parted into its items; ``lead`` is what stands before the first."""

    lead: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """The parts of a task under one number; a cell that has none for it is empty."""

    no: int
    goal: str = ""
    progress: str = ""
    problem: str = ""


@lru_cache(maxsize=4096)  # a cell is asked for by the analysis, the page and the downloads
def itemise(text: str) -> Itemised:
    """Part a cell into its numbered items.

    A number counts as an item's where it begins a sentence and goes on from the
    item before (or repeats its number, or begins anew at 1). Blocks that are
    numbered separately follow each other.

    >>> [i.text for i in itemise("1.2月份，出台1.28亿元方案。2、已完成。").items]
    ['2月份，出台1.28亿元方案。', '已完成。']
    """
    starts: list[re.Match[str]] = []
    last = 0
    for match in _MARKER.finditer(text):
        number = int(match["no"])
        if _begins_item(text, match, number, last):
            starts.append(match)
            last = number
    if len(starts) == 1 and text[: starts[0].start()].strip():
        starts = []  # a lone "1." within running text numbers nothing
    if not starts:
        return Itemised(text, ())
    items: list[Item] = []
    heading = ""
    for match, following in zip(starts, [*starts[1:], None], strict=True):
        end = following.start() if following else len(text)
        body = text[match.end() : end].strip()
        next_heading = ""
        if following and int(following["no"]) == 1 and (found := _HEADING.search(body)):
            next_heading = found[1].strip()
            body = body[: found.start()].strip()
        begin = match.end() + len(text[match.end() : end]) - len(text[match.end() : end].lstrip())
        items.append(Item(int(match["no"]), body, match.start(), end, begin, heading))
        heading = next_heading
    return Itemised(text[: starts[0].start()].strip(), tuple(items))


def _begins_item(text: str, match: re.Match[str], number: int, last: int) -> bool:
    before = text[max(0, match.start() - 8) : match.start()]
    previous = before.rstrip()[-1:]
    strong = match.start() == 0 or previous in _STRONG
    weak = previous != before[-1:] or previous in _WEAK
    follows = number == last + 1
    anew = number == 1 or number == last > 0
    if not (strong and (follows or anew)) and not (weak and follows and number > 1):
        return False
    after = text[match.end() : match.end() + 16]
    if not match["space"] and after[:1].isdigit():
        return strong and _OWN_DIGITS.match(after) is not None
    return bool(after.strip())


def match_items(goal: str, progress: str, problems: str) -> tuple[Matched, ...]:
    """Goal item k with progress item k and problem item k where the numbering says so.

    Goal and progress must be numbered alike, 1 to the same n ≥ 2; problem items
    join where they are too. Else nothing is matched: a forced pair would put
    words beside a promise that don't answer it.
    """
    goals, done, open_ = (itemise(cell).items for cell in (goal, progress, problems))
    if len(goals) < 2 or not _alike(goals, done):
        return ()
    problems_by_no = {item.no: item.text for item in open_} if _alike(goals, open_) else {}
    return tuple(
        Matched(g.no, g.text, p.text, problems_by_no.get(g.no, ""))
        for g, p in zip(goals, done, strict=True)
    )


def _alike(one: Sequence[Item], other: Sequence[Item]) -> bool:
    numbers = [item.no for item in one]
    return numbers == [item.no for item in other] == list(range(1, len(one) + 1))
