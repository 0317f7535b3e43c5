"""What a build may take over from the one before: finished bytes, each by the hash of its inputs.

The folder is build/cache/<edition>/ and may be deleted at any time. An entry can't be
out of date: its name is the hash of all that it was made from. What a build hasn't
used goes when it ends, so that the folder holds one build's worth.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from generator.ledger.model import Edition

_SUM = 32  # bytes of a SHA-256, before the data


class Cache:
    """Finished bytes by the hash of their inputs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._used: set[str] = set()

    @property
    def used(self) -> frozenset[str]:
        """The entries that were asked for or put."""
        return frozenset(self._used)

    def keep(self, keys: Iterable[str]) -> None:
        """Take entries for used that another object asked for."""
        self._used.update(keys)

    def get(self, key: str) -> bytes | None:
        """What was put there; None where nothing was."""
        self._used.add(key)
        try:
            with (self.folder / key).open("rb") as stream:
                known, data = stream.read(_SUM), stream.read()
        except OSError:  # not there, or not to be read: it will be made again
            return None
        # What was damaged since is as good as not there.
        return data if hashlib.sha256(data).digest() == known else None

    def put(self, key: str, data: bytes) -> None:
        """Keep something; another process may do the same at the same time.

        Where nothing can be written, nothing is kept: it will be made again.
        """
        self._used.add(key)
        new = self.folder / f".{key}-{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as stream:
                stream.write(hashlib.sha256(data).digest())
                stream.write(data)
            new.replace(self.folder / key)
        except OSError:
            with suppress(OSError):
                new.unlink(missing_ok=True)

    def within(self, scope: str) -> Within:
        """The cache as a store of its own for what depends on ``scope`` too."""
        return Within(self, scope)

    def prune(self) -> None:
        """Remove what hasn't been asked for since this object was made."""
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.name not in self._used:
                    path.unlink(missing_ok=True)


class Within:
    """A part of a cache: the same keys in another scope are others."""

    def __init__(self, cache: Cache, scope: str) -> None:
        self._cache, self._scope = cache, scope

    def get(self, key: str) -> bytes | None:
        """What was put there in this scope; None where nothing was."""
        return self._cache.get(digest([self._scope, key]))

    def put(self, key: str, data: bytes) -> None:
        """Keep something for this scope."""
        self._cache.put(digest([self._scope, key]), data)


def cache_folder(root: Path, edition: Edition) -> Path:
    """Where an edition keeps what may be taken over by its next build."""
    return root / "build" / "cache" / edition


def digest(parts: Iterable[str | bytes]) -> str:
    """The hash of some parts, each told apart from its neighbours by its length."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(b"%d:" % len(data))
        total.update(data)
    return total.hexdigest()
