"""The manifest of a build: its files with their sizes, rows and hashes; a folder held against it.

A build has the hash of its manifest for a name, so that the manifest itself cannot change unseen. A folder
that was given another name is held against what its manifest says.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from base.hashes import file_sha256
from base.integrity.damage import Damage

MANIFEST = "manifest.json"
_BUILD_ID = re.compile(r"[0-9a-f]{16}")


class DamagedManifestError(ValueError):
    """A manifest that does not hold what was written; the message names the file."""


class NotParquetError(ValueError):
    """A file whose rows cannot be counted."""


def rows_by_arrow(path: Path) -> int:
    """How many rows a Parquet file says that it has. Raises NotParquetError."""
    # Who asks a build has another engine at hand, and is spared this one.
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError) as error:
        raise NotParquetError(str(error)) from error


def encode(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as it is written: the same content, the same bytes."""
    return (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def build_id(text: bytes) -> str:
    """The name of the build that has this manifest."""
    return hashlib.sha256(text).hexdigest()[:16]


def is_build_id(name: str) -> bool:
    """Whether a folder of that name is named by the hash of its manifest."""
    return _BUILD_ID.fullmatch(name) is not None


def says_made_up(manifest: Mapping[str, Any]) -> bool:
    """Whether a build says that all in its lake is made up; those of format 3 and before do not say."""
    return bool(manifest.get("made_up"))


def read(folder: Path) -> Mapping[str, Any]:
    """The manifest of the build in `folder`. Raises FileNotFoundError, DamagedManifestError."""
    path = folder / MANIFEST
    text = path.read_bytes()
    if is_build_id(folder.name) and build_id(text) != folder.name:
        raise DamagedManifestError(f"{path}: its bytes are not those that gave the build its name")
    try:
        manifest: Mapping[str, Any] = json.loads(text)
        for entry in manifest["files"].values():
            _ = entry["bytes"], entry["rows"], entry["sha256"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedManifestError(f"{path}: no manifest of a build: {error}") from error
    return manifest


def damaged_files(
    folder: Path, manifest: Mapping[str, Any], *, hashes: bool, rows_of: Callable[[Path], int] = rows_by_arrow
) -> Iterator[Damage]:
    """What of a build differs from its manifest: files missing, too many, of another size or number of rows,
    as `rows_of` counts them, and with `hashes` of other bytes."""
    for name, entry in manifest["files"].items():
        if what := _fault(folder / name, entry, hashes, rows_of):
            yield Damage(folder / name, what)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in (MANIFEST, *manifest["files"]) and not path.name.startswith("."):
            yield Damage(path, "the manifest knows of no such file")


def _fault(path: Path, entry: Mapping[str, Any], hashes: bool, rows_of: Callable[[Path], int]) -> str | None:
    if not path.is_file():
        return "missing"
    if (size := path.stat().st_size) != entry["bytes"]:
        return f"{size} bytes, where the manifest says {entry['bytes']}"
    if hashes:
        return None if file_sha256(path) == entry["sha256"] else "other bytes than those that were written"
    try:
        rows = rows_of(path)
    except NotParquetError as error:
        return f"cannot be read as Parquet: {error}"
    return None if rows == entry["rows"] else f"{rows} rows, where the manifest says {entry['rows']}"
