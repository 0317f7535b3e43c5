"""What the office checks before it relies on a snapshot: the audit, and the data's quality.

The audit is public where the site says so; the rest is the internal edition's alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.analysis.audit import Claim, Verdict
from generator.analysis.completions import Completion
from generator.analysis.measures import Measure
from generator.analysis.quality import Quality, quality
from generator.ledger.model import Task
from generator.pages import address
from generator.pages.book import Book
from generator.pages.paging import Group, Part, beginnings, label_of, list_parts, stretches
from generator.pages.partition import Page
from generator.pages.rendering import Head
from generator.pages.task_view import TaskView, number_text

# What the list of a page may weigh (see _weight).
_POINTS_A_PAGE = 80_000
_QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Point:
    """Something to look at: the tasks that it is about, what to read, and its quotes."""

    tasks: tuple[TaskView, ...]
    words: str
    quotes: tuple[str, ...] = ()


def review_pages(book: Book) -> Iterator[Page]:
    """The pages of this kind that the edition has."""
    if book.report and book.site.with_audit:
        yield _audit(book)
    if book.site.internal:
        yield from _quality_pages(book)


def _audit(book: Book) -> Page:
    say = book.say
    page = address.snapshot_page(book.snapshot, "audit")
    title = say("数字验算（%(snapshot)s）", snapshot=book.label)
    claims = [(view, claim) for view in book.views for claim in view.found.audit]
    wrong = [row for row in claims if row[1].verdict is Verdict.INCONSISTENT]
    opening = book.say_n(
        "用同一行里的其他数字重新计算，共核对%(n)d处，其中%(wrong)d处不相符。",
        len(claims), wrong=len(wrong),
    )  # fmt: skip
    head = Head(
        title, opening, column=say("数字验算"), keywords=(book.label, say("数字验算")),
        trail=book.trail(), snapshot=book.snapshot, citation=book.cite(title, page),
    )  # fmt: skip
    right = [row for row in claims if row[1].verdict is not Verdict.INCONSISTENT]
    return book.render.page(
        "audit", page, head, opening=opening,
        groups=[(say("不相符的"), wrong), (say("相符的"), right)], computed=_computed,
    )  # fmt: skip


def _computed(claim: Claim) -> str:
    return number_text(round(claim.computed, 2))


def _quality_pages(book: Book) -> list[Page]:
    """``quality.html``, ``quality-2.html`` …: the data's weak points, and the figures in line."""
    found = quality(book.found)
    groups = list(_groups(book, found))
    weights = [_weight(point) for group in groups for point in group.entries]
    parts = list_parts(book, "quality", weights, _POINTS_A_PAGE)
    return [_quality_page(book, found, groups, parts, part) for part in parts]


def _weight(point: Point) -> int:
    """About how many bytes of a compressed page it takes, with texts that repeat little."""
    return 40 + len(point.words) + sum(map(len, point.quotes))


def _quality_page(
    book: Book, found: Quality, groups: Sequence[Group[Point]], parts: Sequence[Part], part: Part
) -> Page:
    say = book.say
    title = say("数据质量（%(snapshot)s）", snapshot=label_of(book, parts, part))
    kinds = sum(bool(g.entries) for g in groups if g.key != _QUEUE) + bool(found.missing)
    opening = (
        book.say_n("发布前请逐项过目：有%(n)d类情况需要留意。", kinds)
        if kinds
        else say("没有发现需要留意的情况。")
    )
    if found.unreviewed:
        opening += book.say_n("%(n)d个自动提取的数字待复核。", len(found.unreviewed))
    head = Head(
        title, opening, column=say("数据质量"), keywords=(book.label, say("数据质量")),
        trail=book.trail(), snapshot=book.snapshot, begins=parts[0].address,
    )  # fmt: skip
    return book.render.page(
        "quality", part.address, head, opening=opening, missing=found.missing,
        collated=book.snapshot.collated, why=_reasons(book), groups=groups,
        begin=beginnings(groups, parts), stretches=stretches(groups, part), pages=parts, part=part,
    )  # fmt: skip


def _groups(book: Book, found: Quality) -> Iterator[Group[Point]]:
    """The kinds of weak points; then the figures that wait for somebody to look at them."""
    say, say_n = book.say, book.say_n
    withheld = [view.task for view in book.views if view.task.withheld]
    repeated = [view.task for view in book.views if view.change and view.change.repeated]

    def listed(tasks: Sequence[Task], field: str) -> tuple[Point, ...]:
        return tuple(Point((book.view(task.no),), str(getattr(task, field))) for task in tasks)

    for key, name, points in (
        ("unknown", say("责任单位不明"), listed(found.unknown, "goal")),
        ("inferred", say("责任单位由本站推断"), listed(found.inferred, "note")),
        ("silent", say("落后序时进度，但没有写明问题"), listed(found.silent, "progress")),
        ("unmeasured", say("目标有数字，进展没有对应的数字"), listed(found.unmeasured, "goal")),
        ("withheld", say("公开版中不列内容的任务"), listed(withheld, "withheld")),
        ("repeated", say("与上期一字不差"), listed(repeated, "progress")),
    ):
        yield Group(key, name, say_n("%(name)s（%(n)d项）", len(points), name=name), points)
    identical = tuple(
        Point(tuple(book.view(task.no) for task in group), group[0].progress)
        for group in found.identical
    )
    yield Group(
        "identical", say("不同任务的进展一字不差"),
        say_n("不同任务的进展一字不差（%(n)d组）", len(identical)), identical,
    )  # fmt: skip
    queue = tuple(_in_line(book, task, figure) for task, figure in found.unreviewed)
    yield Group(_QUEUE, say("待复核的数字"), say_n("待复核的数字（%(n)d个）", len(queue)), queue)


def _reasons(book: Book) -> dict[str, str]:
    """Why each kind of weak point matters, or what is to be done about it."""
    say = book.say
    return {
        "unknown": say("原文件没有写明，本站没有推断。"),
        "inferred": say("公开页面已注明是推断；核实后请改为写明。"),
        "silent": say("请向责任单位了解原因。"),
        "unmeasured": say("请责任单位补报数字。"),
        "withheld": say("公开版只列序号和以下原因。"),
        "repeated": say("可能没有更新，请向责任单位核实。"),
        "identical": "",
        _QUEUE: say("逐个对照原文；确认、改正或撤下，都记在这一期的 reviews.csv。"),
    }


def _in_line(book: Book, task: Task, figure: Completion | Measure) -> Point:
    """A figure that waits to be looked at: what was read, and the words it is from."""
    view = book.view(task.no)
    if isinstance(figure, Completion):
        words = book.say("完成率%(number)s%%", number=number_text(figure.percent))
        return Point((view,), words, (figure.quote,))
    words = book.say(
        "%(name)s：目标%(target)s，实际%(actual)s", name=figure.name,
        target=number_text(figure.target) + figure.target_unit,
        actual=number_text(figure.actual) + figure.actual_unit,
    )  # fmt: skip
    return Point((view,), words, (figure.goal_quote, figure.progress_quote))
