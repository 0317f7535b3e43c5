"""All that a site's partitions are written from, and each partition written by itself.

A snapshot's pages need its own tasks, those of its year's other snapshots and those of the
one before; of the rest what it is and which units have a page there. The portal needs what
each snapshot's partition tells of it. So partitions may be written in any order, side by
side, the portal last, and one whose needs haven't changed is what it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from generator.findings import Finding, Place, finding
from generator.ledger.model import Ledger, Snapshot
from generator.pages.abstract import Abstract, abstract
from generator.pages.address import SEALS
from generator.pages.book import Archive, Book
from generator.pages.official_pdf import Press
from generator.pages.partition import Partition
from generator.pages.record_pages import latest_pages, seals_json
from generator.pages.rendering import Renderer
from generator.pages.script_words import with_script_words
from generator.pages.site import Site
from generator.pages.site_pages import portal_partition
from generator.pages.sitemaps import with_map_of_maps, with_sitemap
from generator.pages.snapshot_pages import make_book, neighbours, snapshot_partition
from generator.publishing.cache import digest
from generator.publishing.sealing import published_sums
from generator.publishing.survey import Survey

Archives = Mapping[str, Sequence[tuple[Archive, bytes]]]


@dataclass(frozen=True)  # without slots: what all partitions share is hashed once
class Manuscript:
    """What the partitions of one edition of a site are written from.

    Attributes:
        survey: the content as the edition shows it.
        written: the hand-written pages: (name, Markdown).
        site: the site's settings.
        archives: a snapshot's id → its pages as they were published before.
    """

    survey: Survey
    written: tuple[tuple[str, str], ...]
    site: Site
    archives: Archives

    @property
    def snapshots(self) -> tuple[str, ...]:
        """The snapshots, each of which is a partition; the portal, the nameless one, is more."""
        return tuple(snapshot.id for snapshot in self.survey.ledger.snapshots)

    @property
    def keys(self) -> Mapping[str, Sequence[str]]:
        """A snapshot's id → the keys of the units that have a page there."""
        return {id_: outline.keys for id_, outline in self.survey.outlines.items()}

    def needs(self, name: str) -> str:
        """The hash of all that a snapshot's pages are written from, but for what all share."""
        ledger, outlines = self.survey.ledger, self.survey.outlines
        (there,) = (s for s in ledger.snapshots if s.id == name)
        near = (name, *neighbours(ledger, there))
        far = (bare for id_, bare in self._afar if id_ not in near)
        return digest(
            [name, *(outlines[id_].inputs for id_ in near), self._shared, *far, "",
             *(repr(s) for s in ledger.snapshots if s.id in near),
             *(repr(archive) for archive, _ in self.archives.get(name, ()))]
        )  # fmt: skip

    @cached_property
    def _shared(self) -> str:
        """The hash of what every snapshot's pages may tell of all others."""
        return digest([repr(self.survey.ledger.registry), repr(self.keys)])

    @cached_property
    def _afar(self) -> Sequence[tuple[str, str]]:
        """What is told of a snapshot far away: (its id, that)."""
        return [(s.id, repr(_from_afar(s))) for s in self.survey.ledger.snapshots]

    def portal_needs(self, abstracts: Sequence[Abstract]) -> str:
        """The same of the portal."""
        written = (part for page in self.written for part in page)
        return digest(["", repr(self.survey.ledger), *map(repr, abstracts), *written])


def write_partition(
    source: Manuscript, name: str, press: Press | None = None
) -> tuple[Partition, Abstract, Sequence[Finding]]:
    """The partition of a snapshot, what the portal tells of it, and what is to be said of it.

    Args:
        source: see there.
        name: the snapshot.
        press: makes PDFs; without it there are none.
    """
    book = _book(source, name)
    site, snapshot = source.site, book.snapshot
    partition = snapshot_partition(book, press)
    if snapshot.id == book.ledger.newest.id:
        pages = [page.address for page in partition.pages]
        partition = partition.with_files(latest_pages(pages, snapshot, site))
    partition = with_script_words(with_sitemap(partition, site), site)
    kept = source.archives.get(name, ())
    partition = partition.with_files((archive.address, data) for archive, data in kept)
    return partition, abstract(book), () if site.internal else tuple(_differing(book))


def write_portal(source: Manuscript, abstracts: Sequence[Abstract]) -> Partition:
    """The portal.

    Args:
        source: see there.
        abstracts: what the snapshots' partitions tell, the newest first.
    """
    site, ledger = source.site, source.survey.ledger
    portal = portal_partition(ledger, abstracts, source.written, Renderer(site, ledger))
    portal = portal.with_files([(SEALS, seals_json(ledger))])
    portal = with_map_of_maps(with_sitemap(portal, site), site, (*source.snapshots, ""))
    return with_script_words(portal, site)


def _book(source: Manuscript, name: str) -> Book:
    survey = source.survey
    found = survey.found(name)
    near = neighbours(survey.ledger, found.snapshot)
    ledger = _bare(survey.ledger, (name, *near))
    others = {id_: survey.found(id_) for id_ in near}
    archives = [archive for archive, _ in source.archives.get(name, ())]
    return make_book(found, others, ledger, source.keys, Renderer(source.site, ledger), archives)


def _bare(ledger: Ledger, near: Sequence[str]) -> Ledger:
    """The ledger with nothing of far snapshots that their pages' names don't tell.

    What isn't there can't get into a page, so that a change there needn't make it anew.
    """
    return Ledger(
        ledger.registry,
        tuple(s if s.id in near else _from_afar(s) for s in ledger.snapshots),
    )


def _from_afar(s: Snapshot) -> Snapshot:
    return Snapshot(s.id, s.title, s.kind, s.status, None, ())


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
