"""Web pages (.html, and the .xls and .doc that systems export as HTML) → rows of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree, html

from generator.findings import Finding, Place, finding, has_errors
from generator.importing.document import Cell, Document, RefusedError, Row
from generator.importing.grid import MOST_COLUMNS, MOST_ROWS, Span, laid_out
from generator.importing.plain_text import decode

_SKIPPED = ("script", "style", "head", "noscript", "template", "iframe", "object", "svg")
_BLOCKS = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "caption", "center",
    "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "tr", "form", "fieldset", "header", "footer",
    "main", "nav", "aside", "body",
)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")


@dataclass
class _Reader:
    """How far the reading of a page has come."""

    name: str
    rows: list[Row] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0
    hidden: str = ""


def read_web_page(name: str, data: bytes) -> Document:
    """A page as a document: its tables as tables, other blocks as running text.

    Raises:
        RefusedError: for a page that can't be read.
    """
    text, encoding, findings = decode(name, data)
    if has_errors(findings):
        return Document(name, data, encoding, (), findings)
    reader = _Reader(name)
    if text.strip():
        # The encoding was decided above; a page's own declaration is often wrong.
        parser = html.HTMLParser(
            no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8"
        )
        try:
            root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError) as fault:
            raise RefusedError("document-damaged") from fault
        # Where a page says what its main part is, menus and the like beside it aren't read.
        mains = root.findall(".//main")
        _walk(mains[0] if len(mains) == 1 else root, reader)
        _end_line(reader)
    found: list[Finding] = list(findings)
    if reader.hidden:
        found.append(finding("hidden-text", Place(name), text=reader.hidden[:24]))
    if not any(row.text for row in reader.rows):
        found.append(finding("document-empty", Place(name)))
    return Document(name, data, encoding, tuple(reader.rows), tuple(found))


def _walk(node: html.HtmlElement, reader: _Reader) -> None:
    """Emit a block's lines and tables; text between blocks is a line of its own."""
    for child in _with_text(node, reader.line):
        if _left_out(child, reader):
            pass
        elif child.tag == "table":
            _end_line(reader)
            _read_table(child, reader)
        elif child.tag == "br":
            _end_line(reader)
        elif child.tag in _BLOCKS:
            _end_line(reader)
            _walk(child, reader)
            _end_line(reader)
        else:
            _walk(child, reader)


def _with_text(node: html.HtmlElement, line: list[str]) -> Iterator[html.HtmlElement]:
    """The children, with the text before, between and behind them added to ``line``."""
    line.append(node.text or "")
    for child in node:
        yield child
        line.append(child.tail or "")


def _left_out(node: html.HtmlElement, reader: _Reader) -> bool:
    if not isinstance(node.tag, str) or node.tag in _SKIPPED:
        return True
    if _HIDDEN.search(node.get("style", "")) or node.get("hidden") is not None:
        reader.hidden += _SPACES.sub(" ", node.text_content()).strip()
        return True
    return False


def _end_line(reader: _Reader) -> None:
    text = _SPACES.sub(" ", "".join(reader.line)).strip()
    reader.line.clear()
    if text:
        reader.paragraphs += 1
        place = Place(reader.name, paragraph=reader.paragraphs)
        reader.rows.append(Row((Cell(text, place),), place))


def _read_table(table: html.HtmlElement, reader: _Reader) -> None:
    lines = list(_lines(table))
    if _is_layout(lines):
        for line in lines:
            for cell in line:
                _walk(cell, reader)
                _end_line(reader)
        return
    reader.tables += 1
    number = reader.tables
    reader.rows += laid_out(
        _spans(lines, reader), number,
        lambda row, column: Place(reader.name, row, str(column or ""), table=number),
    )  # fmt: skip


def _is_layout(lines: list[list[html.HtmlElement]]) -> bool:
    """Whether a table only places other tables on the page: one stands alone in its row."""
    return any(
        len(filled) == 1 and filled[0].find(".//table") is not None
        for line in lines
        if (filled := [cell for cell in line if cell.text_content().strip()])
    )


def _lines(node: html.HtmlElement) -> Iterator[list[html.HtmlElement]]:
    """The cells of each row of a table, not of tables within it."""
    for child in node:
        if child.tag == "tr":
            yield [cell for cell in child if cell.tag in ("td", "th")]
        elif child.tag in ("thead", "tbody", "tfoot", "form"):
            yield from _lines(child)


def _spans(lines: list[list[html.HtmlElement]], reader: _Reader) -> Iterator[Span]:
    """The cells at their positions: each takes the first that those above leave free."""
    taken: dict[int, int] = {}  # column → last row that a cell above covers
    for row, line in enumerate(lines, start=1):
        column = 1
        for cell in line:
            while taken.get(column, 0) >= row:
                column += 1
            rows = min(_span(cell, "rowspan") or len(lines), len(lines) - row + 1)
            columns = _span(cell, "colspan") or 1
            if column + columns - 1 > MOST_COLUMNS or row > MOST_ROWS:
                raise RefusedError("table-too-large", rows=MOST_ROWS, columns=MOST_COLUMNS)
            inside = replace(reader, rows=[], line=[])
            text = "" if _left_out(cell, reader) else _cell_text(cell, inside)
            reader.hidden = inside.hidden or reader.hidden
            yield Span(row, column, text, rows, columns)
            taken |= dict.fromkeys(range(column, column + columns), row + rows - 1)
            column += columns


def _cell_text(cell: html.HtmlElement, inside: _Reader) -> str:
    """A cell's blocks, a line each; a table in it gives a line for each of its rows."""
    _walk(cell, inside)
    _end_line(inside)
    return "\n".join(row.text for row in inside.rows)


def _span(cell: html.HtmlElement, name: str) -> int:
    text = str(cell.get(name, "1")).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
