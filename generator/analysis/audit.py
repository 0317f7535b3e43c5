"""Arithmetic that a row states and that its own numbers can check.

Percentages, sums, differences and written-out divisions are recomputed within
the rounding of their inputs. "Inconsistent" is said only where the row itself
names what the number is of; where inputs had to be found among several, only
agreement is reported, since disagreement may mean that others were meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise

from generator.analysis.completions import Completion
from generator.analysis.measures import Measure, parts_of
from generator.analysis.mentions import Mention, Reading, bigrams
from generator.analysis.quantities import Bound, Quantity

# GUIDE, audit: an input with 约 or 近 may be off by one percent of the result.
_ABOUT = 0.01


class Verdict(StrEnum):
    """Whether the stated number follows from its inputs."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"


@dataclass(frozen=True, slots=True)
class Claim:
    """One stated number, recomputed.

    Attributes:
        field: goal, progress or problems.
        claim: the words that state it, exactly; start and end are their offsets.
        formula: plain arithmetic, all inputs in one unit.
        stated, computed: in the claim's own unit (percent for percent).
    """

    field: str
    claim: str
    start: int
    end: int
    formula: str
    stated: float
    computed: float
    verdict: Verdict

    @property
    def is_repetition(self) -> bool:
        """Whether the row states the number once more: the formula is only that number."""
        return re.fullmatch(r"\d+(?:\.\d+)?", self.formula) is not None


def audit(
    goal: Reading,
    progress: Reading,
    problems: Reading,
    stated: Sequence[Completion],
    measured: Sequence[Measure],
) -> tuple[Claim, ...]:
    """Every claim of a row that can be checked, in order of field and place."""
    fields = {"goal": goal, "progress": progress, "problems": problems}
    claims = list(_shares(goal, progress, stated, measured))
    for name, reading in fields.items():
        claims += _formulas(name, reading)
        claims += _sums(name, reading)
        if name != "goal":
            claims += _differences(name, reading, measured)
    claims += _goal_sums(goal, progress)
    claims += _goal_parts(goal, progress)
    claims += _surpluses(progress, goal)
    claims += _contradictions(progress, problems)
    order = list(fields)
    unique = {(c.field, c.start, c.end, c.stated): c for c in reversed(claims)}
    return tuple(sorted(unique.values(), key=lambda c: (order.index(c.field), c.start)))


# ---- percentages


def _shares(
    goal: Reading, progress: Reading, stated: Sequence[Completion], measured: Sequence[Measure]
) -> Iterator[Claim]:
    mentions = progress.mentions
    by_end = {c.end: c for c in stated}
    for index, mention in enumerate(mentions):
        q = mention.quantity
        if q.dimension != "percent" or q.is_range or mention.change or q.value <= 0:
            continue
        completion = by_end.get(q.end)
        words = progress.clause_words(mention)
        if not completion and not re.search(r"率|占比|占", words):
            continue
        if re.search(r"占[^，。；]{0,8}(?:GDP|比重)|分别", words) and not completion:
            continue
        if completion and "分别" in words:
            yield from _listed_share(goal, progress, index, completion, measured)
            continue
        listed = index and re.fullmatch(
            r"[、和]", progress.text[mentions[index - 1].quantity.end : q.start]
        )
        if listed or "分别" in words:
            continue
        yield from _share(goal, progress, index, completion, measured)


def _listed_share(
    goal: Reading,
    progress: Reading,
    index: int,
    completion: Completion,
    measured: Sequence[Measure],
) -> Iterator[Claim]:
    """分别占年度任务的91.9%、34.3%和107.5%: each of its own quantity and target."""
    mentions = progress.mentions
    size = 1
    while index + size < len(mentions) and re.fullmatch(
        r"\s*(?:[、和与及]|以及)\s*",
        progress.text[
            mentions[index + size - 1].quantity.end : mentions[index + size].quantity.start
        ],
    ):
        size += 1
    sentence = mentions[index].sentence
    before = [m for m in mentions[:index] if m.sentence == sentence and _counted(m.quantity)]
    if size < 2 or len(before) != size or completion.scope != "annual":
        return
    for offset, done in enumerate(before):
        percent = mentions[index + offset].quantity
        target = next(
            (
                t
                for m in measured
                if m.progress_span[0] <= done.quantity.start < m.progress_span[1]
                and done.quantity.value == abs(m.actual)
                and (t := _target_of(goal, m))
            ),
            None,
        )
        if target is None or not _alike(done.quantity, target):
            continue
        start = mentions[index].clause[0]
        yield Claim(
            "progress", progress.text[start : percent.end], start, percent.end,
            _division(done.quantity, target), percent.value,
            round(done.quantity.in_base / target.in_base * 100, 4),
            _divided(done.quantity, target, percent),
        )  # fmt: skip


def _share(
    goal: Reading,
    progress: Reading,
    index: int,
    completion: Completion | None,
    measured: Sequence[Measure],
) -> Iterator[Claim]:
    mentions = progress.mentions
    mention = mentions[index]
    percent = mention.quantity
    before = [
        m for m in mentions[:index] if m.sentence == mention.sentence and _counted(m.quantity)
    ]
    named = [
        m
        for m in before
        if m.clause == mention.clause
        and re.search(
            r"占|为|完成",
            progress.clause_words(m),
        )
    ]
    start = mention.clause[0]
    while progress.text[start].isspace():
        start += 1

    def claim(one: Quantity, other: Quantity, *, firm: bool) -> Claim | None:
        verdict = _divided(one, other, percent)
        if verdict is Verdict.INCONSISTENT and not firm:
            return None
        return Claim(
            "progress", progress.text[start : percent.end], start, percent.end,
            _division(one, other), percent.value,
            round(one.in_base / other.in_base * 100, 4), verdict,
        )  # fmt: skip

    if named:  # 占开工任务2823套的55.9%
        base = named[-1].quantity
        candidates = [
            m for m in before
            if m.quantity.start < base.start and m not in named and _alike(m.quantity, base)
        ]  # fmt: skip
        outside = [m for m in candidates if not _in_brackets(progress, m)] or candidates
        done = [m.quantity for m in outside]
        fitting = [q for q in done if _divided(q, base, percent) is Verdict.CONSISTENT]
        if done and (found := claim((fitting or done)[-1], base, firm=True)):
            yield found
            return
    if completion and completion.scope == "annual":
        for measure in measured:
            target = _target_of(goal, measure)
            actual = next(
                (m.quantity for m in mentions if m.quantity.end <= measure.progress_span[1]
                 and m.quantity.start >= measure.progress_span[0]
                 and m.quantity.value == abs(measure.actual)), None,
            )  # fmt: skip
            if (
                target is None or actual is None or measure.dimension == "percent"
                or before[-1:] == [] or before[-1].quantity != actual
            ):  # fmt: skip
                continue
            others = [q for q in goal.quantities if _alike(actual, q) and q != target]
            fitting = [q for q in others if _divided(actual, q, percent) is Verdict.CONSISTENT]
            if found := claim(actual, (fitting or [target])[0], firm=True):
                yield found
                return
    inside = [
        m.quantity for m in mentions[:index] if m.item == mention.item and _counted(m.quantity)
    ]
    inside = inside[-8:] + [q for q in goal.quantities if _counted(q)]
    done = [m.quantity for m in before][-3:]
    for one in reversed(done):
        for other in reversed(inside):
            beside = before[-2:-1] and before[-2].quantity is other and one is done[-1]
            loosely = beside and one.dimension == other.dimension
            if other is one or not (_alike(one, other) or loosely) or other.in_base == one.in_base:
                continue
            if one.in_base > other.in_base and not completion:
                continue
            found = claim(one, other, firm=False)
            if found:
                yield found
                return
    words = progress.text[start : percent.start]
    if "合格率" in words:
        yield from _passed(progress, percent, start, done)


def _passed(
    progress: Reading, percent: Quantity, start: int, done: Sequence[Quantity]
) -> Iterator[Claim]:
    """合格率: what was tested less what failed, of what was tested."""
    for total, failed in combinations(done, 2):
        if not _alike(total, failed) or failed.in_base >= total.in_base:
            continue
        computed = (1 - failed.in_base / total.in_base) * 100
        if abs(computed - percent.value) <= 0.5 * 10.0 ** -max(0, percent.decimals) + 1e-9:
            whole, part = _number(total), _number(failed)
            yield Claim(
                "progress", progress.text[start : percent.end], start, percent.end,
                f"({whole}-{part})/{whole}", percent.value, round(computed, 4),
                Verdict.CONSISTENT,
            )  # fmt: skip
            return


def _in_brackets(reading: Reading, mention: Mention) -> bool:
    before = reading.sentence_words(mention)
    return before.count("（") + before.count("(") > before.count("）") + before.count(")")


def _counted(q: Quantity) -> bool:
    return q.dimension not in ("", "percent", "point", "ratio", "time", "voltage") and q.value > 0


def _alike(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities can be divided: one dimension, and for counts one unit."""
    if one.dimension != other.dimension:
        return False
    return one.dimension not in ("things", "events") or one.plain_unit[:1] == other.plain_unit[:1]


def _target_of(goal: Reading, measure: Measure) -> Quantity | None:
    start, end = measure.goal_span
    return next(
        (
            q
            for q in goal.quantities
            if start <= q.start and q.end <= end and _counted(q) and q.value == abs(measure.target)
        ),
        None,
    )


def _divided(one: Quantity, other: Quantity, percent: Quantity) -> Verdict:
    """Whether one/other gives the percentage for some values within the inputs' rounding."""
    low = (one.low - one.rounding()) * one.base / ((other.low + other.rounding()) * other.base)
    high = (one.low + one.rounding()) * one.base / ((other.low - other.rounding()) * other.base)
    return _within(low * 100, high * 100, percent, [one, other])


def _within(low: float, high: float, stated: Quantity, inputs: Iterable[Quantity]) -> Verdict:
    half = 0.5 * 10.0 ** -max(0, stated.decimals)
    rough = any(q.bound in (Bound.ABOUT, Bound.AT_LEAST) for q in (*inputs, stated))
    slack = abs(stated.value) * _ABOUT if rough else 0.0
    margin = max(half, slack) + 1e-9
    if low - margin <= stated.value <= high + margin:
        return Verdict.CONSISTENT
    return Verdict.INCONSISTENT


def _division(one: Quantity, other: Quantity) -> str:
    """The division in one unit: 25861/(4.15*10000)."""
    top, bottom = _number(one), _number(other)
    factor = other.base / one.base
    if abs(factor - 1) < 1e-9:
        return f"{top}/{bottom}"
    if factor > 1:
        return f"{top}/({bottom}*{_plain(factor)})"
    return f"({top}*{_plain(1 / factor)})/{bottom}"


def _number(q: Quantity) -> str:
    return _plain(q.value) if q.decimals <= 0 else f"{q.value:.{q.decimals}f}"


def _plain(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


# ---- written-out arithmetic

_FORMULA = re.compile(
    r"(?P<a>\d{1,12}(?:\.\d{1,6})?)\s*(?P<sign>[÷/×*+＋\-−])\s*(?P<b>\d{1,12}(?:\.\d{1,6})?)\s*[=＝]\s*"
    r"(?P<c>\d{1,12}(?:\.\d{1,6})?)"
)


def _formulas(field: str, reading: Reading) -> Iterator[Claim]:
    """a÷b=c as the text writes it."""
    for match in _FORMULA.finditer(reading.text):
        a, b, c = (_written(match[name]) for name in "abc")
        sign = {"÷": "/", "×": "*", "＋": "+", "−": "-"}.get(match["sign"], match["sign"])
        if sign == "/" and b.value <= b.rounding():
            continue
        values = [
            _calculated(a.value + da * a.rounding(), sign, b.value + db * b.rounding())
            for da in (-1, 1)
            for db in (-1, 1)
        ]
        computed = _calculated(a.value, sign, b.value)
        unit = re.match(r"[一-鿿%]{0,2}", reading.text[match.end() :])
        end = match.end() + (len(unit[0]) if unit and unit[0][:1] in "元%人" else 0)
        yield Claim(
            field, reading.text[match.start() : end], match.start(), end,
            f"{match['a']}{sign}{match['b']}", c.value, round(computed, 4),
            _within(min(values), max(values), c, ()),
        )  # fmt: skip


def _written(number: str) -> Quantity:
    return Quantity(0, 0, float(number), float(number), "", 1.0, "", len(number.partition(".")[2]))


def _calculated(a: float, sign: str, b: float) -> float:
    if sign == "/":
        return a / b
    return a * b if sign == "*" else a + b if sign == "+" else a - b


# ---- sums

_TOTAL = re.compile(r"合计|共计|总计|总共|共有?")


def _sums(field: str, reading: Reading) -> Iterator[Claim]:
    """A total with its parts beside it: 64个，其中甲18个、乙2个、丙6个、丁38个."""
    mentions = [m for m in reading.mentions if _counted(m.quantity) and not m.quantity.is_range]
    used: set[int] = set()
    for total in mentions:
        same = [m for m in mentions if _sums_with(total, m)]
        place = same.index(total)
        parts = _adding_up(
            total, same[place + 1 : place + 8], same[max(0, place - 7) : place][::-1]
        )
        if not parts or total.quantity.start in used:
            continue
        used.update(m.quantity.start for m in parts)
        ordered = sorted(parts, key=lambda m: m.quantity.start)
        scale = total.quantity.base
        formula = "+".join(
            _number(m.quantity) if m.quantity.base == scale else f"{_number(m.quantity)}*{_plain(m.quantity.base / scale)}"
            for m in ordered
        )  # fmt: skip
        start = total.clause[0]
        while reading.text[start].isspace():
            start += 1
        start = max(start, total.quantity.start - 16)
        yield Claim(
            field, reading.text[start : total.quantity.end], start, total.quantity.end, formula,
            total.quantity.value, round(sum(m.quantity.in_base for m in parts) / scale, 4),
            Verdict.CONSISTENT,
        )  # fmt: skip


def _sums_with(total: Mention, other: Mention) -> bool:
    if other is total:
        return True
    one, two = total.quantity, other.quantity
    near = total.sentence == other.sentence
    if _TOTAL.search(total.left[-6:]):
        near = total.item == other.item and abs(two.start - one.start) < 160
    return near and one.dimension == two.dimension and one.plain_unit[:1] == two.plain_unit[:1]


def _adding_up(
    total: Mention, behind: Sequence[Mention], before: Sequence[Mention]
) -> list[Mention]:
    """The run of two or more neighbours that make up the total, if there is one.

    Small totals (below five) come about by chance and are left out; a total that
    follows its parts must say so (共, 合计).
    """
    goal = total.quantity.in_base
    if goal < 5 * min(1.0, total.quantity.base):
        return []
    for run, marked in ((behind, True), (before, _TOTAL.search(total.left[-6:]) is not None)):
        if not marked:
            continue
        for skip in range(3):
            added: list[Mention] = []
            for mention in run[skip:]:
                added.append(mention)
                amount = sum(m.quantity.in_base for m in added)
                slack = sum(m.quantity.rounding() * m.quantity.base for m in added)
                slack += total.quantity.rounding() * total.quantity.base
                if (
                    run is before
                    and total.quantity.decimals == 0
                    and any(m.quantity.decimals > 0 for m in added)
                ):
                    slack += 0.5 * total.quantity.base
                if len(added) > 1 and abs(amount - goal) <= slack + 1e-6 * goal:
                    if skip and len(added) < 2:
                        continue
                    return added
                if amount > goal * 1.001:
                    break
    return []


def _goal_sums(goal: Reading, progress: Reading) -> Iterator[Claim]:
    """A goal's number as the sum of the bases that the progress names (2948套 + 254套)."""
    bases = [
        m for m in progress.mentions
        if re.search(r"占[^，。；0-9]{2,12}任务$", progress.clause_words(m))
    ]  # fmt: skip
    for target in goal.mentions:
        q = target.quantity
        same = [
            m for m in bases
            if m.quantity.dimension == q.dimension and m.quantity.in_base < q.in_base
            and _touch(m.left, target.subject)
        ]  # fmt: skip
        for pair in combinations(same, 2):
            if abs(sum(m.quantity.in_base for m in pair) - q.in_base) < 1e-6 * q.in_base:
                yield Claim(
                    "goal", goal.text[target.clause[0] : q.end].strip(), target.clause[0], q.end,
                    "+".join(_number(m.quantity) for m in pair), q.value, q.value,
                    Verdict.CONSISTENT,
                )  # fmt: skip
                return


def _touch(one: str, other: str) -> bool:
    """Whether two phrases share two neighbouring characters that aren't 任务 or 完成."""
    pairs = {one[i : i + 2] for i in range(len(one) - 1)} - {"任务", "完成", "占完"}
    return any(pair in other for pair in pairs)


def _goal_parts(goal: Reading, progress: Reading) -> Iterator[Claim]:
    """A goal's number as the sum of the progress' parts: 共25个村 = 8 + 1 + 16."""
    for target in goal.mentions:
        parts = parts_of(progress, target)
        if parts and "共" in target.left[-4:]:
            start = target.quantity.start - 1
            yield Claim(
                "goal", goal.text[start : target.quantity.end], start, target.quantity.end,
                "+".join(_number(m.quantity) for m in parts), target.quantity.value,
                sum(m.quantity.value for m in parts), Verdict.CONSISTENT,
            )  # fmt: skip


# ---- differences

_FARTHER = re.compile(r"(?P<what>低于|高于|低|高|超过?|落后|滞后|快|慢|欠|差)[^，。；0-9]{0,14}$")


def _differences(field: str, reading: Reading, measured: Sequence[Measure]) -> Iterator[Claim]:
    """低于全年目标任务2.2个百分点: the distance of an actual from its target."""
    rates = [m for m in measured if m.dimension == "percent"]
    for mention in reading.mentions:
        q = mention.quantity
        words = reading.clause_words(mention)
        if q.dimension not in ("point", "percent") or not (found := _FARTHER.search(words)):
            continue
        if q.dimension == "percent" and "目标" not in words and "计划" not in words:
            continue
        if not re.search(r"目标|任务|计划|指标", words):
            continue
        for measure in rates:
            gap = abs(measure.actual - measure.target)
            fits = abs(gap - q.value) <= 0.5 * 10.0 ** -max(0, q.decimals) + 1e-9
            if not fits and (len(rates) > 1 or field != "problems"):
                continue
            high, low = max(measure.actual, measure.target), min(measure.actual, measure.target)
            start = mention.clause[0] + found.start()
            yield Claim(
                field, reading.text[start : q.end], start, q.end, f"{_plain(high)}-{_signed(low)}",
                q.value, round(gap, 4), Verdict.CONSISTENT if fits else Verdict.INCONSISTENT,
            )  # fmt: skip
            break


def _signed(value: float) -> str:
    return _plain(value) if value >= 0 else f"({_plain(value)})"


_BEYOND = re.compile(
    r"超(?:额|出)?(?:完成)?(?:全年|年度|年)?(?:目标|计划)?(?:任务|目标|计划)(?:数)?$"
)


def _surpluses(progress: Reading, goal: Reading) -> Iterator[Claim]:
    """超年度目标任务832个: the quantity before it, less one of the goal's."""
    mentions = progress.mentions
    for before, mention in pairwise(mentions):
        q = mention.quantity
        if not _BEYOND.search(mention.left) or before.quantity.dimension != q.dimension:
            continue
        for target in goal.quantities:
            if target.dimension == q.dimension and abs(
                before.quantity.in_base - target.in_base - q.in_base
            ) <= max(1e-6 * q.in_base, (q.rounding() + before.quantity.rounding()) * q.base):
                start = mention.clause[0]
                yield Claim(
                    "progress", progress.text[start : q.end], start, q.end,
                    f"{_number(before.quantity)}-{_number(target)}", q.value,
                    round((before.quantity.in_base - target.in_base) / q.base, 4),
                    Verdict.CONSISTENT,
                )  # fmt: skip
                break


# ---- contradictions


def _contradictions(progress: Reading, problems: Reading) -> Iterator[Claim]:
    """Two places that give one thing in numbers differing by a digit: 12623户, 12653户."""
    for one in progress.mentions:
        for other in problems.mentions:
            a, b = one.quantity, other.quantity
            if a.unit != b.unit or a.value == b.value or not _counted(a):
                continue
            first, second = _number(a), _number(b)
            if len(first) != len(second) or len(first.replace(".", "")) < 4:
                continue
            if sum(x != y for x, y in zip(first, second, strict=True)) != 1:
                continue
            shared = bigrams(one.subject) & bigrams(other.subject)
            if len(shared) >= 3:
                yield Claim(
                    "problems", problems.text[b.start : b.end], b.start, b.end, first, b.value,
                    a.value, Verdict.INCONSISTENT,
                )  # fmt: skip
