"""Targets with their actuals: one indicator for which goal and progress both give a number.

A pair is made only where noun, unit, kind (a level, or growth) and item agree;
in doubt there is no pair, since a wrong one is a false claim about a public body.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from generator.analysis.completions import Completion
from generator.analysis.mentions import Mention, Reading, bigrams, content
from generator.analysis.quantities import Bound
from generator.ledger.model import Decision

# Below this likeness (0..1.3) a pair is in doubt. Found on the annotated rows:
# precision falls quickly below, recall slowly above.
_ENOUGH = 0.53
# From here on a pair stands even if another number is nearly as like; below, a
# rival within this distance leaves it in doubt.
_SURE, _CLEAR = 0.8, 0.04
# How much of a goal's sentence a zero told in words is held against.
_GOAL_WORDS = 240
_UNMEASURED = ("", "ratio", "voltage")
# Units that count the same things under different names: 项目3个 is answered by 企业2家.
_LOOSE = frozenset(["个", "家", "项", "间", "所", "座", "宗", "处", "条", "件"])


class Direction(StrEnum):
    """What the goal asks of its number."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator's target and actual, each in the unit as written, with its quote.

    Attributes:
        name: a short noun phrase of the goal's own words.
        target: the number, or (low, high) of a range.
        growth: whether it is a rate of growth, judged at year's end.
        goal_span, progress_span: offsets of the quotes in their fields.
        stage: whether the words tell of a stage (在建, 正在设计, 基本), not of a result.
        worded: whether the actual is a zero told in words (暂无…).
    """

    name: str
    direction: Direction
    target: float
    target_high: float
    target_unit: str
    actual: float
    actual_unit: str
    growth: bool
    dimension: str
    target_base: float
    actual_base: float
    goal_quote: str
    progress_quote: str
    goal_span: tuple[int, int]
    progress_span: tuple[int, int]
    item: int
    stage: bool = False
    worded: bool = False
    review: Decision | None = None

    @property
    def is_tariff(self) -> bool:
        """Whether it is what is paid for one (奖补10万元/项), which is no achievement."""
        return _STANDARD.search(self.goal_quote) is not None and self.dimension == "money"

    @property
    def is_level(self) -> bool:
        """Whether it is a rate or level, compared with its target directly, not by schedule.

        Shares, concentrations, what is per head, and standards that a goal sets
        (补助标准不低于900元) don't add up over the year.
        """
        return self.dimension in ("percent", "point", "concentration") or bool(
            _PER_HEAD.search(self.name + self.goal_quote) or _STANDARD.search(self.goal_quote)
        )


def measures(goal: Reading, progress: Reading, stated: Sequence[Completion]) -> tuple[Measure, ...]:
    """All pairs of a task, in order of the goal's numbers."""
    alike = _numbered_alike(goal, progress)
    targets = [m for m in goal.mentions if is_target(goal, m)]
    parts = {m.quantity.start for t in targets for m in parts_of(progress, t)}
    actuals = [
        m
        for m in progress.mentions
        if m.quantity.start not in parts and _is_actual(progress, m, stated)
    ]
    likeness = {
        (t, a): _likeness(goal, progress, target, actual, alike)
        + _arithmetic(progress, target, actual, stated)
        for t, target in enumerate(targets)
        for a, actual in enumerate(actuals)
    }
    paired: dict[int, int] = {}
    for (t, a), score in sorted(likeness.items(), key=lambda row: (-row[1], row[0])):
        if score < _ENOUGH or t in paired or a in paired.values():
            continue
        rivals = [
            s for (x, y), s in likeness.items() if x == t and y != a and y not in paired.values()
        ]
        if score < _SURE and any(score - rival < _CLEAR for rival in rivals):
            continue  # two numbers answer equally well: in doubt no pair
        paired[t] = a
    found = [_measure(goal, progress, targets[t], actuals[a]) for t, a in sorted(paired.items())]
    taken = {targets[t].quantity.start for t in paired}
    found += _zeros(goal, progress, [m for m in targets if m.quantity.start not in taken])
    used = {actuals[a].quantity.start for a in paired.values()}
    left = [m for m in actuals if m.quantity.start not in used]
    found += _one_for_many(goal, progress, targets, left)
    return tuple(sorted(found, key=lambda m: (m.goal_span, m.progress_span)))


def parts_of(progress: Reading, target: Mention) -> list[Mention]:
    """Three or more neighbours that add up to a target: 8个村、1个村、其余16个村 of 25个村."""
    if target.quantity.dimension not in ("things", "people", "dwellings"):
        return []
    same = [m for m in progress.mentions if m.quantity.plain_unit == target.quantity.plain_unit]
    for first in range(len(same)):
        total = same[first].quantity.in_base
        for last in range(first + 1, min(len(same), first + 6)):
            total += same[last].quantity.in_base
            if last > first + 1 and total == target.quantity.in_base:
                return same[first : last + 1]
    return []


def _arithmetic(
    progress: Reading, target: Mention, actual: Mention, stated: Sequence[Completion]
) -> float:
    """What a stated completion says for a pair: its base is the target, or the share fits."""
    one, other = target.quantity, actual.quantity
    if one.dimension != other.dimension or one.dimension in ("percent", "point") or not one.in_base:
        return 0.0
    for completion in stated:
        if completion.scope != "annual" or not completion.start <= other.start < completion.end:
            continue
        share = next(m for m in progress.mentions if m.quantity.end == completion.end)
        bases = [
            m.quantity
            for m in progress.mentions
            if other.end <= m.quantity.start < completion.end
            and m.clause == share.clause
            and m.quantity.dimension == one.dimension
        ]
        if bases:  # 占开工任务2823套的55.9%: the base is named, and is the target or isn't
            named = any(abs(base.in_base - one.in_base) < 1e-6 * one.in_base for base in bases)
            return 0.6 if named else -1.0
        percent = other.in_base / one.in_base * 100
        if abs(percent - completion.percent) <= max(0.1, 0.5 * 10.0**-completion.decimals):
            return 0.4
    return 0.0


_GENERAL = bigrams("实际 投资 投资额 资金 金额 项目 工程 总投资 项目投资 完成额")
_RATE = re.compile(r"[一-鿿]{2}率")


def _one_for_many(
    goal: Reading, progress: Reading, targets: Sequence[Mention], actuals: Sequence[Mention]
) -> Iterator[Measure]:
    """A rate that the goal sets for several (甲、乙、丙企业检查覆盖率100%), each answered."""
    for target in targets:
        rate = _RATE.findall(target.left)
        if target.quantity.dimension != "percent" or not rate or target.left.count("、") < 2:
            continue
        for actual in actuals:
            before = progress.clause_words(actual)
            if (
                rate[-1] in before
                and actual.item == target.item
                and actual.quantity.dimension == "percent"
            ):
                found = _measure(goal, progress, target, actual)
                asked = _asked_for(target, progress.sentence_words(actual))
                yield replace(found, name=f"{found.name}（{asked}）") if asked else found


def _asked_for(target: Mention, words: str) -> str:
    """Which of the several that a rate is set for the words speak of: the longest they name."""
    starts = [
        part[:end]
        for part in re.findall(r"[一-鿿（）“”]+", target.left)
        for end in range(2, len(part) + 1)
        if part[:end] in words
    ]
    return max(starts, key=len, default="")


def _numbered_alike(goal: Reading, progress: Reading) -> bool:
    numbers = [no for no, _, _ in goal.item_spans]
    return len(numbers) > 1 and numbers == [no for no, _, _ in progress.item_spans]


_QUALIFIED = re.compile(
    r"\s*(?:[及或]?以[上下内])?的?(?:项目|企业|工程|自然村|规模|大型|中型|小型|园区|电力|线路)"
)


def is_target(goal: Reading, mention: Mention) -> bool:
    """Whether a number of the goal is something to be reached."""
    q = mention.quantity
    if not _measurable(mention, least=5.0):
        return False
    behind = goal.text[q.end : q.end + 12]
    if _names_a_class(goal, mention, behind):
        return False
    if re.search(r"(?:比|较)?20\d\d年[^，。；]{0,12}$", mention.left) and q.dimension == "people":
        return False
    if _started_at(mention, behind):
        return False
    # 力争达到288家 after a firm 268家: the firm one is the target.
    return not re.search(
        r"^[，,]\s*(?:并)?(?:力争|争取)(?:达到|完成|实现|到)?$", "，" + mention.left
    ) or bool(content(mention.left) or content(mention.right))


def _measurable(mention: Mention, least: float) -> bool:
    """Whether a number can be of an indicator: a numeral in Chinese must be a real count."""
    q = mention.quantity
    if q.dimension == "time":
        limited = q.bound in (Bound.AT_MOST, Bound.AT_LEAST) or "压缩" in mention.left
        return q.unit in ("天", "个工作日", "工作日", "小时", "分钟") and (limited or least < 5)
    if q.dimension in _UNMEASURED:
        return False
    return q.decimals >= 0 or q.dimension == "percent" or q.value >= least


def _started_at(mention: Mention, behind: str) -> bool:
    """由188家提高至268家: the first number is where it started."""
    return bool(
        re.search(r"(?:由|从)[^，。；]{0,12}$", mention.left)
        and re.match(
            r"\s*(?:提高|增加|增长|增至|提升|扩大|上升|下降|降低|降至|降到|减少|压缩|升至)", behind
        )
    )


def _restated(progress: Reading, mention: Mention) -> bool:
    """目标16万亩，实际：12.24万亩: the first repeats the goal."""
    following = next(
        (m for m in progress.mentions if m.quantity.start >= mention.quantity.end), None
    )
    return bool(
        following
        and following.sentence == mention.sentence
        and re.match(
            r"[，,；;]?\s*实际(?:完成)?[:：为]?",
            progress.text[mention.quantity.end : following.quantity.start],
        )
    )


def _names_a_class(reading: Reading, mention: Mention, behind: str) -> bool:
    """Whether the number only says which ones: 20户以上自然村, 投资额10亿元以上项目10个."""
    q = mention.quantity
    if re.match(r"[^，。；0-9]{0,12}中[，,]", behind):
        return True  # 12所公办幼儿园中，3所已开工
    following = next((m for m in reading.mentions if m.quantity.start >= q.end), None)
    same_clause = following is not None and following.clause == mention.clause
    if q.dimension in ("money", "dollars", "area", "power", "dwellings", "people", "length"):
        bounded = q.bound in (Bound.AT_LEAST, Bound.AT_MOST)
        if bounded and _QUALIFIED.match(behind):
            return True
    if (
        following is not None
        and following.sentence == mention.sentence
        and q.dimension == "things"
        and re.search(
            r"^[，,]?(?:开工|动工|完工|竣工|投产)率达?到?为?$", following.left.strip("，, ")
        )
    ):
        return True  # 23间卫生院标准化建设，开工率达100%: what the rate is of
    if same_clause and following is not None and q.dimension in ("things", "events", "dwellings"):
        between = reading.text[q.end : following.quantity.start]
        if (
            following.quantity.dimension != q.dimension
            and not re.search(r"[、和与及（(]", between)
            and content(between)
        ):
            return True
    return False


_PLANNED = re.compile(
    r"计划(?!投资|完成|内)|拟|预计|预期|力争|目标|总投资|投资总预算|总预算|估算|概算|共需|需(?!求)|应|还有|剩余|余下|尚有|占地|建筑面积|原"
)
_SINCE_START = re.compile(r"自?开工(?:以来|累计|至今)|总包|历年|以来累计")


def _is_actual(progress: Reading, mention: Mention, stated: Sequence[Completion]) -> bool:
    q = mention.quantity
    if not _measurable(mention, least=2.0):
        return False
    if any(c.end == q.end for c in stated):
        return False
    before = progress.clause_words(mention)
    behind = progress.text[q.end : q.end + 12]
    if before.rstrip()[-1:] in ("≤", "≥", "<", ">") or _restated(progress, mention):
        return False
    if _started_at(mention, behind):
        return False
    if re.search(r"占[^，。；%]{0,14}$", before) and re.match(r"\s*[）)]?的?约?\d", behind):
        return False  # 占开工任务2823套的55.9%: what the share is of
    if re.search(r"(?:剔除|扣除|按可比口径)[^）)，。；]{0,30}$", before):
        return False
    if re.search(r"[一二三四首]期", before) or _bracketed_range_follows(progress, mention):
        return False
    return not _names_a_class(progress, mention, behind)


def _bracketed_range_follows(progress: Reading, mention: Mention) -> bool:
    """在4%以上（6.09%-35.44%）: what it really is stands in the brackets."""
    rest = progress.text[mention.quantity.end :][:4]
    return mention.quantity.bound is Bound.AT_LEAST and rest.startswith("以上（")


def _likeness(
    goal: Reading, progress: Reading, target: Mention, actual: Mention, alike: bool
) -> float:
    """How surely two mentions are of one indicator; 0 where they can't be."""
    one, other = target.quantity, actual.quantity
    if one.dimension != other.dimension:
        return 0.0
    if one.dimension == "percent" and bool(target.change) != bool(actual.change):
        return 0.0
    if other.is_range and not one.is_range:
        return 0.0
    if _per_head(target) != _per_head(actual):
        return 0.0
    if one.dimension == "time" and one.unit != other.unit:
        return 0.0
    if _is_share(progress, actual) and not re.search(r"占|比重|比例", target.left):
        return 0.0
    if _class_before(goal, target) != _class_before(progress, actual):
        return 0.0
    if _coded_otherwise(target.subject, progress.clause_words(actual)):
        return 0.0
    score = 0.0
    loose = {one.plain_unit, other.plain_unit} <= _LOOSE
    if one.plain_unit != other.plain_unit and one.dimension == "things":
        score -= 0.1 if loose else 0.25
    if alike and target.item and actual.item:
        if target.item != actual.item:
            return 0.0
        score += 0.15
    wanted = bigrams(target.subject + " " + target.right)
    own = bigrams(actual.subject + " " + actual.right)
    if not wanted or not own:
        return 0.0
    if own <= _GENERAL:  # 上半年实际完成投资2.323亿元: of what, the sentence says
        own = bigrams(progress.sentence_words(actual))
    context = own | bigrams(progress.sentence_words(actual))
    shared = len(wanted & own)
    score += 0.4 * shared / min(len(wanted), len(own))
    score += 0.3 * len(wanted & context) / len(wanted)
    score += 0.3 * 2 * shared / (len(wanted) + len(own))
    if one.in_base == other.in_base and not _is_done(goal, progress, target, actual):
        return 0.0
    score -= _doubts(goal, progress, target, actual)
    return score


def _doubts(goal: Reading, progress: Reading, target: Mention, actual: Mention) -> float:
    """Words that speak against a pair."""
    words = progress.clause_words(actual)
    wanted = goal.clause_words(target)
    doubt = 0.0
    for pattern, weight in ((_PLANNED, 0.2), (_SINCE_START, 0.35)):
        if pattern.search(words) and not pattern.search(wanted):
            doubt += weight
    if actual.among and not target.among and actual.change == 0:
        doubt += 0.2
    sentence = progress.sentence_words(actual)
    in_all = re.search(r"目前|现有|共有|总数|总量|全市有", sentence) or "达到" in words
    if "新" in target.left and in_all and not re.search(r"新(?!三板|兴|区|能源|材料)", words):
        doubt += 0.45  # what there is in all doesn't answer what is to be new
    around = words + actual.right
    if re.search(r"选址|立项|招标|设计|评审", words) and not re.search(
        r"选址|立项|招标|设计|评审", wanted
    ):
        doubt += 0.35
    if re.search(r"到位|资金池", around) and not re.search(r"到位|资金池", wanted):
        doubt += 0.45
    if re.search(r"申报|申请|在谈|意向", around) and not re.search(
        r"申报|申请", wanted + target.right
    ):
        doubt += 0.25
    return doubt


_CODE = re.compile(r"[A-Za-z]{1,8}[\d.]+")


def _coded_otherwise(one: str, other: str) -> bool:
    """PM₁₀ isn't PM2.5: codes of letters and digits, however written, name different things."""
    codes = [set(_CODE.findall(unicodedata.normalize("NFKC", text))) for text in (one, other)]
    return all(codes) and codes[0].isdisjoint(codes[1])


_PER_HEAD = re.compile(r"人均|每万人|每人|户均|每百|每千")
_STANDARD = re.compile(r"(?:补助|补差|发放|保障|补贴|津贴)(?:标准|水平)|奖补|/[项人户月]|平均")
_DONE = re.compile(r"已|完成|建成|实现|全部|达|均|为|落实|共")


def _is_share(progress: Reading, actual: Mention) -> bool:
    """Whether the number is a share of a whole: 占全市进出口总额的55.3%."""
    if actual.quantity.dimension != "percent":
        return False
    before = progress.clause_words(actual)
    return re.search(r"占[^，。；]{0,16}$", before) is not None


def _per_head(mention: Mention) -> bool:
    return _PER_HEAD.search(mention.subject) is not None


def _class_before(reading: Reading, mention: Mention) -> float:
    """The size of the class that stands just before: 10亿元以上项目10个 → 1e9; else 0."""
    before = [m for m in reading.mentions if m.quantity.end <= mention.quantity.start]
    if not before or before[-1].clause != mention.clause:
        return 0.0
    last = before[-1].quantity
    behind = reading.text[last.end : last.end + 12]
    if last.bound in (Bound.AT_LEAST, Bound.AT_MOST) and _QUALIFIED.match(behind):
        return last.in_base
    return 0.0


def _is_done(goal: Reading, progress: Reading, target: Mention, actual: Mention) -> bool:
    """Where the number is the goal's own: do words outside of the goal's say it is reached?"""
    same = 0
    while (
        same < min(len(target.left), len(actual.left))
        and target.left[-same - 1] == actual.left[-same - 1]
    ):
        same += 1
    words = progress.sentence_words(actual)
    words = words[: len(words) - same]
    end = actual.quantity.end
    behind = progress.text[end : min(actual.sentence[1], end + 24)]
    begun = re.search(r"基本|开工|动工|启动|选址|立项|招标", behind)
    if begun and begun[0] not in goal.text[target.sentence[0] : target.sentence[1]]:
        return False
    words += behind
    if actual.quantity.dimension == "percent":
        return re.search(r"力争|争取|计划|目标|确保|拟|推进", words) is None
    goal_behind = goal.text[target.quantity.end : target.quantity.end + 24]
    return _DONE.search(words.replace(goal_behind, "")) is not None


def _measure(goal: Reading, progress: Reading, target: Mention, actual: Mention) -> Measure:
    q, a = target.quantity, actual.quantity
    goal_span = _quote(goal, target)
    progress_span = _quote(progress, actual)
    return Measure(
        name=indicator_name(goal, target),
        direction=_direction(target),
        target=q.value,
        target_high=q.high,
        target_unit=q.unit,
        # For a goal that asks for a fall, a fall is what counts upwards.
        actual=-actual.signed if target.change < 0 else actual.signed,
        actual_unit=a.unit,
        growth=bool(target.change),
        dimension=q.dimension,
        target_base=q.base,
        actual_base=a.base,
        goal_quote=goal.text[slice(*goal_span)],
        progress_quote=progress.text[slice(*progress_span)],
        goal_span=goal_span,
        progress_span=progress_span,
        item=target.item,
        stage=_is_stage(goal, progress, target, actual),
    )


_STAGE = re.compile(r"正在|在建|规划|设计|批复|动工|启动|基本|申报|筹备|前期|目前已投入|自开工")


def _is_stage(goal: Reading, progress: Reading, target: Mention, actual: Mention) -> bool:
    """Whether the actual counts what has begun, where the goal asks for what is done."""
    words = actual.left
    behind = min(actual.sentence[1], actual.quantity.end + 16)
    words += progress.text[actual.quantity.end : behind]
    asked = goal.text[target.sentence[0] : target.sentence[1]]
    return any(match[0] not in asked for match in _STAGE.finditer(words))


def _direction(target: Mention) -> Direction:
    if target.quantity.is_range:
        return Direction.RANGE
    if target.quantity.bound is Bound.AT_MOST or re.search(
        r"控制在|不超过|不高于|降至|降到|下降至|下降到|压减到|压缩至|压缩到",
        target.left + target.subject,
    ):
        return Direction.AT_MOST
    return Direction.AT_LEAST


_LONGEST_NAME = 40
_BEFORE_A_NAME = re.compile(
    r"^\s*(?:其中[:：]?|包括|争取|力争|确保|计划|全年|年内|(?:到)?20\d\d年底?|完成|实现|、|和|与|及|的)+"
)
_BEHIND_A_NAME = re.compile(
    r"(?:控制在|达到?|提高到|提高至|不低于|不少于|不超过|为|完成|力争|约|分别|比上年|同比|、|和|与|及|超过?|各)+\s*$"
)
_BEHIND_A_NUMBER = re.compile(r"^(?:以上|以下|以内|左右|的)+|^[、和与及]+$")
# 150条村的村村通工程: what is counted belongs to the thing behind it.
_COUNTED_OF = re.compile(r"^[一-鿿]{1,2}的(?=[一-鿿]{4})")
_COMPARED = re.compile(
    r"(?:分别)?(?:同比|比上年同期|比上年|比去年同期|比去年|较上年|分别)(?=增长|增加|下降|减少)"
)


def indicator_name(goal: Reading, target: Mention) -> str:
    """The goal's own words for the indicator, without those that only say how."""
    left = _with_class(goal, target)
    left = re.sub(r"^\s*\d{1,2}\s*[.．、]\s*", "", re.sub(r"^.*[，,；;：:。]", "", left))
    left = _BEHIND_A_NAME.sub("", _BEFORE_A_NAME.sub("", _whole_brackets(left)))
    right = _BEHIND_A_NUMBER.sub("", _up_to_a_bracket(target.right.lstrip("）)”》 ")).strip())
    right = right if left else _COUNTED_OF.sub("", right)
    left = left if right else left.removesuffix("的")
    name = _COMPARED.sub("", (left + right).strip())
    return _whole_brackets(name[:_LONGEST_NAME]).strip() or "目标值"


def _with_class(goal: Reading, target: Mention) -> str:
    """The words to the left; where they go on from the size of a class, from that (20亿元以上项目)."""
    before = [m for m in goal.mentions if m.quantity.end <= target.quantity.start]
    if before and re.match(r"\s*以[上下内]", target.subject) and target.subject == target.left:
        size = before[-1].quantity
        return before[-1].left + goal.text[size.start : size.end] + target.subject
    return target.subject


def _whole_brackets(text: str) -> str:
    """The end of a text that was cut, without what brackets it only half holds.

    >>> _whole_brackets("子项目）重点项目（含续建"), _whole_brackets("先进县（市、区）")
    ('重点项目', '先进县（市、区）')
    """
    closed, opened = _unpaired(text)
    if not closed and not opened:
        return text
    start = closed[-1] + 1 if closed else 0
    end = next((place for place in opened if place >= start), len(text))
    # Where only the bracket's own words are left, they are the name.
    return _whole_brackets(text[start:end] if text[start:end].strip() else text[end + 1 :])


def _up_to_a_bracket(text: str) -> str:
    """The beginning of a text that was cut, down to a bracket that it only half holds."""
    closed, opened = _unpaired(text)
    return text[: min([*closed, *opened], default=len(text))]


def _unpaired(text: str) -> tuple[list[int], list[int]]:
    """Where brackets and quotes stand that close or open what isn't in the text."""
    closed: list[int] = []
    opened: list[int] = []
    for opening, closing in ("（）", "()", "“”", "《》"):
        waiting: list[int] = []
        for place, sign in enumerate(text):
            if sign == opening:
                waiting.append(place)
            elif sign == closing:
                closed += [] if waiting else [place]
                waiting = waiting[:-1]
        opened += waiting
    return sorted(closed), sorted(opened)


def _quote(reading: Reading, mention: Mention) -> tuple[int, int]:
    """The clause down to the number, and the clause that names it where it only goes on."""
    start = mention.clause[0]
    if not content(mention.left) and not content(mention.right):
        before = [
            m
            for m in reading.mentions
            if m.sentence == mention.sentence and m.quantity.start < mention.quantity.start
        ]
        namesakes = [m for m in before if m.subject and mention.subject.startswith(m.subject)]
        if before:
            start = min(start, (namesakes or before)[-1].clause[0])
    end = mention.quantity.end + (len(mention.right) if content(mention.right) else 0)
    item = any(begin == start for _, begin, _ in reading.item_spans)
    if item and (marker := re.match(r"\d{1,2}\s*[.．、,，]\s*", reading.text[start:end])):
        start += marker.end()
    while start < end and reading.text[start] in "、，, ；;。":
        start += 1
    start = min(start, mention.quantity.start)
    return start, end


_NONE_DONE = re.compile(
    r"(?:^|[，,。；;：:\s])(?:目前|至今|仍|尚|我市)*(?:暂?无|暂?没有|暂?未有|尚无|暂时没有)(?P<what>[^，。；：]{4,40})"
)


def _zeros(goal: Reading, progress: Reading, targets: Sequence[Mention]) -> Iterator[Measure]:
    """无“四下”转为“四上”工业企业: a number of none, where the goal counts the same."""
    for match in _NONE_DONE.finditer(progress.text):
        what = bigrams(match["what"])
        best: tuple[float, Mention] | None = None
        for target in targets:
            if target.quantity.dimension not in ("things", "people", "events"):
                continue
            named = bigrams(goal.text[target.sentence[0] : target.sentence[1]][:_GOAL_WORDS])
            own = bigrams(target.subject + " " + target.right)
            score = len(what & named) / max(1, len(what))
            score += 0.2 * bool(re.search(r"新增|新引|新建|新", target.left)) + 0.2 * bool(
                what & own
            )
            if score >= 0.6 and (best is None or score > best[0]):
                best = (score, target)
        if best:
            target = best[1]
            q = target.quantity
            goal_span = _quote(goal, target)
            start = match.start()
            while progress.text[start] in "，,。；;：: ":
                start += 1
            yield Measure(
                indicator_name(goal, target), _direction(target), q.value, q.high, q.unit, 0.0, q.plain_unit,
                False, q.dimension, q.base, 1.0, goal.text[slice(*goal_span)],
                progress.text[start : match.end()], goal_span, (start, match.end()), target.item,
                worded=True,
            )  # fmt: skip
            targets = [t for t in targets if t is not target]
