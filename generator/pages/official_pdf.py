"""The official form on paper: all that its PDF shows, as data for official.typ.

The PDF itself is set by Typst, outside of this stage: pages decide what stands on the
paper, a ``Press`` that is handed in makes the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.resources import files

from generator.ledger.model import Snapshot
from generator.pages import address
from generator.pages.book import Book
from generator.pages.citing import qr_code
from generator.pages.official_form import Line, Role, official_form
from generator.pages.site import Site
from generator.pages.table_pages import form_title

# Typst's source and the data that it sets → what waits for the PDF, which is begun; None where
# none can be made.
Press = Callable[[str, str], Callable[[], bytes | None]]

# A row up to so many characters fits on any page, and isn't parted.
_SHORT = 400


def pdf_form(book: Book, press: Press) -> Callable[[], bytes | None]:
    """Begin the form of a snapshot as PDF; the same form gives the same bytes."""
    data = json.dumps(_sheet(book), ensure_ascii=False)
    return press(files("generator.pages").joinpath("official.typ").read_text("utf-8"), data)


def _sheet(book: Book) -> Mapping[str, object]:
    """What stands on the paper: the form, and around it what the site's own pages say."""
    snapshot, site, say = book.snapshot, book.site, book.say
    form = official_form(snapshot, book.registry)
    page = address.snapshot_page(snapshot, "table")
    citation = book.cite(form_title(book, book.label), page)
    tasks = {
        str(task.no): site.absolute(address.task(snapshot, task, book.registry))
        for task in snapshot.tasks
    }
    return {
        "title": form.title,
        "author": citation.publisher,
        "language": "zh" if site.language.is_chinese else site.language.tag,
        "masthead": [site.name, *_warnings(snapshot, site)],
        "mark": say("内部资料") if site.internal else "",
        "columns": form.columns,
        "widths": form.widths,
        "lines": [_line(line, tasks) for line in form.lines],
        "margin": " · ".join((book.issuer() or snapshot.title, site.name)),
        "pages": say("第 %(page)s 页 / 共 %(pages)s 页", page="{page}", pages="{pages}"),
        "address": site.absolute(page),
        "citation": [
            say("引用本页"), citation.text(say),
            say("本期数据（tasks.json）的 SHA-256：") + citation.sha256,
        ],
        "imprint": [
            f"{site.name}　{site.imprint}".strip(),
            say("文字与数字照录原文件；缺失与推断之处均已注明。"),
        ],
        "qr": qr_code(site.absolute(page)) if site.url else "",
        "address-line": say("本页地址：") + site.absolute(page),
    }  # fmt: skip


def _warnings(snapshot: Snapshot, site: Site) -> list[str]:
    say = site.language.say
    return [
        *([say("内部资料，请勿外传")] if site.internal else []),
        *([site.notice] if site.notice else []),
        *([say("本期是草稿，尚未公布，只在内部版显示。")] if snapshot.is_draft else []),
    ]


def _line(line: Line, tasks: Mapping[str, str]) -> Mapping[str, object]:
    """A line of the form; a task's leads to where it stands on the site."""
    short = sum(map(len, line.cells)) <= _SHORT and not any("\n" in cell for cell in line.cells)
    return {
        "role": line.role.name.lower(), "cells": line.cells, "parted": not short,
        "url": tasks[line.cells[0]] if line.role is Role.TASK else "",
    }  # fmt: skip
