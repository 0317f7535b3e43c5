"""What mkdocs.yml says of a site, as far as its pages need it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from generator.catalogues import Language
from generator.ledger.model import Edition


@dataclass(frozen=True, slots=True)
class Site:
    """A site's settings.

    Attributes:
        name: the site's name.
        language: the language of its interface (``extra: locale``).
        url: where it will stand, ending in a slash; empty where that isn't set.
        organiser: who runs it (主办单位); empty where that isn't set.
        publish_audit: whether the recomputed numbers are public (``extra: publish_audit``).
        edition: for whom the pages are.
        imprint: who runs it and its official numbers, in one line; empty where none is set.
        signed: whether the list of all files gets a signature.
        notice: a line above every page, such as that a site is a demonstration.
    """

    name: str
    language: Language
    url: str = ""
    organiser: str = ""
    publish_audit: bool = False
    edition: Edition = Edition.PUBLIC
    notice: str = ""
    imprint: str = ""
    signed: bool = False

    @property
    def internal(self) -> bool:
        """Whether the pages are for the office's own people."""
        return self.edition is Edition.INTERNAL

    @property
    def with_audit(self) -> bool:
        """Whether the recomputed numbers are shown."""
        return self.publish_audit or self.internal

    def absolute(self, address: str) -> str:
        """The full URL of an address; empty where the site doesn't know where it stands."""
        return urljoin(self.url, address) if self.url else ""
