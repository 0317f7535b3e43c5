"""A task made ready for templates: its cells in items, its units with their addresses."""

from __future__ import annotations

from dataclasses import dataclass

from generator.analysis.items import Itemised, Matched, itemise, match_items
from generator.analysis.problems import states_problem
from generator.ledger.model import Party, Registry, Snapshot, Task
from generator.pages import address


@dataclass(frozen=True, slots=True)
class PartyView:
    """A responsible body as pages name it; ``address`` is empty where it has no page."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with what pages show beside its own fields."""

    task: Task
    address: str
    lead: PartyView
    partners: tuple[PartyView, ...]
    goal: Itemised
    progress: Itemised
    problems: Itemised
    matched: tuple[Matched, ...]
    has_problem: bool

    @property
    def name(self) -> str:
        """What a heading calls it: its title, or its number where it has none."""
        return self.task.title or f"第{self.task.no}号任务"


def task_view(snapshot: Snapshot, task: Task, registry: Registry) -> TaskView:
    """Prepare one task; pure, so that pages may ask for it as often as they like."""
    return TaskView(
        task,
        address.task(snapshot, task, registry),
        _party(snapshot, Party(task.unit, task.unit_text), registry),
        tuple(_party(snapshot, partner, registry) for partner in task.partners),
        itemise(task.goal),
        itemise(task.progress),
        itemise(task.problems),
        match_items(task.goal, task.progress, task.problems),
        states_problem(task.problems),
    )


def _party(snapshot: Snapshot, party: Party, registry: Registry) -> PartyView:
    unit = registry.by_id.get(party.unit)
    page = address.unit_page(snapshot, unit.id) if unit else ""
    return PartyView(party.text or (unit.name if unit else ""), page)
