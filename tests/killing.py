"""Runs `taizhang publish` in a process of its own that is killed at one of its steps.

    python tests/killing.py SITE TARGET STEP before|after

STEP is a function of the program, as module:name; ``before`` and ``after`` say
where the process gets SIGKILL: as the step begins, or as it has ended.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any


def deadly(step: str, when: str) -> None:
    """Let the process die at a step."""
    module, _, name = step.partition(":")
    *path, last = name.split(".")
    holder: Any = importlib.import_module(module)
    for part in path:
        holder = getattr(holder, part)
    kept = getattr(holder, last)

    def killed(*arguments: Any, **options: Any) -> Any:
        if when == "after":
            kept(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(holder, last, killed)


def main(site: str, target: str, step: str, when: str) -> None:
    from generator.ledger.model import Edition
    from generator.publishing import release
    from generator.publishing.survey import survey

    deadly(step, when)
    shown = survey(Path(site), Edition.PUBLIC)
    release.publish(shown, Path(target), "2021-02-01", lambda *_, **__: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
