"""The files for download: tasks.json as DESIGN's contract has it, CSV, XLSX, the official form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from generator.analysis.changes import Changes
from generator.analysis.items import itemise, match_items
from generator.analysis.problems import states_problem
from generator.analysis.status import status_name
from generator.analysis.task_findings import SnapshotFindings, TaskFindings
from generator.ledger.model import Party, Registry, Snapshot, Task
from generator.pages import address
from generator.pages.change_json import changes_json
from generator.pages.data_package import Download, data_package
from generator.pages.official_excel import excel_form
from generator.pages.official_form import official_form
from generator.pages.official_word import word_form
from generator.pages.packing import zipped
from generator.pages.wording import Say
from generator.pages.workbooks import fitting, new_workbook

# The columns of the tables offered for download, in their order. They are part of
# the data and the same whatever the language of the interface.
_COLUMNS = (
    "编号", "序号", "章节", "任务", "责任单位", "单位依据", "单位编号", "配合单位", "责任人",
    "完成时限", "年内目标", "进展情况", "存在问题", "下一步措施", "写明存在问题", "单位自报完成率",
    "单位自报状态", "督查核实", "进度状态", "本站注", "地址",
)  # fmt: skip
# Those that only some documents have: they are left out where no task has any.
_WHERE_STATED = {
    "完成时限": "deadline", "下一步措施": "next_steps", "单位自报完成率": "reported_rate",
    "单位自报状态": "reported_status", "督查核实": "verified_status",
}  # fmt: skip
_BASIS = {"stated": "写明", "inferred": "推断", None: ""}
# What a spreadsheet would run as a formula (OWASP, "CSV Injection"), and the
# full-width forms that some of them accept.
_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
_OFFICE = "application/vnd.openxmlformats-officedocument."


def columns(snapshot: Snapshot, say: Say) -> dict[str, str]:
    """Column of the tables offered for download → what it holds, in words."""
    notes = (
        say("年份加序号，在同一年的各期中不变"),
        say("原文件的序号"),
        say("原文件的章节；没有分章则为空"),
        say("任务的标题；没有标题则为空"),
        say("责任单位或牵头单位，按原文件的写法；不明则为空"),
        say("写明：原文件写明；推断：本站推断"),
        say("本站的单位编号，在各期中不变"),
        say("按原文件的写法，以顿号隔开；末尾有“等”的，原名单未列全"),
        say("原文件写明的责任人"),
        say("原文件写明的完成时限"),
        say("目标任务的全文"),
        say("进展情况的全文"),
        say("存在问题的全文"),
        say("下一步措施的全文"),
        say("是或否"),
        say("责任单位自己报的完成率，按原文件的写法"),
        say("责任单位自己报的状态，按原文件的写法"),
        say("督查部门核实的状态"),
        say("按公布的规则由原文数字得出；不能判断的为未量化"),
        say("本站的公开说明"),
        say("任务在本站的地址"),
    )
    described = dict(zip(_COLUMNS, notes, strict=True))
    return {name: described[name] for name in _columns_of(snapshot)}


def _columns_of(snapshot: Snapshot) -> list[str]:
    """The columns for a snapshot's tasks; withheld ones state nothing."""
    stated = [task for task in snapshot.tasks if not task.withheld]
    return [
        name
        for name in _COLUMNS
        if name not in _WHERE_STATED or any(getattr(t, _WHERE_STATED[name]) for t in stated)
    ]


def downloads(
    found: SnapshotFindings, registry: Registry, say: Say, *, with_audit: bool,
    units: Sequence[tuple[str, bytes]] = (), changes: Changes | None = None,
    pdf: bytes | None = None,
) -> tuple[Download, ...]:  # fmt: skip
    """The files that a snapshot's data page offers; the audit where the site says so.

    Args:
        found: the snapshot and what was found in it.
        registry: the units that its tasks name.
        say: the interface's words.
        with_audit: whether the recomputed numbers are public.
        units: (path below data/, content) of the units' own tables, for the archive.
        changes: what moved since the snapshot before, if there is one.
        pdf: the official form as PDF, if there is one.
    """
    snapshot = found.snapshot
    table = task_table(snapshot, found, registry)
    form = official_form(snapshot, registry)
    official = [
        Download(
            f"{snapshot.id}.docx", word_form(form), _OFFICE + "wordprocessingml.document",
            say("原文件表格形式，Word 文档，A4横向"),
        ),
        Download(
            f"{snapshot.id}.xlsx", excel_form(form, snapshot.id), _OFFICE + "spreadsheetml.sheet",
            say("原文件表格形式，Excel 工作簿，A4横向"),
        ),
    ]  # fmt: skip
    if pdf is not None:
        note = say("原文件表格形式，A4横向，供打印")
        official.append(Download(f"{snapshot.id}.pdf", pdf, "application/pdf", note))
    tables = [
        Download(
            "tasks.json", tasks_json(found, registry), "application/json",
            say("全部任务，供程序读取"),
        ),
        Download(
            "tasks.csv", csv_bytes(table), "text/csv",
            say("全部任务，UTF-8 编码，可用表格软件打开"),
        ),
        Download(
            "tasks.xlsx", xlsx_bytes(snapshot, table), _OFFICE + "spreadsheetml.sheet",
            say("全部任务，Excel 工作簿"),
        ),
        Download(
            "figures.json", figures_json(found), "application/json",
            say("从原文提取的完成率和指标，附原文"),
        ),
    ]  # fmt: skip
    if with_audit:
        tables.append(
            Download("audit.json", audit_json(found), "application/json", say("原文数字的核对"))
        )
    if changes:
        tables.append(
            Download(
                "changes.json", changes_json(changes), "application/json", say("与上期相比的变化")
            )
        )
    described = [file for file in tables if not file.name.endswith(".xlsx")]
    package = Download(
        "datapackage.json", data_package(snapshot, described, columns(snapshot, say)),
        "application/json", say("数据包说明（Data Package）：各文件、字段和校验值"),
    )  # fmt: skip
    offered = (*official, *tables, package)
    everything = [(file.name, file.data) for file in offered] + list(units)
    archive = zipped((f"{snapshot.id}/{name}", data) for name, data in sorted(everything))
    note = say("以上全部文件和各单位的表格，打包下载")
    return (*offered, Download(f"{snapshot.id}.zip", archive, "application/zip", note))


def tasks_json(found: SnapshotFindings, registry: Registry) -> bytes:
    """tasks.json: a list, one object a task, in order of ``no`` (DESIGN)."""
    return _json([task_record(found.snapshot, task, registry) for task in found])


def figures_json(found: SnapshotFindings) -> bytes:
    """figures.json: every completion and measure with its quotes and offsets (DESIGN)."""
    completions = [
        {
            "task": task.task.id, "percent": c.percent, "scope": c.scope.value, "quote": c.quote,
            "field": "progress", "start": c.start, "end": c.end,
            "review": c.review.value if c.review else None,
        }
        for task in found
        for c in task.completions
    ]  # fmt: skip
    measures = [
        {
            "task": task.task.id, "name": m.name, "direction": m.direction.value,
            "target": [m.target, m.target_high] if m.direction == "range" else m.target,
            "target_unit": m.target_unit, "actual": m.actual, "actual_unit": m.actual_unit,
            "goal_quote": m.goal_quote, "progress_quote": m.progress_quote,
            "goal_start": m.goal_span[0], "progress_start": m.progress_span[0],
            "review": m.review.value if m.review else None,
        }
        for task in found
        for m in task.measures
    ]  # fmt: skip
    return _json({"completions": completions, "measures": measures})


def audit_json(found: SnapshotFindings) -> bytes:
    """audit.json: stated numbers recomputed from the others of their row (DESIGN)."""
    claims = [
        {
            "task": task.task.id, "claim": c.claim, "formula": c.formula, "stated": c.stated,
            "computed": c.computed, "verdict": c.verdict.value, "field": c.field,
            "start": c.start, "end": c.end,
        }
        for task in found
        for c in task.audit
    ]  # fmt: skip
    return _json(claims)


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def task_record(snapshot: Snapshot, found: TaskFindings, registry: Registry) -> dict[str, Any]:
    """One task as the contract has it; what isn't stated is null."""
    task = found.task
    unit = registry.by_id.get(task.unit)
    cells = {"goal": task.goal, "progress": task.progress, "problems": task.problems}
    matched = match_items(task.goal, task.progress, task.problems)
    return {
        "id": task.id,
        "no": task.no,
        "unit": unit.id if unit else None,
        "unit_name": task.unit_text or (unit.name if unit else None),
        "unit_basis": task.basis.value if task.basis else None,
        "head": task.head or None,
        "partners": [p.unit for p in task.partners if p.unit in registry.by_id],
        "partner_names": [_name(p, registry) for p in task.partners],
        "partners_open": task.open_list,
        "section": task.section or None,
        "title": task.title or None,
        "deadline": task.deadline or None,
        "goal": task.goal,
        "progress": task.progress or None,
        "problems": task.problems or None,
        "next_steps": task.next_steps or None,
        "has_problem": None if task.held_back else states_problem(task.problems),
        "item_counts": {name: len(itemise(text).items) for name, text in cells.items()},
        "items": [
            {
                "no": item.no,
                "goal": item.goal or None,
                "progress": item.progress or None,
                "problem": item.problem or None,
            }
            for item in matched
        ],
        "status": None
        if task.held_back
        else {
            "value": found.judgement.status.value,
            "rule": found.judgement.rule,
            "evidence": list(found.judgement.quotes),
        },
        "reported_status": task.reported_status or None,
        "verified_status": task.verified_status or None,
        "obstacles": [{"class": o.kind, "quote": o.quote} for o in found.obstacles],
        "note": task.note or None,
        "withheld": task.withheld or None,
        "corrections": [
            {"date": c.date, "field": c.field, "old": c.old, "new": c.new, "reason": c.reason}
            for c in snapshot.corrections
            if c.no == task.no
        ],
        "url": address.task(snapshot, task, registry),
    } | _aside(task)


def _aside(task: Task) -> dict[str, Any]:
    """What only the internal edition knows of a task."""
    if task.aside is None:
        return {}
    return {
        "internal": {
            "contact": task.aside.contact or None, "note": task.aside.note or None,
            "next_steps": task.aside.next_steps or None,
        }
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A table for download; of its cells the column 序号 holds numbers, the others text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


def task_table(snapshot: Snapshot, tasks: Iterable[TaskFindings], registry: Registry) -> Table:
    """Tasks as a table with the snapshot's ``columns``."""
    columns = _columns_of(snapshot)
    chosen = [_COLUMNS.index(name) for name in columns]
    rows = (tuple(row[i] for i in chosen) for row in _task_rows(snapshot, tasks, registry))
    return Table(tuple(columns), tuple(rows))


def _task_rows(
    snapshot: Snapshot, tasks: Iterable[TaskFindings], registry: Registry
) -> list[tuple[str | int, ...]]:
    """A row a task, with all columns."""
    return [
        (
            task.id, task.no, task.section, task.title, _lead(task, registry),
            _BASIS[task.basis], task.unit,
            "、".join(_name(p, registry) for p in task.partners) + ("等" if task.open_list else ""),
            task.head, task.deadline, task.goal, task.progress, task.problems, task.next_steps,
            "是" if states_problem(task.problems) else "否",
            task.reported_rate, task.reported_status, task.verified_status,
            status_name(found.judgement.status) if task.progress else "", task.note,
            address.task(snapshot, task, registry),
        )
        for found in tasks
        for task in (found.task,)
    ]  # fmt: skip


def csv_bytes(table: Table) -> bytes:
    """CSV that Excel opens as UTF-8 (BOM) and that runs no formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow(inert(cell) if isinstance(cell, str) else cell for cell in row)
    return stream.getvalue().encode("utf-8-sig")


def xlsx_bytes(snapshot: Snapshot, table: Table) -> bytes:
    """A workbook with one sheet: heading row frozen, text wrapped, no formulas, no links."""
    stream = io.BytesIO()
    with new_workbook(stream, snapshot.title) as book:
        sheet = book.add_worksheet(snapshot.id)
        bold = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, table.columns, bold)
        for line, row in enumerate(table.rows, start=1):
            sheet.write_row(line, 0, (fitting(c) if isinstance(c, str) else c for c in row))
        for column in range(len(table.columns)):
            longest = max((len(str(row[column])) for row in table.rows), default=0)
            sheet.set_column(column, column, max(8, min(48, longest * 2)), wrapped)
        sheet.freeze_panes(1, 2)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
    return stream.getvalue()


def _lead(task: Task, registry: Registry) -> str:
    return task.unit_text or _name(Party(task.unit, ""), registry)


def _name(party: Party, registry: Registry) -> str:
    unit = registry.by_id.get(party.unit)
    return party.text or (unit.name if unit else "")


def inert(cell: str) -> str:
    """A text that no spreadsheet runs when it reads it from CSV."""
    # Apostrophes in front of such a sign get one more, so that taking one off gives the text.
    return "'" + cell if cell.lstrip("'").startswith(_FORMULA_STARTS) else cell
