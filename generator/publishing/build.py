"""The build: pages into build/, mkdocs over each partition, checks, then the switch."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from generator import __version__
from generator.findings import Finding, Place, finding, has_errors
from generator.importing.inbox import is_clutter
from generator.importing.plain_text import decode
from generator.ledger.model import Edition
from generator.pages.site import Site
from generator.pages.site_pages import check_written
from generator.publishing.cache import Cache, cache_folder
from generator.publishing.fingerprint import fingerprint, remember
from generator.publishing.leaks import is_leak, read_secrets, told_once
from generator.publishing.links import check_across
from generator.publishing.manifest import Listed, sign, write_manifest, write_signers
from generator.publishing.manuscript import Archives, Manuscript, write_partition, write_portal
from generator.publishing.settings import Settings, read_settings
from generator.publishing.survey import Survey, survey
from generator.publishing.workshop import Finished, Work, make, undisturbed
from generator.publishing.workspace import remove_others, write_partition_files

Progress = Callable[..., object]
# Files for hosts that would otherwise leave out names that begin with an underscore.
_NO_JEKYLL = ".nojekyll"


def build_site(
    root: Path, progress: Progress, edition: Edition = Edition.PUBLIC, workers: int = 1
) -> tuple[Finding, ...]:
    """Build site/public or site/internal from content/.

    The new tree is made beside the old one and takes its place only when it is
    whole and its checks are passed; else the old one stays as it was.

    Args:
        root: the site's folder, with content/ and mkdocs.yml.
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
        inputs = fingerprint(root, edition)
        staging = place.with_name(f".{place.name}-{os.getpid()}")
        with removed_afterwards(staging):
            # The old tree goes when the new one is there: what hasn't changed moves over.
            findings = make_tree(
                root, staging, progress, edition, before=(place,), linked=True, workers=workers
            )
            if has_errors(findings):
                return findings
            switch(staging, place)
        if all(f.code != "pdf-failed" for f in findings):
            remember(root, edition, inputs)
    progress("完成：%(file)s", file=root / "site" / edition / "index.html")
    return findings


def make_tree(
    root: Path, target: Path, progress: Progress, edition: Edition,
    archives: Archives | None = None, before: tuple[Path, ...] = (),
    *, linked: bool = False, workers: int = 1,
) -> tuple[Finding, ...]:  # fmt: skip
    """Make and check a whole tree in an empty folder; with errors it isn't to be used.

    Args:
        root: the site's folder.
        target: the folder.
        progress: as in ``build_site``.
        edition: for whom.
        archives: a snapshot's id → its pages as they were published before, and their bytes.
        before: as in ``Work``.
        linked: as in ``Work``.
        workers: as in ``build_site``.
    """
    inputs = fingerprint(root, edition)
    with undisturbed():
        findings = _made_tree(
            root, target, progress, edition, archives or {}, before, linked, workers
        )
    if fingerprint(root, edition) == inputs:
        return findings
    # Nobody can tell which of the pages are of what was edited meanwhile.
    shutil.rmtree(cache_folder(root, edition), ignore_errors=True)
    return (*findings, finding("edited-meanwhile", Place(str(root))))


def _made_tree(
    root: Path, target: Path, progress: Progress, edition: Edition, archives: Archives,
    before: tuple[Path, ...], linked: bool, workers: int,
) -> tuple[Finding, ...]:  # fmt: skip
    settings, findings = read_settings(root, edition)
    if settings is None:
        return findings
    progress("读取任务")
    cache = Cache(cache_folder(root, edition))
    shown = survey(root, edition, workers)
    if has_errors(shown.findings):
        return (*findings, *shown.findings)
    cache.keep(shown.kept)
    source, faults = read_manuscript(shown, settings.site, archives)
    findings += faults
    secrets = None
    if edition is Edition.PUBLIC:
        secrets, faults = read_secrets(shown, settings.published, cache)
        findings += faults
    if source is None or has_errors(findings):
        return findings
    work = Work(source, root, target, settings.with_pdf, secrets, before, linked)
    done: list[Finished] = []
    for finished in make(work, workers):
        _tell(finished, progress)
        done.append(finished)
    # Side by side they end in any order; what is told first doesn't depend on it.
    done.sort(key=lambda finished: (not finished.name, finished.name))
    # That no font is there is found at each snapshot, and said once.
    told = dict.fromkeys(f for one in done for f in one.findings if not is_leak(f))
    leaks = told_once(f for one in done for f in one.findings if is_leak(f))
    findings += (*told, *leaks)
    if has_errors(findings):
        return findings
    progress("检查网站")
    (target / _NO_JEKYLL).touch()
    files: dict[str, Listed] = {}
    markdown: list[str] = []
    for one in done:
        listing = one.listing
        files |= listing.files
        markdown += listing.markdown
        cache.keep(listing.kept)
    remove_others(work.markdown, markdown)
    broken = check_across(lambda: (one.seams for one in done), files)
    findings += (*broken, *_listed(settings, target, files))
    if not has_errors(findings):
        cache.prune()
    return findings


def _tell(made: Finished, progress: Progress) -> None:
    values = {"name": made.name, "number": made.pages}
    if made.taken_over and made.name:
        progress("沿用 %(name)s（%(number)d页）", **values)
    elif made.taken_over:
        progress("沿用首页与历年（%(number)d页）", **values)
    elif made.name:
        progress("生成 %(name)s（%(number)d页）", **values)
    else:
        progress("生成首页与历年（%(number)d页）", **values)


def read_manuscript(
    shown: Survey, site: Site, archives: Archives
) -> tuple[Manuscript | None, tuple[Finding, ...]]:
    """What the pages of an edition are written from; None where something is wrong with it."""
    written, findings = _written_pages(shown.root)
    if not shown.ledger.snapshots:
        findings += (finding("nothing-published", Place("content")),)
    if has_errors(findings):
        return None, findings
    return Manuscript(shown, written, site, archives), findings


def generate(shown: Survey, site: Site) -> tuple[Finding, ...]:
    """Bring build/<edition> in step with the content, for the preview: nothing typeset."""
    source, findings = read_manuscript(shown, site, {})
    if source is None:
        return findings
    folder = shown.root / "build" / site.edition
    files: list[str] = []
    abstracts = []
    for name in source.snapshots:
        partition, abstract, more = write_partition(source, name)
        abstracts.append(abstract)
        findings += tuple(more)
        files += write_partition_files(folder, partition)
    files += write_partition_files(folder, write_portal(source, abstracts))
    remove_others(folder, files)
    return findings


def _listed(settings: Settings, target: Path, known: Mapping[str, Listed]) -> tuple[Finding, ...]:
    """List every file in MANIFEST, and sign the list where there is a key."""
    key = settings.signing_key
    findings = write_signers(target, key) if key else ()
    write_manifest(target, __version__, known)
    return (*findings, *sign(target, key)) if key and not findings else findings


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
