"""A partition's Markdown → its finished pages: by mkdocs, or taken over where nothing changed.

A page's HTML depends on its Markdown, the theme, mkdocs.yml and the program: the page says
itself what leads where. So mkdocs runs over the pages that are new, and the others are
what they were. It never sees links to pages that it wasn't given: ``links`` checks
the finished tree as a whole.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import AnyStr

from generator.findings import Finding
from generator.pages.address import HOME, markdown_file
from generator.pages.partition import Page, Partition, front_matter
from generator.pages.site import Site
from generator.publishing.cache import Cache, digest
from generator.publishing.content_language import marked
from generator.publishing.fingerprint import program, theme
from generator.publishing.mkdocs_run import run_mkdocs

# A hand-written page may link to other Markdown files, which mkdocs must know of then.
_MARKDOWN_LINK = re.compile(r"\]\([^)\s]*\.md[)#\s]|^ {0,3}\[[^\]]+\]:\s*\S+\.md\b", re.MULTILINE)
# Stands in a page that is kept where the sum of the data will be.
_SUM = sha256(b"tasks.json").hexdigest()
_STUB = front_matter({"title": "x"}) + "x\n"


def typeset(
    root: Path, partition: Partition, target: Path, site: Site, cache: Cache
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Put a partition's pages, its files and the theme's into a folder.

    Args:
        root: the site's folder.
        partition: what to put there.
        target: the folder of the whole tree.
        site: the site's settings.
        cache: what was made before.

    Returns:
        The files' names, and what mkdocs found wrong.
    """
    frame_key = digest(
        [program(), theme(root), (root / "mkdocs.yml").read_bytes(), site.edition.value,
         str(site.signed), partition.name]
    )  # fmt: skip
    # Every page names the sum of the data, which any edit changes: it is put in at the end.
    pages = [replace(p, text=_swapped(p.text, partition.data_sum, _SUM)) for p in partition.pages]
    keys = {page.address: _key(page, pages) for page in pages}
    before = _kept(cache.get(frame_key))
    ready = {a: before.pages[key] for a, key in keys.items() if key in before.pages}
    frame = before.frame
    missing = [page for page in pages if page.address not in ready]
    if missing or not frame:
        made, findings = _made(root, partition, missing, site)
        if findings:
            return (), findings
        if not site.language.is_chinese:
            made = {a: marked(d) if a.endswith(".html") else d for a, d in made.items()}
        ready |= {page.address: made[page.address] for page in missing}
        frame = {name: data for name, data in sorted(made.items()) if name not in keys}
        kept = _Kept({key: ready[address] for address, key in keys.items()}, frame)
        cache.put(frame_key, pickle.dumps(kept))
    own, named = dict(partition.files), partition.data_sum.encode()
    write_all(target, ((a, _swapped(ready[a], _SUM.encode(), named)) for a in keys))
    write_all(target, {**frame, **own}.items())
    return tuple(dict.fromkeys((*keys, *frame, *own))), ()


def _key(page: Page, pages: Sequence[Page]) -> str:
    """The hash of what a page's HTML is made from: which others are there, where it links so."""
    others = [p.address for p in pages] if _MARKDOWN_LINK.search(page.text) else []
    return digest([page.address, page.text, *others])


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a partition: its pages by what they were made from, the theme's files."""

    pages: Mapping[str, bytes]
    frame: dict[str, bytes]


def _kept(data: bytes | None) -> _Kept:
    return pickle.loads(data) if data else _Kept({}, {})  # noqa: S301 -- our own


def _swapped(text: AnyStr, one: AnyStr, other: AnyStr) -> AnyStr:
    return text.replace(one, other) if one and other else text


def write_all(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files below a folder, by their paths in it."""
    made: set[Path] = set()
    for name, data in files:
        path = folder / name
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(data)


def _made(
    root: Path, partition: Partition, missing: Sequence[Page], site: Site
) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """What mkdocs makes of some pages: address → bytes, the theme's own files among them."""
    texts = {page.address: page.text for page in missing}
    first = f"{partition.name}/{HOME}".lstrip("/")
    if any(_MARKDOWN_LINK.search(text) for text in texts.values()):
        texts = {page.address: _STUB for page in partition.pages} | texts
    texts.setdefault(first, _STUB)  # the navigation leads there
    start = f"{partition.name}/" if partition.name else ""
    sources = {markdown_file(address).removeprefix(start): text for address, text in texts.items()}
    made, findings = run_mkdocs(root, sources, partition.name, site)
    return {start + name: data for name, data in made.items()}, findings
