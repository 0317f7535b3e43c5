"""One site among many, from its address to the address of all: whole, or not at all.

At the target stand, for a site called ``duanzhou``::

    duanzhou/…                        the site
    .taizhang/duanzhou/built.json     what it was made from, its MANIFEST's sum, its figures

Where the mark fits the site's MANIFEST, the site is whole. On a disk the site changes
from the old to the new by renaming; on an object store, which can't rename, file by file:
there the mark is taken away first and comes back when all files are there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from generator.findings import Finding, Place, disk_fault, finding, has_errors
from generator.ledger.model import Edition
from generator.pages.site_summary import SiteSummary, newest_report, summarise, summary_of
from generator.publishing.addresses import (
    at_hand,
    below,
    folder_of,
    name_of,
    put_file,
    put_tree,
    read_bytes,
    remove_file,
)
from generator.publishing.build import build_site, locked, put_back, switch
from generator.publishing.fingerprint import fingerprint
from generator.publishing.manifest import MANIFEST
from generator.publishing.settings import read_settings
from generator.publishing.survey import survey

# The folders and files of a site that a build reads; site/ and build/ are made from them.
PARTS = ("content", "mkdocs.yml", "themes")

# What belongs to no site, below the target.
OWN = ".taizhang"
_MARK, _LOCK, _NEW = "built.json", "lock", "new"
# mkdocs and matplotlib keep settings for a whole process, and a cluster's worker may run
# several threads: they take turns.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class SiteBuilt:
    """What became of one site.

    Attributes:
        name: its folder's name.
        ok: whether the site at the target is made from what the site now says.
        taken_over: whether it was there already and nothing had to be done.
        findings: what was found on the way; their places begin with the name.
        summary: the figures of the site as it stands at the target, be it this one or the
            one before; None where none stands there.
        inputs: the fingerprint of what it was made from.
        seconds: how long it took.
    """

    name: str
    ok: bool
    taken_over: bool = False
    findings: tuple[Finding, ...] = ()
    summary: SiteSummary | None = None
    inputs: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Mark:
    inputs: str
    manifest: str
    summary: SiteSummary


def build_one(site: str, target: str, edition: str) -> SiteBuilt:
    """Build one site, unless what stands at the target was made from the same.

    Everything goes by addresses, so that any process on any machine that knows them may
    do it. Nothing is printed.

    Args:
        site: the address of the site's folder. One on a disk is built where it is; others
            are fetched.
        target: the address below which all sites go.
        edition: for whom, a value of ``Edition``.
    """
    with _ONE_AT_A_TIME:
        start = time.perf_counter()
        built = _locked(site, target, Edition(edition))
        return replace(built, seconds=time.perf_counter() - start)


def _locked(site: str, target: str, edition: Edition) -> SiteBuilt:
    """Build while nobody else does the same; what a disk refuses is the site's finding."""
    name, folder = name_of(site), folder_of(target)
    try:
        with ExitStack() as held:
            if folder and not held.enter_context(locked(folder / OWN / name / _LOCK)):
                return SiteBuilt(name, False, findings=(finding("build-running", Place(name)),))
            if folder:
                put_back(folder / name)
            return _build(site, name, target, edition)
    except OSError as fault:
        place = Place(str(fault.filename or name))
        told = finding("site-stopped", place, fault=disk_fault(fault))
        return SiteBuilt(name, False, findings=(told,), summary=_last_summary(target, name))


def _last_summary(target: str, name: str) -> SiteSummary | None:
    """The figures of what stands at the target, as far as that can still be read."""
    try:
        before = _standing(target, name)
    except OSError:
        return None
    return before.summary if before else None


def _build(site: str, name: str, target: str, edition: Edition) -> SiteBuilt:
    before = _standing(target, name)
    summary = before.summary if before else None
    with at_hand(site, PARTS) as root:
        inputs = fingerprint(root, edition)
        if before and before.inputs == inputs:
            return SiteBuilt(name, True, True, (), summary, inputs)
        found, now = _make(root, edition)
        findings = tuple(_placed(found, name))
        if now is None:
            return SiteBuilt(name, False, False, findings, summary, inputs)
        tree = root / "site" / edition
        _put(tree, target, name)
        mark = {"inputs": inputs, "manifest": _sum(tree / MANIFEST), "summary": now.to_json()}
        text = json.dumps(mark, ensure_ascii=False, indent=1) + "\n"
        put_file(_mark_address(target, name), text.encode())
        return SiteBuilt(name, True, False, findings, now, inputs)


def _make(root: Path, edition: Edition) -> tuple[tuple[Finding, ...], SiteSummary | None]:
    """Check and build a site in its own folder; its figures, or None where it has errors."""
    shown = survey(root, edition)
    findings = shown.findings
    settings, faults = (None, ()) if has_errors(findings) else read_settings(root, edition)
    if settings is None:
        return (*findings, *faults), None
    findings += build_site(root, _silent, edition)
    if has_errors(findings):
        return findings, None
    report = newest_report(shown.ledger)
    found = shown.found(report.id) if report else None
    return findings, summarise(shown.ledger, found, settings.site)


def _silent(*_: object, **__: object) -> None:
    """Whoever watches many sites watches them site by site."""


def _placed(findings: Iterable[Finding], name: str) -> Iterable[Finding]:
    """The findings with the site's name before their files'."""
    for found in findings:
        yield replace(found, place=replace(found.place, file=f"{name}/{found.place.file}"))


def _mark_address(target: str, name: str) -> str:
    return below(target, OWN, name, _MARK)


def _standing(target: str, name: str) -> _Mark | None:
    """What the site at the target was made from; None unless it is there and whole."""
    data = read_bytes(_mark_address(target, name))
    manifest = read_bytes(below(target, name, MANIFEST))
    if data is None or manifest is None:
        return None
    try:
        content = json.loads(data)
        mark = _Mark(content["inputs"], content["manifest"], summary_of(content["summary"]))
    except (ValueError, KeyError, TypeError, AttributeError):  # damaged, or of another version
        return None
    return mark if mark.manifest == hashlib.sha256(manifest).hexdigest() else None


def _put(tree: Path, target: str, name: str) -> None:
    """Let a finished tree take its place at the target."""
    folder = folder_of(target)
    if folder is None:
        remove_file(_mark_address(target, name))
        put_tree(tree, below(target, name))
        return
    new = folder / OWN / name / _NEW
    shutil.rmtree(new, ignore_errors=True)  # what a killed run has left
    shutil.copytree(tree, new)
    switch(new, folder / name)


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
