"""A build from the crawl's archive, in which no document is read twice by the same code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from base.paths import REGISTRY
from base.temporary import temporary_folder
from extract.builds.build import Build, BuildRefusedError, make_build
from extract.builds.dataset import UNFINISHED
from extract.builds.delivery import Delivery
from extract.builds.readings import Readings
from extract.builds.run import Item, extract_all
from extract.records import Extraction

Read = Iterator[tuple[Item, Extraction]]
#: Lets a person see the readings go by, of which there will be so many.
Watch = Callable[[Read, int], AbstractContextManager[Read]]

_READ = ("ok", "empty_form")


@dataclass(frozen=True, slots=True)
class ArchiveBuild:
    """What came of it. `statuses` are those of all documents, by the hash of their bytes; `read_now` says
    which of them were read for this build. `build` is None where it was `refused`, for the reason given.
    `damaged` names files that did not hold what was written, and what became of it."""

    build: Build | None
    statuses: Mapping[str, str]
    read_now: frozenset[str]
    refused: str = ""
    damaged: tuple[str, ...] = ()


def build_archive(
    deliver: Callable[[Path], Delivery],
    lake: Path,
    jobs: int,
    watch: Watch,
    *,
    registry: Path = REGISTRY,
    allow_shrink: str | None = None,
) -> ArchiveBuild:
    """Read what the crawl delivers and this code has not read, and make a build of `lake` from all of it.

    `deliver` writes the crawl's tables into a folder (`crawler.archive.deliver`). Raises what it raises,
    InUseError while another process reads for this lake, NoBuildError where the current build is gone,
    TableError for a fault in the registry's tables.
    """
    with Readings(lake) as readings, temporary_folder() as folder:
        delivery = deliver(folder)
        items, damaged = delivery.items, (*delivery.damaged, *readings.damaged)
        fresh = {sha256: item for sha256, item in items.items() if sha256 not in readings.known}
        failed: dict[str, Extraction] = {}
        with watch(extract_all(fresh.values(), jobs), len(fresh)) as read:
            readings.keep(_lasting(zip(fresh, read, strict=True), failed))
        statuses = {sha256: readings.known[sha256].status for sha256 in items if sha256 in readings.known}
        statuses |= {sha256: extraction.report.status for sha256, extraction in failed.items()}
        try:
            build = make_build(
                failed.values(),
                lake,
                kept=readings.tables(items),
                kept_sha256=None if failed else readings.sha256(items),
                delivery=delivery,
                registry=registry,
                allow_shrink=allow_shrink,
            )
        except BuildRefusedError as refusal:
            return ArchiveBuild(None, statuses, frozenset(fresh), str(refusal), damaged)
    return ArchiveBuild(build, statuses, frozenset(fresh), damaged=(*damaged, *build.mended))


def is_unread(files: Iterable[str], statuses: Mapping[str, str]) -> bool:
    """Whether a report was read whole from none of its files. A page that leads to its attachment has no
    tables of its own, and needs none."""
    found = {statuses[sha256] for sha256 in files if sha256 in statuses}
    return found.isdisjoint(_READ) and not found.isdisjoint(UNFINISHED)


def _lasting(
    read: Iterator[tuple[str, tuple[Item, Extraction]]], failed: dict[str, Extraction]
) -> Iterator[Extraction]:
    """The readings but those that failed, which the next build tries again and which go into `failed`."""
    for sha256, (_, extraction) in read:
        # Only what was read knows the hash of its bytes.
        if extraction.report.source_sha256:
            yield extraction
        else:
            failed[sha256] = extraction
