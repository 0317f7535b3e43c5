"""What makes the site a record: corrections, how to verify a copy, versions, old addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from generator.ledger.model import Correction, Ledger, Snapshot
from generator.pages import address
from generator.pages.book import Book
from generator.pages.rendering import Head, Page, Renderer
from generator.pages.site import Site
from generator.pages.wording import Say, label


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction as the list of all has it; ``address`` is empty where no page shows its task."""

    correction: Correction
    snapshot: Snapshot
    what: str
    address: str


def field_name(field: str, say: Say) -> str:
    """A column's or a file's name as readers know it."""
    names = {
        "goal": say("年内目标"), "progress": say("进展情况"), "problems": say("存在问题"),
        "next_steps": say("下一步措施"), "unit": say("责任单位"), "unit_text": say("责任单位"),
        "head": say("责任人"), "partners": say("配合单位"), "partners_text": say("配合单位"),
        "deadline": say("完成时限"), "title": say("任务"), "section": say("章节"),
        "snapshot.yml": say("本期基本信息"), "reviews.csv": say("数字的复核"),
    }  # fmt: skip
    return names.get(field, field)


def corrections_page(
    books: Sequence[Book], render: Renderer, trail: Sequence[tuple[str, str]]
) -> Page:
    """``about/corrections.html``: every correction of every snapshot, the newest first."""
    say = render.site.language.say
    rows = [_row(book, correction) for book in books for correction in book.corrections]
    rows.sort(key=lambda row: row.correction.date, reverse=True)
    opening = (
        render.site.language.say_n(
            "公布以后改动过的内容，共%(n)d处，每一处都注明日期、原文、新文和理由。", len(rows)
        )
        if rows
        else say("列出的内容公布以后没有改动过。以后如有更正，会逐处注明日期、原文、新文和理由。")
    )
    title = say("更正")
    head = Head(title, opening, column=title, keywords=(title,), trail=tuple(trail))
    sealed = [(book.label, book.snapshot.seal) for book in books]
    return render.page(
        "corrections", address.about("corrections"), head, opening=opening, rows=rows,
        sealed=sealed, hidden=[book.snapshot.hidden_corrections for book in books],
    )  # fmt: skip


def _row(book: Book, correction: Correction) -> CorrectionRow:
    say = book.say
    tasks = {view.task.no: view for view in book.views}
    view = tasks.get(correction.no)
    if not correction.no:
        what = field_name(correction.field, say)
    elif correction.field == "no":
        what = (
            say("第%(no)d号任务：补入", no=correction.no)
            if correction.new
            else say("第%(no)d号任务：撤出", no=correction.no)
        )
    else:
        what = say(
            "第%(no)d号任务的%(field)s", no=correction.no, field=field_name(correction.field, say)
        )
    page = view.address if view else address.snapshot_page(book.snapshot)
    return CorrectionRow(correction, book.snapshot, what, page)


def verify_page(render: Renderer, trail: Sequence[tuple[str, str]], *, signed: bool) -> Page:
    """``about/verify.html``: how anybody checks that a copy is what was published."""
    say = render.site.language.say
    opening = say("本站每个文件都有校验值，任何人都可以验证手里的副本与公布的是否一字不差。")
    title = say("验证副本")
    head = Head(title, opening, column=title, keywords=(title, "SHA-256"), trail=tuple(trail))
    return render.page("verify", address.about("verify"), head, opening=opening, signed=signed)


def site_map(
    ledger: Ledger, pages: Sequence[Page], render: Renderer, trail: Sequence[tuple[str, str]]
) -> Page:
    """``sitemap.html``: every part of the site in one list (网站地图)."""
    say = render.site.language.say
    title = say("网站地图")
    opening = say("本站的全部栏目。")
    head = Head(title, opening, column=title, keywords=(title,), trail=tuple(trail))
    columns = [
        (label(snapshot, say), address.snapshot_page(snapshot),
         render.snapshot_entries(snapshot)[1:])
        for snapshot in ledger.snapshots
    ]  # fmt: skip
    about = [(p.title, p.address) for p in pages if p.address.startswith("about/")]
    main = [
        (say("首页"), address.HOME), (say("历期数据"), address.ARCHIVE),
        (say("责任单位"), address.UNITS), (say("查找"), address.SEARCH),
    ]  # fmt: skip
    return render.page(
        "sitemap", address.SITE_MAP, head, opening=opening, main=main, columns=columns, about=about
    )


def versions_json(ledger: Ledger, say: Say) -> bytes:
    """versions.json as mike writes it: the versions, the newest first and called ``latest``."""
    versions = [
        {
            "version": s.id,
            "title": label(s, say),
            "aliases": ["latest"] if s is ledger.newest else [],
        }
        for s in ledger.snapshots
    ]
    return (json.dumps(versions, ensure_ascii=False, indent=1) + "\n").encode()


def seals_json(ledger: Ledger) -> bytes:
    """seals.json: of each sealed snapshot when it was sealed last, and the sums of all its seals.

    Whoever keeps it can tell later that no seal was undone.
    """
    seals = {
        s.id: {"number": s.seal.number, "date": s.seal.date, "chain": list(s.seal.chain)}
        for s in ledger.snapshots
        if s.seal
    }
    return (json.dumps(seals, ensure_ascii=False, indent=1) + "\n").encode()


def latest_pages(
    newest: Sequence[str], snapshot: Snapshot, site: Site
) -> Iterator[tuple[str, bytes]]:
    """``latest/…``: for each page of the newest snapshot one that leads there, without a script.

    Args:
        newest: the addresses of the newest snapshot's pages.
        snapshot: the newest snapshot.
        site: the site.
    """
    say, name = site.language.say, escape(site.name)
    for page in newest:
        here = "latest" + page.removeprefix(snapshot.id)
        target = escape(address.relative(here, page))
        url = escape(site.absolute(page))
        canonical = f'<link rel="canonical" href="{url}">' if url else ""
        words = escape(say("前往%(snapshot)s的页面", snapshot=label(snapshot, say)))
        text = (
            f'<!doctype html>\n<html lang="{site.language.tag}"><head><meta charset="utf-8">'
            f'<meta name="SiteName" content="{name}">'
            f"<title>{words}</title>"
            f'<meta name="robots" content="noindex">{canonical}'
            f'<meta http-equiv="refresh" content="0; url={target}"></head>'
            f'<body><main><h1><a href="{target}">{words}</a></h1></main></body></html>\n'
        )
        yield here, text.encode()
