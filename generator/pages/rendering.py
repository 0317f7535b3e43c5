"""Text → safe Markdown: the jinja2 environment, the escapes, the front matter.

All text from documents is untrusted. Templates hold two kinds of ground: HTML
blocks, where jinja2's autoescaping does the work, and Markdown lines (headings,
sentences, lists), where values go through the filter ``md``. The ledger's gate
has already made control characters visible.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from html import escape

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from generator.ledger.model import Snapshot
from generator.pages import address

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~^:=>$])")


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file of the build: the page's address and the file's text."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself: for its head, its navigation and its description.

    Attributes:
        title: the page's own title, also its h1.
        description: one sentence for search engines and link previews.
        column: the ColumnName of column pages (栏目页); empty on content pages.
        keywords: words for ColumnKeywords or Keywords.
        published: PubDate of content pages, as ``YYYY-MM-DD``; empty where unknown.
        source: ContentSource of content pages.
        trail: the pages above this one: (title, address).
        snapshot: the snapshot that the page belongs to, if any.
    """

    title: str
    description: str
    column: str = ""
    keywords: tuple[str, ...] = ()
    published: str = ""
    source: str = ""
    trail: tuple[tuple[str, str], ...] = ()
    snapshot: Snapshot | None = None


class Renderer:
    """Renders templates of ``generator/pages/templates`` to pages."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("generator", "pages/templates"),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters["md"] = markdown

    def page(self, template: str, page: str, head: Head, **values: object) -> Page:
        """One page: front matter from ``head``, body from the template.

        Templates get ``head``, ``link(address)`` for links from this page, and the values.
        """
        link = partial(address.relative, page)
        body = self._environment.get_template(f"{template}.md.j2").render(
            head=head, link=link, **values
        )
        body = re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"
        return Page(page, front_matter(page, head) + body)


def front_matter(page: str, head: Head) -> str:
    """The YAML block by which the theme knows the page."""
    meta: dict[str, object] = {"title": head.title, "description": head.description}
    if head.column:
        meta["column"] = head.column
    if head.keywords:
        meta["keywords"] = list(head.keywords)
    if head.published:
        meta["published"] = head.published
    if head.source:
        meta["source"] = head.source
    meta["home"] = address.relative(page, address.HOME)
    meta["menu"] = _menu(page)
    meta["trail"] = [
        {"title": title, "href": address.relative(page, target)} for title, target in head.trail
    ]
    if head.snapshot:
        meta["snapshot"] = head.snapshot.label
        meta["snapshot_menu"] = _snapshot_menu(page, head.snapshot)
    text = yaml.dump(meta, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)
    return f"---\n{text}---\n\n"


def markdown(text: object) -> Markup:
    r"""Untrusted text as Markdown that shows exactly this text.

    >>> str(markdown("[x](javascript:1) <b> {: .x }"))
    '\\[x\\]\\(javascript&#58;1\\) &lt;b&gt; \\{&#58; \\.x \\}'
    """
    if isinstance(text, Markup):
        return text
    return Markup(_MARKDOWN.sub(_escaped, escape(str(text), quote=False)))  # noqa: S704


def _escaped(match: re.Match[str]) -> str:
    character = match[1]
    # Python-Markdown knows backslash escapes for these only; the others are
    # written as character references.
    if character in r"\`*_{}[]()>#+-.!|":
        return "\\" + character
    return f"&#{ord(character)};"


def _menu(page: str) -> list[Mapping[str, object]]:
    entries = [
        ("首页", address.HOME), ("历期数据", address.ARCHIVE),
        ("责任单位", address.UNITS), ("关于本站", address.about("index")),
    ]  # fmt: skip
    return [_entry(page, title, target) for title, target in entries]


def _snapshot_menu(page: str, snapshot: Snapshot) -> list[Mapping[str, object]]:
    table = "落实情况表" if snapshot.kind == "report" else "任务安排表"
    names = [("概览", "index"), ("全部任务", "tasks"), (table, "table"), ("数据下载", "data")]
    if snapshot.kind == "plan":
        names.insert(2, ("章节与分工", "chapters"))
    else:
        names[1:1] = [("进度", "progress"), ("问题", "problems")]
    return [_entry(page, title, address.snapshot_page(snapshot, name)) for title, name in names]


def _entry(page: str, title: str, target: str) -> Mapping[str, object]:
    entry: dict[str, object] = {"title": title, "href": address.relative(page, target)}
    if page == target:
        entry["current"] = True
    return entry


class _Dumper(yaml.SafeDumper):
    """Writes plain data only; the same object twice is written twice, not as an anchor."""

    def ignore_aliases(self, data: object) -> bool:
        return True
