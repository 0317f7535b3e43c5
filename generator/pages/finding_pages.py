"""Progress and problems: the pages of a half-year's findings, and their charts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from generator.analysis.obstacles import kinds
from generator.analysis.responsibility import WITHHELD
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
    """How many tasks have each status, the lagging first; those held back have none."""
    numbers = _statuses(book)
    return [(status_view(status, book.say), numbers[status]) for status in _ORDER]


def _statuses(book: Book) -> Counter[Status]:
    return Counter(v.found.judgement.status for v in book.views if not v.task.held_back)


def obstacle_rows(book: Book) -> list[ObstacleRow]:
    """The classes of obstacles that occur, the most frequent first."""
    rows = [
        ObstacleRow(
            kind.key, book.say(kind.name),
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
        if row.share.leads and row.share.key != WITHHELD:
            rows.append((row, numbers))
    rows.sort(key=lambda pair: (-pair[1][Status.BEHIND], -len(pair[0].share.leads)))
    parts = [_parts(book, row.name, numbers) for row, numbers in rows]
    return parts_chart("status-chart", book.say("各单位任务的进度状态"), _status_total(book), parts)


def _parts(book: Book, label: str, numbers: Counter[Status]) -> Parts:
    order = (Status.COMPLETED, Status.ON_SCHEDULE, Status.BEHIND, Status.UNQUANTIFIED)
    one, two, three, four = (numbers[status] for status in order)
    return Parts(label, (one, two, three, four), _words(book, numbers))


def _status_total(book: Book) -> str:
    words = _words(book, _statuses(book))
    if held := book.counts.held_back:
        words += book.say("，暂不公开%(number)d", number=held)
    return book.say_n("全部%(n)d项任务中，%(parts)s。", len(book.views), parts=words)


def _words(book: Book, numbers: Counter[Status]) -> str:
    say = book.say
    short = {
        Status.BEHIND: say("落后%(number)d", number=numbers[Status.BEHIND]),
        Status.ON_SCHEDULE: say("达序时%(number)d", number=numbers[Status.ON_SCHEDULE]),
        Status.COMPLETED: say("完成%(number)d", number=numbers[Status.COMPLETED]),
        Status.UNQUANTIFIED: say("未量化%(number)d", number=numbers[Status.UNQUANTIFIED]),
    }
    return say("、").join(short[s] for s in _ORDER if numbers[s])


def status_by_kind_chart(book: Book) -> Chart:
    """The tasks of each kind of unit by status."""
    kinds_found: dict[str, Counter[Status]] = {}
    for row in book.rows:
        for task in row.share.leads if row.share.key != WITHHELD else ():
            numbers = kinds_found.setdefault(row.kind, Counter())
            numbers[book.found.of(task).judgement.status] += 1
    ranked = sorted(kinds_found.items(), key=lambda pair: -sum(pair[1].values()))
    return parts_chart(
        "kind-status-chart", book.say("各类单位任务的进度状态"), _status_total(book),
        [_parts(book, kind, numbers) for kind, numbers in ranked],
    )  # fmt: skip


_BANDS = ((0, 25), (25, 50), (50, 75), (75, 100), (100, 1e9))


def bands_chart(book: Book) -> Chart:
    """How many tasks reached which share of their target; the lowest share counts."""
    shares = [_lag(view)[0] for view in book.views if _lag(view)[0] < _NO_SHARE]
    bars = []
    for low, high in _BANDS:
        number = sum(low <= share < high for share in shares)
        label = book.say("100%及以上") if low == 100 else f"{low}%—{high}%"
        bars.append(Bar(label, number, book.say_n("%(n)d项", number)))
    expected = schedule(book.snapshot.id) * 100
    late = sum(share < expected for share in shares)
    return bar_chart(
        "bands-chart", book.say("任务完成率的分布"),
        _late_words(book, len(shares), late, expected), bars,
    )  # fmt: skip


def _late_words(book: Book, number: int, late: int, expected: float) -> str:
    return book.say_n(
        "%(n)d项有完成率的任务中，%(late)d项低于序时进度%(expected)s%%。",
        number, late=late, expected=number_text(expected),
    )  # fmt: skip


def obstacle_chart(book: Book) -> Chart:
    """How many tasks name each class of obstacles."""
    rows = obstacle_rows(book)
    say = book.say
    bars = [Bar(row.name, len(row.tasks), book.say_n("%(n)d项", len(row.tasks))) for row in rows]
    first = (
        say("%(unit)s最多，%(number)d项。", unit=rows[0].name, number=len(rows[0].tasks))
        if rows
        else say("没有列出问题。")
    )
    return bar_chart("obstacle-chart", say("各类制约因素涉及的任务数"), first, bars)


@dataclass(frozen=True, slots=True)
class Multiples:
    """Obstacles by kind of unit: small bars on one scale, a column for each kind.

    Attributes:
        kinds: the columns: (kind, number of its tasks that state a problem).
        rows: (class of obstacles, number of tasks for each kind).
        most: the largest number, the end of the scale.
    """

    kinds: tuple[tuple[str, int], ...]
    rows: tuple[tuple[ObstacleRow, tuple[int, ...]], ...]
    most: int


def obstacles_by_kind(book: Book) -> Multiples:
    """Which kind of unit meets which obstacles, the kinds with most such tasks first."""
    kind_of_task = {t.no: row.kind for row in book.rows for t in row.share.leads}
    stated = Counter(kind_of_task[v.task.no] for v in book.views if v.has_problem)
    kinds_found = tuple(stated.most_common())
    rows = []
    for row in obstacle_rows(book):
        numbers = Counter(kind_of_task[view.task.no] for view, _ in row.tasks)
        rows.append((row, tuple(numbers[kind] for kind, _ in kinds_found)))
    most = max((n for _, numbers in rows for n in numbers), default=0)
    return Multiples(kinds_found, tuple(rows), most)


def progress_page(book: Book) -> Page:
    """``progress.html``: behind, on schedule, completed, unquantified, each with its numbers."""
    snapshot, say = book.snapshot, book.say
    page = address.snapshot_page(snapshot, "progress")
    title = say("进度（%(snapshot)s）", snapshot=book.label)
    counts = status_counts(book)
    said = say("，").join(
        say("%(status)s%(number)d项", status=view.name, number=number) for view, number in counts
    )
    if held := book.counts.held_back:
        said += say("，暂不公开%(number)d项", number=held)
    opening = book.say_n(
        "%(snapshot)s的%(n)d项任务中，%(parts)s。",
        len(book.views), snapshot=book.label, parts=said,
    )  # fmt: skip
    head = Head(
        title, opening, column=say("进度"),
        keywords=(book.label, say("进度"), say("序时进度")), trail=book.trail(), snapshot=snapshot,
        citation=book.cite(title, page),
    )  # fmt: skip
    groups = [
        (
            view,
            [
                v
                for v in book.views
                if v.found.judgement.status.value == view.key and not v.task.held_back
            ],
        )
        for view, _ in counts
    ]
    groups = [(view, sorted(views, key=_lag)) for view, views in groups]
    return book.render.page(
        "progress", page, head, opening=opening,
        snapshot=snapshot, counts=counts, groups=groups, total=len(book.views),
        held_back=book.counts.held_back,
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
            book.say("第%(no)d号 %(unit)s", no=view.task.no,
                     unit=view.lead.name or book.say("责任单位不明")),
            max(0.0, min(share, 150.0)),
            f"{number_text(round(share, 1))}%",
        )
        for share, view in rows
    ]  # fmt: skip
    expected = schedule(book.snapshot.id) * 100
    late = sum(share < expected for share, _ in rows)
    return bar_chart(
        "schedule-chart", book.say("完成率与序时进度"),
        _late_words(book, len(rows), late, expected), bars, line=expected,
    )  # fmt: skip


def problems_page(book: Book) -> Page:
    """``problems.html``: what stands in the way, by class, each task with its own words."""
    snapshot, say = book.snapshot, book.say
    page = address.snapshot_page(snapshot, "problems")
    title = say("问题（%(snapshot)s）", snapshot=book.label)
    stated = sum(view.has_problem for view in book.views)
    opening = book.say_n(
        "%(snapshot)s的%(n)d项任务中，%(stated)d项列有存在问题。", len(book.views),
        snapshot=book.label, stated=stated,
    ) + say("一项任务可以涉及几类制约因素，因此各类相加多于任务数。")  # fmt: skip
    head = Head(
        title, opening, column=say("问题"),
        keywords=(book.label, say("存在问题"), say("制约因素")), trail=book.trail(),
        snapshot=snapshot, citation=book.cite(title, page),
    )  # fmt: skip
    return book.render.page(
        "problems", page, head, opening=opening,
        snapshot=snapshot, rows=obstacle_rows(book), stated=stated, rules=address.about("rules"),
        chart=obstacle_chart(book), multiples=obstacles_by_kind(book),
    )  # fmt: skip
