"""The made-up city of tests/demo as `make demo` builds it: sealed, corrected, in both editions."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result
from conftest import REPOSITORY

from generator.cli import main

SNAPSHOTS = ("2020H1", "2020H2", "2021H1", "2021H2")
SEALED = SNAPSHOTS[:3]
DRAFT = "2022"
REASON = "市交通局来函：原报数重复计入了2公里。"
CORRECTED = "已完成64公里，占年度任务的53.3%。"


@dataclass(frozen=True)
class Demo:
    root: Path

    @property
    def public(self) -> Path:
        return self.root / "site" / "public"

    @property
    def internal(self) -> Path:
        return self.root / "site" / "internal"


def taizhang(*arguments: object) -> Result:
    """Run the command; a traceback is no answer."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def done(*arguments: object) -> str:
    """Run the command, which must succeed."""
    result = taizhang(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def copy_demo(folder: Path) -> Path:
    """The demo's content as it is before anything was sealed."""
    root = folder / "demo"
    shutil.copytree(REPOSITORY / "tests" / "demo", root)
    return root


def seal_demo(root: Path) -> None:
    """What `make demo` does before it builds."""
    for snapshot in SEALED:
        done("seal", snapshot, "--site", root, "--date", "2022-02-01")
    done("correct", "2020H1", "--task", 7, "--field", "progress", "--to", CORRECTED,
         "--reason", REASON, "--date", "2022-02-08", "--site", root)  # fmt: skip


def build_demo(folder: Path) -> None:
    root = copy_demo(folder)
    seal_demo(root)
    done("build", "--site", root)
