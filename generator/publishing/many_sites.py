"""Many sites, by whatever executor: on one core, on processes, or on a cluster.

The unit that is handed out is a site: its snapshots need each other (what changed, who
succeeded whom, where links lead). Only addresses go out and only ``SiteBuilt`` comes back.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    wait,
)
from contextlib import AbstractContextManager
from functools import partial

from generator.findings import Finding, Place, finding
from generator.ledger.model import Edition
from generator.publishing.addresses import (
    below,
    folder_of,
    has_file,
    name_of,
    subfolders,
    unreachable,
)
from generator.publishing.one_site import SiteBuilt, build_one

OpenExecutor = Callable[[], AbstractContextManager[Executor]]
_Job = Callable[[str], SiteBuilt]
_SETTINGS = "mkdocs.yml"
# What the overview puts beside the sites.
_TAKEN = ("css", "img", "js")
# How often a site is tried by itself after the worker that had it was lost.
_TRIES_ALONE = 2


def find_sites(addresses: Sequence[str]) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """The sites at some addresses, and what is wrong with these.

    Args:
        addresses: each a site (it has a mkdocs.yml), or a folder of sites.
    """
    sites: list[str] = []
    findings: list[Finding] = []
    for given in addresses:
        folder = folder_of(given)
        # A worker may stand elsewhere.
        address = given if folder is None else folder.absolute().as_posix()
        if faults := unreachable(address):
            findings += faults
            continue
        found = [address] if _is_site(address) else [s for s in subfolders(address) if _is_site(s)]
        if not found:
            findings.append(finding("sites-none", Place(given)))
        sites += found
    sites = list(dict.fromkeys(sites))
    return tuple(sites), (*findings, *_name_findings(sites))


def find_target(address: str) -> tuple[str, tuple[Finding, ...]]:
    """The address below which the sites go, as any worker knows it, and what is wrong with it."""
    folder = folder_of(address)
    if folder is None:
        return address.rstrip("/"), unreachable(address, empty=True)
    if folder.exists() and not folder.is_dir():
        return address, (finding("target-no-folder", Place(address)),)
    return folder.absolute().as_posix(), ()


def _is_site(address: str) -> bool:
    return has_file(below(address, _SETTINGS))


def _name_findings(sites: Iterable[str]) -> Iterator[Finding]:
    names = Counter(map(name_of, sites))
    for site in sites:
        name = name_of(site)
        if names[name] > 1:
            yield finding("site-name-twice", Place(site), name=name)
        elif name in _TAKEN or name.startswith("."):
            yield finding("site-name-taken", Place(site), name=name)


def build_all(
    sites: Iterable[str], target: str, edition: Edition, open_executor: OpenExecutor, window: int
) -> Iterator[SiteBuilt]:
    """Build all sites; each one's outcome as it comes.

    No site's trouble is another's. Where a worker dies, all that it might have been
    working on is built again, each site alone, so that the one that kills its worker is known.

    Args:
        sites: their addresses.
        target: the address below which they go.
        edition: for whom.
        open_executor: opens an executor; again, where one has broken.
        window: how many sites are handed out at a time.
    """
    job = partial(build_one, target=target, edition=edition.value)
    lost: list[str] = []
    for site, outcome in _together(sites, job, open_executor, window):
        if isinstance(outcome, SiteBuilt):
            yield outcome
        else:
            lost.append(site)
    for site in lost:
        yield _alone(site, job, open_executor)


def _together(
    sites: Iterable[str], job: _Job, open_executor: OpenExecutor, window: int
) -> Iterator[tuple[str, SiteBuilt | Exception]]:
    """Each site's outcome, or why there is none; a broken executor is followed by a new one."""
    waiting = deque(sites)
    while waiting:
        with open_executor() as executor:
            running: dict[Future[SiteBuilt], str] = {}
            broken = False
            while running or (waiting and not broken):
                try:
                    while waiting and not broken and len(running) < window:
                        running[executor.submit(job, waiting[0])] = waiting[0]
                        waiting.popleft()
                except BrokenExecutor as fault:
                    broken = True
                    if not running:  # or it would never end
                        yield waiting.popleft(), fault
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    outcome = _outcome(future)
                    broken |= isinstance(outcome, BrokenExecutor)
                    yield running.pop(future), outcome


def _alone(site: str, job: _Job, open_executor: OpenExecutor) -> SiteBuilt:
    outcome: SiteBuilt | Exception
    for _ in range(_TRIES_ALONE):
        try:
            with open_executor() as executor:
                outcome = _outcome(executor.submit(job, site))
        except (OSError, BrokenExecutor) as fault:  # no executor to be had any more
            outcome = fault
        if isinstance(outcome, SiteBuilt):
            return outcome
    name, fault_ = name_of(site), " ".join(f"{type(outcome).__name__} {outcome}".split())
    return SiteBuilt(name, False, findings=(finding("site-lost", Place(name), fault=fault_),))


def _outcome(future: Future[SiteBuilt]) -> SiteBuilt | Exception:
    """What a future brings, raised or not.

    A site's own faults are findings; whatever is raised is a worker's end, in the words
    of whichever executor: none of them is known here.
    """
    try:
        return future.result()
    except Exception as fault:
        return fault
