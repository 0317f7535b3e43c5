"""Zip archives of which the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

# The earliest time that a zip can hold; the time of the build isn't the content's.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of (path, content), in the order given, without times or owners."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in members:
            entry = zipfile.ZipInfo(path, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # the same on every system that builds
            archive.writestr(entry, data)
    return stream.getvalue()


def unpacked(archive: bytes) -> tuple[tuple[str, bytes], ...]:
    """The members of an archive that this program has made, in their order."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return tuple((entry.filename, opened.read(entry)) for entry in opened.infolist())
