"""Where everything lives. An address is a path below the site's root, ending in a file.

Links inside the site are relative, so that the tree works from any host, from a
zip and from ``file://`` (DESIGN, "Addresses").
"""

from __future__ import annotations

from functools import lru_cache
from posixpath import dirname, relpath
from urllib.parse import quote

from generator.analysis.responsibility import unit_key
from generator.ledger.model import Registry, Snapshot, Task

HOME = "index.html"
ARCHIVE = "archive.html"
UNITS = "units/index.html"
SEARCH = "search.html"
FEED = "feed.xml"
SITE_MAP = "sitemap.html"
VERSIONS = "versions.json"
SEALS = "seals.json"


def snapshot_page(snapshot: Snapshot, name: str = "index") -> str:
    """``2017H1/tasks.html``."""
    return f"{snapshot.id}/{name}.html"


def unit_page(snapshot: Snapshot, key: str) -> str:
    """``2017H1/units/shuiwu.html``: what one unit does in one snapshot."""
    return f"{snapshot.id}/units/{key}.html"


def unit_over_years(key: str) -> str:
    """``units/shuiwu.html``: one unit in all snapshots."""
    return f"units/{key}.html"


def unit_feed(key: str) -> str:
    """``units/shuiwu.xml``: what is new of one unit, as an Atom feed."""
    return f"units/{key}.xml"


def about(name: str) -> str:
    """``about/method.html``."""
    return f"about/{name}.html"


def data_file(snapshot: Snapshot, name: str) -> str:
    """``2017H1/data/tasks.json``."""
    return f"{snapshot.id}/data/{name}"


def search_file(partition: str, name: str) -> str:
    """``2017H1/search/g0.js``: a part of a partition's full-text index."""
    return f"{partition}/search/{name}.js".lstrip("/")


def rows_script(snapshot: Snapshot, number: int) -> str:
    """``2017H1/search/rows2.js``: a page's rows of all tasks, for the other pages' filters."""
    return f"{snapshot.id}/search/rows{number}.js"


def task(snapshot: Snapshot, item: Task, registry: Registry) -> str:
    """A task's permalink: ``2017H1/units/huanbao.html#task-76``."""
    return f"{unit_page(snapshot, unit_key(item, registry))}#{item.anchor}"


def relative(page: str, target: str) -> str:
    """The link from a page to a target, both addresses below the root.

    >>> relative("2017H1/units/huanbao.html", "2014/index.html")
    '../../2014/index.html'
    >>> relative("2017H1/units/a.html", "2017H1/units/a.html#task-1")
    '#task-1'
    """
    path, mark, fragment = target.partition("#")
    if path == page and mark:
        return f"#{quote(fragment)}"
    return _way(dirname(page), path) + mark + quote(fragment)


@lru_cache(maxsize=8_192)  # more than one partition has
def _way(folder: str, path: str) -> str:
    # The pages of a folder link to the same pages again and again.
    return quote(relpath(path, folder or "."))


def markdown_file(page: str) -> str:
    """The Markdown file that becomes a page."""
    return page.removesuffix(".html") + ".md"
