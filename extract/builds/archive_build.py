"""A build from the crawl's archive, in which no stage of a reading is made twice by the same code."""

from __future__ import annotations

from collections import deque
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
from extract.builds.run import Item, read_all
from extract.records import Extraction, Source, report_id
from extract.stages import Staged, gather_again, read_in_stages

Read = Iterator[tuple[Item, Staged | Extraction]]
#: Lets a person see the readings go by, of which there will be so many.
Watch = Callable[[Read, int], AbstractContextManager[Read]]

_READ = ("ok", "empty_form")


@dataclass(frozen=True, slots=True)
class ArchiveBuild:
    """What came of it. `statuses` are those of all documents, by the hash of their bytes; `read_now` says
    which of them were read for this build, `opened_now` of which documents a reader opened the file: the
    others began with what readers had made of it before. `build` is None where it was `refused`, for the
    reason given. `damaged` names files that did not hold what was written, and what became of it."""

    build: Build | None
    statuses: Mapping[str, str]
    read_now: frozenset[str]
    opened_now: frozenset[str] = frozenset()
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
        items = delivery.items
        fresh = {sha256: item for sha256, item in items.items() if sha256 not in readings.known}
        made = _Made()
        made.by(read_in_stages, fresh, readings, jobs, watch)
        gathered = readings.gathered
        mute = {sha256: items[sha256] for sha256 in items if report_id(sha256) not in gathered}
        # What failed just now gives no evidence either.
        mute = {sha256: item for sha256, item in mute.items() if sha256 in readings.known}
        if mute:
            made.by(gather_again, mute, readings, jobs, watch)
        failed = made.failed
        statuses = {sha256: readings.known[sha256].status for sha256 in items if sha256 in readings.known}
        statuses |= {sha256: extraction.report.status for sha256, extraction in failed.items()}
        damaged = (*delivery.damaged, *readings.damaged)
        try:
            build = make_build(
                failed.values(),
                lake,
                kept=readings.tables(items.keys() - failed.keys()),
                kept_sha256=None if failed else readings.sha256(items),
                delivery=delivery,
                registry=registry,
                allow_shrink=allow_shrink,
            )
        except BuildRefusedError as refusal:
            return ArchiveBuild(None, statuses, frozenset(fresh), made.opened, str(refusal), damaged)
    return ArchiveBuild(build, statuses, frozenset(fresh), made.opened, damaged=(*damaged, *build.mended))


def is_unread(files: Iterable[str], statuses: Mapping[str, str]) -> bool:
    """Whether a report was read whole from none of its files. A page that leads to its attachment has no
    tables of its own, and needs none."""
    found = {statuses[sha256] for sha256 in files if sha256 in statuses}
    return found.isdisjoint(_READ) and not found.isdisjoint(UNFINISHED)


class _Made:
    """What is made for a build: `opened` are the documents that a reader opened, by their hash, `failed` what
    the next build tries again."""

    def __init__(self) -> None:
        self._opened: set[str] = set()
        self.failed: dict[str, Extraction] = {}

    @property
    def opened(self) -> frozenset[str]:
        return frozenset(self._opened)

    def by(
        self,
        stage: Callable[[Source], Staged],
        items: Mapping[str, Item],
        readings: Readings,
        jobs: int,
        watch: Watch,
    ) -> None:
        """Put the items through a stage, and keep what lasts."""
        drawn: deque[str] = deque()
        with watch(read_all(self._drawing(items, readings, drawn), jobs, stage), len(items)) as read:
            readings.keep(self._lasting(read, drawn))

    def _drawing(self, items: Mapping[str, Item], readings: Readings, drawn: deque[str]) -> Iterator[Item]:
        for sha256, item in readings.with_documents(items):
            drawn.append(sha256)
            yield item

    def _lasting(self, read: Read, drawn: deque[str]) -> Iterator[Staged]:
        for _, made in read:
            sha256 = drawn.popleft()
            if isinstance(made, Staged):
                if made.was_opened:
                    self._opened.add(sha256)
                yield made
            else:
                self.failed[sha256] = made
