"""sitemap.xml of each partition, one over all of them, and robots.txt, which points there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from generator.pages.partition import Partition
from generator.pages.site import Site

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def with_sitemap(partition: Partition, site: Site) -> Partition:
    """A partition with its sitemap; as it is where the site's URL isn't set.

    The protocol knows full URLs only.
    """
    if not site.url:
        return partition
    pages = (page.address for page in partition.pages)
    return partition.with_files([(_file(partition.name), _urls(site, pages))])


def with_map_of_maps(portal: Partition, site: Site, names: Sequence[str]) -> Partition:
    """The portal with the index of all partitions' sitemaps, and robots.txt, which points there."""
    if not site.url:
        return portal
    maps = [site.absolute(_file(name)) for name in sorted(names)]
    robots = f"User-agent: *\nSitemap: {site.absolute('sitemap.xml')}\n"
    return portal.with_files(
        [("sitemap.xml", _xml("sitemapindex", "sitemap", maps)), ("robots.txt", robots.encode())]
    )


def _file(name: str) -> str:
    return f"{name}/sitemap.xml" if name else "sitemap-portal.xml"


def _urls(site: Site, pages: Iterable[str]) -> bytes:
    return _xml("urlset", "url", [site.absolute(page) for page in pages])


def _xml(name: str, entry: str, addresses: Iterable[str]) -> bytes:
    root = etree.Element(f"{{{_SPACE}}}{name}", nsmap={None: _SPACE})  # type: ignore[dict-item]  # the stubs know no default namespace
    for address in addresses:
        place = etree.SubElement(root, f"{{{_SPACE}}}{entry}")
        etree.SubElement(place, f"{{{_SPACE}}}loc").text = address
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
