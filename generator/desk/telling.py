"""How the clerk is spoken to: messages and findings, in the language asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import NoReturn

import click

from generator.catalogues import language
from generator.findings import LOCALE_OF, Finding, Severity, has_errors
from generator.ledger.intake import Difference

_LABELS = {
    "zh": {Severity.ERROR: "错误", Severity.WARNING: "注意", Severity.NOTE: "说明"},
    "en": {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"},
}
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}


def tell(lang: str, message: str, *, err: bool = False, **values: object) -> None:
    """Print one of the interface's messages in the language asked for."""
    click.echo(language(LOCALE_OF[lang]).say(message, **values), err=err)


def progress(lang: str) -> Callable[..., None]:
    """How a build tells how far it is."""

    def told(message: str, **values: object) -> None:
        click.echo(f"· {language(LOCALE_OF[lang]).say(message, **values)}")

    return told


def stop(findings: Iterable[Finding], lang: str) -> NoReturn:
    """Print the findings and end the command as failed."""
    print_findings(findings, lang)
    sys.exit(1)


def print_findings(findings: Iterable[Finding], lang: str, *, stop: bool = False) -> None:
    """Every finding, the gravest last, where a clerk's eye stays; then their number."""
    order = [Severity.NOTE, Severity.WARNING, Severity.ERROR]
    found = sorted(findings, key=lambda f: order.index(f.severity))
    for item in found:
        label = click.style(_LABELS[lang][item.severity], fg=_COLOURS[item.severity], bold=True)
        click.echo(f"{label}  {item.place.text(lang)}", err=True)
        click.echo(f"      {item.what(lang)}", err=True)
        click.echo(f"      → {item.mend(lang)}", err=True)
    if found:
        counts = "，".join(
            f"{_LABELS[lang][s]} {n}"
            for s in reversed(order)
            if (n := sum(f.severity is s for f in found))
        )
        click.echo(counts, err=True)
    if stop and has_errors(found):
        sys.exit(1)


def print_differences(differences: Iterable[Difference], lang: str) -> None:
    """Where content/ and the document differ, cell by cell."""
    for d in differences:
        tell(
            lang, "第 %(no)d 号 %(column)s：现为“%(kept)s”，文件为“%(document)s”", err=True,
            no=d.no, column=d.column, kept=d.kept, document=d.document,
        )  # fmt: skip
