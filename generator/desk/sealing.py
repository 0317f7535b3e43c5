"""`taizhang seal` and `taizhang correct`: published is published."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from generator.desk.content import alone, registry_of, stop_on_faults
from generator.desk.telling import print_findings, stop, tell
from generator.desk.today import today
from generator.findings import Place, finding, has_errors
from generator.ledger.checks import check
from generator.ledger.content import read_content
from generator.ledger.intake import store, store_folder
from generator.ledger.model import SNAPSHOT_ID
from generator.ledger.seals import check_seal, read_seal, unfinished


def seal(snapshot: str, day: datetime, root: Path, lang: str) -> None:
    """Freeze a snapshot."""
    from generator.publishing.sealing import seal as sealed

    with alone(root, lang):
        content = read_content(root)
        stop_on_faults(content, snapshot, lang)
        found = next(s for s in content.ledger.snapshots if s.id == snapshot)
        if found.seal:
            tell(
                lang, "%(snapshot)s 已于 %(date)s 封存，内容没有变化。",
                snapshot=snapshot, date=found.seal.date,
            )  # fmt: skip
            return
        place = f"content/{snapshot}/"
        faults = [f for f in check(content.ledger) if f.place.file.startswith(place)]
        if has_errors(faults):
            stop(faults, lang)
        folder = root / "content" / snapshot
        sealing = sealed(folder, found, content.ledger.registry, day.date().isoformat())
        if sealing.findings:
            stop(sealing.findings, lang)
        store_folder(folder / sealing.folder, sealing.names)
    tell(
        lang, "已封存 %(snapshot)s，记录存于 content/%(snapshot)s/sealed/。", snapshot=snapshot
    )  # fmt: skip


def correct(
    snapshot: str, no: int | None, field: str | None, to: str | None, file: str | None,
    reason: str, day: datetime, root: Path, lang: str,
) -> None:  # fmt: skip
    """Change a sealed snapshot, with date, old and new words and reason."""
    from generator.publishing.sealing import Wanted
    from generator.publishing.sealing import correct as corrected

    folder = root / "content" / snapshot
    place = Place(f"content/{snapshot}")
    if (no is not None and field is not None) == (file is not None):
        stop([finding("correct-what", place)], lang)
    if not SNAPSHOT_ID.fullmatch(snapshot) or not (folder / "tasks.csv").is_file():
        known = "、".join(s.id for s in read_content(root).ledger.snapshots) or "—"
        stop([finding("snapshot-missing", place, known=known)], lang)
    registry, findings = registry_of(root)
    if has_errors(findings):
        stop(findings, lang)
    with alone(root, lang):
        before, faults = read_seal(folder)
        if has_errors(faults):
            stop(faults, lang)
        if before is None:
            stop([finding("seal-none", place, snapshot=snapshot)], lang)
        if left := unfinished(folder, before):
            store(folder, left)
            tell(lang, "上次更正没有写完，已补上。请核对后再更正其他内容。")
            return
        wanted = Wanted(no or 0, str(field or file), to, reason, day.date().isoformat())
        sealing = corrected(folder, before, wanted, registry, today())
        if has_errors(sealing.findings):
            stop(sealing.findings, lang)
        store_folder(folder / sealing.folder, sealing.names)
        store(folder, sealing.files)
    tell(lang, "已更正，并重新封存；原来的封存记录仍然保留。")
    print_findings(check_seal(folder, renewed) if (renewed := read_seal(folder)[0]) else (), lang)
