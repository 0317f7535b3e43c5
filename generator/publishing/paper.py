"""Pages → PDF by the browser's own printing, where the machine has a browser (ADR 7)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree, html

from generator.publishing.pdf_text import with_plain_text

_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "msedge", "microsoft-edge",
)  # fmt: skip
_PLACES = (
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_PATIENCE = 120  # seconds


def find_browser() -> Path | None:
    """A browser of the Chromium family: ``$CHROMIUM`` and no other, or the first that is there."""
    if named := os.environ.get("CHROMIUM"):
        found = shutil.which(named)
        return Path(found) if found else None
    for name in (*_NAMES, *_PLACES):
        if (path := shutil.which(name)) and _starts(path):
            return Path(path)
    return None


def _starts(browser: str) -> bool:
    """Whether it is a browser: Ubuntu's chromium-browser may be a stub that names a package."""
    if os.name == "nt":  # there no such stubs are known, and --version opens a window
        return True
    try:
        done = subprocess.run([browser, "--version"], capture_output=True, timeout=60, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def print_page(browser: Path, page: Path, target: Path, url: str) -> bool:
    """Print a built page as the reader would, with bookmarks and tags; whether it worked.

    Nothing is fetched: the page is a file. The same page gives the same bytes:
    the PDF's dates are set to a fixed day, and its links lead to the site or
    nowhere, never into this machine's folders.

    Args:
        browser: from ``find_browser``.
        page: the built page, in its place among styles and scripts.
        target: the PDF.
        url: where the page will stand; empty where nobody knows.
    """
    copy = page.with_name(f"{page.stem}-print.html")
    copy.write_bytes(_with_links_to(url, page.read_bytes()))
    try:
        return _print(browser, copy, target)
    finally:
        copy.unlink()


def _with_links_to(url: str, page: bytes) -> bytes:
    """The page without scripts, its links leading below ``url`` or nowhere."""
    root = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
    etree.strip_elements(root, "script", with_tail=False)
    for link in root.iter("a"):
        target = str(link.attrib.pop("href", ""))
        if url and target:
            link.set("href", urljoin(url, target))
    return bytes(html.tostring(root, encoding="utf-8", doctype="<!doctype html>"))


def _print(browser: Path, page: Path, target: Path) -> bool:
    # Beside the page: a browser in a sandbox of its own may have another /tmp.
    with tempfile.TemporaryDirectory(dir=page.parent) as profile:
        paper = Path(profile) / "paper.pdf"
        command = [
            str(browser), "--headless", "--disable-gpu", "--no-first-run", "--disable-quic",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-extensions", "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={profile}/profile", "--no-pdf-header-footer",
            "--generate-pdf-document-outline", "--export-tagged-pdf",
            f"--print-to-pdf={paper}", page.resolve().as_uri(),
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # Chromium refuses to run as root inside of its sandbox; the page is our own.
            command.insert(1, "--no-sandbox")
        try:
            subprocess.run(command, check=True, timeout=_PATIENCE, capture_output=True)  # noqa: S603
            data = paper.read_bytes()
        except (OSError, subprocess.SubprocessError):
            return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(with_plain_text(data, page.read_text(encoding="utf-8")))
    return True
