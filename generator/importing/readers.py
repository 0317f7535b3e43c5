"""Choosing the reader: by the file's ending for its format, by its rows for its form."""

from __future__ import annotations

from pathlib import PurePath

from generator.findings import Place, finding, has_errors
from generator.importing.document import Document, Reading
from generator.importing.plain_text import read_plain_text
from generator.importing.status_table import is_status_table, read_status_table
from generator.importing.work_plan import is_work_plan, read_work_plan

_FORMATS = {".txt": read_plain_text, ".tsv": read_plain_text}
_FORMS = {
    "report": (is_status_table, read_status_table),
    "plan": (is_work_plan, read_work_plan),
}


def read_document(name: str, data: bytes) -> Document:
    """A file as rows of cells, by the reader of its format; faults are in its findings."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in _FORMATS:
        return Document(
            name, data, "", (), (finding("document-format", Place(name), suffix=suffix),)
        )
    return _FORMATS[suffix](name, data)


def read_tasks(document: Document, kind: str | None) -> Reading:
    """What the document says; its form is recognised unless ``kind`` names it.

    Args:
        document: rows of cells.
        kind: ``report`` or ``plan``, or None to recognise the form by its rows.
    """
    if has_errors(document.findings):
        return Reading(kind or "report", "", (), findings=document.findings)
    for form, (recognise, read) in _FORMS.items():
        if kind == form or (kind is None and recognise(document)):
            return read(document)
    unknown = finding("document-unknown", Place(document.name))
    return Reading("report", "", (), findings=(*document.findings, unknown))
