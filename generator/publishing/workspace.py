"""build/: the generated Markdown, wholly owned by the generator."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from generator.pages.address import markdown_file
from generator.pages.partition import Partition


def write_partition_files(folder: Path, partition: Partition) -> tuple[str, ...]:
    """Write a partition's Markdown and files; what is the same isn't touched. Their names."""
    wanted = {markdown_file(page.address): page.text.encode() for page in partition.pages}
    wanted |= dict(partition.files)
    for name, data in wanted.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return tuple(wanted)


def remove_others(folder: Path, wanted: Collection[str]) -> None:
    """Remove every file of ``folder`` but these, and the folders that are empty then."""
    kept = {os.path.join(folder, name) for name in wanted}  # noqa: PTH118 -- tens of thousands
    for place, _, names in os.walk(folder, topdown=False):
        for name in names:
            if (path := os.path.join(place, name)) not in kept:  # noqa: PTH118 -- as above
                Path(path).unlink()
        if place != str(folder) and not os.listdir(place):  # noqa: PTH208
            Path(place).rmdir()
