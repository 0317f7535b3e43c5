"""A task made ready for templates: its cells in items, its figures, its units' addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from generator.analysis.completions import Completion
from generator.analysis.items import Item, Itemised, Matched, itemise, match_items
from generator.analysis.measures import Direction, Measure
from generator.analysis.problems import states_problem
from generator.analysis.status import Evidence, Status, measure_status, schedule, status_name
from generator.analysis.task_findings import TaskFindings
from generator.ledger.model import Decision, Party, Registry, Snapshot, Task
from generator.pages import address

# Status is never shown by colour alone: each class has its own shape.
SHAPES = {
    Status.COMPLETED: "●", Status.ON_SCHEDULE: "▲", Status.BEHIND: "▼", Status.UNQUANTIFIED: "○",
}  # fmt: skip
_REVIEWED = {
    Decision.CONFIRM: "已人工复核", Decision.CORRECT: "已人工改正", None: "自动提取，未经人工复核",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartyView:
    """A responsible body as pages name it; ``address`` is empty where it has no page."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure as a small bar with its words.

    Attributes:
        share: what was reached, in percent of the target; None where it isn't drawn.
        expected: where the schedule stands, in percent; None where it doesn't apply.
        words: target and actual in a sentence.
        quotes: (field's name, exact quote).
    """

    name: str
    words: str
    share: float | None
    expected: float | None
    status: str
    status_name: str
    shape: str
    rule: str
    quotes: tuple[tuple[str, str], ...]
    reviewed: str


@dataclass(frozen=True, slots=True)
class StatusView:
    """A status as pages show it: in words, with a shape and its rule."""

    key: str
    name: str
    shape: str
    rule: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with what pages show beside its own fields."""

    task: Task
    found: TaskFindings
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

    @property
    def name(self) -> str:
        """What a heading calls it: its title, or its number where it has none."""
        return self.task.title or f"第{self.task.no}号任务"

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


def task_view(snapshot: Snapshot, found: TaskFindings, registry: Registry) -> TaskView:
    """Prepare one task; pure, so that pages may ask for it as often as they like."""
    task = found.task
    judgement = found.judgement
    return TaskView(
        task,
        found,
        address.task(snapshot, task, registry),
        _party(snapshot, Party(task.unit, task.unit_text), registry),
        tuple(_party(snapshot, partner, registry) for partner in task.partners),
        itemise(task.goal),
        itemise(task.progress),
        itemise(task.problems),
        match_items(task.goal, task.progress, task.problems),
        states_problem(task.problems),
        status_view(judgement.status, judgement.rule),
        (
            *(_measure_view(snapshot, m, found.completions) for m in found.measures),
            *(_completion_view(snapshot, c) for c in _untold(found)),
        ),
    )


def status_view(status: Status, rule: str = "") -> StatusView:
    """A status in words and shape."""
    return StatusView(status.value, status_name(status), SHAPES[status], rule)


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


def _measure_view(snapshot: Snapshot, measure: Measure, stated: Sequence[Completion]) -> FigureView:
    evidence = measure_status(measure, schedule(snapshot.id), snapshot.year)
    asked = {
        Direction.AT_LEAST: "目标", Direction.AT_MOST: "控制在", Direction.RANGE: "目标",
    }[measure.direction]  # fmt: skip
    target = number_text(measure.target)
    if measure.direction is Direction.RANGE:
        target += f"—{number_text(measure.target_high)}"
    actual = number_text(measure.actual)
    words = f"{asked}{target}{measure.target_unit}，实际{actual}{measure.actual_unit}"
    if evidence.share is not None:
        words += f"，为目标的{number_text(round(evidence.share, 1))}%"
        for c in stated:
            if c.scope == "annual" and _overlap(measure, c) and abs(c.percent - evidence.share) > 1:
                words += f"（原文写明{number_text(c.percent)}%）"
    return FigureView(
        measure.name, words, evidence.share,
        schedule(snapshot.id) * 100 if evidence.rule == "R1" else None,
        *_judged(evidence),
        (
            ("年内目标", measure.goal_quote), ("进展情况", measure.progress_quote),
            *(
                ("原文写明的完成率", c.quote)
                for c in stated
                if c.scope == "annual" and _overlap(measure, c)
            ),
        ),
        _REVIEWED[measure.review],
    )  # fmt: skip


def _judged(evidence: Evidence) -> tuple[str, str, str, str]:
    """Status, its name, its shape and rule; nothing where the figure decides nothing."""
    if evidence.status is Status.UNQUANTIFIED:
        return "", "", "", evidence.rule
    status = evidence.status
    return status.value, status_name(status), SHAPES[status], evidence.rule


_SCOPES = {"annual": "全年完成率", "overall": "项目总量完成率", "work": "单项工作完成率"}


def _completion_view(snapshot: Snapshot, completion: Completion) -> FigureView:
    annual = completion.scope == "annual"
    expected = schedule(snapshot.id) * 100 if annual else None
    if not annual:
        status = Status.UNQUANTIFIED
    elif completion.percent >= 100:
        status = Status.COMPLETED
    else:
        status = Status.ON_SCHEDULE if completion.percent >= (expected or 0) else Status.BEHIND
    return FigureView(
        _SCOPES[completion.scope], f"{number_text(completion.percent)}%（“{completion.quote}”）",
        completion.percent, expected, status.value if annual else "",
        status_name(status) if annual else "", SHAPES[status] if annual else "",
        "R4" if annual else "", (("进展情况", completion.quote),),
        _REVIEWED[completion.review],
    )  # fmt: skip


def number_text(value: float) -> str:
    """A number without needless digits, a fall with a minus sign: 2.84, 9, −8.2."""
    text = f"{abs(value):.4f}".rstrip("0").rstrip(".")
    return f"−{text}" if value < 0 else text


def _party(snapshot: Snapshot, party: Party, registry: Registry) -> PartyView:
    unit = registry.by_id.get(party.unit)
    page = address.unit_page(snapshot, unit.id) if unit else ""
    return PartyView(party.text or (unit.name if unit else ""), page)
