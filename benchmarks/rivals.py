"""Other generators on the same Markdown, whichever of them are installed.

They get the bodies of the pages that Taizhang generated, with the title as the only
front matter, a layout that prints title and body, and neither search nor
plugins: what is compared is reading Markdown and writing pages. Links, downloads,
charts and checks are Taizhang's alone. Nothing is installed by this program.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_BASE = (
    "<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head>"
    "<body>{body}</body></html>"
)


@dataclass(frozen=True, slots=True)
class Rival:
    """A generator: its program, how it is installed, its configuration, its command."""

    name: str
    program: str
    install: str
    prepare: Callable[[Path], None]
    arguments: tuple[str, ...]
    environment: Mapping[str, str]


def command_of(rival: Rival) -> list[str] | None:
    """The command, if it is installed: by ``$NAME`` (MKDOCS_MATERIAL=…), else on the path."""
    name = rival.name.partition(",")[0]
    named = os.environ.get(re.sub(r"\W", "_", name).upper(), rival.program)
    found = shutil.which(named)
    return [found, *rival.arguments] if found else None


def lay_out(rival: Rival, build: Path, folder: Path) -> int:
    """Write the pages below ``build`` for a rival into ``folder``; how many they are."""
    shutil.rmtree(folder, ignore_errors=True)
    pages = sorted(build.rglob("*.md"))
    for page in pages:
        head, body = page.read_text("utf-8").split("\n---\n", 1)
        title = re.search(r"^title: .*$", head, re.MULTILINE)
        target = folder / "docs" / page.relative_to(build)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"---\n{title[0] if title else ''}\n---\n{body}", "utf-8")
    rival.prepare(folder)
    return len(pages)


def written(folder: Path) -> int:
    """How many pages a rival has written into its folder."""
    ours = {"docs", "layouts"}
    return sum(path.relative_to(folder).parts[0] not in ours for path in folder.rglob("*.html"))


def _mkdocs(theme: str, *, nav: bool = False) -> Callable[[Path], None]:
    configuration = {
        "site_name": "x", "use_directory_urls": False, "plugins": [], "theme": {"name": theme},
        "markdown_extensions": ["attr_list"], **({} if nav else {"nav": [{"x": "index.md"}]}),
        "validation": {"omitted_files": "ignore", "unrecognized_links": "ignore",
                       "not_found": "ignore", "anchors": "ignore"},
    }  # fmt: skip

    def prepare(folder: Path) -> None:
        # JSON is YAML.
        (folder / "mkdocs.yml").write_text(json.dumps(configuration), "utf-8")

    return prepare


def _hugo(folder: Path) -> None:
    # With an index.md a folder is one page to Hugo, and all others in it are its attachments.
    for index in list((folder / "docs").rglob("index.md")):
        index.rename(index.with_name("_index.md"))
    layout = folder / "layouts" / "_default"
    layout.mkdir(parents=True)
    page = _BASE.format(title="{{ .Title }}", body="{{ .Content }}")
    for name in ("single.html", "list.html"):
        (layout / name).write_text(page, "utf-8")
    configuration = {
        "contentDir": "docs", "disableKinds": ["taxonomy", "term", "RSS", "sitemap"],
        "markup": {"goldmark": {"renderer": {"unsafe": True}}}, "uglyURLs": True,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(configuration), "utf-8")


def _eleventy(folder: Path) -> None:
    page = _BASE.format(title="{{ title }}", body="{{ content }}")
    includes = folder / "docs" / "_includes"
    includes.mkdir()
    (includes / "page.liquid").write_text(page, "utf-8")
    (folder / "docs" / "docs.json").write_text('{"layout": "page.liquid"}', "utf-8")
    (folder / ".eleventy.js").write_text(
        'module.exports = () => ({dir: {input: "docs"}, markdownTemplateEngine: false});\n', "utf-8"
    )


RIVALS = (
    Rival(
        "mkdocs-material", "mkdocs", "pip install mkdocs-material, into an environment of its own",
        _mkdocs("material"), ("build", "--quiet"), {"NO_MKDOCS_2_WARNING": "1"},
    ),
    Rival(
        "mkdocs-material, all pages in its nav", "mkdocs",
        "pip install mkdocs-material, into an environment of its own",
        _mkdocs("material", nav=True), ("build", "--quiet"), {"NO_MKDOCS_2_WARNING": "1"},
    ),
    Rival(
        "zensical", "zensical", "pip install zensical, into an environment of its own",
        _mkdocs("material"), ("build", "--clean"), {},
    ),
    Rival("hugo", "hugo", "apt-get install hugo, or gohugo.io", _hugo, ("--quiet",), {}),
    Rival(
        "eleventy", "eleventy", "npm install @11ty/eleventy", _eleventy, ("--quiet",), {},
    ),
)  # fmt: skip
