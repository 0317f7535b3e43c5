"""Where work is done: in this process, in processes beside it, by fork or begun anew."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context, parent_process
from typing import Any


def processes(workers: int) -> ProcessPoolExecutor:
    """Processes of this machine, which end with this one however it ends."""
    # Spawned: mkdocs and matplotlib don't survive a fork among threads.
    return ProcessPoolExecutor(workers, get_context("spawn"), _leave_with_parent)


def _leave_with_parent() -> None:
    """An orphaned worker would wait for work for ever. What it has begun is never half there."""
    threading.Thread(target=_end_after_parent, daemon=True).start()


def _end_after_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


class InPlace(Executor):
    """Does each piece of work as it is handed in, in this very process: one core, no copies."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The finished future of ``fn(*args, **kwargs)``."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as fault:  # it is the future's to tell, as with every executor
            future.set_exception(fault)
        return future


def side_by_side(
    workers: int, inherited: Callable[..., object] | None = None, arguments: tuple[Any, ...] = ()
) -> Executor:
    """Processes forked from this one, where there are to be several and the system can.

    Args:
        workers: how many.
        inherited: called with ``arguments`` first of all in each; they come by memory, not
            through a pipe.
        arguments: see there.
    """
    if workers > 1 and "fork" in get_all_start_methods():
        return ProcessPoolExecutor(workers, get_context("fork"), inherited, arguments)
    if inherited:
        inherited(*arguments)
    return InPlace()
