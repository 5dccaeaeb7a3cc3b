"""A lake as a command finds it: where it lies, or at an address, of which what the command needs comes first
and what it has made goes after (`crawler.storage.shared`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from base.lakes.working_copy import address_of, named
from base.paths import LAKE, archive_in
from base.terminal import note, stopping_at

if TYPE_CHECKING:
    from crawler.storage.copied import Copied
    from crawler.storage.shared import SharedLake
    from extract.builds.current import Build


def fresh_build(lake: Path | None) -> Build:
    """The current build of the lake; of one at an address brought here first. Raises NoBuildError."""
    from extract.builds.current import NoBuildError, current_build, has_build

    place = lake or LAKE
    with shared(place) as there:
        if there is not None:
            there.freshen()
            if not has_build(place):
                raise NoBuildError(f"{named(place)}: 那里还没有构建 / there is no build there yet")
    return current_build(place)


def fresh_records(archive: Path) -> None:
    """Bring the records of runs here, of an archive in a lake at an address."""
    with shared(archive.parent) as there:
        if there is not None:
            there.freshen_records()


@contextmanager
def shared(lake: Path, archive: Path | None = None) -> Iterator[SharedLake | None]:
    """The lake as machines share it, None where it lies where it is; leaves where its storage cannot be used
    within the block."""
    address = address_of(lake)
    if address is None:
        yield None
        return
    from base.lock import InUseError
    from crawler.storage.objects import StorageError
    from crawler.storage.shared import SharedLake

    with stopping_at(StorageError, InUseError):
        yield SharedLake(lake, archive or archive_in(lake), address, tell_refused)


@contextmanager
def worked_on(lake: Path | None, archive: Path) -> Iterator[SharedLake | None]:
    """A lake at an address brought up to its storage before the block and its storage up to it after; any
    other one as it lies."""
    with shared(lake or LAKE, archive) as there:
        if there is None:
            yield None
            return
        with there.worked_on():
            yield there


def sending(there: SharedLake | None) -> AbstractContextManager[None]:
    """While a crawl runs, send what it fetches to where the lake is shared."""
    return nullcontext() if there is None else there.sending()


def side_by_side(there: SharedLake | None) -> list[str]:
    """The crawler's settings by which machines that share a lake ask no host at once."""
    if there is None:
        return []
    leases = [] if os.environ.get("GKNB_LEASES") else [f"LEASES={there.address.url}"]
    return [f"MACHINE={there.address.machine}", *leases]


def tell_refused(copied: Copied) -> None:
    """Say what was not copied, and why."""
    for key, what in copied.refused.items():
        note(f"{key}: {what}", "red")
    if copied.refused:
        note("未复制，见 gknb verify / not copied: gknb verify says more, of lake and of storage", "yellow")
