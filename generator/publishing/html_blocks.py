"""HTML that Markdown needn't read goes through as it is.

That is what stands between two comments, and paragraphs of one line.

Python-Markdown parses every tag of an HTML block, in Python, to find where the block ends,
and mkdocs does so once more to gather anchors: on our pages, which are mostly tables,
lists and charts, that took two thirds of all typesetting. Templates say where such a block
ends instead. Text from documents can't: it is escaped, holds no ``<`` and no line break. Any
other reader of the Markdown sees an HTML block with a comment before and after.
"""

from __future__ import annotations

import re

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

_START, _END = "\n<!-- html -->\n", "\n<!-- /html -->"
# One with the attribute ``markdown`` is for another extension to read.
_PARAGRAPH = re.compile(r"^<p(?: (?![^<>\n]*\bmarkdown\b)[^<>\n]*)?>.*</p>$", re.MULTILINE)
# After white space is normalised (30): blocks before code is put aside (25), since it is no
# code that stands in them; paragraphs after it, before mkdocs (21) and Markdown (20) look
# for HTML.
_BLOCKS, _PARAGRAPHS = 27, 24


class HtmlBlocks(Extension):
    """Keeps marked HTML blocks away from Markdown's parsers."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 -- Markdown's name for it
        """Put blocks and paragraphs aside before anything else reads them."""
        md.preprocessors.register(_Blocks(md), "html_blocks", _BLOCKS)
        md.preprocessors.register(_Paragraphs(md), "html_paragraphs", _PARAGRAPHS)


class _Blocks(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        """The lines with each block replaced by Markdown's own mark for raw HTML."""
        first, *others = "\n".join(("", *lines, "")).split(_START)
        parts = [first]
        for other in others:
            block, end, rest = other.partition(_END)
            stored = self.md.htmlStash.store(block.strip("\n")) if end else ""
            parts += ["\n\n", stored, "\n", rest] if end else [_START, other]
        return "".join(parts).split("\n")[1:-1]


class _Paragraphs(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        """The lines with each paragraph of one line replaced by the same mark."""
        store = self.md.htmlStash.store
        text = _PARAGRAPH.sub(lambda match: f"\n{store(match[0])}\n", "\n".join(lines))
        return text.split("\n")
