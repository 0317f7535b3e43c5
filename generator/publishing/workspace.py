"""build/: the generated Markdown, wholly owned by the generator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from generator.pages.address import markdown_file
from generator.pages.snapshot_pages import Partition


def write_partitions(folder: Path, partitions: Iterable[Partition]) -> None:
    """Make ``folder`` hold exactly these partitions' files; what is the same isn't touched."""
    wanted: dict[str, bytes] = {}
    for partition in partitions:
        for page in partition.pages:
            wanted[markdown_file(page.address)] = page.text.encode()
        wanted |= dict(partition.files)
    write_files(folder, wanted)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make ``folder`` hold exactly these files, by their path in it."""
    wanted = {folder / name: data for name, data in files.items()}
    for path, data in wanted.items():
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.is_file() and path not in wanted:
            path.unlink()
