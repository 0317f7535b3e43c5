"""Typst, called in a process of its own, with the Chinese fonts that the machine has.

Typst keeps threads, and a process with threads mustn't be forked, as the workshop does.
This file is also the program of that process: it needs nothing of the package.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typst

# What comes first is taken: what an office's paper is set in, then what shows Chinese at all.
_SONG = (
    "Source Han Serif SC", "Noto Serif CJK SC", "Noto Serif SC", "SimSun", "NSimSun",
    "Songti SC", "STSong", "FangSong", "STFangsong", "AR PL UMing CN", "AR PL SungtiL GB",
)  # fmt: skip
_HEI = (
    "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "SimHei", "Heiti SC", "STHeiti",
    "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "DengXian", "HarmonyOS Sans SC",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback",
)  # fmt: skip
_FONTS = (".ttf", ".ttc", ".otf", ".otc")
_VARIABLE = "TAIZHANG_FONTS"
_PATIENCE = 600  # seconds; 5,000 tasks take five
_NO_FONT = 3
# Nothing in the file is dated by the clock: 2000-01-01.
_DAY = 946684800


class NoFontError(Exception):
    """No font is there that shows Chinese."""


class TypstFailedError(Exception):
    """Typst made no PDF, for the reason given."""


def typeset_pdf(source: str, data: str) -> bytes:
    """Typst's source with its data as a tagged PDF; the same gives the same with the same fonts.

    Raises:
        NoFontError: where no Chinese font is found.
        TypstFailedError: where Typst fails or takes too long.
    """
    if not any(font_files()):
        raise NoFontError
    job = {"source": source, "data": data, "folders": [str(f) for f in font_folders()]}
    # -P: the modules beside this file are none of the process's business.
    command = [sys.executable, "-P", __file__]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=json.dumps(job).encode(), capture_output=True, timeout=_PATIENCE,
            check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as fault:
        raise TypstFailedError(str(fault)) from fault
    if done.returncode == _NO_FONT:
        raise NoFontError
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise TypstFailedError(lines[-1] if lines else f"exit {done.returncode}")
    return done.stdout


def font_folders() -> tuple[Path, ...]:
    """Where fonts are looked for: in ``$TAIZHANG_FONTS`` alone, or where the system has them."""
    if named := os.environ.get(_VARIABLE):
        return (Path(named),)
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 -- Path.home() may fail
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        windows = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"))
        return windows / "Fonts", local / "Microsoft/Windows/Fonts"
    if sys.platform == "darwin":
        system = Path("/System/Library")
        more = sorted(system.glob("AssetsV2/com_apple_MobileAsset_Font*"))
        return (system / "Fonts", *more, Path("/Library/Fonts"), home / "Library/Fonts")
    shared = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
    return (*shared, home / ".fonts", home / ".local/share/fonts")


def font_files() -> Iterator[str]:
    """Every font file that may be used, its size and time: asking for their names takes long."""
    for folder in font_folders():
        for place, _, names in os.walk(folder):
            for name in names:
                if name.lower().endswith(_FONTS):
                    path = os.path.join(place, name)  # noqa: PTH118 -- there may be thousands
                    try:
                        known = os.stat(path)  # noqa: PTH116
                    except OSError:
                        continue  # a link to nowhere
                    yield f"{path} {known.st_size} {known.st_mtime_ns}"


def choose_fonts(families: Collection[str]) -> dict[str, str] | None:
    """What the text and what the headings are set in; None where no family shows Chinese."""
    body = [name for name in (*_SONG, *_HEI) if name in families]
    heading = [name for name in (*_HEI, *_SONG) if name in families]
    return {"body": body[0], "heading": heading[0]} if body else None


def _made(job: dict[str, str], folders: list[Path]) -> bytes | None:
    """The PDF; None where there is no font."""
    import typst

    fonts = typst.Fonts(False, False, folders)
    chosen = choose_fonts(fonts.families())
    if chosen is None:
        return None
    inputs = {"data": job["data"], "fonts": json.dumps(chosen)}

    def compiled(standards: list[typst.PDFStandard]) -> bytes:
        # The root is empty: whatever the source asked for, there is no file to read.
        with tempfile.TemporaryDirectory() as root:
            compiler = typst.Compiler(
                job["source"].encode(), root=root, font_paths=fonts, sys_inputs=inputs
            )
            made = compiler.compile(format="pdf", pdf_standards=standards, timestamp=_DAY)
        if not isinstance(made, bytes):
            raise TypeError(type(made))
        return made

    try:
        return compiled(["ua-1"])
    except typst.TypstError:
        # The standard forbids characters that no font has: a form with one claims none.
        return compiled([])


def _main() -> int:
    job = json.load(sys.stdin.buffer)
    pdf = _made(job, [Path(folder) for folder in job["folders"]])
    if pdf is None:
        return _NO_FONT
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(_main())
