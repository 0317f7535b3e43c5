"""Photograph the main pages for the README and for whoever changes the theme.

Run by ``make screenshots`` over site/public. Names don't change, and the
pictures are reduced to a palette, so that a renewal is a small commit.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SITE = ROOT / "site" / "public"
PICTURES = ROOT / "docs" / "img"
LARGEST = 120_000

sys.path.insert(0, str(ROOT / "tests"))  # the browser is found as the tests find it

import provision  # noqa: E402
from browsing import STORAGE_KEY, launch  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402


@dataclass(frozen=True)
class Shot:
    """A page as one reader sees it: ``name.png``."""

    name: str
    page: str
    phone: bool = False
    chosen: dict[str, Any] = field(default_factory=dict)
    search: str = ""


PAGES = {
    "home": "index.html",
    "unit": "2017H1/units/shuiwu.html",
    "snapshot": "2017H1/index.html",
    "tasks": "2017H1/tasks.html",
    "progress": "2017H1/progress.html",
}
SEARCH_PAGE = "search.html" if (SITE / "search.html").is_file() else "index.html"
DARK = {"theme": "dark"}
ELDER = {"elder": True}

SHOTS = [
    *(Shot(name, page) for name, page in PAGES.items()),
    *(Shot(f"{name}-phone", page, phone=True) for name, page in PAGES.items()),
    Shot("search", SEARCH_PAGE, search="污水处理"),
    Shot("search-phone", SEARCH_PAGE, phone=True, search="污水处理"),
    *(
        Shot(f"{name}-{mode}", PAGES[name], chosen=chosen)
        for name in ("snapshot", "unit")
        for mode, chosen in (("dark", DARK), ("elder", ELDER))
    ),
    Shot("unit-dark-phone", PAGES["unit"], phone=True, chosen=DARK),
    Shot("home-elder-phone", PAGES["home"], phone=True, chosen=ELDER),
]


def take(browser: Browser, shot: Shot) -> bytes:
    """The picture as PNG: a screenful on a desktop, some two on a phone."""
    width, height = (390, 844) if shot.phone else (1280, 900)
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.chosen == DARK else "light",
        reduced_motion="reduce",
        locale="zh-CN",
    )
    if shot.chosen:
        chosen = json.dumps(json.dumps(shot.chosen))
        context.add_init_script(f"localStorage.setItem('{STORAGE_KEY}', {chosen})")
    page = context.new_page()
    page.goto(f"{SITE.as_uri()}/{shot.page}", wait_until="load")
    if shot.search:
        search(page, shot.search)
    whole = page.evaluate("document.documentElement.scrollHeight")
    tall = min(1600, whole) if shot.phone else height
    picture = page.screenshot(
        full_page=True, clip={"x": 0, "y": 0, "width": width, "height": tall}, animations="disabled"
    )
    context.close()
    return picture


def search(page: Page, words: str) -> None:
    """Look for the words as a reader does, and wait until a hit is shown."""
    field = page.locator("main input[type=search], main form input").first
    field.fill(words)
    field.press("Enter")
    page.locator("main mark").first.wait_for()
    page.evaluate("document.activeElement.blur()")


def reduced(picture: bytes) -> bytes:
    """The same picture within a palette, of as many colours as the size allows."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (128, 64, 32, 16):
        palette = image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        out = io.BytesIO()
        palette.save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


def main() -> None:
    """Take every picture anew."""
    executable = provision.find_browser()
    if executable is None or not provision.has_chinese_font():
        sys.exit("没有 Chromium 或中文字体 (no Chromium, or no Chinese font)；见 make test 的提示")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright, launch(playwright, executable) as browser:
        for shot in SHOTS:
            data = reduced(take(browser, shot))
            (PICTURES / f"{shot.name}.png").write_bytes(data)
            print(f"docs/img/{shot.name}.png  {len(data) // 1000} KB")


if __name__ == "__main__":
    main()
