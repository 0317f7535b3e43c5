"""Word documents (.docx) → rows of cells.

Read from the XML itself: python-docx leaves out what tracked changes insert, and
the numbers of lists. Changes are read as accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from generator.findings import Finding, Place, finding
from generator.importing.document import Cell, Document, RefusedError, Row
from generator.importing.grid import MOST_ROWS, Span, laid_out
from generator.importing.package import local, open_package
from generator.importing.word_numbering import (
    Numbering,
    attribute,
    child,
    read_numbering,
    value,
)

_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_DELETED = ("del", "moveFrom")
_INSERTED = ("ins", "moveTo")
_NO_TEXT = ("pPr", "rPr", "instrText", "delText", "rt", "Fallback", "sectPr")


@dataclass
class _Reader:
    """How far the reading of a document has come."""

    name: str
    numbering: Numbering
    notes: dict[str, str]
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0
    revised: bool = False
    hidden: str = ""
    commented: bool = False


def read_word(name: str, data: bytes) -> Document:
    """A .docx as a document: its paragraphs as running text, its tables as tables.

    Raises:
        RefusedError: for a file that can't be read.
    """
    package = open_package(name, data)
    root = package.tree("word/document.xml")
    body = child(root, "body")
    if body is None:
        raise RefusedError("document-damaged")
    numbering = read_numbering(package.tree("word/numbering.xml"), package.tree("word/styles.xml"))
    notes: dict[str, str] = {}
    reader = _Reader(name, numbering, notes)
    for part in ("footnote", "endnote"):
        for note in _children(package.tree(f"word/{part}s.xml"), part):
            notes[f"{part} {attribute(note, 'id')}"] = _joined(note, reader, Place(name)).strip()
    _read_blocks(body, reader)
    findings = [*package.findings, *reader.findings, *_remarks(reader)]
    if not any(row.text for row in reader.rows):
        findings.append(finding("document-empty", Place(name)))
    return Document(name, data, "", tuple(reader.rows), tuple(findings), package.mark)


def _remarks(reader: _Reader) -> Iterator[Finding]:
    place = Place(reader.name)
    if reader.revised:
        yield finding("revisions-accepted", place)
    if reader.hidden:
        yield finding("hidden-text", place, text=reader.hidden[:24])
    if reader.commented:
        yield finding("comments-left-out", place)


def _read_blocks(parent: etree._Element, reader: _Reader) -> None:
    for block in _blocks(parent):
        if local(block.tag) == "tbl":
            reader.tables += 1
            reader.rows += _table(block, reader)
            continue
        reader.paragraphs += 1
        place = Place(reader.name, paragraph=reader.paragraphs)
        texts = [_paragraph(block, reader, place)]
        texts += [_joined(box, reader, place) for box in _boxes(reader)]
        for line in "\n".join(texts).split("\n"):
            cells = tuple(Cell(text, place) for text in line.split("\t"))
            reader.rows.append(Row(cells, place))
        if len(reader.rows) > MOST_ROWS:
            raise RefusedError("document-too-long", rows=MOST_ROWS)


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs and tables below an element, through content controls and the like."""
    for node in parent:
        kind = local(node.tag)
        if kind in ("p", "tbl"):
            yield node
        elif kind in ("sdt", "sdtContent", "customXml", "smartTag", *_INSERTED):
            yield from _blocks(node)


def _table(table: etree._Element, reader: _Reader) -> tuple[Row, ...]:
    number = reader.tables
    spans: list[Span] = []
    open_merges: dict[int, int] = {}  # column → which span goes on downwards there
    row = 0
    for line in _children(table, "tr", through=("sdt", "sdtContent", "customXml")):
        properties = child(line, "trPr")
        if child(properties, "del") is not None:
            reader.revised = True
            continue
        row += 1
        column = 1 + _whole(value(properties, "gridBefore"), 0)
        for cell in _children(line, "tc", through=("sdt", "sdtContent", "customXml")):
            shape = child(cell, "tcPr")
            width = _whole(value(shape, "gridSpan"), 1)
            merge = child(shape, "vMerge")
            place = Place(reader.name, row, str(column), table=number)
            if merge is not None and attribute(merge, "val") != "restart" and column in open_merges:
                index = open_merges[column]
                above = spans[index]
                spans[index] = Span(
                    above.row, above.column, above.text, row - above.row + 1, above.columns
                )
            else:
                open_merges.pop(column, None)
                if merge is not None:
                    open_merges[column] = len(spans)
                spans.append(Span(row, column, _joined(cell, reader, place), 1, width))
            column += width
    return laid_out(
        spans, number,
        lambda row, column: Place(reader.name, row, str(column or ""), table=number),
    )  # fmt: skip


def _joined(parent: etree._Element, reader: _Reader, place: Place) -> str:
    """All text below a cell, note or text box, a line a paragraph; a table in it a line a row."""
    lines: list[str] = []
    for block in _blocks(parent):
        if local(block.tag) == "p":
            lines.append(_paragraph(block, reader, place))
            lines += [_joined(box, reader, place) for box in _boxes(reader)]
        else:
            for row in _children(block, "tr"):
                cells = (_joined(c, reader, place).strip() for c in _children(row, "tc"))
                lines.append(" ".join(cell for cell in cells if cell))
    return "\n".join(line for line in lines if line.strip())


def _boxes(reader: _Reader) -> list[etree._Element]:
    """The text boxes that hang on the paragraph just read."""
    boxes, reader.boxes = reader.boxes, []
    return boxes


def _paragraph(paragraph: etree._Element, reader: _Reader, place: Place) -> str:
    number = reader.numbering.next(child(paragraph, "pPr"))
    return number + "".join(_texts(paragraph, reader, place))


def _texts(parent: etree._Element, reader: _Reader, place: Place) -> Iterator[str]:
    for node in parent:
        kind = local(node.tag)
        if kind == "t":
            yield node.text or ""
        elif kind in _SIGNS:
            yield _SIGNS[kind]
        elif kind in _DELETED:
            reader.revised = True
        elif kind in ("footnoteReference", "endnoteReference"):
            key = f"{kind.removesuffix('Reference')} {attribute(node, 'id')}"
            reader.findings.append(
                finding("footnote-left-out", place, text=reader.notes.get(key, "")[:60])
            )
        elif kind == "commentReference":
            reader.commented = True
        elif kind == "txbxContent":
            reader.boxes.append(node)
        elif kind == "r" and _is_hidden(node):
            reader.hidden += "".join(_texts(node, reader, place))
        elif kind not in _NO_TEXT:
            reader.revised |= kind in _INSERTED
            yield from _texts(node, reader, place)


def _is_hidden(run: etree._Element) -> bool:
    vanish = child(child(run, "rPr"), "vanish")
    return vanish is not None and attribute(vanish, "val") not in ("0", "false", "off")


def _children(
    parent: etree._Element | None, kind: str, through: tuple[str, ...] = ()
) -> Iterator[etree._Element]:
    for node in parent if parent is not None else ():
        if local(node.tag) == kind:
            yield node
        elif local(node.tag) in through:
            yield from _children(node, kind, through)


def _whole(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else default
