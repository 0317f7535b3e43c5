"""A task made ready for templates: its cells in items, its figures, its units' addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from generator.analysis.changes import TaskChange
from generator.analysis.completions import Completion
from generator.analysis.items import Item, Itemised, Matched, itemise, match_items
from generator.analysis.measures import Direction, Measure
from generator.analysis.problems import states_problem
from generator.analysis.status import Evidence, Status, measure_status, schedule, status_name
from generator.analysis.task_findings import TaskFindings
from generator.ledger.model import Correction, Decision, Party, Registry, Snapshot, Task
from generator.pages import address
from generator.pages.wording import Say

# Status is never shown by colour alone: each class has its own shape.
SHAPES = {
    Status.COMPLETED: "●", Status.ON_SCHEDULE: "▲", Status.BEHIND: "▼", Status.UNQUANTIFIED: "○",
}  # fmt: skip
# A figure far beyond its target is drawn as one and a half times it.
_MOST = 150.0


@dataclass(frozen=True, slots=True)
class PartyView:
    """A responsible body as pages name it; ``address`` is empty where it has no page."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Bullet:
    """A bullet chart: how far the actual value reaches, and where target and schedule stand.

    Attributes:
        actual, target, expected, target_high: positions in percent of the chart's
            width; ``expected`` (序时进度) and ``target_high`` are None where they don't apply.
        value, most: the actual value and the scale's end, for those who hear the chart.
    """

    actual: float
    target: float
    value: float
    most: float
    expected: float | None = None
    target_high: float | None = None


@dataclass(frozen=True, slots=True)
class StatusView:
    """A status as pages show it: in words, with a shape and its rule."""

    key: str
    name: str
    shape: str
    rule: str


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure as a bullet chart with its words.

    Attributes:
        words: target and actual in a sentence.
        bullet: None where the figure has no scale to be drawn on.
        status: None where the figure decides nothing.
        quotes: (field's name, exact quote).
    """

    name: str
    words: str
    bullet: Bullet | None
    status: StatusView | None
    quotes: tuple[tuple[str, str], ...]
    reviewed: str


@dataclass(frozen=True, slots=True)
class PastView:
    """A task in another snapshot of its year: which, where, and how far it had got."""

    label: str
    address: str
    status: StatusView | None


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with what pages show beside its own fields.

    Attributes:
        name: what a heading calls it: its title, or its number where it has none.
        past: the task in the year's other snapshots, the oldest first.
        change: what moved since the snapshot before; None where there is none to compare.
        corrections: those of its cells, the oldest first.
    """

    task: Task
    found: TaskFindings
    name: str
    address: str
    lead: PartyView
    partners: tuple[PartyView, ...]
    goal: Itemised
    progress: Itemised
    problems: Itemised
    matched: tuple[Matched, ...]
    has_problem: bool
    status: StatusView
    figures: tuple[FigureView, ...]
    past: tuple[PastView, ...] = ()
    change: TaskChange | None = None
    corrections: tuple[Correction, ...] = ()

    def marked(self, field: str, item: Item | None = None) -> Markup:
        """A cell's lead or one of its items, with the words that figures come from marked."""
        text = str(getattr(self.task, field))
        cell: Itemised = getattr(self, field)
        words = item.text if item else cell.lead
        start = item.text_start if item else text.find(cell.lead)
        return mark(text, start, start + len(words), self._spans(field))

    def _spans(self, field: str) -> list[tuple[int, int]]:
        if field == "goal":
            return [m.goal_span for m in self.found.measures]
        if field == "progress":
            spans = [m.progress_span for m in self.found.measures]
            return spans + [(c.start, c.end) for c in self.found.completions]
        return [(o.start, o.end) for o in self.found.obstacles if o.kind != "other"]


def mark(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> Markup:
    """``text[start:end]`` escaped, with the parts that lie in a span inside of <mark>."""
    inside = [False] * (end - start)
    for low, high in spans:
        for position in range(max(low, start), min(high, end)):
            inside[position - start] = True
    result = Markup()
    position = 0
    while position < len(inside):
        stop = position
        while stop < len(inside) and inside[stop] == inside[position]:
            stop += 1
        piece = escape(text[start + position : start + stop])
        result += Markup("<mark>%s</mark>") % piece if inside[position] else piece
        position = stop
    return result


def task_view(snapshot: Snapshot, found: TaskFindings, registry: Registry, say: Say) -> TaskView:
    """Prepare one task; pure, so that pages may ask for it as often as they like."""
    task = found.task
    judgement = found.judgement
    return TaskView(
        task,
        found,
        task.title or say("第%(no)d号任务", no=task.no),
        address.task(snapshot, task, registry),
        (
            PartyView(say("暂不公开"), "")
            if task.held_back
            else _party(snapshot, Party(task.unit, task.unit_text), registry)
        ),
        tuple(_party(snapshot, partner, registry) for partner in task.partners),
        itemise(task.goal),
        itemise(task.progress),
        itemise(task.problems),
        match_items(task.goal, task.progress, task.problems),
        states_problem(task.problems),
        status_view(judgement.status, say, judgement.rule),
        (
            *(_measure_view(snapshot, m, found.completions, say) for m in found.measures),
            *(_completion_view(snapshot, c, say) for c in _untold(found)),
        ),
    )


def status_view(status: Status, say: Say, rule: str = "") -> StatusView:
    """A status in words and shape."""
    return StatusView(status.value, say(status_name(status)), SHAPES[status], rule)


def _untold(found: TaskFindings) -> list[Completion]:
    """The stated completions that no measure shows already."""
    return [
        c
        for c in found.completions
        if c.scope != "annual" or not any(_overlap(m, c) for m in found.measures)
    ]


def _overlap(measure: Measure, completion: Completion) -> bool:
    start, end = measure.progress_span
    return start < completion.end and end > completion.start


def _measure_view(
    snapshot: Snapshot, measure: Measure, stated: Sequence[Completion], say: Say
) -> FigureView:
    evidence = measure_status(measure, schedule(snapshot.id), snapshot.year)
    told = [c for c in stated if c.scope == "annual" and _overlap(measure, c)]
    words = _target_words(measure, say)
    if evidence.share is not None:
        words += say("，为目标的%(share)s%%", share=number_text(round(evidence.share, 1)))
        for c in told:
            if abs(c.percent - evidence.share) > 1:
                words += say("（原文写明%(share)s%%）", share=number_text(c.percent))
    return FigureView(
        measure.name, words, _measure_bullet(measure, evidence, schedule(snapshot.id) * 100),
        _judged(evidence, say),
        (
            (say("年内目标"), measure.goal_quote), (say("进展情况"), measure.progress_quote),
            *((say("原文写明的完成率"), c.quote) for c in told),
        ),
        _reviewed(measure.review, say),
    )  # fmt: skip


def _target_words(measure: Measure, say: Say) -> str:
    target = number_text(measure.target)
    if measure.direction is Direction.RANGE:
        target += f"—{number_text(measure.target_high)}"
    target += measure.target_unit
    actual = number_text(measure.actual) + measure.actual_unit
    if measure.direction is Direction.AT_MOST:
        return say("控制在%(target)s，实际%(actual)s", target=target, actual=actual)
    return say("目标%(target)s，实际%(actual)s", target=target, actual=actual)


def _measure_bullet(measure: Measure, evidence: Evidence, expected: float) -> Bullet | None:
    """A share of the target where there is one, else both values on a common scale."""
    if evidence.share is not None:
        return _share_bullet(evidence.share, expected if evidence.rule == "R1" else None)
    target, actual = measure.target * measure.target_base, measure.actual * measure.actual_base
    ranged = measure.direction is Direction.RANGE
    high = measure.target_high * measure.target_base if ranged else target
    most = max(high, actual) * 1.15
    if min(target, actual) < 0 or most <= 0:
        return None
    return Bullet(
        actual / most * 100, target / most * 100, measure.actual, most / measure.actual_base,
        target_high=high / most * 100 if ranged else None,
    )  # fmt: skip


def _share_bullet(share: float, expected: float | None) -> Bullet:
    most = max(100.0, min(share, _MOST))
    return Bullet(
        max(0.0, min(share, most)) / most * 100, 100 / most * 100, share, max(most, share),
        expected / most * 100 if expected is not None and expected < 100 else None,
    )  # fmt: skip


def _judged(evidence: Evidence, say: Say) -> StatusView | None:
    """The status that a figure speaks for; None where it decides nothing."""
    if evidence.status is Status.UNQUANTIFIED:
        return None
    return status_view(evidence.status, say, evidence.rule)


def _completion_view(snapshot: Snapshot, completion: Completion, say: Say) -> FigureView:
    annual = completion.scope == "annual"
    expected = schedule(snapshot.id) * 100
    if completion.percent >= 100:
        status = Status.COMPLETED
    else:
        status = Status.ON_SCHEDULE if completion.percent >= expected else Status.BEHIND
    names = {
        "annual": say("全年完成率"),
        "overall": say("项目总量完成率"),
        "work": say("单项工作完成率"),
    }  # fmt: skip
    return FigureView(
        names[completion.scope],
        say("%(share)s%%（“%(quote)s”）", share=number_text(completion.percent),
            quote=completion.quote),
        _share_bullet(completion.percent, expected if annual else None),
        status_view(status, say, "R4") if annual else None,
        ((say("进展情况"), completion.quote),),
        _reviewed(completion.review, say),
    )  # fmt: skip


def _reviewed(decision: Decision | None, say: Say) -> str:
    match decision:
        case Decision.CONFIRM:
            return say("已人工复核")
        case Decision.CORRECT:
            return say("已人工改正")
    return say("自动提取，未经人工复核")


def number_text(value: float) -> str:
    """A number without needless digits, a fall with a minus sign: 2.84, 9, −8.2."""
    text = f"{abs(value):.4f}".rstrip("0").rstrip(".")
    return f"−{text}" if value < 0 else text


def _party(snapshot: Snapshot, party: Party, registry: Registry) -> PartyView:
    unit = registry.by_id.get(party.unit)
    page = address.unit_page(snapshot, unit.id) if unit else ""
    return PartyView(party.text or (unit.name if unit else ""), page)
