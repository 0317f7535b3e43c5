"""`taizhang build`: the site's editions, side by side where there are two processors."""

from __future__ import annotations

import os
from pathlib import Path

from generator.desk.content import checked
from generator.desk.telling import print_findings, progress, tell
from generator.findings import Finding
from generator.ledger.model import Edition


def build(editions: tuple[str, ...], root: Path, lang: str) -> None:
    """Check the data and build the editions asked for, as far as anything changed."""
    from generator.publishing.executors import side_by_side
    from generator.publishing.fingerprint import is_current

    wanted = [Edition(name) for name in dict.fromkeys(editions)] or list(Edition)
    chosen = [edition for edition in wanted if not is_current(root, edition)]
    if not chosen:
        tell(lang, "没有变化，沿用上次生成的网站。需要留意的事项可用 taizhang check 查看。")
        return
    # Where the public edition alone is asked for, no internal file is opened for its pages.
    checked(root, lang, Edition.INTERNAL if Edition.INTERNAL in chosen else chosen[0])
    cores = os.cpu_count() or 1
    each = max(1, cores // len(chosen))
    with side_by_side(min(cores, len(chosen))) as executor:
        jobs = [executor.submit(_built, root, lang, edition, each) for edition in chosen]
        findings = [found for job in jobs for found in job.result()]
    print_findings(dict.fromkeys(findings), lang, stop=True)


def _built(root: Path, lang: str, edition: Edition, workers: int) -> tuple[Finding, ...]:
    """Build one edition, perhaps in a process of its own."""
    from generator.publishing.build import build_site

    return build_site(root, progress(lang), edition, workers)
