"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|table|body)[\s>]", re.IGNORECASE)
# Streams of an OLE file by their names, in the order in which they decide.
_STREAMS = (
    ("EncryptedPackage", "locked"),
    ("WordDocument", ".doc"),
    ("Workbook", ".xls"),
    ("Book", ".xls"),
)
_PARTS = (
    ("word/document.xml", ".docx"),
    ("xl/workbook.xml", ".xlsx"),
    ("xl/workbook.bin", ".xlsb"),
    ("ppt/presentation.xml", ".pptx"),
    ("content.xml", ".odt"),
)


def signature(data: bytes) -> str:
    """The ending that files of this content have.

    ``.txt`` stands for any text, ``locked`` for an Office file under a password,
    ``.zip`` for any other zip, and the empty string for bytes that are no text.
    """
    start = data[:4096]
    if start.startswith(b"PK\x03\x04"):
        return _zip_ending(data)
    if start.startswith(_OLE):
        return next((e for name, e in _STREAMS if name.encode("utf-16-le") in data), "")
    if b"%PDF-" in start[:1024]:
        return ".pdf"
    if start.startswith(b"{\\rtf"):
        return ".rtf"
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    plain = start[2:].replace(b"\0", b"") if wide else start.removeprefix(b"\xef\xbb\xbf")
    if plain.lstrip().startswith(b"<"):
        if b"schemas-microsoft-com:office:spreadsheet" in plain:
            return ".xml"
        if _HTML.search(plain):
            return ".html"
    if plain.startswith(b"MIME-Version:"):
        return ".mht"
    return "" if b"\0" in plain else ".txt"


def _zip_ending(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ".zip"
    return next((ending for part, ending in _PARTS if part in names), ".zip")
