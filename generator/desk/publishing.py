"""`taizhang publish`, `rollback` and `verify`: releases, and copies held against them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from generator.desk.content import checked
from generator.desk.telling import print_findings, progress, stop, tell
from generator.findings import Place, finding
from generator.ledger.model import Edition
from generator.ledger.seals import check_seal, read_seal


def publish(
    target: Path | None, dry_run: bool, dropped: tuple[str, ...], keep: int | None, day: datetime,
    root: Path, lang: str,
) -> None:  # fmt: skip
    """Build, check, then switch to the new release at once."""
    from generator.publishing import release

    shown = checked(root, lang, Edition.PUBLIC)
    folder = target or root / "site" / "published"
    done = release.publish(
        shown, folder, day.date().isoformat(), progress(lang), dry_run=dry_run,
        without_archives=dropped, keep=keep or 0,
    )  # fmt: skip
    print_findings(done.findings, lang, stop=True)
    if done.gone:
        tell(
            lang, "与上次发布相比，少了 %(n)d 个页面：%(pages)s", err=True, n=len(done.gone),
            pages="、".join(done.gone[:10]) + ("……" if len(done.gone) > 10 else ""),
        )  # fmt: skip
    if dry_run:
        tell(lang, "检查通过，没有发布（--dry-run）。")
        return
    tell(
        lang, "已发布 %(release)s：网站服务器请指向 %(folder)s。",
        release=done.release, folder=folder / release.CURRENT,
    )  # fmt: skip


def roll_back(target: Path | None, root: Path, lang: str) -> None:
    """Go back to the release before."""
    from generator.publishing import release

    done = release.roll_back(root, target or root / "site" / "published")
    print_findings(done.findings, lang, stop=True)
    tell(lang, "已恢复到上一次发布：%(release)s。", release=done.release)


def verify(folder: Path, signers: Path | None, lang: str) -> None:
    """Check a copy of the site, or a sealed snapshot, against what was published."""
    from generator.publishing.manifest import verify as verified

    if (folder / "tasks.csv").is_file():
        before, faults = read_seal(folder)
        print_findings(faults, lang, stop=True)
        if before is None:
            stop([finding("seal-none", Place(str(folder)), snapshot=folder.name)], lang)
        print_findings(check_seal(folder, before), lang, stop=True)
        tell(
            lang, "%(date)s 封存的 %(n)d 个文件，全部相符。", date=before.date, n=len(before.files)
        )
        return
    findings, number = verified(folder, signers)
    print_findings(findings, lang, stop=True)
    tell(lang, "%(n)d 个文件，全部与公布时相符。", n=number)
