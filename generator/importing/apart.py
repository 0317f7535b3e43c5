"""Reading in a process of its own, for formats whose files can run away with time or memory.

A PDF may unpack without end or send its parser round in circles, and no look at
it beforehand tells. The process ends when its time or memory is used up.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection

from generator.importing.document import Document, RefusedError

_SECONDS = 180
_MOST_MEMORY = 3 * 1024**3


def read_apart(
    read: Callable[[str, bytes], Document], name: str, data: bytes, seconds: float = _SECONDS
) -> Document:
    """What ``read`` makes of a file, in a new process.

    Args:
        read: a reader that raises nothing, importable by its name.
        name: the file's name.
        data: the file.
        seconds: how long it may take.

    Raises:
        RefusedError: where it takes too long or too much memory.
    """
    # A fresh interpreter: a fork would carry the locks of whatever threads run.
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_read, args=(read, name, data, sending), daemon=True)
    child.start()
    sending.close()
    try:
        if receiving.poll(seconds):
            document: Document = receiving.recv()
            return document
    except EOFError:
        pass  # the process ended without an answer: out of memory
    finally:
        child.kill()
        child.join()
        receiving.close()
    raise RefusedError("reading-too-slow", seconds=round(seconds))


def _read(
    read: Callable[[str, bytes], Document], name: str, data: bytes, sending: Connection
) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # not on Windows; the time still bounds it
    sending.send(read(name, data))
