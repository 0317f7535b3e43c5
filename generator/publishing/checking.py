"""Everything that is checked of a site's content before pages are made from it."""

from __future__ import annotations

from generator.analysis.task_findings import analyse, check_arithmetic, check_reviews
from generator.findings import Finding
from generator.ledger.checks import check
from generator.ledger.content import Content


def check_content(content: Content) -> tuple[Finding, ...]:
    """What was found while reading, between the files, and in the tasks themselves."""
    findings = [*content.findings, *check(content.ledger)]
    for snapshot in content.ledger.snapshots:
        findings += [*check_reviews(snapshot), *check_arithmetic(analyse(snapshot))]
    return tuple(findings)
