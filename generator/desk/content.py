"""content/ as a command finds it: checked, free of faults, nobody else writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.desk.telling import print_findings, stop, tell
from generator.findings import Finding, Place, finding, has_errors
from generator.ledger.content import Content, read_content, read_registry
from generator.ledger.model import Edition, Registry


def checked(root: Path, lang: str, edition: Edition = Edition.INTERNAL) -> Content:
    """Read and check a site's content; prints every finding and stops on errors."""
    from generator.publishing.checking import check_content

    content = read_content(root, edition)
    findings = check_content(content)
    if has_errors(findings):
        stop(findings, lang)
    print_findings(findings, lang)
    tasks = sum(len(s.tasks) for s in content.ledger.snapshots)
    tell(
        lang, "已检查 %(snapshots)d 期、%(tasks)d 项任务。",
        snapshots=len(content.ledger.snapshots), tasks=tasks,
    )  # fmt: skip
    return content


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
    """Nobody else may write into content/ at the same time."""
    from generator.publishing.build import locked

    with locked(root / "build" / "content.lock") as free:
        if not free:
            stop([finding("content-locked", Place("content"))], lang)
        yield
