"""The overview above many sites: a tree of its own, put beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.findings import Finding, has_errors
from generator.ledger.intake import store
from generator.ledger.model import Edition, Ledger, Registry
from generator.pages import address
from generator.pages.overview_pages import (
    CSV_FILE,
    FILE,
    XLSX_FILE,
    OverviewRow,
    in_order,
    overview_json,
    overview_page,
)
from generator.pages.overview_tables import overview_csv, overview_xlsx
from generator.pages.partition import Partition
from generator.pages.rendering import Renderer
from generator.publishing.addresses import below, folder_of, put_file
from generator.publishing.cache import Cache
from generator.publishing.completeness import check_pages
from generator.publishing.links import check_links
from generator.publishing.new_site import settings_file
from generator.publishing.one_site import SiteBuilt
from generator.publishing.settings import read_settings
from generator.publishing.typesetting import typeset


def write_overview(
    built: Iterable[SiteBuilt], target: str, name: str, edition: Edition
) -> tuple[Finding, ...]:
    """Write index.html, what it needs, and overview.json above the sites; with errors nothing.

    Args:
        built: what became of each site.
        target: the address below which the sites stand.
        name: what the overview is called.
        edition: for whom.
    """
    rows = in_order([OverviewRow(one.name, one.summary, one.ok) for one in built])
    with TemporaryDirectory(prefix="taizhang-") as place:
        root = Path(place)
        (root / "mkdocs.yml").write_bytes(settings_file(name))
        tree = root / "site"
        findings = _make(root, rows, tree, edition)
        if not has_errors(findings):
            _put(tree, target)
    return findings


def _make(
    root: Path, rows: tuple[OverviewRow, ...], tree: Path, edition: Edition
) -> tuple[Finding, ...]:
    settings, findings = read_settings(root, edition)
    if settings is None:
        return findings
    render = Renderer(settings.site, Ledger(Registry(), ()))
    page = overview_page(rows, render)
    files = (
        (FILE, overview_json(rows)), (CSV_FILE, overview_csv(rows)),
        (XLSX_FILE, overview_xlsx(rows, settings.site.name)),
    )  # fmt: skip
    partition = Partition("", (page,), files)
    cache = Cache(root / "build" / "cache")
    _, faults = typeset(root, partition, tree, settings.site, cache)
    findings += faults
    if has_errors(findings):
        return findings
    return (*findings, *_broken_links(tree, rows), *check_pages(tree))


def _broken_links(tree: Path, rows: Iterable[OverviewRow]) -> Iterator[Finding]:
    """Links that lead nowhere. The sites stand at the target, whole: each has its first page."""
    known = {address.relative(address.HOME, row.address) for row in rows if row.address}
    for found in check_links(tree):
        if dict(found.values).get("target") not in known:
            yield found


def _put(tree: Path, target: str) -> None:
    """The page last: what it needs is there before it."""
    names = [p.relative_to(tree).as_posix() for p in sorted(tree.rglob("*")) if p.is_file()]
    names.sort(key=lambda name: name == address.HOME)
    files = [(name, (tree / name).read_bytes()) for name in names]
    folder = folder_of(target)
    if folder is not None:
        store(folder, files)
        return
    for name, data in files:
        put_file(below(target, name), data)
