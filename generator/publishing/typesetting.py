"""A partition's Markdown → its finished pages: by mkdocs, or taken over where nothing changed.

A page's HTML depends on its Markdown, the theme, mkdocs.yml and the program: the page says
itself what leads where. So mkdocs runs over the pages that are new, and the others are
what they were. It never sees links to pages that it wasn't given: ``links`` checks
the finished tree as a whole.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import AnyStr

from generator.findings import Finding
from generator.pages.address import HOME, markdown_file
from generator.pages.packing import zipped
from generator.pages.rendering import Page
from generator.pages.site import Site
from generator.pages.snapshot_pages import Partition
from generator.publishing.cache import Cache, digest
from generator.publishing.content_language import marked
from generator.publishing.fingerprint import program, theme
from generator.publishing.mkdocs_run import run_mkdocs

# A hand-written page may link to other Markdown files, which mkdocs must know of then.
_MARKDOWN_LINK = re.compile(r"\]\([^)\s]*\.md[)#\s]")
# Stands in a page that is kept where the sum of the data will be.
_SUM = sha256(b"tasks.json").hexdigest()
_STUB = "---\ntitle: x\n---\n\nx\n"


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
    keys = {page.address: digest([frame_key, page.address, page.text]) for page in pages}
    ready = {address: cache.get(key) for address, key in keys.items()}
    frame = cache.get(frame_key)
    missing = [page for page in pages if ready[page.address] is None]
    if missing or frame is None:
        made, findings = _made(root, partition, missing, site)
        if findings:
            return (), findings
        if not site.language.is_chinese:
            made = {a: marked(d) if a.endswith(".html") else d for a, d in made.items()}
        for page in missing:
            ready[page.address] = made.pop(page.address)
            cache.put(keys[page.address], ready[page.address] or b"")
        own = {page.address for page in partition.pages}
        frame = zipped((name, data) for name, data in sorted(made.items()) if name not in own)
        cache.put(frame_key, frame)
    named = partition.data_sum.encode()
    made_pages = {a: _swapped(d, _SUM.encode(), named) for a, d in ready.items() if d is not None}
    files = made_pages | _unzipped(frame) | dict(partition.files)
    write_all(target, files.items())
    return tuple(files), ()


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
    work = root / "build"
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work, prefix=".mkdocs-") as folder:
        source, target = Path(folder, "docs"), Path(folder, "site")
        inside = {
            _within(partition, markdown_file(address)): text.encode()
            for address, text in texts.items()
        }
        write_all(source, inside.items())
        findings = run_mkdocs(root, source, partition.name, target, site)
        return _collected(partition, target), findings


def _within(partition: Partition, address: str) -> str:
    return address.removeprefix(f"{partition.name}/") if partition.name else address


def _collected(partition: Partition, folder: Path) -> dict[str, bytes]:
    start = f"{partition.name}/" if partition.name else ""
    return {
        start + path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
