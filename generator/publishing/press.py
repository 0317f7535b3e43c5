"""The press that pages are handed: forms as PDF, each set once, with what is to be said of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from generator.findings import Finding, Place, finding
from generator.publishing.cache import Cache, digest
from generator.publishing.fingerprint import program
from generator.publishing.typst_run import (
    NoFontError,
    TypstFailedError,
    font_files,
    typeset_pdf,
)


class Press:
    """Makes PDFs, or takes over what was made before; ``findings`` tell of those not made."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self.findings: tuple[Finding, ...] = ()

    def __call__(self, source: str, data: str) -> Callable[[], bytes | None]:
        """Begin to set Typst's source with its data as PDF, in a process beside this one.

        Returns:
            What waits for the PDF; None where none can be made.
        """
        waiting = ThreadPoolExecutor(1)
        job = waiting.submit(self._made, source, data)
        waiting.shutdown(wait=False)  # the thread ends with the job
        return job.result

    def _made(self, source: str, data: str) -> bytes | None:
        key = digest([program(), "pdf", *font_files(), "", source, data])
        if (kept := self._cache.get(key)) is not None:
            return kept
        try:
            made = typeset_pdf(source, data)
        except NoFontError:
            self.findings += (finding("no-font", Place("site")),)
            return None
        except TypstFailedError as fault:
            self.findings += (finding("pdf-failed", Place("site"), fault=fault),)
            return None
        self._cache.put(key, made)
        return made
