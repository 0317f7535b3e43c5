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
_IMPRINT = re.compile(r"\d{4}\s*年?\s*\d{0,2}\s*月?\s*\d{0,2}\s*日?\s*印发$")
_RULE = re.compile(r"(?:按(?:各自)?职责(?:分工)?|分别|共同|联合)?负责[,，;；]?(.*)$")
# （市甲局牵头负责，市乙局、市丙局配合） and （责任单位：市甲局；配合单位：市乙局）
_LEAD_AND_PARTNERS = re.compile(
    r"^由?(?P<lead>[^,，;；]+?)牵头(?:负责)?(?:[,，;；、](?:由|会同)?(?P<rest>.+?)(?:配合|协助|参与|协办)(?:负责)?)?$"
)
_LABELLED = re.compile(
    r"^(?:牵头|责任)单位[:：](?P<lead>[^;；]+?)(?:[;；,，]\s*(?:配合|协办|参与)单位[:：](?P<rest>.+))?$"
)
_SAYS_WHO = re.compile(r"负责|牵头|责任单位")
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
        elif current and _ITEM.match(current.text) and not _split_responsible(current.text)[1]:
            current = _Paragraph(current.text + paragraph.text, current.place)
        elif current:
            findings.append(finding("row-unread", paragraph.place, text=paragraph.text[:24]))
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
    text = text.rstrip("。．.；; ")
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
                return (text[:index].rstrip(), inside) if _names_units(inside) else (text, "")
    return text, ""


def _names_units(clause: str) -> bool:
    """Whether a bracket says who is responsible: （专人负责） names no unit."""
    return _SAYS_WHO.search(clause) is not None and any(
        len(name) > 2 for name in responsible_units(clause)[0]
    )


def responsible_units(clause: str) -> tuple[tuple[str, ...], bool, str]:
    """Names, open list?, rule: the inside of （市编办、各县(市、区)政府等负责,下同）.

    A 、 inside of brackets belongs to a name. What follows 负责 is a rule about
    the document, not a unit.

    >>> responsible_units("市编办、各县(市、区)政府等负责,下同")
    (('市编办', '各县(市、区)政府'), True, '下同')
    """
    for form in (_LABELLED, _LEAD_AND_PARTNERS):
        if match := form.match(clause.strip()):
            lead, _ = _split_names(match["lead"])
            rest, open_list = _split_names(match["rest"] or "")
            return (*lead, *rest), open_list, ""
    rule_match = _RULE.search(clause)
    rule = rule_match[1].strip() if rule_match else ""
    names_text = clause[: rule_match.start()] if rule_match else clause
    names, open_list = _split_names(names_text)
    return names, open_list, rule


def _split_names(text: str) -> tuple[tuple[str, ...], bool]:
    """The names of a list, and whether it ends in 等; a 、 inside of brackets parts nothing."""
    open_list = text.endswith("等")
    names: list[str] = [""]
    depth = 0
    for character in text.removesuffix("等"):
        depth += (character in "(（〔[") - (character in ")）〕]")
        if character in "、,，;；" and depth == 0:
            names.append("")
        else:
            names[-1] += character
    return tuple(name for part in names if (name := part.strip())), open_list


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
