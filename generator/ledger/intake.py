"""An imported reading → files of content/, without losing what an editor entered there."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from generator.findings import Finding, Place, finding
from generator.importing.document import Document, Reading, TaskRecord
from generator.ledger.content import OPEN_LIST, TASK_COLUMNS, read_tasks
from generator.ledger.model import DISCLOSURE_LABELS, Disclosure, Kind, Registry, Source
from generator.ledger.registry import NameIndex
from generator.ledger.snapshot_file import SnapshotFile, read_snapshot_file, write_snapshot_file
from generator.ledger.tables import write_table

# The columns that an import fills; the others are an editor's and are never touched.
_FROM_DOCUMENT = (
    "section", "title", "unit", "unit_text", "unit_basis", "partners", "partners_text", "head",
    "goal", "progress", "problems",
)  # fmt: skip
# An editor's inference about these stands wherever the document states no unit.
_INFERRABLE = ("unit", "unit_basis")


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell in which content/ and the document disagree."""

    no: int
    column: str
    kept: str
    document: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What an import would write, and how that differs from what is there.

    Attributes:
        files: path below content/<id>/ → bytes; nothing else is touched.
        differences: cells of tasks that the document states otherwise.
        new: whether the snapshot didn't exist before.
    """

    files: tuple[tuple[str, bytes], ...]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]
    new: bool


def prepare(folder: Path, document: Document, reading: Reading, registry: Registry) -> Intake:
    """Decide what an import writes into ``folder`` (content/<id>). Writes nothing.

    Units are looked up in the registry; a name that it doesn't know keeps its row,
    with an empty id, and is reported with the nearest known names. Where the
    snapshot exists, an editor's columns and inferences are carried over.
    """
    year = int(folder.name[:4])
    names = NameIndex(registry)
    findings = list(reading.findings) + list(_unregistered(reading.tasks, names, year))
    rows = {task.no: _row(task, names, year) for task in reading.tasks}
    if len(rows) < len(reading.tasks):
        findings += _repeated(reading.tasks)
    existing = _existing_rows(folder, year)
    merged = {no: _merge(row, existing.get(no)) for no, row in rows.items()}
    dropped = [no for no in existing if no not in rows]
    merged |= {no: existing[no] for no in dropped}
    differences = [
        Difference(no, column, existing[no].get(column, ""), row[column])
        for no, row in merged.items()
        if no in existing
        for column in TASK_COLUMNS
        if existing[no].get(column, "") != row[column]
    ]
    if existing:
        differences += [Difference(no, "no", "", str(no)) for no in rows if no not in existing]
        findings += [finding("task-not-in-document", Place(document.name), no=no) for no in dropped]
    table = write_table(
        TASK_COLUMNS, ([merged[no][c] for c in TASK_COLUMNS] for no in sorted(merged))
    )
    described = write_snapshot_file(_described(folder, document, reading))
    files = (
        ("snapshot.yml", described),
        ("tasks.csv", table),
        (f"source/{document.name}", document.data),
    )
    return Intake(files, tuple(differences), tuple(findings), new=not folder.exists())


def store(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files below ``folder``, each whole or not at all."""
    for name, data in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.read_bytes() == data:
            continue
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _row(task: TaskRecord, names: NameIndex, year: int) -> dict[str, str]:
    unit = names.find(task.unit, year) if task.unit else None
    partners = [names.find(name, year) for name in task.partners]
    cells = dict.fromkeys(TASK_COLUMNS, "")
    cells |= {
        "no": str(task.no), "section": task.section, "title": task.title,
        "unit": unit.id if unit else "", "unit_text": task.unit,
        "unit_basis": "stated" if task.unit else "",
        "partners": ";".join(p.id if p else "" for p in partners),
        "partners_text": ";".join([*task.partners, *([OPEN_LIST] if task.open_list else [])]),
        "head": task.head, "goal": task.goal, "progress": task.progress,
        "problems": task.problems,
    }  # fmt: skip
    return cells


def _merge(row: dict[str, str], kept: dict[str, str] | None) -> dict[str, str]:
    """The document's columns over the editor's; an inference stands where no unit is stated."""
    if kept is None:
        return row
    taken = [
        column
        for column in _FROM_DOCUMENT
        if not (column in _INFERRABLE and not row["unit_text"] and kept["unit_basis"] == "inferred")
    ]
    return {**kept, **{column: row[column] for column in taken}}


def _existing_rows(folder: Path, year: int) -> dict[int, dict[str, str]]:
    path = folder / "tasks.csv"
    if not path.is_file():
        return {}
    tasks, _ = read_tasks(path.name, path.read_bytes(), year)
    rows = {}
    for task in tasks:
        names = [p.text for p in task.partners] + ([OPEN_LIST] if task.open_list else [])
        cells = {
            column: str(getattr(task, column))
            for column in TASK_COLUMNS
            if column not in ("unit_basis", "partners", "partners_text")
        }
        cells["unit_basis"] = task.basis.value if task.basis else ""
        cells["partners"] = ";".join(p.unit for p in task.partners)
        cells["partners_text"] = ";".join(names)
        rows[task.no] = cells
    return rows


def _described(folder: Path, document: Document, reading: Reading) -> SnapshotFile:
    """snapshot.yml after the import: an editor's title, date, status and notes stay."""
    source = Source(document.name, hashlib.sha256(document.data).hexdigest(), document.encoding)
    by_label = dict(reading.disclosure)
    disclosure = Disclosure(**{k: by_label.get(v, "") for k, v in DISCLOSURE_LABELS.items()})
    fresh = SnapshotFile(
        reading.title, Kind(reading.kind), "published",
        _as_of(folder.name, disclosure), source, disclosure if by_label else None,
        reading.preamble, reading.missing_parts, reading.notes,
    )  # fmt: skip
    path = folder / "snapshot.yml"
    kept = read_snapshot_file(path.name, path.read_bytes())[0] if path.is_file() else None
    return replace(kept, source=source) if kept else fresh


def _as_of(snapshot: str, disclosure: Disclosure) -> date | None:
    """The day that the data speak of: a half-year's last; a plan's day of issue."""
    year = int(snapshot[:4])
    if snapshot.endswith("H1"):
        return date(year, 6, 30)
    if snapshot.endswith("H2"):
        return date(year, 12, 31)
    try:
        return date.fromisoformat(disclosure.published_on)
    except ValueError:
        return None


def _unregistered(tasks: Iterable[TaskRecord], names: NameIndex, year: int) -> Iterable[Finding]:
    seen: set[str] = set()
    for task in tasks:
        for name in (task.unit, *task.partners):
            if name and name not in seen and not names.find(name, year):
                seen.add(name)
                near = "、".join(names.nearest(name)) or "—"
                yield finding("unit-unregistered", task.place, name=name, nearest=near)


def _repeated(tasks: Iterable[TaskRecord]) -> Iterable[Finding]:
    first: dict[int, TaskRecord] = {}
    for task in tasks:
        if task.no in first:
            yield finding("number-twice", task.place, no=task.no, line=first[task.no].place.line)
        first.setdefault(task.no, task)
