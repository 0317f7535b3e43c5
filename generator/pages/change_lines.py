"""What moved between two snapshots, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.analysis.changes import Changes, Kept, Piece, TaskChange
from generator.catalogues import Language
from generator.pages.change_pages import change_lines
from generator.pages.wording import label


def compared_lines(changes: Changes, language: Language) -> Iterator[str]:
    """Dropped tasks first, then new ones, then each that changed; the bodies last."""
    say = language.say
    yield say("%(before)s → %(after)s", before=label(changes.before, say),
              after=label(changes.after, say))  # fmt: skip
    if not changes.same_year:
        yield say("两期分属两个年度，任务不能逐项对应；以下按单位沿革对照任务数。")
    for title, found in ((say("上期有、本期无："), changes.dropped), (say("新增："), changes.new)):
        if found:
            yield title
            yield from (f"  {_named(change, language)}" for change in found)
    for change in changes.common:
        if change.is_changed:
            yield _named(change, language)
            if change.goal:
                yield "    " + say("目标改写：%(text)s", text=_plain(change.goal))
            yield from (f"    {line}" for line in change_lines(change, say))
    yield say("各单位任务数：")
    for unit in changes.units:
        before, after = ("、".join(s.name for s in side) or "—"
                         for side in (unit.before, unit.after))  # fmt: skip
        name = after if before == after else f"{before} → {after}"
        yield f"  {name}  {unit.numbers[0]} → {unit.numbers[1]}"
    yield say("合计 %(before)d → %(after)d 项", before=len(changes.before.tasks),
              after=len(changes.after.tasks))  # fmt: skip


def _named(change: TaskChange, language: Language) -> str:
    task = change.task
    words = task.title or task.goal
    return language.say("第%(no)d号 %(words)s", no=task.no, words=words[:40])


def _plain(pieces: Sequence[Piece]) -> str:
    """A reworded text with its changes in brackets: [-删去-] and [+增加+]."""
    signs = {Kept.SAME: ("", ""), Kept.OLD: ("[-", "-]"), Kept.NEW: ("[+", "+]")}
    return "".join(signs[p.kept][0] + p.text + signs[p.kept][1] for p in pieces)
