"""Who has to report on what: a snapshot's tasks by the units that answer for them later."""

from __future__ import annotations

from dataclasses import dataclass

from generator.ledger.model import Registry, Snapshot, Task


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for a task: the unit's id in the registry, its name, its head."""

    unit: str = ""
    name: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """What one unit has to report on; ``unit`` and ``name`` are empty where nobody knows it.

    Attributes:
        unit: the registry's id; empty for a name that the registry doesn't know.
        name: the unit's name.
        tasks: its tasks with those responsible, in order of their numbers.
    """

    unit: str
    name: str
    tasks: tuple[tuple[Task, Responsible], ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The persons named for these tasks, each once."""
        return tuple(dict.fromkeys(who.head for _, who in self.tasks if who.head))


HALVES = {"1": "上半年", "2": "下半年"}


def plain_title(snapshot: str) -> str:
    """What a report is called where no document gives it a title: 2017年下半年落实情况表."""
    return f"{snapshot[:4]}年{HALVES.get(snapshot[5:], '')}落实情况表"


def responsible(task: Task, registry: Registry, year: int) -> Responsible:
    """Who answers in a year for a task of an earlier snapshot.

    Where its unit has ended before that year, the one that continues it does; who
    heads that one isn't known from the old document.
    """
    if task.unit not in registry.by_id:
        return Responsible("", task.unit_text, task.head if task.unit_text else "")
    unit = registry.by_id[task.unit]
    now = registry.current(unit, year)
    if now.id != unit.id:
        return Responsible(now.id, now.name)
    return Responsible(unit.id, task.unit_text or unit.name, task.head)


def returns_due(base: Snapshot, registry: Registry, year: int) -> tuple[Due, ...]:
    """What each unit has to report on, in order of the units' first tasks.

    Args:
        base: the snapshot whose tasks go on: the last half-year's, or the year's plan.
        registry: the units and what became of them.
        year: the year that is reported on.
    """
    tasks: dict[tuple[str, str], list[tuple[Task, Responsible]]] = {}
    for task in base.tasks:
        who = responsible(task, registry, year)
        tasks.setdefault((who.unit, "" if who.unit else who.name), []).append((task, who))
    return tuple(
        Due(unit, registry.by_id[unit].name if unit else name, tuple(group))
        for (unit, name), group in tasks.items()
    )
