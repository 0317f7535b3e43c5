"""The plugin by which mkdocs gets its pages from memory and gives them back there.

mkdocs reads each page from a file, its front matter by YAML, and writes it to a file: a
third of all typesetting, since our pages come from memory, say each value of their front
matter as JSON, and go into a cache. This takes its public events only; a mkdocs without it
makes the same of the same files, which is what the preview does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File

from generator.pages.kept import COMPILED
from generator.pages.partition import parted


class Memory(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # without settings
    """Pages from memory to memory, and templates compiled once for all runs."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._said: dict[str, Mapping[str, object]] = {}
        self._made: dict[str, bytes] = {}

    def taken(self) -> dict[str, bytes]:
        """The finished pages: path → bytes; mkdocs' classes keep the last plugin, without them."""
        made, self._made, self._sources = self._made, {}, {}
        return made

    def on_files(self, files: Any, *, config: Any, **_: Any) -> Any:
        """Let mkdocs know of the pages."""
        for name, text in self._sources.items():
            files.append(File.generated(config, name, content=text))
        return files

    def on_page_read_source(self, *, page: Any, **_: Any) -> str | None:
        """The page's Markdown without its front matter, which waits."""
        uri = page.file.src_uri
        self._said[uri], body = parted(self._sources[uri])
        return body

    @event_priority(100)
    def on_page_markdown(self, markdown: str, *, page: Any, **_: Any) -> str:
        """Give the page its front matter, before other plugins ask for it."""
        page.meta = self._said.pop(page.file.src_uri)
        return markdown

    def on_env(self, env: Any, **_: Any) -> Any:
        """Templates are compiled once, not for each run."""
        env.bytecode_cache = COMPILED
        return env

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: Any, **_: Any) -> str:
        """Take the finished page, after other plugins; what is empty isn't written."""
        self._made[page.file.dest_uri] = output.encode("utf-8", "xmlcharrefreplace")
        return ""
