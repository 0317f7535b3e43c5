"""A year's work plan: an official document with chapters, and items that name who is responsible.

The shape, from 《实施珠三角规划纲要2014年重点工作任务安排》: a disclosure header
(索引号: … 分类: …), chapters 一、…, items （一）title。text〔A、B、C等负责〕. The first unit
named is the lead unit (the document says so: 列为第一的为牵头单位).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

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
from generator.importing.parties import names_in_cell, responsible_units, split_responsible

# The disclosure header of 政府信息公开目录, in its customary order.
DISCLOSURE_LABELS = (
    "索引号", "分类", "发布机构", "成文日期", "名称", "文号", "发布日期", "主题词",
)  # fmt: skip
_LABEL = re.compile(rf"(?:^|(?<=\s))({'|'.join(DISCLOSURE_LABELS)})\s*[:：]")
# What an item may say of itself on lines of its own.
_OWN_LINES = {"unit", "partners", "head", "leader", "deadline"}
_ANNEX_LABEL = re.compile(r"^附件\s*[:：]?\s*(.*)$")
_ANNEX = re.compile(r"^\d+\s*[.、．]\s*(.+?)(?:\s*\.\s*(?:docx?|xlsx?|pdf|wps|et))?$")
_TITLE = re.compile(r"印发[《〈](.+)[》〉]的通知")
_IMPRINT = re.compile(r"\d{4}\s*年?\s*\d{0,2}\s*月?\s*\d{0,2}\s*日?\s*印发$")


def is_work_plan(document: Document) -> bool:
    """Whether the document has an item that names who is responsible: （…负责）, 责任单位：…."""
    return _item_style(paragraphs_of(document)) is not None


def read_work_plan(document: Document) -> Reading:
    """The items of a plan with their chapter, title, text and responsible units."""
    paragraphs = paragraphs_of(document)
    style = _item_style(paragraphs) or ITEM_STYLES[0]
    disclosure = _disclosure(paragraphs)
    title = _title(disclosure, paragraphs)
    findings: list[Finding] = list(document.findings)
    items: list[TaskRecord] = []
    notes: list[str] = []
    chapter = section = ""
    for paragraph in _outline(paragraphs, style, findings):
        if item := style.match(paragraph.text):
            record, rule = _item(paragraph, number_of(item[1]), item[2], section)
            if rule:
                notes.append(f"（{item[1]}）：{rule}")
            items.append(record)
        elif CHAPTER.match(paragraph.text):
            chapter = section = paragraph.text
        else:
            section = f"{chapter} {paragraph.text}".strip()
    tasks, counted = numbered_through(items)
    missing = tuple(_annexes(paragraphs))
    findings += [*counted, *_item_findings(tasks)]
    findings += [finding("annex-missing", p.place, name=name) for p, name in missing]
    if not tasks:
        findings.append(finding("no-tasks", Place(document.name)))
    return Reading(
        "plan", title, tasks, disclosure, _preamble(paragraphs),
        tuple(name for _, name in missing), tuple(notes), findings=tuple(findings),
    )  # fmt: skip


def _item_style(paragraphs: tuple[Paragraph, ...]) -> re.Pattern[str] | None:
    """How the items are numbered that name who is responsible; None where none does.

    Where several kinds do, it is the commonest: a bracket may close a chapter too.
    """
    counts = dict.fromkeys(ITEM_STYLES, 0)
    style: re.Pattern[str] | None = None
    for paragraph in paragraphs:
        style = next((s for s in ITEM_STYLES if s.match(paragraph.text)), style)
        labels = dict(labelled(paragraph.text))
        if style and ("unit" in labels or split_responsible(paragraph.text)[1]):
            counts[style] += 1
            style = None
    best = max(counts, key=lambda s: counts[s])
    return best if counts[best] else None


def _item_findings(tasks: tuple[TaskRecord, ...]) -> Iterator[Finding]:
    for before, task in zip([None, *tasks], tasks, strict=False):
        if not task.unit:
            yield finding("responsible-missing", task.place, no=task.no)
        expected = before.no + 1 if before else 1
        if task.no != expected:
            yield finding("item-order", task.place, no=task.no, expected=expected)


def _disclosure(paragraphs: tuple[Paragraph, ...]) -> tuple[tuple[str, str], ...]:
    """The header's fields in its own order; a label's first occurrence counts.

    The page repeats 发布日期 in its footer line, beside a visitors' counter.
    """
    found: dict[str, str] = {}
    for paragraph in paragraphs:
        if CHAPTER.match(paragraph.text):
            break
        labels = list(_LABEL.finditer(paragraph.text))
        ends = [*(label.start() for label in labels[1:]), len(paragraph.text)]
        for label, end in zip(labels, ends, strict=False):
            found.setdefault(label[1], paragraph.text[label.end() : end].strip())
    return tuple(found.items())


def _title(disclosure: tuple[tuple[str, str], ...], paragraphs: tuple[Paragraph, ...]) -> str:
    """The plan's own title, from 关于印发《…》的通知; else the document's name."""
    name = dict(disclosure).get("名称", "")
    match = _TITLE.search(name)
    if match:
        return match[1]
    return name or (paragraphs[0].text if paragraphs else "")


def _outline(
    paragraphs: tuple[Paragraph, ...], style: re.Pattern[str], findings: list[Finding]
) -> Iterator[Paragraph]:
    """Chapters and items, each with the lines that belong to it joined on.

    An item's text may run over several lines; it ends where its responsible
    units are named, or where the next chapter or item begins. A line in between
    that belongs to neither is told, not dropped in silence; the imprint and the
    list of annexes end the outline.
    """
    current: Paragraph | None = None
    for paragraph in paragraphs:
        text, labels = paragraph.text, labelled(paragraph.text)
        is_item = current is not None and style.match(current.text) is not None
        named = current is not None and (current.labels or split_responsible(current.text)[1])
        if _opens(text, style):
            if current:
                yield current
            current = paragraph
        elif current is None:
            pass
        elif _IMPRINT.search(text) or _ANNEX_LABEL.match(text):
            break
        elif is_item and labels and not before_labels(text) and dict(labels).keys() <= _OWN_LINES:
            current = replace(current, labels=(*current.labels, *labels))
        elif is_item and not named:
            current = replace(current, text=current.text + text)
        else:
            findings.append(finding("row-unread", paragraph.place, text=text[:24]))
    if current:
        yield current


def _opens(text: str, style: re.Pattern[str]) -> bool:
    """Whether a line opens an item, a chapter, or a part of a chapter above the items."""
    above = ITEM_STYLES[: ITEM_STYLES.index(style)] if style is not CHAPTER else ()
    return any(opening.match(text) for opening in (style, CHAPTER, *above[:1]))


def _item(paragraph: Paragraph, number: int, body: str, section: str) -> tuple[TaskRecord, str]:
    """One item, and the rule that stands behind its units (列为第一的为牵头单位), if any."""
    text, clause = split_responsible(body)
    text = text if clause else body
    names, open_list, rule = responsible_units(clause)
    own = dict(reversed(paragraph.labels))
    for field in ("unit", "partners"):
        for value in (v for name, v in paragraph.labels if name == field):
            more, ends_in_etc = names_in_cell(value)
            names, open_list = (*names, *more), open_list or ends_in_etc
    title, _, goal = text.partition("。")
    if not goal.strip():
        title, goal = "", text
    record = TaskRecord(
        number, paragraph.place, section, title.strip(),
        unit=names[0] if names else "", partners=names[1:], open_list=open_list,
        goal=goal.strip(), head=own.get("head", ""), leader=own.get("leader", ""),
        deadline=own.get("deadline", "").rstrip("。；;"),
    )  # fmt: skip
    return record, rule


def _preamble(paragraphs: tuple[Paragraph, ...]) -> tuple[str, ...]:
    """The paragraph that introduces the first chapter: 现提出…安排:."""
    before: list[str] = []
    for paragraph in paragraphs:
        if CHAPTER.match(paragraph.text):
            return tuple(before[-1:]) if before and before[-1].endswith((":", "：")) else ()
        before.append(paragraph.text)
    return ()


def _annexes(paragraphs: tuple[Paragraph, ...]) -> Iterator[tuple[Paragraph, str]]:
    """The annexes listed at the end, which the received file doesn't hold."""
    listing = False
    for paragraph in paragraphs:
        if ITEM_STYLES[0].match(paragraph.text) or CHAPTER.match(paragraph.text):
            listing = False
        elif label := _ANNEX_LABEL.match(paragraph.text):
            listing = True
            if label[1]:
                yield paragraph, label[1]
        elif listing and (annex := _ANNEX.match(paragraph.text)):
            yield paragraph, annex[1].strip()
