"""Partitions made one after another, or side by side; one that hasn't changed is taken over.

A process of its own inherits the manuscript from the one that began it; only names go
there, and only what was found comes back.
"""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from posixpath import dirname
from typing import Any

from generator.findings import Finding, has_errors
from generator.pages.abstract import Abstract
from generator.pages.kept import KEPT
from generator.pages.partition import Partition
from generator.publishing.cache import Cache, cache_folder, digest
from generator.publishing.executors import side_by_side
from generator.publishing.fingerprint import program, theme
from generator.publishing.inspection import inspect, leaks_in, search_key
from generator.publishing.leaks import Secrets
from generator.publishing.links import Seams
from generator.publishing.manifest import Listed, listed
from generator.publishing.manuscript import Manuscript, write_partition, write_portal
from generator.publishing.press import Press
from generator.publishing.typesetting import typeset
from generator.publishing.typst_run import font_files
from generator.publishing.workspace import write_partition_files

# About as many as mkdocs leaves of fifty pages.
_NEW_OBJECTS = 50_000


@dataclass(frozen=True)  # without slots: what all partitions share is hashed once
class Work:
    """What is to be made, and where.

    Attributes:
        source: what it is made from.
        root: the site's folder.
        target: the folder of the finished tree.
        with_pdf: whether the forms are offered as PDF.
        secrets: what must not be in it; None where it is nobody's but the office's own.
        before: finished trees from which unchanged partitions may be taken over.
        linked: whether such a tree goes when this one is finished, so that the files
            themselves may be taken and needn't be copied.
    """

    source: Manuscript
    root: Path
    target: Path
    with_pdf: bool
    secrets: Secrets | None
    before: tuple[Path, ...] = ()
    linked: bool = False

    @property
    def markdown(self) -> Path:
        """The folder of the edition's Markdown."""
        return self.root / "build" / self.source.site.edition

    @property
    def cache(self) -> Path:
        """The folder of what was made before."""
        return cache_folder(self.root, self.source.site.edition)

    def key(self, needs: str) -> str:
        """The hash of all that a partition is made from.

        Args:
            needs: the hash of what its pages are written from.
        """
        return digest([self._shared, needs])

    @cached_property
    def search(self) -> str:
        """The hash of what is looked for in each partition; empty where nothing is."""
        return search_key(self.secrets) if self.secrets else ""

    @cached_property
    def _shared(self) -> str:
        site = self.source.site
        settings = (self.root / "mkdocs.yml").read_bytes()
        return digest(
            ["partition", program(), theme(self.root), settings, site.edition.value,
             str(site.signed), *(font_files() if self.with_pdf else ())]
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a partition.

    Attributes:
        files: its finished files, by name.
        markdown: what stands in the folder of Markdown for it.
        kept: the entries of the cache that are its.
    """

    files: Mapping[str, Listed]
    markdown: tuple[str, ...]
    kept: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished partition, each part of what is known of it small until somebody asks for it.

    Attributes:
        pages: how many pages it has.
        findings: what was found while it was made, and in it.
        searched: for what it was looked through, and found clean; empty for nothing.
        taken_over: whether it was there already.
    """

    name: str
    pages: int
    findings: tuple[Finding, ...]
    searched: str
    taken_over: bool
    _abstract: bytes
    _listing: bytes
    _seams: bytes

    @property
    def abstract(self) -> Abstract | None:
        """What the portal tells of it; None for the portal and after errors."""
        abstract: Abstract | None = _large(self._abstract)
        return abstract

    @property
    def listing(self) -> Listing:
        """Its files."""
        listing: Listing = _large(self._listing)
        return listing

    @property
    def seams(self) -> Seams:
        """Its links to other parts, and what these may link to."""
        seams: Seams = _large(self._seams)
        return seams


def _small(known: object) -> bytes:
    return zlib.compress(pickle.dumps(known), 1)


def _large(record: bytes) -> Any:
    return pickle.loads(zlib.decompress(record))  # noqa: S301 -- our own


@contextmanager
def undisturbed() -> Iterator[None]:
    """While a tree is made, circles of objects are looked for less often, among the new ones.

    By default Python does so whenever 700 more are there, which took a third of the time where
    thousands of records are read. The circles are mkdocs' and Markdown's.
    """
    before = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS, 4, 4)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def make(work: Work, workers: int) -> Iterator[Finished]:
    """Every partition of a site, as each is finished; the portal last, if they have no errors.

    After an error the others are made all the same: all faults are told at once.
    """
    names = work.source.snapshots
    done: dict[str, Finished] = {}
    for finished in _snapshots(work, names, min(workers, len(names))):
        yield finished
        done[finished.name] = finished
    if any(has_errors(finished.findings) for finished in done.values()):
        return
    abstracts = (done[name].abstract for name in names)
    yield make_portal(work, [abstract for abstract in abstracts if abstract])


def _snapshots(work: Work, names: Sequence[str], workers: int) -> Iterator[Finished]:
    if workers < 2:
        yield from (make_snapshot(work, name) for name in names)
        return
    with side_by_side(workers, _inherit, (work,)) as executor:
        jobs = {executor.submit(_make_inherited, name) for name in names}
        try:
            for job in as_completed(jobs):
                jobs.discard(job)  # its result goes with whoever gets it
                yield job.result()
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


def make_snapshot(work: Work, name: str) -> Finished:
    """The partition of one snapshot: taken over, else written, typeset and inspected."""
    cache = _lent(work)
    key = work.key(work.source.needs(name))
    if (there := _taken_over(work, name, key, cache)) is not None:
        return there
    press = Press(cache)
    partition, abstract, findings = write_partition(
        work.source, name, press if work.with_pdf else None
    )
    return _finished(work, partition, abstract, (*findings, *press.findings), key, cache)


def _lent(work: Work) -> Cache:
    """The cache, lent to the pages for what they keep."""
    cache = Cache(work.cache)
    KEPT.lend(cache.within(program()))
    return cache


def make_portal(work: Work, abstracts: Sequence[Abstract]) -> Finished:
    """The portal: taken over, else written, typeset and inspected."""
    cache = _lent(work)
    key = work.key(work.source.portal_needs(abstracts))
    if (there := _taken_over(work, "", key, cache)) is not None:
        return there
    return _finished(work, write_portal(work.source, abstracts), None, (), key, cache)


def _finished(
    work: Work, partition: Partition, abstract: Abstract | None, findings: Sequence[Finding],
    key: str, cache: Cache,
) -> Finished:  # fmt: skip
    markdown = write_partition_files(work.markdown, partition)
    files, complaints = typeset(work.root, partition, work.target, work.source.site, cache)
    found = inspect(work.target, files)
    leaks, searched = _searched(work, partition.name, found.files, "", cache)
    told = (*findings, *complaints, *found.findings, *leaks)
    listing = Listing(found.files, markdown, cache.used | {key})
    finished = Finished(
        partition.name, len(partition.pages), told, searched, False,
        _small(abstract), _small(listing), _small(found.seams),
    )  # fmt: skip
    # What went wrong once with a PDF is tried again.
    if not (has_errors(told) or any(f.code == "pdf-failed" for f in told)):
        cache.put(key, pickle.dumps(finished))
    return finished


def _searched(
    work: Work, name: str, files: Iterable[str], before: str, cache: Cache
) -> tuple[Sequence[Finding], str]:
    """The leaks in a partition, unless it was searched for the same before; for what it was."""
    if work.secrets is None or before == work.search:
        return (), before
    leaks = leaks_in(work.target, tuple(files), name, work.secrets, cache)
    return leaks, "" if leaks else work.search


def _taken_over(work: Work, name: str, key: str, cache: Cache) -> Finished | None:
    """A partition that was made from the same before, and is still there, byte by byte."""
    data = cache.get(key)
    if data is None:
        return None
    made: Finished = pickle.loads(data)  # noqa: S301 -- our own
    listing, folder = made.listing, work.markdown
    if not all(os.path.isfile(f"{folder}/{file}") for file in listing.markdown):  # noqa: PTH113 -- tens of thousands, as below
        return None
    there = next((tree for tree in work.before if _is_whole(tree, listing.files)), None)
    if there is None:
        return None
    _bring(work, there, listing.files)
    leaks, searched = _searched(work, name, listing.files, made.searched, cache)
    if searched != made.searched:
        listing = replace(listing, kept=listing.kept | cache.used)
        made = replace(made, searched=searched, _listing=_small(listing))
        cache.put(key, pickle.dumps(made))
    return replace(made, findings=(*made.findings, *leaks), taken_over=True)


def _is_whole(tree: Path, files: Mapping[str, Listed]) -> bool:
    """Whether all files of a partition are in a tree as they should be."""
    try:
        return all(listed(_read(f"{tree}/{name}")) == known for name, known in files.items())
    except OSError:
        return False


def _bring(work: Work, before: Path, files: Iterable[str]) -> None:
    target = work.target
    for folder in {dirname(name) for name in files}:
        (target / folder).mkdir(parents=True, exist_ok=True)
    for name in files:
        _put(f"{before}/{name}", f"{target}/{name}", linked=work.linked)


def _read(file: str) -> bytes:
    with open(file, "rb") as stream:  # noqa: PTH123
        return stream.read()


def _put(file: str, place: str, *, linked: bool) -> None:
    """The file itself under one more name where that can be, else another with the same bytes."""
    if linked:
        try:
            os.link(file, place)
        except OSError:  # another disk, or one that knows no links
            pass
        else:
            return
    shutil.copyfile(file, place)


_inherited: Work


def _inherit(work: Work) -> None:
    """Keep the work in a process that was just begun; it came by memory, not through a pipe."""
    global _inherited
    _inherited = work


def _make_inherited(name: str) -> Finished:
    return make_snapshot(_inherited, name)
