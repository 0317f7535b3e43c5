"""mkdocs, called through its own functions: its configuration, its build, its complaints."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from markdown import Markdown

from generator.findings import Finding, Place, finding
from generator.pages.site import Site
from generator.publishing.html_blocks import HtmlBlocks

# Extensions of which one will do for all pages: mkdocs' own, and that for attributes.
_WITHOUT_STATE = frozenset({"toc", "tables", "fenced_code", "attr_list"})


def configured(root: Path) -> tuple[Any, tuple[Finding, ...]]:
    """Mkdocs' configuration of a site; None with the reasons where mkdocs.yml is wrong."""
    config = None
    with _complaints() as heard:
        config = _config(root)
    return config, tuple(heard) if config is None else ()


def run_mkdocs(
    root: Path, sources: Mapping[str, str], partition: str, site: Site
) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """One mkdocs run, strict, for one partition; its complaints become findings.

    Links aren't its business here: it may be given some of the pages only.

    Args:
        root: the site's folder.
        sources: the Markdown files: path within the partition → text.
        partition: the partition's name, empty for the portal.
        site: the site's settings.

    Returns:
        The finished pages and the theme's own files: path within the partition → bytes; and
        what mkdocs found wrong.
    """
    from mkdocs.commands.build import build

    from generator.publishing.mkdocs_plugin import Memory

    # mkdocs dates the sitemap by this; nothing in the site is dated by the clock.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "946684800")
    memory = Memory(sources)
    made: dict[str, bytes] = {}
    work = root / "build"
    work.mkdir(parents=True, exist_ok=True)
    with _complaints() as heard, TemporaryDirectory(dir=work, prefix=".mkdocs-") as folder:
        nowhere, theirs = Path(folder, "docs"), Path(folder, "site")
        config = _config(
            root,
            docs_dir=str(nowhere.resolve()),
            site_dir=str(theirs.resolve()),
            validation={"links": {"not_found": "ignore", "anchors": "ignore"}},
            strict=True,
        )
        config["plugins"]["memory"] = memory
        tell_theme(config, site, partition)
        build(config)
        # mkdocs' classes keep the last configuration, whose extensions keep a page.
        config["markdown_extensions"].clear()
        made = memory.taken() | dict(_files_below(theirs))
    return made, tuple(heard)


def _files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


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
    # By name each would be looked up again for every page. Others may count from page to page.
    build, said = Markdown().build_extension, config["mdx_configs"] or {}
    config["markdown_extensions"] = [
        build(name, said.get(name, {})) if name in _WITHOUT_STATE else name
        for name in config["markdown_extensions"]
    ] + [HtmlBlocks()]
    return config


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
