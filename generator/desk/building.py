"""`taizhang build`: the site's editions, side by side where there are two processors."""

from __future__ import annotations

import os
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

from generator.desk.content import checked
from generator.desk.telling import print_findings, progress, tell
from generator.findings import Finding
from generator.ledger.content import read_content
from generator.ledger.model import Edition, Ledger


def build(editions: tuple[str, ...], root: Path, lang: str) -> None:
    """Check the data and build the editions asked for, as far as anything changed."""
    from generator.publishing.fingerprint import is_current

    wanted = [Edition(name) for name in dict.fromkeys(editions)] or list(Edition)
    chosen = [edition for edition in wanted if not is_current(root, edition)]
    if not chosen:
        tell(lang, "没有变化，沿用上次生成的网站。需要留意的事项可用 taizhang check 查看。")
        return
    # Where the public edition alone is asked for, no internal file is opened for its pages.
    content = checked(root, lang, Edition.INTERNAL if Edition.INTERNAL in chosen else chosen[0])
    findings: list[Finding] = []
    with _side_by_side(len(chosen)) as executor:
        jobs = [
            executor.submit(
                _built, root, content.ledger if e is Edition.INTERNAL else None, lang, e
            )
            for e in chosen
        ]
        for job in jobs:
            findings += job.result()
    print_findings(dict.fromkeys(findings), lang, stop=True)


def _built(root: Path, ledger: Ledger | None, lang: str, edition: Edition) -> tuple[Finding, ...]:
    """Build one edition, perhaps in a process of its own."""
    from generator.publishing.build import build_site

    if ledger is None:
        ledger = read_content(root, edition).ledger
    return build_site(root, ledger, progress(lang), edition, os.cpu_count() or 1)


def _side_by_side(jobs: int) -> Executor:
    """A process for each of two editions where there are two processors, else one thread."""
    if jobs > 1 and (os.cpu_count() or 1) > 1 and "fork" in get_all_start_methods():
        return ProcessPoolExecutor(jobs, mp_context=get_context("fork"))
    return ThreadPoolExecutor(1)
