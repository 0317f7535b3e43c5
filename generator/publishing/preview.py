"""`taizhang serve`: the whole site in one mkdocs server, regenerated as content/ changes."""

from __future__ import annotations

import os
from pathlib import Path

from generator.findings import Finding
from generator.ledger.model import Edition
from generator.publishing.build import generate
from generator.publishing.mkdocs_run import theme_folder
from generator.publishing.settings import read_settings
from generator.publishing.survey import survey


def serve_site(root: Path, port: int) -> tuple[Finding, ...]:
    """Serve build/public on 127.0.0.1 until interrupted; edits of content/ show at once.

    Where mkdocs.yml is wrong, nothing is served and the faults are returned.
    """
    from mkdocs.commands.serve import serve

    settings, findings = read_settings(root, Edition.PUBLIC)
    if settings is None:
        return findings
    generate(survey(root, Edition.PUBLIC), settings.site)
    os.environ["TAIZHANG_THEME"] = str(theme_folder(root))
    os.environ["TAIZHANG_HOOK"] = str(Path(__file__).with_name("hook.py"))
    serve(
        str(root / "mkdocs.yml"),
        livereload=True,
        dev_addr=f"127.0.0.1:{port}",
        docs_dir=str((root / "build" / Edition.PUBLIC).resolve()),
    )
    return findings
