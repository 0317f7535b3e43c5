"""What the program has to tell the clerk: one finding a fault, with its place and its mend.

A finding is data. The stages only collect findings; ``cli`` prints them, all at
once, and decides the exit code. The words live in ``messages.toml``, keyed by the finding's
code, and their English in the catalogues, so that a message can be mended without
touching the code that found the fault.
"""

from __future__ import annotations

import errno
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from generator.catalogues import language

# The languages of ``--lang`` and the catalogues of their words.
LOCALE_OF = {"zh": "zh_CN", "en": "en"}


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
        line: line of a text or row of a table, from 1; 0 where more is meant than a line.
        column: a column's name (``goal``), its position (``3``) or, on a sheet, its
            letters (``D``); may be empty.
        sheet: name of a workbook's sheet.
        page: page of a PDF, from 1.
        table: which table of the document, from 1; 0 outside of tables.
        paragraph: which paragraph of a document without lines, from 1.
    """

    file: str
    line: int = 0
    column: str = ""
    sheet: str = ""
    page: int = 0
    table: int = 0
    paragraph: int = 0

    def text(self, lang: str) -> str:
        """The place in words: ``tasks.csv 第24行 unit 列``, ``表.xlsx 工作表1!D17``."""
        return f"{self.file} {self.within(lang)}".strip()

    def within(self, lang: str) -> str:
        """The place without its file: ``第2页 表1 第4行第2列``."""
        if self.sheet:
            cell = f"!{self.column}{self.line}" if self.column else ""
            return f"{self.sheet}{cell}" + (self._line(lang) if not cell else "")
        if lang == "en":
            parts = [("page", self.page), ("table", self.table), ("paragraph", self.paragraph)]
            words = [f"{word} {number}" for word, number in parts if number]
        else:
            words = [f"第{self.page}页"] if self.page else []
            words += [f"表{self.table}"] if self.table else []
            words += [f"第{self.paragraph}段"] if self.paragraph else []
        return " ".join([*words, self._line(lang).strip()]).strip()

    def _line(self, lang: str) -> str:
        if not self.line:
            return ""
        if lang == "en":
            word = "row" if self.table or self.sheet else "line"
            return f" {word} {self.line}" + (f" column {self.column}" if self.column else "")
        if self.column.isdecimal():
            return f" 第{self.line}行第{self.column}列"
        return f" 第{self.line}行" + (f" {self.column} 列" if self.column else "")


@dataclass(frozen=True, slots=True)
class Term:
    """One of the interface's own words among a message's values, said in the reader's language."""

    text: str


Value = str | Place | Term


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or remark: a code of ``messages.toml``, its place and the values in its words."""

    code: str
    place: Place
    values: tuple[tuple[str, Value], ...] = ()

    @property
    def severity(self) -> Severity:
        """The severity that ``messages.toml`` gives to this code."""
        return Severity(_messages()[self.code]["severity"])

    def what(self, lang: str = "zh") -> str:
        """What is wrong, in one sentence."""
        return self._said("one" if self._of_one else "what", lang)

    def mend(self, lang: str = "zh") -> str:
        """What to do about it, in one sentence."""
        return self._said("mend", lang)

    @property
    def _of_one(self) -> bool:
        """Whether a message on a run of numbers is on one, and has words for that."""
        numbers = dict(self.values)
        one = "first" in numbers and numbers["first"] == numbers.get("last")
        return one and "one" in _messages()[self.code]

    def _said(self, part: str, lang: str) -> str:
        message = str(_messages()[self.code][part])
        return language(LOCALE_OF[lang]).say(message).format_map(self._words(lang))

    def _words(self, lang: str) -> dict[str, str]:
        return {name: self._word(value, lang) for name, value in self.values}

    def _word(self, value: Value, lang: str) -> str:
        if isinstance(value, Term):
            return language(LOCALE_OF[lang]).say(value.text)
        if isinstance(value, Place):
            return value.within(lang) if value.file == self.place.file else value.text(lang)
        return value


def finding(code: str, place: Place, **values: object) -> Finding:
    """A finding with its values given by name, as in ``finding("goal-empty", place, no=7)``."""
    return Finding(
        code, place,
        tuple((k, v if isinstance(v, Place | Term) else str(v)) for k, v in values.items()),
    )  # fmt: skip


def disk_fault(fault: OSError) -> str | Term:
    """What the system says is wrong with a file or a disk, in the clerk's words."""
    return _DISK_FAULTS.get(fault.errno or 0) or fault.strerror or str(fault)


_DISK_FAULTS = {
    errno.ENOENT: Term("文件不存在"),
    errno.EACCES: Term("没有权限"),
    errno.EPERM: Term("没有权限"),
    errno.EISDIR: Term("这是文件夹，不是文件"),
    errno.ENOTDIR: Term("这是文件，不是文件夹"),
    errno.EEXIST: Term("已有同名的文件"),
    errno.ENOSPC: Term("磁盘已满"),
    errno.EROFS: Term("磁盘只读"),
    errno.EFBIG: Term("文件超出允许的大小"),
}


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding must stop the build."""
    return any(f.severity is Severity.ERROR for f in findings)


@cache
def _messages() -> dict[str, dict[str, Any]]:
    text = files("generator").joinpath("messages.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
