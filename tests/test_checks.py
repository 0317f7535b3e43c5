"""Every fault in content/ is told with its place and its mend, all at once; a new case is a new folder."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import REPOSITORY

from generator.cli import main
from generator.findings import Place, disk_fault, finding, has_errors
from generator.ledger.checks import check
from generator.ledger.content import read_content
from generator.publishing.leaks import personal

FAULTS = Path(__file__).parent / "faults"


def told(root: Path) -> list[str]:
    content = read_content(root)
    findings = [*content.findings, *check(content.ledger)]
    return sorted(f"{f.severity} {f.code} {f.place.text('en')}" for f in findings)


@pytest.mark.parametrize("case", sorted(p.name for p in FAULTS.iterdir() if p.is_dir()))
def test_faults(case: str) -> None:
    expected = (FAULTS / case / "expected.txt").read_text(encoding="utf-8").split("\n")
    assert told(FAULTS / case) == sorted(line for line in expected if line)


def test_the_real_content_has_no_errors() -> None:
    content = read_content(REPOSITORY)
    assert not has_errors([*content.findings, *check(content.ledger)])


def test_errors_stop_the_build_and_warnings_do_not(tmp_path: Path) -> None:
    shutil.copytree(FAULTS / "tasks", tmp_path / "site")
    result = CliRunner().invoke(main, ["check", "--site", str(tmp_path / "site")])
    assert result.exit_code == 1
    assert "→" in result.output and "Traceback" not in result.output
    assert CliRunner().invoke(main, ["check", "--site", str(REPOSITORY)]).exit_code == 0


def test_every_message_can_be_said_in_both_languages() -> None:
    import tomllib

    from generator.catalogues import language

    text = (REPOSITORY / "generator/messages.toml").read_text(encoding="utf-8")
    for code, message in tomllib.loads(text).items():
        assert set(message) - {"one"} == {"severity", "what", "mend"}, code
        for part in message.keys() - {"severity"}:
            english = language("en").say(message[part])
            assert english != message[part]
            assert set(_fields(english)) <= set(_fields(message["what"] + message["mend"])), code
        assert set(_fields(message["what"])) == set(_fields(language("en").say(message["what"])))


def test_a_run_of_one_number_is_told_as_one_number() -> None:
    place = Place("content/2020H1/tasks.csv", 19)

    def said(code: str, last: int) -> tuple[str, str]:
        until = Place(place.file, last + 1)
        told = finding(
            code,
            place,
            first=18,
            last=last,
            n=last - 17,
            until=until,
            unit="a",
            missing_from="9→18",
        )
        return told.what("zh"), told.what("en")

    for code in ("numbers-missing", "unit-missing", "unit-inferred", "heading-lost", "unit-blank"):
        for text in said(code, 18):
            assert re.search(r"\b18\b", text) and not re.search(r"18[—–]|至|down to", text), text
        for text in said(code, 20):
            assert re.search(r"18[—–]20", text), text
    assert said("unit-missing", 18) == ("第 18 号任务没有责任单位。", "Task 18 has no unit.")


def test_what_leaked_is_told_in_one_language() -> None:
    place, origin = Place("2020H1/units/a.html"), Place("content/2020H1/internal.csv", 3)
    told = finding("leak-internal", place, text="secret", origin=origin)
    assert "content/2020H1/internal.csv 第3行" in told.what("zh")
    assert "content/2020H1/internal.csv line 3" in told.what("en")
    for words in ("13800138000", "11010519491231002X", "账号：200301040004567", "a@163.com"):
        ((kind, found),) = personal(words)
        told = finding("leak-personal", place, kind=kind, text=re.sub(r"\D", "", found))
        assert kind.text in told.what("zh")
        assert not re.search(r"[\u3400-\u9fff]", told.what("en")), told.what("en")


def test_what_the_disk_says_is_told_in_one_language() -> None:
    for number in (errno.ENOENT, errno.ENOSPC, errno.EROFS):
        told = finding("file-unreadable", Place("a.csv"), fault=disk_fault(OSError(number, "x")))
        assert not re.search(r"[\u3400-\u9fff]", told.what("en")), told.what("en")
        assert told.what("zh") != told.what("en")


def test_every_finding_that_the_code_makes_has_a_message() -> None:
    import re
    import tomllib

    codes = tomllib.loads((REPOSITORY / "generator/messages.toml").read_text("utf-8")).keys()
    source = "".join(p.read_text("utf-8") for p in (REPOSITORY / "generator").rglob("*.py"))
    used = set(re.findall(r"\"([a-z]+(?:-[a-z0-9]+)+)\"", source))
    assert set(codes) <= used
    made = set(re.findall(r"(?:finding|report)\(\s*\"([a-z0-9-]+)\"", source))
    assert made <= set(codes)


def _fields(text: str) -> list[str]:
    from string import Formatter

    return [name for _, name, _, _ in Formatter().parse(text) if name]


@pytest.mark.parametrize(
    "trouble", ["site is a file", "build is a file", "page is a folder", "page in GBK", "page date"]
)
def test_trouble_with_files_is_told_in_chinese(tmp_path: Path, trouble: str) -> None:
    from conftest import write_site

    root = write_site(tmp_path)
    pages = root / "content/pages"
    pages.mkdir()
    if trouble == "site is a file":
        (root / "site").write_text("")
    elif trouble == "build is a file":
        (root / "build").write_text("")
    elif trouble == "page is a folder":
        (pages / "d.md").mkdir()
    elif trouble == "page in GBK":
        (pages / "g.md").write_bytes("---\ntitle: 页\n---\n内容\n".encode("gb18030"))
    else:
        (pages / "t.md").write_text("---\ntitle: 页\ndate: 2017-13-45\n---\n内容\n", "utf-8")
    result = CliRunner().invoke(main, ["build", "--site", str(root)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    if trouble.endswith("is a file"):
        assert (
            result.exit_code == 1 and "文件" in result.output and "Traceback" not in result.output
        )
    else:
        assert result.exit_code == 0, result.output
