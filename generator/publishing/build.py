"""The build: pages into build/, mkdocs over each partition, checks, then the switch."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from generator import __version__
from generator.findings import Finding, Place, finding, has_errors
from generator.importing.inbox import is_clutter
from generator.importing.plain_text import decode
from generator.ledger.model import Edition, Ledger
from generator.pages.site import Site
from generator.pages.site_pages import check_written
from generator.publishing.cache import Cache, digest
from generator.publishing.completeness import check_pages
from generator.publishing.editions import public_ledger
from generator.publishing.fingerprint import fingerprint, program, remember
from generator.publishing.leaks import Secrets, find_leaks, read_secrets
from generator.publishing.links import check_links
from generator.publishing.manifest import sign, write_manifest, write_signers
from generator.publishing.manuscript import Archives, Manuscript, manuscript, write_partition
from generator.publishing.paper import find_browser, print_page
from generator.publishing.settings import Settings, read_settings
from generator.publishing.typesetting import write_all
from generator.publishing.workshop import Made, Work, make
from generator.publishing.workspace import remove_others, write_partition_files

Progress = Callable[..., object]
# Files for hosts that would otherwise leave out names that begin with an underscore.
_NO_JEKYLL = ".nojekyll"


def build_site(
    root: Path, ledger: Ledger, progress: Progress, edition: Edition = Edition.PUBLIC,
    workers: int = 1,
) -> tuple[Finding, ...]:  # fmt: skip
    """Build site/public or site/internal from a checked ledger.

    The new tree is made beside the old one and takes its place only when it is
    whole and its checks are passed; else the old one stays as it was.

    Args:
        root: the site's folder, with content/ and mkdocs.yml.
        ledger: what content/ holds.
        progress: told each step: a message of the catalogues and its values.
        edition: for whom.
        workers: how many partitions may be made side by side, each in a process of its own.
    """
    # A symlink to the web server's folder stays one: what it leads to is replaced.
    place = (root / "site" / edition).resolve()
    with locked(root / "build" / f"{edition}.lock") as free:
        if not free:
            return (finding("build-running", Place(str(place))),)
        place.parent.mkdir(parents=True, exist_ok=True)
        _restore(place)
        # Before anything is read: what is edited meanwhile makes the next build a new one.
        inputs = fingerprint(root, edition)
        staging = place.with_name(f".{place.name}-{os.getpid()}")
        with removed_afterwards(staging):
            findings = make_tree(root, ledger, staging, progress, edition, workers=workers)
            if has_errors(findings):
                return findings
            switch(staging, place)
        if all(f.code != "print-failed" for f in findings):
            remember(root, edition, inputs)
    progress("完成：%(file)s", file=root / "site" / edition / "index.html")
    return findings


def make_tree(
    root: Path, ledger: Ledger, target: Path, progress: Progress, edition: Edition,
    archives: Archives | None = None, workers: int = 1,
) -> tuple[Finding, ...]:  # fmt: skip
    """Make and check a whole tree in an empty folder; with errors it isn't to be used.

    Args:
        root: the site's folder.
        ledger: what content/ holds.
        target: the folder.
        progress: as in ``build_site``.
        edition: for whom.
        archives: a snapshot's id → its pages as they were published before, and their bytes.
        workers: as in ``build_site``.
    """
    settings, findings = read_settings(root, edition)
    if settings is None:
        return findings
    # The office's own people print what they need; the public finds the form on paper.
    browser = find_browser() if edition is Edition.PUBLIC else None
    if browser is None and edition is Edition.PUBLIC:
        findings += (finding("no-browser", Place("site")),)
    archives = archives or {}
    made = _make(root, ledger, settings, browser, target, progress, archives, workers)
    if unprinted := tuple(f for f in made if f.code == "print-failed"):
        # The data page offers what couldn't be printed: all is made anew without.
        again = _make(root, ledger, settings, None, target, progress, archives, workers)
        made = (*unprinted, *again)
    return (*findings, *made)


def _make(
    root: Path, ledger: Ledger, settings: Settings, browser: Path | None, target: Path,
    progress: Progress, archives: Archives, workers: int,
) -> tuple[Finding, ...]:  # fmt: skip
    """Make the whole tree in ``target`` and check it; stops at the first step with errors."""
    progress("读取任务")
    source, findings = read_manuscript(
        root, ledger, settings.site, with_pdf=browser is not None, archives=archives
    )
    if source is None:
        return findings
    work = Work(source, root, target)
    cache = Cache(work.cache)
    files: list[str] = []
    # The browser is a process of its own: it prints while the next partition is made.
    with ThreadPoolExecutor(2) as printer:
        printed: list[Future[tuple[Finding, ...]]] = []
        for made in make(work, workers):
            if made.name:
                progress("生成 %(name)s（%(number)d页）", name=made.name, number=made.pages)
            else:
                progress("生成首页与历年（%(number)d页）", number=made.pages)
            findings += made.findings
            files += made.files
            cache.keep(made.kept)
            if browser and not has_errors(findings):
                printed.append(
                    printer.submit(_print, made, target, browser, settings.site, cache)
                )  # fmt: skip
        findings += tuple(found for future in printed for found in future.result())
    if has_errors(findings):
        return findings
    remove_others(work.markdown, files)
    (target / _NO_JEKYLL).touch()
    progress("检查网站")
    found = (*findings, *_checked(root, settings, target, cache), *_listed(settings, target))
    if not has_errors(found):
        cache.prune()
    return found


def read_manuscript(
    root: Path, ledger: Ledger, site: Site, *, with_pdf: bool, archives: Archives
) -> tuple[Manuscript | None, tuple[Finding, ...]]:
    """What the pages of an edition are written from; None where something is wrong with it."""
    ledger = ledger if site.internal else public_ledger(ledger)
    written, findings = _written_pages(root)
    if not ledger.snapshots:
        findings += (finding("nothing-published", Place("content")),)
    if has_errors(findings):
        return None, findings
    return manuscript(ledger, written, site, archives, with_pdf=with_pdf), findings


def generate(root: Path, ledger: Ledger, site: Site) -> tuple[Finding, ...]:
    """Bring build/<edition> in step with the content, for the preview: no PDF, nothing typeset."""
    source, findings = read_manuscript(root, ledger, site, with_pdf=False, archives={})
    if source is None:
        return findings
    folder = root / "build" / site.edition
    files: list[str] = []
    for name in source.names:
        partition, more = write_partition(source, name)
        findings += more
        files += write_partition_files(folder, partition)
    remove_others(folder, files)
    return findings


def _checked(root: Path, settings: Settings, target: Path, cache: Cache) -> Iterator[Finding]:
    """What is wrong with a tree: links, pages, and in the public edition leaks."""
    yield from check_links(target)
    yield from check_pages(target)
    if not settings.site.internal:
        secrets, findings = read_secrets(root, settings.published)
        yield from findings
        yield from _leaks(target, secrets, cache)


def _leaks(target: Path, secrets: Secrets, cache: Cache) -> list[Finding]:
    """What the tree gives away; contents in which the same search found nothing are passed."""
    words = (secret.text for secret in secrets.values)
    key = digest([program(), *words, "", *sorted(secrets.allowed)])
    known = cache.get(key) or b""
    sums = [known[at : at + 32] for at in range(0, len(known), 32)]
    found, clean = find_leaks(target, secrets, sums)
    if not found:
        cache.put(key, b"".join(sorted(clean)))
    return found


def _listed(settings: Settings, target: Path) -> tuple[Finding, ...]:
    """List every file in MANIFEST, and sign the list where there is a key."""
    key = settings.signing_key
    findings = write_signers(target, key) if key else ()
    write_manifest(target, __version__)
    return (*findings, *sign(target, key)) if key and not findings else findings


def _print(
    partition: Made, staging: Path, browser: Path, site: Site, cache: Cache
) -> tuple[Finding, ...]:
    """A finding for each page that the browser doesn't print; the same page is printed once."""
    looks = [p.read_bytes() for p in sorted((staging / partition.name / "css").glob("*.css"))]
    found = []
    for page, pdf in partition.prints:
        url = site.absolute(page)
        key = digest([program(), str(browser), url, (staging / page).read_bytes(), *looks])
        if (kept := cache.get(key)) is not None:
            write_all(staging, [(pdf, kept)])
        elif print_page(browser, staging / page, staging / pdf, url):
            cache.put(key, (staging / pdf).read_bytes())
        else:
            found.append(finding("print-failed", Place(pdf), browser=browser))
    return tuple(found)


def _written_pages(root: Path) -> tuple[tuple[tuple[str, str], ...], tuple[Finding, ...]]:
    """The hand-written pages of content/pages, and what is wrong with them."""
    pages: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for path in sorted((root / "content" / "pages").glob("*.md")):
        if path.is_file() and not is_clutter(path.name):
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
