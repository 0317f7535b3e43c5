"""Stated completion rates: which percentages of a progress text are shares of something done.

A percentage is a completion where words say that a plan, task or amount of work
was carried out to that share. Growth (同比增长), composition (占…比重) and rates
that are goals of their own (覆盖率, 合格率) are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from generator.analysis.mentions import Mention, Reading
from generator.ledger.model import Decision


class Scope(StrEnum):
    """What the completion is a share of (GUIDE, completion)."""

    ANNUAL = "annual"
    OVERALL = "overall"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Completion:
    """A stated share of a goal; start and end are offsets into the progress text.

    ``decimals`` are the digits behind the percentage's point.
    """

    percent: float
    decimals: int
    scope: Scope
    quote: str
    start: int
    end: int
    review: Decision | None = None


_YEARLY = r"(?:全年|年度|今年|本年度?|当年|年)"
_BASE = (
    r"(?:目标任务|工作任务|建设任务|任务量|任务数|任务|目标值|目标|计划数|计划|投资计划|比例|指标)"
)
_ANNUAL = re.compile(
    rf"{_YEARLY}[^，。；%]{{0,8}}{_BASE}|{_YEARLY}(?:计划|任务|目标)?投资|(?:完成|占)任务|占[^，。；总]{{0,12}}任务|"
    r"(?:完成|占|为|达)[^，。；总]{0,6}(?:目标|计划|预算(?!收入|支出)|指标|下限)(?:任务)?[^，。；总]{0,6}$|"
    rf"下达[^，。；]{{0,6}}(?:任务|目标|指标|计划)|为任务|{_BASE}完成率"
)
_OVERALL = re.compile(r"总投资|投资总额|总包|总概算|概算总投资|项目投资|估算投资|合同总额")
_WORK = re.compile(
    r"总?工程量|总任务|总量|工作量|设计总量|设计长度|设计量|总体进度|形象进度|产值|完成率|开工率|动工率|竣工率|进度|总长|全长|总面积"
)
_FORESEEN = re.compile(r"预计|预期|力争|拟于|目标是")
# Shares and rates that are no completions, read in the words just before the number.
_OTHER = re.compile(
    r"同比|环比|比上年|比去年|比年初|较上年|增长|增速|增幅|下降|上升|上涨|减少|降低|提高|"
    r"比重|占G|占全[市省国区县]|占规上|占对外|占进出口|占总产值|占同期|占财政|占地区|占.{0,6}总额|"
    r"占企业|占人口|占常住|比例为|比例达|使用比例|优良天数|抽检|率"
)
_RATE_OF_WORK = re.compile(
    r"(?:完成率|完工率|竣工率|开工率|动工率|建成率|投资率|进度率)(?:达到?|为|约|约为|已达)?\s*$"
)
_SHARE_OF_WHOLE = re.compile(
    r"占(?:比|总量|总数|总任务|国土|应|需|全部)[^，。；]{0,16}$|约占总量[^，。；]{0,10}$|其中[^，。；0-9]{1,6}$"
)


def completions(progress: Reading, goal: Reading) -> tuple[Completion, ...]:
    """Every completion that a progress text states, in order of appearance.

    Args:
        progress: the progress cell.
        goal: the goal cell; a bare 完成率 is annual where the quantity that it goes
            with, divided by one of the goal's, gives it.
    """
    found: list[Completion] = []
    scopes: dict[int, Scope] = {}
    mentions = progress.mentions
    for index, mention in enumerate(mentions):
        if mention.quantity.dimension != "percent" or mention.quantity.is_range:
            continue
        scope = _scope(progress, mention)
        if scope and _rate_is_the_goal(progress, mention, goal):
            scope = None
        if scope is None and _bare_share(progress, mention) and _is_of_goal(mentions, index, goal):
            scope = Scope.ANNUAL  # 平整土地620亩，占41.3%
        if (
            scope is None
            and index
            and index - 1 in scopes
            and _continues(progress.text, mentions, index)
        ):
            scope = scopes[index - 1]
        if scope is None:
            continue
        if scope is Scope.WORK and _is_of_goal(mentions, index, goal):
            scope = Scope.ANNUAL
        scopes[index] = scope
        start = _quote_start(progress, mentions, index)
        end = mention.quantity.end
        found.append(
            Completion(
                mention.quantity.value,
                max(0, mention.quantity.decimals),
                scope,
                progress.text[start:end],
                start,
                end,
            )
        )
    return tuple(found)


def _bare_share(progress: Reading, mention: Mention) -> bool:
    """Whether the clause says no more than 占: 平整土地620亩，占41.3%."""
    return re.fullmatch(r"\s*约?占(?:比)?约?\s*", progress.clause_words(mention)) is not None


def _rate_is_the_goal(progress: Reading, mention: Mention, goal: Reading) -> bool:
    """Whether the goal itself sets a percentage for this rate: 开工率达100%."""
    rate = re.search(
        r"(开工|动工|竣工|完工|建成)率[^率]{0,6}$",
        progress.clause_words(mention),
    )
    if not rate:
        return False
    words = "开工|动工" if rate[1] in ("开工", "动工") else rate[1]
    return any(
        q.dimension == "percent"
        and re.search(
            f"(?:{words})率[^率，。；]{{0,6}}$", goal.text[max(0, q.start - 12) : q.start]
        )
        for q in goal.quantities
    )


def _is_of_goal(mentions: tuple[Mention, ...], index: int, goal: Reading) -> bool:
    """Whether the quantity before the percentage is that share of one of the goal's."""
    if index == 0 or mentions[index - 1].sentence != mentions[index].sentence:
        return False
    done, percent = mentions[index - 1].quantity, mentions[index].quantity
    slack = max(0.05, 0.5 * 10.0 ** -max(0, percent.decimals)) + 1e-9
    return any(
        target.dimension == done.dimension not in ("", "percent", "point", "ratio", "time")
        and target.in_base
        and abs(done.in_base / target.in_base * 100 - percent.value) <= slack
        for target in goal.quantities
    )


def _scope(reading: Reading, mention: Mention) -> Scope | None:
    """The scope of a percentage, or None where it is no completion."""
    text = reading.text
    words = _without_brackets(reading.clause_words(mention))
    behind = text[mention.quantity.end : mention.quantity.end + 12]
    if mention.change or _bad_bound(text, mention) or _FORESEEN.search(words):
        return None
    if _RATE_OF_WORK.search(words):
        return Scope.ANNUAL if _YEARLY_WORDS.search(words) else Scope.WORK
    if _OTHER.search(words) and not _ANNUAL.search(words) and not _OVERALL.search(words):
        return None
    if _OVERALL.search(words) and re.search(r"占|完成|达|为", words):
        return Scope.OVERALL
    if _ANNUAL.search(words) and re.search(r"占|完成|为|达|约", words):
        return Scope.ANNUAL
    if re.search(r"以上|以内", behind[:3]):
        return None
    if _SHARE_OF_WHOLE.search(words):
        return Scope.WORK if "任务" in words or _counts_work(reading, mention) else None
    if _WORK.search(words) and re.search(
        r"完成|占|达|为|(?:支出|工程|施工|建设|执行)进度约?\s*$", words
    ):
        return Scope.WORK
    if re.fullmatch(r"\s*(?:约)?占约?\s*", words) and re.search(
        r"完成|建成|竣工|开工", reading.sentence_words(mention)
    ):
        return Scope.WORK
    if re.search(r"完成(?:了|约)*[^，。；]{1,10}(?:量|任务|工程|建设|施工|进度)的?约?\s*$", words):
        return Scope.WORK
    if re.search(
        r"(?:完成|建设至|施工至|推进至|收尾)(?:了|约|近|达到?|至|到)*\s*$|[完总]成约?\s*$", words
    ):
        return Scope.WORK
    if re.match(r"\s*(?:的)?(?:完成|开工|动工|竣工|建成)", behind) and "任务" in words:
        return Scope.OVERALL if _OVERALL.search(reading.sentence_words(mention)) else Scope.WORK
    return None


_YEARLY_WORDS = re.compile(_YEARLY)


def _bad_bound(text: str, mention: Mention) -> bool:
    """A share that only qualifies a noun: 80%以上的数据."""
    return (
        re.match(
            r"\s*(?:以上|以内|以下)?的(?!.{0,4}(?:任务|目标|计划|工程))",
            text[mention.quantity.end :][:12],
        )
        is not None
    )


def _counts_work(reading: Reading, mention: Mention) -> bool:
    sentence = reading.sentence_words(mention)
    return (
        re.search(r"完成|迁改|改造|整治|征收|拆迁|建成|确权|竣工|开工|占总量|占总包", sentence)
        is not None
    )


def _continues(text: str, mentions: tuple[Mention, ...], index: int) -> bool:
    """33%、200%、31%: the words before the first hold for all of a list."""
    one, other = mentions[index - 1].quantity, mentions[index].quantity
    between = text[one.end : other.start]
    return other.dimension == "percent" and (
        re.fullmatch(r"\s*(?:[、和与及]|以及)\s*", between) is not None
        or re.fullmatch(r"[（(]其中[^，。；0-9]{1,8}", between) is not None
    )


def _without_brackets(text: str) -> str:
    """The words outside of closed brackets: 征拆总包计划（总包协议数：11419平方米）的."""
    return re.sub(r"[（(][^（）()]{0,60}[）)]", "", text)


def _quote_start(progress: Reading, mentions: tuple[Mention, ...], index: int) -> int:
    """Where the quote begins: at the clause of the quantity that the share is of."""
    mention = mentions[index]
    start = mention.clause[0]
    while start < mention.quantity.start and progress.text[start].isspace():
        start += 1
    for before in reversed(mentions[:index]):
        if before.sentence != mention.sentence:
            break
        if before.quantity.dimension in ("percent", "point"):
            continue
        start = min(start, before.clause[0])
        if before.clause != mention.clause:
            break
    return start
