"""content/ as a command finds it: checked, free of faults, nobody else writing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from generator.desk.telling import print_findings, stop, tell
from generator.findings import Finding, Place, finding, has_errors
from generator.ledger.content import Content, read_registry
from generator.ledger.intake import clear
from generator.ledger.model import Edition, Registry

if TYPE_CHECKING:  # the publishing modules are imported by the commands that need them
    from generator.publishing.survey import Survey


def checked(root: Path, lang: str, edition: Edition = Edition.INTERNAL) -> Survey:
    """Read and check a site's content; prints every finding and stops on errors."""
    from generator.publishing.survey import survey

    shown = survey(root, edition, os.cpu_count() or 1)
    if has_errors(shown.findings):
        stop(shown.findings, lang)
    print_findings(shown.findings, lang)
    tell(
        lang, "已检查 %(snapshots)d 期、%(tasks)d 项任务。",
        snapshots=len(shown.outlines), tasks=shown.tasks,
    )  # fmt: skip
    return shown


def stop_on_faults(content: Content, snapshot: str, lang: str) -> None:
    """Stop where a snapshot that something rests on isn't there or has errors."""
    file = f"content/{snapshot}"
    found = [f for f in content.findings if f.place.file.startswith((f"{file}/", "content/units"))]
    if has_errors(found):
        stop(found, lang)
    if all(s.id != snapshot for s in content.ledger.snapshots):
        known = "、".join(s.id for s in content.ledger.snapshots) or "—"
        stop([finding("snapshot-missing", Place(file), known=known)], lang)


def registry_of(root: Path) -> tuple[Registry, list[Finding]]:
    """The registry of units, with what is wrong with it."""
    path = root / "content" / "units.csv"
    if not path.is_file():
        return Registry(), [finding("file-missing", Place("content/units.csv"))]
    registry, findings = read_registry("content/units.csv", path.read_bytes())
    return registry, list(findings)


@contextmanager
def alone(root: Path, lang: str) -> Iterator[None]:
    """Nobody else may write into content/ at the same time; what a killed command left goes."""
    from generator.publishing.build import locked

    with locked(root / "build" / "content.lock") as free:
        if not free:
            stop([finding("content-locked", Place("content"))], lang)
        clear(root / "content")
        yield
