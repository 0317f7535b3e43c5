"""Atom feeds: what the site published, and what it published of each unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from feedgenerator import Atom1Feed

from generator.ledger.model import Snapshot
from generator.pages import address
from generator.pages.site import Site

_BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was published.

    Attributes:
        key: what identifies it for ever, whatever the site's address.
        day: when; see ``published``.
    """

    key: str
    title: str
    address: str
    summary: str
    day: date


def published(snapshot: Snapshot) -> date:
    """The day of publication; where the document doesn't say, the day that its data speak of.

    A feed's entry must have a date (RFC 4287, 4.1.2); the last resort is the
    period's end, which the snapshot's id states.
    """
    if snapshot.disclosure:
        try:
            return date.fromisoformat(snapshot.disclosure.published_on)
        except ValueError:
            pass
    if snapshot.as_of:
        return snapshot.as_of
    return date(snapshot.year, 6, 30) if snapshot.id.endswith("H1") else date(snapshot.year, 12, 31)


def feed(site: Site, key: str, title: str, page: str, file: str, entries: Sequence[Entry]) -> bytes:
    """A feed as Atom.

    Without the site's address its links are relative to the feed, as RFC 4287
    allows; ids are ``tag:`` URIs of the name, so that they never change.

    Args:
        site: whose feed it is.
        key: what identifies the feed.
        title: its title.
        page: the page that it belongs to.
        file: its own address.
        entries: what was published; the newest first.
    """

    def link(target: str) -> str:
        return site.absolute(target) or address.relative(file, target)

    atom = _Feed(
        title=title, link=link(page), description="", language=site.language.tag,
        feed_url=link(file), feed_guid=_tag(site, key), author_name=site.organiser or site.name,
    )  # fmt: skip
    for entry in entries:
        day = datetime.combine(entry.day, time(), _BEIJING).astimezone(UTC)
        atom.add_item(
            title=entry.title, link=link(entry.address), description=entry.summary,
            unique_id=_tag(site, entry.key), updateddate=day, pubdate=day,
        )  # fmt: skip
    return str(atom.writeString("utf-8")).encode()


class _Feed(Atom1Feed):  # type: ignore[misc]  # untyped
    def latest_post_date(self) -> datetime:
        """The newest entry's day. A feed needs one; without entries, not the clock's."""
        newest: datetime = super().latest_post_date()
        return newest if self.items else _BEFORE_ALL


_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


def _tag(site: Site, key: str) -> str:
    """``urn:taizhang:…``, or a tag URI (RFC 4151) of the site's host where it has one."""
    host = site.url.split("/")[2].split(":")[0] if site.url.count("/") > 2 else ""
    return f"tag:{host},2017:taizhang/{key}" if host else f"urn:taizhang:{key.replace('/', ':')}"
