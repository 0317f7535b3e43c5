"""A fingerprint of all that a site is made from: the same fingerprint, the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from generator.ledger.model import Edition
from generator.publishing.manifest import sum_of
from generator.publishing.mkdocs_run import theme_folder
from generator.publishing.paper import find_browser

# The folders and files of a site that a build reads; site/ and build/ are made from them.
PARTS = ("content", "mkdocs.yml", "themes")
# Whatever turns texts into bytes: a new release may write them otherwise.
_LIBRARIES = ("jinja2", "lxml", "markdown", "matplotlib", "mkdocs", "openpyxl", "xlsxwriter")
_PASSED_OVER = {"__pycache__"}


def fingerprint(root: Path, edition: Edition) -> str:
    """The SHA-256 over a site's files, its theme, the generator itself and the edition.

    Internal files count in the public edition too: what may not leak is searched for
    by what stands in them. Their sum tells nothing of them.
    """
    theme = theme_folder(root)
    # Where there is a browser, the form is printed too.
    printed = edition is Edition.PUBLIC and find_browser() is not None
    sums = (
        *(pair for part in PARTS for pair in _sums(root, part)),
        *(_sums(theme.parent, theme.name)),
        ("generator", _generator()),
        ("edition", str(edition)),
        ("printed", str(printed)),
    )
    return _sum(sums)


@cache
def _generator() -> str:
    """Of the package's own files and the libraries: while developing, the version stays."""
    package = Path(str(files("generator")))
    libraries = ((name, version(name)) for name in _LIBRARIES)
    return _sum((*_sums(package.parent, package.name), *libraries))


def _sums(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Each file's path below ``folder`` and its sum, in order."""
    place = folder / name
    for path in [place] if place.is_file() else sorted(place.rglob("*")):
        if path.is_file() and not _PASSED_OVER & set(path.parts):
            yield path.relative_to(folder).as_posix(), sum_of(path)


def _sum(pairs: Iterable[tuple[str, str]]) -> str:
    digest = hashlib.sha256()
    for name, value in pairs:
        # A length before each: no two lists run together into the same bytes.
        for text in (name.encode(errors="surrogateescape"), value.encode()):
            digest.update(len(text).to_bytes(8, "big") + text)
    return digest.hexdigest()
