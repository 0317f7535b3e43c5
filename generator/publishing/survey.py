"""Every snapshot read, checked and analysed by itself, and what the others need to know of it.

A site may have more half-years than fit into memory: their tasks stay on disk. What is
kept in mind of each is its outline; its findings are kept in the cache, with the hash of
the files that they were read from, and brought back where pages are made from them.
"""

from __future__ import annotations

import errno
import os
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from generator.analysis.responsibility import shares
from generator.analysis.task_findings import (
    SnapshotFindings,
    analyse,
    check_arithmetic,
    check_reviews,
)
from generator.findings import Finding, Place, finding
from generator.ledger.checks import check_registry, check_snapshot
from generator.ledger.content import newest_first, read_snapshot, read_units, snapshot_folders
from generator.ledger.internal_file import INTERNAL_FILE
from generator.ledger.model import Edition, Ledger, Registry, Snapshot
from generator.ledger.registry import NameIndex
from generator.publishing.cache import Cache, cache_folder, digest
from generator.publishing.editions import named_units, public_registry, public_snapshot
from generator.publishing.executors import side_by_side
from generator.publishing.fingerprint import files_of, program

# A partition is written from its snapshot, the year's other and the one before.
_IN_MEMORY = 3
_WORTH_A_PROCESS = 3


@dataclass(frozen=True, slots=True)
class Outline:
    """What is kept in mind of a snapshot.

    Attributes:
        snapshot: as the edition shows it, without its tasks and reviews; None where the
            edition doesn't show it, or it can't be read.
        tasks: how many there are.
        units: the ids of the units that its tasks name.
        keys: the keys of the units that have a page, in order.
        hidden: the numbers of which nothing but a reason is public.
        findings: what was found in it.
        inputs: the hash of its files, as far as the edition opens them.
    """

    snapshot: Snapshot | None
    tasks: int = 0
    units: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ()
    hidden: frozenset[int] = frozenset()
    findings: tuple[Finding, ...] = ()
    inputs: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """A site's content as one edition shows it, its tasks on disk.

    Attributes:
        root: the site's folder.
        ledger: the registry, and the snapshots without their tasks.
        outlines: those of the snapshots that are shown, by id.
        findings: all that was found in content/.
        cache: the folder of what was found in the tasks.
        kept: the entries of the cache that are its.
    """

    root: Path
    edition: Edition
    ledger: Ledger
    outlines: Mapping[str, Outline]
    findings: tuple[Finding, ...]
    cache: Path
    kept: frozenset[str]

    @property
    def tasks(self) -> int:
        """How many tasks there are in all."""
        return sum(outline.tasks for outline in self.outlines.values())

    def found(self, id_: str) -> SnapshotFindings:
        """A snapshot with all its tasks, and what was found in them."""
        try:
            return _stored(id_, self.edition, self.outlines[id_].inputs, self.cache)
        except LookupError:  # somebody has emptied the cache since, or edited the files
            return self._read(self.root / "content" / id_)

    def _read(self, path: Path) -> SnapshotFindings:
        snapshot, _ = read_snapshot(path, self.edition)
        if snapshot is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        return _analysed(snapshot, self.edition, self.cache)


def survey(root: Path, edition: Edition, workers: int = 1) -> Survey:
    """Read a site's content/ folder. Nothing is raised for bad content.

    For the public edition no internal file is opened: no internal.csv, and of a
    draft nothing but snapshot.yml, which says that it is one.

    Args:
        root: the site's folder.
        edition: for whom.
        workers: how many snapshots may be read side by side.
    """
    cache = Cache(cache_folder(root, edition))
    registry, found = read_units(root)
    names = NameIndex(registry)
    findings = [*found, *check_registry(registry, names)]
    folders, misnamed = snapshot_folders(root)
    findings += misnamed
    outlines = _outlines(folders, edition, registry, cache, workers)
    findings += (f for outline in outlines for f in outline.findings)
    shown = {o.snapshot.id: o for o in outlines if o.snapshot}
    if not shown and (edition is Edition.INTERNAL or not (folders or misnamed)):
        findings.append(finding("no-snapshots", Place("content")))
    snapshots = newest_first(o.snapshot for o in shown.values() if o.snapshot)
    if edition is Edition.PUBLIC:
        registry = public_registry(registry, ((s.year, shown[s.id].units) for s in snapshots))
    return Survey(
        root, edition, Ledger(registry, snapshots), {s.id: shown[s.id] for s in snapshots},
        tuple(findings), cache.folder, cache.used,
    )  # fmt: skip


def _outlines(
    folders: Sequence[Path], edition: Edition, registry: Registry, cache: Cache, workers: int
) -> list[Outline]:
    """The outline of each snapshot: as it was kept, else made, side by side where they are many."""
    units = digest(repr(unit) for unit in registry.units)
    inputs = {path: _inputs(path, edition) for path in folders}
    known: dict[Path, Outline] = {}
    for path in folders:
        if (data := cache.get(digest([inputs[path], units]))) is not None:
            known[path] = pickle.loads(data)  # noqa: S301 -- our own
    new = [path for path in folders if path not in known]
    cache.keep(_key(path.name, edition) for path in folders)
    # A process takes as long to begin as a few snapshots to be read.
    with side_by_side(min(workers, len(new) // _WORTH_A_PROCESS)) as executor:
        made = executor.map(
            partial(_outline, edition=edition, registry=registry, cache=cache.folder),
            new, [inputs[path] for path in new],
        )  # fmt: skip
        for path, outline in zip(new, made, strict=True):
            known[path] = outline
            cache.put(digest([outline.inputs, units]), pickle.dumps(outline))
    return [known[path] for path in folders]


def _inputs(path: Path, edition: Edition) -> str:
    """The hash of what a snapshot's findings are made from."""
    without = INTERNAL_FILE if edition is Edition.PUBLIC else ""
    return digest([program(), edition.value, path.name, *files_of(path, without)])


def _outline(
    path: Path, inputs: str, *, edition: Edition, registry: Registry, cache: Path
) -> Outline:
    """Read, check and analyse one snapshot; its findings are kept."""
    snapshot, findings = read_snapshot(path, edition)
    if (now := _inputs(path, edition)) != inputs:  # somebody is editing
        return _outline(path, now, edition=edition, registry=registry, cache=cache)
    if snapshot is None:
        return Outline(None, findings=findings, inputs=inputs)
    findings += (*check_snapshot(snapshot, registry, NameIndex(registry)), *check_reviews(snapshot))
    found = _analysed(snapshot, edition, cache)
    _keep(found, edition, inputs, cache)
    shown = found.snapshot
    return Outline(
        replace(shown, tasks=(), reviews=()), len(shown.tasks), named_units(shown),
        tuple(share.key for share in shares(shown, registry)), snapshot.hidden_numbers,
        (*findings, *check_arithmetic(found)), inputs,
    )  # fmt: skip


def _analysed(snapshot: Snapshot, edition: Edition, cache: Path) -> SnapshotFindings:
    """What is found in the tasks; those that are what they were last time aren't read again."""
    shown = public_snapshot(snapshot) if edition is Edition.PUBLIC else snapshot
    _, before = _kept(shown.id, edition, cache)
    return analyse(shown, before)


def _key(id_: str, edition: Edition) -> str:
    """Where the findings of a snapshot are: the last ones, whatever they were made from."""
    return digest(["found", program(), edition.value, id_])


def _keep(found: SnapshotFindings, edition: Edition, inputs: str, cache: Path) -> None:
    Cache(cache).put(_key(found.snapshot.id, edition), pickle.dumps((inputs, found)))


def _kept(id_: str, edition: Edition, cache: Path) -> tuple[str, SnapshotFindings | None]:
    """The last findings of a snapshot, and what they were made from."""
    data = Cache(cache).get(_key(id_, edition))
    if data is None:
        return "", None
    inputs, found = pickle.loads(data)  # noqa: S301 -- our own
    return inputs, found


@lru_cache(_IN_MEMORY)
def _stored(id_: str, edition: Edition, inputs: str, cache: Path) -> SnapshotFindings:
    """What was found in these very files; raises LookupError where that isn't kept any more."""
    made_from, found = _kept(id_, edition, cache)
    if found is None or made_from != inputs:
        raise LookupError(id_)
    return found
