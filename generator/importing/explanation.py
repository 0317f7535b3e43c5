"""What was understood of a document, in lines for the clerk to confirm before it is imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from generator.importing.columns import IGNORED, columns_of, field_names, words_of
from generator.importing.document import Column, Document, Reading, Row, TaskRecord

_SAMPLES = 3
_CANDIDATES = 2
_LONGEST_HEADING = 30
_LONGEST = 60
_WORDS = {
    "zh": {
        "title": "标题：{}", "kind": "类别：{}", "report": "落实情况", "plan": "任务安排",
        "columns": "识别出的列：", "": "未识别", IGNORED: "不读", "measure": "（数字后补“{}”）",
        "samples": "共 {} 项任务，前 {} 项读作：", "none": "—", "task": "第 {} 号",
        "no heading": "没有认出表头。表头须有“序号”和“目标任务”两列；最像表头的行是：",
        "settle": "用 --map 指明这些列各是什么，例如：{}", "heading": "列名",
        "fields": "字段有：{}", "drop": "忽略",
    },
    "en": {
        "title": "Title: {}", "kind": "Kind: {}", "report": "report", "plan": "plan",
        "columns": "Columns found:", "": "not recognised", IGNORED: "left out",
        "measure": " (bare numbers get “{}”)", "samples": "{} tasks; the first {} are read as:",
        "none": "—", "task": "No. {}",
        "no heading": "No heading row was recognised: it must have “序号” and “目标任务”."
                      " The rows likest to one are:",
        "settle": "Say with --map what these columns are, such as: {}", "heading": "heading",
        "fields": "Fields: {}", "drop": IGNORED,
    },
}  # fmt: skip
_SHOWN = (
    "section", "title", "unit", "partners", "head", "leader", "deadline", "goal", "progress",
    "problems", "next_steps", "reported_rate", "reported_status", "remarks",
)  # fmt: skip


def explained(
    document: Document, reading: Reading, mapping: Mapping[str, str], lang: str
) -> Iterator[str]:
    """Lines on a reading: its columns with their fields, and the first tasks as they were read.

    Where no heading was recognised, the rows likest to one, and how to settle them.

    Args:
        document: what was read.
        reading: how it was understood.
        mapping: what the clerk has settled, as ``columns.read_mapping`` gives it.
        lang: the language of the messages.
    """
    words = _WORDS[lang]
    if not reading.tasks and not reading.columns:
        yield from _proposed(document, mapping, lang)
        return
    yield words["title"].format(reading.title or words["none"])
    yield words["kind"].format(words[reading.kind])
    if reading.columns:
        yield words["columns"]
        yield from (f"  {_column(column, lang)}" for column in reading.columns if column.heading)
    samples = reading.tasks[:_SAMPLES]
    yield words["samples"].format(len(reading.tasks), len(samples))
    for task in samples:
        yield f"  {words['task'].format(task.no)}  {task.place.within(lang)}"
        yield from (f"    {_name(field, lang)}：{text}" for field, text in _values(task))


def _proposed(document: Document, mapping: Mapping[str, str], lang: str) -> Iterator[str]:
    """The rows that may be the heading, cell by cell, and the settings that make one of them so."""
    words = _WORDS[lang]
    rows = _likest(document.rows, mapping)
    if not rows:
        return
    yield words["no heading"]
    for row in rows:
        for column in columns_of(row, mapping):
            if column.heading:
                shown = column.heading[:_LONGEST]
                yield f"  {_column(replace(column, heading=shown), lang)}"
    yield words["settle"].format(" ".join(_settings(columns_of(rows[0], mapping), lang)))
    yield words["fields"].format(
        "、".join([*(_name(f, lang) for f in field_names()), words["drop"]])
    )


def _likest(rows: Sequence[Row], mapping: Mapping[str, str]) -> list[Row]:
    """The rows with the most headings that are known, the first of them; else the first rows."""

    def known(row: Row) -> int:
        return len({column.field for column in columns_of(row, mapping)} - {""})

    several = [
        row
        for row in rows
        if sum(bool(c.text.strip()) and not c.continued for c in row.cells) > 1
        and all(len(cell.text.strip()) <= _LONGEST_HEADING for cell in row.cells)
    ]
    most = max(map(known, several), default=0)
    return [row for row in several if known(row) == most][:_CANDIDATES]


def _settings(columns: Sequence[Column], lang: str) -> Iterator[str]:
    """For each field that a heading must have and this one lacks, the column likest to it."""
    fields = {column.field for column in columns}
    left = [column.heading for column in columns if column.heading and not column.field]
    for field, others in (("no", {"no", "code"}), ("goal", {"goal", "task"})):
        if fields & others:
            continue
        best = max(left, key=lambda heading: _likeness(heading, field), default="")
        left = [heading for heading in left if heading != best]
        yield f"--map “{best or _WORDS[lang]['heading']}={_name(field, lang)}”"


def _likeness(heading: str, field: str) -> float:
    return max(fuzz.ratio(heading, word) for word in words_of(field))


def _column(column: Column, lang: str) -> str:
    words = _WORDS[lang]
    measure = words["measure"].format(column.measure) if column.measure else ""
    name = words.get(column.field) or _name(column.field, lang)
    return f"{column.place.within(lang)}  {column.heading} → {name}{measure}"


def _name(field: str, lang: str) -> str:
    return field if lang == "en" else field_names()[field]


def _values(task: TaskRecord) -> Iterator[tuple[str, str]]:
    for field in _SHOWN:
        value = getattr(task, field)
        text = value if isinstance(value, str) else "、".join(value)
        if text:
            yield field, text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
