"""Immutable builds: written whole beside their place, checked, moved there in one rename, then made current.

``lake/builds/<id>/`` holds ``facts/year-YYYY/part-0.parquet``, one Parquet file for each other table
(`extract.schemas`; ``snapshots`` and ``runs`` where there was a crawl), and ``manifest.json``.
``lake/current`` leads to the current build (`extract.builds.current`). The id comes from the content, so the
same input gives the same bytes under the same name. A crash at any moment leaves the old build current or the
new one, never a part. Files that two builds have in common lie on the disk once, and rows that rest on
the same as before are not made again (`extract.builds.difference`).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from base import durable
from base.hashes import file_sha256, fixed_tree_sha256, tree_sha256
from base.integrity import manifest as manifests
from base.integrity.damage import Damage
from base.lock import InUseError, ProcessLock
from base.paths import LAKE, MADE_UP, REGISTRY, ROOT
from extract.builds.assemble import Counts, assemble
from extract.builds.copies.choose import AmbiguousCopyError
from extract.builds.corrections import CorrectionsError
from extract.builds.current import (
    Build,
    NoBuildError,
    current_build,
    has_build,
    make_current,
    read_build,
)
from extract.builds.dataset import UNKNOWN_YEAR, read_columns
from extract.builds.delivery import Delivery
from extract.builds.difference.kept import Kept, NothingKept
from extract.builds.difference.memory import Memory, remember, remembered
from extract.builds.difference.parts import Before
from extract.builds.difference.unchanged import inputs_sha256, take_over
from extract.builds.keys import RepeatedKeyError
from extract.records import Extraction

__all__ = [
    "Build",
    "BuildRefusedError",
    "NoBuildError",
    "current_build",
    "damaged_files",
    "has_build",
    "make_build",
    "read_build",
]

_TEMPORARY = ".tmp-"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What a new build may not have less of than the current one, by what its manifest calls it.
_GUARDED_COUNTS = ("numbers_read", "reports", "reports_read", "names_printed")


class BuildRefusedError(Exception):
    """The new build does not meet what is expected of it; the current build stays. The message says why."""


def damaged_files(build: Build) -> list[str]:
    """Files of `build` that are missing, or too many, or whose bytes are not those of its manifest."""
    found = manifests.damaged_files(build.path, build.manifest, hashes=True)
    return [damage.path.relative_to(build.path).as_posix() for damage in found]


def _undamaged(build: Build, name: str) -> Path | None:
    """A file of `build`, None where it is missing or its bytes are not those of the manifest."""
    path, entry = build.path / name, build.manifest["files"].get(name)
    return path if entry and path.is_file() and file_sha256(path) == entry["sha256"] else None


def make_build(
    extractions: Iterable[Extraction],
    lake: Path = LAKE,
    *,
    kept: Kept | None = None,
    kept_sha256: str | None = None,
    delivery: Delivery | None = None,
    registry: Path = REGISTRY,
    allow_shrink: str | None = None,
) -> Build:
    """Write `extractions` as a build of `lake`, check it and make it current.

    `kept` are further readings: what the build before has made of the same is not made again.
    `kept_sha256`, where there are no others, is a hash over them. `delivery` is what a crawl handed over.
    BuildRefusedError where the build is empty, has a key twice, or holds less than the current one and
    `allow_shrink` gives no reason why it may; TableError for a fault in the registry's tables. The
    current build stays then.
    """
    builds = lake / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    with _only_builder(builds):
        _sweep(builds)
        folder = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=builds))
        try:
            current = current_build(lake) if has_build(lake) else None
            inputs = None
            if delivery and kept_sha256:
                inputs = inputs_sha256(kept_sha256, delivery.listings, registry)
            before = _before(current, lake) if current and delivery else None
            counts = None
            if before and delivery and inputs and inputs == before.inputs_sha256:
                counts = _taken_over(before, delivery, registry, folder)
            if counts is None:
                decided = _undamaged(current, "resolutions.parquet") if current else None
                counts = assemble(
                    extractions, kept or NothingKept(), folder, delivery, registry, decided, before
                )
            # A lake whose mark was lost is not taken for real by the next build either.
            made_up = (lake / MADE_UP).is_file() or bool(current and manifests.says_made_up(current.manifest))
            manifest = _manifest_of(folder, counts, registry, allow_shrink, made_up)
            _expect(manifest, current.manifest if current else None, allow_shrink)
            if current:
                _share_files(folder, manifest, current)
            build = _publish(folder, builds, manifest)
        except (RepeatedKeyError, CorrectionsError) as error:
            raise BuildRefusedError(str(error)) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        make_current(build, lake)
        remember(lake, build.build_id, Memory(inputs, counts.rests))
    return build


def _before(current: Build, lake: Path) -> Before | None:
    """The current build as one of which rows may be taken over; None where it is damaged, or where it is not
    known what they rest on."""
    memory = remembered(lake, current.build_id)
    known = memory.rests or memory.inputs_sha256
    if not known or damaged_files(current):
        return None
    return Before(current.path, current.manifest, memory.rests, memory.inputs_sha256)


def _taken_over(before: Before, delivery: Delivery, registry: Path, folder: Path) -> Counts | None:
    """The tables of the build before, and what the crawl adds to them; None where they cannot be had so."""
    try:
        return take_over(before, delivery, registry, folder)
    except AmbiguousCopyError:
        return None


def _manifest_of(
    folder: Path, counts: Counts, registry: Path, allow_shrink: str | None, made_up: bool
) -> dict[str, Any]:
    return {
        "format": 4,
        "counts": dict(counts.tables),
        "facts_by_year": dict(counts.facts_by_year),
        "facts_read_by_year": dict(counts.read_by_year),
        "files": {
            path.relative_to(folder).as_posix(): {
                "rows": pq.read_metadata(path).num_rows,
                "bytes": path.stat().st_size,
                "sha256": file_sha256(path),
            }
            for path in sorted(folder.rglob("*.parquet"))
        },
        "code_sha256": fixed_tree_sha256(ROOT / "extract", "*.py", "*.sql"),
        "codebook_sha256": fixed_tree_sha256(ROOT / "data" / "codebook", "*.csv"),
        "registry_sha256": tree_sha256(registry, "*.csv"),
        "fetch_log": _span(folder / "snapshots.parquet"),
        "allow_shrink": allow_shrink,
        "made_up": made_up,
    }


def _expect(manifest: Mapping[str, Any], current: Mapping[str, Any] | None, allow_shrink: str | None) -> None:
    """Refuse a build that is empty, or that holds less than the current one without a reason."""
    counts = manifest["counts"]
    if empty := [name for name in ("reports", "facts") if not counts[name]]:
        raise BuildRefusedError(f"the new build has no {' and no '.join(empty)}: nothing was read")
    if hollow := [name for name, entry in manifest["files"].items() if not entry["bytes"]]:
        raise BuildRefusedError(f"files without a byte: {', '.join(hollow)}")
    if current is None or allow_shrink:
        return
    dropped = [
        f"{name} {current['counts'].get(name, 0)} -> {counts.get(name, 0)}"
        for name in _GUARDED_COUNTS
        if counts.get(name, 0) < current["counts"].get(name, 0)
    ] + [
        f"facts of {year} {before} -> {manifest['facts_read_by_year'].get(year, 0)}"
        for year, before in _by_year(current).items()
        if manifest["facts_read_by_year"].get(year, 0) + _dated(year, manifest, current) < before
    ]
    if dropped:
        raise BuildRefusedError(
            f"the new build holds less than the current one ({'; '.join(dropped)}). The current one stays. "
            "If this is meant, give the reason: --allow-shrink REASON"
        )


def _dated(year: str, manifest: Mapping[str, Any], current: Mapping[str, Any]) -> int:
    """So many facts may have gone from a year not known to those that are: as many as these have gained."""
    if year != UNKNOWN_YEAR:
        return 0
    before = _by_year(current)
    counts = manifest["facts_read_by_year"]
    return sum(max(0, count - before.get(one, 0)) for one, count in counts.items() if one != UNKNOWN_YEAR)


def _by_year(manifest: Mapping[str, Any]) -> Mapping[str, int]:
    """The facts read by year. Manifests of format 2 had the name of Hive's null for a year not known."""
    counts = dict(manifest["facts_read_by_year"])
    if manifest["format"] == 2 and (unknown := counts.pop("__HIVE_DEFAULT_PARTITION__", 0)):
        counts[UNKNOWN_YEAR] = unknown
    return counts


def _share_files(folder: Path, manifest: Mapping[str, Any], current: Build) -> None:
    """Put links to the current build's files in place of those that are the same, byte for byte."""
    twin = folder / f"{_TEMPORARY}twin"
    for name, entry in manifest["files"].items():
        old = current.path / name
        if not old.is_file() or old.samefile(folder / name):
            continue
        if file_sha256(old) == entry["sha256"]:
            # A file system without links keeps copies.
            with suppress(PermissionError, NotImplementedError):
                os.link(old, twin)
                twin.replace(folder / name)


def _publish(folder: Path, builds: Path, manifest: Mapping[str, Any]) -> Build:
    """Bring `folder` to disk and move it to its own name in one rename."""
    text = manifests.encode(manifest)
    target = builds / manifests.build_id(text)
    (folder / manifests.MANIFEST).write_bytes(text)
    if target.is_dir():
        return Build(target, manifest, _mended(target, manifest, folder))
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
    folder.chmod(0o755)
    durable.move(folder, target)
    return Build(target, manifest)


def _mended(target: Path, manifest: Mapping[str, Any], folder: Path) -> tuple[str, ...]:
    """Put files of `folder`, the same build made again, in place of those of `target` that are damaged."""
    found = {damage.path: damage for damage in manifests.damaged_files(target, manifest, hashes=True)}
    path = target / manifests.MANIFEST
    if not path.is_file() or path.read_bytes() != manifests.encode(manifest):
        found[path] = Damage(path, "missing, or other bytes than those that were written")
    mended = []
    for path, damage in found.items():
        fresh = folder / path.relative_to(target)
        if fresh.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.chmod(0o444)
            durable.move(fresh, path)
            mended.append(f"{damage}; it was made again")
    return tuple(mended)


@contextmanager
def _only_builder(builds: Path) -> Iterator[None]:
    """Hold the lake's build lock; BuildRefusedError where another process holds it."""
    try:
        lock = ProcessLock(builds / ".lock")
    except InUseError as error:
        raise BuildRefusedError(f"another build runs in {builds.parent}: {error}") from error
    with lock:
        yield


def _sweep(builds: Path) -> None:
    """Remove what a crashed build left behind."""
    for leftover in builds.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(leftover)


def _span(log: Path) -> dict[str, Any] | None:
    """First and last fetch of the log that the build was made from."""
    if not log.exists():
        return None
    times = read_columns(log, "fetched_at")["fetched_at"]  # by which it is sorted
    # Of a time in UTC pyarrow loads pandas to make Python's own.
    ends = [_EPOCH + timedelta(microseconds=times[place].value) for place in (0, -1) if len(times)]
    first, last = ends or (None, None)
    return {"first": str(first), "last": str(last), "fetches": len(times)}
