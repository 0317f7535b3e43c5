"""Another city's site as it begins: settings, an empty registry, a first page, next steps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from string import Template

from generator.findings import Finding, Place, finding
from generator.ledger.content import UNIT_COLUMNS
from generator.ledger.tables import write_table

_LONGEST = 60
_SITE_NAME = "政府重点工作台账"


def check_name(name: str) -> Iterator[Finding]:
    """What is wrong with a city's name."""
    if len(name) > _LONGEST or not name.isprintable():
        yield finding("city-name", Place("--name"), longest=_LONGEST)


def new_site(name: str) -> tuple[tuple[str, bytes], ...]:
    """The files of a new site: (path, bytes).

    Args:
        name: the city's, may be empty.
    """
    return (
        ("mkdocs.yml", settings_file(f"{name}{_SITE_NAME}")),
        ("content/units.csv", write_table(UNIT_COLUMNS, ())),
        ("content/pages/index.md", _starter("index.md")),
        ("README.md", _starter("README.md", name=f"{name}{_SITE_NAME}")),
        (".gitignore", _starter("gitignore")),
    )


def settings_file(site_name: str) -> bytes:
    """A mkdocs.yml with all settings and what they are for."""
    # A JSON string is one of YAML too, whatever stands in it.
    return _starter("mkdocs.yml", site_name=json.dumps(site_name, ensure_ascii=False))


def _starter(file: str, **values: str) -> bytes:
    text = files("generator").joinpath("starter", file).read_text(encoding="utf-8")
    return Template(text).substitute(values).encode()
