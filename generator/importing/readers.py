"""Choosing the reader: by the file's content for its format, by its rows for its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePath

from generator.findings import Place, finding, has_errors
from generator.importing.apart import read_apart
from generator.importing.document import Document, Reading, RefusedError
from generator.importing.plain_text import read_csv, read_plain_text
from generator.importing.prose_report import is_prose_report, read_prose_report
from generator.importing.signature import signature
from generator.importing.status_table import is_status_table, read_status_table, without_numbers
from generator.importing.work_plan import is_work_plan, read_work_plan

MOST_BYTES = 50 * 1024 * 1024
_TEXTS = (".txt", ".tsv", ".csv")
# Endings that are other names of a format.
_ALIASES = {
    ".htm": ".html", ".xlsm": ".xlsx", ".docm": ".docx", ".dot": ".doc", ".wps": ".doc",
    ".et": ".xls",
}  # fmt: skip
_KNOWN = (*_TEXTS, ".html", ".docx", ".xlsx", ".xls", ".doc", ".rtf", ".pdf")


def read_document(name: str, data: bytes) -> Document:
    """A file as rows of cells, by the reader of its format; faults are in its findings."""
    suffix = PurePath(name).suffix.lower()
    ending = _ALIASES.get(suffix, suffix)
    try:
        found = _format(ending, suffix, data)
        document = (
            read_apart(_read_pdf, name, data) if found == ".pdf" else _read(found, name, data)
        )
    except RefusedError as refusal:
        return _unread(name, data, refusal)
    if found != ending:
        told = finding("format-differs", Place(name), suffix=suffix or "—", found=found)
        return replace(document, findings=(told, *document.findings))
    return document


def _read(found: str, name: str, data: bytes) -> Document:
    try:
        return _reader(found)(name, data)
    except RefusedError as refusal:
        return _unread(name, data, refusal)
    except Exception:
        # The parsers of binary formats meet damaged bytes with whatever their
        # inner structures raise: struct.error, AssertionError, RecursionError.
        # To the clerk all of it is one thing, and nothing has been written.
        return _unread(name, data, RefusedError("document-damaged"))


def _read_pdf(name: str, data: bytes) -> Document:
    return _read(".pdf", name, data)


def _unread(name: str, data: bytes, refusal: RefusedError) -> Document:
    return Document(name, data, "", (), (finding(refusal.code, Place(name), **refusal.values),))


def _format(ending: str, suffix: str, data: bytes) -> str:
    """The format to read a file as: what its content is, among those that are known."""
    if len(data) > MOST_BYTES:
        raise RefusedError("document-too-big", mb=MOST_BYTES // 1024 // 1024)
    if not data:
        raise RefusedError("document-empty")
    content = signature(data)
    if content == "locked":
        raise RefusedError("document-locked")
    if ending in _TEXTS and content in (".txt", ""):
        return ending  # a text's ending tells how its cells are parted
    if content == ".txt" and ending in _KNOWN and not _is_garbled(data):
        return ending if ending == ".html" else ".txt"
    if content in _KNOWN and content != ".txt":
        return content
    if ending in _KNOWN and content not in (".xml", ".xlsb", ".mht"):
        raise RefusedError("document-damaged")
    shown = suffix if content in ("", ".txt") else content
    raise RefusedError("document-format", suffix=shown or "—")


def _is_garbled(data: bytes) -> bool:
    """Whether bytes that hold no zero are yet no text of an office."""
    return has_errors(read_plain_text("", data[: 64 * 1024].rpartition(b"\n")[0] or data).findings)


def _reader(ending: str) -> Callable[[str, bytes], Document]:
    """The reader of a format, imported only for files that need it: they take long to load."""
    match ending:
        case ".docx":
            from generator.importing.word import read_word as read
        case ".xlsx":
            from generator.importing.excel import read_xlsx as read
        case ".xls":
            from generator.importing.excel import read_xls as read
        case ".html":
            from generator.importing.web_page import read_web_page as read
        case ".pdf":
            from generator.importing.pdf import read_pdf as read
        case ".doc" | ".rtf":
            from generator.importing.legacy_word import read_legacy_word as read
        case ".csv":
            read = read_csv
        case _:
            read = read_plain_text
    return read


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
    reading = _read_form(document, kind, mapping or {})
    return replace(reading, kind=kind or reading.kind)


def _read_form(document: Document, kind: str | None, mapping: Mapping[str, str]) -> Reading:
    if is_status_table(document, mapping) and not (kind == "plan" and is_work_plan(document)):
        return read_status_table(document, mapping)
    if kind != "plan" and is_prose_report(document):
        return read_prose_report(document)
    if kind == "plan" or (kind is None and is_work_plan(document)):
        return read_work_plan(document)
    if kind == "report":
        return read_status_table(document, mapping)
    if place := without_numbers(document, mapping):
        unknown = finding("number-column-missing", place)
    else:
        unknown = finding("document-unknown", Place(document.name))
    return Reading("report", "", (), findings=(*document.findings, unknown))
