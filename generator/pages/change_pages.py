"""What moved since the snapshot before: the page of all changes, its chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from generator.analysis.changes import Changes, Kept, Move, Piece, Problem, TaskChange, UnitChange
from generator.analysis.responsibility import Share
from generator.analysis.status import Status, status_name
from generator.analysis.task_findings import TaskFindings
from generator.ledger.model import Snapshot
from generator.pages import address
from generator.pages.book import Book
from generator.pages.charts import Chart, Slope, slope_chart
from generator.pages.paging import Group, Part, beginnings, label_of, list_parts, stretches
from generator.pages.partition import Page
from generator.pages.rendering import Head
from generator.pages.task_view import TaskView, number_text
from generator.pages.wording import Say, label

# A share of a target beyond this is drawn here; the table beside has the number.
_MOST = 150.0
# What the lists of a page may weigh (see _weight).
_CHANGES_A_PAGE = 80_000


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A task in a list of changes; of a dropped one ``view`` is None, and so is its page here.

    Attributes:
        page: where the task is told: here, or for a dropped one in the snapshot before.
    """

    change: TaskChange
    view: TaskView | None
    unit: str
    page: str


def changes_pages(book: Book, changes: Changes) -> list[Page]:
    """``changes.html``, ``changes-2.html`` …: what is no longer there, new, reworded, moved."""
    groups = _groups(book, changes) if changes.same_year else []
    weights = [_weight(group.key, row.change) for group in groups for row in group.entries]
    parts = list_parts(book, "changes", weights, _CHANGES_A_PAGE)
    return [_changes_page(book, changes, groups, parts, part) for part in parts]


def _groups(book: Book, changes: Changes) -> list[Group[ChangeRow]]:
    say, say_n = book.say, book.say_n
    common = [_row(book, changes, c) for c in changes.common]

    def chosen(test: Callable[[TaskChange], object]) -> tuple[ChangeRow, ...]:
        return tuple(row for row in common if test(row.change))

    dropped = tuple(_row(book, changes, c) for c in changes.dropped)
    new = tuple(_row(book, changes, c) for c in changes.new)
    reworded, bodies = chosen(lambda c: c.goal), chosen(lambda c: c.unit or c.head)
    moved = chosen(lambda c: any(m.before != m.after for m in c.moves) or _status_moved(c))
    repeated = chosen(lambda c: c.repeated)
    named = [
        ("dropped", say_n("上期有、本期无（%(n)d项）", len(dropped)), dropped),
        ("new", say_n("新增任务（%(n)d项）", len(new)), new),
        ("reworded", say_n("目标改写（%(n)d项）", len(reworded)), reworded),
        ("moved", say_n("数据和进度状态的变化（%(n)d项）", len(moved)), moved),
        ("bodies", say_n("责任单位或责任人变动（%(n)d项）", len(bodies)), bodies),
        ("repeated", say_n("与上期一字不差（%(n)d项）", len(repeated)), repeated),
    ]
    for number, (kind, name) in enumerate(
        (
            (Problem.NEW, say("新写明的问题")),
            (Problem.GONE, say("上期写明、本期不再提及的问题")),
            (Problem.STILL, say("两期都写明的问题")),
        ),
        start=1,
    ):
        rows = chosen(lambda c, kind=kind: c.problem is kind)  # type: ignore[misc]
        title = say_n("%(name)s（%(n)d项）", len(rows), name=name)
        named.append((f"problems-{number}", title, rows))
    return [Group(key, title, title, rows) for key, title, rows in named]


def _weight(key: str, change: TaskChange) -> int:
    """About how many bytes of a compressed page a change takes in one of the lists."""
    told = change.before if change.problem is Problem.GONE else change.after
    texts = {
        "dropped": [change.task.title or change.task.goal],
        "new": [change.task.title or change.task.goal],
        "reworded": [piece.text for piece in change.goal],
        "moved": [f"{m.before_quote}{m.after_quote}" for m in change.moves],
    }.get(key, [])
    if key.startswith("problems-") and told:
        texts = [told.task.problems]
    return 40 + sum(20 + len(text) for text in texts)


def _changes_page(
    book: Book, changes: Changes, groups: Sequence[Group[ChangeRow]], parts: Sequence[Part],
    part: Part,
) -> Page:  # fmt: skip
    snapshot, say = book.snapshot, book.say
    title = say("变化（%(snapshot)s）", snapshot=label_of(book, parts, part))
    before = label(changes.before, say)
    opening = _opening(book, changes)
    head = Head(
        title, opening, column=say("变化"), keywords=(book.label, before, say("变化")),
        trail=book.trail(), snapshot=snapshot, citation=book.cite(title, part.address),
        begins=parts[0].address,
    )  # fmt: skip
    here = stretches(groups, part)
    drawn = any(s.group.key == "moved" and s.first == 1 for s in here)
    return book.render.page(
        "changes", part.address, head, opening=opening, changes=changes, before=before,
        before_page=address.snapshot_page(changes.before), same_year=changes.same_year,
        groups=groups, begin=beginnings(groups, parts), stretches=here, pages=parts, part=part,
        units=[_unit_row(changes, change) for change in changes.units],
        totals=(len(changes.before.tasks), len(changes.after.tasks)),
        slopes=_slopes(book, changes) if drawn else None, marked=marked, move_words=move_words,
        status_words=status_words, field_names=field_names(say),
    )  # fmt: skip


def marked(pieces: Sequence[Piece], say: Say) -> Markup:
    """A reworded text: <del> and <ins>, each said in words to those who don't see them."""
    result = Markup()
    for piece in pieces:
        if piece.kept is Kept.SAME:
            result += escape(piece.text)
            continue
        tag, word = ("del", say("删去：")) if piece.kept is Kept.OLD else ("ins", say("增加："))
        result += Markup('<{0}><span class="heard">{1}</span>{2}</{0}>').format(
            tag, word, piece.text
        )
    return result


def move_words(move: Move, say: Say) -> str:
    """``2.84亿元 → 8.94亿元``."""
    name = {
        "annual": say("全年完成率"), "overall": say("项目总量完成率"),
        "work": say("单项工作完成率"),
    }.get(move.name, move.name)  # fmt: skip
    one, two = (number_text(value) + move.unit for value in (move.before, move.after))
    if move.before == move.after:
        return say("%(name)s：%(number)s，没有变化", name=name, number=two)
    return say("%(name)s：%(before)s → %(after)s", name=name, before=one, after=two)


def status_words(change: TaskChange, say: Say) -> str:
    """``落后序时进度 → 已完成``; empty where the status is the same or unknown."""
    if not _status_moved(change):
        return ""
    assert change.status is not None  # noqa: S101 -- it moved
    return " → ".join(say(status_name(status)) for status in change.status)


def field_names(say: Say) -> dict[str, str]:
    """The fields whose repetition is told, in words."""
    return {"progress": say("进展情况"), "problems": say("存在问题")}


def change_lines(change: TaskChange, say: Say) -> list[str]:
    """What moved of one task besides its goal's wording, a sentence each."""
    lines = [move_words(move, say) for move in change.moves]
    if words := status_words(change, say):
        lines.append(say("进度状态：%(change)s", change=words))
    for name, pair in ((say("责任单位"), change.unit), (say("责任人"), change.head)):
        if pair:
            lines.append(
                say("%(name)s：%(before)s → %(after)s", name=name, before=pair[0], after=pair[1])
            )
    names = field_names(say)
    lines += [say("%(field)s与上期一字不差", field=names[field]) for field in change.repeated]
    told = {
        Problem.NEW: say("本期新写明存在问题"), Problem.GONE: say("上期写明的问题，本期不再提及"),
        Problem.STILL: say("上期和本期都写明存在问题"),
    }  # fmt: skip
    if change.problem in told:
        lines.append(told[change.problem])
    return lines


def _opening(book: Book, changes: Changes) -> str:
    say = book.say
    names = {"after": book.label, "before": label(changes.before, say)}
    if not changes.same_year:
        return say(
            "%(after)s与%(before)s分属两个年度，任务不能逐项对应，这里按单位沿革对照任务数。",
            **names,
        )
    changed = sum(c.is_changed for c in changes.common)
    return say(
        "%(after)s与%(before)s逐项对照：上期有、本期无%(dropped)d项，新增%(new)d项，"
        "两期都有%(common)d项，其中有变化%(changed)d项。",
        dropped=len(changes.dropped), new=len(changes.new), common=len(changes.common),
        changed=changed, **names,
    )  # fmt: skip


def _row(book: Book, changes: Changes, change: TaskChange) -> ChangeRow:
    found = change.after or change.before
    assert found is not None  # noqa: S101 -- one side is always there
    snapshot = changes.after if change.after else changes.before
    view = book.view(change.no) if change.after else None
    unit = found.task.unit_text
    if not unit and found.task.unit in book.registry.by_id:
        unit = book.registry.by_id[found.task.unit].name
    return ChangeRow(
        change, view, unit or book.say("责任单位不明"),
        address.task(snapshot, found.task, book.registry),
    )  # fmt: skip


def _status_moved(change: TaskChange) -> bool:
    return change.status is not None and change.status[0] is not change.status[1]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A line of the comparison of bodies: their names, tasks and tasks behind, before and after.

    ``before`` and ``after`` are (name, page).
    """

    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    numbers: tuple[int, int]
    behind: tuple[int, int]


def _unit_row(changes: Changes, change: UnitChange) -> UnitRow:
    def named(shares: Sequence[Share], snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
        return tuple((s.name, address.unit_page(snapshot, s.key)) for s in shares)

    late = (
        {c.no for c in changes.tasks if c.before and _behind(c.before)},
        {c.no for c in changes.tasks if c.after and _behind(c.after)},
    )
    one, two = (
        sum(task.no in numbers for share in side for task in share.leads)
        for side, numbers in zip((change.before, change.after), late, strict=True)
    )
    return UnitRow(
        named(change.before, changes.before), named(change.after, changes.after), change.numbers,
        (one, two),
    )  # fmt: skip


def _behind(found: TaskFindings) -> bool:
    return found.judgement.status is Status.BEHIND


def _slopes(book: Book, changes: Changes) -> Chart | None:
    """Shares of targets before and after, of the tasks of which both snapshots have one."""
    slopes = []
    for change in changes.common:
        one, two = _share(change.before), _share(change.after)
        if one is not None and two is not None:
            words = " → ".join(f"{number_text(round(share, 1))}%" for share in (one, two))
            name = book.say("第%(no)d号", no=change.no)
            slopes.append(Slope(name, min(one, _MOST), min(two, _MOST), words))
    if not slopes:
        return None
    up = sum(s.after > s.before for s in slopes)
    return slope_chart(
        "slope-chart", book.say("完成率的变化"),
        book.say_n("%(n)d项任务两期都有完成率，其中%(up)d项上升。", len(slopes), up=up),
        (label(changes.before, book.say), book.label), slopes,
    )  # fmt: skip


def _share(found: TaskFindings | None) -> float | None:
    """The lowest share of a target that a task has reached."""
    evidence = found.judgement.evidence if found else ()
    return min((e.share for e in evidence if e.share is not None), default=None)
