"""Every link of the finished tree leads somewhere, and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from lxml import html

from generator.findings import Finding, Place, finding

# Elements whose address a browser fetches by itself, against <a href>, which a
# reader follows.
_LOADED = {
    "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src",
    "audio": "src", "embed": "src", "object": "data", "link": "href", "use": "href",
}  # fmt: skip
_FOLLOWED = {"a": "href", "area": "href", "form": "action"}
_CSS_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
# <link> that only tells an address, and loads nothing.
_TOLD = {"canonical", "alternate", "prev", "next", "license", "author"}


@dataclass(frozen=True, slots=True)
class _Link:
    target: str
    loaded: bool


@dataclass(frozen=True, slots=True)
class _Document:
    links: tuple[_Link, ...]
    anchors: frozenset[str]


def check_links(root: Path) -> Iterator[Finding]:
    """Findings for a built tree: links without a target, and loads from other hosts."""
    documents = {
        path.relative_to(root).as_posix(): _read(path) for path in sorted(root.rglob("*.html"))
    }
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    for name, document in documents.items():
        for link in document.links:
            yield from _check(name, link, documents, files)
    for path in sorted(root.rglob("*.css")):
        name = path.relative_to(root).as_posix()
        for match in _CSS_URL.finditer(path.read_text(encoding="utf-8")):
            yield from _check(name, _Link(match[1] or match[2], True), documents, files)


def _read(path: Path) -> _Document:
    tree = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    links: list[_Link] = []
    anchors: set[str] = set()
    for element in tree.iter("*"):
        anchors.update(filter(None, (element.get("id"), element.get("name"))))
        if element.tag in _LOADED and (target := element.get(_LOADED[element.tag])):
            told = bool(_TOLD & set((element.get("rel") or "").split()))
            links.append(_Link(target, loaded=not told))
        elif element.tag in _FOLLOWED and (target := element.get(_FOLLOWED[element.tag])):
            links.append(_Link(target, loaded=False))
        loaded = (element.get("data-index") or "").split()
        loaded += [m[1] or m[2] for m in _CSS_URL.finditer(element.get("style") or "")]
        links.extend(_Link(target, loaded=True) for target in loaded)
    return _Document(tuple(links), frozenset(anchors))


def _check(
    name: str, link: _Link, documents: dict[str, _Document], files: set[str]
) -> Iterator[Finding]:
    parts = urlsplit(link.target)
    if parts.scheme or parts.netloc:
        if link.loaded and parts.scheme != "data":
            yield finding("link-foreign", Place(name), target=link.target)
        return
    path = unquote(parts.path)
    if path.startswith("/"):
        yield finding("link-broken", Place(name), target=link.target)
        return
    target = normpath(join(dirname(name), path)) if path else name
    fragment = unquote(parts.fragment)
    page = documents.get(target)
    if target not in files or (page and fragment and fragment not in page.anchors):
        yield finding("link-broken", Place(name), target=link.target)
