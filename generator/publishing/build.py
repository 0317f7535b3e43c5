"""The build: pages into build/, mkdocs over each partition, checks, then the switch."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from generator.analysis.task_findings import analyse
from generator.findings import Finding, Place, finding, has_errors
from generator.importing.plain_text import decode
from generator.ledger.model import Ledger
from generator.pages import address
from generator.pages.downloads import audit_json
from generator.pages.rendering import Renderer
from generator.pages.site_pages import check_written, portal_partition
from generator.pages.snapshot_pages import Partition, make_book, snapshot_partition
from generator.publishing.editions import public_ledger
from generator.publishing.links import check_links
from generator.publishing.workspace import write_files, write_partitions

EDITION = "public"


@dataclass(frozen=True, slots=True)
class Settings:
    """What mkdocs.yml says that the pages need.

    Attributes:
        name: the site's name.
        publish_audit: whether the recomputed numbers are public (``extra: publish_audit``).
    """

    name: str
    publish_audit: bool = False


def build_site(
    root: Path, ledger: Ledger, progress: Callable[[str], object]
) -> tuple[Finding, ...]:
    """Build site/public from a checked ledger.

    The new tree is made beside the old one and takes its place only when it is
    whole and its links are right; else the old one stays as it was.

    Args:
        root: the site's folder, with content/ and mkdocs.yml.
        ledger: what content/ holds.
        progress: told each step in words.
    """
    # A symlink to the web server's folder stays one: what it leads to is replaced.
    place = (root / "site" / EDITION).resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    staging = place.with_name(f".{place.name}-{os.getpid()}")
    with _removed_afterwards(staging):
        progress("生成页面")
        settings, findings = read_settings(root)
        if has_errors(findings):
            return findings
        partitions, findings = generate(root, ledger, settings)
        if has_errors(findings):
            return findings
        for partition in partitions:
            progress(f"排版 {partition.name or '首页与历年'}（{len(partition.pages)}页）")
            findings += run_mkdocs(root, partition, [p.name for p in partitions], staging)
        if has_errors(findings):
            return findings
        progress("检查链接")
        findings += tuple(check_links(staging))
        if has_errors(findings):
            return findings
        switch(staging, place)
    progress(f"完成：{root / 'site' / EDITION / 'index.html'}")
    return findings


def generate(
    root: Path, ledger: Ledger, settings: Settings
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
    render = Renderer()
    books = [make_book(analyse(snapshot), ledger, render) for snapshot in ledger.snapshots]
    partitions = (
        portal_partition(settings.name, ledger, books, written, render),
        *(snapshot_partition(book, with_audit=settings.publish_audit) for book in books),
    )
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


def read_settings(root: Path) -> tuple[Settings, tuple[Finding, ...]]:
    """The site's settings of mkdocs.yml, and what is wrong with that file."""
    settings = Settings("")
    with _complaints() as heard:
        settings = settings_of(_config(root))
    return settings, () if settings.name else tuple(heard)


def settings_of(config: Any) -> Settings:
    """The settings that concern the pages, from mkdocs' configuration."""
    return Settings(str(config["site_name"]), bool(config["extra"].get("publish_audit", False)))


def run_mkdocs(
    root: Path, partition: Partition, names: list[str], target: Path
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
        config["extra"]["partition"] = partition.name
        build(config)
    return tuple(heard)


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
