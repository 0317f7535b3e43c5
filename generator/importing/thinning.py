"""A sheet's XML without the cells that hold nothing, measured row by row before it is opened.

openpyxl makes an object of some hundreds of bytes of every cell and row that is stored,
be it only for a border: a sheet formatted to its last row fills the memory with nothing.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from generator.importing.document import RefusedError
from generator.importing.grid import MOST_COLUMNS, MOST_ROWS

# More than an office's largest table, and some 200 MB as openpyxl holds them.
MOST_CELLS = 300_000
# Below so many empty cells and rows a file is opened as it is.
_FEW = 20_000


def thinned_book(data: bytes, sheets: Mapping[str, bytes]) -> bytes:
    """A workbook's file with its sheets thinned; the file itself where there is little to thin.

    Args:
        data: the file.
        sheets: the XML of its sheets by the names of their parts.

    Raises:
        RefusedError: as soon as more is found than a table can hold, or damaged XML.
    """
    thin: dict[str, bytes] = {}
    cells = 0
    for name, sheet in sheets.items():
        more, cells = _thinned(sheet, cells)
        if more is not None:
            thin[name] = more
    return _with_parts(data, thin) if thin else data


def _thinned(sheet: bytes, cells: int) -> tuple[bytes | None, int]:
    """A sheet's XML without what is empty, if that is much; and the cells counted so far."""
    empty, number = 0, 0
    last: etree._Element | None = None
    events = etree.iterparse(
        io.BytesIO(sheet), events=("end",), tag="{*}row", resolve_entities=False,
        no_network=True, load_dtd=False, huge_tree=False,
    )  # fmt: skip
    try:
        for _, row in events:
            number = _whole(row.get("r"), number + 1)
            blank = [cell for cell in row if len(cell) == 0]
            cells += len(row) - len(blank)
            if len(row) > len(blank) and number > MOST_ROWS:
                raise RefusedError("table-too-large", rows=MOST_ROWS, columns=MOST_COLUMNS)
            if cells > MOST_CELLS:
                raise RefusedError("table-too-full", n=MOST_CELLS)
            empty += len(blank)
            for cell in blank:
                row.remove(cell)
            # The parser still holds on to the row that it has just ended.
            if last is not None and len(last) == 0 and (parent := last.getparent()) is not None:
                parent.remove(last)
                empty += 1
            last = row
    except etree.XMLSyntaxError as fault:
        raise RefusedError("document-damaged") from fault
    return (etree.tostring(events.root, encoding="UTF-8") if empty > _FEW else None), cells


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() else default


def _with_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for member in old.infolist():
            kept = parts.get(member.filename)
            new.writestr(member.filename, old.read(member) if kept is None else kept)
    return stream.getvalue()
