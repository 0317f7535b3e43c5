"""Where sites come from and go to: a folder, or any address that fsspec knows (s3://…)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from generator.findings import Finding, Place, finding


def folder_of(address: str) -> Path | None:
    """The folder on this machine's disks that an address means; None where it is elsewhere."""
    if address.startswith("file://"):
        address = address.removeprefix("file://")
    return Path(address) if "://" not in address else None


def name_of(address: str) -> str:
    """The last part of an address."""
    return address.rstrip("/").rpartition("/")[2]


def below(address: str, *names: str) -> str:
    """The address of something below an address."""
    return "/".join((address.rstrip("/"), *names))


def opened(address: str) -> tuple[Any, str]:
    """The file system behind an address, and the path in it.

    Raises:
        ImportError: where the library for this kind of address isn't installed.
        ValueError: where nobody knows this kind of address.
    """
    from fsspec.core import url_to_fs
    from fsspec.implementations.local import LocalFileSystem

    if folder := folder_of(address):
        return LocalFileSystem(), folder.absolute().as_posix()
    files, path = url_to_fs(address)
    files.invalidate_cache()  # others write there too
    return files, str(path)


def unreachable(address: str, *, empty: bool = False) -> tuple[Finding, ...]:
    """Why an address can't be reached, told before anything is built.

    Args:
        address: of a folder.
        empty: whether there may be nothing there yet.
    """
    place = Place(address)
    try:
        files, path = opened(address)
        files.ls(path)
    except (ImportError, ValueError):
        return (finding("address-library", place),)
    except (FileNotFoundError, NotADirectoryError):
        return () if empty else (finding("address-missing", place),)
    # Each file system has faults of its own: credentials, names, time run out.
    except Exception as fault:
        return (finding("address-unreachable", place, fault=_said(fault)),)
    return ()


def _said(fault: Exception) -> str:
    return " ".join(f"{type(fault).__name__} {fault}".split())


def subfolders(address: str) -> list[str]:
    """The addresses of the folders directly below, by name; not of hidden ones."""
    files, path = opened(address)
    entries = files.ls(path, detail=True)
    names = sorted(name_of(entry["name"]) for entry in entries if entry["type"] == "directory")
    return [below(address, name) for name in names if not name.startswith((".", "_"))]


def has_file(address: str) -> bool:
    """Whether there is a file at an address."""
    files, path = opened(address)
    return bool(files.isfile(path))


def read_bytes(address: str) -> bytes | None:
    """The file at an address; None where there is none."""
    files, path = opened(address)
    try:
        return bytes(files.cat_file(path))
    except FileNotFoundError:
        return None


@contextmanager
def at_hand(address: str, parts: Sequence[str]) -> Iterator[Path]:
    """A folder of this machine with what is at an address: the place itself, or a copy.

    Args:
        address: of a folder.
        parts: which files and folders below it are needed.
    """
    folder = folder_of(address)
    if folder is not None:
        yield folder
        return
    files, path = opened(address)
    with TemporaryDirectory(prefix="taizhang-") as place:
        for part in parts:
            for file in files.find(below(path, part)):
                name = PurePosixPath(file.removeprefix(path.rstrip("/")).lstrip("/"))
                if ".." in name.parts or name.is_absolute():
                    continue  # an object may have any name; a file of ours stays in its folder
                copy = Path(place).joinpath(*name.parts)
                copy.parent.mkdir(parents=True, exist_ok=True)
                files.get_file(file, str(copy))
        yield Path(place)


def put_tree(tree: Path, address: str) -> None:
    """Make an address hold a tree's files and no others; its index.html comes last.

    Nobody finds the way into a new tree before it is whole; while one that is there
    is replaced, a reader may see pages of both.
    """
    files, path = opened(address)
    names = [p.relative_to(tree).as_posix() for p in sorted(tree.rglob("*")) if p.is_file()]
    inner = [name for name in names if name != "index.html"]
    _put(files, {below(path, name): tree / name for name in inner})
    _put(files, {below(path, name): tree / name for name in names if name == "index.html"})
    kept = {below(path, name) for name in names}
    gone = [file for file in files.find(path) if file.rstrip("/") not in kept]
    for file in gone:
        files.rm_file(file)


def _put(files: Any, paths: Mapping[str, Path]) -> None:
    files.put([str(path) for path in paths.values()], list(paths))


def put_file(address: str, data: bytes) -> None:
    """Write one file."""
    files, path = opened(address)
    files.makedirs(path.rpartition("/")[0], exist_ok=True)
    files.pipe_file(path, data)


def remove_file(address: str) -> None:
    """Remove a file if it is there."""
    files, path = opened(address)
    if files.isfile(path):
        files.rm_file(path)
