"""Text → safe Markdown: the jinja2 environment, the escapes, the front matter.

All text from documents is untrusted. Templates hold two kinds of ground: HTML
blocks, where jinja2's autoescaping does the work, and Markdown lines (headings,
sentences, lists), where values go through the filter ``md``. The ledger's gate
has already made control characters visible.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from generator.analysis.changes import earlier
from generator.ledger.model import Kind, Ledger, Snapshot
from generator.pages import address
from generator.pages.citing import Citation, qr_code
from generator.pages.kept import COMPILED
from generator.pages.partition import Page, front_matter
from generator.pages.site import Site
from generator.pages.wording import form_name, label

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~^:=>$])")


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
        citation: how to cite the page; None where it holds nothing to cite.
        things: what the page is about, as schema.org has it (JSON-LD).
        feed: the address of the Atom feed that tells what is new here.
        landscape: whether the page is printed across.
        begins: the first page of what this one goes on with; empty where it stands alone.
        newer: the page that has the same of the newest snapshot, where that isn't the one
            of the same name.
        alone: whether the page is the only one, with no search, feed or map beside it.
    """

    title: str
    description: str
    column: str = ""
    keywords: tuple[str, ...] = ()
    published: str = ""
    source: str = ""
    trail: tuple[tuple[str, str], ...] = ()
    snapshot: Snapshot | None = None
    citation: Citation | None = None
    things: tuple[Mapping[str, object], ...] = ()
    feed: str = address.FEED
    landscape: bool = False
    begins: str = ""
    newer: str = ""
    alone: bool = False


class Renderer:
    """Renders templates of ``generator/pages/templates`` to pages of one site.

    Args:
        site: the site's settings.
        ledger: its snapshots, which the pages' menus lead to.
    """

    def __init__(self, site: Site, ledger: Ledger) -> None:
        self.site = site
        self._ledger = ledger
        self._environment = Environment(
            loader=PackageLoader("generator", "pages/templates"),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=COMPILED,
        )
        self._environment.filters["md"] = markdown
        self._environment.globals.update(
            say=site.language.say, say_n=site.language.say_n,
            label=partial(label, say=site.language.say),
        )  # fmt: skip

    def page(self, template: str, page: str, head: Head, **values: object) -> Page:
        """One page: front matter from ``head``, body from the template.

        Templates get ``head``, ``link(address)`` for links from this page, and the values.
        """
        link = partial(address.relative, page)
        body = self._environment.get_template(f"{template}.md.j2").render(
            head=head, link=link, **values
        )
        body = re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"
        return Page(page, self.front_matter(page, head) + body, head.title)

    def piece(self, template: str, page: str, **values: object) -> Markup:
        """A piece of HTML of a page, by a template that stands for itself."""
        link = partial(address.relative, page)
        return Markup(self._environment.get_template(f"{template}.j2").render(link=link, **values))  # noqa: S704 -- autoescaped

    def front_matter(self, page: str, head: Head) -> str:
        """The block by which the theme knows the page: YAML, each value written as JSON."""
        meta: dict[str, object] = {
            "title": head.title,
            "description": head.description,
            "column": head.column,
            "keywords": ",".join(head.keywords),
            "published": head.published,
            "source": head.source,
            "here": address.relative(page, page),
            "begins": "" if head.begins in ("", page) else address.relative(page, head.begins),
            "home": address.relative(page, address.HOME),
            "search": address.relative(page, address.SEARCH),
            "feed": address.relative(page, head.feed),
            "map": address.relative(page, address.SITE_MAP),
            "menu": _menu(page, self._entries()),
            "trail": [(title, address.relative(page, target)) for title, target in head.trail],
            "url": self.site.absolute(page),
            "landscape": head.landscape,
        }
        if head.alone:
            meta |= {"search": "", "feed": "", "map": "", "menu": _menu(page, self._entries()[:1])}
        if self.site.url:
            meta["qr"] = qr_code(self.site.absolute(page))
        if head.snapshot:
            meta["snapshot"] = label(head.snapshot, self.site.language.say)
            meta["snapshot_menu"] = _menu(page, self.snapshot_entries(head.snapshot))
            meta["draft"] = head.snapshot.is_draft
            meta["newer"] = self._newer(page, head)
        if head.landscape:
            meta["paper"] = css_string(" · ".join(filter(None, (head.source, self.site.name))))
            meta["paper_url"] = css_string(self.site.absolute(page))
        if head.citation:
            meta["citation"] = {
                "text": head.citation.text(self.site.language.say),
                "sha256": head.citation.sha256,
            }
        if head.things:
            meta["things"] = _script_json(head.things)
        return front_matter({key: value for key, value in meta.items() if value})

    def _entries(self) -> list[tuple[str, str]]:
        """The pages that every page's menu leads to: (title, address)."""
        say = self.site.language.say
        return [
            (say("首页"), address.HOME), (say("历期数据"), address.ARCHIVE),
            (say("责任单位"), address.UNITS), (say("关于本站"), address.about("index")),
        ]  # fmt: skip

    def _newer(self, page: str, head: Head) -> Mapping[str, str] | None:
        """For a reader on an older snapshot: which is the newest, and the same page of it."""
        snapshot = head.snapshot
        if snapshot is None or snapshot.id == self._ledger.newest.id:
            return None
        newest = self._ledger.newest
        same = newest.id + (head.begins or page).removeprefix(snapshot.id)
        pages = {target for _, target in self.snapshot_entries(newest)}
        target = head.newer or (same if same in pages else address.snapshot_page(newest))
        say = self.site.language.say
        return {
            "text": say("您正在看的是%(snapshot)s的数据。", snapshot=label(snapshot, say)),
            "link": say("看最新一期：%(snapshot)s", snapshot=label(newest, say)),
            "href": address.relative(page, target),
        }

    def snapshot_entries(self, snapshot: Snapshot) -> list[tuple[str, str]]:
        """The pages that a snapshot's menu leads to: (title, address)."""
        say = self.site.language.say
        names = [
            (say("概览"), "index"), (say("全部任务"), "tasks"),
            (form_name(snapshot, say), "table"), (say("数据下载"), "data"),
        ]  # fmt: skip
        if snapshot.kind is Kind.PLAN:
            names.insert(2, (say("章节与分工"), "chapters"))
        else:
            names[1:1] = [(say("进度"), "progress"), (say("问题"), "problems")]
        if earlier(self._ledger, snapshot):
            names.insert(-2, (say("变化"), "changes"))
        if snapshot.kind is Kind.REPORT and self.site.with_audit:
            names.append((say("数字验算"), "audit"))
        if self.site.internal:
            names.append((say("数据质量"), "quality"))
        return [(title, address.snapshot_page(snapshot, name)) for title, name in names]


def markdown(text: object) -> Markup:
    r"""Untrusted text as Markdown that shows exactly this text.

    >>> str(markdown("[x](javascript:1) <b> {: .x }"))
    '\\[x\\]\\(javascript&#58;1\\) &lt;b&gt; \\{&#58; \\.x \\}'
    """
    return Markup(_MARKDOWN.sub(_escaped, escape(str(text), quote=False)))  # noqa: S704


def _escaped(match: re.Match[str]) -> str:
    character = match[1]
    # Python-Markdown knows backslash escapes for these only; the others are
    # written as character references.
    if character in r"\`*_{}[]()>#+-.!|":
        return "\\" + character
    return f"&#{ord(character)};"


def _menu(page: str, entries: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """A menu as the theme reads it: title → link."""
    return {title: address.relative(page, target) for title, target in entries}


def css_string(text: str) -> str:
    r"""Text as a CSS string that can stand inside of a <style>: all but letters and digits escaped.

    >>> print(css_string('a</style>"甲'))
    "a\3c \2f style\3e \22 甲"
    """
    return '"' + re.sub(r"[^\w]", lambda m: f"\\{ord(m[0]):x} ", text) + '"'


def _script_json(content: object) -> str:
    """JSON that can stand inside of a <script>: no ``<`` ends it early."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
