"""What `taizhang seal` and `taizhang correct` write: seals, and dated corrections of sealed data.

Decides only; ``ledger.intake.store`` writes. A correction changes one cell or one
file: what else differs from the seal stays a difference, and has to be corrected in
its own right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from generator import __version__
from generator.analysis.task_findings import analyse
from generator.findings import Finding, Place, finding, has_errors
from generator.importing.cleaning import visible
from generator.ledger.checks import check
from generator.ledger.content import snapshot_of
from generator.ledger.corrections import CORRECTIONS_FILE, read_corrections, write_corrections
from generator.ledger.internal_file import INTERNAL_FILE
from generator.ledger.model import TASK_COLUMNS, Correction, Ledger, Registry, Seal, Snapshot
from generator.ledger.seals import (
    FROZEN,
    TASKS_FILE,
    cells_by_number,
    file_sums,
    frozen_files,
    seal_files,
    sealed_copies,
    sha256,
)
from generator.ledger.snapshot_file import read_snapshot_file
from generator.ledger.suggestions import nearest
from generator.ledger.tables import read_table, write_table
from generator.pages.downloads import figures_json, tasks_json
from generator.publishing.editions import public_snapshot


@dataclass(frozen=True, slots=True)
class Sealing:
    """What a command writes below content/<id>, or why it doesn't.

    Attributes:
        seal: the new seal's folder: first of all, and at once.
        files: the files that it seals.
    """

    seal: tuple[tuple[str, bytes], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def folder(self) -> str:
        """The seal's folder below content/<id>."""
        return self.seal[-1][0].rpartition("/")[0]

    @property
    def names(self) -> list[tuple[str, bytes]]:
        """The seal's files by their names in that folder."""
        return [(path.rpartition("/")[2], data) for path, data in self.seal]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A correction as it was asked for.

    Attributes:
        no, field: the cell; ``field`` alone is a file.
        to: the new text; None where the file has it already.
        reason: why; it is published.
        day: the day, ``YYYY-MM-DD``.
    """

    no: int
    field: str
    to: str | None
    reason: str
    day: str


def published_sums(snapshot: Snapshot, registry: Registry) -> dict[str, str]:
    """SHA-256 of the data files that the public edition offers of a snapshot."""
    found = analyse(public_snapshot(snapshot))
    return {
        "tasks.json": sha256(tasks_json(found, registry)),
        "figures.json": sha256(figures_json(found)),
    }


def seal(folder: Path, snapshot: Snapshot, registry: Registry, day: str) -> Sealing:
    """A first seal on a published snapshot that has none."""
    if snapshot.is_draft:
        place = Place(f"content/{snapshot.id}/snapshot.yml")
        return Sealing(findings=(finding("seal-draft", place, snapshot=snapshot.id),))
    frozen = frozen_files(folder)
    sums = dict(file_sums(folder))
    published = published_sums(snapshot, registry)
    return Sealing(tuple(seal_files(folder, frozen, sums, published, day, __version__, None)))


def correct(folder: Path, before: Seal, wanted: Wanted, registry: Registry, today: str) -> Sealing:
    """One correction: the record of it, the file put right, and a new seal on both.

    Args:
        folder: content/<id>.
        before: the seal in force.
        wanted: what is asked for.
        registry: the units.
        today: the day, which a correction can't be later than.
    """
    faults = (*_faults(folder, wanted, before, today), *_live_findings(folder, before))
    if has_errors(faults):
        return Sealing(findings=faults)
    sealed = sealed_copies(folder, before)
    sums = {name: value for name, value in before.files if name not in FROZEN}
    if wanted.no:
        change, live = _corrected_cell(folder, sealed, wanted)
    else:
        change, live = _corrected_file(folder, sealed, sums, wanted)
    if isinstance(change, Finding):
        return Sealing(findings=(change,))
    kept, _ = read_corrections(CORRECTIONS_FILE, sealed.get(CORRECTIONS_FILE, b""))
    sealed[CORRECTIONS_FILE] = write_corrections([*kept, change])
    snapshot, findings = _read(folder, sealed, registry)
    if snapshot is None or has_errors(findings):
        return Sealing(findings=findings)
    published = published_sums(snapshot, registry)
    files = seal_files(folder, sealed, sums, published, wanted.day, __version__, before)
    live[CORRECTIONS_FILE] = sealed[CORRECTIONS_FILE]
    return Sealing(tuple(files), tuple(live.items()))


def _live_findings(folder: Path, before: Seal) -> tuple[Finding, ...]:
    """What is wrong with tasks.csv as it is: what can't be read whole isn't written again."""
    header = sealed_copies(folder, before)[TASKS_FILE].decode("utf-8-sig").splitlines()[:1]
    required = [name for name in TASK_COLUMNS if header and name in header[0].split(",")]
    path = folder / TASKS_FILE
    data = path.read_bytes() if path.is_file() else b""
    _, findings = read_table(f"content/{folder.name}/{TASKS_FILE}", data, TASK_COLUMNS, required)
    return findings


def _faults(folder: Path, wanted: Wanted, before: Seal, today: str) -> list[Finding]:
    place = Place(f"content/{folder.name}")
    found = []
    if not before.date <= wanted.day <= today:
        found.append(
            finding("correct-date", place, day=wanted.day, first=before.date, last=today)
        )  # fmt: skip
    if not wanted.reason.strip():
        found.append(finding("correct-reason", place))
    if wanted.no and wanted.field not in TASK_COLUMNS:
        near = nearest(wanted.field, TASK_COLUMNS)
        found.append(finding("correct-field", place, column=wanted.field, nearest=near))
    texts = (wanted.reason, wanted.to or "")
    if any(visible(text) != text or "\n" in text or not _is_text(text) for text in texts):
        found.append(finding("correct-text", place))
    known = [name for name in FROZEN if name not in (TASKS_FILE, CORRECTIONS_FILE)]
    source = wanted.field.startswith("source/") and ".." not in PurePosixPath(wanted.field).parts
    if not wanted.no and wanted.field not in known and not source:
        names = "、".join([*known, "source/…"])
        found.append(finding("correct-file", place, file=wanted.field, known=names))
    return found


def _is_text(text: str) -> bool:
    """Whether it can be written: an argument in another encoding may hold half characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _corrected_cell(
    folder: Path, sealed: dict[str, bytes], wanted: Wanted
) -> tuple[Correction | Finding, dict[str, bytes]]:
    """The correction of one cell, put into ``sealed``; and tasks.csv where it changes."""
    rows = cells_by_number(sealed[TASKS_FILE])
    live = cells_by_number((folder / TASKS_FILE).read_bytes())
    no, field = wanted.no, wanted.field
    if no not in live and field != "no":
        place = Place(f"content/{folder.name}/{TASKS_FILE}")
        return finding("correct-no-row", place, no=no), {}
    if wanted.to is not None and field != "no":
        live[no][field] = wanted.to.strip()
    old, new = (table.get(no, {}).get(field, "") for table in (rows, live))
    place = Place(f"content/{folder.name}/{TASKS_FILE}", 0, field)
    if old == new:
        return finding("correct-nothing", place, no=no, column=field), {}
    if field == "no":
        rows = {k: v for k, v in rows.items() if k != no} | ({no: live[no]} if new else {})
    elif no not in rows:  # the row is new as a whole
        return finding("correct-nothing", place, no=no, column=field), {}
    else:
        rows[no][field] = new
    sealed[TASKS_FILE] = _table(rows)
    # Where nothing else is left to correct, the file is again what was sealed, byte for byte.
    changed = {TASKS_FILE: _table(live)} if wanted.to is not None or rows == live else {}
    return Correction(Place(""), wanted.day, no, field, old, new, wanted.reason), changed


def _corrected_file(
    folder: Path, sealed: dict[str, bytes], sums: dict[str, str], wanted: Wanted
) -> tuple[Correction | Finding, dict[str, bytes]]:
    """The correction of a whole file, put into ``sealed`` or ``sums``."""
    name = wanted.field
    path = folder / name
    data = path.read_bytes() if path.is_file() else b""
    old = sha256(sealed[name]) if name in sealed else sums.get(name, "")
    new = sha256(data) if path.is_file() else ""
    if old == new:
        return finding("correct-file-same", Place(f"content/{folder.name}"), file=name), {}
    table: dict[str, bytes] | dict[str, str] = sealed if name in FROZEN else sums
    if not new:
        table.pop(name, None)
    elif name in FROZEN:
        sealed[name] = data
    else:
        sums[name] = new
    return Correction(Place(""), wanted.day, 0, name, old, new, wanted.reason), {}


def _table(rows: Mapping[int, Mapping[str, str]]) -> bytes:
    return write_table(TASK_COLUMNS, ([rows[no][c] for c in TASK_COLUMNS] for no in sorted(rows)))


def _read(
    folder: Path, files: Mapping[str, bytes], registry: Registry
) -> tuple[Snapshot | None, tuple[Finding, ...]]:
    """The snapshot as it would be sealed, with all that a check would say of it."""
    file = f"content/{folder.name}/snapshot.yml"
    if "snapshot.yml" not in files:
        return None, (finding("file-missing", Place(file)),)
    described, findings = read_snapshot_file(file, files["snapshot.yml"])
    if described is None:
        return None, findings
    internal = folder / INTERNAL_FILE
    more = {INTERNAL_FILE: internal.read_bytes()} if internal.is_file() else {}
    snapshot, faults = snapshot_of(folder.name, described, {**files, **more})
    return snapshot, (*findings, *faults, *check(Ledger(registry, (snapshot,))))
