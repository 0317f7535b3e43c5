"""`taizhang forms`: the forms that go out to the units."""

from __future__ import annotations

from pathlib import Path

from generator.desk.content import stop_on_faults
from generator.desk.telling import stop, tell
from generator.findings import Place, finding, has_errors
from generator.ledger.content import read_content
from generator.ledger.intake import store
from generator.ledger.model import SNAPSHOT_ID
from generator.ledger.registry import NameIndex
from generator.ledger.suggestions import nearest


def hand_out(
    snapshot: str, base: str, out: Path | None, units: tuple[str, ...], root: Path, lang: str
) -> None:
    """Write each unit's form for the next snapshot."""
    from generator.pages.form_files import form_docx, form_xlsx
    from generator.pages.forms import forms as made_for
    from generator.pages.forms import oversized

    if not SNAPSHOT_ID.fullmatch(snapshot):
        stop([finding("snapshot-name", Place(snapshot))], lang)
    content = read_content(root)
    stop_on_faults(content, base, lang)
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
        stop(findings, lang)
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
        stop(taken, lang)
    store(folder, files)
    tasks = sum(len(block.rows) for form in chosen for block in form.blocks)
    tell(
        lang, "已生成 %(forms)d 份填报表（%(tasks)d 项任务），Excel 和 Word 各一份，"
        "存于 %(folder)s/。",
        forms=len(chosen), tasks=tasks, folder=folder,
    )  # fmt: skip
