"""An imported reading → files of content/, without losing what an editor entered there."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from generator.findings import Finding, Place, finding
from generator.importing.document import Document, Reading, TaskRecord
from generator.ledger.content import OPEN_LIST, read_tasks
from generator.ledger.model import (
    DISCLOSURE_LABELS,
    TASK_COLUMNS,
    Disclosure,
    Kind,
    Registry,
    Source,
)
from generator.ledger.registry import NameIndex
from generator.ledger.snapshot_file import SnapshotFile, read_snapshot_file, write_snapshot_file
from generator.ledger.tables import write_table

# The columns that an import fills; the others are an editor's and are never touched.
_FROM_DOCUMENT = (
    "section", "title", "unit", "unit_text", "unit_basis", "partners", "partners_text", "head",
    "leader", "deadline", "goal", "progress", "problems", "next_steps", "reported_rate",
    "reported_status",
)  # fmt: skip
# The names of what is written beside its place, and renamed when it is whole.
_NEW, _PART = ".new-", ".part"
# What an editor found out about these stands wherever the document states no unit.
_FOUND_OUT = ("unit", "unit_text", "unit_basis", "head")
# Fields that a document of this form may lack: an editor's entry there stands.
_IF_STATED = (
    "leader", "deadline", "next_steps", "section", "title", "reported_rate", "reported_status",
)  # fmt: skip


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
        findings: what the clerk should know; nothing may be written if one is an error.
    """

    files: tuple[tuple[str, bytes], ...]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]


def prepare(
    folder: Path, documents: Sequence[Document], reading: Reading, registry: Registry,
    *, whole: bool = True, status: str = "published",
) -> Intake:  # fmt: skip
    """Decide what an import writes into ``folder`` (content/<id>). Writes nothing.

    Units are looked up in the registry; a name that it doesn't know keeps its row,
    with an empty id, and is reported with the nearest known names. Where the
    snapshot exists, an editor's columns and inferences are carried over.

    Args:
        folder: content/<id>.
        documents: the documents as received, of which the snapshot keeps each.
        reading: what they say, each task once.
        registry: the units.
        whole: whether they are all of the snapshot. If not, tasks that are there
            and not in them are none of their business, as are the documents they
            came from, and a task that is new contradicts nothing.
        status: of a snapshot that isn't there yet; one that is keeps its own.
    """
    year = int(folder.name[:4])
    names = NameIndex(registry)
    findings = list(reading.findings) + list(unregistered(reading.tasks, names, year))
    rows = {task.no: _row(task, names, year) for task in reading.tasks}
    findings += repeated(reading.tasks)
    existing, faults = _existing_rows(folder, year)
    kept, more = _existing_description(folder)
    findings += [*faults, *more]
    if kept and kept.kind != reading.kind:
        place = Place(f"content/{folder.name}/snapshot.yml")
        findings.append(finding("kind-differs", place, kind=kept.kind, document=reading.kind))
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
    new = [no for no in rows if no not in existing]
    if whole:
        findings += _title_findings(folder.name, documents[0], reading)
    if existing and whole:
        differences += [Difference(no, "no", "", str(no)) for no in new]
        place = Place(documents[0].name)
        findings += [finding("task-not-in-document", place, no=no) for no in dropped]
    table = write_table(
        TASK_COLUMNS, ([merged[no][c] for c in TASK_COLUMNS] for no in sorted(merged))
    )
    described = _described(folder.name, kept, documents, reading, whole=whole, status=status)
    files = [(f"source/{document.name}", document.data) for document in documents]
    files = [(name, data) for name, data in files if not _holds(folder / name, data)]
    if described != kept:
        files.append(("snapshot.yml", write_snapshot_file(described)))
    if differences or new:
        files.append(("tasks.csv", table))
    return Intake(tuple(files), tuple(differences), tuple(findings))


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def store(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files below ``folder``: all are written beside their places, then renamed.

    Raises:
        OSError: where the folder can't be written; nothing is in place then.
    """
    waiting: list[tuple[Path, Path]] = []
    try:
        for name, data in files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=_PART)
            waiting.append((Path(temporary), path))
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(temporary).chmod(0o644)
        for temporary_path, path in waiting:
            temporary_path.replace(path)
    finally:
        for temporary_path, _ in waiting:
            temporary_path.unlink(missing_ok=True)


def store_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write a new folder in one step: it is made beside its place, then renamed.

    Raises:
        OSError: where it can't be written; nothing is in place then.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=_NEW) as temporary:
        made = Path(temporary) / folder.name
        made.mkdir()
        for name, data in files:
            (made / name).write_bytes(data)
        made.rename(folder)


def clear(content: Path) -> None:
    """Remove what commands that were killed have left below content/; nobody may be writing."""
    for left in [*content.rglob(f".*{_PART}"), *content.rglob(f"{_NEW}*")]:
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


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
        "problems": task.problems, "next_steps": task.next_steps, "deadline": task.deadline,
        "leader": task.leader, "reported_rate": task.reported_rate,
        "reported_status": task.reported_status,
    }  # fmt: skip
    return cells


def _merge(row: dict[str, str], kept: dict[str, str] | None) -> dict[str, str]:
    """The document's columns over the editor's; an inference stands where no unit is stated."""
    if kept is None:
        return row
    stands = set(_FOUND_OUT) if not row["unit_text"] and kept["unit"] else set()
    stands |= {column for column in _IF_STATED if not row[column]}
    taken = (column for column in _FROM_DOCUMENT if column not in stands)
    return {**kept, **{column: row[column] for column in taken}}


def _existing_rows(
    folder: Path, year: int
) -> tuple[dict[int, dict[str, str]], tuple[Finding, ...]]:
    """The rows that are there, and their faults: damaged rows must not be written over."""
    path = folder / "tasks.csv"
    if not path.is_file():
        return {}, ()
    file = f"content/{folder.name}/tasks.csv"
    tasks, findings = read_tasks(file, path.read_bytes(), year)
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
    return rows, findings


def _existing_description(folder: Path) -> tuple[SnapshotFile | None, tuple[Finding, ...]]:
    path = folder / "snapshot.yml"
    if not path.is_file():
        return None, ()
    return read_snapshot_file(f"content/{folder.name}/snapshot.yml", path.read_bytes())


def _title_findings(snapshot: str, document: Document, reading: Reading) -> Iterable[Finding]:
    """A title that is missing, or of another year or half: the wrong file or the wrong id."""
    if not reading.title:
        yield finding("title-missing", Place(document.name))
    yield from title_differs(snapshot, document, reading)


def title_differs(snapshot: str, document: Document, reading: Reading) -> Iterable[Finding]:
    """What is to be said of a title that isn't the snapshot's."""
    years = re.findall(r"(?:19|20)[0-9]{2}(?=年)", reading.title)
    half = {"1": "下半年", "2": "上半年"}.get(snapshot[5:], "")
    if (years and snapshot[:4] not in years) or (half and half in reading.title):
        yield finding("title-differs", Place(document.name), title=reading.title, snapshot=snapshot)


def _described(
    snapshot: str, kept: SnapshotFile | None, documents: Sequence[Document], reading: Reading,
    *, whole: bool, status: str,
) -> SnapshotFile:  # fmt: skip
    """snapshot.yml after the import: an editor's title, date, status and notes stay."""
    received = {
        d.name: Source(d.name, hashlib.sha256(d.data).hexdigest(), d.encoding) for d in documents
    }
    if kept and not whole:
        received = {source.file: source for source in kept.sources} | received
    sources = tuple(received[name] for name in sorted(received))
    if kept:
        return replace(kept, sources=sources)
    by_label = dict(reading.disclosure)
    disclosure = Disclosure(**{k: by_label.get(v, "") for k, v in DISCLOSURE_LABELS.items()})
    return SnapshotFile(
        reading.title or Path(documents[0].name).stem, Kind(reading.kind), status,
        _as_of(snapshot, disclosure), sources,
        disclosure if by_label else None, reading.preamble, reading.missing_parts, reading.notes,
    )  # fmt: skip


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


def unregistered(tasks: Iterable[TaskRecord], names: NameIndex, year: int) -> Iterable[Finding]:
    """The names of units that the registry doesn't know, each once, with the nearest it knows."""
    seen: set[str] = set()
    for task in tasks:
        for name in (task.unit, *task.partners):
            if name and name not in seen and not names.find(name, year):
                seen.add(name)
                near = "、".join(names.nearest(name)) or "—"
                yield finding("unit-unregistered", task.place, name=name, nearest=near)


def repeated(tasks: Iterable[TaskRecord]) -> Iterable[Finding]:
    """The numbers that one document gives to several tasks."""
    first: dict[int, TaskRecord] = {}
    for task in tasks:
        if task.no in first:
            yield finding("number-twice", task.place, no=task.no, first=first[task.no].place)
        first.setdefault(task.no, task)
