"""Status of a measure and of a task, by printed rules (``status.toml``), never by taste."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from generator.analysis.completions import Completion
from generator.analysis.measures import Direction, Measure, is_target
from generator.analysis.mentions import Reading, bigrams


class Status(StrEnum):
    """How far something got, against its target and the schedule."""

    COMPLETED = "completed"
    ON_SCHEDULE = "on_schedule"
    BEHIND = "behind"
    UNQUANTIFIED = "unquantified"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for a status: the rule, its quote, the item that it is about.

    ``share`` is what was reached of the target, in percent, where that has a meaning.
    """

    status: Status
    rule: str
    quote: str
    item: int = 0
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A task's status, the rule that decided it, and all the evidence."""

    status: Status
    rule: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def quotes(self) -> tuple[str, ...]:
        """The quotes that decided: those of the same status and rule."""
        deciding = [e for e in self.evidence if e.status is self.status]
        return tuple(dict.fromkeys(e.quote for e in deciding or self.evidence))


@cache
def settings() -> Mapping[str, Any]:
    """``status.toml``: tolerance, names and rules."""
    return tomllib.loads(files(__package__).joinpath("status.toml").read_text(encoding="utf-8"))


def status_name(status: Status) -> str:
    """The status in words: 落后序时进度."""
    return str(settings()["names"][status.value])


def schedule(snapshot_id: str) -> float:
    """The share of the year that has passed at a snapshot's end: H1 = 0.5, a year 1.0."""
    return 0.5 if snapshot_id.endswith("H1") else 1.0


def measure_status(measure: Measure, passed: float, year: int) -> Evidence:
    """Rules R1 to R3 for one measure, and R6, which lets doubtful ones decide nothing.

    Args:
        measure: target and actual.
        passed: the share of the year that has passed (``schedule``).
        year: the report's year.
    """
    evidence = _by_numbers(measure, passed)
    reached = evidence.status in (Status.COMPLETED, Status.ON_SCHEDULE)
    years = re.findall(r"(20\d\d)年", measure.progress_quote)
    if (
        measure.worded
        or measure.is_tariff
        or (years and str(year) not in years)
        or (reached and measure.stage)
    ):
        return replace(evidence, status=Status.UNQUANTIFIED, rule="R6")
    return evidence


def _by_numbers(measure: Measure, passed: float) -> Evidence:
    target, actual = measure.target * measure.target_base, measure.actual * measure.actual_base
    over = passed >= 1.0
    if measure.growth:
        met = actual <= target if measure.direction is Direction.AT_MOST else actual >= target
        reached = Status.COMPLETED if over else Status.ON_SCHEDULE
        return _evidence(measure, reached if met else Status.BEHIND, "R3")
    if measure.direction is Direction.AT_MOST:
        reached = Status.COMPLETED if over else Status.ON_SCHEDULE
        return _evidence(measure, reached if actual <= target else Status.BEHIND, "R2")
    if measure.is_level and "不低于" in measure.goal_quote and not over and actual >= target:
        return _evidence(measure, Status.ON_SCHEDULE, "R2")
    if measure.is_level or measure.direction is Direction.RANGE:
        return _evidence(measure, Status.COMPLETED if actual >= target else Status.BEHIND, "R2")
    share = actual / target * 100 if target else 100.0
    return _evidence(measure, _against_schedule(share, passed), "R1", share)


def _evidence(measure: Measure, status: Status, rule: str, share: float | None = None) -> Evidence:
    return Evidence(status, rule, measure.progress_quote, measure.item, share)


def _against_schedule(share: float, passed: float) -> Status:
    if share >= 100:
        return Status.COMPLETED
    if share >= passed * 100 - float(settings()["tolerance"]):
        return Status.ON_SCHEDULE
    return Status.BEHIND


def judge(
    goal: Reading,
    progress: Reading,
    stated: Sequence[Completion],
    measured: Sequence[Measure],
    passed: float,
    year: int,
) -> Judgement:
    """A task's status: behind where anything is, completed where everything is.

    Completed needs evidence for every part of the goal: each of its items, or each
    of its clauses. Where parts are done and the others say nothing in numbers, the
    task is on schedule by what is known.
    """
    telling = [m for m in measured if not _growth_decides(m, measured, passed)]
    evidence = [measure_status(m, passed, year) for m in telling]
    covered = [m.progress_span for m in measured]
    for completion in stated:
        if completion.scope == "annual" and not _told(completion, covered):
            status = _against_schedule(completion.percent, passed)
            item = _item_at(progress, completion.end - 1)
            evidence.append(Evidence(status, "R4", completion.quote, item, completion.percent))
    whole = list(_whole_done(goal, progress))
    evidence += whole
    status, rule = _weighed(
        evidence, all_done=bool(whole) or _covers_goal(goal, measured, evidence)
    )
    reached = status in (Status.COMPLETED, Status.ON_SCHEDULE)
    if reached and _NOT_BEGUN.search(progress.text):
        status, rule = Status.UNQUANTIFIED, "R6"
    return Judgement(status, rule, tuple(evidence))


def _weighed(evidence: Sequence[Evidence], *, all_done: bool) -> tuple[Status, str]:
    """The status that the evidence gives, and the rule that decided."""
    by_status = {e.status: e.rule for e in reversed(evidence)}
    if Status.BEHIND in by_status:
        return Status.BEHIND, by_status[Status.BEHIND]
    if Status.COMPLETED in by_status:
        rule = by_status[Status.COMPLETED]
        stated = "R5" in (e.rule for e in evidence)
        if stated or (all_done and len(by_status) == 1):
            return Status.COMPLETED, "R5" if stated else rule
        if not all_done or Status.ON_SCHEDULE in by_status:
            return Status.ON_SCHEDULE, by_status.get(Status.ON_SCHEDULE, rule)
    if Status.ON_SCHEDULE in by_status:
        return Status.ON_SCHEDULE, by_status[Status.ON_SCHEDULE]
    return Status.UNQUANTIFIED, "R6" if evidence else "R0"


# What is told as not begun leaves no room for "on schedule".
_NOT_BEGUN = re.compile(r"未开工|未动工|未启动|未开始|暂未开展|暂未有|尚未开展|未开展")


def _growth_decides(measure: Measure, measured: Sequence[Measure], passed: float) -> bool:
    """Rule R3: of a quantity and its growth (总产量46万吨，比上年增长4.6%), growth decides."""
    if measure.growth or measure.is_level or passed >= 1.0:
        return False
    start, end = measure.progress_span
    return any(
        m.growth
        and m.progress_span[0] <= start
        and end <= m.progress_span[1]
        and m.goal_span[0] <= measure.goal_span[0] < m.goal_span[1]
        for m in measured
    )


def _told(completion: Completion, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a measure already speaks of the quantity that the share goes with."""
    return any(start < completion.end and end > completion.start for start, end in spans)


def _item_at(reading: Reading, position: int) -> int:
    return next((no for no, start, end in reading.item_spans if start <= position < end), 0)


def _covers_goal(goal: Reading, measured: Sequence[Measure], evidence: Sequence[Evidence]) -> bool:
    items = {no for no, _, _ in goal.item_spans}
    if items:
        done = {e.item for e in evidence if e.status is Status.COMPLETED and e.item}
        return items <= done
    clauses = [c for c in re.split(r"[，,；;。]", goal.text) if len(bigrams(c)) > 1]
    targets = [m for m in goal.mentions if is_target(goal, m)]
    if len(targets) > len({m.goal_span for m in measured}) and measured:
        return False
    return len(clauses) <= max(1, len(measured))


# The whole year's task said to be done; a stage of it (基本, 初稿) is not.
_ALL_DONE = re.compile(
    r"(?:已|全面|提前|超额|全部|均已)+(?:全部|全面|超额|提前)*完成(?:了)?(?:今年|全年|年度|年内|本年度?|当年)(?:的)?(?:各项)?(?:目标任务|目标|任务|计划)|"
    r"超额完成(?:年度|全年|年内)?目标任务|(?:今年|全年|年度|年内)(?:目标)?任务(?:已|均已)(?:全部|全面)?完成"
)
_STAGE = re.compile(r"基本|初稿|初步|部分|阶段|正在|征求意见|待|尚|未|拟|计划")
_DONE_START = re.compile(
    r"^(?:目前[，,]?)?已(?:经|全部|全面|顺利|提前)*(?:完成|建成|印发|出台|举办|启动)"
)


def _whole_done(goal: Reading, progress: Reading) -> Iterator[Evidence]:
    """Rule R5: the words that say that the whole goal is done."""
    for match in _ALL_DONE.finditer(progress.text):
        before = progress.text[max(0, match.start() - 10) : match.start()]
        item = _item_at(progress, match.start())
        if not re.search(r"其中|部分|个别|[县区市]$", before) and not item:
            yield Evidence(Status.COMPLETED, "R5", match[0])
            return
    text = progress.text.strip().rstrip("。")
    one_sentence = not re.search(r"[。；;]", text) and not progress.item_spans
    if not (one_sentence and _DONE_START.match(text)) or _STAGE.search(text):
        return
    wanted = bigrams(goal.text)
    if goal.item_spans or not wanted:
        return
    if len(wanted & bigrams(text)) / len(wanted) >= 0.8 and not progress.quantities:
        yield Evidence(Status.COMPLETED, "R5", text)
