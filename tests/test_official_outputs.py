"""The official form in Word and Excel, the Data Package and the archive, as the site offers them."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import docx
import openpyxl
import pytest
from conftest import REPOSITORY, Site, build, write_site
from docx.oxml.ns import qn

from generator.ledger.content import read_content
from generator.ledger.model import Basis, Registry, Snapshot, Task
from generator.pages.official_excel import excel_form
from generator.pages.official_form import Role, official_form
from generator.pages.official_word import word_form

SNAPSHOTS = ("2014", "2017H1")


@pytest.fixture(scope="module")
def snapshots() -> dict[str, Snapshot]:
    return {s.id: s for s in read_content(REPOSITORY).ledger.snapshots}


def frictionless(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "datapackage.json"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_the_data_package_is_valid(real_site: Site, tmp_path: Path, snapshot: str) -> None:
    data = real_site.public / snapshot / "data"
    report = frictionless(data)
    described = json.loads((data / "datapackage.json").read_text("utf-8"))["resources"]
    assert report.returncode == 0, report.stdout
    assert report.stdout.count("VALID") == len(described) >= 3
    shutil.unpack_archive(data / f"{snapshot}.zip", tmp_path)
    assert frictionless(tmp_path / snapshot).returncode == 0
    table = tmp_path / snapshot / "tasks.csv"
    table.write_bytes(table.read_bytes().replace("写明".encode(), "听说".encode(), 1))
    report = frictionless(tmp_path / snapshot)
    assert report.returncode == 1 and "INVALID" in report.stdout


@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_the_archive_holds_every_file_of_the_data_page(real_site: Site, snapshot: str) -> None:
    data = real_site.public / snapshot / "data"
    with zipfile.ZipFile(data / f"{snapshot}.zip") as archive:
        members = {e.filename: archive.read(e) for e in archive.infolist()}
        assert {e.date_time for e in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert list(members) == sorted(members)
    files = {
        f"{snapshot}/{p.relative_to(data).as_posix()}": p.read_bytes()
        for p in data.rglob("*")
        if p.is_file() and p.suffix != ".zip"
    }
    assert members == files


def test_the_data_package_describes_every_column(real_site: Site) -> None:
    package = json.loads((real_site.public / "2017H1/data/datapackage.json").read_text("utf-8"))
    assert package["title"] == "2017年市政府重点工作落实情况表（上半年）"
    assert "licenses" not in package
    (source,) = package["sources"]
    assert source["title"] == "2017H1-status-table.txt" and source["hash"].startswith("sha256:387c")
    resources = {r["name"]: r for r in package["resources"]}
    assert set(resources) == {"tasks", "tasks-json", "figures-json", "changes-json"}
    schema = resources["tasks"]["schema"]
    assert schema["primaryKey"] == ["编号"] and all(f["description"] for f in schema["fields"])


def test_the_word_form_is_laid_out_as_the_official_one(snapshots: dict[str, Snapshot]) -> None:
    for snapshot in snapshots.values():
        form = official_form(snapshot, Registry())
        document = docx.Document(io.BytesIO(word_form(form)))
        (section,) = document.sections
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
        assert "PAGE" in section.footer._element.xml
        assert document.paragraphs[0].text == snapshot.title
        assert document.core_properties.language == "zh-CN"
        (table,) = document.tables
        rows = table._tbl.findall(qn("w:tr"))
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert len(rows) == len(form.lines) + 1
        for row, line in zip(rows[1:], form.lines, strict=True):
            texts = ["".join(t.text for t in c.iter(qn("w:t"))) for c in row.findall(qn("w:tc"))]
            assert tuple(texts) == line.cells
            assert len(texts) == (4 if line.role is Role.TASK else 1)


def test_the_excel_form_is_laid_out_as_the_official_one(snapshots: dict[str, Snapshot]) -> None:
    for snapshot in snapshots.values():
        form = official_form(snapshot, Registry())
        book = openpyxl.load_workbook(io.BytesIO(excel_form(form, snapshot.id)))
        (sheet,) = book.worksheets
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
        assert sheet.print_title_rows == "$2:$2"
        assert sheet["A1"].value == snapshot.title
        assert [c.value for c in sheet[2]] == list(form.columns)
        merged = {r.min_row for r in sheet.merged_cells.ranges}
        for number, line in enumerate(form.lines, start=3):
            values = [str(c.value or "") for c in sheet[number]][: len(line.cells)]
            assert tuple(values) == line.cells
            assert (number in merged) == (line.role is not Role.TASK)
            assert all(c.data_type != "f" and c.hyperlink is None for c in sheet[number])


def test_the_form_tells_gaps_and_what_it_doesnt_know(snapshots: dict[str, Snapshot]) -> None:
    registry = read_content(REPOSITORY).ledger.registry
    form = official_form(snapshots["2017H1"], registry)
    notes = [line.cells[0] for line in form.lines if line.role is Role.NOTE]
    assert len(notes) == len(snapshots["2017H1"].missing_numbers)
    assert all("原文件缺页" in note for note in notes)
    headings = [line.cells[0] for line in form.lines if line.role is Role.HEADING]
    assert "责任单位：市经济信息化局（推断）　责任人：不明" in headings
    inferred = [h for h in headings if "（推断）" in h]
    assert len(inferred) == len(
        {t.unit for t in snapshots["2017H1"].tasks if t.basis is Basis.INFERRED}
    )


def test_next_steps_have_a_column_only_where_some_task_has_them(
    snapshots: dict[str, Snapshot],
) -> None:
    snapshot = snapshots["2017H1"]
    assert official_form(snapshot, Registry()).columns[-1] == "存在问题"
    first, *others = snapshot.tasks
    secret = replace(first, withheld="涉及商业秘密", next_steps="密。")
    form = official_form(replace(snapshot, tasks=(secret, *others)), Registry())
    assert form.columns[-1] == "存在问题"
    stepped = replace(first, next_steps="抓紧办理。")
    form = official_form(replace(snapshot, tasks=(stepped, *others)), Registry())
    assert form.columns[-1] == "下一步措施" and sum(form.widths) == 100
    rows = [line.cells for line in form.lines if line.role is Role.TASK]
    assert rows[0][-1] == "抓紧办理。" and {len(cells) for cells in rows} == {5}
    assert rows[1][-1] == ""


def test_rare_columns_are_offered_and_described_where_some_task_has_them(tmp_path: Path) -> None:
    plain = {"no": "1", "unit": "a", "unit_text": "市甲局", "goal": "甲。", "progress": "乙。"}
    stated = {**plain, "next_steps": "丙。", "reported_status": "达序", "verified_status": "滞后"}
    for name, task in (("2020H1", plain), ("2020H2", stated)):
        write_site(tmp_path, [task], name=name)
    site = build(tmp_path)
    folders = [site.public / name / "data" for name in ("2020H1", "2020H2")]
    tables = [(f / "tasks.csv").read_text("utf-8-sig").splitlines()[0].split(",") for f in folders]
    more = ["下一步措施", "单位自报状态", "督查核实"]
    assert [name for name in tables[1] if name not in tables[0]] == more
    for folder, names in zip(folders, tables, strict=True):
        assert frictionless(folder).returncode == 0
        package = json.loads((folder / "datapackage.json").read_text("utf-8"))
        (table,) = (r for r in package["resources"] if r["name"] == "tasks")
        assert [field["name"] for field in table["schema"]["fields"]] == names
        sheet = openpyxl.load_workbook(folder / "tasks.xlsx").active
        assert [cell.value for cell in sheet[1]] == names
        unit = next((folder / "units").glob("*.csv")).read_text("utf-8-sig")
        assert unit.splitlines()[0].split(",") == names
    pages = [
        (site.public / name / "table.html").read_text("utf-8") for name in ("2020H1", "2020H2")
    ]
    assert ["下一步措施" in page for page in pages] == [False, True]


def test_of_a_withheld_task_the_form_says_only_why(snapshots: dict[str, Snapshot]) -> None:
    snapshot = snapshots["2017H1"]
    first, *others = snapshot.tasks
    hidden = Task(first.year, first.no, first.place, withheld="涉及商业秘密")
    form = official_form(replace(snapshot, tasks=(hidden, *others)), Registry())
    assert form.lines[0].cells == ("第1号：暂不公开。原因：涉及商业秘密",)
    assert first.goal not in {cell for line in form.lines for cell in line.cells}


def test_forms_are_the_same_bytes_and_take_time_in_proportion(
    snapshots: dict[str, Snapshot],
) -> None:
    snapshot = snapshots["2017H1"]
    tasks = snapshot.tasks
    many = replace(
        snapshot, tasks=tuple(replace(tasks[n % len(tasks)], no=n + 1) for n in range(5000))
    )
    form, large = official_form(snapshot, Registry()), official_form(many, Registry())
    for write in (word_form, lambda form: excel_form(form, "x")):
        assert write(form) == write(form)
        start = perf_counter()
        write(large)
        assert perf_counter() - start < 12  # under a second here; time squared takes minutes


def test_a_text_too_long_for_excel_is_cut_and_says_so(snapshots: dict[str, Snapshot]) -> None:
    snapshot = snapshots["2017H1"]
    task = replace(snapshot.tasks[0], goal="甲" * 40_000, progress="𠮷" * 20_000)
    form = official_form(replace(snapshot, tasks=(task,)), Registry())
    sheet = openpyxl.load_workbook(io.BytesIO(excel_form(form, "x"))).active
    for column in (2, 3):
        text = str(sheet.cell(4, column).value)
        assert text.endswith("……（全文见数据文件）")
        assert 32_760 < len(text.encode("utf-16-le")) // 2 <= 32_767
    assert "甲" * 40_000 in docx.Document(io.BytesIO(word_form(form))).tables[0].cell(2, 1).text
