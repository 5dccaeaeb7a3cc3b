"""Old builds in storage, by the retention policy of a lake: what is current always stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

from crawler.storage import parts
from crawler.storage.copied import at_once
from crawler.storage.objects import Storage, StorageError, Stored
from extract.builds.old import OldBuild, Retention


class StoredBuilds:
    """The builds in storage as they are now. Raises StorageError."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._objects: dict[str, list[Stored]] = defaultdict(list)
        for one in storage.all(parts.BUILDS):
            self._objects[PurePosixPath(one.key).parts[1]].append(one)

    def old(self, retention: Retention) -> list[OldBuild[PurePosixPath]]:
        """Those that the policy lets go, oldest first. One without its manifest is on its way, and stays."""
        builds = [
            OldBuild(PurePosixPath(parts.BUILDS, build_id), one.written_at)
            for build_id, objects in self._objects.items()
            for one in objects
            if one.key == f"{parts.BUILDS}/{build_id}/{parts.MANIFEST}"
        ]
        current = self._current()
        return retention.old(builds, PurePosixPath(parts.BUILDS, current) if current else None)

    def bytes_of(self, builds: Sequence[OldBuild[PurePosixPath]]) -> int:
        """What they take."""
        return sum(one.size for build in builds for one in self._objects[build.path.name])

    def remove(self, builds: Sequence[OldBuild[PurePosixPath]]) -> None:
        """Remove them, the manifest first: then it is no build any more. Raises StorageError where one of
        them was made current again meanwhile."""
        for build in builds:
            self._storage.delete(f"{build.path}/{parts.MANIFEST}")
            self._storage.delete(f"{parts.SENT}/{build.path.name}")
            for _ in at_once(self._storage.delete, (one.key for one in self._objects[build.path.name])):
                pass
        current = self._current()
        if current in {build.path.name for build in builds}:
            raise StorageError(
                f"{self._storage.url}: 清除之时 {current} 又成为当前构建，请由有它的机器再推送 / became "
                "current again while it was removed: push it again from a machine that has it"
            )

    def _current(self) -> str | None:
        found = self._storage.get(parts.CURRENT)
        if found is None:
            return None
        build_id = parts.build_of_pointer(found[0])
        if build_id is None:
            raise StorageError(f"{self._storage.url}/{parts.CURRENT}: leads to no build; nothing may go")
        return build_id
