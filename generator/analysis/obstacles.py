"""What stands in the way: the classes of a problem, each with the words that say so.

Keyword rules, printed on the method page; the data file is ``obstacles.toml``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from generator.analysis.problems import states_problem

OTHER = "other"
_CLAUSE = re.compile(r"[^。；;！？，,]+[。；;！？，,]?")
_SOLVED = re.compile(r"(?:问题|困难|障碍).{0,4}已.{0,4}(?:解决|化解|消除)")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One class that a problems cell names; quote is its clause, start and end its offsets."""

    kind: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of obstacles: its key, its name and the patterns of its words."""

    key: str
    name: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None

    @property
    def wordings(self) -> tuple[str, ...]:
        """The patterns as people read them: 资金…（不足、缺口、短缺）."""
        return tuple(_readable(word) for word in self.words)


@cache
def kinds() -> tuple[Kind, ...]:
    """All classes, in the order of the data file."""
    text = files(__package__).joinpath("obstacles.toml").read_text(encoding="utf-8")
    return tuple(
        Kind(
            key, table["name"], tuple(table["words"]),
            re.compile("|".join(table["words"]) or r"(?!)"),
            re.compile(table["unless"]) if table.get("unless") else None,
        )
        for key, table in tomllib.loads(text).items()
    )  # fmt: skip


def obstacles(problems: str) -> tuple[Obstacle, ...]:
    """The classes that a problems cell names, each once, by its first clause that does."""
    if not states_problem(problems):
        return ()
    found: dict[str, Obstacle] = {}
    for clause in _CLAUSE.finditer(problems):
        if _SOLVED.search(clause[0]):
            continue
        for kind in kinds():
            if kind.key in found or not kind.pattern.search(clause[0]):
                continue
            if kind.unless and kind.unless.search(clause[0]):
                continue
            start, end = _trimmed(problems, *clause.span())
            found[kind.key] = Obstacle(kind.key, problems[start:end], start, end)
    if not found:
        sentence = re.search(r"[^。；;！？]+", problems)
        start, end = _trimmed(problems, *(sentence.span() if sentence else (0, len(problems))))
        found[OTHER] = Obstacle(OTHER, problems[start:end], start, end)
    order = [kind.key for kind in kinds()]
    return tuple(sorted(found.values(), key=lambda o: order.index(o.kind)))


def _readable(pattern: str) -> str:
    text = re.sub(r"\(\?<?!.*?\)", "", pattern)
    text = re.sub(r"\.\{\d+,\d+\}", "…", text).replace("(?:", "（").replace(")", "）")
    return text.replace("）?", "）").replace("?", "").replace("|", "、")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause without the item's number before it and the stop behind it."""
    if match := re.match(r"\s*\d{1,2}\s*[.．、]\s*", text[start:end]):
        start += match.end()
    while end > start and text[end - 1] in "。；;！？，, ":
        end -= 1
    return start, end
