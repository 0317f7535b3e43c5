"""`taizhang new`: another city's site."""

from __future__ import annotations

from pathlib import Path

from generator.desk.telling import stop, tell
from generator.findings import Place, finding
from generator.ledger.intake import store


def start(folder: Path, name: str, lang: str) -> None:
    """Write the settings and the empty registry of a new site."""
    from generator.publishing.new_site import check_name, new_site

    findings = list(check_name(name))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        findings.append(finding("folder-not-empty", Place(str(folder))))
    if findings:
        stop(findings, lang)
    store(folder, new_site(name))
    tell(
        lang, "已新建网站，存于 %(folder)s/。接下来做什么，见其中的 README.md；"
        "现在就可以用 taizhang build --site %(folder)s 生成一个空网站看看。",
        folder=folder,
    )  # fmt: skip
