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

# The columns of tasks.csv, part of the contract (DESIGN, "Machine-readable files").
TASK_COLUMNS = (
    "no", "section", "title", "unit", "unit_text", "unit_basis", "partners", "partners_text",
    "head", "leader", "deadline", "goal", "progress", "problems", "next_steps",
    "reported_rate", "reported_status", "verified_status", "withheld", "note",
)  # fmt: skip

# Why a text may be withheld: 政府信息公开条例 (2019), Articles 14 to 16; and the words by which
# a reason is known to be one of these.
WITHHELD_CLASSES = (
    "国家秘密", "公共安全、经济安全、社会稳定", "商业秘密", "个人隐私", "内部事务信息",
    "过程性信息", "行政执法案卷信息",
)  # fmt: skip
WITHHELD_WORDS = ("秘密", "安全", "稳定", "隐私", "内部", "过程性", "执法案卷", "禁止公开")

SNAPSHOT_ID = re.compile(r"(?P<year>[12][0-9]{3})(?:H(?P<half>[12]))?")


class Kind(StrEnum):
    """What a snapshot is: a year's plan (计划) or a half-year's status report (落实情况)."""

    PLAN = "plan"
    REPORT = "report"


class Basis(StrEnum):
    """How a task's unit is known: stated by the document or inferred by an editor."""

    STATED = "stated"
    INFERRED = "inferred"


class Edition(StrEnum):
    """For whom a site is made: everybody (公开版), or the office's own people (内部版)."""

    PUBLIC = "public"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Unit:
    """A body that answers for tasks, or a group of such bodies.

    Attributes:
        id: stable ASCII id, part of addresses; never reused.
        since, until: the first and last year in which the documents show it under
            this name; empty where nothing bounds it.
        successors: ids of the bodies that continue it: one after a renaming or a merger,
            several after a split.
        members: ids of a group's members, of any time; ``Registry.members`` picks a date's.
        note: the reason for believing the lineage, or what else readers should know.
    """

    id: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    successors: tuple[str, ...] = ()
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
class Aside:
    """What only the office knows of a task (internal.csv): contact, note, next steps."""

    contact: str = ""
    note: str = ""
    next_steps: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One commitment as one snapshot records it. Its identity over time is (year, no).

    ``aside`` is None in the public edition, which never opens the file that it is from.
    """

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
    aside: Aside | None = None

    @property
    def held_back(self) -> bool:
        """Whether only its number is here: it is withheld, and this edition has no text of it."""
        return bool(self.withheld) and not self.goal

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
class Correction:
    """A change to what was sealed: when, where, what stood there before and after, and why.

    Attributes:
        date: the day, ``YYYY-MM-DD``.
        no: the task's number; 0 where a file besides tasks.csv was changed.
        field: the column of tasks.csv, ``no`` for a task added or taken out, or the file.
        old, new: the cell's text; of a file its SHA-256.
    """

    place: Place
    date: str
    no: int
    field: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True)
class Seal:
    """A snapshot as it was frozen (content/<id>/sealed/<number>/seal.json).

    Attributes:
        number: from 1; each correction makes the next.
        date: the day of sealing, ``YYYY-MM-DD``.
        generator: the version of the program.
        files: path below content/<id>/ → SHA-256.
        published: name of a published data file → its SHA-256 by that version.
        previous: SHA-256 of the seal.json before; empty in the first.
        chain: SHA-256 of every seal.json so far, this one's last.
    """

    number: int
    date: str
    generator: str
    files: tuple[tuple[str, str], ...]
    published: tuple[tuple[str, str], ...]
    previous: str = ""
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published state of the ledger: a half-year's report or a year's plan.

    Attributes:
        sources: the documents as received: one whole table, or one from each unit.
        hidden_corrections: how many corrections this edition doesn't show, because they
            are of withheld tasks.
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
    corrections: tuple[Correction, ...] = ()
    seal: Seal | None = None
    hidden_corrections: int = 0

    @property
    def is_draft(self) -> bool:
        """Whether only the internal edition shows it."""
        return self.status == "draft"

    @property
    def hidden_numbers(self) -> frozenset[int]:
        """The tasks of which nothing but a reason is public: withheld ones, and those that were.

        A task that was withheld and then taken out stays hidden, for its corrections
        quote what was withheld.
        """
        hidden = {task.no for task in self.tasks if task.withheld}
        last = {c.no: c.new for c in self.corrections if c.field == "withheld"}
        here = {task.no for task in self.tasks}
        return frozenset(hidden | {no for no, reason in last.items() if reason or no not in here})

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
        """The unit that answers in that year for what this one promised: itself or a successor.

        After a split nobody can tell which successor does; the unit that was split is
        returned then.
        """
        seen: set[str] = set()
        while not unit.exists_in(year) and len(unit.successors) == 1 and unit.id not in seen:
            seen.add(unit.id)
            unit = self.by_id.get(unit.successors[0], unit)
        return unit

    def lineage(self, unit: Unit) -> tuple[Unit, ...]:
        """The unit with all that it continues and all that continue it, the oldest first.

        Not its siblings: of two bodies that were merged neither is the other's past.
        """
        family = {unit.id, *self.descendants(unit)}
        family |= {u.id for u in self.units if unit.id in self.descendants(u)}
        members = [u for u in self.units if u.id in family]
        return tuple(sorted(members, key=lambda u: (u.since or "0000", u.until or "9999")))

    def descendants(self, unit: Unit) -> frozenset[str]:
        """The ids of all that continue a unit, at any remove; its own too in a circle."""
        found: set[str] = set()
        waiting = [id_ for id_ in unit.successors if id_ != unit.id]
        while waiting:
            id_ = waiting.pop()
            if id_ in self.by_id and id_ not in found:
                found.add(id_)
                waiting += self.by_id[id_].successors
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that content/ holds: the registry and the snapshots, the newest first."""

    registry: Registry
    snapshots: tuple[Snapshot, ...]

    @property
    def newest(self) -> Snapshot:
        """The newest snapshot that is published; of drafts alone the newest of them.

        Raises:
            IndexError: where there is none.
        """
        return next((s for s in self.snapshots if not s.is_draft), self.snapshots[0])

    def tasks(self) -> Iterator[tuple[Snapshot, Task]]:
        """Every task of every snapshot."""
        for snapshot in self.snapshots:
            for task in snapshot.tasks:
                yield snapshot, task
