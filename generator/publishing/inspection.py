"""A finished part of the tree, read once: its files' sums, its links, its pages, its leaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from generator.findings import Finding
from generator.publishing.cache import Cache, digest
from generator.publishing.completeness import check_each
from generator.publishing.fingerprint import program
from generator.publishing.leaks import Secrets, find_leaks
from generator.publishing.links import Document, Seams, check_within, document_of, parsed, style_of
from generator.publishing.manifest import Listed, listed

_SUM = 32  # bytes of a SHA-256


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in a part of the tree, and what the whole needs to know of it.

    Attributes:
        files: its files, by name.
        seams: its links to other parts, and what these may link to.
        findings: what is wrong with its links and pages.
    """

    files: Mapping[str, Listed]
    seams: Seams
    findings: tuple[Finding, ...]


def inspect(tree: Path, names: Sequence[str]) -> Inspection:
    """Read a part of a tree, each file once.

    Args:
        tree: the tree.
        names: the files of the part.
    """
    files: dict[str, Listed] = {}
    documents: dict[str, Document] = {}

    def pages() -> Iterator[tuple[str, html.HtmlElement]]:
        # One at a time: a thousand pages as elements are more than their bytes.
        for name in sorted(names):
            data = (tree / name).read_bytes()
            files[name] = listed(data)
            if name.endswith(".html"):
                page = parsed(data)
                documents[name] = document_of(page)
                yield name, page
            elif name.endswith(".css"):
                documents[name] = style_of(data)

    faults = tuple(check_each(pages()))
    broken, seams = check_within(documents, files)
    return Inspection(files, seams, (*broken, *faults))


def search_key(secrets: Secrets) -> str:
    """The hash of a search: the same search finds the same in the same bytes."""
    words = sorted(secret.text for secret in secrets.values)
    return digest([program(), *words, "", *sorted(secrets.allowed)])


def leaks_in(
    tree: Path, names: Sequence[str], part: str, secrets: Secrets, cache: Cache
) -> list[Finding]:
    """What some files give away; contents in which the same search found nothing are passed.

    Args:
        tree: the tree.
        names: the files to be looked into.
        part: which part of the tree they are.
        secrets: what to look for.
        cache: where the sums of clean contents are.
    """
    key = digest(["clean", search_key(secrets), part])
    known = cache.get(key) or b""
    sums = [known[at : at + _SUM] for at in range(0, len(known), _SUM)]
    found, clean = find_leaks(tree, secrets, sums, names)
    if not found:
        cache.put(key, b"".join(sorted(clean)))
    return found
