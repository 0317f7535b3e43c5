"""A unit's page in one snapshot: the sentence that one could read aloud, and its tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from generator.analysis.responsibility import UNKNOWN, WITHHELD, Share
from generator.ledger.model import Kind, Snapshot
from generator.pages import address
from generator.pages.book import Book, UnitRow
from generator.pages.change_pages import change_lines, marked
from generator.pages.citing import organisation
from generator.pages.partition import Page
from generator.pages.rendering import Head
from generator.pages.wording import field_name, label

# How many snapshots of other years a page leads to: ten years of half-years.
_OTHER_YEARS = 20


def unit_pages(book: Book) -> Iterator[Page]:
    """The page of every unit that the snapshot names, in its order."""
    others = _pages_in_others(book)
    for index, row in enumerate(book.rows):
        before = book.rows[index - 1] if index else None
        after = book.rows[index + 1] if index + 1 < len(book.rows) else None
        yield _unit(book, row, before, after, others)


def _unit(
    book: Book, row: UnitRow, before: UnitRow | None, after: UnitRow | None,
    others: Sequence[tuple[Snapshot, Mapping[str, int]]],
) -> Page:  # fmt: skip
    snapshot, share, say = book.snapshot, row.share, book.say
    opening = unit_sentence(book, row)
    names = {"unit": row.name, "snapshot": book.label}
    title = (
        say("%(unit)s的任务（%(snapshot)s）", **names)
        if book.report
        else say("%(unit)s的任务安排（%(snapshot)s）", **names)
    )
    head = Head(
        title, opening,
        keywords=(row.name, book.label), published=book.published(), source=book.issuer(),
        trail=book.trail(), snapshot=snapshot, citation=book.cite(title, row.address),
        things=(organisation(share.unit, row.address, book.site),) if share.unit else (),
        feed=address.unit_feed(share.key) if share.unit else address.FEED,
        newer=book.newest.get(share.key, ""),
    )  # fmt: skip
    members = book.registry.members(share.unit, snapshot.year) if share.unit else ()
    with_page = {r.share.key for r in book.rows}
    leads = [book.view(t.no) for t in share.leads]
    return book.render.page(
        "unit", row.address, head, opening=opening, share=share, unit=share.unit,
        report=book.report, leads=leads, drawn=any(f.bullet for v in leads for f in v.figures),
        supports=[book.view(t.no) for t in share.supports],
        reached=[(group, book.view(t.no)) for group, t in share.reached],
        members=[
            {"name": m.name, "address": address.unit_page(snapshot, m.id)}
            for m in members if m.id in with_page
        ],
        rules=address.about("rules"), over_years=address.unit_over_years(share.key),
        feed=address.unit_feed(share.key),
        elsewhere=list(_elsewhere(book, share, others)),
        rows_file=address.data_file(snapshot, rows_file(share.key)), previous=before, next=after,
        marked=marked, change_lines=change_lines, field_name=partial(field_name, say=say),
        corrections_page=address.about("corrections"),
    )  # fmt: skip


def unit_sentence(book: Book, row: UnitRow) -> str:
    """The sentence that opens a unit's page; one could read it aloud."""
    share, say, say_n = row.share, book.say, book.say_n
    number = len(share.leads)
    if share.key == WITHHELD:
        return say_n("%(snapshot)s，有%(n)d项任务暂不公开。", number, snapshot=book.label)
    if book.snapshot.kind is Kind.PLAN:
        parts = [
            text
            for text, n in (
                (say_n("牵头%(n)d项任务", number), number),
                (say_n("配合%(n)d项任务", len(share.supports)), len(share.supports)),
                (say_n("以统称列入%(n)d项任务", len(share.reached)), len(share.reached)),
            )
            if n
        ]
        return say(
            "%(snapshot)s，%(unit)s%(parts)s。",
            snapshot=book.label, unit=row.name, parts=say("，").join(parts),
        )  # fmt: skip
    if share.key == UNKNOWN:
        return say_n("%(snapshot)s，有%(n)d项任务的责任单位不明。", number, snapshot=book.label)
    name = say("%(unit)s（本站推断）", unit=row.name) if share.inferred else row.name
    tasks = say_n("%(snapshot)s，%(unit)s承担%(n)d项任务，", number, snapshot=book.label, unit=name)
    problems = (
        say_n("其中%(n)d项写明了存在问题。", row.with_problem)
        if row.with_problem
        else say("都没有写明存在问题。")
    )
    head = (
        say("责任人%(head)s。", head=share.head)
        if share.head
        else say("责任人不明（原文件缺页）。")
    )
    return tasks + problems + head


def _pages_in_others(book: Book) -> list[tuple[Snapshot, Mapping[str, int]]]:
    """The other snapshots that a page leads to, each with the units' keys there, numbered.

    The year's own and the newest of the rest; all of them are on the page over the years.
    """
    others = [s for s in book.ledger.snapshots if s.id != book.snapshot.id]
    near = [s for s in others if s.year == book.snapshot.year]
    near += [s for s in others if s.year != book.snapshot.year][:_OTHER_YEARS]
    return [
        (other, {key: n for n, key in enumerate(book.keys[other.id])})
        for other in others
        if other in near
    ]


def _elsewhere(
    book: Book, share: Share, others: Sequence[tuple[Snapshot, Mapping[str, int]]]
) -> Iterator[tuple[str, str]]:
    """The unit's pages in the other snapshots, under whatever name it bore there."""
    if share.unit is None:
        return
    family = {u.id: u for u in book.registry.lineage(share.unit)}
    for other, order in others:
        for key in sorted(family.keys() & order, key=order.__getitem__):
            yield (
                book.say(
                    "%(snapshot)s：%(unit)s",
                    snapshot=label(other, book.say), unit=family[key].name,
                ),
                address.unit_page(other, key),
            )  # fmt: skip


def rows_file(key: str) -> str:
    """The path below data/ of a unit's own rows as CSV."""
    return f"units/{key}.csv"
