"""content/ → Ledger: every file read, every fault collected, nothing guessed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from generator.findings import Finding, Place, finding
from generator.ledger.corrections import CORRECTIONS_FILE, read_corrections
from generator.ledger.internal_file import INTERNAL_FILE, read_internal
from generator.ledger.model import (
    SNAPSHOT_ID,
    TASK_COLUMNS,
    Basis,
    Correction,
    Decision,
    Edition,
    Ledger,
    Party,
    Registry,
    Review,
    Snapshot,
    Source,
    Task,
    Unit,
)
from generator.ledger.seals import check_seal, read_seal
from generator.ledger.snapshot_file import SnapshotFile, read_snapshot_file
from generator.ledger.tables import Record, read_table

_TASK_REQUIRED = ("no", "unit", "goal")
REVIEW_COLUMNS = ("task", "quote", "decision", "value", "role", "date", "note")
UNIT_COLUMNS = (
    "id", "name", "kind", "aliases", "since", "until", "successor", "members", "note",
)  # fmt: skip
_UNIT_REQUIRED = ("id", "name", "kind")
# Ends partners_text where the document's own list ends in 等 ("and others").
OPEN_LIST = "等"
_ID = re.compile(r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$")
_YEAR = re.compile(r"^\d{4}(?:-\d{2}(?:-\d{2})?)?$")
# Addresses of pages that belong to no unit.
RESERVED_IDS = ("index", "unknown", "withheld")
# Folders of content/ that hold no snapshot.
_OTHER_FOLDERS = {"pages"}


@dataclass(frozen=True, slots=True)
class Content:
    """A ledger as read, with everything that was found wrong on the way."""

    ledger: Ledger
    findings: tuple[Finding, ...]


def read_content(root: Path, edition: Edition = Edition.INTERNAL) -> Content:
    """Read a site's content/ folder. Nothing is raised for bad content.

    For the public edition no internal file is opened: no internal.csv, and of a
    draft nothing but snapshot.yml, which says that it is one.
    """
    registry, found = read_units(root)
    findings = list(found)
    snapshots = []
    folders, misnamed = snapshot_folders(root)
    findings += misnamed
    for path in folders:
        snapshot, faults = read_snapshot(path, edition)
        findings += faults
        if snapshot:
            snapshots.append(snapshot)
    if not snapshots and (edition is Edition.INTERNAL or not (folders or misnamed)):
        findings.append(finding("no-snapshots", Place("content")))
    return Content(Ledger(registry, newest_first(snapshots)), tuple(findings))


def newest_first(snapshots: Iterable[Snapshot]) -> tuple[Snapshot, ...]:
    """Snapshots in the order of a ledger."""
    return tuple(sorted(snapshots, key=lambda s: (s.year, s.id), reverse=True))


def read_units(root: Path) -> tuple[Registry, tuple[Finding, ...]]:
    """The units of a site's content/units.csv."""
    file = root / "content" / "units.csv"
    if not file.is_file():
        return Registry(), (finding("file-missing", Place("content/units.csv")),)
    return read_registry("content/units.csv", file.read_bytes())


def snapshot_folders(root: Path) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
    """The folders of a site's snapshots, and those that should be one and aren't."""
    folders = list(_snapshot_folders(root / "content"))
    misnamed = [path for path in folders if not SNAPSHOT_ID.fullmatch(path.name)]
    findings = tuple(finding("snapshot-name", Place(f"content/{p.name}")) for p in misnamed)
    return tuple(path for path in folders if path not in misnamed), findings


def read_registry(file: str, data: bytes) -> tuple[Registry, tuple[Finding, ...]]:
    """The units of a units.csv."""
    records, findings = read_table(file, data, UNIT_COLUMNS, _UNIT_REQUIRED)
    found = list(findings)
    units: dict[str, Unit] = {}
    for record in records:
        unit = _unit(record)
        found += _unit_findings(record, unit)
        if unit.id in units:
            found.append(finding("unit-twice", record.place("id"), id=unit.id))
        elif unit.id:
            units[unit.id] = unit
    for record in records:
        for id_ in (*_split(record.cells["successor"]), *_split(record.cells["members"])):
            if id_ and id_ not in units:
                found.append(finding("unit-reference", record.place(), id=id_))
    return Registry(tuple(units.values())), tuple(found)


def _snapshot_folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path.name not in _OTHER_FOLDERS and path.name[0] not in "._":
                yield path


def read_snapshot(path: Path, edition: Edition) -> tuple[Snapshot | None, tuple[Finding, ...]]:
    """One snapshot's folder; None where the edition doesn't show it, or it can't be read.

    Args:
        path: content/<id>.
        edition: for the public one of a draft nothing but snapshot.yml is opened.
    """
    name = f"content/{path.name}"
    missing = [f for f in ("snapshot.yml", "tasks.csv") if not (path / f).is_file()]
    if missing:
        return None, tuple(finding("file-missing", Place(f"{name}/{f}")) for f in missing)
    described, found = read_snapshot_file(
        f"{name}/snapshot.yml", (path / "snapshot.yml").read_bytes()
    )
    findings = list(found)
    if described is None or (described.status == "draft" and edition is Edition.PUBLIC):
        return None, tuple(findings)
    names = ["tasks.csv", "reviews.csv", CORRECTIONS_FILE]
    if edition is Edition.INTERNAL:
        names.append(INTERNAL_FILE)
    files = {n: (path / n).read_bytes() for n in names if (path / n).is_file()}
    snapshot, more = snapshot_of(path.name, described, files)
    findings += more
    for source in described.sources:
        findings += _source_findings(path, source)
    seal, faults = read_seal(path)
    findings += faults
    if seal:
        findings += check_seal(path, seal)
    return replace(snapshot, seal=seal), tuple(findings)


def snapshot_of(
    id_: str, described: SnapshotFile, files: Mapping[str, bytes]
) -> tuple[Snapshot, tuple[Finding, ...]]:
    """A snapshot from the bytes of its files.

    Args:
        id_: its id.
        described: what its snapshot.yml says.
        files: name → bytes of tasks.csv, and of reviews.csv, corrections.csv and
            internal.csv where they are there and may be opened.
    """
    name = f"content/{id_}"
    tasks, found = read_tasks(f"{name}/tasks.csv", files["tasks.csv"], int(id_[:4]))
    findings = list(found)
    findings += [
        finding("withheld-text", task.place, no=task.no)
        for task in tasks
        if task.withheld and not task.held_back
    ]
    if INTERNAL_FILE in files:
        tasks, found = read_internal(f"{name}/{INTERNAL_FILE}", files[INTERNAL_FILE], tasks)
        findings += found
    reviews: tuple[Review, ...] = ()
    if "reviews.csv" in files:
        reviews, found = read_reviews(f"{name}/reviews.csv", files["reviews.csv"])
        findings += found
    corrections: tuple[Correction, ...] = ()
    if CORRECTIONS_FILE in files:
        corrections, found = read_corrections(f"{name}/{CORRECTIONS_FILE}", files[CORRECTIONS_FILE])
        findings += found
    snapshot = Snapshot(
        id_, described.title, described.kind, described.status, described.as_of, tasks,
        described.sources, described.disclosure, described.preamble, described.missing_parts,
        described.notes, reviews, corrections,
    )  # fmt: skip
    return snapshot, tuple(findings)


def read_tasks(file: str, data: bytes, year: int) -> tuple[tuple[Task, ...], tuple[Finding, ...]]:
    """The tasks of a tasks.csv, in order of their numbers; rows without a number are left out."""
    records, findings = read_table(file, data, TASK_COLUMNS, _TASK_REQUIRED)
    found = list(findings)
    tasks: dict[int, Task] = {}
    last = 0
    for record in records:
        text = record.cells["no"]
        if not (text.isascii() and text.isdigit() and 0 < len(text) <= 6 and int(text)):
            found.append(finding("number-bad", record.place("no"), text=text))
            continue
        number = int(text)
        if number in tasks:
            found.append(
                finding("number-twice", record.place("no"), no=number, first=tasks[number].place)
            )
            continue
        if number < last:
            found.append(finding("number-falls", record.place("no"), no=number, before=last))
        last = number
        task, faults = _task(record, year, number)
        tasks[number] = task
        found += faults
    return tuple(tasks[number] for number in sorted(tasks)), tuple(found)


def read_reviews(file: str, data: bytes) -> tuple[tuple[Review, ...], tuple[Finding, ...]]:
    """The editor's words on figures, of a reviews.csv."""
    records, findings = read_table(file, data, REVIEW_COLUMNS, REVIEW_COLUMNS[:3])
    found = list(findings)
    reviews: list[Review] = []
    for record in records:
        cells = record.cells
        faults = list(_review_findings(record))
        found += faults
        if not faults:
            value = float(cells["value"]) if cells["value"] else 0.0
            reviews.append(
                Review(
                    record.place("quote"), int(cells["task"]), cells["quote"],
                    Decision(cells["decision"]), value, cells["role"], cells["date"],
                    cells["note"],
                )
            )  # fmt: skip
    return tuple(reviews), tuple(found)


def _review_findings(record: Record) -> Iterable[Finding]:
    cells = record.cells
    if not re.fullmatch("[1-9][0-9]{0,5}", cells["task"]):
        yield finding("number-bad", record.place("task"), text=cells["task"])
    if cells["decision"] not in tuple(Decision):
        allowed = "、".join(Decision)
        yield finding(
            "value-choice", record.place("decision"), value=cells["decision"], allowed=allowed
        )
    number = re.fullmatch(r"-?[0-9]{1,15}(?:\.[0-9]{1,8})?", cells["value"])
    if (cells["decision"] == Decision.CORRECT or cells["value"]) and not number:
        yield finding("review-value", record.place("value"), text=cells["value"])
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", cells["date"]):
        yield finding("value-date", record.place("date"), value=cells["date"])
    for column in ("quote", "role"):
        if not cells[column]:
            yield finding("cell-empty", record.place(column), column=column)


def _task(record: Record, year: int, number: int) -> tuple[Task, list[Finding]]:
    cells = record.cells
    faults: list[Finding] = []
    basis = None
    if text := cells["unit_basis"]:
        if text in tuple(Basis):
            basis = Basis(text)
        else:
            faults.append(finding("basis-unknown", record.place("unit_basis"), text=text))
    elif cells["unit"]:
        basis = Basis.STATED
    names = _split(cells["partners_text"])
    open_list = names[-1:] == [OPEN_LIST]
    if open_list:
        names = names[:-1]
    ids = re.split("[;；]", cells["partners"]) if cells["partners"] else []
    if len(ids) > len(names) and names:
        faults.append(
            finding("partners-uneven", record.place("partners"), ids=len(ids), names=len(names))
        )
    ids += [""] * (len(names) - len(ids))
    names += [""] * (len(ids) - len(names))
    partners = tuple(Party(i.strip(), n) for i, n in zip(ids, names, strict=True))
    plain = ("section", "title", "unit", "unit_text", "head", "leader", "deadline", "goal",
             "progress", "problems", "next_steps", "reported_rate", "reported_status",
             "verified_status", "withheld", "note")  # fmt: skip
    task = Task(
        year, number, record.place(), basis=basis, partners=partners, open_list=open_list,
        **{name: cells[name] for name in plain},  # type: ignore[arg-type]  # texts all
    )  # fmt: skip
    return task, faults


def _split(text: str) -> list[str]:
    return [part for piece in re.split("[;；]", text) if (part := piece.strip())]


def _unit(record: Record) -> Unit:
    cells = record.cells
    return Unit(
        cells["id"], cells["name"], cells["kind"], tuple(_split(cells["aliases"])),
        cells["since"], cells["until"], tuple(_split(cells["successor"])),
        tuple(_split(cells["members"])),
        cells["note"],
    )  # fmt: skip


def _unit_findings(record: Record, unit: Unit) -> Iterable[Finding]:
    if not _ID.match(unit.id) or unit.id in RESERVED_IDS:
        yield finding("unit-id", record.place("id"), id=unit.id)
    for column in _UNIT_REQUIRED:
        if not record.cells[column]:
            yield finding("cell-empty", record.place(column), column=column)
    for column in ("since", "until"):
        text = record.cells[column]
        if text and not _YEAR.match(text):
            yield finding("unit-date", record.place(column), text=text)
    if unit.id in unit.successors:
        yield finding("unit-successor-itself", record.place("successor"), id=unit.id)
    if unit.members and not unit.is_group:
        yield finding("unit-members", record.place("members"), id=unit.id)


def _source_findings(path: Path, source: Source) -> Iterable[Finding]:
    file = f"content/{path.name}/source/{source.file}"
    kept = path / "source" / source.file
    if not kept.is_file():
        yield finding("source-missing", Place(file))
    elif hashlib.sha256(kept.read_bytes()).hexdigest() != source.sha256:
        yield finding("source-changed", Place(file))
