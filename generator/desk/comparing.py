"""`taizhang compare`: what moved between two snapshots."""

from __future__ import annotations

from pathlib import Path

import click

from generator.analysis.task_findings import analyse
from generator.catalogues import language
from generator.desk.content import stop_on_faults
from generator.findings import LOCALE_OF
from generator.ledger.content import read_content


def compare(before: str, after: str, root: Path, lang: str) -> None:
    """Print what moved between two snapshots."""
    from generator.analysis.changes import compare as compared
    from generator.pages.change_lines import compared_lines

    content = read_content(root)
    for name in (before, after):
        stop_on_faults(content, name, lang)
    found = {s.id: s for s in content.ledger.snapshots}
    changes = compared(analyse(found[before]), analyse(found[after]), content.ledger.registry)
    click.echo("\n".join(compared_lines(changes, language(LOCALE_OF[lang]))))
