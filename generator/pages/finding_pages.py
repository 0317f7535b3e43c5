"""Progress and problems: the pages of a half-year's findings, and their charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from generator.analysis.obstacles import kinds
from generator.analysis.responsibility import WITHHELD
from generator.analysis.status import Status, schedule
from generator.pages import address
from generator.pages.book import Book
from generator.pages.charts import Bar, Chart, Parts, bar_chart, parts_chart
from generator.pages.paging import (
    Group,
    Part,
    beginnings,
    label_of,
    list_parts,
    stretches,
)
from generator.pages.partition import Page
from generator.pages.rendering import Head
from generator.pages.task_view import StatusView, TaskView, number_text, status_view

# The lagging first: what is behind needs to be seen.
_ORDER = (Status.BEHIND, Status.ON_SCHEDULE, Status.COMPLETED, Status.UNQUANTIFIED)

T = TypeVar("T")

# Sorts a task without a share of its target behind all that have one.
_NO_SHARE = 1e9

# With real texts a quote takes up to 80 bytes of a compressed page. The list of the
# progress is cut by what its entries take (see progress_weight): beside it, the first page has
# room for the charts of some 500 units.
_QUOTES_A_PAGE = 800
_PROGRESS_A_PAGE = 60_000
# More bars than these nobody compares: the list has all of them.
_BARS = 100

# A class of obstacles with the tasks whose problems name it, and their words.
Obstacles = Group[tuple[TaskView, str]]


def status_counts(book: Book) -> list[tuple[StatusView, int]]:
    """How many tasks have each status, the lagging first; those held back have none."""
    numbers = _statuses(book)
    return [(status_view(status, book.say), numbers[status]) for status in _ORDER]


def _statuses(book: Book) -> Counter[Status]:
    return Counter(v.found.judgement.status for v in book.views if not v.task.held_back)


def obstacle_rows(book: Book) -> list[Obstacles]:
    """The classes of obstacles that occur, the most frequent first."""
    rows = []
    for kind in kinds():
        found = tuple(
            (view, o.quote)
            for view in book.views
            for o in view.found.obstacles
            if o.kind == kind.key
        )
        rows.append(_group(book, kind.key, book.say(kind.name), found))
    return sorted((row for row in rows if row.entries), key=lambda row: -len(row.entries))


def _group(book: Book, key: str, name: str, entries: tuple[T, ...]) -> Group[T]:
    title = book.say_n("%(name)s（%(n)d项）", len(entries), name=name)
    return Group(key, name, title, entries)


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
    bars = [
        Bar(row.name, len(row.entries), book.say_n("%(n)d项", len(row.entries))) for row in rows
    ]
    first = (
        say("%(unit)s最多，%(number)d项。", unit=rows[0].name, number=len(rows[0].entries))
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
    rows: tuple[tuple[Obstacles, tuple[int, ...]], ...]
    most: int


def obstacles_by_kind(book: Book) -> Multiples:
    """Which kind of unit meets which obstacles, the kinds with most such tasks first."""
    kind_of_task = {t.no: row.kind for row in book.rows for t in row.share.leads}
    stated = Counter(kind_of_task[v.task.no] for v in book.views if v.has_problem)
    kinds_found = tuple(stated.most_common())
    rows = []
    for row in obstacle_rows(book):
        numbers = Counter(kind_of_task[view.task.no] for view, _ in row.entries)
        rows.append((row, tuple(numbers[kind] for kind, _ in kinds_found)))
    most = max((n for _, numbers in rows for n in numbers), default=0)
    return Multiples(kinds_found, tuple(rows), most)


def progress_pages(book: Book) -> list[Page]:
    """``progress.html``, ``progress-2.html`` …: each task's status with its numbers.

    Charts of all tasks on the first page, then the tasks: behind, on schedule,
    completed, unquantified.
    """
    groups = _progress_groups(book)
    weights = [progress_weight(view) for group in groups for view in group.entries]
    parts = list_parts(book, "progress", weights, _PROGRESS_A_PAGE)
    return [_progress_page(book, groups, parts, part) for part in parts]


def _progress_groups(book: Book) -> list[Group[TaskView]]:
    shown = sorted((view for view in book.views if not view.task.held_back), key=_lag)
    groups = []
    for status in (status_view(status, book.say) for status in _ORDER):
        views = tuple(v for v in shown if v.found.judgement.status.value == status.key)
        groups.append(_group(book, status.key, f"{status.shape} {status.name}", views))
    return groups


def progress_weight(view: TaskView) -> int:
    """About how many bytes of a compressed page a task with its figures and reasons takes."""
    behind = view.found.judgement.status is Status.BEHIND
    return 20 + 100 * len(view.figures) + (len(view.task.problems) if behind else 0)


def _progress_page(
    book: Book, groups: Sequence[Group[TaskView]], parts: Sequence[Part], part: Part
) -> Page:
    snapshot, say = book.snapshot, book.say
    title = say("进度（%(snapshot)s）", snapshot=label_of(book, parts, part))
    opening = _progress_sentence(book)
    head = Head(
        title, opening, column=say("进度"),
        keywords=(book.label, say("进度"), say("序时进度")), trail=book.trail(), snapshot=snapshot,
        citation=book.cite(title, part.address), begins=parts[0].address,
    )  # fmt: skip
    charts = _progress_charts(book) if part == parts[0] else {}
    return book.render.page(
        "progress", part.address, head, opening=opening,
        snapshot=snapshot, counts=status_counts(book), total=len(book.views),
        held_back=book.counts.held_back,
        expected=number_text(schedule(snapshot.id) * 100), rules=address.about("rules"),
        groups=groups, begin=beginnings(groups, parts), stretches=stretches(groups, part),
        pages=parts, part=part, **charts,
    )  # fmt: skip


def _progress_charts(book: Book) -> dict[str, object]:
    """What the first page alone shows; drawing takes time."""
    compared = sum(_lag(view)[0] < _NO_SHARE for view in book.views)
    return {
        "status_chart": status_by_unit_chart(book),
        "schedule_chart": _schedule_chart(book),
        "undrawn": compared > _BARS,
    }


def _progress_sentence(book: Book) -> str:
    say = book.say
    said = say("，").join(
        say("%(status)s%(number)d项", status=view.name, number=number)
        for view, number in status_counts(book)
    )
    if held := book.counts.held_back:
        said += say("，暂不公开%(number)d项", number=held)
    return book.say_n(
        "%(snapshot)s的%(n)d项任务中，%(parts)s。",
        len(book.views), snapshot=book.label, parts=said,
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
        for share, view in rows[:_BARS]
    ]  # fmt: skip
    expected = schedule(book.snapshot.id) * 100
    late = sum(share < expected for share, _ in rows)
    return bar_chart(
        "schedule-chart", book.say("完成率与序时进度"),
        _late_words(book, len(rows), late, expected), bars, line=expected,
    )  # fmt: skip


def problems_pages(book: Book) -> list[Page]:
    """``problems.html``, ``problems-2.html`` …: what stands in the way, by class.

    How often, by kind of unit, on the first page; then each task with its own words.
    """
    rows = obstacle_rows(book)
    parts = _problem_parts(book, rows)
    return [_problems_page(book, rows, parts, part) for part in parts]


def _problem_parts(book: Book, rows: Sequence[Obstacles]) -> list[Part]:
    quotes = sum(len(row.entries) for row in rows)
    return list_parts(book, "problems", [1] * quotes, _QUOTES_A_PAGE)


def obstacle_pages(book: Book) -> Mapping[str, str]:
    """Where the tasks of each class of obstacles are listed, by its key."""
    rows = obstacle_rows(book)
    return beginnings(rows, _problem_parts(book, rows))


def _problems_page(
    book: Book, rows: Sequence[Obstacles], parts: Sequence[Part], part: Part
) -> Page:
    snapshot, say = book.snapshot, book.say
    title = say("问题（%(snapshot)s）", snapshot=label_of(book, parts, part))
    stated = sum(view.has_problem for view in book.views)
    opening = book.say_n(
        "%(snapshot)s的%(n)d项任务中，%(stated)d项列有存在问题。", len(book.views),
        snapshot=book.label, stated=stated,
    ) + say("一项任务可以涉及几类制约因素，因此各类相加多于任务数。")  # fmt: skip
    head = Head(
        title, opening, column=say("问题"),
        keywords=(book.label, say("存在问题"), say("制约因素")), trail=book.trail(),
        snapshot=snapshot, citation=book.cite(title, part.address), begins=parts[0].address,
    )  # fmt: skip
    return book.render.page(
        "problems", part.address, head, opening=opening,
        snapshot=snapshot, stated=stated, rules=address.about("rules"),
        chart=obstacle_chart(book), multiples=obstacles_by_kind(book),
        rows=rows, begin=beginnings(rows, parts), stretches=stretches(rows, part),
        pages=parts, part=part,
    )  # fmt: skip
