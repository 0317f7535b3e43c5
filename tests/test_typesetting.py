"""Markdown → HTML: blocks that needn't be read go through as they are, the rest is Markdown."""

import json
from html import escape

from demo_site import Demo
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from mkdocs.utils.meta import get_data

from generator.pages.partition import parted
from generator.pages.rendering import markdown
from generator.publishing.html_blocks import HtmlBlocks


def _html(text: str) -> str:
    return Markdown(extensions=["attr_list", "tables", "fenced_code", HtmlBlocks()]).convert(text)


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


@given(_TEXT)
def test_a_paragraph_of_one_line_is_passed_as_it_is(text: str) -> None:
    paragraph = f'<p class="lead">*{escape(" ".join(text.split()))}*</p>'
    assert _html(f"# 一\n\n{paragraph}\n\n## 二\n") == f"<h1>一</h1>\n{paragraph}\n<h2>二</h2>"


def test_what_stands_in_code_is_code() -> None:
    assert _html("```\n<p>a</p>\n```\n\n    <p>b</p>\n") == (
        "<pre><code>&lt;p&gt;a&lt;/p&gt;\n</code></pre>\n"
        "<pre><code>&lt;p&gt;b&lt;/p&gt;\n</code></pre>"
    )


def test_a_fence_in_a_block_is_no_code() -> None:
    block = "<div>\n``` { .x onclick=y }\n~~~\n</div>"
    page = f"<!-- html -->\n{block}\n<!-- /html -->\n\n## 二\n\n~~~\na\n~~~\n"
    assert _html(page) == f"{block}\n<h2>二</h2>\n<pre><code>a\n</code></pre>"


def test_a_paragraph_that_asks_for_markdown_gets_it() -> None:
    made = Markdown(extensions=["md_in_html", HtmlBlocks()]).convert('<p markdown="1">*a*</p>')
    assert made == "<p><em>a</em></p>"


def test_blocks_may_follow_each_other_and_one_without_an_end_is_read_as_usual() -> None:
    block = "<!-- html -->\n<ul>\n<li>*a*</li>\n</ul>\n<!-- /html -->"
    assert _html(f"{block}\n{block}") == "\n".join(["<ul>\n<li>*a*</li>\n</ul>"] * 2)
    assert "<em>a</em>" in _html("<!-- html -->\n\n*a*\n")


def test_headings_between_blocks_keep_their_order_and_blank_lines_end_nothing() -> None:
    page = "\n\n".join(
        f"## {n}\n\n<!-- html -->\n<ul>\n\n<li>*{n}*</li>\n\n</ul>\n<!-- /html -->" for n in "ab"
    )
    assert _html(page) == (
        "<h2>a</h2>\n<ul>\n\n<li>*a*</li>\n\n</ul>\n<h2>b</h2>\n<ul>\n\n<li>*b*</li>\n\n</ul>"
    )


_META = st.dictionaries(st.from_regex(r"[a-z_]+", fullmatch=True), st.text() | st.booleans())


@given(_META, st.text())
def test_front_matter_comes_back_from_its_lines(meta: dict[str, object], body: str) -> None:
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in meta.items())
    assert parted("---\n" + "".join(f"{line}\n" for line in lines) + "---\n" + body) == (meta, body)


def test_mkdocs_itself_reads_the_same_front_matter_in_every_page(demo_site: Demo) -> None:
    pages = list((demo_site.root / "build" / "public").rglob("*.md"))
    assert len(pages) > 50
    for page in pages:
        text = page.read_text("utf-8")
        body, meta = get_data(text)
        said, markdown_ = parted(text)
        assert (json.loads(json.dumps(meta)), body) == (said, markdown_.lstrip("\n")), page
