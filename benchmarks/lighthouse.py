"""Lighthouse's scores for five kinds of page, as a phone sees them over http.

Run by ``make bench`` (or ``make bench ARGS=lighthouse`` alone). Lighthouse comes
from npm, into .venv/lighthouse, once; it runs on the Node that Playwright
carries, so neither Node nor npm need be installed. A measurement and no test:
the score of performance varies with the machine, and the simulated phone is
slow by design.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))  # browser and server as the tests have them

import provision  # noqa: E402
from browsing import serve  # noqa: E402
from playwright._impl._driver import compute_driver_executable  # noqa: E402

VERSION = "13.5.0"
TOOLS = Path(sys.prefix) / "lighthouse"
# npm is itself a package of the registry, complete with what it needs.
NPM = "npm/-/npm-11.19.1.tgz"
NPM_SHA512 = (
    "ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g=="
)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
GOAL = 98


def pages(site: Path) -> dict[str, str]:
    """Five kinds of page and an example of each."""
    units = site.glob("2017H1/units/*.html")
    largest = max(units, key=lambda path: path.stat().st_size)
    return {
        "home": "index.html",
        "snapshot": "2017H1/index.html",
        "tasks": "2017H1/tasks.html",
        "largest unit": largest.relative_to(site).as_posix(),
        "progress": "2017H1/progress.html",
    }


def main(site: Path) -> None:
    """Measure the site and print a table, with whatever lowers a score."""
    browser = provision.find_browser()
    if browser is None:
        print("Lighthouse: 没有 Chromium，见 make test 的提示 (no Chromium; see make test)")
        return
    try:
        command = _lighthouse()
    except (OSError, subprocess.CalledProcessError) as fault:
        print(
            f"Lighthouse: 取不到 (can't be fetched from npm): {fault}\n"
            "  需能访问 registry.npmjs.org，或设 NPM_CONFIG_REGISTRY "
            "(needs the npm registry, or a mirror named in NPM_CONFIG_REGISTRY)"
        )
        return
    print(f"\n{f'Lighthouse {VERSION}, mobile':<28}" + "".join(f"{c:>16}" for c in CATEGORIES))
    notes: dict[str, list[str]] = {}
    with serve(site) as address:
        for kind, page in pages(site).items():
            result = _run(command, f"{address}/{page}", browser)
            scores = [round(100 * (result["categories"][c]["score"] or 0)) for c in CATEGORIES]
            print(f"{kind:<28}" + "".join(f"{score:>16}" for score in scores), flush=True)
            for note in _lowering(result):
                notes.setdefault(note, []).append(kind)
    for note, kinds in notes.items():
        print(f"  {note}: {', '.join(kinds)}")
    print(f"  目标 (goal): {GOAL}")


def _run(command: list[str], address: str, browser: str) -> dict[str, Any]:
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    flags += "--disable-background-networking --disable-component-update --disable-sync"
    done = subprocess.run(
        [
            *command, address, "--quiet", "--output=json", "--output-path=stdout",
            f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}",
        ],
        capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "CHROME_PATH": browser, "CI": "1"},  # CI: no question about statistics
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _lowering(result: dict[str, Any]) -> Iterator[str]:
    """What counts in a score and isn't full."""
    for name in CATEGORIES:
        for reference in result["categories"][name]["auditRefs"]:
            audit = result["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                yield f"{name}: {audit['id']} {audit.get('displayValue', '')}".rstrip()


def _lighthouse() -> list[str]:
    """The command; fetched at the first use."""
    node = str(compute_driver_executable()[0])
    script = TOOLS / "node_modules/lighthouse/cli/index.js"
    stamp = TOOLS / f".{VERSION}"
    if not stamp.is_file():
        print(f"取 Lighthouse {VERSION} (fetching it from npm)", flush=True)
        shutil.rmtree(TOOLS, ignore_errors=True)
        with _npm() as npm:
            subprocess.run(
                [
                    node, npm, "install", "--prefix", TOOLS, "--ignore-scripts", "--no-audit",
                    "--no-fund", "--loglevel=error", f"lighthouse@{VERSION}",
                ],
                check=True,
            )  # fmt: skip
        stamp.touch()
    return [node, str(script)]


@contextmanager
def _npm() -> Iterator[Path]:
    """npm's own script, for as long as it is needed."""
    registry = os.environ.get("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org").rstrip("/")
    with urllib.request.urlopen(f"{registry}/{NPM}", timeout=120) as answer:
        tarball = answer.read()
    if base64.b64encode(hashlib.sha512(tarball).digest()).decode() != NPM_SHA512:
        raise OSError(f"{NPM}: SHA-512")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
            # The filter came with Python 3.11.4; the tarball is known by its hash.
            known = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
            archive.extractall(folder, **known)  # type: ignore[arg-type]
        yield Path(folder) / "package/bin/npm-cli.js"
