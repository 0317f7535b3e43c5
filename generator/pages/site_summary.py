"""What an overview of many sites needs to know of one: its newest report in numbers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from generator.analysis.status import Status
from generator.analysis.task_findings import SnapshotFindings
from generator.ledger.model import Kind, Ledger, Snapshot
from generator.pages.counts import count
from generator.pages.site import Site
from generator.pages.wording import label


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """A site's headline figures.

    ``tasks`` = ``stated`` + ``inferred`` + ``unknown`` + ``held_back``, and
    ``tasks`` = ``behind`` + ``on_schedule`` + ``completed`` + ``unquantified`` + ``held_back``.

    Attributes:
        name: the site's name.
        snapshots: how many snapshots the site shows.
        report: the id of its newest report; empty where it has none, and all numbers
            are 0 then.
        label: that report in words.
        day: the day that its figures are of, as ``YYYY-MM-DD``; empty where it isn't stated.
        tasks, stated, inferred, unknown, held_back, with_problem, missing: as in ``Counts``.
        behind, on_schedule, completed, unquantified: tasks by status.
    """

    name: str
    snapshots: int = 0
    report: str = ""
    label: str = ""
    day: str = ""
    tasks: int = 0
    stated: int = 0
    inferred: int = 0
    unknown: int = 0
    held_back: int = 0
    with_problem: int = 0
    missing: int = 0
    behind: int = 0
    on_schedule: int = 0
    completed: int = 0
    unquantified: int = 0

    def to_json(self) -> dict[str, str | int]:
        """The summary as an object of JSON."""
        return asdict(self)


def summary_of(content: Mapping[str, object]) -> SiteSummary:
    """A summary from what ``to_json`` gave.

    Raises:
        ValueError: where that is something else.
    """
    known = SiteSummary("")
    for field in fields(SiteSummary):
        if type(content.get(field.name)) is not type(getattr(known, field.name)):
            raise ValueError(json.dumps(content)[:80])
    return SiteSummary(**{f.name: content[f.name] for f in fields(SiteSummary)})  # type: ignore[arg-type]  # just checked


def newest_report(ledger: Ledger) -> Snapshot | None:
    """The newest report that isn't a draft."""
    reports = (s for s in ledger.snapshots if s.kind is Kind.REPORT and not s.is_draft)
    return next(reports, None)


def summarise(ledger: Ledger, report: SnapshotFindings | None, site: Site) -> SiteSummary:
    """The figures of a site.

    Args:
        ledger: what the edition shows.
        report: its newest report, and what was found in it; None where there is none.
        site: the site's settings.
    """
    number, name = len(ledger.snapshots), " ".join(site.name.split())
    if report is None:
        return SiteSummary(name, number)
    newest = report.snapshot
    counts = count(newest, ledger.registry)
    statuses = Counter(f.judgement.status for f in report if not f.task.held_back)
    return SiteSummary(
        name, number, newest.id, label(newest, site.language.say),
        newest.as_of.isoformat() if newest.as_of else "",
        counts.tasks, counts.stated, counts.inferred, counts.unknown, counts.held_back,
        counts.with_problem, counts.missing, statuses[Status.BEHIND],
        statuses[Status.ON_SCHEDULE], statuses[Status.COMPLETED], statuses[Status.UNQUANTIFIED],
    )  # fmt: skip
