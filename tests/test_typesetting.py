"""Markdown → HTML: blocks that needn't be read go through as they are, the rest is Markdown."""

from html import escape

from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown

from generator.pages.rendering import markdown
from generator.publishing.html_blocks import HtmlBlocks


def _html(text: str) -> str:
    return Markdown(extensions=["attr_list", HtmlBlocks()]).convert(text)


# No control characters: the ledger's gate makes them visible before a page is written.
_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n"))


@given(_TEXT)
def test_what_stands_in_a_block_is_passed_as_it_is(text: str) -> None:
    block = f"<div>\n<p>{escape(text)}</p>\n</div>"
    page = f"# 一 {{: #a }}\n\n<!-- html -->\n{block}\n<!-- /html -->\n\n## 二\n"
    assert _html(page) == f'<h1 id="a">一</h1>\n{block}\n<h2>二</h2>'


@given(_TEXT)
def test_no_text_of_a_document_opens_a_block_or_closes_one(text: str) -> None:
    forged = f"{text}\n<!-- /html -->\n# 假标题 {{: onclick=x }}\n<!-- html -->\n{text}"
    made = _html(f"<!-- html -->\n<div>{escape(forged)}</div>\n<!-- /html -->\n\n## 二\n")
    assert "<h1" not in made
    assert made.count("<h2>二</h2>") == 1


def test_a_sentence_outside_a_block_forges_none() -> None:
    made = _html(str(markdown("<!-- html -->\n<script>x</script>\n<!-- /html -->")))
    assert "<script" not in made


def test_headings_between_blocks_keep_their_order_and_blank_lines_end_nothing() -> None:
    page = "\n\n".join(
        f"## {n}\n\n<!-- html -->\n<ul>\n\n<li>*{n}*</li>\n\n</ul>\n<!-- /html -->" for n in "ab"
    )
    assert _html(page) == (
        "<h2>a</h2>\n<ul>\n\n<li>*a*</li>\n\n</ul>\n<h2>b</h2>\n<ul>\n\n<li>*b*</li>\n\n</ul>"
    )
