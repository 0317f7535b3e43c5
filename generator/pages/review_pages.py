"""What the office checks before it relies on a snapshot: the audit, and the data's quality.

The audit is public where the site says so; the rest is the internal edition's alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.analysis.audit import Claim, Verdict
from generator.analysis.completions import Completion
from generator.analysis.measures import Measure
from generator.analysis.quality import quality
from generator.ledger.model import Task
from generator.pages import address
from generator.pages.book import Book
from generator.pages.rendering import Head, Page
from generator.pages.task_view import TaskView, number_text


@dataclass(frozen=True, slots=True)
class Weakness:
    """One kind of weak point: its name, why it matters, and the tasks that have it."""

    key: str
    name: str
    why: str
    tasks: tuple[tuple[TaskView, str], ...]


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A figure that waits for somebody to look at it: what was read, and the words it is from."""

    view: TaskView
    words: str
    quotes: tuple[str, ...]


def review_pages(book: Book) -> Iterator[Page]:
    """The pages of this kind that the edition has."""
    if book.report and book.site.with_audit:
        yield _audit(book)
    if book.site.internal:
        yield _quality(book)


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


def _quality(book: Book) -> Page:
    say = book.say
    page = address.snapshot_page(book.snapshot, "quality")
    title = say("数据质量（%(snapshot)s）", snapshot=book.label)
    found = quality(book.found)
    weak = list(_weaknesses(book))
    kinds = sum(bool(w.tasks) for w in weak) + bool(found.missing) + bool(found.identical)
    opening = (
        book.say_n("发布前请逐项过目：有%(n)d类情况需要留意。", kinds)
        if kinds
        else say("没有发现需要留意的情况。")
    )
    if found.unreviewed:
        opening += book.say_n("%(n)d个自动提取的数字待复核。", len(found.unreviewed))
    head = Head(
        title, opening, column=say("数据质量"), keywords=(book.label, say("数据质量")),
        trail=book.trail(), snapshot=book.snapshot,
    )  # fmt: skip
    return book.render.page(
        "quality", page, head, opening=opening, weak=weak, missing=found.missing,
        identical=[[book.view(t.no) for t in group] for group in found.identical],
        queue=[_queue_row(book, task, figure) for task, figure in found.unreviewed],
        collated=book.snapshot.collated,
    )  # fmt: skip


def _weaknesses(book: Book) -> Iterator[Weakness]:
    say = book.say
    found = quality(book.found)

    def listed(tasks: Sequence[Task], field: str) -> tuple[tuple[TaskView, str], ...]:
        return tuple((book.view(task.no), str(getattr(task, field))) for task in tasks)

    yield Weakness(
        "unknown", say("责任单位不明"), say("原文件没有写明，本站没有推断。"),
        listed(found.unknown, "goal"),
    )  # fmt: skip
    yield Weakness(
        "inferred", say("责任单位由本站推断"), say("公开页面已注明是推断；核实后请改为写明。"),
        listed(found.inferred, "note"),
    )  # fmt: skip
    yield Weakness(
        "silent", say("落后序时进度，但没有写明问题"), say("请向责任单位了解原因。"),
        listed(found.silent, "progress"),
    )  # fmt: skip
    yield Weakness(
        "unmeasured", say("目标有数字，进展没有对应的数字"), say("请责任单位补报数字。"),
        listed(found.unmeasured, "goal"),
    )  # fmt: skip
    withheld = [view.task for view in book.views if view.task.withheld]
    yield Weakness(
        "withheld", say("公开版中不列内容的任务"), say("公开版只列序号和以下原因。"),
        listed(withheld, "withheld"),
    )  # fmt: skip
    repeated = [view for view in book.views if view.change and view.change.repeated]
    yield Weakness(
        "repeated", say("与上期一字不差"), say("可能没有更新，请向责任单位核实。"),
        tuple((view, view.task.progress) for view in repeated),
    )  # fmt: skip


def _queue_row(book: Book, task: Task, figure: Completion | Measure) -> QueueRow:
    view = book.view(task.no)
    if isinstance(figure, Completion):
        words = book.say("完成率%(number)s%%", number=number_text(figure.percent))
        return QueueRow(view, words, (figure.quote,))
    words = book.say(
        "%(name)s：目标%(target)s，实际%(actual)s", name=figure.name,
        target=number_text(figure.target) + figure.target_unit,
        actual=number_text(figure.actual) + figure.actual_unit,
    )  # fmt: skip
    return QueueRow(view, words, (figure.goal_quote, figure.progress_quote))
