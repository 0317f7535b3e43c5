"""The overview of many sites: the newest report of each in numbers, made from summaries alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields

from generator.analysis.status import Status
from generator.pages import address
from generator.pages.partition import Page
from generator.pages.rendering import Head, Renderer
from generator.pages.site_summary import SiteSummary
from generator.pages.task_view import status_view
from generator.pages.wording import Say

# In the order in which a reader wants to know of them.
STATUSES = (Status.BEHIND, Status.ON_SCHEDULE, Status.COMPLETED, Status.UNQUANTIFIED)
FILE, CSV_FILE, XLSX_FILE = "overview.json", "overview.csv", "overview.xlsx"


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """A site in the overview.

    Attributes:
        folder: its folder's name, below which it stands.
        summary: its figures; None where it doesn't stand there.
        current: whether it was made from what it says now, not from what it said earlier.
    """

    folder: str
    summary: SiteSummary | None
    current: bool

    @property
    def name(self) -> str:
        """The site's name; its folder's where nothing more is known."""
        return self.summary.name if self.summary else " ".join(self.folder.split())

    @property
    def address(self) -> str:
        """Its first page; empty where there is none."""
        return f"{self.folder}/{address.HOME}" if self.summary else ""

    def remark(self, say: Say) -> str:
        """What is to be said of its figures, or why there are none."""
        if self.summary is None:
            return say("没有生成")
        if not self.summary.report:
            return say("还没有公布落实情况表")
        return "" if self.current else say("未更新")


def in_order(rows: Sequence[OverviewRow]) -> tuple[OverviewRow, ...]:
    """The rows by the sites' names."""
    return tuple(sorted(rows, key=lambda row: (row.name, row.folder)))


def total(rows: Sequence[OverviewRow]) -> SiteSummary:
    """The sums over all sites; without a name, a report or a day."""
    found = [row.summary for row in rows if row.summary]
    numbers = (f.name for f in fields(SiteSummary) if f.type == "int")
    return SiteSummary("", **{name: sum(getattr(s, name) for s in found) for name in numbers})


def overview_page(rows: Sequence[OverviewRow], render: Renderer) -> Page:
    """``index.html`` above all sites.

    Args:
        rows: the sites, in order.
        render: the templates.
    """
    say, say_n = render.site.language.say, render.site.language.say_n
    sums = total(rows)
    reports = sum(bool(row.summary and row.summary.report) for row in rows)
    opening = say_n("共%(n)d个网站，", len(rows)) + say_n(
        "其中%(n)d个已公布落实情况表，", reports
    ) + say_n("各取最新一期，合计%(n)d项任务。", sums.tasks)  # fmt: skip
    head = Head(
        render.site.name, opening, column=say("首页"),
        keywords=(say("重点工作"), say("落实情况")), alone=True,
    )  # fmt: skip
    statuses = [(status_view(status, say), status.value) for status in STATUSES]
    return render.page(
        "overview", address.HOME, head, opening=opening, rows=rows, total=sums,
        statuses=statuses, files=(FILE, CSV_FILE, XLSX_FILE),
    )  # fmt: skip


def overview_json(rows: Sequence[OverviewRow]) -> bytes:
    """``overview.json``: each site's figures and their sums, as the page has them."""
    sites = [
        {
            "folder": row.folder,
            "url": row.address or None,
            "current": row.current,
            "figures": row.summary.to_json() if row.summary else None,
        }
        for row in rows
    ]
    numbers = {k: v for k, v in total(rows).to_json().items() if isinstance(v, int)}
    content = {"sites": sites, "total": numbers}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
