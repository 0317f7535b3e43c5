"""`taizhang import`: documents into content/, one for a whole snapshot or many from the units."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from generator.catalogues import language
from generator.desk.content import alone, registry_of, stop_on_faults
from generator.desk.telling import print_differences, print_findings, stop, tell
from generator.findings import LOCALE_OF, Finding, Place, disk_fault, finding, has_errors
from generator.importing.columns import read_mapping, unknown_headings
from generator.importing.document import Document, Reading
from generator.importing.explanation import explained
from generator.importing.form_mark import form_mark
from generator.importing.inbox import gather
from generator.importing.readers import read_document, read_tasks
from generator.importing.signature import signature
from generator.ledger.collating import Handed, collate, expected_from
from generator.ledger.content import Content, read_content
from generator.ledger.intake import Intake, prepare, store
from generator.ledger.model import SNAPSHOT_ID
from generator.ledger.roll_call import told
from generator.ledger.seals import read_seal

# A file of so many bytes takes a second or more to be read.
_LARGE = 200_000


def take_in(
    files: tuple[Path, ...], snapshot: str | None, kind: str | None, settings: tuple[str, ...],
    explain: bool, annotate: Path | None, update: bool, base: str | None, skip_faulty: bool,
    root: Path, lang: str,
) -> None:  # fmt: skip
    """Read documents into content/, or only show what would be read."""
    if not explain and not SNAPSHOT_ID.fullmatch(snapshot or ""):
        stop([finding("snapshot-name", Place(f"--snapshot {snapshot or ''}".strip()))], lang)
    mapping, findings = read_mapping(settings)
    paths, passed_over = gather(files)
    if has_errors(passed_over):
        stop(passed_over, lang)
    if annotate and len(paths) != 1:
        stop([finding("annotate-one", Place("--annotate"), n=len(paths))], lang)
    with _reading(paths, lang) as read:
        handed = [_handed(path, kind, mapping) for path in read]
    findings += unknown_headings(settings, [(h.document, h.reading) for h in handed])
    if annotate:
        _annotate(annotate, handed[0].document, handed[0].reading, lang)
    if explain:
        _explain(handed, mapping, findings, lang)
        return
    if findings:
        stop([*findings, *(f for h in handed for f in h.reading.findings)], lang)
    folder = root / "content" / str(snapshot)
    ledger = read_content(root)
    single = len(handed) == 1 and not files[0].is_dir() and not base
    if (
        single
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
    print_findings(told, lang, stop=True)


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
        stop_on_faults(content, base, lang)
    found = {s.id: s for s in ledger.snapshots}
    compared = found[base] if base else expected_from(ledger, snapshot)
    present = {task.no: task.unit for task in found[snapshot].tasks} if snapshot in found else {}
    registry, findings = registry_of(folder.parent.parent)
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
    print_findings(findings, lang)
    if intake.differences and not stopped and not update:
        print_differences(intake.differences, lang)
    click.echo("\n".join(told(collation.roll, lang)))
    if stopped or not collation.documents:
        tell(
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
        tell(
            lang, "本期尚未收齐，先存为草稿，不公开；迟报的收到后再导入即可。决定先行公开的，"
            "把 content/%(snapshot)s/snapshot.yml 中的 status: draft 改为 status: published。",
            snapshot=snapshot,
        )  # fmt: skip
    else:
        tell(
            lang, "本期已经收齐，仍是草稿，尚未公开；核对无误后，把 "
            "content/%(snapshot)s/snapshot.yml 中的 status: draft "
            "改为 status: published，即可公开。",
            snapshot=snapshot,
        )  # fmt: skip


def _annotate(target: Path, document: Document, reading: Reading, lang: str) -> None:
    """Write the workbook with its findings in its cells; never over a file that is there."""
    from generator.importing.annotation import annotated

    if not document.rows or signature(document.data) != ".xlsx":
        stop([*reading.findings, finding("annotate-format", Place(document.name))], lang)
    if target.exists():
        stop([finding("annotate-exists", Place(str(target)))], lang)
    target.write_bytes(annotated(document.data, reading.findings, lang))
    tell(lang, "标注后的工作簿已存为 %(file)s。", file=target)


def _take_in(
    folder: Path, document: Document, reading: Reading, root: Path, lang: str, *, update: bool
) -> None:
    """Store a reading as a snapshot, unless it has errors or differs from what is there."""
    registry, findings = registry_of(root)
    if not reading.tasks and has_errors(reading.findings):
        stop([*findings, *reading.findings], lang)
    intake = prepare(folder, [document], reading, registry)
    findings += intake.findings
    if has_errors(findings):
        stop(findings, lang)
    print_findings(findings, lang)
    if intake.differences and not update:
        print_differences(intake.differences, lang)
    _write(folder, intake, len(reading.tasks), lang, update=update)


def _write(folder: Path, intake: Intake, tasks: int, lang: str, *, update: bool) -> None:
    """Write what an import found, unless content/ says otherwise and nobody decided."""
    sealed, _ = read_seal(folder)
    if sealed and (intake.files or intake.differences):
        place = Place(f"content/{folder.name}")
        stop([finding("sealed-import", place, snapshot=folder.name, date=sealed.date)], lang)
    if intake.differences and not update:
        tell(
            lang, "content/%(snapshot)s 中有 %(number)d 处与文件不同，未作任何改动。"
            "确认以文件为准时，请加 --update。",
            err=True, snapshot=folder.name, number=len(intake.differences),
        )  # fmt: skip
        sys.exit(1)
    if not intake.files:
        tell(
            lang, "%(tasks)d 项任务与 content/%(snapshot)s/ 中的一致，没有改动。",
            tasks=tasks, snapshot=folder.name,
        )  # fmt: skip
        return
    with alone(folder.parent.parent, lang):
        store(folder, intake.files)
    tell(
        lang, "已读入 %(tasks)d 项任务，存于 content/%(snapshot)s/。",
        tasks=tasks, snapshot=folder.name,
    )  # fmt: skip
