"""What the browser tests share: kinds of page, ways of reading them, and a page that tells its faults."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, Response

# Every page of the tree is of one of these kinds; a test holds the list against
# the tree, so that a new kind of page can't go unread.
KINDS: dict[str, str] = {
    "home": "index.html",
    "archive": "archive.html",
    "search": "search.html",
    "not found": "404.html",
    "about": "about/*.html",
    "site map": "sitemap.html",
    "units": "units/index.html",
    "unit over the years": "units/*.html",
    "report": "2017H1/index.html",
    "report tasks": "2017H1/tasks.html",
    "report table": "2017H1/table.html",
    "report progress": "2017H1/progress.html",
    "report problems": "2017H1/problems.html",
    "report changes": "2017H1/changes.html",
    "report data": "2017H1/data.html",
    "report unit": "2017H1/units/*.html",
    "plan": "2014/index.html",
    "plan tasks": "2014/tasks.html",
    "plan table": "2014/table.html",
    "plan chapters": "2014/chapters.html",
    "plan data": "2014/data.html",
    "plan unit": "2014/units/*.html",
}
# Kinds that a site may be without.
OPTIONAL = {"search"}
# Pages outside the theme: served where something else was asked for.
BARE = {"not found"}

WIDTHS = {"phone": 360, "desktop": 1280}
HEIGHTS = {"phone": 740, "desktop": 900}


def pages_of(root: Path, kind: str) -> list[str]:
    """Examples of a kind: of the units the largest and the smallest page, else every page."""
    found = sorted(root.glob(KINDS[kind]), key=lambda path: (path.stat().st_size, path.name))
    if "units/*" in KINDS[kind]:
        found = [path for path in found if path.stem != "index"]
        found = [found[-1], found[0]]
    return [path.relative_to(root).as_posix() for path in found]


@dataclass(frozen=True)
class Mode:
    """How a reader reads: what the system asks for, and what was chosen on the site before."""

    name: str
    scheme: str = "light"
    contrast: str = "no-preference"
    chosen: dict[str, Any] = field(default_factory=dict)


LIGHT = Mode("light")
DARK = Mode("dark", scheme="dark", chosen={"theme": "dark"})
CONTRAST = Mode("contrast", contrast="more", chosen={"theme": "contrast"})
ELDER = Mode("elder", chosen={"elder": True})
MODES = (LIGHT, DARK, CONTRAST, ELDER)

# What the site remembers of a reader's choices.
STORAGE_KEY = "taizhang"


@contextmanager
def launch(playwright: Playwright, executable: str) -> Iterator[Browser]:
    """A browser of its own profile that can reach nothing but this machine."""
    browser = playwright.chromium.launch(
        executable_path=executable,
        headless=True,
        args=[
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ],
    )  # fmt: skip
    try:
        yield browser
    finally:
        browser.close()


_COMPRESSED = {".html", ".css", ".js", ".svg", ".json"}


class _Quiet(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, wait: float, **kwargs: Any) -> None:
        self._wait = wait
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        if self.path.partition("?")[0].endswith(".js"):
            time.sleep(self._wait)
        path = Path(self.translate_path(self.path))
        if path.suffix in _COMPRESSED and path.is_file():
            self._send_compressed(path)
        else:
            super().do_GET()

    def _send_compressed(self, path: Path) -> None:
        # As any web server that a city would use does.
        data = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path.name))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def end_headers(self) -> None:
        if self._wait:  # late at every visit, not only at the first
            self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(root: Path, wait: float = 0) -> Iterator[str]:
    """The address of a plain web server for a folder; scripts come after ``wait`` seconds."""
    handler = partial(_Quiet, directory=str(root), wait=wait)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Library:
    """The site as a browser reads it, from files and from a server.

    One tab is used for all visits, since a window costs Chromium more than most
    pages do; each visit begins with an empty memory.
    """

    def __init__(self, browser: Browser, root: Path, http: str, slow: str) -> None:
        self.root = root
        self._browser = browser
        self._addresses = {"file": root.as_uri(), "http": http, "slow": slow}
        self._tabs: dict[bool, _Tab] = {}
        self._visits = 0

    @contextmanager
    def visit(
        self,
        page: str,
        *,
        mode: Mode = LIGHT,
        device: str = "desktop",
        over: str = "file",
        javascript: bool = True,
    ) -> Iterator[Page]:
        """Open a page; when done, fail if it complained, lacked a file or asked another host.

        ``over`` is ``file``, ``http`` or ``slow`` (http, where scripts come late); ``page`` may carry ``?query#anchor``.
        """
        tab = self._tabs.get(javascript) or _Tab(self._browser, javascript)
        self._tabs.pop(javascript, None)
        self._visits += 1
        try:
            tab.prepare(mode, device, self._addresses[over], self._visits)
            tab.page.goto(f"{self._addresses[over]}/{page}", wait_until="load")
            yield tab.page
            tab.page.evaluate("0")  # what the page has said so far has arrived
            assert not tab.faults, f"{page} ({over}):\n" + "\n".join(tab.faults)
        except AssertionError:
            self._leave(tab, javascript)
            raise
        except BaseException:
            tab.close()  # who knows what state it is in
            raise
        self._leave(tab, javascript)

    def of(self, root: Path, http: str) -> Library:
        """Another site in the same browser; its scripts come in time."""
        return Library(self._browser, root, http, http)

    def _leave(self, tab: _Tab, javascript: bool) -> None:
        tab.page.goto("about:blank")
        self._tabs[javascript] = tab


class _Tab:
    """One page of the browser, and what went wrong in it."""

    def __init__(self, browser: Browser, javascript: bool) -> None:
        self._context = browser.new_context(locale="zh-CN", java_script_enabled=javascript)
        self.page = self._context.new_page()
        self._protocol = self._context.new_cdp_session(self.page)
        self._protocol.send("Page.enable")  # without it, no script below is evaluated
        self._script: str | None = None
        self._address = ""
        self.faults: list[str] = []
        self.page.on("request", self._asked)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))

    def prepare(self, mode: Mode, device: str, address: str, visit: int) -> None:
        self._address = address
        self.faults.clear()
        self.page.set_viewport_size({"width": WIDTHS[device], "height": HEIGHTS[device]})
        self.page.emulate_media(
            color_scheme=mode.scheme,  # type: ignore[arg-type]
            contrast=mode.contrast,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        if self._script:
            self._protocol.send(
                "Page.removeScriptToEvaluateOnNewDocument", {"identifier": self._script}
            )
        chosen = json.dumps(json.dumps(mode.chosen)) if mode.chosen else "null"
        # At the first page of a visit; what is chosen later in a journey stays, even
        # where the browser still runs an earlier visit's script.
        added = self._protocol.send(
            "Page.addScriptToEvaluateOnNewDocument",
            {
                "source": f"""if (location.protocol !== "about:" && Number(sessionStorage.visit || 0) < {visit}) {{
                    localStorage.clear();
                    sessionStorage.clear();
                    sessionStorage.visit = "{visit}";
                    if ({chosen}) localStorage.setItem("{STORAGE_KEY}", {chosen});
                }}"""
            },
        )
        self._script = added["identifier"]

    def close(self) -> None:
        self._context.close()

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self._address + "/", "data:", "blob:", "about:")):
            self.faults.append(f"asked another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # Leaving a page breaks off what it was still loading; that is no fault of its.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"not loaded: {request.url} ({request.failure})")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"answered {response.status}: {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text}")
