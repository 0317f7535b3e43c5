"""The build: pages into build/, mkdocs over each partition, checks, then the switch."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from generator.findings import Finding, Place, finding, has_errors
from generator.ledger.model import Ledger
from generator.pages.rendering import Renderer
from generator.pages.site_pages import check_written, portal_partition
from generator.pages.snapshot_pages import Partition, snapshot_partition
from generator.publishing.links import check_links
from generator.publishing.workspace import write_partitions

EDITION = "public"


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
    site = root / "site"
    site.mkdir(exist_ok=True)
    staging = site / f".{EDITION}-{os.getpid()}"
    with _removed_afterwards(staging):
        progress("生成页面")
        partitions, findings = generate(root, ledger)
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
        switch(staging, site / EDITION)
    progress(f"完成：{site / EDITION / 'index.html'}")
    return findings


def generate(root: Path, ledger: Ledger) -> tuple[tuple[Partition, ...], tuple[Finding, ...]]:
    """Make all pages and bring build/public in step with them. The portal comes first."""
    written = tuple(
        (path.stem, path.read_text(encoding="utf-8-sig"))
        for path in sorted((root / "content" / "pages").glob("*.md"))
    )
    findings = tuple(f for name, text in written for f in check_written(name, text))
    if has_errors(findings):
        return (), findings
    render = Renderer()
    partitions = (
        portal_partition(ledger, written, render),
        *(snapshot_partition(snapshot, ledger, render) for snapshot in ledger.snapshots),
    )
    write_partitions(root / "build" / EDITION, partitions)
    return partitions, findings


def run_mkdocs(
    root: Path, partition: Partition, names: list[str], target: Path
) -> tuple[Finding, ...]:
    """One mkdocs run, strict, for one partition; its complaints become findings."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, MkDocsException

    others = "" if partition.name else "\n".join(f"/{name}/" for name in names if name)
    heard = _Complaints()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(heard)
    logger.propagate = False
    # mkdocs dates the sitemap by this; nothing in the site is dated by the clock.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "946684800")
    try:
        config = load_config(
            str(root / "mkdocs.yml"),
            docs_dir=str((root / "build" / EDITION / partition.name).resolve()),
            site_dir=str((target / partition.name).resolve()),
            theme={"name": None, "custom_dir": str(theme_folder(root)), "locale": "zh_CN"},
            exclude_docs=others or None,
            hooks=[],
            strict=True,
        )
        config["extra"]["partition"] = partition.name
        build(config)
    except (Abort, MkDocsException) as fault:
        if not heard.findings:
            heard.findings.append(
                finding("mkdocs-stopped", Place("mkdocs.yml"), fault=str(fault) or "strict")
            )
    finally:
        logger.removeHandler(heard)
    return tuple(heard.findings)


def theme_folder(root: Path) -> Path:
    """The site's own theme, else the one that the package brings along."""
    package = Path(str(files("generator")))
    for folder in (root / "themes", package / "themes", package.parent / "themes"):
        if (folder / "taizhang" / "main.html").is_file():
            return (folder / "taizhang").resolve()
    raise FileNotFoundError("themes/taizhang")


def switch(new: Path, place: Path) -> None:
    """Put the finished tree in place of the old one, by renaming."""
    old = place.with_name(f"{new.name}-old")
    if place.exists():
        place.rename(old)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _removed_afterwards(folder: Path) -> Iterator[None]:
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Complaints(logging.Handler):
    """Turns what mkdocs warns of into findings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.findings: list[Finding] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.findings.append(
            finding("mkdocs-stopped", Place("mkdocs.yml"), fault=record.getMessage())
        )
