"""An Office file as a zip of XML parts, opened only after looking at what it holds.

Nothing is unpacked that is larger than a document can be, no entity is resolved,
no link followed, no macro run. What is left aside is told.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from generator.findings import Finding, Place, finding
from generator.importing.document import RefusedError
from generator.importing.form_mark import hidden_mark

# Unpacked XML; an office's largest workbook has some 20 MB of it, about ten
# times its packed size. Bombs reach a thousand times.
_MOST_XML = 64 * 1024 * 1024
_MOST_MEMBERS = 5_000
_HIGHEST_RATIO = 120
_SMALL = 8 * 1024 * 1024
_DOCTYPES = tuple("<!DOCTYPE".encode(e) for e in ("utf-8", "utf-16-le", "utf-16-be"))
_XML = (".xml", ".rels", ".vml")


@dataclass(frozen=True, slots=True)
class Package:
    """The XML parts of an Office file by name, and what was noticed on opening it."""

    parts: dict[str, bytes]
    findings: tuple[Finding, ...]

    @property
    def mark(self) -> str:
        """The mark that a form of ours carries in its properties; empty for other files."""
        texts = (d for name, d in sorted(self.parts.items()) if name.startswith("docProps/"))
        return hidden_mark("\n".join(data.decode("utf-8", "replace") for data in texts))

    def tree(self, part: str) -> etree._Element | None:
        """A part's root element; None where the file has no such part.

        Raises:
            RefusedError: for XML that is damaged.
        """
        return parse(self.parts[part]) if part in self.parts else None


def open_package(name: str, data: bytes) -> Package:
    """The XML parts of a .docx or .xlsx.

    Raises:
        RefusedError: for a file that is damaged, locked, or larger than it seems.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _refuse_bombs(members)
            parts = {m.filename: archive.read(m) for m in members if m.filename.endswith(_XML)}
            names = [m.filename for m in members]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError) as fault:
        raise RefusedError("document-damaged") from fault
    if any(doctype in part for part in parts.values() for doctype in _DOCTYPES):
        raise RefusedError("document-entities")
    return Package(parts, tuple(_left_aside(name, names, parts)))


def parse(data: bytes) -> etree._Element:
    """The root of an XML part, nothing resolved and nothing fetched.

    Raises:
        RefusedError: for XML that is damaged.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise RefusedError("document-damaged") from fault


def local(name: str) -> str:
    """A tag's or attribute's name without its namespace: Office knows two sets of them."""
    return name.rpartition("}")[2]


def _refuse_bombs(members: list[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise RefusedError("document-locked")
    xml = [member for member in members if member.filename.endswith(_XML)]
    total = sum(member.file_size for member in xml)
    packed = sum(member.compress_size for member in xml)
    if (
        len(members) > _MOST_MEMBERS
        or total > _MOST_XML
        or (total > _SMALL and total > packed * _HIGHEST_RATIO)
    ):
        raise RefusedError("document-bomb")


def _left_aside(name: str, names: list[str], parts: dict[str, bytes]) -> Iterator[Finding]:
    if any(member.endswith("vbaProject.bin") for member in names):
        yield finding("macros-left-out", Place(name))
    targets = {
        relation.get("Target", "")
        for part, data in parts.items()
        if part.endswith(".rels")
        for relation in parse(data)
        if relation.get("TargetMode") == "External"
        if not relation.get("Type", "").endswith("/hyperlink")
    }
    for target in sorted(targets)[:5]:
        yield finding("external-link", Place(name), target=target[:80])
