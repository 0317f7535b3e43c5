"""`taizhang publish`: releases side by side, and one link that says which is served.

A folder of releases looks like this; the web server is pointed at ``current``::

    releases/2018-01-20-001/    a whole site each
    current -> releases/2018-01-20-001
    history                     the releases in the order in which they were served

A release is made and checked under a name of its own and put among the others when it
is whole; then ``current`` is replaced in one step. Killed anywhere, ``current``
leads to one whole site.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.findings import Finding, Place, Term, finding, has_errors
from generator.ledger.model import Edition, Ledger
from generator.ledger.suggestions import nearest
from generator.pages.address import SEALS
from generator.pages.book import Archive
from generator.publishing.build import (
    Progress,
    locked,
    make_tree,
    removed_afterwards,
)
from generator.publishing.cache import Cache, cache_folder
from generator.publishing.leaks import find_leaks, read_secrets
from generator.publishing.manifest import verify
from generator.publishing.settings import read_settings
from generator.publishing.survey import Survey, survey

CURRENT, RELEASES, _LOCK, _HISTORY = "current", "releases", ".publish.lock", "history"
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
    shown: Survey, target: Path, day: str, progress: Progress,
    *, dry_run: bool = False, without_archives: Collection[str] = (), keep: int = 0,
) -> Published:  # fmt: skip
    """Make a release of the public edition, check it, and let ``current`` lead to it.

    Args:
        shown: the content as the public edition has it.
        target: the folder of releases.
        day: the day, ``YYYY-MM-DD``; it becomes part of the release's name.
        progress: as in ``build_site``.
        dry_run: stop before the switch, and leave nothing.
        without_archives: ids of snapshots whose pages as first published aren't carried on,
            because they hold what had to be taken down.
        keep: how many releases stay; 0 for all. The one that is served always does.
    """
    ledger, root = shown.ledger, shown.root
    if not ledger.snapshots:
        # A preview may be empty; what the public reads doesn't become so by a slip.
        return Published(findings=(finding("release-empty", Place("content")),))
    place = target.resolve() / CURRENT
    if faults := tuple(_place_findings(root, target, ledger, without_archives)):
        return Published(findings=faults)
    with locked(place.with_name(_LOCK)) as free:
        if not free:
            return Published(findings=(finding("build-running", Place(str(target))),))
        releases = place.parent / RELEASES
        releases.mkdir(exist_ok=True)
        _clear(place)
        staging = releases / f".new-{os.getpid()}"
        with removed_afterwards(staging):
            before = served(target) or _newest(target)
            archives = _archives(before, ledger, without_archives) if before else {}
            refused = (*_undone(before, ledger), *_withheld(archives, shown)) if before else ()
            if refused:
                return Published(findings=refused)
            # Copied, not linked: a release is nobody else's.
            trees = (root / "site" / Edition.PUBLIC, *([before] if before else []))
            findings = make_tree(root, staging, progress, Edition.PUBLIC, archives, trees)
            gone = _gone(before, staging) if before else ()
            if dry_run or has_errors(findings):
                return Published("", findings, gone)
            faults, _ = verify(staging, None)
            if has_errors(faults):
                return Published("", (*findings, *faults), gone)
            release = _next_name(releases, day)
            staging.rename(releases / release)
        past = history(target)
        point(place, release)
        _write_history(target, [*past, release])
        kept = [*past, release][-keep:] if keep else release_names(target)
        for name in release_names(target):
            if name not in kept:
                shutil.rmtree(releases / name)
        return Published(release, findings, gone)


def roll_back(root: Path, target: Path) -> Published:
    """Let ``current`` lead to the release that was served before this one.

    The one that it leaves stays among the releases, and isn't gone back to. A release
    that gives away what is withheld by now isn't served again.
    """
    place = target.resolve() / CURRENT
    with locked(place.with_name(_LOCK)) as free:
        if not free:
            return Published(findings=(finding("build-running", Place(str(target))),))
        past = history(target)
        if len(past) < 2:
            return Published(findings=(finding("no-release-before", Place(str(target))),))
        release = past[-2]
        tree = place.parent / RELEASES / release
        settings, faults = read_settings(root, Edition.PUBLIC)
        if settings is None:
            return Published(findings=faults)
        cache = Cache(cache_folder(root, Edition.PUBLIC))
        shown = survey(root, Edition.PUBLIC)
        secrets, faults = read_secrets(shown, settings.published, cache)
        found = (*faults, *verify(tree, None)[0], *find_leaks(tree, secrets)[0])
        if has_errors(found):
            return Published(findings=found)
        point(place, release)
        _write_history(target, past[:-1])
        return Published(release)


def history(target: Path) -> list[str]:
    """The releases that were served, the one that is served last; those that are gone left out."""
    file = target.resolve() / _HISTORY
    lines = file.read_text(encoding="utf-8").split() if file.is_file() else []
    there = release_names(target)
    now = served(target)
    past = [name for name in lines if name in there]
    if now is None or now.name not in there:
        return past
    # A publish that was killed may have noted more, or less, than it came to.
    return [*past[: past.index(now.name)], now.name] if now.name in past else [*past, now.name]


def _write_history(target: Path, names: Sequence[str]) -> None:
    file = target.resolve() / _HISTORY
    new = file.with_name(f".{_HISTORY}-{os.getpid()}")
    new.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    new.replace(file)


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


def _newest(target: Path) -> Path | None:
    """The newest release, where ``current`` leads nowhere."""
    names = release_names(target)
    return target.resolve() / RELEASES / names[-1] if names else None


def _place_findings(
    root: Path, target: Path, ledger: Ledger, without_archives: Collection[str]
) -> Iterator[Finding]:
    """Why nothing can be published there, before anything is made."""
    place = Place(str(target))
    current = target / CURRENT
    if target.exists() and not target.is_dir():
        yield finding("publish-place", place, why=Term("这是文件，不是文件夹"))
    elif current.exists() and not current.is_symlink():
        yield finding("publish-place", place, why=Term("其中的 current 不是发布时建立的链接"))
    elif target.resolve().is_relative_to((root / "content").resolve()):
        yield finding("publish-place", place, why=Term("这是 content 里面"))
    known = [snapshot.id for snapshot in ledger.snapshots]
    for id_ in without_archives:
        if id_ not in known:
            yield finding(
                "archive-unknown", Place(f"--drop-archive {id_}"), snapshot=id_,
                nearest=nearest(id_, known),
            )  # fmt: skip


def _undone(before: Path, ledger: Ledger) -> Iterator[Finding]:
    """Seals that were published, and aren't there any more or aren't the same."""
    file = before / SEALS
    published = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    now = {snapshot.id: snapshot.seal for snapshot in ledger.snapshots}
    for id_, seal in published.items():
        chain = tuple(seal["chain"])
        found = now.get(id_)
        if found is None or found.chain[: len(chain)] != chain:
            place = Place(f"content/{id_}/sealed")
            yield finding("seal-undone", place, snapshot=id_, number=seal["number"])


def _withheld(
    archives: Mapping[str, Sequence[tuple[Archive, bytes]]], shown: Survey
) -> Iterator[Finding]:
    """Archives that show of a task what is withheld by now, in the data or in the changes."""
    hidden = {f"{id_[:4]}-{no:03d}" for id_, o in shown.outlines.items() for no in o.hidden}
    for id_, kept in archives.items():
        for archive, data in kept:
            for task in sorted(hidden & _shown(id_, data)):
                yield finding(
                    "archive-withheld", Place(archive.address), snapshot=id_,
                    no=int(task.partition("-")[2]),
                )  # fmt: skip


def _shown(id_: str, data: bytes) -> set[str]:
    """The ids of the tasks of which an archive tells more than that they are withheld."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tasks = json.loads(archive.read(f"{id_}/data/tasks.json"))
        name = f"{id_}/data/changes.json"
        changes = json.loads(archive.read(name)) if name in archive.namelist() else {}
    told = {task["id"] for task in tasks if task["goal"]}
    return told | {c["task"] for c in changes.get("changes", ()) if c["change"] != "new"}


def _clear(place: Path) -> None:
    """Remove what a killed run has left behind."""
    for left in (*place.parent.glob(f".{place.name}-[0-9]*"), *place.parent.glob(f".{_HISTORY}-*")):
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
