"""`taizhang serve`: the whole site in one mkdocs server, regenerated as content/ changes."""

from __future__ import annotations

import os
from pathlib import Path

from generator.ledger.model import Ledger
from generator.publishing.build import EDITION, generate, read_settings, theme_folder


def serve_site(root: Path, ledger: Ledger, port: int) -> None:
    """Serve build/public on 127.0.0.1 until interrupted; edits of content/ show at once."""
    from mkdocs.commands.serve import serve

    generate(root, ledger, read_settings(root)[0])
    os.environ["TAIZHANG_THEME"] = str(theme_folder(root))
    os.environ["TAIZHANG_HOOK"] = str(Path(__file__).with_name("hook.py"))
    serve(
        str(root / "mkdocs.yml"),
        livereload=True,
        dev_addr=f"127.0.0.1:{port}",
        docs_dir=str((root / "build" / EDITION).resolve()),
    )
