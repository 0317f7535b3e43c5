"""The files that were handed in: named one by one, or all of a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from generator.findings import Finding, Place, finding

# What Office, Windows and macOS leave beside documents: lock files and their own lists.
_BESIDE = ("~$", ".")
_SYSTEM = ("thumbs.db", "desktop.ini")


def is_clutter(name: str) -> bool:
    """Whether nobody put a file there: what programs and systems leave beside others."""
    return name.startswith(_BESIDE) or name.lower() in _SYSTEM


def gather(paths: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
    """The files to read, each once, in the order given; those of a folder by name.

    A folder is read one level deep. What is passed over, and that nothing is left,
    is told.

    Raises:
        OSError: where a folder can't be read.
    """
    found: dict[Path, Path] = {}
    findings: list[Finding] = []
    for path in paths:
        entries = sorted(path.iterdir()) if path.is_dir() else [path]
        for entry in entries:
            if is_clutter(entry.name):
                findings.append(finding("file-passed-over", Place(str(entry))))
            elif entry.is_dir():
                findings.append(finding("folder-passed-over", Place(str(entry))))
            else:
                found.setdefault(entry.resolve(), entry)
    if not found:
        findings.append(finding("inbox-empty", Place("、".join(map(str, paths)))))
    return tuple(found.values()), tuple(findings)
