"""Taizhang on the same Markdown as the others: pages and files written, nothing generated.

``python -m benchmarks.typesetting SITE TARGET`` typesets the Markdown below SITE/build/public
into TARGET, each half-year and the portal by itself, side by side as in a build,
without a cache.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from generator.ledger.model import Edition
from generator.pages.partition import Page, Partition
from generator.pages.site import Site
from generator.publishing.cache import Cache
from generator.publishing.executors import side_by_side
from generator.publishing.settings import read_settings
from generator.publishing.typesetting import typeset


def main(root: Path, target: Path) -> None:
    """Typeset what a build has left in the folder of Markdown."""
    settings, _ = read_settings(root, Edition.PUBLIC)
    if settings is None:
        sys.exit("mkdocs.yml")
    markdown = root / "build" / "public"
    names = ["", *sorted(p.name for p in markdown.iterdir() if p.name[:4].isdigit())]
    with side_by_side(os.cpu_count() or 1) as executor:
        jobs = [executor.submit(_typeset, root, name, target, settings.site) for name in names]
        print(sum(job.result() for job in jobs))


def _typeset(root: Path, name: str, target: Path, site: Site) -> int:
    markdown = root / "build" / "public"
    inside = (markdown / name).rglob("*.md")
    pages = tuple(
        Page(path.with_suffix(".html").as_posix(), (markdown / path).read_text("utf-8"), "")
        for path in sorted(p.relative_to(markdown) for p in inside)
        if name or not path.parts[0][:4].isdigit()
    )
    with tempfile.TemporaryDirectory() as cache:
        _, findings = typeset(root, Partition(name, pages, ()), target, site, Cache(Path(cache)))
    if findings:
        raise RuntimeError(findings[0].what("en"))
    return len(pages)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
