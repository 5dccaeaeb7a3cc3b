"""Old builds of a lake, by a retention policy: the newest, one a month, and always the current one stay.

Builds share unchanged files (hard links): what a build frees is what no other build has.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Generic, TypeVar

from base.integrity import manifest as manifests
from base.lock import ProcessLock
from extract.builds.current import current_build, has_build

Place = TypeVar("Place", bound=PurePath)


@dataclass(frozen=True, slots=True)
class OldBuild(Generic[Place]):
    """A build that may go: when it was made (UTC)."""

    path: Place
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Retention:
    """How many builds stay: the `newest`, and of the `months` with builds before now the last of each."""

    newest: int
    months: int

    def old(self, builds: Sequence[OldBuild[Place]], current: Place | None) -> list[OldBuild[Place]]:
        """Those of `builds` that may go, oldest first."""
        latest_first = sorted(builds, key=lambda build: (build.made_at, build.path.name), reverse=True)
        last_of: dict[tuple[int, int], OldBuild[Place]] = {}
        for build in latest_first:
            last_of.setdefault((build.made_at.year, build.made_at.month), build)
        stay = {*latest_first[: self.newest], *list(last_of.values())[: self.months]}
        return [build for build in reversed(latest_first) if build not in stay and build.path != current]


def old_builds(lake: Path, retention: Retention) -> list[OldBuild[Path]]:
    """The builds of `lake` that a policy lets go, oldest first. Raises NoBuildError where what is current
    cannot be told: then nothing may go."""
    current = current_build(lake).path if has_build(lake) else None
    return retention.old(list(_builds(lake)), current and lake / "builds" / current.name)


def remove_builds(lake: Path, retention: Retention) -> list[OldBuild[Path]]:
    """Remove them; what went. Raises InUseError while another process builds, NoBuildError as above."""
    with ProcessLock(lake / "builds" / ".lock"):
        gone = old_builds(lake, retention)
        for build in gone:
            # In one rename it is no build any more: a crash leaves what the next build sweeps.
            dead = build.path.with_name(f".tmp-old-{build.path.name}")
            build.path.rename(dead)
            shutil.rmtree(dead)
    return gone


def bytes_of(builds: Sequence[OldBuild[Path]]) -> int:
    """What these builds together free: the files all of whose links lie in them."""
    inside: Counter[tuple[int, int]] = Counter()
    sizes: dict[tuple[int, int], tuple[int, int]] = {}
    for build in builds:
        for path in build.path.rglob("*"):
            if path.is_file():
                stat = path.stat()
                inside[stat.st_dev, stat.st_ino] += 1
                sizes[stat.st_dev, stat.st_ino] = stat.st_nlink, stat.st_size
    return sum(size for key, (links, size) in sizes.items() if inside[key] >= links)


def _builds(lake: Path) -> Iterator[OldBuild[Path]]:
    for path in (lake / "builds").glob("[0-9a-f]*"):
        with suppress(FileNotFoundError):
            made = (path / manifests.MANIFEST).stat().st_mtime
            yield OldBuild(path, datetime.fromtimestamp(made, UTC))
