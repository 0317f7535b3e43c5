"""Citing a page, on screen and on paper: the citation, the QR code, what schema.org calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import segno

from generator.ledger.model import Snapshot, Unit
from generator.pages.site import Site
from generator.pages.wording import Say, label


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation names.

    Attributes:
        title: the page's title, which names the snapshot and the unit.
        publisher: who published the document, else the site.
        site: the site's name.
        date: the day of publication, else the day that the data speak of; may be empty.
        url: the page's full URL; empty where the site doesn't know it.
        sha256: of the snapshot's tasks.json, by which a copy can be checked.
    """

    title: str
    publisher: str
    site: str
    date: str
    url: str
    sha256: str

    def text(self, say: Say) -> str:
        """The citation in one line, in the order of GB/T 7714 for online databases."""
        said = say(
            "%(publisher)s．%(title)s[DB/OL]．%(site)s",
            publisher=self.publisher, title=self.title, site=self.site,
        )  # fmt: skip
        if self.date:
            said += say("，%(date)s", date=self.date)
        return said + (say("．%(url)s", url=self.url) if self.url else "")


def citation(title: str, snapshot: Snapshot, address: str, sha256: str, site: Site) -> Citation:
    """How to cite a page of a snapshot."""
    header = snapshot.disclosure
    issuer = (header.issuer if header else "") or site.organiser or site.name
    day = header.published_on if header else ""
    if not day and snapshot.as_of:
        day = snapshot.as_of.isoformat()
    return Citation(title, issuer, site.name, day, site.absolute(address), sha256)


def qr_code(url: str) -> str:
    """The address as a QR code for paper: an SVG for the page."""
    code = segno.make(url, error="m", micro=False)
    return str(code.svg_inline(scale=1, omitsize=True, svgclass=None, lineclass=None, border=2))


def dataset(
    snapshot: Snapshot, description: str, page: str, files: Mapping[str, str], site: Site
) -> Mapping[str, object]:
    """A snapshot as a schema.org Dataset; what isn't known is left out.

    Args:
        snapshot: the snapshot.
        description: the sentence that opens its page.
        page: the address of its overview.
        files: address of each download → its media type.
        site: whose full URLs are used where they are known.
    """
    header = snapshot.disclosure
    half = {"1": ("01-01", "06-30"), "2": ("07-01", "12-31")}.get(snapshot.id[5:])
    first, last = half or ("01-01", "12-31")
    said = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": snapshot.title,
        "alternateName": label(snapshot, site.language.say),
        "description": description,
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "temporalCoverage": f"{snapshot.year}-{first}/{snapshot.year}-{last}",
        "url": site.absolute(page),
        "datePublished": header.published_on if header else "",
        "identifier": (header.index_no or header.doc_no) if header else "",
        "creator": _organisation((header.issuer if header else "") or site.organiser),
        "distribution": [
            {"@type": "DataDownload", "contentUrl": site.absolute(file), "encodingFormat": kind}
            for file, kind in files.items()
            if site.url
        ],
    }
    return {key: value for key, value in said.items() if value}


def organisation(unit: Unit, page: str, site: Site) -> Mapping[str, object]:
    """A unit as a schema.org GovernmentOrganization."""
    said = {
        "@context": "https://schema.org",
        **_organisation(unit.name),
        "alternateName": list(unit.aliases),
        "url": site.absolute(page),
    }
    return {key: value for key, value in said.items() if value}


def catalogue(site: Site, description: str) -> Mapping[str, object]:
    """The site as a schema.org DataCatalog."""
    said = {
        "@context": "https://schema.org", "@type": "DataCatalog", "name": site.name,
        "description": description, "url": site.url, "inLanguage": "zh-CN",
        "publisher": _organisation(site.organiser),
    }  # fmt: skip
    return {key: value for key, value in said.items() if value}


def _organisation(name: str) -> dict[str, object]:
    return {"@type": "GovernmentOrganization", "name": name} if name else {}
