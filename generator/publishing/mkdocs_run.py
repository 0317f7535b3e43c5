"""mkdocs, called through its own functions: its configuration, its build, its complaints."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from generator.findings import Finding, Place, finding
from generator.pages.kept import COMPILED
from generator.pages.site import Site
from generator.publishing.html_blocks import HtmlBlocks


def configured(root: Path) -> tuple[Any, tuple[Finding, ...]]:
    """Mkdocs' configuration of a site; None with the reasons where mkdocs.yml is wrong."""
    config = None
    with _complaints() as heard:
        config = _config(root)
    return config, tuple(heard) if config is None else ()


def run_mkdocs(
    root: Path, source: Path, partition: str, target: Path, site: Site
) -> tuple[Finding, ...]:
    """One mkdocs run, strict, for one partition; its complaints become findings.

    Links aren't its business here: it may be given some of the pages only.

    Args:
        root: the site's folder.
        source: the folder of Markdown.
        partition: the partition's name, empty for the portal.
        target: the folder of the finished pages.
        site: the site's settings.
    """
    from mkdocs.commands.build import build

    # mkdocs dates the sitemap by this; nothing in the site is dated by the clock.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "946684800")
    with _complaints() as heard:
        config = _config(
            root,
            docs_dir=str(source.resolve()),
            site_dir=str(target.resolve()),
            validation={"links": {"not_found": "ignore", "anchors": "ignore"}},
            strict=True,
        )
        tell_theme(config, site, partition)
        build(config)
    return tuple(heard)


def tell_theme(config: Any, site: Site, partition: str = "") -> None:
    """What the theme's templates need besides mkdocs' own configuration."""
    config["extra"] |= {
        "partition": partition,
        "language": site.language,
        "words": bool(site.language.script_words()),
        "internal": site.internal,
    }


def theme_folder(root: Path) -> Path:
    """The site's own theme, else the one that the package brings along."""
    package = Path(str(files("generator")))
    for folder in (root / "themes", package / "themes", package.parent / "themes"):
        if (folder / "taizhang" / "main.html").is_file():
            return (folder / "taizhang").resolve()
    raise FileNotFoundError("themes/taizhang")


def _config(root: Path, **options: Any) -> Any:
    """mkdocs.yml as mkdocs reads it, with the theme of the site or of the package.

    Hooks are the preview's; a build has generated its pages before.
    """
    from mkdocs.config import load_config

    os.environ["TAIZHANG_THEME"] = str(theme_folder(root))
    options.setdefault("docs_dir", str((root / "build").resolve()))
    Path(options["docs_dir"]).mkdir(parents=True, exist_ok=True)
    config = load_config(str(root / "mkdocs.yml"), hooks=[], **options)
    config["markdown_extensions"].append(HtmlBlocks())
    config["plugins"]["compiled"] = _compiling_once()
    return config


def _compiling_once() -> Any:
    """The plugin that lets the theme's templates be compiled once, not for each run of mkdocs."""
    from mkdocs.plugins import BasePlugin

    class Compiling(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # without settings
        def on_env(self, env: Any, **_: Any) -> Any:
            env.bytecode_cache = COMPILED
            return env

    return Compiling()


@contextmanager
def _complaints() -> Iterator[list[Finding]]:
    """Gathers what mkdocs warns of and stops at, as findings."""
    from mkdocs.exceptions import MkDocsException

    heard = _Listener()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(heard)
    before, logger.propagate = logger.propagate, False
    try:
        yield heard.findings
    except MkDocsException as fault:
        if not heard.findings:
            heard.tell(str(fault) or type(fault).__name__)
    finally:
        logger.removeHandler(heard)
        logger.propagate = before


class _Listener(logging.Handler):
    """Turns mkdocs' warnings into findings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.findings: list[Finding] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.tell(record.getMessage())

    def tell(self, fault: str) -> None:
        """Add one complaint."""
        self.findings.append(finding("mkdocs-stopped", Place("mkdocs.yml"), fault=fault))
