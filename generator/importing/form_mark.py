"""The mark by which a form that we sent out is known again when it comes back.

It stands twice: in the file's properties, where nobody types over it, and in
print above the table, where it outlives every conversion to another format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from generator.importing.document import Document

_HIDDEN = re.compile(
    r"taizhang:form:(?P<snapshot>[0-9]{4}(?:H[12])?):(?P<unit>[a-z][a-z0-9-]*)", re.ASCII
)
_PRINTED = re.compile(
    r"表号\s*[:：]\s*(?P<snapshot>[0-9]{4}(?:H[12])?)-(?P<unit>[a-z][a-z0-9-]*)", re.ASCII
)
# The id of the form for tasks whose unit isn't known; no unit may have it.
NOBODY = "unknown"


@dataclass(frozen=True, slots=True)
class FormMark:
    """Which snapshot a form asks for and which unit it was made for (its id, or NOBODY)."""

    snapshot: str
    unit: str

    @property
    def hidden(self) -> str:
        """The mark as the file's properties (关键词) hold it: ``taizhang:form:2017H2:shuiwu``."""
        return f"taizhang:form:{self.snapshot}:{self.unit}"

    @property
    def printed(self) -> str:
        """The mark as it stands above the table: ``表号：2017H2-shuiwu``."""
        return f"表号：{self.snapshot}-{self.unit}"


def hidden_mark(properties: str) -> str:
    """The mark within the text of a file's properties; empty where there is none."""
    match = _HIDDEN.search(properties)
    return match[0] if match else ""


def form_mark(document: Document) -> FormMark | None:
    """The mark of a form; None for other documents, and for several forms in one.

    What is printed counts before the properties: a table copied into another
    file brings its own number along.
    """
    printed = {
        FormMark(match["snapshot"], match["unit"])
        for row in document.rows
        for match in _PRINTED.finditer(row.text)
    }
    if printed:
        return printed.pop() if len(printed) == 1 else None
    match = _HIDDEN.fullmatch(document.mark)
    return FormMark(match["snapshot"], match["unit"]) if match else None
