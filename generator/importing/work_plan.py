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

# The disclosure header of 政府信息公开目录, in its customary order.
DISCLOSURE_LABELS = (
    "索引号", "分类", "发布机构", "成文日期", "名称", "文号", "发布日期", "主题词",
)  # fmt: skip
_LABEL = re.compile(rf"(?:^|(?<=\s))({'|'.join(DISCLOSURE_LABELS)})\s*[:：]")
_NUMERAL = "[一二三四五六七八九十百]+"
_CHAPTER = re.compile(rf"^({_NUMERAL})、(.+)$")
_ITEM = re.compile(rf"^[(（]({_NUMERAL})[)）]\s*(.+)$")
_ANNEX_LABEL = re.compile(r"^附件\s*[:：]?\s*(.*)$")
_ANNEX = re.compile(r"^\d+\s*[.、．]\s*(.+?)(?:\s*\.\s*(?:docx?|xlsx?|pdf|wps|et))?$")
_TITLE = re.compile(r"印发[《〈](.+)[》〉]的通知")
_IMPRINT = re.compile(r"\d{4}\s*年?\s*\d{1,2}\s*月?\s*\d{1,2}\s*日?\s*印发$")
_RULE = re.compile(r"负责[,，;；]?(.*)$")
_BRACKETS = {")": "(", "）": "（", "〕": "〔", "]": "[", "】": "【"}


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    place: Place


def is_work_plan(document: Document) -> bool:
    """Whether the document has an item that ends in （…负责）."""
    return any(_ITEM.match(p.text) and _split_responsible(p.text)[1] for p in _paragraphs(document))


def read_work_plan(document: Document) -> Reading:
    """The items of a plan with their chapter, title, text and responsible units."""
    paragraphs = _paragraphs(document)
    disclosure = _disclosure(paragraphs)
    title = _title(disclosure, paragraphs)
    findings: list[Finding] = list(document.findings)
    tasks: list[TaskRecord] = []
    notes: list[str] = []
    section = ""
    for paragraph in _outline(paragraphs):
        if _CHAPTER.match(paragraph.text):
            section = paragraph.text
        elif item := _ITEM.match(paragraph.text):
            number = chinese_number(item[1])
            record, rule = _item(paragraph, number, item[2], section)
            if rule:
                notes.append(f"（{item[1]}）：{rule}")
            if not record.unit:
                findings.append(finding("responsible-missing", paragraph.place, no=number))
            if number != len(tasks) + 1:
                findings.append(
                    finding("item-order", paragraph.place, no=number, expected=len(tasks) + 1)
                )
            tasks.append(record)
    missing = tuple(_annexes(paragraphs))
    findings += [finding("annex-missing", p.place, name=name) for p, name in missing]
    if not tasks:
        findings.append(finding("no-tasks", Place(document.name)))
    return Reading(
        "plan", title, tuple(tasks), disclosure, _preamble(paragraphs, tasks),
        tuple(name for _, name in missing), tuple(notes), tuple(findings),
    )  # fmt: skip


def chinese_number(numeral: str) -> int:
    """An ordinal in Chinese numerals, up to 999: 三十九 → 39, 一百零二 → 102.

    Raises:
        ValueError: for a text that is no numeral.
    """
    total, digit = 0, 0
    for character in numeral:
        if character in "零〇":
            continue
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = "一二三四五六七八九".index(character) + 1
    return total + digit


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


def _outline(paragraphs: tuple[_Paragraph, ...]) -> Iterator[_Paragraph]:
    """Chapters and items, each with the lines that belong to it joined on.

    An item's text may run over several lines; it ends where its responsible
    units are named, or where the next chapter or item begins.
    """
    current: _Paragraph | None = None
    for paragraph in paragraphs:
        if _CHAPTER.match(paragraph.text) or _ITEM.match(paragraph.text):
            if current:
                yield current
            current = paragraph
        elif current and _ITEM.match(current.text) and not _split_responsible(current.text)[1]:
            current = _Paragraph(current.text + paragraph.text, current.place)
    if current:
        yield current


def _item(paragraph: _Paragraph, number: int, body: str, section: str) -> tuple[TaskRecord, str]:
    """One item, and the rule that stands behind its units (列为第一的为牵头单位), if any."""
    text, clause = _split_responsible(body)
    names, open_list, rule = responsible_units(clause)
    title, _, goal = text.partition("。")
    record = TaskRecord(
        number, paragraph.place, section, title.strip(),
        unit=names[0] if names else "", partners=names[1:], open_list=open_list,
        goal=goal.strip(),
    )  # fmt: skip
    return record, rule


def _split_responsible(text: str) -> tuple[str, str]:
    """Text and the inside of its last brackets where these name who is responsible."""
    if not text or text[-1] not in _BRACKETS:
        return text, ""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        if text[index] in _BRACKETS:
            depth += 1
        elif text[index] in _BRACKETS.values():
            depth -= 1
            if depth == 0:
                inside = text[index + 1 : -1]
                return (text[:index].rstrip(), inside) if "负责" in inside else (text, "")
    return text, ""


def responsible_units(clause: str) -> tuple[tuple[str, ...], bool, str]:
    """Names, open list?, rule: the inside of （市编办、各县(市、区)政府等负责,下同）.

    A 、 inside of brackets belongs to a name. What follows 负责 is a rule about
    the document, not a unit.

    >>> responsible_units("市编办、各县(市、区)政府等负责,下同")
    (('市编办', '各县(市、区)政府'), True, '下同')
    """
    rule_match = _RULE.search(clause)
    rule = rule_match[1].strip() if rule_match else ""
    names_text = clause[: rule_match.start()] if rule_match else clause
    open_list = names_text.endswith("等")
    names: list[str] = [""]
    depth = 0
    for character in names_text.removesuffix("等"):
        depth += (character in "(（〔[") - (character in ")）〕]")
        if character in "、,，;；" and depth == 0:
            names.append("")
        else:
            names[-1] += character
    return tuple(name for part in names if (name := part.strip())), open_list, rule


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
