"""The model: what a city promised, who is responsible, and what came of it.

Frozen dataclasses only. An empty string means "not stated"; nothing is guessed.
The terms are DESIGN's: Snapshot 期, Unit 责任单位, Task 任务.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from generator.findings import Place

# The kind of a unit that stands for several: 各县（市、区）政府, 各项目牵头部门.
GROUP_KIND = "组别"

SNAPSHOT_ID = re.compile(r"(?P<year>[12][0-9]{3})(?:H(?P<half>[12]))?")


class Kind(StrEnum):
    """What a snapshot is: a year's plan (计划) or a half-year's status report (落实情况)."""

    PLAN = "plan"
    REPORT = "report"


class Basis(StrEnum):
    """How a task's unit is known: stated by the document or inferred by an editor."""

    STATED = "stated"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Unit:
    """A body that answers for tasks, or a group of such bodies.

    Attributes:
        id: stable ASCII id, part of addresses; never reused.
        since, until: the first and last year in which the documents show it under
            this name; empty where nothing bounds it.
        successor: id of the body that continues it.
        members: ids of a group's members, of any time; ``Registry.members`` picks a date's.
        note: the reason for believing the lineage, or what else readers should know.
    """

    id: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    successor: str = ""
    members: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_group(self) -> bool:
        """Whether it stands for several bodies."""
        return self.kind == GROUP_KIND

    def exists_in(self, year: int) -> bool:
        """Whether the documents show it under this name in that year."""
        return (not self.since or int(self.since[:4]) <= year) and (
            not self.until or year <= int(self.until[:4])
        )


@dataclass(frozen=True, slots=True)
class Party:
    """A responsible body as a task names it: the registry's id where known, and the name."""

    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """One commitment as one snapshot records it. Its identity over time is (year, no)."""

    year: int
    no: int
    place: Place
    section: str = ""
    title: str = ""
    unit: str = ""
    unit_text: str = ""
    basis: Basis | None = None
    partners: tuple[Party, ...] = ()
    open_list: bool = False
    head: str = ""
    leader: str = ""
    deadline: str = ""
    goal: str = ""
    progress: str = ""
    problems: str = ""
    next_steps: str = ""
    reported_rate: str = ""
    reported_status: str = ""
    verified_status: str = ""
    withheld: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """``2017-076``: the same in every snapshot of the year."""
        return f"{self.year}-{self.no:03d}"

    @property
    def anchor(self) -> str:
        """The fragment of the task's permalink."""
        return f"task-{self.no}"


@dataclass(frozen=True, slots=True)
class Source:
    """The document as received: file name within source/, SHA-256 in hexadecimal, encoding."""

    file: str
    sha256: str
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The disclosure header of 政府信息公开目录; an empty field stands empty in the source."""

    index_no: str = ""
    category: str = ""
    issuer: str = ""
    written_on: str = ""
    name: str = ""
    doc_no: str = ""
    published_on: str = ""
    keywords: str = ""


# The header's labels as the catalogues print them, in their customary order.
DISCLOSURE_LABELS = {
    "index_no": "索引号",
    "category": "分类",
    "issuer": "发布机构",
    "written_on": "成文日期",
    "name": "名称",
    "doc_no": "文号",
    "published_on": "发布日期",
    "keywords": "主题词",
}


class Decision(StrEnum):
    """What an editor said of an extracted figure: 属实, 改正, 撤下."""

    CONFIRM = "confirm"
    CORRECT = "correct"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Review:
    """An editor's word on one figure: which (task and quote), what, in what role, and when."""

    place: Place
    no: int
    quote: str
    decision: Decision
    value: float
    role: str
    date: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published state of the ledger: a half-year's report or a year's plan.

    Attributes:
        sources: the documents as received: one whole table, or one from each unit.
    """

    id: str
    title: str
    kind: Kind
    status: str
    as_of: date | None
    tasks: tuple[Task, ...]
    sources: tuple[Source, ...] = ()
    disclosure: Disclosure | None = None
    preamble: tuple[str, ...] = ()
    missing_parts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reviews: tuple[Review, ...] = ()

    @property
    def year(self) -> int:
        """The year whose tasks it holds."""
        return int(self.id[:4])

    @property
    def collated(self) -> bool:
        """Whether it was put together from several returns: a gap is then a return not in yet."""
        return len(self.sources) > 1

    @property
    def missing_numbers(self) -> tuple[tuple[int, int], ...]:
        """The gaps in the numbering from 1 to the last number, as (first, last) pairs."""
        gaps, expected = [], 1
        for number in sorted({task.no for task in self.tasks}):
            if number > expected:
                gaps.append((expected, number - 1))
            expected = number + 1
        return tuple(gaps)


@dataclass(frozen=True, slots=True)
class Registry:
    """The units of content/units.csv, by id, in the file's order."""

    units: tuple[Unit, ...] = ()
    by_id: dict[str, Unit] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {unit.id: unit for unit in self.units})

    def members(self, group: Unit, year: int) -> tuple[Unit, ...]:
        """The bodies that a group stood for in that year."""
        found = (self.by_id[member] for member in group.members if member in self.by_id)
        return tuple(unit for unit in found if unit.exists_in(year))

    def current(self, unit: Unit, year: int) -> Unit:
        """The unit that answers in that year for what this one promised: itself or a successor."""
        seen: set[str] = set()
        while not unit.exists_in(year) and unit.successor in self.by_id and unit.id not in seen:
            seen.add(unit.id)
            unit = self.by_id[unit.successor]
        return unit

    def lineage(self, unit: Unit) -> tuple[Unit, ...]:
        """The unit with all that it continues or that continue it, the oldest first."""
        family = {unit.id}
        while True:
            more = {
                u.id
                for u in self.units
                if (u.successor in family) or any(self._continues(f, u) for f in family)
            }
            if more <= family:
                break
            family |= more
        members = [u for u in self.units if u.id in family]
        return tuple(sorted(members, key=lambda u: (u.since or "0000", u.until or "9999")))

    def _continues(self, id_: str, unit: Unit) -> bool:
        return id_ in self.by_id and self.by_id[id_].successor == unit.id


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that content/ holds: the registry and the snapshots, the newest first."""

    registry: Registry
    snapshots: tuple[Snapshot, ...]

    def tasks(self) -> Iterator[tuple[Snapshot, Task]]:
        """Every task of every snapshot."""
        for snapshot in self.snapshots:
            for task in snapshot.tasks:
                yield snapshot, task
