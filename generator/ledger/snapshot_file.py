"""snapshot.yml: what is known of a snapshot besides its tasks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date

import yaml

from generator.findings import Finding, Place, finding
from generator.importing.cleaning import visible
from generator.importing.plain_text import decode
from generator.ledger.model import DISCLOSURE_LABELS, Disclosure, Kind, Source
from generator.ledger.suggestions import nearest

STATUSES = ("published", "draft")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """The file's content; each attribute is one of its keys."""

    title: str
    kind: Kind
    status: str = "published"
    as_of: date | None = None
    sources: tuple[Source, ...] = ()
    disclosure: Disclosure | None = None
    preamble: tuple[str, ...] = ()
    missing_parts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


# One document stands under ``source``, several in a list under ``sources``.
_KEYS = (*(f.name for f in fields(SnapshotFile)), "source")
_SOURCE_KEYS = tuple(f.name for f in fields(Source))


def read_snapshot_file(file: str, data: bytes) -> tuple[SnapshotFile | None, tuple[Finding, ...]]:
    """The content of a snapshot.yml; None where an error leaves it without sense."""
    text, _, findings = decode(file, data)
    reader = _Reader(file, list(findings))
    root = reader.root(text)
    if root is None:
        return None, tuple(reader.findings)
    top = reader.mapping(root, _KEYS)
    for key in ("title", "kind"):
        if key not in top or not reader.text(top[key]):
            reader.report("key-missing", top.get(key, root), key=key)
    kind = reader.choice(top.get("kind"), tuple(Kind))
    status = reader.choice(top.get("status"), STATUSES) or "published"
    content = SnapshotFile(
        title=reader.text(top.get("title")),
        kind=Kind(kind or Kind.REPORT),
        status=status,
        as_of=reader.date(top.get("as_of")),
        sources=reader.sources(top),
        disclosure=reader.disclosure(top.get("disclosure")),
        preamble=reader.texts(top.get("preamble")),
        missing_parts=reader.texts(top.get("missing_parts")),
        notes=reader.texts(top.get("notes")),
    )
    return content, tuple(reader.findings)


def write_snapshot_file(content: SnapshotFile) -> bytes:
    """The file's text; keys that hold nothing are left out."""
    plain: dict[str, object] = {"title": content.title, "kind": content.kind.value}
    plain["status"] = content.status
    if content.as_of:
        plain["as_of"] = content.as_of.isoformat()
    if content.disclosure:
        plain["disclosure"] = {k: getattr(content.disclosure, k) for k in DISCLOSURE_LABELS}
    sources = [{k: getattr(source, k) for k in _SOURCE_KEYS} for source in content.sources]
    if sources:
        plain |= {"source": sources[0]} if len(sources) == 1 else {"sources": sources}
    for key in ("preamble", "missing_parts", "notes"):
        if value := getattr(content, key):
            plain[key] = list(value)
    text = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=1_000_000)
    return str(text).encode()


class _Reader:
    """Walks the YAML nodes, since only they know their lines; gathers what is wrong."""

    def __init__(self, file: str, findings: list[Finding]) -> None:
        self.file = file
        self.findings = findings

    def root(self, text: str) -> yaml.MappingNode | None:
        try:
            node = yaml.compose(text, Loader=yaml.BaseLoader)
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            place = Place(self.file, mark.line + 1 if mark else 0)
            problem = getattr(fault, "problem", None) or type(fault).__name__
            self.findings.append(finding("yaml-damaged", place, fault=problem))
            return None
        if not isinstance(node, yaml.MappingNode):
            self.findings.append(finding("yaml-no-mapping", Place(self.file, 1)))
            return None
        return node

    def report(self, code: str, node: yaml.Node, **values: object) -> None:
        self.findings.append(finding(code, Place(self.file, node.start_mark.line + 1), **values))

    def mapping(self, node: yaml.Node | None, known: Iterable[str]) -> Mapping[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            if node is not None and self.text(node):
                self.report("yaml-no-mapping", node)
            return {}
        found: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            if key not in known:
                self.report("key-unknown", key_node, key=key, nearest=nearest(key, known))
            elif key in found:
                self.report("key-twice", key_node, key=key)
            found[key] = value
        return found

    def text(self, node: yaml.Node | None) -> str:
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.report("value-no-text", node)
            return ""
        return visible(str(node.value)).strip()

    def texts(self, node: yaml.Node | None) -> tuple[str, ...]:
        if isinstance(node, yaml.SequenceNode):
            return tuple(filter(None, map(self.text, node.value)))
        text = self.text(node)
        return (text,) if text else ()

    def choice(self, node: yaml.Node | None, allowed: tuple[str, ...]) -> str:
        text = self.text(node)
        if node is not None and text not in allowed:
            self.report("value-choice", node, value=text, allowed="、".join(allowed))
            return ""
        return text

    def date(self, node: yaml.Node | None) -> date | None:
        text = self.text(node)
        if node is None or not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.report("value-date", node, value=text)
            return None

    def sources(self, top: Mapping[str, yaml.Node]) -> tuple[Source, ...]:
        several = top.get("sources")
        if several is not None and not isinstance(several, yaml.SequenceNode):
            self.report("sources-no-list", several)
        nodes = [
            top.get("source"), *(several.value if isinstance(several, yaml.SequenceNode) else ())
        ]  # fmt: skip
        found: dict[str, Source] = {}
        for node in nodes:
            if source := self.source(node):
                if source.file in found:
                    self.report("source-twice", node, file=source.file)
                found[source.file] = source
        return tuple(found.values())

    def source(self, node: yaml.Node | None) -> Source | None:
        found = {key: self.text(value) for key, value in self._known(node, _SOURCE_KEYS)}
        if not found or node is None:
            return None
        if not found.get("file") or "/" in found["file"] or "\\" in found["file"]:
            self.report("source-name", node)
            return None
        if not _SHA256.match(found.get("sha256", "")):
            self.report("source-sha256", node)
            return None
        return Source(found["file"], found["sha256"], found.get("encoding", "utf-8"))

    def disclosure(self, node: yaml.Node | None) -> Disclosure | None:
        found = {key: self.text(value) for key, value in self._known(node, DISCLOSURE_LABELS)}
        return Disclosure(**found) if found else None

    def _known(
        self, node: yaml.Node | None, known: Iterable[str]
    ) -> Iterator[tuple[str, yaml.Node]]:
        for key, value in self.mapping(node, known).items():
            if key in known:
                yield key, value
