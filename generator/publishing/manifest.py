"""MANIFEST: the SHA-256 of every published file, its size, a signature; and their check.

``MANIFEST`` has the lines that ``sha256sum --check`` reads; ``manifest.json`` has the
sizes too and is itself in the list. The signature is OpenSSH's (``ssh-keygen -Y``, its
namespace ``taizhang``): every machine with git has that program.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.findings import Finding, Place, finding

MANIFEST = "MANIFEST"
SIGNATURE = f"{MANIFEST}.sig"
SIGNERS = "allowed_signers"
_JSON = "manifest.json"
# Nobody's name in the key file; who signs is told by where the key was announced.
_IDENTITY = "taizhang"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_CHUNK = 1 << 20


# Without slots: there are thousands, and a slotted one takes ten times as long to be kept.
@dataclass(frozen=True)
class Listed:
    """A file as the list has it: its SHA-256 and its size in bytes."""

    sha256: str
    size: int


def listed(data: bytes) -> Listed:
    """How the list has a file with these bytes."""
    return Listed(hashlib.sha256(data).hexdigest(), len(data))


def write_manifest(folder: Path, generator: str, known: Mapping[str, Listed]) -> None:
    """List every file of a finished tree. A name with a line break can't occur: we name them.

    Args:
        folder: the tree.
        generator: the program's version.
        known: files that were read already; any other is read now.
    """
    paths = [path for path in _files(folder) if path not in (MANIFEST, SIGNATURE, _JSON)]
    entries = [
        {"path": path, "sha256": file.sha256, "size": file.size}
        for path in paths
        for file in [known.get(path) or listed((folder / path).read_bytes())]
    ]
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    text = f'{{"generator": {json.dumps(generator)}, "files": [\n{lines}\n]}}\n'
    (folder / _JSON).write_text(text, encoding="utf-8")
    sums = [(str(entry["sha256"]), str(entry["path"])) for entry in entries]
    sums.append((sum_of(folder / _JSON), _JSON))
    sums.sort(key=lambda pair: pair[1])
    listing = "".join(f"{value}  {path}\n" for value, path in sums)
    (folder / MANIFEST).write_text(listing, encoding="utf-8")


def sign(folder: Path, key: Path) -> tuple[Finding, ...]:
    """Sign MANIFEST with a private key that needs no passphrase, or one held by an agent."""
    manifest = folder / MANIFEST
    command = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", _IDENTITY, str(manifest)]
    try:
        subprocess.run(  # noqa: S603
            command, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60
        )
    except (OSError, subprocess.SubprocessError) as fault:
        said = getattr(fault, "stderr", b"") or str(fault).encode()
        text = said.decode(errors="replace").strip() or type(fault).__name__
        return (finding("sign-failed", Place(str(key)), fault=text),)
    return ()


def write_signers(folder: Path, key: Path) -> tuple[Finding, ...]:
    """Publish the public key in the form in which ``ssh-keygen -Y verify`` wants it."""
    public = key.with_name(f"{key.name}.pub")
    if not public.is_file():
        return (finding("key-file", Place("mkdocs.yml"), file=public),)
    parts = public.read_text(encoding="utf-8", errors="replace").split()
    if len(parts) < 2 or not parts[0].startswith(("ssh-", "sk-", "ecdsa-")):
        return (finding("key-file", Place("mkdocs.yml"), file=public),)
    (folder / SIGNERS).write_text(
        f'{_IDENTITY} namespaces="{_IDENTITY}" {" ".join(parts[:2])}\n', encoding="utf-8"
    )
    return ()


def verify(folder: Path, signers: Path | None) -> tuple[tuple[Finding, ...], int]:
    """Every difference between a tree and its MANIFEST, and the number of files listed.

    Args:
        folder: the published tree, or a copy of it.
        signers: the public key from elsewhere; the tree's own proves nothing about who
            signed, but that list and signature belong together.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return (finding("manifest-missing", Place(str(folder))),), 0
    lines = manifest.read_text(encoding="utf-8", errors="replace").splitlines()
    listed = {m[2]: m[1] for line in lines if (m := _LINE.fullmatch(line))}
    found = [*_damaged_lines(manifest, lines), *_differences(folder, listed)]
    found += _signature_findings(folder, signers or folder / SIGNERS, required=bool(signers))
    return tuple(found), len(listed)


def sum_of(path: Path) -> str:
    """A file's SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[str]:
    start = len(str(folder)) + 1
    found = (
        os.path.join(place, name)  # noqa: PTH118 -- tens of thousands
        for place, _, names in os.walk(folder)
        for name in names
    )
    return iter(sorted(p[start:].replace(os.sep, "/") for p in found if os.path.isfile(p)))  # noqa: PTH113


def _damaged_lines(manifest: Path, lines: Sequence[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if not match or match[2] in seen:
            yield finding("manifest-line", Place(str(manifest), number))
        seen.add(match[2] if match else "")


def _differences(folder: Path, listed: dict[str, str]) -> Iterator[Finding]:
    # What a link leads to is no part of the tree, whatever it is.
    links = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_symlink()}
    here = (set(_files(folder)) | links) - {MANIFEST, SIGNATURE}
    for path in sorted(here | listed.keys()):
        if path not in here:
            yield finding("file-gone", Place(path))
        elif path not in listed or path in links:
            yield finding("file-unlisted", Place(path))
        elif sum_of(folder / path) != listed[path]:
            yield finding("file-changed", Place(path))


def _signature_findings(folder: Path, signers: Path, *, required: bool) -> Iterator[Finding]:
    signature = folder / SIGNATURE
    if not signature.is_file() or not signers.is_file():
        if required or signature.is_file() or signers.is_file():
            yield finding("signature-missing", Place(str(signature)))
        return
    if not shutil.which("ssh-keygen"):
        yield finding("no-ssh-keygen", Place(str(signature)))
        return
    command = [
        "ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", _IDENTITY, "-n", _IDENTITY,
        "-s", str(signature),
    ]  # fmt: skip
    with (folder / MANIFEST).open("rb") as stream:
        done = subprocess.run(command, stdin=stream, capture_output=True, check=False, timeout=60)  # noqa: S603
    if done.returncode:
        yield finding("signature-wrong", Place(str(signature)))
