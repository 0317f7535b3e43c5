"""datapackage.json: what the data files are, field by field (Data Package v1, Table Schema)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from generator.analysis.status import Status, status_name
from generator.ledger.model import Snapshot

# What is known of some columns beyond their being text.
_TYPES: dict[str, dict[str, Any]] = {
    "编号": {
        "type": "string",
        "constraints": {"required": True, "unique": True, "pattern": r"\d{4}-\d{3,}"},
    },
    "序号": {"type": "integer", "constraints": {"required": True, "unique": True, "minimum": 1}},
    "单位依据": {"type": "string", "constraints": {"enum": ["写明", "推断"]}},
    "写明存在问题": {
        "type": "boolean", "trueValues": ["是"], "falseValues": ["否"],
        "constraints": {"required": True},
    },
    "进度状态": {"type": "string", "constraints": {"enum": [status_name(s) for s in Status]}},
    "地址": {"type": "string", "constraints": {"required": True}},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Download:
    """A file offered for download; ``name`` is its path below the snapshot's data/."""

    name: str
    data: bytes
    media_type: str
    note: str


def data_package(
    snapshot: Snapshot, files: Iterable[Download], columns: Mapping[str, str]
) -> bytes:
    """The description of a snapshot's data files; a licence is named where one is known: nowhere.

    Args:
        snapshot: what the files hold.
        files: those that stand beside the description.
        columns: column of the CSV table → what it holds.
    """
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": snapshot.id.lower(),
        "title": snapshot.title,
        "resources": [_resource(file, columns) for file in files],
    }
    if snapshot.sources:
        package["sources"] = [
            {"title": source.file, "hash": f"sha256:{source.sha256}"} for source in snapshot.sources
        ]
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(file: Download, columns: Mapping[str, str]) -> dict[str, Any]:
    path = PurePosixPath(file.name)
    form = path.suffix.removeprefix(".")
    described: dict[str, Any] = {
        # A name occurs once; the table has the plain one.
        "name": path.stem if form == "csv" else f"{path.stem}-{form}",
        "path": file.name,
        "title": file.note,
        "profile": "tabular-data-resource" if form == "csv" else "data-resource",
        "format": form,
        "mediatype": file.media_type,
        "encoding": "utf-8",
        "bytes": len(file.data),
        "hash": f"sha256:{hashlib.sha256(file.data).hexdigest()}",
    }
    if form == "csv":
        described["dialect"] = {
            "delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True,
            "header": True,
        }  # fmt: skip
        described["schema"] = {
            "fields": [
                {"name": name, "title": name, "description": note,
                 **_TYPES.get(name, {"type": "string"})}
                for name, note in columns.items()
            ],
            "primaryKey": ["编号"],
            "missingValues": [""],
        }  # fmt: skip
    return described
