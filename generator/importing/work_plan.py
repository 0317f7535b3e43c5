"""A year's work plan: an official document with chapters, and items that name who is responsible.

The shape, from 《实施珠三角规划纲要2014年重点工作任务安排》: a disclosure header
(索引号: … 分类: …), chapters 一、…, items （一）title。text〔A、B、C等负责〕. The first unit
named is the lead unit (the document says so: 列为第一的为牵头单位).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.findings import Finding, Place, finding
from generator.importing.cleaning import clean
from generator.importing.document import Document, Reading, TaskRecord
from generator.importing.numerals import NUMERAL, chinese_number
from generator.importing.parties import responsible_units, split_responsible

# The disclosure header of 政府信息公开目录, in its customary order.
DISCLOSURE_LABELS = (
    "索引号", "分类", "发布机构", "成文日期", "名称", "文号", "发布日期", "主题词",
)  # fmt: skip
_LABEL = re.compile(rf"(?:^|(?<=\s))({'|'.join(DISCLOSURE_LABELS)})\s*[:：]")
_CHAPTER = re.compile(rf"^({NUMERAL})、(.+)$")
_ITEM = re.compile(rf"^[(（]({NUMERAL})[)）]\s*(.+)$")
_ANNEX_LABEL = re.compile(r"^附件\s*[:：]?\s*(.*)$")
_ANNEX = re.compile(r"^\d+\s*[.、．]\s*(.+?)(?:\s*\.\s*(?:docx?|xlsx?|pdf|wps|et))?$")
_TITLE = re.compile(r"印发[《〈](.+)[》〉]的通知")
_IMPRINT = re.compile(r"\d{4}\s*年?\s*\d{0,2}\s*月?\s*\d{0,2}\s*日?\s*印发$")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    place: Place


def is_work_plan(document: Document) -> bool:
    """Whether the document has an item that ends in （…负责）."""
    return any(_ITEM.match(p.text) and split_responsible(p.text)[1] for p in _paragraphs(document))


def read_work_plan(document: Document) -> Reading:
    """The items of a plan with their chapter, title, text and responsible units."""
    paragraphs = _paragraphs(document)
    disclosure = _disclosure(paragraphs)
    title = _title(disclosure, paragraphs)
    findings: list[Finding] = list(document.findings)
    tasks: list[TaskRecord] = []
    notes: list[str] = []
    section = ""
    for paragraph in _outline(paragraphs, findings):
        if _CHAPTER.match(paragraph.text):
            section = paragraph.text
        elif item := _ITEM.match(paragraph.text):
            number = chinese_number(item[1])
            record, rule = _item(paragraph, number, item[2], section)
            if rule:
                notes.append(f"（{item[1]}）：{rule}")
            if not record.unit:
                findings.append(finding("responsible-missing", paragraph.place, no=number))
            expected = tasks[-1].no + 1 if tasks else 1
            if number != expected:
                findings.append(
                    finding("item-order", paragraph.place, no=number, expected=expected)
                )
            tasks.append(record)
    missing = tuple(_annexes(paragraphs))
    findings += [finding("annex-missing", p.place, name=name) for p, name in missing]
    if not tasks:
        findings.append(finding("no-tasks", Place(document.name)))
    return Reading(
        "plan", title, tuple(tasks), disclosure, _preamble(paragraphs, tasks),
        tuple(name for _, name in missing), tuple(notes), findings=tuple(findings),
    )  # fmt: skip


def _paragraphs(document: Document) -> tuple[_Paragraph, ...]:
    return tuple(_Paragraph(text, row.place) for row in document.rows if (text := clean(row.text)))


def _disclosure(paragraphs: tuple[_Paragraph, ...]) -> tuple[tuple[str, str], ...]:
    """The header's fields in its own order; a label's first occurrence counts.

    The page repeats 发布日期 in its footer line, beside a visitors' counter.
    """
    found: dict[str, str] = {}
    for paragraph in paragraphs:
        if _CHAPTER.match(paragraph.text):
            break
        labels = list(_LABEL.finditer(paragraph.text))
        ends = [*(label.start() for label in labels[1:]), len(paragraph.text)]
        for label, end in zip(labels, ends, strict=False):
            found.setdefault(label[1], paragraph.text[label.end() : end].strip())
    return tuple(found.items())


def _title(disclosure: tuple[tuple[str, str], ...], paragraphs: tuple[_Paragraph, ...]) -> str:
    """The plan's own title, from 关于印发《…》的通知; else the document's name."""
    name = dict(disclosure).get("名称", "")
    match = _TITLE.search(name)
    if match:
        return match[1]
    return name or (paragraphs[0].text if paragraphs else "")


def _outline(paragraphs: tuple[_Paragraph, ...], findings: list[Finding]) -> Iterator[_Paragraph]:
    """Chapters and items, each with the lines that belong to it joined on.

    An item's text may run over several lines; it ends where its responsible
    units are named, or where the next chapter or item begins. A line in between
    that belongs to neither is told, not dropped in silence; the imprint and the
    list of annexes end the outline.
    """
    current: _Paragraph | None = None
    for paragraph in paragraphs:
        if _CHAPTER.match(paragraph.text) or _ITEM.match(paragraph.text):
            if current:
                yield current
            current = paragraph
        elif current and (_IMPRINT.search(paragraph.text) or _ANNEX_LABEL.match(paragraph.text)):
            break
        elif current and _ITEM.match(current.text) and not split_responsible(current.text)[1]:
            current = _Paragraph(current.text + paragraph.text, current.place)
        elif current:
            findings.append(finding("row-unread", paragraph.place, text=paragraph.text[:24]))
    if current:
        yield current


def _item(paragraph: _Paragraph, number: int, body: str, section: str) -> tuple[TaskRecord, str]:
    """One item, and the rule that stands behind its units (列为第一的为牵头单位), if any."""
    text, clause = split_responsible(body)
    names, open_list, rule = responsible_units(clause)
    title, _, goal = text.partition("。")
    record = TaskRecord(
        number, paragraph.place, section, title.strip(),
        unit=names[0] if names else "", partners=names[1:], open_list=open_list,
        goal=goal.strip(),
    )  # fmt: skip
    return record, rule


def _preamble(paragraphs: tuple[_Paragraph, ...], tasks: list[TaskRecord]) -> tuple[str, ...]:
    """The paragraph that introduces the first chapter: 现提出…安排:."""
    before: list[str] = []
    for paragraph in paragraphs:
        if _CHAPTER.match(paragraph.text):
            return tuple(before[-1:]) if before and before[-1].endswith((":", "：")) else ()
        before.append(paragraph.text)
    return ()


def _annexes(paragraphs: tuple[_Paragraph, ...]) -> Iterator[tuple[_Paragraph, str]]:
    """The annexes listed at the end, which the received file doesn't hold."""
    listing = False
    for paragraph in paragraphs:
        if _ITEM.match(paragraph.text) or _CHAPTER.match(paragraph.text):
            listing = False
        elif label := _ANNEX_LABEL.match(paragraph.text):
            listing = True
            if label[1]:
                yield paragraph, label[1]
        elif listing and (annex := _ANNEX.match(paragraph.text)):
            yield paragraph, annex[1].strip()
