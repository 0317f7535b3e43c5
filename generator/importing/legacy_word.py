"""Word 97 documents (.doc, .rtf) → rows of cells, by way of LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from generator.importing.document import Document, RefusedError
from generator.importing.word import read_word

_SECONDS = 120


def read_legacy_word(name: str, data: bytes) -> Document:
    """A .doc as a document: converted to .docx in a folder of its own, then read as one.

    The profile is new and empty, so no macro runs, no extension is loaded and no
    running LibreOffice is disturbed.

    Raises:
        RefusedError: where LibreOffice is missing, fails, or takes too long.
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
    return replace(read_word(name, converted), data=data)
