"""mkdocs hooks for `mkdocs serve`: watch content/ and regenerate before each build.

`taizhang build` runs mkdocs without them: it has generated everything before.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from generator.findings import has_errors
from generator.ledger.checks import check
from generator.ledger.content import read_content
from generator.ledger.model import Edition
from generator.publishing.build import generate
from generator.publishing.html_blocks import HtmlBlocks
from generator.publishing.mkdocs_run import tell_theme
from generator.publishing.settings import site_of

_log = logging.getLogger("mkdocs.taizhang")


def on_serve(server: Any, /, *, config: Any, builder: Any) -> Any:
    """Watch what people edit instead of what is generated from it."""
    server.unwatch(config["docs_dir"])
    server.watch(str(_root(config) / "content"))
    return server


def on_config(config: Any) -> Any:
    """Give the theme its words, and Markdown the blocks that it needn't read."""
    config["markdown_extensions"].append(HtmlBlocks())
    tell_theme(config, site_of(config, Edition.PUBLIC))
    return config


def on_pre_build(*, config: Any) -> None:
    """Bring build/ in step; content with errors leaves the last good pages standing."""
    root = _root(config)
    content = read_content(root, Edition.PUBLIC)
    findings = (*content.findings, *check(content.ledger))
    if has_errors(findings):
        for item in findings:
            if has_errors([item]):
                _log.error("%s：%s %s", item.place.text("zh"), item.what(), item.mend())
        return
    generate(root, content.ledger, site_of(config, Edition.PUBLIC))


def _root(config: Any) -> Path:
    return Path(config["config_file_path"]).parent
