"""mkdocs.yml → the site's settings: mkdocs reads its own, ``extra:`` is checked here.

Every setting has its comment in mkdocs.yml; what isn't known there is a slip, and the
nearest name is suggested.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from generator.catalogues import LOCALES, language
from generator.findings import Finding, Place, finding, has_errors
from generator.ledger.model import Edition
from generator.ledger.suggestions import nearest
from generator.pages.site import Site
from generator.publishing.mkdocs_run import configured

_FILE = "mkdocs.yml"
_SWITCHES = ("publish_audit", "pdf")
_TEXTS = (
    "locale", "site_domain", "site_id_code", "organiser", "contact", "icp", "police_record",
    "notice", "signing_key",
)  # fmt: skip
KEYS = (*_TEXTS, *_SWITCHES)
_KEY_VARIABLE = "TAIZHANG_SIGNING_KEY"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a build needs to know of mkdocs.yml.

    Attributes:
        site: what the pages need of it.
        signing_key: the private key by which the list of all files is signed; None where
            none is set.
        published: texts of the settings that stand on every page.
        with_pdf: whether the official form is offered as PDF too (``extra: pdf``).
    """

    site: Site
    signing_key: Path | None
    published: tuple[str, ...]
    with_pdf: bool = True


def read_settings(root: Path, edition: Edition) -> tuple[Settings | None, tuple[Finding, ...]]:
    """The site's settings, and what is wrong with mkdocs.yml."""
    findings = tuple(_check(root))
    if has_errors(findings):
        return None, findings
    config, complaints = configured(root)
    if config is None:
        return None, (*findings, *complaints)
    extra = config["extra"]
    path = signing_key(root)
    if path is not None and not path.is_file():
        return None, (*findings, finding("key-file", Place(_FILE), file=path))
    published = (str(extra.get(name, "")) for name in _TEXTS if name != "signing_key")
    texts = (str(config["site_name"]), str(config["site_url"] or ""), *published)
    return (
        Settings(
            site_of(config, edition, signed=path is not None), path, texts, wants_pdf(root)
        ),
        findings,
    )  # fmt: skip


def site_of(config: Any, edition: Edition, *, signed: bool = False) -> Site:
    """The settings that concern the pages, from mkdocs' configuration."""
    extra = config["extra"]
    url = str(config["site_url"] or "")
    return Site(
        str(config["site_name"]), language(str(extra.get("locale", LOCALES[0]))),
        url if not url or url.endswith("/") else f"{url}/",
        str(extra.get("organiser", "")), bool(extra.get("publish_audit", False)), edition,
        str(extra.get("notice", "")), _imprint(extra), signed,
    )  # fmt: skip


def _imprint(extra: Any) -> str:
    """Who runs the site and its official numbers, as the pages' footer has them."""
    say = language(str(extra.get("locale", LOCALES[0]))).say
    labels = {
        "organiser": say("主办单位："), "contact": say("联系方式："),
        "site_id_code": say("网站标识码："), "icp": "", "police_record": "",
    }  # fmt: skip
    return "　".join(f"{label}{extra[key]}" for key, label in labels.items() if extra.get(key))


def signing_key(root: Path) -> Path | None:
    """The private key that is set in the environment or in mkdocs.yml."""
    named = os.environ.get(_KEY_VARIABLE) or _set(root, "signing_key")
    return root / named if named else None


def wants_pdf(root: Path) -> bool:
    """Whether mkdocs.yml doesn't rule PDFs out."""
    return _set(root, "pdf") != "false"


def _set(root: Path, name: str) -> str:
    """One entry of ``extra:``, without asking mkdocs; empty where it isn't set."""
    return next((str(value.value) for key, value in _extra(root) if key.value == name), "")


def _extra(root: Path) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """The entries of ``extra:``; none where the file isn't YAML, which mkdocs tells."""
    try:
        node = yaml.compose((root / _FILE).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return []
    top = {key.value: value for key, value in getattr(node, "value", ()) if _is_text(key)}
    extra = top.get("extra")
    entries = extra.value if isinstance(extra, yaml.MappingNode) else ()
    return [(key, value) for key, value in entries if _is_text(key)]


def _check(root: Path) -> Iterator[Finding]:
    """What is wrong with ``extra:``."""
    for key, value in _extra(root):
        place = Place(_FILE, key.start_mark.line + 1)
        name = str(key.value)
        if name not in KEYS:
            yield finding("key-unknown", place, key=name, nearest=nearest(name, KEYS))
        elif not _is_text(value):
            yield finding("value-no-text", place)
        elif name in _SWITCHES and value.value not in ("true", "false"):
            yield finding("value-choice", place, value=value.value, allowed="true、false")
        elif name == "locale" and value.value not in LOCALES:
            allowed = "、".join(LOCALES)
            yield finding("value-choice", place, value=value.value, allowed=allowed)


def _is_text(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode)
