"""The build: pages into build/, mkdocs over each partition, checks, then the switch."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from generator.analysis.task_findings import analyse
from generator.catalogues import LOCALES, language
from generator.findings import Finding, Place, finding, has_errors
from generator.importing.plain_text import decode
from generator.ledger.model import Ledger
from generator.pages import address
from generator.pages.downloads import audit_json
from generator.pages.rendering import Renderer
from generator.pages.script_words import with_script_words
from generator.pages.site import Site
from generator.pages.site_pages import check_written, portal_partition
from generator.pages.sitemaps import with_sitemaps
from generator.pages.snapshot_pages import Partition, make_book, snapshot_partition
from generator.publishing.content_language import mark_languages
from generator.publishing.editions import public_ledger
from generator.publishing.links import check_links
from generator.publishing.paper import find_browser, print_page
from generator.publishing.workspace import write_files, write_partitions

EDITION = "public"


def build_site(root: Path, ledger: Ledger, progress: Callable[..., object]) -> tuple[Finding, ...]:
    """Build site/public from a checked ledger.

    The new tree is made beside the old one and takes its place only when it is
    whole and its links are right; else the old one stays as it was.

    Args:
        root: the site's folder, with content/ and mkdocs.yml.
        ledger: what content/ holds.
        progress: told each step: a message of the catalogues and its values.
    """
    # A symlink to the web server's folder stays one: what it leads to is replaced.
    place = (root / "site" / EDITION).resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    staging = place.with_name(f".{place.name}-{os.getpid()}")
    with _removed_afterwards(staging):
        site, findings = read_site(root)
        if site is None or has_errors(findings):
            return findings
        browser = find_browser()
        if browser is None:
            findings += (finding("no-browser", Place("site")),)
        made = _make(root, ledger, site, browser, staging, progress)
        if unprinted := tuple(f for f in made if f.code == "print-failed"):
            # The data page offers what couldn't be printed: all is made anew without.
            made = (*unprinted, *_make(root, ledger, site, None, staging, progress))
        findings += made
        if has_errors(findings):
            return findings
        switch(staging, place)
    progress("完成：%(file)s", file=root / "site" / EDITION / "index.html")
    return findings


def _make(
    root: Path, ledger: Ledger, site: Site, browser: Path | None, staging: Path,
    progress: Callable[..., object],
) -> tuple[Finding, ...]:  # fmt: skip
    """Make the whole tree in ``staging`` and check it; stops at the first step with errors."""
    progress("生成页面")
    partitions, findings = generate(root, ledger, site, with_pdf=browser is not None)
    if has_errors(findings):
        return findings
    for partition in partitions:
        number = len(partition.pages)
        if partition.name:
            progress("排版 %(name)s（%(number)d页）", name=partition.name, number=number)
        else:
            progress("排版首页与历年（%(number)d页）", number=number)
        findings += run_mkdocs(root, partition, [p.name for p in partitions], staging, site)
    if has_errors(findings):
        return findings
    if not site.language.is_chinese:
        mark_languages(staging)
    if browser:
        progress("打印 PDF")
        findings += tuple(_print(partitions, staging, browser, site))
    progress("检查链接")
    return (*findings, *check_links(staging))


def _print(
    partitions: Iterable[Partition], staging: Path, browser: Path, site: Site
) -> Iterator[Finding]:
    """A finding for each page that the browser doesn't print."""
    for partition in partitions:
        for page, pdf in partition.prints:
            if not print_page(browser, staging / page, staging / pdf, site.absolute(page)):
                yield finding("print-failed", Place(pdf), browser=browser)


def generate(
    root: Path, ledger: Ledger, site: Site, *, with_pdf: bool
) -> tuple[tuple[Partition, ...], tuple[Finding, ...]]:
    """Make all pages and bring build/public in step with them. The portal comes first.

    The audit goes to build/internal in any case; it is the office's to look at.
    """
    ledger = public_ledger(ledger)
    written, findings = _written_pages(root)
    if not ledger.snapshots:
        findings += (finding("nothing-published", Place("content")),)
    if has_errors(findings):
        return (), findings
    render = Renderer(site)
    books = [make_book(analyse(snapshot), ledger, render) for snapshot in ledger.snapshots]
    partitions = (
        portal_partition(ledger, books, written, render),
        *(snapshot_partition(book, with_pdf=with_pdf) for book in books),
    )
    partitions = with_script_words(with_sitemaps(partitions, site), site)
    write_partitions(root / "build" / EDITION, partitions)
    write_files(
        root / "build" / "internal",
        {address.data_file(b.snapshot, "audit.json"): audit_json(b.found) for b in books},
    )
    return partitions, findings


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


def read_site(root: Path) -> tuple[Site | None, tuple[Finding, ...]]:
    """The site's settings of mkdocs.yml, and what is wrong with that file."""
    config = None
    with _complaints() as heard:
        config = _config(root)
    if config is None:
        return None, tuple(heard)
    locale = str(config["extra"].get("locale", LOCALES[0]))
    if locale not in LOCALES:
        allowed = "、".join(LOCALES)
        return None, (finding("value-choice", Place("mkdocs.yml"), value=locale, allowed=allowed),)
    return site_of(config), ()


def site_of(config: Any) -> Site:
    """The settings that concern the pages, from mkdocs' configuration."""
    extra = config["extra"]
    url = str(config["site_url"] or "")
    return Site(
        str(config["site_name"]), language(str(extra.get("locale", LOCALES[0]))),
        url if not url or url.endswith("/") else f"{url}/",
        str(extra.get("organiser", "")), bool(extra.get("publish_audit", False)),
    )  # fmt: skip


def run_mkdocs(
    root: Path, partition: Partition, names: list[str], target: Path, site: Site
) -> tuple[Finding, ...]:
    """One mkdocs run, strict, for one partition; its complaints become findings."""
    from mkdocs.commands.build import build

    others = "" if partition.name else "\n".join(f"/{name}/" for name in names if name)
    # mkdocs dates the sitemap by this; nothing in the site is dated by the clock.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "946684800")
    with _complaints() as heard:
        config = _config(
            root,
            docs_dir=str((root / "build" / EDITION / partition.name).resolve()),
            site_dir=str((target / partition.name).resolve()),
            exclude_docs=others or None,
            strict=True,
        )
        tell_theme(config, site, partition.name)
        build(config)
    return tuple(heard)


def tell_theme(config: Any, site: Site, partition: str = "") -> None:
    """What the theme's templates need besides mkdocs' own configuration."""
    config["extra"] |= {
        "partition": partition,
        "language": site.language,
        "words": bool(site.language.script_words()),
    }


def _config(root: Path, **options: Any) -> Any:
    """mkdocs.yml as mkdocs reads it, with the theme of the site or of the package.

    Hooks are the preview's; a build has generated its pages before.
    """
    from mkdocs.config import load_config

    os.environ["TAIZHANG_THEME"] = str(theme_folder(root))
    (root / "build" / EDITION).mkdir(parents=True, exist_ok=True)
    return load_config(str(root / "mkdocs.yml"), hooks=[], **options)


@contextmanager
def _complaints() -> Iterator[list[Finding]]:
    """Gathers what mkdocs warns of and stops at, as findings."""
    from mkdocs.exceptions import MkDocsException

    heard = _Listener()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(heard)
    before, logger.propagate = logger.propagate, False
    try:
        yield heard.findings
    except MkDocsException as fault:
        if not heard.findings:
            heard.tell(str(fault) or type(fault).__name__)
    finally:
        logger.removeHandler(heard)
        logger.propagate = before


def theme_folder(root: Path) -> Path:
    """The site's own theme, else the one that the package brings along."""
    package = Path(str(files("generator")))
    for folder in (root / "themes", package / "themes", package.parent / "themes"):
        if (folder / "taizhang" / "main.html").is_file():
            return (folder / "taizhang").resolve()
    raise FileNotFoundError("themes/taizhang")


def switch(new: Path, place: Path) -> None:
    """Put the finished tree in place of the old one, by renaming."""
    if place.exists() and not place.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place))
    old = place.with_name(f"{new.name}-old")
    if place.exists():
        place.rename(old)
    try:
        new.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _removed_afterwards(folder: Path) -> Iterator[None]:
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Listener(logging.Handler):
    """Turns mkdocs' warnings into findings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.findings: list[Finding] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.tell(record.getMessage())

    def tell(self, fault: str) -> None:
        """Add one complaint."""
        self.findings.append(finding("mkdocs-stopped", Place("mkdocs.yml"), fault=fault))
