"""`taizhang publish`: releases side by side, and one link that says which is served.

A folder of releases looks like this; the web server is pointed at ``current``::

    releases/2018-01-20-001/    a whole site each
    current -> releases/2018-01-20-001

A release is made and checked under a name of its own and put among the others when it
is whole; then ``current`` is replaced in one step. Killed anywhere, ``current``
leads to one whole site.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.findings import Finding, Place, finding, has_errors
from generator.ledger.model import Edition, Ledger
from generator.pages.book import Archive
from generator.publishing.build import Progress, locked, make_tree, removed_afterwards
from generator.publishing.editions import public_ledger
from generator.publishing.manifest import verify

CURRENT, RELEASES, _LOCK = "current", "releases", ".publish.lock"
_RELEASE = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})-(?P<number>[0-9]{3})")
_ARCHIVE = re.compile(r"as-published-(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\.zip")
# Everything in an archive has this date: the same pages give the same bytes.
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Published:
    """What a release came to.

    Attributes:
        release: its name; empty where nothing was published.
        findings: what was found on the way.
        gone: pages of the release before that this one no longer has.
    """

    release: str = ""
    findings: tuple[Finding, ...] = ()
    gone: tuple[str, ...] = ()


def publish(
    root: Path, ledger: Ledger, target: Path, day: str, progress: Progress,
    *, dry_run: bool = False, without_archives: Collection[str] = (), keep: int = 0,
) -> Published:  # fmt: skip
    """Make a release of the public edition, check it, and let ``current`` lead to it.

    Args:
        root: the site's folder.
        ledger: what content/ holds.
        target: the folder of releases.
        day: the day, ``YYYY-MM-DD``; it becomes part of the release's name.
        progress: as in ``build_site``.
        dry_run: stop before the switch, and leave nothing.
        without_archives: ids of snapshots whose pages as first published aren't carried on,
            because they hold what had to be taken down.
        keep: how many releases stay; 0 for all. The one that is served always does.
    """
    if not public_ledger(ledger).snapshots:
        # A preview may be empty; what the public reads doesn't become so by a slip.
        return Published(findings=(finding("release-empty", Place("content")),))
    place = target.resolve() / CURRENT
    with locked(place.with_name(_LOCK)) as free:
        if not free:
            return Published(findings=(finding("build-running", Place(str(target))),))
        releases = place.parent / RELEASES
        releases.mkdir(exist_ok=True)
        _clear(place)
        staging = releases / f".new-{os.getpid()}"
        with removed_afterwards(staging):
            before = served(target)
            archives = _archives(before, ledger, without_archives) if before else {}
            findings = make_tree(root, ledger, staging, progress, Edition.PUBLIC, archives)
            gone = _gone(before, staging) if before else ()
            if dry_run or has_errors(findings):
                return Published("", findings, gone)
            faults, _ = verify(staging, None)
            if has_errors(faults):
                return Published("", (*findings, *faults), gone)
            release = _next_name(releases, day)
            staging.rename(releases / release)
        point(place, release)
        for name in release_names(target)[: -keep or None] if keep else ():
            if name != release:
                shutil.rmtree(releases / name)
        return Published(release, findings, gone)


def roll_back(target: Path) -> Published:
    """Let ``current`` lead to the release before; the one that it left stays among the releases."""
    place = target.resolve() / CURRENT
    with locked(place.with_name(_LOCK)) as free:
        if not free:
            return Published(findings=(finding("build-running", Place(str(target))),))
        now = served(target)
        names = release_names(target)
        if now is None or now.name not in names or names.index(now.name) == 0:
            return Published(findings=(finding("no-release-before", Place(str(target))),))
        release = names[names.index(now.name) - 1]
        faults, _ = verify(place.parent / RELEASES / release, None)
        if has_errors(faults):
            return Published(findings=faults)
        point(place, release)
        return Published(release)


def release_names(target: Path) -> list[str]:
    """The whole releases, the oldest first."""
    return sorted(
        p.name for p in (target / RELEASES).glob("*") if p.is_dir() and _RELEASE.fullmatch(p.name)
    )


def served(target: Path) -> Path | None:
    """The release that ``current`` leads to."""
    place = target.resolve() / CURRENT
    return place.resolve() if place.is_symlink() and place.is_dir() else None


def point(place: Path, release: str) -> None:
    """Let the link lead to a release: a new link takes the old one's name in one step."""
    new = place.with_name(f".{place.name}-{os.getpid()}")
    new.symlink_to(Path(RELEASES) / release, target_is_directory=True)
    new.replace(place)


def _clear(place: Path) -> None:
    """Remove what a killed run has left behind."""
    for left in place.parent.glob(f".{place.name}-[0-9]*"):
        left.unlink(missing_ok=True)
    for left in (place.parent / RELEASES).glob(".new-*"):
        shutil.rmtree(left, ignore_errors=True)


def _next_name(releases: Path, day: str) -> str:
    numbers = [int(m["number"]) for p in releases.iterdir() if (m := _RELEASE.fullmatch(p.name))
               and m["day"] == day]  # fmt: skip
    return f"{day}-{max(numbers, default=0) + 1:03d}"


def _archives(
    before: Path, ledger: Ledger, left_out: Collection[str]
) -> Mapping[str, Sequence[tuple[Archive, bytes]]]:
    """Of each sealed snapshot that is served already: its pages as they first were.

    Those of the release that is served, unless that one carries an archive of
    earlier ones, which then goes on being carried.
    """
    found: dict[str, Sequence[tuple[Archive, bytes]]] = {}
    match = _RELEASE.fullmatch(before.name)
    for snapshot in ledger.snapshots:
        folder = before / snapshot.id
        carried = snapshot.seal is not None and snapshot.id not in left_out
        if not carried or not folder.is_dir() or match is None:
            continue
        kept = sorted(p for p in folder.glob("*.zip") if _ARCHIVE.fullmatch(p.name))
        if kept:
            found[snapshot.id] = [_archive(snapshot.id, p.name, p.read_bytes()) for p in kept]
        else:
            name = f"as-published-{match['day']}.zip"
            found[snapshot.id] = [_archive(snapshot.id, name, _zipped(folder, snapshot.id))]
    return found


def _archive(id_: str, name: str, data: bytes) -> tuple[Archive, bytes]:
    match = _ARCHIVE.fullmatch(name)
    day = match["day"] if match else ""
    return Archive(f"{id_}/{name}", day, hashlib.sha256(data).hexdigest()), data


def _zipped(folder: Path, name: str) -> bytes:
    """A snapshot's folder as a zip of its own, with the day's style and scripts in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            info = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}", _ZIP_DATE)
            archive.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _gone(before: Path, now: Path) -> tuple[str, ...]:
    """Addresses that led somewhere and won't any more."""
    one, two = (
        {p.relative_to(folder).as_posix() for p in folder.rglob("*.html")}
        for folder in (before, now)
    )
    return tuple(sorted(one - two))
