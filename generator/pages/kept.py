"""What needn't be made again: compiled templates and drawings, by the hash of what they're from.

A build lends a store, so that the next one needs neither jinja's compiler nor matplotlib.
What is kept is what would be made: pages are the same with it and without.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Protocol

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Store(Protocol):
    """Bytes by the hash of all that they were made from."""

    def get(self, key: str) -> bytes | None:
        """What was put there; None where nothing was."""

    def put(self, key: str, data: bytes) -> None:
        """Keep something."""


class Kept:
    """What a build keeps: nothing until it lends a store."""

    def __init__(self) -> None:
        self._store: Store | None = None

    def lend(self, store: Store | None) -> None:
        """Keep things there, from now on; None: nowhere."""
        self._store = store

    def get(self, key: str) -> bytes | None:
        """What was kept; None where nothing was."""
        return self._store.get(key) if self._store else None

    def put(self, key: str, data: bytes) -> None:
        """Keep something."""
        if self._store:
            self._store.put(key, data)


class _Compiled(BytecodeCache):
    """Compiled templates by their file and the sum of its text: an edited one is another.

    An environment is made for each site and each partition, since each says its words in
    its own language; their templates, filters and settings are the same. They stay in
    memory too: a process that builds many sites compiles them once.
    """

    def __init__(self) -> None:
        self._here: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled before, if anything."""
        key = key_of("template", bucket.key, bucket.checksum)
        kept = KEPT.get(key)
        if (data := kept or self._here.get(key)) is None:
            return
        self._here[key] = data
        if kept is None:
            KEPT.put(key, data)
        bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        key = key_of("template", bucket.key, bucket.checksum)
        self._here[key] = bucket.bytecode_to_string()
        KEPT.put(key, self._here[key])


def key_of(*parts: object) -> str:
    """The hash of what something is made from."""
    return sha256(repr(parts).encode()).hexdigest()


KEPT = Kept()
COMPILED = _Compiled()
