"""A lake that machines share, as one of them works on it: in a copy, brought up to its storage before, and
its storage up to it after; while a crawl goes on, again and again.

    <copy>/sync.lock    held by whoever works on the copy, from the first fetch to the last object sent

What asks waits for nobody and fetches the current build alone. What works fetches all that is missing. A
process that is killed at any moment leaves in the storage what it has sent, each object whole, and in the
copy all that it had: the next one sends the rest.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from base.lakes.working_copy import Address
from base.lock import InUseError, ProcessLock
from crawler.storage import parts
from crawler.storage.copied import Copied, remembered
from crawler.storage.objects import ChangedError, Storage, StorageError
from crawler.storage.pull import fetch, fetch_build, fetch_records
from crawler.storage.push import Fetched, send, send_build
from extract.builds.current import NoBuildError, current_build, has_build

logger = logging.getLogger(__name__)

#: Seconds between two times that a crawl's answers are sent, and how much longer than sending took it is.
SEND_EVERY = 60.0
_SEND_SHARE = 20
# Of machines that build at once one wins each time, so that so many tries are never needed.
_ATTEMPTS = 100
# A file that a lake has which lies where it is, and no storage.
_IN_PLACE = ("archive/writer.lock", "readings/lock", "archive/refresh.lock")

Made = TypeVar("Made")
#: Hears what was copied, to tell what was refused.
Told = Callable[[Copied], None]


class SharedLake:
    """The copy at `lake` of the lake at an address, whose archive may lie elsewhere. Raises StorageError."""

    def __init__(self, lake: Path, archive: Path, address: Address, told: Told) -> None:
        self.lake, self.archive, self.address, self._told = lake, archive, address, told
        self.storage = Storage(address.url)
        if address.url.startswith("file:") and any(map(self.storage.get, _IN_PLACE)):
            raise StorageError(
                f"{address.url}: 是在原处使用的数据湖：请用文件夹名，或先 gknb push 到别处 / is a lake that "
                "is used where it lies: name it by its folder, or gknb push it to another place"
            )

    def freshen(self) -> None:
        """Bring the current build here, if another one is current there. Raises StorageError where it is
        damaged, InUseError where there is none here and another process is bringing one."""
        found = self.storage.get(parts.CURRENT)
        if found is None or (found[1] == remembered(self.lake, self.address.url) and self._is_whole()):
            return
        try:
            with self._alone():
                copied = Copied()
                fetch_build(self.lake, self.storage, copied)
        except InUseError:
            # Somebody works here: the build that is current now will do.
            if not has_build(self.lake):
                raise
            return
        self._expect_whole(copied)

    def freshen_records(self) -> None:
        """Bring the records of runs here. Raises as `freshen`."""
        copied = Copied()
        try:
            with self._alone():
                fetch_records(self.archive, self.storage, copied)
        except InUseError:
            return
        self._expect_whole(copied)

    def body(self, sha256: str) -> bytes | None:
        """A body as the archive packs it, None where it is not there or damaged."""
        key = f"{parts.BODIES}/{sha256[:2]}/{sha256}.zst"
        found = self.storage.get(key)
        return None if found is None or parts.fault_of_body(key, found[0]) else found[0]

    @contextmanager
    def worked_on(self) -> Iterator[None]:
        """Bring all that is missing here before the block, and send all that is new after it. Raises
        StorageError; InUseError while another process works on the copy."""
        with self._alone():
            self._fetch()
            yield
            self._told(send(self.lake, self.archive, self.storage))

    @contextmanager
    def sending(self) -> Iterator[None]:
        """While the block runs, send what a crawl fetches in it. Where that fails it is told, and tried again
        with what comes next, at the latest after the work."""
        fetched, end = Fetched(self.archive, self.storage), threading.Event()

        def go_on() -> None:
            wait = SEND_EVERY
            while not end.wait(wait):
                began = time.monotonic()
                try:
                    self._told(fetched.send())
                except StorageError as error:
                    logger.warning("not sent, tried again: %s", error)
                wait = max(SEND_EVERY, _SEND_SHARE * (time.monotonic() - began))

        thread = threading.Thread(target=go_on, name="sending to storage", daemon=True)
        thread.start()
        try:
            yield
        finally:
            end.set()
            thread.join()

    def build(self, make: Callable[[], Made]) -> Made:
        """Make a build and make it current for all. Where another machine's became current meanwhile, what it
        was made of is fetched, and the build is made again of everything: nothing of either is lost."""
        for _ in range(_ATTEMPTS):
            made = make()
            copied = send(self.lake, self.archive, self.storage)
            if not has_build(self.lake):
                self._told(copied)
                return made
            try:
                send_build(self.lake, self.storage, copied)
            except ChangedError as error:
                self._told(copied)
                logger.warning("%s; built again", error)
                self._fetch()
                continue
            self._told(copied)
            return made
        raise ChangedError(f"{self.address.url}: another build became current {_ATTEMPTS} times")

    def _fetch(self) -> None:
        build, copied = Copied(), Copied()
        # The build first: what it was made of was sent before it, so that all of it comes now.
        fetch_build(self.lake, self.storage, build)
        # Nothing is built beside a build that nobody can have.
        self._expect_whole(build)
        fetch(self.lake, self.archive, self.storage, copied)
        self._told(copied)

    def _alone(self) -> ProcessLock:
        return ProcessLock(self.lake / "sync.lock")

    def _is_whole(self) -> bool:
        try:
            current_build(self.lake)
        except NoBuildError:
            return False
        return True

    def _expect_whole(self, copied: Copied) -> None:
        if copied.refused:
            key, what = next(iter(copied.refused.items()))
            raise StorageError(
                f"{self.address.url}/{key}: {what}; 核对全部 / look at all: gknb verify --lake "
                f"{self.address.url}"
            )
