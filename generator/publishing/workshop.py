"""Partitions made one after another, or side by side; one that hasn't changed is taken over.

A process of its own inherits the manuscript from the one that began it; only names go
there, and only what was found comes back.
"""

from __future__ import annotations

import os
import pickle
import shutil
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from generator.findings import Finding, has_errors
from generator.pages.abstract import Abstract
from generator.pages.kept import KEPT
from generator.pages.partition import Partition
from generator.publishing.cache import Cache, cache_folder, digest
from generator.publishing.executors import side_by_side
from generator.publishing.fingerprint import program, theme
from generator.publishing.inspection import Inspection, inspect, leaks_in, search_key
from generator.publishing.leaks import Secrets
from generator.publishing.manifest import listed
from generator.publishing.manuscript import Manuscript, write_partition, write_portal
from generator.publishing.press import Press
from generator.publishing.typesetting import typeset
from generator.publishing.typst_run import font_files
from generator.publishing.workspace import write_partition_files


@dataclass(frozen=True, slots=True)
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
        site = self.source.site
        settings = (self.root / "mkdocs.yml").read_bytes()
        return digest(
            ["partition", program(), theme(self.root), settings, site.edition.value,
             str(site.signed), *(font_files() if self.with_pdf else ()), "", needs]
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A finished partition.

    Attributes:
        pages: how many pages it has.
        markdown: what stands in the folder of Markdown for it.
        inspection: its files and links.
        abstract: what the portal tells of it; None for the portal and after errors.
        findings: what was found while it was made, and in it.
        searched: for what it was looked through, and found clean; empty for nothing.
        kept: the entries of the cache that are its.
        taken_over: whether it was there already.
    """

    name: str
    pages: int
    markdown: tuple[str, ...]
    inspection: Inspection
    abstract: Abstract | None
    findings: tuple[Finding, ...]
    searched: str = ""
    kept: frozenset[str] = frozenset()
    taken_over: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """What stays in mind of a finished partition while the others are made.

    Attributes:
        name, pages, findings, taken_over: as in ``Made``.
        record: all of it, small: a site's age is to cost no memory.
    """

    name: str
    pages: int
    findings: tuple[Finding, ...]
    taken_over: bool
    record: bytes

    def made(self) -> Made:
        """All of it."""
        made: Made = pickle.loads(zlib.decompress(self.record))  # noqa: S301 -- our own
        return made


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
    abstracts = (done[name].made().abstract for name in names)
    yield _finished(make_portal(work, [abstract for abstract in abstracts if abstract]))


def _snapshots(work: Work, names: Sequence[str], workers: int) -> Iterator[Finished]:
    if workers < 2:
        yield from (_finished(make_snapshot(work, name)) for name in names)
        return
    with side_by_side(workers, _inherit, (work,)) as executor:
        jobs = {executor.submit(_make_inherited, name) for name in names}
        try:
            for job in as_completed(jobs):
                jobs.discard(job)  # its result goes with whoever gets it
                yield job.result()
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


def _finished(made: Made) -> Finished:
    record = zlib.compress(pickle.dumps(made), 1)
    return Finished(made.name, made.pages, made.findings, made.taken_over, record)


def make_snapshot(work: Work, name: str) -> Made:
    """The partition of one snapshot: taken over, else written, typeset and inspected."""
    cache = _lent(work)
    key = work.key(work.source.needs(name))
    if (made := _taken_over(work, name, key, cache)) is None:
        press = Press(cache)
        partition, abstract, findings = write_partition(
            work.source, name, press if work.with_pdf else None
        )
        told = (*findings, *press.findings)
        made = _made(work, partition, abstract, told, key, cache)
    return replace(made, kept=made.kept | cache.used)


def _lent(work: Work) -> Cache:
    """The cache, lent to the pages for what they keep."""
    cache = Cache(work.cache)
    KEPT.lend(cache.within(program()))
    return cache


def make_portal(work: Work, abstracts: Sequence[Abstract]) -> Made:
    """The portal: taken over, else written, typeset and inspected."""
    cache = _lent(work)
    key = work.key(work.source.portal_needs(abstracts))
    if (made := _taken_over(work, "", key, cache)) is None:
        made = _made(work, write_portal(work.source, abstracts), None, (), key, cache)
    return replace(made, kept=made.kept | cache.used)


def _made(
    work: Work, partition: Partition, abstract: Abstract | None, findings: Sequence[Finding],
    key: str, cache: Cache,
) -> Made:  # fmt: skip
    markdown = write_partition_files(work.markdown, partition)
    files, complaints = typeset(work.root, partition, work.target, work.source.site, cache)
    found = inspect(work.target, files)
    told = (*findings, *complaints, *found.findings)
    made = Made(
        partition.name, len(partition.pages), markdown, found, abstract, told, kept=cache.used
    )
    made = _searched(work, made, cache)
    # What went wrong once with a PDF is tried again.
    if not (has_errors(made.findings) or any(f.code == "pdf-failed" for f in made.findings)):
        cache.put(key, pickle.dumps(made))
    return made


def _searched(work: Work, made: Made, cache: Cache) -> Made:
    """The partition looked through for leaks, unless it was for the same before."""
    searched = search_key(work.secrets) if work.secrets else ""
    if work.secrets is None or made.searched == searched:
        return made
    names = tuple(made.inspection.files)
    leaks = leaks_in(work.target, names, made.name, work.secrets, cache)
    told = (*made.findings, *leaks)
    return replace(made, findings=told, searched="" if leaks else searched)


def _taken_over(work: Work, name: str, key: str, cache: Cache) -> Made | None:
    """A partition that was made from the same before, and is still there, byte by byte."""
    data = cache.get(key)
    if data is None:
        return None
    made: Made = pickle.loads(data)  # noqa: S301 -- our own
    if not all(os.path.isfile(f"{work.markdown}/{file}") for file in made.markdown):  # noqa: PTH113 -- tens of thousands, as below
        return None
    there = next((tree for tree in work.before if _is_whole(tree, made)), None)
    if there is None:
        return None
    _bring(work, there, made)
    cache.keep(made.kept)
    searched = _searched(work, made, cache)
    if searched != made and not has_errors(searched.findings):
        cache.put(key, pickle.dumps(searched))
    return replace(searched, taken_over=True)


def _is_whole(tree: Path, made: Made) -> bool:
    """Whether all files of a partition are in a tree as they should be."""
    try:
        files = made.inspection.files.items()
        return all(listed(_read(f"{tree}/{name}")) == known for name, known in files)
    except OSError:
        return False


def _bring(work: Work, before: Path, made: Made) -> None:
    for folder in {Path(name).parent for name in made.inspection.files}:
        (work.target / folder).mkdir(parents=True, exist_ok=True)
    for name in made.inspection.files:
        _put(f"{before}/{name}", f"{work.target}/{name}", linked=work.linked)


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
    return _finished(make_snapshot(_inherited, name))
