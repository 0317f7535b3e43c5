"""Excel workbooks that hold texts as texts, and are the same bytes each time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import IO, Any

import xlsxwriter

# Whatever sign a text begins with, it is no formula, link or number.
TEXTS_ONLY = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
# Excel's own limit. A longer text is cut with a word that says so; the data files have it.
_MOST_CHARACTERS = 32_767
_CUT = "……（全文见数据文件）"
_LONGEST_TITLE = 255
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


def new_workbook(stream: IO[bytes], title: str, keywords: str = "") -> xlsxwriter.Workbook:
    """An empty workbook, written into ``stream`` when it is closed; dated by no clock."""
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **TEXTS_ONLY})
    describe(book, title, keywords)
    return book


def describe(book: Any, title: str, keywords: str = "") -> None:
    """Set what a workbook says of itself: its date is a fixed one."""
    book.set_properties({"title": title[:_LONGEST_TITLE], "keywords": keywords, "created": _MADE})


def fitting(text: str) -> str:
    """A text as long as a cell may be."""
    if len(text.encode("utf-16-le")) // 2 <= _MOST_CHARACTERS:
        return text
    room = _MOST_CHARACTERS - len(_CUT)
    kept = text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore")
    return kept + _CUT
