"""Word 97 documents (.doc, .rtf) → rows of cells, by way of LibreOffice where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from generator.importing.document import Document, RefusedError
from generator.importing.word import read_word

_SECONDS = 120
# The end of a table's row as Word 97 stores it: the mark of its last cell and its own.
_ROW_ENDS = re.compile(rb"\x07\x00\x07\x00")
_FEW_ROWS = 2


def read_legacy_word(name: str, data: bytes) -> Document:
    """A .doc as a document: converted to .docx in a folder of its own, then read as one.

    The profile is new and empty, so no macro runs, no extension is loaded and no
    running LibreOffice is disturbed.

    Raises:
        RefusedError: where LibreOffice is missing, fails, takes too long, or gives
            back as running text what was a table.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise RefusedError("doc-without-converter")
    with tempfile.TemporaryDirectory(prefix="taizhang-") as folder:
        source = Path(folder) / "document.doc"
        source.write_bytes(data)
        command = [
            program, "--headless", "--norestore", "--nologo",
            f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
            "--convert-to", "docx", "--outdir", str(Path(folder) / "out"), str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
            converted = (Path(folder) / "out" / "document.docx").read_bytes()
        except (subprocess.SubprocessError, OSError) as fault:
            raise RefusedError("doc-not-converted") from fault
    document = read_word(name, converted)
    tables = any(row.table for row in document.rows)
    if not tables and len(_ROW_ENDS.findall(data)) >= _FEW_ROWS:
        raise RefusedError("doc-tables-lost")
    return replace(document, data=data)
