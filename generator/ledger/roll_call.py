"""Who has handed in and who hasn't, in the words of the clerk who has to remind them (催报)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from generator.ledger.returns import Due

_WORDS = {
    "zh": {
        "units": "收到 {} 个单位，应报 {} 个；收到 {} 项任务，应报 {} 项。",
        "no base": "收到 {} 个单位、{} 项任务；没有上一期或年度任务可以对照，不能判断还缺谁。",
        "missing": "催报：{}", "faulty": "文件有错：{}", "tasks": "缺项：{}",
        "one": "{}（责任人 {}，{}项）", "no head": "{}（{}项）", "file": "{}（{}）",
        "numbers": "{}第 {} 号", "nobody": "责任单位不明的", "and": "、", "stop": "。",
        "counts": {
            "handed-twice": "重复报送 {} 项", "goal-reworded": "目标文字有改动 {} 项",
            "number-of-other-unit": "报送其他单位的任务 {} 项", "task-new": "新增任务 {} 项",
            "number-mistyped": "序号疑有误 {} 项",
        },
    },
    "en": {
        "units": "{} of {} units have handed in; {} of {} tasks.",
        "no base": "{} units, {} tasks; with no earlier snapshot to compare, who is missing"
                   " can't be told.",
        "missing": "To be reminded: {}", "faulty": "Faulty files: {}", "tasks": "Missing tasks: {}",
        "one": "{} (head: {}, tasks: {})", "no head": "{} (tasks: {})", "file": "{} ({})",
        "numbers": "{} no. {}", "nobody": "of no known unit", "and": ", ", "stop": ".",
        "counts": {
            "handed-twice": "handed in twice: {}", "goal-reworded": "goals reworded: {}",
            "number-of-other-unit": "tasks of other units: {}", "task-new": "new tasks: {}",
            "number-mistyped": "numbers mistyped: {}",
        },
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RollCall:
    """How far the collecting of a half-year's returns has come.

    Attributes:
        expected: whether there is an earlier snapshot that says who has to report.
        units: how many units have handed in, faulty files counted.
        units_due: how many have to.
        tasks: how many of the expected tasks, or of all where nothing says, are there.
        tasks_due: how many are expected.
        missing: the units of which nothing came.
        faulty: units and files that came and can't be taken as they are.
        tasks_missing: numbers that are lacking, by the units that did hand in;
            an empty name stands for tasks of no known unit.
        remarks: how many findings of each kind there are.
    """

    expected: bool
    units: int
    units_due: int
    tasks: int
    tasks_due: int
    missing: tuple[Due, ...] = ()
    faulty: tuple[tuple[str, str], ...] = ()
    tasks_missing: tuple[tuple[str, tuple[int, ...]], ...] = ()
    remarks: tuple[tuple[str, int], ...] = ()

    @property
    def incomplete(self) -> bool:
        """Whether something is known to be missing; never so where nothing says what is due."""
        return self.expected and (bool(self.missing) or self.tasks < self.tasks_due)


def told(roll: RollCall, lang: str) -> Iterator[str]:
    """The roll call in lines, what is complete left out."""
    words: dict[str, str] = {k: str(v) for k, v in _WORDS[lang].items()}
    names: object = _WORDS[lang]["counts"]
    if roll.expected:
        yield words["units"].format(roll.units, roll.units_due, roll.tasks, roll.tasks_due)
    else:
        yield words["no base"].format(roll.units, roll.tasks)
    remarks = [
        str(names[code]).format(n)
        for code, n in roll.remarks
        if isinstance(names, dict) and n and code in names
    ]
    lists = (
        ("faulty", [words["file"].format(*pair) if pair[0] else pair[1] for pair in roll.faulty]),
        ("tasks", [_numbers(name, numbers, words) for name, numbers in roll.tasks_missing]),
        ("missing", [_unit(due, words) for due in roll.missing]),
    )
    if remarks:
        yield words["and"].join(remarks) + words["stop"]
    for key, parts in lists:
        if parts:
            yield words[key].format(words["and"].join(parts)) + words["stop"]


def numbers_shown(numbers: Iterable[int]) -> str:
    """Numbers as runs.

    >>> numbers_shown([3, 4, 5, 9])
    '3—5、9'
    """
    runs = []
    for _, group in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        runs.append(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}")
    return "、".join(runs)


def _unit(due: Due, words: dict[str, str]) -> str:
    if due.heads:
        return words["one"].format(due.name, "、".join(due.heads), len(due.tasks))
    return words["no head"].format(due.name, len(due.tasks))


def _numbers(name: str, numbers: tuple[int, ...], words: dict[str, str]) -> str:
    return words["numbers"].format(name or words["nobody"], numbers_shown(numbers))
