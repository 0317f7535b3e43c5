"""HTML that Markdown needn't read goes through as it is.

That is what stands between two comments, and paragraphs of one line.

Python-Markdown parses every tag of an HTML block, in Python, to find where the block ends,
and mkdocs does so once more to gather anchors: on our pages, which are mostly tables,
lists and charts, that took two thirds of all typesetting. Templates say where such a block
ends instead. Text from documents can't: it is escaped, and holds no ``<``. Any other
reader of the Markdown sees an HTML block with a comment before and after.
"""

from __future__ import annotations

import re

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

_START, _END = "\n<!-- html -->\n", "\n<!-- /html -->"
_PARAGRAPH = re.compile(r"^<p(?: [^<>\n]*)?>.*</p>$", re.MULTILINE)
# After white space is normalised (30) and code is put aside (25), before mkdocs (21) and
# Markdown (20) look for HTML.
_PRIORITY = 24


class HtmlBlocks(Extension):
    """Keeps marked HTML blocks away from Markdown's parsers."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 -- Markdown's name for it
        """Put the blocks aside before anything else reads them."""
        md.preprocessors.register(_PutAside(md), "html_blocks", _PRIORITY)


class _PutAside(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        """The lines with each block replaced by Markdown's own mark for raw HTML."""
        first, *others = "\n".join(("", *lines, "")).split(_START)
        parts = [self._without_paragraphs(first)]
        for other in others:
            block, end, rest = other.partition(_END)
            parts += (
                ["\n\n", self._stored(block), "\n", self._without_paragraphs(rest)]
                if end
                else [_START, other]
            )
        return "".join(parts).split("\n")[1:-1]

    def _without_paragraphs(self, text: str) -> str:
        return _PARAGRAPH.sub(lambda match: f"\n{self._stored(match[0])}\n", text)

    def _stored(self, block: str) -> str:
        return self.md.htmlStash.store(block.strip("\n"))
