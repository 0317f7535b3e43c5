"""sitemap.xml of each partition, one over all of them, and robots.txt, which points there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from generator.pages.site import Site
from generator.pages.snapshot_pages import Partition

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def with_sitemaps(partitions: Sequence[Partition], site: Site) -> tuple[Partition, ...]:
    """The partitions with their sitemaps; as they are where the site's URL isn't set.

    The protocol knows full URLs only. The portal, which comes first, gets the
    index of all sitemaps at the root.
    """
    if not site.url:
        return tuple(partitions)
    names = [f"{p.name}/sitemap.xml" if p.name else "sitemap-portal.xml" for p in partitions]
    done = [
        p.with_files([(name, _urls(site, (page.address for page in p.pages)))])
        for p, name in zip(partitions, names, strict=True)
    ]
    top = (
        ("sitemap.xml", _xml("sitemapindex", "sitemap", [site.absolute(name) for name in names])),
        ("robots.txt", f"User-agent: *\nSitemap: {site.absolute('sitemap.xml')}\n".encode()),
    )
    return (done[0].with_files(top), *done[1:])


def _urls(site: Site, pages: Iterable[str]) -> bytes:
    return _xml("urlset", "url", [site.absolute(page) for page in pages])


def _xml(name: str, entry: str, addresses: Iterable[str]) -> bytes:
    root = etree.Element(f"{{{_SPACE}}}{name}", nsmap={None: _SPACE})  # type: ignore[dict-item]  # the stubs know no default namespace
    for address in addresses:
        place = etree.SubElement(root, f"{{{_SPACE}}}{entry}")
        etree.SubElement(place, f"{{{_SPACE}}}loc").text = address
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
