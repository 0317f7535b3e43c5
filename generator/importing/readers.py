"""Choosing the reader: by the file's ending for its format, by its rows for its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath

from generator.findings import Place, finding, has_errors
from generator.importing.document import Document, Reading
from generator.importing.plain_text import read_plain_text
from generator.importing.status_table import is_status_table, read_status_table
from generator.importing.work_plan import is_work_plan, read_work_plan

_FORMATS = {".txt": read_plain_text, ".tsv": read_plain_text}


def read_document(name: str, data: bytes) -> Document:
    """A file as rows of cells, by the reader of its format; faults are in its findings."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in _FORMATS:
        return Document(
            name, data, "", (), (finding("document-format", Place(name), suffix=suffix),)
        )
    return _FORMATS[suffix](name, data)


def read_tasks(
    document: Document, kind: str | None, mapping: Mapping[str, str] | None = None
) -> Reading:
    """What the document says; its form is recognised unless ``kind`` names it.

    Args:
        document: rows of cells.
        kind: ``report`` or ``plan``, or None to recognise the form by its rows.
        mapping: headings of columns that the clerk has settled, by their fields.
    """
    if has_errors(document.findings):
        return Reading(kind or "report", "", (), findings=document.findings)
    mapping = mapping or {}
    outline = is_work_plan(document)
    if is_status_table(document, mapping) and not (kind == "plan" and outline):
        reading = read_status_table(document, mapping)
    elif kind == "plan" or (outline and kind is None):
        reading = read_work_plan(document)
    elif kind == "report":
        reading = read_status_table(document, mapping)
    else:
        unknown = finding("document-unknown", Place(document.name))
        reading = Reading("report", "", (), findings=(*document.findings, unknown))
    return replace(reading, kind=kind or reading.kind)
