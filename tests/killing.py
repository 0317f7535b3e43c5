"""A `taizhang` command in a process of its own that is killed at one of its steps."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
from typing import Any

from demo_site import taizhang


def killed(step: str, when: str, *arguments: object) -> bool:
    """Run a command that gets SIGKILL at a step; whether it came to that.

    The process is a fork of this one: all is imported already.

    Args:
        step: a function of the program, as module:name.
        when: ``before`` or ``after``: as the step begins, or as it has ended.
        arguments: the command's.
    """
    process = multiprocessing.get_context("fork").Process(
        target=_run, args=(step, when, *arguments)
    )
    process.start()
    process.join()
    return process.exitcode == -signal.SIGKILL


def _run(step: str, when: str, *arguments: object) -> None:
    module, _, name = step.partition(":")
    *path, last = name.split(".")
    holder: Any = importlib.import_module(module)
    for part in path:
        holder = getattr(holder, part)
    kept = getattr(holder, last)

    def deadly(*arguments: Any, **options: Any) -> Any:
        if when == "after":
            kept(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(holder, last, deadly)
    taizhang(*arguments)
