"""What our Word documents share: A4 landscape, a fixed date, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from generator.pages.packing import unpacked, zipped

PAGE = (Mm(297), Mm(210))
MARGIN = Mm(18)
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 -- the time of the build isn't the content's


def landscape_document(title: str, keywords: str = "") -> WordDocument:
    """An empty document on A4 landscape in Chinese, with its title and keywords as properties."""
    document = Document()
    about = document.core_properties
    # The format allows 255 characters of each.
    about.title, about.keywords, about.language = title[:255], keywords[:255], "zh-CN"
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = _MADE
    about.revision = 1
    (section,) = document.sections
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = MARGIN
    return document


def number_pages(document: WordDocument) -> None:
    """Print — 1 — at the foot of every page."""
    footer = document.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    footer._p.append(field)
    number = footer.add_run("1")._r
    field.append(number)
    footer.add_run(" —")


def saved(document: WordDocument, replaced: Mapping[str, bytes] | None = None) -> bytes:
    """The document's file, with some of its parts put in place of python-docx's own."""
    stream = io.BytesIO()
    document.save(stream)
    parts = dict(unpacked(stream.getvalue()))
    parts |= {name: data for name, data in (replaced or {}).items() if name in parts}
    return zipped(sorted(parts.items()))
