"""`taizhang serve`: the whole site in one mkdocs server, regenerated as content/ changes."""

from __future__ import annotations

import os
from pathlib import Path

from generator.findings import Finding
from generator.ledger.model import Ledger
from generator.publishing.build import EDITION, generate, read_site, theme_folder


def serve_site(root: Path, ledger: Ledger, port: int) -> tuple[Finding, ...]:
    """Serve build/public on 127.0.0.1 until interrupted; edits of content/ show at once.

    Where mkdocs.yml is wrong, nothing is served and the faults are returned.
    """
    from mkdocs.commands.serve import serve

    site, findings = read_site(root)
    if site is None:
        return findings
    generate(root, ledger, site, with_pdf=False)
    os.environ["TAIZHANG_THEME"] = str(theme_folder(root))
    os.environ["TAIZHANG_HOOK"] = str(Path(__file__).with_name("hook.py"))
    serve(
        str(root / "mkdocs.yml"),
        livereload=True,
        dev_addr=f"127.0.0.1:{port}",
        docs_dir=str((root / "build" / EDITION).resolve()),
    )
    return findings
