"""Which tasks reach which unit: as lead, as partner, or through a group."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from generator.importing.cleaning import fold_name
from generator.ledger.model import Registry, Snapshot, Task, Unit

# The keys under which tasks stand whose unit nobody knows, and those of which only the
# number is public.
UNKNOWN = "unknown"
WITHHELD = "withheld"


def unit_key(task: Task, registry: Registry) -> str:
    """The key of the unit that leads a task: its page's name.

    A registered unit's id; for a name that the registry doesn't know, a key made
    from the name; ``UNKNOWN`` where there is no name, ``WITHHELD`` where it isn't shown.
    """
    if task.unit in registry.by_id:
        return task.unit
    if task.unit_text:
        return "named-" + sha256(fold_name(task.unit_text).encode()).hexdigest()[:10]
    return WITHHELD if task.held_back else UNKNOWN


_NAMELESS = {UNKNOWN: "责任单位不明", WITHHELD: "暂不公开"}


@dataclass(frozen=True, slots=True)
class Share:
    """What one unit has to do with a snapshot.

    Attributes:
        key: see ``unit_key``.
        unit: None where the registry doesn't know it.
        leads: tasks that it leads, in order of their numbers.
        supports: tasks that it is a partner in.
        reached: tasks that name a group of which it was a member, each with the group;
            those that name the unit itself too are left out.
    """

    key: str
    unit: Unit | None
    leads: tuple[Task, ...] = ()
    supports: tuple[Task, ...] = ()
    reached: tuple[tuple[Unit, Task], ...] = ()

    @property
    def name(self) -> str:
        """The unit's name; an unregistered one's as the document writes it."""
        if self.unit:
            return self.unit.name
        return self.leads[0].unit_text or _NAMELESS[self.key]

    @property
    def inferred(self) -> bool:
        """Whether an editor's inference, not the document, gives it all its tasks."""
        return bool(self.leads) and all(t.basis == "inferred" for t in self.leads)

    @property
    def head(self) -> str:
        """The heads that its tasks record, each once."""
        return "、".join(dict.fromkeys(t.head for t in self.leads if t.head))


@dataclass
class _Gathered:
    leads: list[Task] = field(default_factory=list)
    supports: list[Task] = field(default_factory=list)
    reached: dict[int, tuple[Unit, Task]] = field(default_factory=dict)


def shares(snapshot: Snapshot, registry: Registry) -> tuple[Share, ...]:
    """Every unit that a snapshot reaches: leads in the document's order, then the others'."""
    gathered: dict[str, _Gathered] = {}
    for task in snapshot.tasks:
        gathered.setdefault(unit_key(task, registry), _Gathered()).leads.append(task)
    for task in snapshot.tasks:
        for partner in task.partners:
            if partner.unit in registry.by_id:
                gathered.setdefault(partner.unit, _Gathered()).supports.append(task)
    for task in snapshot.tasks:
        named = {task.unit, *(p.unit for p in task.partners)}
        for id_ in named:
            group = registry.by_id.get(id_)
            if group and group.is_group:
                for member in registry.members(group, snapshot.year):
                    if member.id not in named:
                        mine = gathered.setdefault(member.id, _Gathered())
                        mine.reached.setdefault(task.no, (group, task))
    return tuple(
        Share(
            key, registry.by_id.get(key), tuple(found.leads), tuple(found.supports),
            tuple(found.reached[no] for no in sorted(found.reached)),
        )
        for key, found in gathered.items()
    )  # fmt: skip
