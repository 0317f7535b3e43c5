"""“Did you mean …?” for names that nothing knows."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def nearest(name: str, known: Iterable[str]) -> str:
    """The likest known name, or ``—`` where none resembles it."""
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=50)
    return found[0] if found else "—"
