"""Whether every page of a finished tree has what a page of a government site must have.

The tags are those of 国办发〔2017〕47号, annex; what a document doesn't state (PubDate) is told
as a gap in the data, never invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lxml import html

from generator.findings import Finding, Place, finding
from generator.publishing.links import parsed

_COLUMN = ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
_ARTICLE = ("ArticleTitle",)
_STATED = ("PubDate", "ContentSource")


def check_pages(root: Path) -> Iterator[Finding]:
    """What is wrong with the pages of a built tree; see ``check_each``."""
    paths = sorted(root.rglob("*.html"))
    yield from check_each(
        (path.relative_to(root).as_posix(), parsed(path.read_bytes())) for path in paths
    )


def check_each(pages: Iterable[tuple[str, html.HtmlElement]]) -> Iterator[Finding]:
    """Errors for pages without heading, text or tags; one note for each gap in the data.

    Args:
        pages: each by its name.
    """
    unstated: dict[tuple[str, str], int] = {}
    for name, page in pages:
        tags = {m.get("name", ""): m.get("content", "") for m in page.iter("meta")}
        if "noindex" in tags.get("robots", ""):  # it only leads elsewhere
            continue
        yield from _faults(name, page, tags)
        if "ColumnName" not in tags:
            for tag in _STATED:
                if not tags.get(tag):
                    key = (name.split("/", 1)[0], tag)
                    unstated[key] = unstated.get(key, 0) + 1
    for (snapshot, tag), number in sorted(unstated.items()):
        place = Place(f"content/{snapshot}/snapshot.yml")
        yield finding("tag-unstated", place, tag=tag, n=number)


def _faults(name: str, page: html.HtmlElement, tags: Mapping[str, str]) -> Iterator[Finding]:
    heading = [h for h in page.iter("h1") if h.text_content().strip()]
    main = page.find(".//main")
    text = main.text_content().strip() if main is not None else ""
    if not heading or len(text) <= len(heading[0].text_content().strip()):
        yield finding("page-empty", Place(name))
    needed = ("SiteName", *(_COLUMN if "ColumnName" in tags else _ARTICLE))
    for tag in needed:
        if not tags.get(tag):
            yield finding("tag-missing", Place(name), tag=tag)
