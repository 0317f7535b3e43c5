"""A snapshot's tables: all tasks, the form as published, the plan's chapters and duties."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from markupsafe import Markup

from generator.analysis.obstacles import kinds
from generator.ledger.model import Basis
from generator.pages import address
from generator.pages.book import Book
from generator.pages.charts import Mark, matrix_chart
from generator.pages.counts import kind_of
from generator.pages.paging import Part, label_of, numbered_parts
from generator.pages.partition import Page
from generator.pages.rendering import Head
from generator.pages.task_view import TaskView
from generator.pages.wording import form_name

# With texts as long as the real ones a row takes about 140 bytes of a compressed
# page, in the form 320: a page of so many stays below 100 KB.
_TASKS_A_PAGE = 500
_FORM_ROWS_A_PAGE = 250


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row of the table of all tasks.

    Attributes:
        missing: the numbers that are missing before it, in words; else empty.
        key, kind: the key and the kind of its unit.
        obstacles: (key, name) of the classes that its problems name.
    """

    missing: str
    view: TaskView
    key: str
    kind: str
    obstacles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow the table of all tasks: (key, text, number of tasks) to choose from."""

    name: str
    label: str
    options: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A row of the responsibility matrix: a name of the document and its part in each task.

    ``cells`` are ``lead``, ``support`` or empty.
    """

    name: str
    address: str
    cells: tuple[str, ...]
    leads: int
    supports: int


def tasks_pages(book: Book) -> tuple[list[Page], list[tuple[str, bytes]]]:
    """``tasks.html``, ``tasks-2.html`` …: every task in one table, to be sorted and filtered.

    With them, where there are several, each page's rows as a script (address →
    bytes): from ``file://`` no page can read another, and filters speak of all tasks.
    """
    names = {kind.key: book.say(kind.name) for kind in kinds()}
    kind_by_key = {row.share.key: kind_of(row.share, book.say) for row in book.rows}
    rows = [
        TaskRow(
            missing, view, book.key(view.task), kind_by_key[book.key(view.task)],
            tuple((o.kind, names[o.kind]) for o in view.found.obstacles),
        )
        for missing, view in _with_gaps(book.views)
    ]  # fmt: skip
    filters = _filters(book, rows)
    parts = numbered_parts(book, "tasks", _TASKS_A_PAGE)
    if len(parts) > 1:
        parts = [
            replace(part, script=address.rows_script(book.snapshot, number))
            for number, part in enumerate(parts, start=1)
        ]
    pages, scripts = [], []
    for number, part in enumerate(parts, start=1):
        drawn = book.render.piece(
            "_task_rows", part.address, snapshot=book.snapshot, rows=rows[part.rows],
            report=book.report,
        )  # fmt: skip
        pages.append(_tasks_page(book, parts, part, filters, drawn))
        if part.script:
            scripts.append((part.script, _rows_script(number, drawn)))
    return pages, scripts


def _tasks_page(
    book: Book, parts: list[Part], part: Part, filters: Sequence[Filter], drawn: Markup
) -> Page:
    snapshot, say = book.snapshot, book.say
    title = say("全部任务（%(snapshot)s）", snapshot=label_of(book, parts, part))
    opening = book.say_n(
        "%(snapshot)s的%(n)d项任务，点序号查看全文。", len(book.views), snapshot=book.label
    )
    head = Head(
        title, opening, column=say("全部任务"), keywords=(book.label, say("任务")),
        trail=book.trail(), snapshot=snapshot, citation=book.cite(title, part.address),
        begins=parts[0].address,
    )  # fmt: skip
    return book.render.page(
        "tasks", part.address, head, opening=opening, snapshot=snapshot, report=book.report,
        total=len(book.views), filters=filters, parts=parts, part=part, table_rows=drawn,
    )  # fmt: skip


def _rows_script(number: int, drawn: Markup) -> bytes:
    text = json.dumps(str(drawn), ensure_ascii=False)
    # These two end a line in scripts of the time before ES2019.
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"taizhangRows({number},{text});\n".encode()


def _filters(book: Book, rows: Sequence[TaskRow]) -> list[Filter]:
    say = book.say
    none = ("-", say("（空）"))
    units = [(row.key, row.view.lead.name or say("不明")) for row in rows]
    kinds_ = [(row.kind, row.kind) for row in rows]
    filters = [
        _filter("unit", say("责任单位") if book.report else say("牵头单位"), units),
        _filter("kind", say("单位类别"), kinds_),
    ]
    if book.report:
        states = [
            ("-", say("暂不公开"))
            if row.view.task.held_back
            else (row.view.status.key, row.view.status.name)
            for row in rows
        ]
        none, hidden = ("-", say("无")), ("withheld", say("暂不公开"))
        obstacles = [
            o
            for row in rows
            for o in row.obstacles or [hidden if row.view.task.held_back else none]
        ]
        filters += [
            _filter("status", say("进度状态"), states),
            _filter("obstacle", say("存在问题"), obstacles),
        ]
    else:
        sections = [(s, s) if (s := row.view.task.section) else none for row in rows]
        filters.append(_filter("section", say("章节"), sections))
    return filters


def _filter(name: str, label: str, values: Sequence[tuple[str, str]]) -> Filter:
    counted = Counter(key for key, _ in values)
    texts = dict(reversed(values))
    return Filter(name, label, tuple((key, texts[key], n) for key, n in counted.items()))


def table_pages(book: Book) -> list[Page]:
    """``table.html``, ``table-2.html`` …: the form as published, under its heading lines."""
    parts = numbered_parts(book, "table", _FORM_ROWS_A_PAGE)
    # A gap may have swallowed a heading: behind it the heading is said anew.
    rows = _with_gaps(book.views)
    gaps = accumulate(bool(missing) for missing, _ in rows)
    keyed = [(_heading(book, row[1]), gap, row) for gap, row in zip(gaps, rows, strict=True)]
    return [_table_page(book, parts, part, keyed[part.rows]) for part in parts]


def form_title(book: Book, label: str) -> str:
    """The title of the form as published, or of the part of it that the label names."""
    name = form_name(book.snapshot, book.say)
    return book.say("%(form)s（%(snapshot)s）", form=name, snapshot=label)


def _table_page(
    book: Book, parts: list[Part], part: Part,
    keyed: Sequence[tuple[str, int, tuple[str, TaskView]]],
) -> Page:  # fmt: skip
    snapshot, say = book.snapshot, book.say
    form = form_name(snapshot, say)
    title = form_title(book, label_of(book, parts, part))
    opening = (
        say("按原文件的表格形式排列，文字与原文件一致。缺号与责任单位不明之处照实注明。")
        if book.report
        else say("根据原文件的条文整理成表，文字与原文件一致。")
    )
    head = Head(
        title, say("%(title)s：%(opening)s", title=snapshot.title, opening=opening), column=form,
        keywords=(book.label, form), trail=book.trail(), snapshot=snapshot,
        source=book.issuer() or snapshot.title, citation=book.cite(title, part.address),
        landscape=True, begins=parts[0].address,
    )  # fmt: skip
    blocks = [
        (heading, [row for _, _, row in run])
        for (heading, _), run in groupby(keyed, key=lambda entry: entry[:2])
    ]
    return book.render.page(
        "table", part.address, head, opening=opening, snapshot=snapshot, blocks=blocks,
        report=book.report, pages=parts, part=part,
        next_steps=book.report and any(view.task.next_steps for view in book.views),
    )  # fmt: skip


def _with_gaps(views: Sequence[TaskView]) -> list[tuple[str, TaskView]]:
    """Each task with the numbers that are missing before it, in words; else empty."""
    rows, last = [], 0
    for view in views:
        number = view.task.no
        missing = f"{last + 1}—{number - 1}" if number > last + 2 else str(number - 1)
        rows.append((missing if number > last + 1 else "", view))
        last = number
    return rows


def _heading(book: Book, view: TaskView) -> str:
    say = book.say
    if not book.report:
        return view.task.section or say("（未分章）")
    if view.task.held_back:
        return say("暂不公开的任务")
    unit = view.lead.name or say("不明（原文件缺页）")
    if view.task.basis is Basis.INFERRED:
        unit += say("（推断）")
    return say(
        "责任单位：%(unit)s　责任人：%(head)s", unit=unit, head=view.task.head or say("不明")
    )


def chapters_page(book: Book) -> Page:
    """``chapters.html``: a plan's chapters with who is responsible, and the matrix of duties."""
    snapshot, say = book.snapshot, book.say
    page = address.snapshot_page(snapshot, "chapters")
    title = say("章节与分工（%(snapshot)s）", snapshot=book.label)
    opening = book.say_n(
        "%(title)s分%(n)d章，", book.counts.sections, title=snapshot.title
    ) + book.say_n("共%(n)d项任务。", len(book.views))
    head = Head(
        title, opening, column=say("章节与分工"),
        keywords=(book.label, say("任务分解"), say("牵头单位"), say("配合单位")),
        trail=book.trail(), snapshot=snapshot, citation=book.cite(title, page),
    )  # fmt: skip
    duty = _duty_rows(book)
    marks = [
        Mark(row, column, cell == "lead")
        for row, line in enumerate(duty)
        for column, cell in enumerate(line.cells)
        if cell
    ]
    matrix = matrix_chart(
        "matrix-chart", say("责任分工"),
        book.say_n("%(n)d个单位", len(duty))
        + book.say_n("在%(n)d项任务中的分工。", len(book.views)),
        [row.name for row in duty], [str(v.task.no) for v in book.views], marks,
    )  # fmt: skip
    chapters = [
        (section or say("（未分章）"), list(run))
        for section, run in groupby(book.views, key=lambda v: v.task.section)
    ]
    return book.render.page(
        "chapters", page, head, opening=opening,
        snapshot=snapshot, chapters=chapters, views=book.views, duty=duty, matrix=matrix,
    )  # fmt: skip


def _duty_rows(book: Book) -> list[DutyRow]:
    """One row for each name in the document, in order of first mention."""
    cells: dict[tuple[str, str], dict[int, str]] = {}
    for view in book.views:
        if view.lead.name:
            cells.setdefault((view.lead.name, view.lead.address), {})[view.task.no] = "lead"
        for partner in view.partners:
            cells.setdefault((partner.name, partner.address), {}).setdefault(
                view.task.no, "support"
            )
    numbers = [view.task.no for view in book.views]
    return [
        DutyRow(
            name, page, tuple(found.get(n, "") for n in numbers),
            sum(c == "lead" for c in found.values()), sum(c == "support" for c in found.values()),
        )
        for (name, page), found in cells.items()
    ]  # fmt: skip
