"""What the program has to tell the clerk: one finding a fault, with its place and its mend.

A finding is data. The stages only collect findings; ``cli`` prints them, all at
once, and decides the exit code. The words live in ``messages.toml`` in Chinese
and English, keyed by the finding's code, so that a message can be mended
without touching the code that found the fault.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


class Severity(StrEnum):
    """How grave a finding is: errors stop the build, warnings and notes don't."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file.

    Attributes:
        file: path as the clerk knows it, relative to the site where possible.
        line: line number from 1; 0 where the file as a whole is meant.
        column: a column's name (``goal``) or its position (``第3列``); may be empty.
    """

    file: str
    line: int = 0
    column: str = ""

    def text(self, lang: str) -> str:
        """The place in words: ``content/2017H1/tasks.csv 第24行 unit 列``."""
        if not self.line:
            return self.file
        if lang == "en":
            return f"{self.file} line {self.line}" + (
                f" column {self.column}" if self.column else ""
            )
        return f"{self.file} 第{self.line}行" + (f" {self.column} 列" if self.column else "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or remark: a code of ``messages.toml``, its place and the values in its words."""

    code: str
    place: Place
    values: tuple[tuple[str, str], ...] = ()

    @property
    def severity(self) -> Severity:
        """The severity that ``messages.toml`` gives to this code."""
        return Severity(_messages()[self.code]["severity"])

    def what(self, lang: str = "zh") -> str:
        """What is wrong, in one sentence."""
        return str(_messages()[self.code][lang]).format_map(dict(self.values))

    def mend(self, lang: str = "zh") -> str:
        """What to do about it, in one sentence."""
        return str(_messages()[self.code][f"{lang}_mend"]).format_map(dict(self.values))


def finding(code: str, place: Place, **values: object) -> Finding:
    """A finding with its values given by name, as in ``finding("goal-empty", place, no=7)``."""
    return Finding(code, place, tuple((key, str(value)) for key, value in values.items()))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding must stop the build."""
    return any(f.severity is Severity.ERROR for f in findings)


@cache
def _messages() -> dict[str, dict[str, Any]]:
    text = files("generator").joinpath("messages.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
