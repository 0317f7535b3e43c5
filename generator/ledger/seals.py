"""Sealing: a published snapshot's data is frozen, and any change to it is found.

content/<id>/sealed/1/ holds seal.json and a copy of each small file as it was sealed; a
correction makes sealed/2/ and so on, each naming the SHA-256 of the seal.json before
it. The last one is in force. internal.csv isn't sealed: it is never published.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generator.findings import Finding, Place, finding
from generator.importing.inbox import is_clutter
from generator.ledger.corrections import CORRECTIONS_FILE
from generator.ledger.excerpts import change_shown
from generator.ledger.model import TASK_COLUMNS, Seal
from generator.ledger.tables import read_table

FOLDER = "sealed"
TASKS_FILE = "tasks.csv"
# What is frozen besides the documents as received; of these a copy is kept.
FROZEN = ("snapshot.yml", TASKS_FILE, "reviews.csv", CORRECTIONS_FILE)
_SHA256 = re.compile("[0-9a-f]{64}")
_NUMBER = re.compile("[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of tasks.csv that isn't as it was sealed; column ``no`` means the whole row."""

    no: int
    column: str
    old: str
    new: str


def sha256(data: bytes) -> str:
    """The SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_seal(folder: Path) -> tuple[Seal | None, tuple[Finding, ...]]:
    """The seal in force of content/<id>; None where it was never sealed.

    Its chain and its copies are checked too: they prove what the snapshot said.
    """
    seal = None
    chain: list[str] = []
    findings: list[Finding] = []
    for number in _numbers(folder):
        path = folder / FOLDER / str(number) / "seal.json"
        place = Place(f"content/{folder.name}/{FOLDER}/{number}/seal.json")
        data = path.read_bytes() if path.is_file() else b""
        seal = _parsed(data, number)
        if seal is None or seal.previous != "".join(chain[-1:]):
            return None, (*findings, finding("seal-damaged", place))
        findings += _copy_findings(folder, seal)
        chain.append(sha256(data))
        seal = replace(seal, chain=tuple(chain))
    return seal, tuple(findings)


def check_seal(folder: Path, seal: Seal) -> Iterator[Finding]:
    """Every difference between what is in content/<id> and what was sealed, cell by cell."""
    sealed, now = dict(seal.files), dict(file_sums(folder))
    for name in sorted(sealed.keys() | now.keys()):
        if sealed.get(name) == now.get(name):
            continue
        place = Place(f"content/{folder.name}/{name}")
        values = {"date": seal.date, "copy": _copy(folder, seal, name)}
        if name not in now:
            yield finding("sealed-missing", place, **values)
        elif name not in sealed:
            yield finding("sealed-added", place, snapshot=folder.name, file=name, **values)
        elif name == TASKS_FILE:
            yield from _cell_findings(folder, seal, place)
        else:
            yield finding("sealed-file", place, snapshot=folder.name, file=name, **values)


def file_sums(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file that a seal freezes and its SHA-256: the small ones, then source/."""
    for name in FROZEN:
        if (folder / name).is_file():
            yield name, sha256((folder / name).read_bytes())
    for path in sorted((folder / "source").rglob("*")):
        if path.is_file() and not is_clutter(path.name):
            yield path.relative_to(folder).as_posix(), sha256(path.read_bytes())


def cell_changes(folder: Path, seal: Seal) -> tuple[CellChange, ...]:
    """The cells of tasks.csv that aren't as they were sealed, in order of the tasks' numbers."""
    old = cells_by_number(_copied(folder, seal, TASKS_FILE))
    new = cells_by_number((folder / TASKS_FILE).read_bytes())
    changes: list[CellChange] = []
    for no in sorted(old.keys() | new.keys()):
        if no not in old or no not in new:
            changes.append(
                CellChange(no, "no", str(no) if no in old else "", str(no) if no in new else "")
            )
            continue
        changes += [
            CellChange(no, column, old[no][column], new[no][column])
            for column in TASK_COLUMNS
            if old[no][column] != new[no][column]
        ]
    return tuple(changes)


def cells_by_number(data: bytes) -> dict[int, dict[str, str]]:
    """The rows of a tasks.csv by their numbers."""
    records, _ = read_table(TASKS_FILE, data, TASK_COLUMNS, ("no",))
    numbered = (r.cells for r in records if _NUMBER.fullmatch(r.cells["no"]))
    return {int(cells["no"]): dict(cells) for cells in numbered}


def seal_files(
    folder: Path, frozen: Mapping[str, bytes], sums: Mapping[str, str],
    published: Mapping[str, str], day: str, generator: str, before: Seal | None,
) -> list[tuple[str, bytes]]:  # fmt: skip
    """The files of a new seal: path below content/<id> → bytes; seal.json comes last.

    Args:
        folder: content/<id>.
        frozen: the small files as they are to be sealed, by name.
        sums: SHA-256 of the other files that are sealed.
        published: name of each published data file → its SHA-256.
        day: the day, ``YYYY-MM-DD``.
        generator: the program's version.
        before: the seal that this one renews.
    """
    number = before.number + 1 if before else 1
    sums = dict(sums) | {name: sha256(data) for name, data in frozen.items()}
    previous = ""
    if before:
        previous = sha256((folder / FOLDER / str(before.number) / "seal.json").read_bytes())
    content = {
        "snapshot": folder.name, "number": number, "date": day, "generator": generator,
        "files": dict(sorted(sums.items())), "published": dict(sorted(published.items())),
        "previous": previous,
    }  # fmt: skip
    text = (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
    place = f"{FOLDER}/{number}"
    copies = [(f"{place}/{name}", data) for name, data in sorted(frozen.items())]
    return [*copies, (f"{place}/seal.json", text)]


def frozen_files(folder: Path) -> dict[str, bytes]:
    """The small files that a seal freezes, as they are now."""
    return {n: (folder / n).read_bytes() for n in FROZEN if (folder / n).is_file()}


def sealed_copies(folder: Path, seal: Seal) -> dict[str, bytes]:
    """The small files as they were sealed."""
    return {name: _copied(folder, seal, name) for name, _ in seal.files if name in FROZEN}


def unfinished(folder: Path, seal: Seal) -> list[tuple[str, bytes]]:
    """What a command that was broken off had still to write: path below content/<id> → bytes.

    A seal is put in its place first, the files that it seals after it. One that is still
    as the seal before has it was not reached.
    """
    before: dict[str, bytes] = {}
    for name in FROZEN:
        path = folder / FOLDER / str(seal.number - 1) / name
        if path.is_file():
            before[name] = path.read_bytes()
    now = frozen_files(folder)
    return [
        (name, data)
        for name, data in sealed_copies(folder, seal).items()
        if seal.number > 1 and now.get(name) != data and now.get(name) == before.get(name)
    ]


def _numbers(folder: Path) -> range:
    """The numbers of the seals: up to the highest folder, so that a gap is noticed."""
    found = [int(p.name) for p in (folder / FOLDER).glob("*") if _NUMBER.fullmatch(p.name)]
    return range(1, max(found, default=0) + 1)


def _parsed(data: bytes, number: int) -> Seal | None:
    try:
        content: Any = json.loads(data)
        seal = Seal(
            int(content["number"]), str(content["date"]), str(content["generator"]),
            _sums(content["files"]), _sums(content["published"]), str(content["previous"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    return seal if seal.number == number else None


def _sums(content: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    sums = tuple((str(name), str(value)) for name, value in content.items())
    if not all(_SHA256.fullmatch(value) for _, value in sums):
        raise ValueError(content)
    return sums


def _copy(folder: Path, seal: Seal, name: str) -> str:
    """Where the copy of a sealed file is; a document as received has none."""
    if name not in FROZEN or name not in dict(seal.files):
        return "—"
    return f"content/{folder.name}/{FOLDER}/{seal.number}/{name}"


def _copied(folder: Path, seal: Seal, name: str) -> bytes:
    return (folder / FOLDER / str(seal.number) / name).read_bytes()


def _copy_findings(folder: Path, seal: Seal) -> Iterator[Finding]:
    for name, expected in seal.files:
        if name in FROZEN:
            path = folder / FOLDER / str(seal.number) / name
            if not path.is_file() or sha256(path.read_bytes()) != expected:
                yield finding("seal-damaged", Place(_copy(folder, seal, name)))


def _cell_findings(folder: Path, seal: Seal, place: Place) -> Iterable[Finding]:
    values = {"date": seal.date, "copy": _copy(folder, seal, TASKS_FILE), "snapshot": folder.name}
    changes = cell_changes(folder, seal)
    if not changes:
        yield finding("sealed-bytes", place, **values)
    for change in changes:
        old, new = change_shown(change.old, change.new)
        yield finding(
            "sealed-cell", place, no=change.no, column=change.column, old=old, new=new, **values
        )
