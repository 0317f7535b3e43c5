"""Every fault in content/ is told with its place and its mend, all at once; a new case is a new folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import REPOSITORY

from generator.cli import main
from generator.findings import has_errors
from generator.ledger.checks import check
from generator.ledger.content import read_content

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
    result = CliRunner().invoke(main, ["check", "--site", str(FAULTS / "tasks")])
    assert result.exit_code == 1
    assert "→" in result.output and "Traceback" not in result.output
    assert CliRunner().invoke(main, ["check", "--site", str(REPOSITORY)]).exit_code == 0


def test_every_message_can_be_said_in_both_languages() -> None:
    import tomllib

    from generator.catalogues import language

    text = (REPOSITORY / "generator/messages.toml").read_text(encoding="utf-8")
    for code, message in tomllib.loads(text).items():
        assert set(message) == {"severity", "what", "mend"}, code
        for part in ("what", "mend"):
            english = language("en").say(message[part])
            assert english != message[part]
            assert set(_fields(english)) <= set(_fields(message["what"] + message["mend"])), code
        assert set(_fields(message["what"])) == set(_fields(language("en").say(message["what"])))


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
