"""What a unit typed into its form where it says nothing: a date alone, 同上, an empty cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from generator.findings import Finding, Place, finding
from generator.importing.columns import field_names
from generator.importing.document import Reading, TaskRecord
from generator.ledger.roll_call import numbers_shown

# Up to so many cells of one kind are named one by one, more of them in one line.
_FEW = 3
_NUMBER = r"[-+]?\d[\d,]*(?:\.\d+)?"
_CLOCK = r"(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
_DATE = (
    rf"(?:(?:\d{{2}}){{1,2}}[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}})?|\d{{1,2}}[-/]\d{{1,2}}){_CLOCK}"
    rf"|(?:(?:\d{{2}}){{1,2}}年(?:度|底|末)?)?(?:\d{{1,2}}月(?:份|底|末|初|上旬|中旬|下旬)?"
    rf"(?:\d{{1,2}}[日号])?)?(?:前|底前)?{_CLOCK}"
)
_BARE = re.compile(rf"(?=[-+\d])(?:{_NUMBER}|{_DATE})[。.]?")
# What is above, before, beside or annexed; readers of one task's page don't see it.
_ELSEWHERE = (
    r"(?:上|前|后|下|左|右)(?:述|文|面|方|表|栏|格|行|条|项|期|次|一?[项条格行栏期次])?"
    r"|第?\d+[号项条](?:任务)?|附[件表]\d*|进展(?:情况)?|存在问题|年初|去年|上半年|下半年|其他单位"
)
_REFERS = re.compile(
    rf"(?:(?:内容|情况|进展|问题|具体|有关)*(?:详见|参见|参照|参考|请见|见|同|如|与)"
    rf"(?:{_ELSEWHERE})(?:任务|内容|情况|进展|问题|相同|一致|一样|所述|所列|栏)*|略|从略|〃|″|\")[。.]?"
)


def empty_answers(reading: Reading) -> Iterator[Finding]:
    """The cells of a form that hold no answer though something stands in them, or nothing.

    Cells of one kind are told in one finding where there are many.
    """
    tasks = reading.tasks
    yield from _told(reading, "progress-empty", "progress", [t for t in tasks if not t.progress])
    yield from _told(reading, "problems-empty", "problems", [t for t in tasks if not t.problems])
    yield from _told(reading, "answer-bare", "progress", [t for t in tasks if is_bare(t.progress)])
    for field in ("progress", "problems"):
        referring = [task for task in tasks if refers(getattr(task, field))]
        yield from _told(reading, "answer-refers", field, referring)


def is_bare(text: str) -> bool:
    """Whether a text is a date or a number and nothing else.

    >>> is_bare("2017年6月30日"), is_bare("12.5"), is_bare("完成12.5亿元")
    (True, True, False)
    """
    return _BARE.fullmatch(_plain(text)) is not None


def refers(text: str) -> bool:
    """Whether a text only points to another one.

    >>> refers("同上。"), refers("见第3项"), refers("同上级部门对接完毕")
    (True, True, False)
    """
    return _REFERS.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    return re.sub(r"[\s()“”]", "", unicodedata.normalize("NFKC", text))


def _told(
    reading: Reading, code: str, field: str, tasks: Sequence[TaskRecord]
) -> Iterator[Finding]:
    groups = [[task] for task in tasks] if len(tasks) <= _FEW else [list(tasks)]
    for group in groups:
        words = dict.fromkeys(getattr(task, field) for task in group)
        yield finding(
            code, _cell(reading, group[0], field), numbers=numbers_shown(t.no for t in group),
            column=field_names()[field], text="”“".join(list(words)[:_FEW]),
        )  # fmt: skip


def _cell(reading: Reading, task: TaskRecord, field: str) -> Place:
    """Where a task's field stands; its row, where the table has no such column."""
    columns = [column for column in reading.columns if column.field == field]
    own = [c for c in columns if (c.place.sheet, c.place.table) == _table(task)] or columns
    return replace(task.place, column=own[-1].place.column) if own else task.place


def _table(task: TaskRecord) -> tuple[str, int]:
    return task.place.sheet, task.place.table
