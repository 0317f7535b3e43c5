"""Every link of the finished tree leads somewhere, and nothing is loaded from elsewhere.

Links within a part of the tree are checked as soon as that part is made; those that leave
it are gathered, and checked when all parts are there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import NamedTuple
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
class Link:
    """A link as it is written, and whether a browser follows it by itself."""

    target: str
    loaded: bool


@dataclass(frozen=True, slots=True)
class Document:
    """What a page links to, and what can be linked to in it."""

    links: tuple[Link, ...]
    anchors: frozenset[str]


class Outward(NamedTuple):
    """A link that leaves a part of the tree: where it is, as it is written, where it leads."""

    page: str
    target: str
    path: str
    fragment: str


@dataclass(frozen=True, slots=True)
class Seams:
    """What the other parts of a tree need to know of one.

    Attributes:
        anchors: of each page.
        outward: links to other parts, each target once.
    """

    anchors: Mapping[str, frozenset[str]]
    outward: tuple[Outward, ...]


def check_links(root: Path) -> Iterator[Finding]:
    """Findings for a built tree: links without a target, and loads from other hosts."""
    names = sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())
    documents = {n: _read(root / n) for n in names if n.endswith((".html", ".css"))}
    findings, seams = check_within(documents, names)
    yield from findings
    yield from check_across(lambda: [seams], names)


def _read(path: Path) -> Document:
    """The links of a page or a style sheet."""
    data = path.read_bytes()
    return style_of(data) if path.suffix == ".css" else document_of(parsed(data))


def style_of(data: bytes) -> Document:
    """What a style sheet loads."""
    found = _CSS_URL.finditer(data.decode("utf-8"))
    return Document(tuple(Link(m[1] or m[2], True) for m in found), frozenset())


def parsed(data: bytes) -> html.HtmlElement:
    """A page of ours as a tree of elements."""
    return html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))


def document_of(page: html.HtmlElement) -> Document:
    """The links and anchors of a page."""
    links: list[Link] = []
    anchors: set[str] = set()
    for element in page.iter("*"):
        attributes = element.attrib
        if not attributes:
            continue
        anchors.update(filter(None, (attributes.get("id"), attributes.get("name"))))
        tag = element.tag
        if tag in _LOADED and (target := attributes.get(_LOADED[tag])):
            told = bool(_TOLD & set((attributes.get("rel") or "").split()))
            links.append(Link(target, loaded=not told))
        elif tag in _FOLLOWED and (target := attributes.get(_FOLLOWED[tag])) is not None:
            links.append(Link(target, loaded=False))
        loaded = (attributes.get("data-index") or "").split()
        if style := attributes.get("style"):
            loaded += [m[1] or m[2] for m in _CSS_URL.finditer(style)]
        links.extend(Link(target, loaded=True) for target in loaded)
    return Document(tuple(links), frozenset(anchors))


def check_within(
    documents: Mapping[str, Document], files: Collection[str]
) -> tuple[tuple[Finding, ...], Seams]:
    """What is wrong with the links of a part of the tree, and what is left to be checked.

    Args:
        documents: its pages and style sheets.
        files: the names of all its files.
    """
    here = frozenset(files)
    findings: list[Finding] = []
    outward: dict[tuple[str, str], Outward] = {}
    for name, document in documents.items():
        for link in dict.fromkeys(document.links):
            parts = urlsplit(link.target)
            if parts.scheme or parts.netloc:
                if link.loaded and parts.scheme != "data":
                    findings.append(finding("link-foreign", Place(name), target=link.target))
                continue
            path, fragment = unquote(parts.path), unquote(parts.fragment)
            if path.startswith("/") or not link.target:
                findings.append(finding("link-broken", Place(name), target=link.target))
                continue
            target = normpath(join(dirname(name), path)) if path else name
            if target not in here:
                found = Outward(name, link.target, target, fragment)
                outward.setdefault((target, fragment), found)
            elif _is_missing(fragment, documents.get(target)):
                findings.append(finding("link-broken", Place(name), target=link.target))
    anchors = {n: d.anchors for n, d in documents.items() if n.endswith(".html")}
    return tuple(findings), Seams(anchors, tuple(outward.values()))


def check_across(parts: Callable[[], Iterable[Seams]], files: Collection[str]) -> Iterator[Finding]:
    """What is wrong with the links between the parts of a tree.

    Args:
        parts: gives all of them, one by one, as often as it is asked.
        files: the names of all files of the tree.
    """
    by_page: dict[str, dict[str, Outward]] = {}
    for part in parts():
        for link in part.outward:
            by_page.setdefault(link.path, {}).setdefault(link.fragment, link)
    there = set(files)
    lost = [link for page, links in by_page.items() if page not in there for link in links.values()]
    for part in parts():
        for page, anchors in part.anchors.items():
            asked = by_page.get(page, {})
            lost += [link for name, link in asked.items() if name and name not in anchors]
    for link in sorted(lost, key=lambda link: link.page):
        yield finding("link-broken", Place(link.page), target=link.target)


def _is_missing(fragment: str, document: Document | None) -> bool:
    return bool(fragment) and document is not None and fragment not in document.anchors
