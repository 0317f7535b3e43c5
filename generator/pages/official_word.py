"""The official form as a Word document: A4 landscape, the header row repeated on each page."""

from __future__ import annotations

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.styles.style import BaseStyle, ParagraphStyle
from lxml import etree

from generator.pages.official_form import Form, Line, Role
from generator.pages.word_document import MARGIN, PAGE, landscape_document, number_pages, saved

_TWIPS = 635  # of the format's measures of length in one of its page measures
# A row up to so many characters fits on any page, and isn't parted.
_SHORT = 400
# What stands in for the fonts of Chinese Windows where they aren't installed.
_FONTS = (
    ("宋体", "SimSun", "02010600030101010101"),
    ("仿宋", "FangSong", "02010609060101010101"),
    ("黑体", "SimHei", "02010609060101010101"),
)
_FONT_TABLE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f"<w:fonts {nsdecls('w')}>"
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:panose1 w:val="{panose}"/>'
        '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, other, panose in _FONTS
    )
    + "</w:fonts>"
).encode()
_CELL, _CENTRED, _HEADING = "FormCell", "FormNumber", "FormHeading"


def word_form(form: Form) -> bytes:
    """The form as .docx; the same form gives the same bytes."""
    document = landscape_document(form.title)
    number_pages(document)
    _add_styles(document)
    document.add_paragraph(form.title, style="Title")
    _add_table(document, form)
    return saved(document, {"word/fontTable.xml": _FONT_TABLE})


def _add_styles(document: WordDocument) -> None:
    styles = document.styles
    normal, title = _paragraph_style(styles["Normal"]), _paragraph_style(styles["Title"])
    defaults = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is not None:
        for fonts in defaults.findall(qn("w:rFonts")):  # the template's, for Latin letters
            defaults.remove(fonts)
        _set_language(defaults)
    _set_font(normal, "仿宋", 10.5)
    for name in ("w:pPr", "w:rPr"):  # the template's colours and lines
        for child in title.element.findall(qn(name)):
            title.element.remove(child)
    _set_font(title, "宋体", 20, bold=True)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(10)
    for name, font, bold, centred in (
        (_CELL, "仿宋", False, False),
        (_CENTRED, "仿宋", False, True),
        (_HEADING, "黑体", True, False),
    ):
        style = _paragraph_style(styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
        style.base_style = normal
        _set_font(style, font, 10.5, bold=bold)
        style.paragraph_format.space_after = Pt(0)
        if centred:
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _paragraph_style(style: BaseStyle) -> ParagraphStyle:
    if not isinstance(style, ParagraphStyle):
        raise TypeError(style.name)
    return style


def _set_font(style: ParagraphStyle, name: str, size: float, *, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = name, Pt(size), bold or None
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), name)
    _set_language(properties)


def _set_language(properties: etree._Element) -> None:
    language = properties.find(qn("w:lang"))
    if language is None:
        language = etree.SubElement(properties, qn("w:lang"))
    language.set(qn("w:val"), "zh-CN")
    language.set(qn("w:eastAsia"), "zh-CN")


def _add_table(document: WordDocument, form: Form) -> None:
    """The table in one piece: python-docx's own rows take time by their number squared."""
    room = (PAGE[0] - 2 * MARGIN) // _TWIPS
    widths = [room * share // 100 for share in form.widths]
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    table: etree._Element = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        + "</w:tblGrid></w:tbl>"
    )
    table.append(_row(form.columns, widths, _HEADING, _HEADING, header=True))
    for line in form.lines:
        table.append(_line(line, widths))
    document.element.body.insert_element_before(table, "w:sectPr")


def _line(line: Line, widths: list[int]) -> etree._Element:
    if line.role is Role.TASK:
        return _row(line.cells, widths, _CENTRED, _CELL)
    style = _HEADING if line.role is Role.HEADING else _CELL
    return _row(line.cells, [sum(widths)], style, style, span=len(widths))


def _row(
    cells: tuple[str, ...], widths: list[int], first: str, others: str, *, span: int = 1,
    header: bool = False,
) -> etree._Element:  # fmt: skip
    row = etree.Element(qn("w:tr"))
    properties = etree.SubElement(row, qn("w:trPr"))
    if sum(map(len, cells)) <= _SHORT:
        etree.SubElement(properties, qn("w:cantSplit"))
    if header:
        etree.SubElement(properties, qn("w:tblHeader"))
    for index, (text, width) in enumerate(zip(cells, widths, strict=True)):
        cell = etree.SubElement(row, qn("w:tc"))
        shape = etree.SubElement(cell, qn("w:tcPr"))
        measure = etree.SubElement(shape, qn("w:tcW"))
        measure.set(qn("w:w"), str(width))
        measure.set(qn("w:type"), "dxa")
        if span > 1:
            etree.SubElement(shape, qn("w:gridSpan")).set(qn("w:val"), str(span))
        paragraph = etree.SubElement(cell, qn("w:p"))
        look = etree.SubElement(paragraph, qn("w:pPr"))
        etree.SubElement(look, qn("w:pStyle")).set(qn("w:val"), others if index else first)
        if span > 1:
            etree.SubElement(look, qn("w:keepNext"))  # a heading stays with its first task
        if text:
            paragraph.append(_run(text))
    return row


def _run(text: str) -> etree._Element:
    run = etree.Element(qn("w:r"))
    words = etree.SubElement(run, qn("w:t"))
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return run
