"""All that a site's partitions are written from, and each partition written by itself.

A snapshot's pages need the other snapshots' findings (what moved, where the unit is in
the newest), but none of their pages: so partitions may be written in any order, side
by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.analysis.task_findings import SnapshotFindings, analyse
from generator.findings import Finding, Place, finding
from generator.ledger.model import Ledger, Snapshot
from generator.pages.address import SEALS
from generator.pages.book import Archive, Book
from generator.pages.official_pdf import Press
from generator.pages.record_pages import latest_pages, seals_json
from generator.pages.rendering import Renderer
from generator.pages.script_words import with_script_words
from generator.pages.site import Site
from generator.pages.site_pages import portal_partition
from generator.pages.sitemaps import with_map_of_maps, with_sitemap
from generator.pages.snapshot_pages import Partition, make_book, snapshot_partition
from generator.publishing.sealing import published_sums

Archives = Mapping[str, Sequence[tuple[Archive, bytes]]]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What the partitions of one edition of a site are written from.

    Attributes:
        ledger: the snapshots that the edition shows.
        every: what was found in each, by id.
        written: the hand-written pages: (name, Markdown).
        render: the templates.
        archives: a snapshot's id → its pages as they were published before.
    """

    ledger: Ledger
    every: Mapping[str, SnapshotFindings]
    written: tuple[tuple[str, str], ...]
    render: Renderer
    archives: Archives

    @property
    def site(self) -> Site:
        """The site's settings."""
        return self.render.site

    @property
    def names(self) -> tuple[str, ...]:
        """The partitions: each snapshot, then the portal, whose name is empty."""
        return (*(snapshot.id for snapshot in self.ledger.snapshots), "")


def manuscript(
    ledger: Ledger, written: tuple[tuple[str, str], ...], site: Site, archives: Archives
) -> Manuscript:
    """Gather what partitions are written from; reads every task's text once."""
    every = {snapshot.id: analyse(snapshot) for snapshot in ledger.snapshots}
    return Manuscript(ledger, every, written, Renderer(site, ledger), archives)


def write_partition(
    source: Manuscript, name: str, press: Press | None = None
) -> tuple[Partition, tuple[Finding, ...]]:
    """One partition, and what is to be said of it; PDFs only where there is a press."""
    site = source.site
    if not name:
        books = [_book(source, snapshot) for snapshot in source.ledger.snapshots]
        portal = portal_partition(source.ledger, books, source.written, source.render)
        portal = portal.with_files([(SEALS, seals_json(source.ledger))])
        portal = with_map_of_maps(with_sitemap(portal, site), site, source.names)
        return with_script_words(portal, site), ()
    (snapshot,) = (s for s in source.ledger.snapshots if s.id == name)
    book = _book(source, snapshot)
    partition = snapshot_partition(book, press)
    if snapshot is source.ledger.newest:
        pages = [page.address for page in partition.pages]
        partition = partition.with_files(latest_pages(pages, snapshot, site))
    partition = with_script_words(with_sitemap(partition, site), site)
    kept = source.archives.get(name, ())
    partition = partition.with_files((archive.address, data) for archive, data in kept)
    return partition, () if site.internal else tuple(_differing(book))


def _book(source: Manuscript, snapshot: Snapshot) -> Book:
    archives = [archive for archive, _ in source.archives.get(snapshot.id, ())]
    found = source.every[snapshot.id]
    return make_book(found, source.every, source.ledger, source.render, archives)


def _differing(book: Book) -> Iterator[Finding]:
    """Published data that are no longer what they were when the snapshot was sealed."""
    seal = book.snapshot.seal
    if seal is None:
        return
    now = published_sums(book.snapshot, book.registry)
    for name, value in seal.published:
        if now.get(name) != value:
            yield finding(
                "published-differs", Place(f"content/{book.snapshot.id}"),
                snapshot=book.snapshot.id, file=name, date=seal.date, generator=seal.generator,
            )  # fmt: skip
