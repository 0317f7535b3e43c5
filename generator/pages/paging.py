"""Tables and lists that are too long for one page: where each page of them begins and ends."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil
from typing import Generic, TypeVar

from generator.pages import address
from generator.pages.book import Book

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a table or a list that may be too long for a single one.

    Attributes:
        address: where the page is.
        rows: which of the rows stand on it.
        words: what the page is called among the others: 第1—500号, 第2页.
        first, last: the numbers of its first and its last task, where the rows are all
            tasks in the order of their numbers; else 0.
        script: where its rows are as a script; empty where nothing loads them.
    """

    address: str
    rows: slice
    words: str
    first: int = 0
    last: int = 0
    script: str = ""


@dataclass(frozen=True, slots=True)
class Group(Generic[T]):
    """The entries of a list that stand under one heading.

    Attributes:
        key: the heading's anchor.
        name: what they have in common.
        title: the heading: the name with the number of entries.
    """

    key: str
    name: str
    title: str
    entries: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class Stretch(Generic[T]):
    """What stands of a group on one page.

    Attributes:
        first: the place of its first entry in the whole group, from 1.
    """

    group: Group[T]
    entries: tuple[T, ...]
    first: int

    @property
    def last(self) -> int:
        """The place of its last entry in the whole group."""
        return self.first + len(self.entries) - 1

    @property
    def whole(self) -> bool:
        """Whether all of the group stands on the page."""
        return len(self.entries) == len(self.group.entries)


def numbered_parts(book: Book, name: str, most: int) -> list[Part]:
    """The pages of a table of all tasks with at most so many rows each."""
    numbers = [view.task.no for view in book.views]
    parts = []
    for n, rows in enumerate(cut([1] * len(numbers), most)):
        first, last = (numbers[rows][0], numbers[rows][-1]) if numbers else (0, 0)
        parts.append(Part(_address(book, name, n), rows, _numbers(book, first, last), first, last))
    return parts


def list_parts(book: Book, name: str, weights: Sequence[int], most: int) -> list[Part]:
    """The pages of a list, each with entries that weigh about ``most`` together, or less."""
    return [
        Part(_address(book, name, n), rows, book.say("第%(n)d页", n=n + 1))
        for n, rows in enumerate(cut(weights, most))
    ]


def cut(weights: Sequence[int], most: int) -> list[slice]:
    """As few stretches as can be about as heavy as each other, none much above ``most``.

    >>> cut([1, 1, 1, 1, 1], 2)
    [slice(0, 1, None), slice(1, 3, None), slice(3, 5, None)]
    """
    reached = [0, *accumulate(weights)]
    number = max(1, ceil(reached[-1] / most))
    cuts = [bisect_right(reached, reached[-1] * n // number) - 1 for n in range(number)]
    return [slice(start, end) for start, end in pairwise([*cuts, len(weights)])]


def label_of(book: Book, parts: Sequence[Part], part: Part) -> str:
    """The snapshot in words, with the page's name where it is one of several."""
    if len(parts) == 1:
        return book.label
    return book.say("%(snapshot)s，%(part)s", snapshot=book.label, part=part.words)


def stretches(groups: Sequence[Group[T]], part: Part) -> list[Stretch[T]]:
    """What stands on one page of a list: a group goes on where the page before ended.

    A group without entries stands where they would.
    """
    found, start = [], 0
    total = sum(len(group.entries) for group in groups)
    for group in groups:
        end = start + len(group.entries)
        low, high = max(start, part.rows.start), min(end, part.rows.stop)
        place = min(start, max(total - 1, 0))
        empty = start == end and part.rows.start <= place < max(part.rows.stop, 1)
        if low < high or empty:
            found.append(Stretch(group, group.entries[low - start : high - start], low - start + 1))
        start = end
    return found


def beginnings(groups: Sequence[Group[T]], parts: Sequence[Part]) -> Mapping[str, str]:
    """The address at which each group begins, by its key."""
    return {
        stretch.group.key: f"{part.address}#{stretch.group.key}"
        for part in reversed(parts)
        for stretch in stretches(groups, part)
    }


def _address(book: Book, name: str, place: int) -> str:
    return address.snapshot_page(book.snapshot, f"{name}-{place + 1}" if place else name)


def _numbers(book: Book, first: int, last: int) -> str:
    if first == last:
        return book.say("第%(no)d号", no=first)
    return book.say("第%(first)d—%(last)d号", first=first, last=last)
