"""What was understood of a document, in lines for the clerk to confirm before it is imported."""

from __future__ import annotations

from collections.abc import Iterator

from generator.importing.columns import IGNORED, field_names
from generator.importing.document import Column, Reading, TaskRecord

_SAMPLES = 3
_LONGEST = 60
_WORDS = {
    "zh": {
        "title": "标题：{}", "kind": "类别：{}", "report": "落实情况", "plan": "任务安排",
        "columns": "识别出的列：", "": "未识别", IGNORED: "不读", "measure": "（数字后补“{}”）",
        "samples": "共 {} 项任务，前 {} 项读作：", "none": "—", "task": "第 {} 号",
    },
    "en": {
        "title": "Title: {}", "kind": "Kind: {}", "report": "report", "plan": "plan",
        "columns": "Columns found:", "": "not recognised", IGNORED: "left out",
        "measure": " (bare numbers get “{}”)", "samples": "{} tasks; the first {} are read as:",
        "none": "—", "task": "No. {}",
    },
}  # fmt: skip
_SHOWN = (
    "section", "title", "unit", "partners", "head", "leader", "deadline", "goal", "progress",
    "problems", "next_steps", "reported_rate", "reported_status", "remarks",
)  # fmt: skip


def explained(reading: Reading, lang: str) -> Iterator[str]:
    """Lines on a reading: its columns with their fields, and the first tasks as they were read."""
    words = _WORDS[lang]
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
