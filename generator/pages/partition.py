"""What pages are before they are typeset: Markdown files, gathered by partition."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file of the build: the page's address, the file's text, the page's title."""

    address: str
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Partition:
    """What one mkdocs run turns into a part of the site: its pages and its other files.

    Attributes:
        name: the folder below the site's root; empty for the portal.
        files: address → bytes of files that are copied as they are.
        data_sum: the SHA-256 of its tasks.json, which its pages name; empty where none do.
    """

    name: str
    pages: tuple[Page, ...]
    files: tuple[tuple[str, bytes], ...]
    data_sum: str = ""

    def with_files(self, more: Iterable[tuple[str, bytes]]) -> Partition:
        """The partition with more files that are copied as they are."""
        return replace(self, files=(*self.files, *more))


def front_matter(meta: Mapping[str, object]) -> str:
    """What a page says of itself, above its Markdown: YAML, each value written as JSON."""
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in meta.items())
    return f"---\n{''.join(lines)}---\n\n"


def parted(text: str) -> tuple[dict[str, object], str]:
    """What ``front_matter`` has written, read again, and the page's Markdown."""
    head, _, body = text.partition("\n---\n")
    lines = (line.partition(": ") for line in head.split("\n")[1:])
    return {key: json.loads(value) for key, _, value in lines}, body
