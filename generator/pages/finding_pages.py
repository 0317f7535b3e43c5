"""Progress and problems: the pages of a half-year's findings, and their charts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from generator.analysis.obstacles import kinds
from generator.analysis.status import Status, schedule
from generator.pages import address
from generator.pages.book import Book
from generator.pages.charts import Bar, Chart, Parts, bar_chart, parts_chart
from generator.pages.rendering import Head, Page
from generator.pages.task_view import StatusView, TaskView, number_text, status_view

# The lagging first: what is behind needs to be seen.
_ORDER = (Status.BEHIND, Status.ON_SCHEDULE, Status.COMPLETED, Status.UNQUANTIFIED)


# Sorts a task without a share of its target behind all that have one.
_NO_SHARE = 1e9


@dataclass(frozen=True, slots=True)
class ObstacleRow:
    """A class of obstacles with the tasks whose problems name it, and their words."""

    key: str
    name: str
    tasks: tuple[tuple[TaskView, str], ...]


def status_counts(book: Book) -> list[tuple[StatusView, int]]:
    """How many tasks have each status, the lagging first."""
    numbers = Counter(view.found.judgement.status for view in book.views)
    return [(status_view(status), numbers[status]) for status in _ORDER]


def obstacle_rows(book: Book) -> list[ObstacleRow]:
    """The classes of obstacles that occur, the most frequent first."""
    rows = [
        ObstacleRow(
            kind.key, kind.name,
            tuple(
                (view, o.quote)
                for view in book.views
                for o in view.found.obstacles
                if o.kind == kind.key
            ),
        )
        for kind in kinds()
    ]  # fmt: skip
    return sorted((row for row in rows if row.tasks), key=lambda row: -len(row.tasks))


def status_by_unit_chart(book: Book) -> Chart:
    """Each unit's tasks by status; units with most tasks behind first."""
    rows = []
    for row in book.rows:
        numbers = Counter(book.found.of(task).judgement.status for task in row.share.leads)
        if row.share.leads:
            rows.append((row, numbers))
    rows.sort(key=lambda pair: (-pair[1][Status.BEHIND], -len(pair[0].share.leads)))
    parts = [_parts(row.name, numbers) for row, numbers in rows]
    total = Counter(view.found.judgement.status for view in book.views)
    return parts_chart(
        "status-chart", "各单位任务的进度状态",
        f"全部{len(book.views)}项任务中，{_words(total)}。", parts,
    )  # fmt: skip


def _parts(label: str, numbers: Counter[Status]) -> Parts:
    order = (Status.COMPLETED, Status.ON_SCHEDULE, Status.BEHIND, Status.UNQUANTIFIED)
    one, two, three, four = (numbers[status] for status in order)
    return Parts(label, (one, two, three, four), _words(numbers))


_SHORT = {
    Status.BEHIND: "落后", Status.ON_SCHEDULE: "达序时", Status.COMPLETED: "完成",
    Status.UNQUANTIFIED: "未量化",
}  # fmt: skip


def _words(numbers: Counter[Status]) -> str:
    return "、".join(f"{_SHORT[s]}{numbers[s]}" for s in _ORDER if numbers[s])


def status_by_kind_chart(book: Book) -> Chart:
    """The tasks of each kind of unit by status."""
    kinds_found: dict[str, Counter[Status]] = {}
    for row in book.rows:
        for task in row.share.leads:
            numbers = kinds_found.setdefault(row.kind, Counter())
            numbers[book.found.of(task).judgement.status] += 1
    ranked = sorted(kinds_found.items(), key=lambda pair: -sum(pair[1].values()))
    total = Counter(view.found.judgement.status for view in book.views)
    return parts_chart(
        "kind-status-chart", "各类单位任务的进度状态",
        f"全部{len(book.views)}项任务中，{_words(total)}。",
        [_parts(kind, numbers) for kind, numbers in ranked],
    )  # fmt: skip


_BANDS = ((0, 25), (25, 50), (50, 75), (75, 100), (100, 1e9))


def bands_chart(book: Book) -> Chart:
    """How many tasks reached which share of their target; the lowest share counts."""
    shares = [_lag(view)[0] for view in book.views if _lag(view)[0] < _NO_SHARE]
    bars = []
    for low, high in _BANDS:
        number = sum(low <= share < high for share in shares)
        label = "100%及以上" if low == 100 else f"{low}%—{high}%"
        bars.append(Bar(label, number, f"{number}项"))
    expected = schedule(book.snapshot.id) * 100
    late = sum(share < expected for share in shares)
    return bar_chart(
        "bands-chart", "任务完成率的分布",
        f"{len(shares)}项有完成率的任务中，{late}项低于序时进度{number_text(expected)}%。", bars,
    )  # fmt: skip


def obstacle_chart(book: Book) -> Chart:
    """How many tasks name each class of obstacles."""
    rows = obstacle_rows(book)
    bars = [Bar(row.name, len(row.tasks), f"{len(row.tasks)}项") for row in rows]
    first = f"{rows[0].name}最多，{len(rows[0].tasks)}项。" if rows else "没有列出问题。"
    return bar_chart("obstacle-chart", "各类制约因素涉及的任务数", first, bars)


def progress_page(book: Book) -> Page:
    """``progress.html``: behind, on schedule, completed, unquantified, each with its numbers."""
    snapshot = book.snapshot
    counts = status_counts(book)
    said = "，".join(f"{view.name}{number}项" for view, number in counts)
    opening = f"{snapshot.label}的{len(book.views)}项任务中，{said}。"
    head = Head(
        f"进度（{snapshot.label}）", opening, column="进度",
        keywords=(snapshot.label, "进度", "序时进度"), trail=book.trail(), snapshot=snapshot,
    )  # fmt: skip
    groups = [
        (view, [v for v in book.views if v.found.judgement.status.value == view.key])
        for view, _ in counts
    ]
    groups = [(view, sorted(views, key=_lag)) for view, views in groups]
    return book.render.page(
        "progress", address.snapshot_page(snapshot, "progress"), head, opening=opening,
        snapshot=snapshot, counts=counts, groups=groups, total=len(book.views),
        expected=number_text(schedule(snapshot.id) * 100), rules=address.about("rules"),
        status_chart=status_by_unit_chart(book), schedule_chart=_schedule_chart(book),
    )  # fmt: skip


def _lag(view: TaskView) -> tuple[float, int]:
    shares = [e.share for e in view.found.judgement.evidence if e.share is not None]
    return (min(shares, default=_NO_SHARE), view.task.no)


def _schedule_chart(book: Book) -> Chart:
    """What share of its target each quantified task reached, against the schedule."""
    rows: list[tuple[float, TaskView]] = []
    for view in book.views:
        shares = [e.share for e in view.found.judgement.evidence if e.share is not None]
        if shares:
            rows.append((min(shares), view))
    rows.sort(key=lambda row: (row[0], row[1].task.no))
    bars = [
        Bar(
            f"第{view.task.no}号 {view.lead.name or '责任单位不明'}", max(0.0, min(share, 150.0)),
            f"{number_text(round(share, 1))}%",
        )
        for share, view in rows
    ]  # fmt: skip
    expected = schedule(book.snapshot.id) * 100
    late = sum(share < expected for share, _ in rows)
    return bar_chart(
        "schedule-chart", "完成率与序时进度",
        f"{len(rows)}项有完成率的任务中，{late}项低于序时进度{number_text(expected)}%。",
        bars, line=expected,
    )  # fmt: skip


def problems_page(book: Book) -> Page:
    """``problems.html``: what stands in the way, by class, each task with its own words."""
    snapshot = book.snapshot
    rows = obstacle_rows(book)
    stated = sum(view.has_problem for view in book.views)
    opening = (
        f"{snapshot.label}的{len(book.views)}项任务中，{stated}项列有存在问题。"
        "一项任务可以涉及几类制约因素，因此各类相加多于任务数。"
    )
    head = Head(
        f"问题（{snapshot.label}）", opening, column="问题",
        keywords=(snapshot.label, "存在问题", "制约因素"), trail=book.trail(), snapshot=snapshot,
    )  # fmt: skip
    return book.render.page(
        "problems", address.snapshot_page(snapshot, "problems"), head, opening=opening,
        snapshot=snapshot, rows=rows, stated=stated, rules=address.about("rules"),
        chart=obstacle_chart(book),
    )  # fmt: skip
