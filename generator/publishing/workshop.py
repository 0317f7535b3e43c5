"""Partitions made one after another, or side by side where a site has many and the machine can.

A process of its own inherits the manuscript from the one that began it; only names go
there, and only findings come back.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from generator.findings import Finding, has_errors
from generator.publishing.cache import Cache
from generator.publishing.manuscript import Manuscript, write_partition
from generator.publishing.press import Press
from generator.publishing.typesetting import typeset
from generator.publishing.workspace import write_partition_files


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be made, and where: the site's folder, its Markdown, the finished tree."""

    source: Manuscript
    root: Path
    target: Path
    with_pdf: bool

    @property
    def markdown(self) -> Path:
        """The folder of the edition's Markdown."""
        return self.root / "build" / self.source.site.edition

    @property
    def cache(self) -> Path:
        """The folder of what was made before."""
        return self.root / "build" / "cache" / self.source.site.edition


@dataclass(frozen=True, slots=True)
class Made:
    """A finished partition.

    Attributes:
        pages: how many pages it has.
        files: what stands in the folder of Markdown for it.
        kept: the entries of the cache that are its.
    """

    name: str
    pages: int
    files: tuple[str, ...]
    kept: frozenset[str]
    findings: tuple[Finding, ...]


def make(work: Work, workers: int) -> Iterator[Made]:
    """Every partition of a site, as each is finished; after an error no more are begun."""
    names = work.source.names
    # Beside the portal a site needs several snapshots for a process to pay its start.
    parallel = min(workers, len(names) - 1)
    if parallel < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from _one_by_one(work, names)
        return
    with ProcessPoolExecutor(
        parallel, multiprocessing.get_context("fork"), initializer=_inherit, initargs=(work,)
    ) as pool:
        # The portal knows all snapshots and takes longest: it goes first.
        jobs = [pool.submit(_make_inherited, name) for name in reversed(names)]
        for job in as_completed(jobs):
            made = job.result()
            if has_errors(made.findings):
                pool.shutdown(wait=False, cancel_futures=True)
                yield made
                return
            yield made


def _one_by_one(work: Work, names: Sequence[str]) -> Iterator[Made]:
    for name in names:
        made = make_one(work, name)
        yield made
        if has_errors(made.findings):
            return


def make_one(work: Work, name: str) -> Made:
    """Write one partition, and typeset it."""
    cache = Cache(work.cache)
    press = Press(cache)
    partition, findings = write_partition(work.source, name, press if work.with_pdf else None)
    files = write_partition_files(work.markdown, partition)
    findings += press.findings
    findings += typeset(work.root, partition, work.target, work.source.site, cache)
    return Made(name, len(partition.pages), files, cache.used, findings)


_inherited: Work


def _inherit(work: Work) -> None:
    """Keep the work in a process that was just begun; it came by memory, not through a pipe."""
    global _inherited
    _inherited = work


def _make_inherited(name: str) -> Made:
    return make_one(_inherited, name)
