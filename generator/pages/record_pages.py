"""What makes the site a record: corrections, how to verify a copy, versions, old addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape

from generator.ledger.model import Ledger, Snapshot
from generator.pages import address
from generator.pages.abstract import Abstract
from generator.pages.partition import Page
from generator.pages.rendering import Head, Renderer
from generator.pages.site import Site
from generator.pages.wording import Say, label


def corrections_page(
    abstracts: Sequence[Abstract], render: Renderer, trail: Sequence[tuple[str, str]]
) -> Page:
    """``about/corrections.html``: every correction of every snapshot, the newest first."""
    say = render.site.language.say
    rows = [row for abstract in abstracts for row in abstract.corrections]
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
    sealed = [(abstract.label, abstract.snapshot.seal) for abstract in abstracts]
    return render.page(
        "corrections", address.about("corrections"), head, opening=opening, rows=rows,
        sealed=sealed, hidden=[abstract.snapshot.hidden_corrections for abstract in abstracts],
    )  # fmt: skip


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
