"""Published is published: a sealed snapshot can't change unnoticed, and is corrected in the open."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import write_site
from demo_site import CORRECTED, REASON, copy_demo, done, seal_demo, taizhang
from killing import killed

from generator.findings import has_errors
from generator.ledger.content import read_content
from generator.ledger.model import Edition
from generator.ledger.seals import cells_by_number, check_seal, read_seal
from generator.publishing.build import locked, read_manuscript
from generator.publishing.settings import read_settings
from generator.publishing.survey import survey

CORRECTION = ("correct", "2020H2", "--task", 7, "--field", "progress", "--to", "已完成122公里。",
              "--reason", "核实")  # fmt: skip


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_demo(tmp_path_factory.mktemp("sealed"))
    seal_demo(root)
    return root


@pytest.fixture
def root(sealed: Path, tmp_path: Path) -> Path:
    shutil.copytree(sealed, tmp_path / "site")
    return tmp_path / "site"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new), "utf-8")


def contents(root: Path) -> dict[str, bytes]:
    """What is below content/: what nothing but a clerk and a correction may change."""
    folder = root / "content"
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def codes(root: Path) -> list[str]:
    return [f.code for f in read_content(root).findings if f.code.startswith(("seal", "sealed"))]


def test_any_byte_of_any_sealed_file_is_missed(root: Path) -> None:
    """Every sealed file, every copy and every record of a seal, at places chosen by chance."""
    folder = root / "content" / "2020H1"
    chance = random.Random(2020)
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "internal.csv")
    in_force = {p.name for p in files} & {"tasks.csv", "snapshot.yml", "corrections.csv"}
    assert len(files) >= 8 and len(in_force) == 3
    for path in files:
        kept = path.read_bytes()
        for place in {0, len(kept) - 1, *(chance.randrange(len(kept)) for _ in range(6))}:
            changed = bytearray(kept)
            changed[place] ^= 1 << chance.randrange(7)
            path.write_bytes(changed)
            result = taizhang("verify", folder)
            assert result.exit_code == 1, (path, place, bytes(changed[place - 5 : place + 5]))
        path.write_bytes(kept)
    assert "全部相符" in done("verify", folder)


def test_a_changed_cell_is_told_with_its_old_and_new_words_and_the_way_out(root: Path) -> None:
    edit(root / "content/2020H2/tasks.csv", "已完成124公里", "已完成142公里")
    result = taizhang("build", "--site", root)
    assert result.exit_code == 1 and not (root / "site").exists()
    assert "第 7 号任务的 progress" in result.output
    assert "已完成124公里" in result.output and "已完成142公里" in result.output
    assert "taizhang correct 2020H2 --task 7 --field progress" in result.output


def test_a_file_saved_in_another_way_is_told_apart_from_changed_words(root: Path) -> None:
    path = root / "content/2020H2/tasks.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert codes(root) == ["sealed-bytes"]
    shutil.copy(root / "content/2020H2/sealed/1/tasks.csv", path)
    assert codes(root) == []


def test_files_that_go_or_come_after_sealing_are_found(root: Path) -> None:
    folder = root / "content/2020H2"
    (folder / "reviews.csv").write_text("task,quote,decision,value,role,date,note\n", "utf-8")
    assert codes(root) == ["sealed-added"]
    (folder / "reviews.csv").unlink()
    (folder / "snapshot.yml").rename(folder / "snapshot.bak")
    assert "file-missing" in [f.code for f in read_content(root).findings]


def test_a_correction_records_date_old_new_and_reason_and_renews_the_seal(root: Path) -> None:
    folder = root / "content/2020H1"
    text = (folder / "corrections.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows == [
        {"date": "2022-02-08", "task": "7", "field": "progress",
         "old": "已完成66公里，占年度任务的55%。", "new": CORRECTED, "reason": REASON}
    ]  # fmt: skip
    first, second = (
        json.loads((folder / f"sealed/{n}/seal.json").read_text("utf-8")) for n in (1, 2)
    )
    assert (first["number"], second["number"]) == (1, 2)
    assert first["published"] != second["published"] and second["date"] == "2022-02-08"
    assert "已完成66公里" in (folder / "sealed/1/tasks.csv").read_text("utf-8")
    assert CORRECTED in (folder / "tasks.csv").read_text("utf-8")


def test_what_was_edited_first_is_corrected_afterwards_one_cell_at_a_time(root: Path) -> None:
    folder = root / "content/2020H2"
    edit(folder / "tasks.csv", "已完成124公里", "已完成122公里")
    edit(folder / "tasks.csv", "截至12月底，覆盖率为85.6%", "截至12月底，覆盖率为85.1%")
    assert codes(root) == ["sealed-cell", "sealed-cell"]
    output = done("correct", "2020H2", "--task", 7, "--field", "progress",
                  "--reason", "核实", "--site", root, "--date", "2022-03-01")  # fmt: skip
    assert "第 6 号任务的 progress" in output  # what is left to correct is said
    assert codes(root) == ["sealed-cell"]
    done("correct", "2020H2", "--task", 6, "--field", "progress", "--reason", "核实",
         "--site", root, "--date", "2022-03-02")  # fmt: skip
    assert codes(root) == []
    seal, findings = read_seal(folder)
    assert seal is not None and seal.number == 3 and not findings
    assert not list(check_seal(folder, seal))


def test_rows_that_turn_up_later_and_other_files_are_corrected_too(root: Path) -> None:
    folder = root / "content/2020H2"
    with (folder / "tasks.csv").open("a", encoding="utf-8") as stream:
        stream.write("20,,,fagai,市发展改革局,stated,,,周立言,,,补报的任务。,已办结。,,,,,,,\n")
    done("correct", "2020H2", "--task", 20, "--field", "no", "--reason", "缺页找到",
         "--site", root)  # fmt: skip
    edit(folder / "snapshot.yml", "（下半年）\nkind", "（全年）\nkind")
    assert codes(root) == ["sealed-file"]
    done("correct", "2020H2", "--file", "snapshot.yml", "--reason", "题名有误", "--site", root)
    assert codes(root) == []
    last = read_content(root).ledger.snapshots[3].corrections[-1]
    assert (last.no, last.field, len(last.old), len(last.new)) == (0, "snapshot.yml", 64, 64)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2020H1", "--task", "7", "--field", "progres", "--reason", "x"], "progress"),
        (["2020H1", "--task", "7", "--field", "goal", "--reason", "x"], "相同"),
        (["2020H1", "--task", "700", "--field", "goal", "--to", "新", "--reason", "x"], "没有第 700 号"),
        (["2020H1", "--task", "7", "--field", "goal", "--to", "新", "--reason", " "], "理由"),
        (["2020H1", "--task", "7", "--field", "goal", "--to", "a\x00b", "--reason", "x"], "--to"),
        (["2020H1", "--task", "7", "--reason", "x"], "没有说明更正什么"),
        (["2020H1", "--file", "tasks.csv", "--reason", "x"], "逐格"),
        (["2020H1", "--file", "../units.csv", "--reason", "x"], "不是封存的文件"),
        (["2020H1", "--file", "source/../../units.csv", "--reason", "x"], "不是封存的文件"),
        (["2020H1", "--file", "sealed/1/seal.json", "--reason", "x"], "不是封存的文件"),
        (["2020H1", "--task", "7", "--field", "goal", "--to", "新", "--reason", "x", "--date", "2022-02-07"], "2022-02-08"),
        (["2020H1", "--task", "7", "--field", "goal", "--to", "新", "--reason", "x", "--date", "2999-01-01"], "2999-01-01"),
        (["2020H1", "--task", "7", "--field", "goal", "--to", "新\n行", "--reason", "x"], "--to"),
        (["2020H1", "--task", "7", "--field", "goal", "--to", "新", "--reason", "a\x00b"], "--reason"),
        (["2020H1", "--task", "7", "--field", "unit", "--to", "wurenzhi", "--reason", "x"], "wurenzhi"),
        (["2020H1", "--file", "snapshot.yml", "--reason", "x"], "相同"),
        (["2021H2", "--task", "7", "--field", "goal", "--to", "新", "--reason", "x"], "没有封存"),
        (["1999H1", "--task", "7", "--field", "goal", "--to", "新", "--reason", "x"], "2020H1"),
        (["../2020H1", "--task", "7", "--field", "goal", "--to", "新", "--reason", "x"], "2020H1"),
    ],
)  # fmt: skip
def test_a_wrong_correction_is_refused_and_changes_nothing(
    sealed: Path, arguments: list[str], said: str
) -> None:
    before = contents(sealed)
    result = taizhang("correct", *arguments, "--site", sealed)
    assert result.exit_code == 1 and said in result.output, result.output
    assert contents(sealed) == before


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: data.replace(b",", b";"), "no;section"),  # as a spreadsheet may save it
        (lambda data: data.replace(b"\n8,", b'\n8,"'), "引号"),
        (lambda data: data.replace(b"\n8,", b"\n8,,"), "第9行"),
        (lambda data: data.replace(b",progress,", b",,"), "progress"),
        (lambda data: data.replace(b",progress,", b",goal,"), "goal"),
        (lambda data: data.replace("开通".encode(), b"\xff\xfe"), "编码"),
        (lambda _: b"", "空"),
    ],
    ids=["semicolons", "quote", "comma", "nameless", "twice", "encoding", "empty"],
)
def test_a_table_that_cannot_be_read_whole_is_not_corrected(
    root: Path, damage: Callable[[bytes], bytes], said: str
) -> None:
    """Else the rows that weren't read would be gone from the file that is written."""
    path = root / "content/2020H2/tasks.csv"
    data = path.read_bytes()
    path.write_bytes(damage(data))
    assert path.read_bytes() != data
    before = contents(root)
    result = taizhang("correct", "2020H2", "--task", 7, "--field", "progress", "--to", "新",
                      "--reason", "x", "--site", root)  # fmt: skip
    assert result.exit_code == 1 and said in result.output, result.output
    assert contents(root) == before


def test_blanks_around_a_correction_are_nobodys_words(root: Path) -> None:
    command = ("correct", "2020H2", "--task", 7, "--field", "progress", "--reason", "x",
               "--site", root)  # fmt: skip
    same = "　已完成124公里，占年度任务的103.3%。 "
    assert "相同" in taizhang(*command, "--to", same).output
    done(*command, "--to", "  已完成122公里。　")
    assert codes(root) == []
    corrections = read_content(root).ledger.snapshots[3].corrections
    assert [c.new for c in corrections] == ["已完成122公里。"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "[" * 100_000,
        lambda text: text.replace('"number": 1', '"number": 1e999'),
        lambda text: text.replace('"number": 1', '"number": 2'),
        lambda text: text.replace('"files": {', '"files": [{').replace("}", "}]", 1),
        lambda text: text.replace('"previous": ""', f'"previous": "{"0" * 64}"'),
        lambda text: "",
    ],
    ids=["nested", "endless", "another number", "list", "something before", "empty"],
)
def test_a_seal_that_is_none_is_told_wherever_it_is_read(
    root: Path, damage: Callable[[str], str]
) -> None:
    path = root / "content/2020H2/sealed/1/seal.json"
    text = path.read_text("utf-8")
    assert damage(text) != text
    path.write_text(damage(text), "utf-8")
    for command in (("check", "--site", root), ("verify", root / "content/2020H2"),
                    (*CORRECTION, "--site", root)):  # fmt: skip
        result = taizhang(*command)
        assert result.exit_code == 1 and "封存记录损坏" in result.output, result.output


@pytest.mark.parametrize("name", ["²", "٣", "01", "9" * 400, "1.bak"])
def test_what_is_no_number_is_no_seal_and_no_row(root: Path, name: str) -> None:
    """Digits of other scripts, and more of them than Python reads."""
    assert cells_by_number(f"no\n{name}\n7\n".encode()).keys() == {7}
    (root / "content/2020H2/sealed" / name[:200]).mkdir()
    assert codes(root) == []


# Killed, and two at once


@pytest.mark.parametrize(
    ("step", "when"),
    [
        ("generator.desk.sealing:store_folder", "before"),
        ("pathlib:Path.rename", "before"),
        ("pathlib:Path.rename", "after"),  # the seal is there, what it seals isn't
        ("pathlib:Path.replace", "before"),
        ("pathlib:Path.replace", "after"),  # of two files the first
        ("generator.desk.sealing:store", "after"),
    ],
)
def test_a_correction_killed_at_any_step_is_there_whole_or_not_at_all(
    root: Path, step: str, when: str
) -> None:
    before = contents(root)
    assert killed(step, when, *CORRECTION, "--site", root)
    again = taizhang(*CORRECTION, "--site", root)
    assert "已更正" in again.output or "已补上" in again.output or "相同" in again.output
    assert codes(root) == []
    seal, findings = read_seal(root / "content/2020H2")
    assert seal is not None and seal.number == 2 and not findings
    (correction,) = read_content(root).ledger.snapshots[3].corrections
    assert correction.new == "已完成122公里。"
    changed = {name for name, data in contents(root).items() if before.get(name) != data}
    left = {name for name in changed if "/." in name}
    assert changed - left == {
        "2020H2/tasks.csv", "2020H2/corrections.csv",
        *(f"2020H2/sealed/2/{name}" for name in
          ("corrections.csv", "seal.json", "snapshot.yml", "tasks.csv")),
    }  # fmt: skip
    assert not left


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_sealing_killed_is_begun_again_or_done(tmp_path: Path, when: str) -> None:
    root = write_site(tmp_path)
    assert killed("pathlib:Path.rename", when, "seal", "2020H1", "--site", root)
    assert codes(root) == []
    done("seal", "2020H1", "--site", root)
    assert codes(root) == []
    assert "全部相符" in done("verify", root / "content/2020H1")
    assert [p.name for p in (root / "content/2020H1/sealed").iterdir()] == ["1"]


def test_what_was_edited_since_a_kill_is_not_written_over(root: Path) -> None:
    assert killed("pathlib:Path.replace", "before", *CORRECTION, "--site", root)
    edit(root / "content/2020H2/tasks.csv", "已完成124公里", "已完成142公里")
    edited = contents(root)["2020H2/tasks.csv"]
    assert "已补上" in done(*CORRECTION, "--site", root)  # the other file
    assert contents(root)["2020H2/tasks.csv"] == edited and codes(root) == ["sealed-cell"]


@pytest.mark.parametrize(
    "arguments",
    [
        CORRECTION,
        ("seal", "2021H2"),
        ("import", Path(__file__).parent / "documents/unit-headings.docx", "--snapshot", "2019H1"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_two_at_once_the_second_writes_nothing(sealed: Path, arguments: tuple[object, ...]) -> None:
    before = contents(sealed)
    with locked(sealed / "build/content.lock") as free:
        assert free
        result = taizhang(*arguments, "--site", sealed)
    assert result.exit_code == 1 and "另一个程序正在改动 content/" in result.output
    assert contents(sealed) == before


def test_what_has_errors_is_not_sealed(tmp_path: Path) -> None:
    """Also such errors as only the files together show, which nothing could mend afterwards."""
    root = write_site(tmp_path, [{"no": "1", "unit": "b", "head": "甲", "goal": "目标。"}])
    before = contents(root)
    result = taizhang("seal", "2020H1", "--site", root)
    assert result.exit_code == 1 and "“b”" in result.output, result.output
    assert contents(root) == before


CLUTTER = (".DS_Store", "Thumbs.db", "desktop.ini", "~$落实情况表.xlsx", ".~lock.tasks.csv#")


def test_what_systems_leave_beside_the_files_is_ignored(root: Path) -> None:
    folder = root / "content/2020H1"
    (folder / "source").mkdir()
    for name in CLUTTER:
        for place in (root / "content", folder, folder / "source", root / "content/pages"):
            (place / name).write_bytes(b"\xff\x00")
    (root / "content/pages/~$index.md").write_bytes(b"\xff\x00")
    assert codes(root) == []
    assert "全部相符" in done("verify", folder)
    done("correct", "2020H1", "--task", 7, "--field", "goal", "--to", "新改建农村公路121公里。",
         "--reason", "核实", "--site", root)  # fmt: skip
    assert not has_errors(survey(root, Edition.INTERNAL).findings)
    settings, _ = read_settings(root, Edition.PUBLIC)
    assert settings is not None
    _, findings = read_manuscript(survey(root, Edition.PUBLIC), settings.site, {})
    assert not findings
    seal, _ = read_seal(folder)
    assert seal is not None and not [name for name, _ in seal.files if name.startswith("source/")]
    (folder / "source/另一份.xlsx").write_bytes(b"x")
    assert codes(root) == ["sealed-added"]


def test_sealing_needs_a_published_snapshot_and_says_when_it_was_done(root: Path) -> None:
    assert "草稿" in taizhang("seal", "2022", "--site", root).output
    assert "2022-02-01" in done("seal", "2021H1", "--site", root)
    assert not (root / "content/2021H1/sealed/2").exists()


def test_an_import_does_not_touch_what_is_sealed(root: Path) -> None:
    source = Path(__file__).parent / "documents" / "unit-headings.docx"
    result = taizhang("import", source, "--snapshot", "2020H1", "--site", root, "--update")
    assert result.exit_code == 1 and "封存" in result.output and codes(root) == []


def test_the_same_document_may_be_read_again_after_sealing(tmp_path: Path) -> None:
    source = Path(__file__).parent / "documents" / "unit-headings.docx"
    (tmp_path / "content").mkdir()
    (tmp_path / "content/units.csv").write_text("id,name,kind\n", "utf-8")
    done("import", source, "--snapshot", "2020H1", "--site", tmp_path)
    done("seal", "2020H1", "--site", tmp_path)
    assert "没有改动" in done("import", source, "--snapshot", "2020H1", "--site", tmp_path)
