"""The command ``taizhang``: the one place that knows every stage and talks to the clerk."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta, timezone
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from generator import __version__
from generator.analysis.task_findings import analyse
from generator.catalogues import language
from generator.findings import (
    LOCALE_OF,
    Finding,
    Place,
    Severity,
    disk_fault,
    finding,
    has_errors,
)
from generator.importing.columns import read_mapping, unknown_headings
from generator.importing.document import Document, Reading
from generator.importing.explanation import explained
from generator.importing.form_mark import form_mark
from generator.importing.inbox import gather
from generator.importing.readers import read_document, read_tasks
from generator.importing.signature import signature
from generator.ledger.checks import check
from generator.ledger.collating import Handed, collate, expected_from
from generator.ledger.content import Content, read_content, read_registry
from generator.ledger.intake import Difference, Intake, clear, prepare, store, store_folder
from generator.ledger.model import SNAPSHOT_ID, Edition, Ledger, Registry
from generator.ledger.registry import NameIndex
from generator.ledger.roll_call import told
from generator.ledger.seals import check_seal, read_seal, unfinished
from generator.ledger.suggestions import nearest

if TYPE_CHECKING:  # the publishing modules are imported by the commands that need them
    from generator.publishing.one_site import SiteBuilt

_LABELS = {
    "zh": {Severity.ERROR: "错误", Severity.WARNING: "注意", Severity.NOTE: "说明"},
    "en": {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"},
}
_BEIJING = timezone(timedelta(hours=8))
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}

# A file of so many bytes takes a second or more to be read.
_LARGE = 200_000

_site = click.option(
    "--site", "root", default=".", show_default=True,
    type=click.Path(file_okay=False, path_type=Path), help="网站所在的文件夹 (the site's folder)",
)  # fmt: skip
_lang = click.option(
    "--lang", default="zh", show_default=True, type=click.Choice(["zh", "en"]),
    help="提示的语言 (language of messages)",
)  # fmt: skip
_date = click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    default=lambda: _today(), help="日期；省略则为今天",
)  # fmt: skip


def _today() -> str:
    """The day in China, which is where the offices are."""
    return datetime.now(tz=_BEIJING).date().isoformat()


class _Desk(click.Group):
    """The one place where trouble with files becomes a message."""

    def invoke(self, ctx: click.Context) -> Any:
        # A command that fails takes its options with it.
        words = " ".join(ctx.args).replace("=", " ")
        try:
            return super().invoke(ctx)
        except OSError as fault:
            reading = fault.errno in (errno.ENOENT, errno.EISDIR, errno.ENOTDIR) or (
                fault.errno == errno.EACCES and Path(str(fault.filename)).is_file()
            )
            code = "file-unreadable" if reading else "file-unwritable"
            place = Place(str(fault.filename or ""))
            lang = "en" if "--lang en" in words else "zh"
            _stop([finding(code, place, fault=disk_fault(fault))], lang)


@click.group(cls=_Desk, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="taizhang")
def main() -> None:
    """台账：把督查室的落实情况表变成公开网站 (status tables become a public site)."""


@main.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件或文件夹…"
)
@click.option("--snapshot", metavar="期号", help="存入哪一期，如 2017H1、2014")
@click.option(
    "--kind", type=click.Choice(["report", "plan"]), help="落实情况表或任务安排；省略则自动识别"
)
@click.option(
    "--map", "settings", multiple=True, metavar="列名=字段",
    help="指明表头是哪个字段，可重复；“列名=忽略”不读这一列",
)  # fmt: skip
@click.option("--explain", is_flag=True, help="只显示识别出的列和前三行，不写入任何文件")
@click.option(
    "--annotate", type=click.Path(dir_okay=False, path_type=Path), metavar="新文件.xlsx",
    help="把发现的问题标注在工作簿的单元格上，另存为新文件",
)  # fmt: skip
@click.option("--update", is_flag=True, help="以文件内容更新已有的一期（编者填写的列不变）")
@click.option(
    "--plan", "base", metavar="期号",
    help="汇总时与哪一期对照谁该报、报什么；省略则取同年的上一期或年度任务",
)  # fmt: skip
@click.option("--skip-faulty", is_flag=True, help="汇总时先不收有错的文件，其余照常汇入")
@_site
@_lang
def import_(
    files: tuple[Path, ...], snapshot: str | None, kind: str | None, settings: tuple[str, ...],
    explain: bool, annotate: Path | None, update: bool, base: str | None, skip_faulty: bool,
    root: Path, lang: str,
) -> None:  # fmt: skip
    """把收到的文件读入 content/期号/ (read documents into content/).

    能读 .docx、.xlsx、.xls、.pdf、.html、.csv、.txt；装有 LibreOffice 时也读 .doc、.rtf。
    给出几个文件或一个文件夹时，各单位报来的表汇总成一期，并列出催报名单。
    """
    if not explain and not SNAPSHOT_ID.fullmatch(snapshot or ""):
        _stop([finding("snapshot-name", Place(f"--snapshot {snapshot or ''}".strip()))], lang)
    mapping, findings = read_mapping(settings)
    paths, passed_over = gather(files)
    if has_errors(passed_over):
        _stop(passed_over, lang)
    if annotate and len(paths) != 1:
        _stop([finding("annotate-one", Place("--annotate"), n=len(paths))], lang)
    with _reading(paths, lang) as read:
        handed = [_handed(path, kind, mapping) for path in read]
    findings += unknown_headings(settings, [(h.document, h.reading) for h in handed])
    if annotate:
        _annotate(annotate, handed[0].document, handed[0].reading, lang)
    if explain:
        _explain(handed, mapping, findings, lang)
        return
    if findings:
        _stop([*findings, *(f for h in handed for f in h.reading.findings)], lang)
    folder = root / "content" / str(snapshot)
    ledger = read_content(root)
    alone = len(handed) == 1 and not files[0].is_dir() and not base
    if (
        alone
        and form_mark(handed[0].document) is None
        and not _is_return(ledger, folder.name, handed[0].reading)
    ):
        _take_in(folder, handed[0].document, handed[0].reading, root, lang, update=update)
        return
    _collate(
        folder, handed, ledger, base, passed_over, lang, update=update, skip_faulty=skip_faulty
    )


def _reading(paths: Sequence[Path], lang: str) -> AbstractContextManager[Iterable[Path]]:
    """The files one by one, with a bar for a clerk who waits: several files, or a large one."""
    shown = sys.stderr.isatty() and (len(paths) > 1 or paths[0].stat().st_size > _LARGE)
    if not shown:
        return nullcontext(paths)
    label = language(LOCALE_OF[lang]).say("正在读取文件")
    return click.progressbar(
        paths, label=label, file=sys.stderr, show_pos=True,
        item_show_func=lambda path: path.name if path else "",
    )  # fmt: skip


def _handed(path: Path, kind: str | None, mapping: Mapping[str, str]) -> Handed:
    """A file with its reading; one that the disk doesn't give is a faulty one among others."""
    try:
        document = read_document(path.name, path.read_bytes())
    except OSError as fault:
        told = finding("file-unreadable", Place(str(path)), fault=disk_fault(fault))
        document = Document(path.name, b"", "", (), (told,))
    return Handed(document, read_tasks(document, kind, mapping))


def _explain(
    handed: Iterable[Handed], mapping: Mapping[str, str], findings: Iterable[Finding], lang: str
) -> None:
    told = list(findings)
    for file in handed:
        click.echo("\n".join(explained(file.document, file.reading, mapping, lang)))
        told += file.reading.findings
    _print_findings(told, lang, stop=True)


def _is_return(content: Content, snapshot: str, reading: Reading) -> bool:
    """Whether a document is one among others of a snapshot, and not a whole table come again.

    So it is where several documents made the snapshot, or where none of its tasks
    is there yet.
    """
    found = next((s for s in content.ledger.snapshots if s.id == snapshot), None)
    if found is None or not found.tasks:
        return False
    present = {task.no for task in found.tasks}
    return len(found.sources) > 1 or present.isdisjoint(task.no for task in reading.tasks)


def _collate(
    folder: Path, handed: Iterable[Handed], content: Content, base: str | None,
    passed_over: Iterable[Finding], lang: str, *, update: bool, skip_faulty: bool,
) -> None:  # fmt: skip
    """Merge what the units handed in into one snapshot, and say who is missing."""
    snapshot, ledger = folder.name, content.ledger
    if base:
        _stop_on_faults(content, base, lang)
    found = {s.id: s for s in ledger.snapshots}
    compared = found[base] if base else expected_from(ledger, snapshot)
    present = {task.no: task.unit for task in found[snapshot].tasks} if snapshot in found else {}
    registry, findings = _registry(folder.parent.parent)
    collation = collate(handed, snapshot, registry, compared, present)
    intake = Intake((), (), ())
    before = found[snapshot].status if snapshot in found else ""
    status = before or ("draft" if collation.roll.incomplete else "published")
    if collation.documents:
        intake = prepare(
            folder, collation.documents, collation.reading, registry, whole=False, status=status
        )
    findings += [*passed_over, *intake.findings, *collation.faults]
    stopped = has_errors([f for f in findings if not skip_faulty or f not in collation.faults])
    if skip_faulty:
        findings += [finding("file-left-out", Place(name)) for name in collation.faulty]
    _print_findings(findings, lang)
    if intake.differences and not stopped and not update:
        _print_differences(intake.differences, lang)
    click.echo("\n".join(told(collation.roll, lang)))
    if stopped or not collation.documents:
        _say(
            lang, "有错误，content/%(snapshot)s 未作任何改动。请改正后重新导入；"
            "先不收有错的文件时，请加 --skip-faulty。", err=True, snapshot=snapshot,
        )  # fmt: skip
        sys.exit(1)
    _write(folder, intake, len(collation.reading.tasks), lang, update=update)
    if status == "draft":
        _tell_draft(snapshot, lang, incomplete=collation.roll.incomplete)


def _tell_draft(snapshot: str, lang: str, *, incomplete: bool) -> None:
    """Say that a snapshot isn't public, and how it becomes so: the office decides, never we."""
    if incomplete:
        _say(
            lang, "本期尚未收齐，先存为草稿，不公开；迟报的收到后再导入即可。决定先行公开的，"
            "把 content/%(snapshot)s/snapshot.yml 中的 status: draft 改为 status: published。",
            snapshot=snapshot,
        )  # fmt: skip
    else:
        _say(
            lang, "本期已经收齐，仍是草稿，尚未公开；核对无误后，把 "
            "content/%(snapshot)s/snapshot.yml 中的 status: draft "
            "改为 status: published，即可公开。",
            snapshot=snapshot,
        )  # fmt: skip


def _annotate(target: Path, document: Document, reading: Reading, lang: str) -> None:
    """Write the workbook with its findings in its cells; never over a file that is there."""
    from generator.importing.annotation import annotated

    if not document.rows or signature(document.data) != ".xlsx":
        _stop([*reading.findings, finding("annotate-format", Place(document.name))], lang)
    if target.exists():
        _stop([finding("annotate-exists", Place(str(target)))], lang)
    target.write_bytes(annotated(document.data, reading.findings, lang))
    _say(lang, "标注后的工作簿已存为 %(file)s。", file=target)


def _take_in(
    folder: Path, document: Document, reading: Reading, root: Path, lang: str, *, update: bool
) -> None:
    """Store a reading as a snapshot, unless it has errors or differs from what is there."""
    registry, findings = _registry(root)
    if not reading.tasks and has_errors(reading.findings):
        _stop([*findings, *reading.findings], lang)
    intake = prepare(folder, [document], reading, registry)
    findings += intake.findings
    if has_errors(findings):
        _stop(findings, lang)
    _print_findings(findings, lang)
    if intake.differences and not update:
        _print_differences(intake.differences, lang)
    _write(folder, intake, len(reading.tasks), lang, update=update)


def _write(folder: Path, intake: Intake, tasks: int, lang: str, *, update: bool) -> None:
    """Write what an import found, unless content/ says otherwise and nobody decided."""
    sealed, _ = read_seal(folder)
    if sealed and (intake.files or intake.differences):
        place = Place(f"content/{folder.name}")
        _stop([finding("sealed-import", place, snapshot=folder.name, date=sealed.date)], lang)
    if intake.differences and not update:
        _say(
            lang, "content/%(snapshot)s 中有 %(number)d 处与文件不同，未作任何改动。"
            "确认以文件为准时，请加 --update。",
            err=True, snapshot=folder.name, number=len(intake.differences),
        )  # fmt: skip
        sys.exit(1)
    if not intake.files:
        _say(
            lang, "%(tasks)d 项任务与 content/%(snapshot)s/ 中的一致，没有改动。",
            tasks=tasks, snapshot=folder.name,
        )  # fmt: skip
        return
    with _alone(folder.parent.parent, lang):
        store(folder, intake.files)
    _say(
        lang, "已读入 %(tasks)d 项任务，存于 content/%(snapshot)s/。",
        tasks=tasks, snapshot=folder.name,
    )  # fmt: skip


@main.command()
@click.argument("snapshot", metavar="期号")
@click.option("--from", "base", required=True, metavar="期号", help="按哪一期的任务生成，如 2017H1")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="文件夹",
    help="存到哪个文件夹；省略则存到 forms/期号/",
)  # fmt: skip
@click.option(
    "--unit", "units", multiple=True, metavar="单位", help="只要这个单位的表（名称或编号），可重复"
)
@_site
@_lang
def forms(
    snapshot: str, base: str, out: Path | None, units: tuple[str, ...], root: Path, lang: str
) -> None:
    """为每个责任单位生成下一期的填报表，Excel 和 Word 各一份 (forms for the units to fill in)."""
    from generator.pages.form_files import form_docx, form_xlsx
    from generator.pages.forms import forms as made_for
    from generator.pages.forms import oversized

    if not SNAPSHOT_ID.fullmatch(snapshot):
        _stop([finding("snapshot-name", Place(snapshot))], lang)
    content = read_content(root)
    _stop_on_faults(content, base, lang)
    found = next(s for s in content.ledger.snapshots if s.id == base)
    made = made_for(found, content.ledger.registry, snapshot)
    names = NameIndex(content.ledger.registry)
    # A clerk knows the unit's name; its id is in the registry.
    wanted = [u.id if (u := names.find(name, int(snapshot[:4]))) else name for name in units]
    findings = [
        finding("form-unit", Place(f"--unit {name}"), snapshot=base, nearest=nearest(id_, known))
        for known in [[form.mark.unit for form in made]]
        for name, id_ in zip(units, wanted, strict=True)
        if id_ not in known
    ]
    chosen = [form for form in made if not units or form.mark.unit in wanted]
    findings += [fault for form in chosen for fault in oversized(form)]
    if has_errors(findings):
        _stop(findings, lang)
    folder = out or root / "forms" / snapshot
    files = [
        (f"{form.name}{ending}", drawn(form))
        for form in chosen
        for ending, drawn in ((".xlsx", form_xlsx), (".docx", form_docx))
    ]
    taken = [
        finding("form-exists", Place(str(folder / name)))
        for name, data in files
        if (folder / name).exists() and (folder / name).read_bytes() != data
    ]
    if taken:
        _stop(taken, lang)
    store(folder, files)
    tasks = sum(len(block.rows) for form in chosen for block in form.blocks)
    _say(
        lang, "已生成 %(forms)d 份填报表（%(tasks)d 项任务），Excel 和 Word 各一份，"
        "存于 %(folder)s/。",
        forms=len(chosen), tasks=tasks, folder=folder,
    )  # fmt: skip


def _stop_on_faults(content: Content, snapshot: str, lang: str) -> None:
    """Stop where a snapshot that something rests on isn't there or has errors."""
    file = f"content/{snapshot}"
    found = [f for f in content.findings if f.place.file.startswith((f"{file}/", "content/units"))]
    if has_errors(found):
        _stop(found, lang)
    if all(s.id != snapshot for s in content.ledger.snapshots):
        known = "、".join(s.id for s in content.ledger.snapshots) or "—"
        _stop([finding("snapshot-missing", Place(file), known=known)], lang)


@main.command()
@click.argument("snapshot", metavar="期号")
@_date
@_site
@_lang
def seal(snapshot: str, day: datetime, root: Path, lang: str) -> None:
    """封存已公布的一期：此后任何改动都会被发现 (freeze a published snapshot)."""
    from generator.publishing.sealing import seal as sealed

    with _alone(root, lang):
        content = read_content(root)
        _stop_on_faults(content, snapshot, lang)
        found = next(s for s in content.ledger.snapshots if s.id == snapshot)
        if found.seal:
            _say(
                lang, "%(snapshot)s 已于 %(date)s 封存，内容没有变化。",
                snapshot=snapshot, date=found.seal.date,
            )  # fmt: skip
            return
        place = f"content/{snapshot}/"
        faults = [f for f in check(content.ledger) if f.place.file.startswith(place)]
        if has_errors(faults):
            _stop(faults, lang)
        folder = root / "content" / snapshot
        sealing = sealed(folder, found, content.ledger.registry, day.date().isoformat())
        if sealing.findings:
            _stop(sealing.findings, lang)
        store_folder(folder / sealing.folder, sealing.names)
    _say(
        lang, "已封存 %(snapshot)s，记录存于 content/%(snapshot)s/sealed/。", snapshot=snapshot
    )  # fmt: skip


@main.command()
@click.argument("snapshot", metavar="期号")
@click.option("--task", "no", type=click.IntRange(1, 999_999), metavar="序号", help="哪一项任务")
@click.option("--field", metavar="列名", help="哪一列，如 progress；整行增删写 no")
@click.option("--to", metavar="文字", help="改成什么；省略则取 tasks.csv 现在的文字")
@click.option("--file", metavar="文件", help="更正的不是 tasks.csv 时，哪个文件，如 snapshot.yml")
@click.option("--reason", required=True, metavar="理由", help="为什么更正，会公开")
@_date
@_site
@_lang
def correct(
    snapshot: str, no: int | None, field: str | None, to: str | None, file: str | None,
    reason: str, day: datetime, root: Path, lang: str,
) -> None:  # fmt: skip
    """更正已封存的一期，记下日期、原文、新文和理由 (correct a sealed snapshot)."""
    from generator.publishing.sealing import Wanted
    from generator.publishing.sealing import correct as corrected

    folder = root / "content" / snapshot
    place = Place(f"content/{snapshot}")
    if (no is not None and field is not None) == (file is not None):
        _stop([finding("correct-what", place)], lang)
    if not SNAPSHOT_ID.fullmatch(snapshot) or not (folder / "tasks.csv").is_file():
        known = "、".join(s.id for s in read_content(root).ledger.snapshots) or "—"
        _stop([finding("snapshot-missing", place, known=known)], lang)
    registry, findings = _registry(root)
    if has_errors(findings):
        _stop(findings, lang)
    with _alone(root, lang):
        before, faults = read_seal(folder)
        if has_errors(faults):
            _stop(faults, lang)
        if before is None:
            _stop([finding("seal-none", place, snapshot=snapshot)], lang)
        if left := unfinished(folder, before):
            store(folder, left)
            _say(lang, "上次更正没有写完，已补上。请核对后再更正其他内容。")
            return
        wanted = Wanted(no or 0, str(field or file), to, reason, day.date().isoformat())
        sealing = corrected(folder, before, wanted, registry, _today())
        if has_errors(sealing.findings):
            _stop(sealing.findings, lang)
        store_folder(folder / sealing.folder, sealing.names)
        store(folder, sealing.files)
    _say(lang, "已更正，并重新封存；原来的封存记录仍然保留。")
    _print_findings(check_seal(folder, renewed) if (renewed := read_seal(folder)[0]) else (), lang)


@contextmanager
def _alone(root: Path, lang: str) -> Iterator[None]:
    """Nobody else may write into content/ at the same time; what a killed command left goes."""
    from generator.publishing.build import locked

    with locked(root / "build" / "content.lock") as free:
        if not free:
            _stop([finding("content-locked", Place("content"))], lang)
        clear(root / "content")
        yield


@main.command("check")
@_site
@_lang
def check_(root: Path, lang: str) -> None:
    """检查 content/ 中的数据 (check the data)."""
    _checked(root, lang)


@main.command()
@click.option(
    "--edition", "editions", multiple=True, type=click.Choice([e.value for e in Edition]),
    help="公开版 public、内部版 internal；省略则两版都生成",
)  # fmt: skip
@_site
@_lang
def build(editions: tuple[str, ...], root: Path, lang: str) -> None:
    """检查数据并生成网站到 site/public 和 site/internal (check and build the site)."""
    from generator.publishing.fingerprint import is_current

    wanted = [Edition(name) for name in dict.fromkeys(editions)] or list(Edition)
    chosen = [edition for edition in wanted if not is_current(root, edition)]
    if not chosen:
        _say(lang, "没有变化，沿用上次生成的网站。需要留意的事项可用 taizhang check 查看。")
        return
    # Where the public edition alone is asked for, no internal file is opened for its pages.
    content = _checked(root, lang, Edition.INTERNAL if Edition.INTERNAL in chosen else chosen[0])
    findings: list[Finding] = []
    with _side_by_side(len(chosen)) as executor:
        jobs = [
            executor.submit(
                _built, root, content.ledger if e is Edition.INTERNAL else None, lang, e
            )
            for e in chosen
        ]
        for job in jobs:
            findings += job.result()
    _print_findings(dict.fromkeys(findings), lang, stop=True)


def _built(root: Path, ledger: Ledger | None, lang: str, edition: Edition) -> tuple[Finding, ...]:
    """Build one edition, perhaps in a process of its own."""
    from generator.publishing.build import build_site

    if ledger is None:
        ledger = read_content(root, edition).ledger
    return build_site(root, ledger, _progress(lang), edition, os.cpu_count() or 1)


def _side_by_side(jobs: int) -> Executor:
    """A process for each of two editions where there are two processors, else one thread."""
    if jobs > 1 and (os.cpu_count() or 1) > 1 and "fork" in get_all_start_methods():
        return ProcessPoolExecutor(jobs, mp_context=get_context("fork"))
    return ThreadPoolExecutor(1)


@main.command()
@click.option(
    "--to", "target", type=click.Path(file_okay=False, path_type=Path), metavar="文件夹",
    help="发布到哪个文件夹；省略则为 site/published",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="只生成和检查，不发布")
@click.option(
    "--drop-archive", "dropped", multiple=True, metavar="期号",
    help="不再保留这一期首次公布时的页面（其中有依法须撤下的内容时用），可重复",
)  # fmt: skip
@click.option("--keep", type=click.IntRange(1), metavar="次数", help="只留最近几次发布；省略则全留")
@_date
@_site
@_lang
def publish(
    target: Path | None, dry_run: bool, dropped: tuple[str, ...], keep: int | None, day: datetime,
    root: Path, lang: str,
) -> None:  # fmt: skip
    """生成公开版，检查无误后一步切换 (build, check, then switch at once)."""
    from generator.publishing import release

    content = _checked(root, lang, Edition.PUBLIC)
    folder = target or root / "site" / "published"
    done = release.publish(
        root, content.ledger, folder, day.date().isoformat(), _progress(lang), dry_run=dry_run,
        without_archives=dropped, keep=keep or 0,
    )  # fmt: skip
    _print_findings(done.findings, lang, stop=True)
    if done.gone:
        _say(
            lang, "与上次发布相比，少了 %(n)d 个页面：%(pages)s", err=True, n=len(done.gone),
            pages="、".join(done.gone[:10]) + ("……" if len(done.gone) > 10 else ""),
        )  # fmt: skip
    if dry_run:
        _say(lang, "检查通过，没有发布（--dry-run）。")
        return
    _say(
        lang, "已发布 %(release)s：网站服务器请指向 %(folder)s。",
        release=done.release, folder=folder / release.CURRENT,
    )  # fmt: skip


@main.command()
@click.option(
    "--to", "target", type=click.Path(file_okay=False, path_type=Path), metavar="文件夹",
    help="发布所在的文件夹；省略则为 site/published",
)  # fmt: skip
@_site
@_lang
def rollback(target: Path | None, root: Path, lang: str) -> None:
    """退回上一次发布 (go back to the release before)."""
    from generator.publishing import release

    done = release.roll_back(root, target or root / "site" / "published")
    _print_findings(done.findings, lang, stop=True)
    _say(lang, "已恢复到上一次发布：%(release)s。", release=done.release)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="文件夹", default="site/public")
@click.option(
    "--signers", type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="公钥文件",
    help="从别处取得的 allowed_signers；给出时，签名必须与它相符",
)  # fmt: skip
@_lang
def verify(folder: Path, signers: Path | None, lang: str) -> None:
    """核对一份网站副本或封存的一期与公布时是否一字不差 (check a copy, or a sealed snapshot)."""
    from generator.publishing.manifest import verify as verified

    if (folder / "tasks.csv").is_file():
        before, faults = read_seal(folder)
        _print_findings(faults, lang, stop=True)
        if before is None:
            _stop([finding("seal-none", Place(str(folder)), snapshot=folder.name)], lang)
        _print_findings(check_seal(folder, before), lang, stop=True)
        _say(
            lang, "%(date)s 封存的 %(n)d 个文件，全部相符。", date=before.date, n=len(before.files)
        )
        return
    findings, number = verified(folder, signers)
    _print_findings(findings, lang, stop=True)
    _say(lang, "%(n)d 个文件，全部与公布时相符。", n=number)


@main.command()
@click.argument("before", metavar="前一期")
@click.argument("after", metavar="后一期")
@_site
@_lang
def compare(before: str, after: str, root: Path, lang: str) -> None:
    """对照两期：少了、多了、改了什么 (what moved between two snapshots)."""
    from generator.analysis.changes import compare as compared
    from generator.pages.change_lines import compared_lines

    content = read_content(root)
    for name in (before, after):
        _stop_on_faults(content, name, lang)
    found = {s.id: s for s in content.ledger.snapshots}
    changes = compared(analyse(found[before]), analyse(found[after]), content.ledger.registry)
    click.echo("\n".join(compared_lines(changes, language(LOCALE_OF[lang]))))


@main.command()
@click.option("--port", default=8000, show_default=True, help="端口")
@_site
@_lang
def serve(port: int, root: Path, lang: str) -> None:
    """本机预览，content/ 一有改动就重新生成 (live preview)."""
    from generator.publishing.preview import serve_site

    content = _checked(root, lang)
    _print_findings(serve_site(root, content.ledger, port), lang, stop=True)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="文件夹")
@click.option("--name", default="", metavar="市名", help="如 肇庆市，用作网站名称的开头")
@_lang
def new(folder: Path, name: str, lang: str) -> None:
    """新建一个城市的网站：设置、空的名录和下一步说明 (start another city's site)."""
    from generator.publishing.new_site import check_name, new_site

    findings = list(check_name(name))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        findings.append(finding("folder-not-empty", Place(str(folder))))
    if findings:
        _stop(findings, lang)
    store(folder, new_site(name))
    _say(
        lang, "已新建网站，存于 %(folder)s/。接下来做什么，见其中的 README.md；"
        "现在就可以用 taizhang build --site %(folder)s 生成一个空网站看看。",
        folder=folder,
    )  # fmt: skip


@main.command("build-all")
@click.argument("sites", nargs=-1, required=True, metavar="网站或其上级文件夹…")
@click.option("--to", "target", required=True, metavar="文件夹或地址", help="各网站和总览放在哪里")
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, metavar="个数",
    help="用几个进程同时生成",
)  # fmt: skip
@click.option("--cluster", metavar="tcp://主机:端口", help="改用 Dask 集群，写明调度器的地址")
@click.option(
    "--edition", default=Edition.PUBLIC.value, show_default=True,
    type=click.Choice([e.value for e in Edition]), help="公开版 public 或内部版 internal",
)  # fmt: skip
@click.option("--name", default="各地政府重点工作台账", show_default=True, help="总览的名称")
@_lang
def build_all(
    sites: tuple[str, ...], target: str, workers: int, cluster: str | None, edition: str,
    name: str, lang: str,
) -> None:  # fmt: skip
    """生成一个省乃至全国的网站，并附总览 (build many sites, and an overview).

    网站和目标可以是文件夹，也可以是 s3:// 等地址。没有改动的网站不再生成；
    有错的网站最后列出，不影响其他网站。
    """
    from generator.publishing import many_sites
    from generator.publishing.new_site import check_name
    from generator.publishing.overview import write_overview

    place, findings = many_sites.find_target(target)
    found, faults = many_sites.find_sites(sites)
    findings += (*faults, *check_name(name))
    if has_errors(findings):
        _stop(findings, lang)
    executor = _executor(workers, cluster, lang)
    window = _ON_A_CLUSTER if cluster else workers
    outcomes = many_sites.build_all(found, place, Edition(edition), executor, window)
    built = list(_watched(outcomes, len(found), lang))
    told = write_overview(built, place, name, Edition(edition))
    broken = sorted((one for one in built if not one.ok), key=lambda one: one.name)
    _print_findings([*(f for one in broken for f in one.findings), *told], lang)
    taken_over = sum(one.taken_over for one in built)
    _say(
        lang, "%(n)d个网站：新生成%(new)d个，没有改动、沿用的%(old)d个，没有生成的%(broken)d个。",
        n=len(built), new=len(built) - taken_over - len(broken), old=taken_over,
        broken=len(broken),
    )  # fmt: skip
    if broken:
        names = language(LOCALE_OF[lang]).say("、").join(one.name for one in broken)
        _say(lang, "没有生成的：%(names)s。改正后再运行一次，只生成这些。", err=True, names=names)
    if not has_errors(told):
        _say(lang, "总览：%(file)s", file=f"{place}/index.html")
    if broken or has_errors(told):
        sys.exit(1)


# So many sites are handed to a cluster at a time: enough for all its workers, and few
# enough to be remembered.
_ON_A_CLUSTER = 512


def _watched(outcomes: Iterable[SiteBuilt], number: int, lang: str) -> Iterator[SiteBuilt]:
    """The sites as they come: a bar on a terminal, else a line each."""
    say = language(LOCALE_OF[lang]).say
    if sys.stderr.isatty():
        label = say("正在生成网站")
        with click.progressbar(
            outcomes, length=number, label=label, file=sys.stderr, show_pos=True,
            item_show_func=lambda one: one.name if one else "",
        ) as bar:  # fmt: skip
            yield from bar
        return
    for one in outcomes:
        words = say("没有改动") if one.taken_over else say("已生成") if one.ok else say("没有生成")
        seconds = say("%(seconds)s秒", seconds=f"{one.seconds:.1f}")
        click.echo(f"· {one.name} {words} {seconds}")
        yield one


def _executor(
    workers: int, cluster: str | None, lang: str
) -> Callable[[], AbstractContextManager[Executor]]:
    """What the work is handed to: this process, processes beside it, or a cluster."""
    from generator.publishing.many_sites import InPlace, processes

    if cluster is None:
        return InPlace if workers == 1 else partial(processes, workers)
    connect = partial(_on_cluster, cluster)
    place = Place(f"--cluster {cluster}")
    try:
        with connect():
            return connect
    except ImportError:
        _stop([finding("cluster-library", place)], lang)
    except (OSError, ValueError) as fault:
        _stop([finding("cluster-unreachable", place, fault=fault)], lang)


@contextmanager
def _on_cluster(address: str) -> Iterator[Executor]:
    from distributed import Client

    with Client(address, timeout=_PATIENCE) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(1, timeout=_PATIENCE)
        # Pure would mean: the same call needn't be made twice; a site tried again must be.
        yield client.get_executor(pure=False)


# Seconds until a cluster's scheduler and a first worker have answered.
_PATIENCE = 15


def _checked(root: Path, lang: str, edition: Edition = Edition.INTERNAL) -> Content:
    """Read and check a site's content; prints every finding and stops on errors."""
    from generator.publishing.checking import check_content

    content = read_content(root, edition)
    findings = check_content(content)
    if has_errors(findings):
        _stop(findings, lang)
    _print_findings(findings, lang)
    tasks = sum(len(s.tasks) for s in content.ledger.snapshots)
    _say(
        lang, "已检查 %(snapshots)d 期、%(tasks)d 项任务。",
        snapshots=len(content.ledger.snapshots), tasks=tasks,
    )  # fmt: skip
    return content


def _registry(root: Path) -> tuple[Registry, list[Finding]]:
    path = root / "content" / "units.csv"
    if not path.is_file():
        return Registry(), [finding("file-missing", Place("content/units.csv"))]
    registry, findings = read_registry("content/units.csv", path.read_bytes())
    return registry, list(findings)


def _say(lang: str, message: str, *, err: bool = False, **values: object) -> None:
    """Print one of the interface's messages in the language asked for."""
    click.echo(language(LOCALE_OF[lang]).say(message, **values), err=err)


def _progress(lang: str) -> Callable[..., None]:
    def tell(message: str, **values: object) -> None:
        click.echo(f"· {language(LOCALE_OF[lang]).say(message, **values)}")

    return tell


def _stop(findings: Iterable[Finding], lang: str) -> NoReturn:
    _print_findings(findings, lang)
    sys.exit(1)


def _print_findings(findings: Iterable[Finding], lang: str, *, stop: bool = False) -> None:
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


def _print_differences(differences: Iterable[Difference], lang: str) -> None:
    for d in differences:
        _say(
            lang, "第 %(no)d 号 %(column)s：现为“%(kept)s”，文件为“%(document)s”", err=True,
            no=d.no, column=d.column, kept=d.kept, document=d.document,
        )  # fmt: skip
