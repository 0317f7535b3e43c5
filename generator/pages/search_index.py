"""The full-text index: pairs of characters, in small scripts that load when someone searches.

Chinese has no spaces between words; an index of every pair of neighbouring
characters (and of single ones) finds any word wherever it stands (ADR 6). A
script that calls a function works from ``file://`` too, where nothing else may be
fetched. Of a snapshot in ``search/``: ``index.js`` lists what can be found;
``g0.js`` … hold pairs → entries; ``t0.js`` … the texts, to check hits and show
the sentence. ``search.js`` in the theme reads them: ``fold`` and ``shard`` must be the
same there.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from generator.pages import address
from generator.pages.book import Book
from generator.pages.unit_pages import unit_sentence

# A script of this many characters loads and parses in a few milliseconds.
_SHARD = 24_000
_CHUNK = 24_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found: its address, its title, and its texts."""

    address: str
    title: str
    texts: tuple[str, ...]


def snapshot_entries(book: Book) -> tuple[Entry, ...]:
    """A snapshot's units and tasks."""
    say = book.say
    units = [Entry(row.address, row.name, (unit_sentence(book, row),)) for row in book.rows]
    tasks = [
        Entry(
            view.address,
            " ".join(
                filter(
                    None,
                    (
                        view.lead.name or say("责任单位不明"),
                        say("第%(no)d号", no=view.task.no),
                        view.task.title,
                    ),
                )
            ),
            tuple(
                filter(
                    None,
                    (
                        view.task.goal, view.task.progress, view.task.problems,
                        view.task.next_steps,
                        say("、").join(partner.name for partner in view.partners),
                    ),
                )
            ),
        )
        for view in book.views
    ]  # fmt: skip
    return (*units, *tasks)


def search_files(id_: str, label: str, entries: Sequence[Entry]) -> list[tuple[str, bytes]]:
    """The index of one partition as files: address → bytes.

    Args:
        id_: the partition's name; empty for the portal.
        label: what readers call it.
        entries: what can be found, in the order in which equal hits are shown.
    """
    grams = _grams(entries)
    weight = sum(4 + 4 * len(found) for found in grams.values())
    shards = max(1, round(weight / _SHARD))
    parts: list[dict[str, list[int]]] = [{} for _ in range(shards)]
    for gram in sorted(grams):
        parts[shard(gram, shards)][gram] = _gaps(grams[gram])
    chunks, first = _chunks(entries)
    head = {
        "label": label,
        "shards": shards,
        "chunks": first,
        "entries": [[entry.address, entry.title] for entry in entries],
    }
    files: dict[str, list[object]] = {"index": [head]}
    files |= {f"g{number}": [number, part] for number, part in enumerate(parts)}
    files |= {f"t{number}": [number, chunk] for number, chunk in enumerate(chunks)}
    return [
        (address.search_file(id_, name), _script(id_, name[0], values))
        for name, values in files.items()
    ]


def _grams(entries: Iterable[Entry]) -> dict[str, list[int]]:
    """Pair or single character → the entries that contain it, in ascending order."""
    found: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        own: set[str] = set()
        for text in (entry.title, *entry.texts):
            folded = fold(text)
            own.update(folded)
            own.update(map("".join, pairwise(folded)))
        for gram in own:
            found.setdefault(gram, []).append(number)
    return found


def _gaps(numbers: Sequence[int]) -> list[int]:
    """Ascending numbers as the first and the steps between them, which are shorter."""
    return [b - a for a, b in zip([0, *numbers], numbers, strict=False)]


def _chunks(entries: Sequence[Entry]) -> tuple[list[list[list[str]]], list[int]]:
    """The texts in portions, and the number of the first entry of each."""
    chunks: list[list[list[str]]] = []
    first: list[int] = []
    filled = 0
    for number, entry in enumerate(entries):
        size = sum(map(len, entry.texts))
        if not chunks or filled + size > _CHUNK:
            chunks.append([])
            first.append(number)
            filled = 0
        chunks[-1].append(list(entry.texts))
        filled += size
    return chunks, first


def fold(text: str) -> str:
    """Text as it is compared: width, case and spaces don't matter (ＡＱＩ = aqi)."""
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    return "".join(unicodedata.normalize("NFKC", character).lower().split())


def shard(gram: str, shards: int) -> int:
    """In which of the files a pair or single character stands."""
    second = ord(gram[1]) if len(gram) > 1 else 0
    return (ord(gram[0]) * 31 + second) % shards


def _script(id_: str, kind: str, values: Sequence[object]) -> bytes:
    called = {"i": "index", "g": "grams", "t": "texts"}[kind]
    arguments = ",".join(
        json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in (id_, *values)
    )
    # These two end a line in scripts of the time before ES2019.
    arguments = arguments.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"taizhangSearch.{called}({arguments});\n".encode()
