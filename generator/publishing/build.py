"""The build: pages into build/, mkdocs over each partition, checks, then the switch."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from generator import __version__
from generator.analysis.task_findings import analyse
from generator.findings import Finding, Place, finding, has_errors
from generator.importing.plain_text import decode
from generator.ledger.model import Edition, Ledger
from generator.pages.book import Archive, Book
from generator.pages.record_pages import latest_pages
from generator.pages.rendering import Renderer
from generator.pages.script_words import with_script_words
from generator.pages.site import Site
from generator.pages.site_pages import check_written, portal_partition
from generator.pages.sitemaps import with_sitemaps
from generator.pages.snapshot_pages import Partition, make_book, snapshot_partition
from generator.publishing.completeness import check_pages
from generator.publishing.content_language import mark_languages
from generator.publishing.editions import public_ledger
from generator.publishing.leaks import find_leaks, read_secrets
from generator.publishing.links import check_links
from generator.publishing.manifest import sign, write_manifest, write_signers
from generator.publishing.mkdocs_run import run_mkdocs
from generator.publishing.paper import find_browser, print_page
from generator.publishing.sealing import published_sums
from generator.publishing.settings import Settings, read_settings
from generator.publishing.workspace import write_partitions

Progress = Callable[..., object]
# Files for hosts that would otherwise leave out names that begin with an underscore.
_NO_JEKYLL = ".nojekyll"


def build_site(
    root: Path, ledger: Ledger, progress: Progress, edition: Edition = Edition.PUBLIC
) -> tuple[Finding, ...]:
    """Build site/public or site/internal from a checked ledger.

    The new tree is made beside the old one and takes its place only when it is
    whole and its checks are passed; else the old one stays as it was.

    Args:
        root: the site's folder, with content/ and mkdocs.yml.
        ledger: what content/ holds.
        progress: told each step: a message of the catalogues and its values.
        edition: for whom.
    """
    # A symlink to the web server's folder stays one: what it leads to is replaced.
    place = (root / "site" / edition).resolve()
    with locked(root / "build" / f"{edition}.lock") as free:
        if not free:
            return (finding("build-running", Place(str(place))),)
        place.parent.mkdir(parents=True, exist_ok=True)
        _restore(place)
        staging = place.with_name(f".{place.name}-{os.getpid()}")
        with removed_afterwards(staging):
            findings = make_tree(root, ledger, staging, progress, edition)
            if has_errors(findings):
                return findings
            switch(staging, place)
    progress("完成：%(file)s", file=root / "site" / edition / "index.html")
    return findings


def make_tree(
    root: Path, ledger: Ledger, target: Path, progress: Progress, edition: Edition,
    archives: Mapping[str, Sequence[tuple[Archive, bytes]]] | None = None,
) -> tuple[Finding, ...]:  # fmt: skip
    """Make and check a whole tree in an empty folder; with errors it isn't to be used.

    Args:
        root: the site's folder.
        ledger: what content/ holds.
        target: the folder.
        progress: as in ``build_site``.
        edition: for whom.
        archives: a snapshot's id → its pages as they were published before, and their bytes.
    """
    settings, findings = read_settings(root, edition)
    if settings is None:
        return findings
    # The office's own people print what they need; the public finds the form on paper.
    browser = find_browser() if edition is Edition.PUBLIC else None
    if browser is None and edition is Edition.PUBLIC:
        findings += (finding("no-browser", Place("site")),)
    archives = archives or {}
    made = _make(root, ledger, settings, browser, target, progress, archives)
    if unprinted := tuple(f for f in made if f.code == "print-failed"):
        # The data page offers what couldn't be printed: all is made anew without.
        again = _make(root, ledger, settings, None, target, progress, archives)
        made = (*unprinted, *again)
    return (*findings, *made)


def _make(
    root: Path, ledger: Ledger, settings: Settings, browser: Path | None, target: Path,
    progress: Progress, archives: Mapping[str, Sequence[tuple[Archive, bytes]]],
) -> tuple[Finding, ...]:  # fmt: skip
    """Make the whole tree in ``target`` and check it; stops at the first step with errors."""
    site = settings.site
    progress("生成页面")
    partitions, findings = generate(
        root, ledger, site, with_pdf=browser is not None, archives=archives
    )
    if has_errors(findings):
        return findings
    source = root / "build" / site.edition
    for partition in partitions:
        number = len(partition.pages)
        if partition.name:
            progress("排版 %(name)s（%(number)d页）", name=partition.name, number=number)
        else:
            progress("排版首页与历年（%(number)d页）", number=number)
        names = [p.name for p in partitions]
        findings += run_mkdocs(root, source, partition, names, target, site)
    if has_errors(findings):
        return findings
    if not site.language.is_chinese:
        mark_languages(target)
    if browser:
        progress("打印 PDF")
        findings += tuple(_print(partitions, target, browser, site))
    (target / _NO_JEKYLL).touch()
    progress("检查网站")
    return (*findings, *_checked(root, settings, target), *_listed(settings, target))


def _checked(root: Path, settings: Settings, target: Path) -> Iterator[Finding]:
    """What is wrong with a tree: links, pages, and in the public edition leaks."""
    yield from check_links(target)
    yield from check_pages(target)
    if not settings.site.internal:
        secrets, findings = read_secrets(root, settings.published)
        yield from findings
        yield from find_leaks(target, secrets)


def _listed(settings: Settings, target: Path) -> tuple[Finding, ...]:
    """List every file in MANIFEST, and sign the list where there is a key."""
    key = settings.signing_key
    findings = write_signers(target, key) if key else ()
    write_manifest(target, __version__)
    return (*findings, *sign(target, key)) if key and not findings else findings


def _print(
    partitions: Iterable[Partition], staging: Path, browser: Path, site: Site
) -> Iterator[Finding]:
    """A finding for each page that the browser doesn't print."""
    for partition in partitions:
        for page, pdf in partition.prints:
            if not print_page(browser, staging / page, staging / pdf, site.absolute(page)):
                yield finding("print-failed", Place(pdf), browser=browser)


def generate(
    root: Path, ledger: Ledger, site: Site, *, with_pdf: bool,
    archives: Mapping[str, Sequence[tuple[Archive, bytes]]] | None = None,
) -> tuple[tuple[Partition, ...], tuple[Finding, ...]]:  # fmt: skip
    """Make all pages and bring build/<edition> in step with them. The portal comes first."""
    ledger = ledger if site.internal else public_ledger(ledger)
    written, findings = _written_pages(root)
    if not ledger.snapshots:
        findings += (finding("nothing-published", Place("content")),)
    if has_errors(findings):
        return (), findings
    render = Renderer(site, ledger)
    every = {snapshot.id: analyse(snapshot) for snapshot in ledger.snapshots}
    archives = archives or {}
    books = [
        make_book(
            every[snapshot.id], every, ledger, render,
            [archive for archive, _ in archives.get(snapshot.id, ())],
        )
        for snapshot in ledger.snapshots
    ]  # fmt: skip
    partitions = (
        portal_partition(ledger, books, written, render),
        *(snapshot_partition(book, with_pdf=with_pdf) for book in books),
    )
    if books:
        partitions = _with_latest(partitions, books)
    partitions = with_script_words(with_sitemaps(partitions, site), site)
    partitions = tuple(_with_archives(p, archives.get(p.name, ())) for p in partitions)
    write_partitions(root / "build" / site.edition, partitions)
    if not site.internal:
        findings += tuple(f for book in books for f in _differing(book))
    return partitions, findings


def _with_latest(partitions: Sequence[Partition], books: Sequence[Book]) -> tuple[Partition, ...]:
    """The partitions, of which the portal leads from latest/… to the newest snapshot's pages."""
    portal, *others = partitions
    newest = books[0].ledger.newest
    pages = [page.address for p in others if p.name == newest.id for page in p.pages]
    more = latest_pages(pages, newest, books[0].site)
    return (portal.with_files(more), *others)


def _with_archives(partition: Partition, archives: Sequence[tuple[Archive, bytes]]) -> Partition:
    return partition.with_files((archive.address, data) for archive, data in archives)


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


def _written_pages(root: Path) -> tuple[tuple[tuple[str, str], ...], tuple[Finding, ...]]:
    """The hand-written pages of content/pages, and what is wrong with them."""
    pages: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for path in sorted((root / "content" / "pages").glob("*.md")):
        if path.is_file():
            text, _, faults = decode(f"content/pages/{path.name}", path.read_bytes())
            findings += [*faults, *(check_written(path.stem, text) if not faults else ())]
            pages.append((path.stem, text))
    return tuple(pages), tuple(findings)


@contextmanager
def locked(file: Path) -> Iterator[bool]:
    """Whether nobody else holds the lock; it goes with the process, however that ends."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def switch(new: Path, place: Path) -> None:
    """Put the finished tree in place of the old one, by renaming."""
    if place.exists() and not place.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place))
    old = _put_aside(place)
    if place.exists():
        place.rename(old)
    try:
        new.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _put_aside(place: Path) -> Path:
    return place.with_name(f".{place.name}-old")


def put_back(place: Path) -> None:
    """After a kill between the two renames: the old tree goes back to its place."""
    old = _put_aside(place)
    if old.is_dir() and not place.exists():
        old.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _restore(place: Path) -> None:
    """After a kill: the old tree is back, and nothing unfinished is left."""
    put_back(place)
    for left in place.parent.glob(f".{place.name}-[0-9]*"):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def removed_afterwards(folder: Path) -> Iterator[None]:
    """Whatever happens, the folder doesn't stay."""
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
