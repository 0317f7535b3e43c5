"""All that a build's outcome depends on, as one hash: the same inputs give the same bytes."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from generator import __version__
from generator.ledger.model import Edition
from generator.publishing.cache import digest
from generator.publishing.manifest import MANIFEST, sum_of, verify
from generator.publishing.mkdocs_run import theme_folder
from generator.publishing.settings import signing_key, wants_pdf
from generator.publishing.typst_run import font_files

# The libraries whose version can change a byte of what is made.
_LIBRARIES = (
    "babel", "feedgenerator", "jinja2", "lxml", "markdown", "matplotlib", "mkdocs", "openpyxl",
    "pandas", "python-docx", "pyyaml", "rapidfuzz", "rjieba", "segno", "typst", "xlsxwriter",
)  # fmt: skip
_VARIABLES = ("TAIZHANG_SIGNING_KEY",)
_FOLDERS = ("content",)


@cache
def program() -> str:
    """The hash of the program itself: its files, and the libraries that it writes with."""
    package = Path(str(files("generator")))
    return digest([__version__, platform.python_version(), *_versions(), *files_of(package)])


def theme(root: Path) -> str:
    """The hash of the theme that a site is built with."""
    return digest(files_of(theme_folder(root)))


def fingerprint(root: Path, edition: Edition) -> str:
    """The hash of all that an edition's tree is made from and checked against."""
    key = signing_key(root)
    return digest(
        [
            program(), theme(root), edition.value, _bytes(root / "mkdocs.yml"),
            "", *(font_files() if wants_pdf(root) else ()),
            *(os.environ.get(name, "") for name in _VARIABLES),
            _bytes(key) if key else b"", _bytes(key.with_name(f"{key.name}.pub")) if key else b"",
            *(part for folder in _FOLDERS for part in files_of(root / folder)),
        ]
    )  # fmt: skip


def is_current(root: Path, edition: Edition) -> bool:
    """Whether site/<edition> is what these inputs would give, whole and untouched."""
    place = root / "site" / edition
    try:
        known = json.loads(_record(root, edition).read_text(encoding="utf-8"))
        same = known["manifest"] == sum_of(place / MANIFEST)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return same and known["inputs"] == fingerprint(root, edition) and not verify(place, None)[0]


def remember(root: Path, edition: Edition, inputs: str) -> None:
    """Note what site/<edition> was made from."""
    manifest = sum_of(root / "site" / edition / MANIFEST)
    text = json.dumps({"inputs": inputs, "manifest": manifest}) + "\n"
    _record(root, edition).write_text(text, encoding="utf-8")


def _record(root: Path, edition: Edition) -> Path:
    return root / "build" / f"{edition}.json"


def files_of(folder: Path, without: str = "") -> Iterator[str | bytes]:
    """Every file of a folder, its name and its bytes; what Python compiles is left out.

    Args:
        folder: the folder.
        without: the name of files that aren't opened.
    """
    found = [
        Path(place, name)
        for place, _, names in os.walk(folder, followlinks=True)
        for name in names
        if not name.endswith(".pyc") and name != without
    ]
    for path in sorted(found):
        yield path.relative_to(folder).as_posix()
        yield _bytes(path)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _versions() -> Iterator[str]:
    for name in _LIBRARIES:
        try:
            yield f"{name}={version(name)}"
        except PackageNotFoundError:
            yield name
