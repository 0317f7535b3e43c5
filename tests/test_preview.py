"""`taizhang serve` and `mkdocs serve` show an edit of content/ without being told."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import REPOSITORY, build, write_site

_PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def fetch(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return str(answer.read().decode())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return ""


def wait_for(address: str, words: str) -> None:
    end = time.monotonic() + _PATIENCE
    while words not in fetch(address):
        assert time.monotonic() < end, f"{words!r} did not appear at {address}"
        time.sleep(0.1)


@pytest.mark.parametrize("command", ["taizhang", "mkdocs"])
def test_an_edit_shows(tmp_path: Path, command: str) -> None:
    root = write_site(tmp_path)
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
    if command == "taizhang":
        call = ["-c", "from generator.cli import main; main()", "serve", "--port", str(port)]
    else:
        build(root)
        hook = REPOSITORY / "generator/publishing/hook.py"
        environment |= {
            "TAIZHANG_HOOK": str(hook),
            "TAIZHANG_THEME": str(REPOSITORY / "themes/taizhang"),
        }
        call = ["-m", "mkdocs", "serve", "--livereload", "-a", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        [sys.executable, *call], cwd=root, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}/2020H1/units/a.html"
        wait_for(address, "目标。")
        tasks = root / "content/2020H1/tasks.csv"
        tasks.write_text(tasks.read_text("utf-8").replace("目标。", "改过的目标。"), "utf-8")
        wait_for(address, "改过的目标。")
    finally:
        server.terminate()
        server.wait(timeout=20)
