"""HTML that Markdown needn't read: what stands between two comments goes through as it is.

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

_BLOCK = re.compile(r"^<!-- html -->\n(.*?)\n<!-- /html -->$", re.DOTALL | re.MULTILINE)
# After white space is normalised (30), before mkdocs (21) and Markdown (20) look for HTML.
_PRIORITY = 25


class HtmlBlocks(Extension):
    """Keeps marked HTML blocks away from Markdown's parsers."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 -- Markdown's name for it
        """Put the blocks aside before anything else reads them."""
        md.preprocessors.register(_PutAside(md), "html_blocks", _PRIORITY)


class _PutAside(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        """The lines with each block replaced by Markdown's own mark for raw HTML."""
        text = _BLOCK.sub(lambda m: f"\n{self._stored(m[1])}\n", "\n".join(lines))
        return text.split("\n")

    def _stored(self, block: str) -> str:
        return self.md.htmlStash.store(block.strip("\n"))
