"""A report in prose: numbered tasks, each followed by 进展情况：… 存在问题：… 下一步措施：….

The words of the labels are those of table headings (columns.toml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from generator.findings import Finding, Place, finding
from generator.importing.document import Document, Reading, TaskRecord
from generator.importing.outline import (
    CHAPTER,
    ITEM_STYLES,
    Paragraph,
    before_labels,
    labelled,
    number_of,
    numbered_through,
    paragraphs_of,
)
from generator.importing.parties import names_in_cell, unit_and_head

_RESPONSIBLE = ("unit", "unit_head", "head")


def is_prose_report(document: Document) -> bool:
    """Whether numbered paragraphs are followed by one labelled 进展情况 or the like."""
    return _style(paragraphs_of(document)) is not None


def read_prose_report(document: Document) -> Reading:
    """The tasks of a report in prose, by the labels in its text."""
    paragraphs = paragraphs_of(document)
    style = _style(paragraphs) or ITEM_STYLES[0]
    opens = set(_openings(paragraphs, style))
    findings: list[Finding] = list(document.findings)
    items: list[TaskRecord] = []
    block: list[Paragraph] = []
    section, heading = "", {"unit": "", "head": ""}
    headed = _is_headed(paragraphs, opens)
    for index, paragraph in enumerate(paragraphs):
        labels = labelled(paragraph.text)
        if index in opens:
            items += _task(block, style, section, heading)
            block = [paragraph]
        elif CHAPTER.match(paragraph.text) and style is not CHAPTER:
            items += _task(block, style, section, heading)
            block, section = [], paragraph.text
        elif headed and labels and labels[0][0] in _RESPONSIBLE:
            items += _task(block, style, section, heading)
            block, heading = [], {"unit": "", "head": ""} | dict(labels)
        elif block:
            block.append(paragraph)
        elif index:
            findings.append(finding("row-unread", paragraph.place, text=paragraph.text[:24]))
    items += _task(block, style, section, heading)
    tasks, counted = numbered_through(items)
    findings += [*counted, *_findings(tasks)]
    if not tasks:
        findings.append(finding("no-tasks", Place(document.name)))
    title = paragraphs[0].text if paragraphs and 0 not in opens else ""
    return Reading("report", title, tasks, findings=tuple(findings))


def _findings(tasks: Sequence[TaskRecord]) -> Iterator[Finding]:
    for before, task in zip([None, *tasks], tasks, strict=False):
        if not task.unit:
            yield finding("responsible-missing", task.place, no=task.no)
        if before and task.no != before.no + 1:
            yield finding("item-order", task.place, no=task.no, expected=before.no + 1)


def _style(paragraphs: Sequence[Paragraph]) -> re.Pattern[str] | None:
    """How the tasks are numbered; None where no numbered paragraph has a labelled progress."""
    counts = {style: sum(1 for _ in _openings(paragraphs, style)) for style in ITEM_STYLES}
    best = max(counts, key=lambda style: counts[style])
    return best if counts[best] else None


def _openings(paragraphs: Sequence[Paragraph], style: re.Pattern[str]) -> Iterator[int]:
    """The paragraphs that open a task: progress is labelled before the next number.

    So the numbered lines within a task's progress aren't taken for tasks.
    """
    last = -1
    for index, paragraph in enumerate(paragraphs):
        if style.match(paragraph.text):
            last = index
        if last >= 0 and any(name == "progress" for name, _ in labelled(paragraph.text)):
            yield last
            last = -1


def _is_headed(paragraphs: Sequence[Paragraph], opens: set[int]) -> bool:
    """Whether units stand above their tasks: the first is named before the first task."""
    first = min(opens, default=0)
    return any(
        labels[0][0] in _RESPONSIBLE
        for paragraph in paragraphs[:first]
        if (labels := labelled(paragraph.text))
    )


def _task(
    block: list[Paragraph], style: re.Pattern[str], section: str, heading: dict[str, str]
) -> Iterator[TaskRecord]:
    """The task that a block of paragraphs tells, if there is a block."""
    match = style.match(block[0].text) if block else None
    if not match:
        return
    values: dict[str, str] = {}
    field = "task"
    for text in (match[2], *(paragraph.text for paragraph in block[1:])):
        labels = labelled(text)
        lead = before_labels(text)
        if lead:
            values[field] = f"{values.get(field, '')} {lead}".strip()
        for field, value in labels:
            values[field] = f"{values.get(field, '')} {value}".strip()
    values["title" if values.get("goal") else "goal"] = values.pop("task", "")
    unit, head = values.pop("unit", ""), values.pop("head", "")
    if both := values.pop("unit_head", ""):
        unit, head = unit_and_head(both)
    names, open_list = names_in_cell(unit or heading["unit"])
    partners, more_open = names_in_cell(values.pop("partners", ""))
    fields: dict[str, Any] = values
    task = TaskRecord(number_of(match[1]), block[0].place, section)
    yield replace(
        task, **fields, unit=names[0] if names else "", partners=(*names[1:], *partners),
        open_list=open_list or more_open, head=head or ("" if unit else heading["head"]),
    )  # fmt: skip
