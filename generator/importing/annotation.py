"""A workbook as received, given back with what was found marked in its cells."""

from __future__ import annotations

import io
import warnings
from collections import defaultdict
from collections.abc import Iterable

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from generator.findings import Finding, Severity

_FILLS = {
    Severity.ERROR: PatternFill("solid", fgColor="FFC7CE"),
    Severity.WARNING: PatternFill("solid", fgColor="FFEB9C"),
    Severity.NOTE: PatternFill("solid", fgColor="DDEBF7"),
}
_AUTHOR = "台账"


def annotated(data: bytes, findings: Iterable[Finding], lang: str) -> bytes:
    """An .xlsx with every finding that has a row or cell as a coloured, commented cell.

    Args:
        data: a workbook that was read without being refused.
        findings: those of other places are left out.
        lang: the language of the comments, ``zh`` or ``en``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that openpyxl leaves out
        book = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    by_cell: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for found in findings:
        place = found.place
        if place.sheet in book.sheetnames and place.line:
            by_cell[place.sheet, f"{place.column or 'A'}{place.line}"].append(found)
    order = [Severity.NOTE, Severity.WARNING, Severity.ERROR]
    for (sheet, reference), found_here in by_cell.items():
        cell = book[sheet][reference]
        if not isinstance(cell, Cell):
            continue  # within a merged cell, which a comment can't be hung on
        worst = max((f.severity for f in found_here), key=order.index)
        words = "\n".join(f"{f.what(lang)} → {f.mend(lang)}" for f in found_here)
        before = f"{cell.comment.text}\n" if cell.comment else ""
        cell.comment = Comment(before + words, _AUTHOR, height=160, width=320)
        cell.fill = _FILLS[worst]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
