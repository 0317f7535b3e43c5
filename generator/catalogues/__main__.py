"""Gathers the interface's words from code, templates and data files into the catalogues.

A word that is new stands in en.po with an empty translation until somebody
writes one (the tests say which); what nothing uses any more goes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from generator.catalogues import LOCALES
from generator.ledger.model import DISCLOSURE_LABELS

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
_METHODS = [
    ("generator/pages/templates/**", "jinja2"),
    ("generator/**.py", "python"),
    ("themes/**.html", "jinja2"),
    ("themes/**.js", "javascript"),
]
# ``say_n`` has one Chinese wording for singular and plural.
# The desk says who is spoken to first; a build tells its progress; a message has terms.
_KEYWORDS = {"say": None, "say_n": (1, 1), "tell": (2,), "progress": None, "Term": None}
# Data files with words for readers: in which of their tables (* for all), under which
# keys (* for all).
_TABLES: dict[str, tuple[str | tuple[str, ...], str | tuple[str, ...]]] = {
    "generator/analysis/status.toml": (("names", "rules"), "*"),
    "generator/analysis/obstacles.toml": ("*", ("name",)),
    "generator/messages.toml": ("*", ("what", "one", "mend")),
}


def gather() -> Catalog:
    """All messages of the interface, in the order of their files."""
    catalogue = Catalog(project="taizhang")
    found = extract_from_dir(
        ROOT, method_map=_METHODS, keywords=_KEYWORDS, comment_tags=(),
        options_map={"**": {"trimmed": "true", "silent": "false"}},
        directory_filter=lambda path: Path(path).name in _FOLDERS,
    )  # fmt: skip
    for file, _, message, _, _ in found:
        catalogue.add(message, locations=[(file, 0)])
    for file, message in _table_words():
        catalogue.add(message, locations=[(file, 0)])
    return catalogue


_FOLDERS = {
    ROOT.name, "generator", "analysis", "catalogues", "desk", "importing", "ledger", "pages",
    "publishing", "templates", "themes", "taizhang", "js",
}  # fmt: skip


def _table_words() -> Iterator[tuple[str, str]]:
    for label in DISCLOSURE_LABELS.values():
        yield "generator/ledger/model.py", label
    for file, (tables, keys) in _TABLES.items():
        content = tomllib.loads((ROOT / file).read_text(encoding="utf-8"))
        for name, entry in content.items():
            if tables == "*" or name in tables:
                wanted = entry if keys == "*" else keys
                yield from ((file, entry[key]) for key in wanted if key in entry)


def renewed(locale: str, template: Catalog) -> Catalog:
    """A locale's catalogue brought up to the template; Chinese speaks for itself."""
    with (HERE / f"{locale}.po").open("rb") as stream:
        catalogue = read_po(stream, locale=locale)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    for message in catalogue:
        if not message.id:
            continue
        message.flags.discard("fuzzy")  # it said one thing, and now a number of them
        several = not isinstance(message.id, str)
        if several and isinstance(message.string, str):
            message.string = (message.string,) * catalogue.num_plurals
        if locale == "zh_CN" and not any(message.string or ()):
            message.string = (message.id[0],) if several else message.id
    return catalogue


def main() -> None:
    """Renew every catalogue."""
    for locale in LOCALES:
        catalogue = renewed(locale, gather())
        with (HERE / f"{locale}.po").open("wb") as stream:
            write_po(stream, catalogue, width=96, sort_by_file=False, omit_header=True,
                     include_lineno=False)  # fmt: skip


if __name__ == "__main__":
    main()
