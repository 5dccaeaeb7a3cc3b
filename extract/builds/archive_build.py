"""A build from the crawl's archive, in which no stage of a reading is made twice by the same code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from base.paths import REGISTRY
from base.temporary import temporary_folder
from extract.builds.build import Build, BuildRefusedError, make_build
from extract.builds.dataset import UNFINISHED
from extract.builds.delivery import Delivery
from extract.builds.engines.pool import Engine, Pool, Read, Stage
from extract.builds.readings import Readings
from extract.builds.run import Item
from extract.records import Extraction, report_id
from extract.stages import Staged, gather_again, read_in_stages

#: Lets a person see the readings go by, of which there will be so many.
Watch = Callable[[Read, int], AbstractContextManager[Read]]

_READ = ("ok", "empty_form")


@dataclass(frozen=True, slots=True)
class ArchiveBuild:
    """What came of it. `statuses` are those of all documents, by the hash of their bytes; `read_now` says
    which of them were read for this build, `opened_now` of which documents a reader opened the file: the
    others began with what readers had made of it before. So many pictures, pages and cut-outs of them, were
    `recognised_now`. `build` is None where it was `refused`, for the reason given. `damaged` names files that
    did not hold what was written, and what became of it. `reports` are the files of each report, as the crawl
    delivered them."""

    build: Build | None
    statuses: Mapping[str, str]
    read_now: frozenset[str]
    opened_now: frozenset[str] = frozenset()
    recognised_now: int = 0
    refused: str = ""
    damaged: tuple[str, ...] = ()
    reports: Set[frozenset[str]] = frozenset()

    @property
    def has_unread(self) -> bool:
        """Whether a report was read whole from none of its files, or a file that no report names."""
        alone = (frozenset([sha256]) for sha256 in self.statuses.keys() - frozenset().union(*self.reports))
        return any(is_unread(files, self.statuses) for files in chain(self.reports, alone))


def build_archive(
    deliver: Callable[[Path], Delivery],
    lake: Path,
    jobs: int,
    watch: Watch,
    *,
    registry: Path = REGISTRY,
    allow_shrink: str | None = None,
    cluster: str | None = None,
) -> ArchiveBuild:
    """Read what the crawl delivers and this code has not read, and make a build of `lake` from all of it.

    `deliver` writes the crawl's tables into a folder (`crawler.archive.deliver`). They are read by `jobs`
    processes, or by the workers of the `cluster` at this address. Raises what `deliver` raises, ClusterError,
    InUseError while another process reads for this lake, NoBuildError where the current build is gone,
    TableError for a fault in the registry's tables.
    """
    with Readings(lake) as readings, temporary_folder() as folder, _engine(jobs, cluster, lake) as engine:
        delivery = deliver(folder)
        items = delivery.items
        fresh = {sha256: item for sha256, item in items.items() if sha256 not in readings.known}
        made = _Made(engine, readings, watch)
        made.by(read_in_stages, fresh)
        gathered = readings.gathered
        mute = {sha256: items[sha256] for sha256 in items if report_id(sha256) not in gathered}
        # What failed just now gives no evidence either.
        mute = {sha256: item for sha256, item in mute.items() if sha256 in readings.known}
        if mute:
            made.by(gather_again, mute)
        failed = made.failed
        statuses = {sha256: readings.known[sha256].status for sha256 in items if sha256 in readings.known}
        statuses |= {sha256: extraction.report.status for sha256, extraction in failed.items()}
        damaged = (*delivery.damaged, *readings.damaged)
        made_of = partial(
            ArchiveBuild,
            statuses=statuses,
            read_now=frozenset(fresh),
            opened_now=made.opened,
            recognised_now=made.recognised,
            reports=delivery.reports,
        )
        try:
            build = make_build(
                failed.values(),
                lake,
                kept=readings.of(items.keys() - failed.keys()),
                kept_sha256=None if failed else readings.sha256(items),
                delivery=delivery,
                registry=registry,
                allow_shrink=allow_shrink,
            )
        except BuildRefusedError as refusal:
            return made_of(None, refused=str(refusal), damaged=damaged)
    return made_of(build, damaged=(*damaged, *build.mended))


def is_unread(files: Iterable[str], statuses: Mapping[str, str]) -> bool:
    """Whether a report was read whole from none of its files. A page that leads to its attachment has no
    tables of its own, and needs none."""
    found = {statuses[sha256] for sha256 in files if sha256 in statuses}
    return found.isdisjoint(_READ) and not found.isdisjoint(UNFINISHED)


@contextmanager
def _engine(jobs: int, cluster: str | None, lake: Path) -> Iterator[Engine]:
    if cluster is None:
        yield Pool(jobs)
        return
    from extract.builds.engines.cluster import Cluster

    with Cluster(cluster, lake) as engine:
        yield engine


class _Made:
    """What is made for a build: `opened` are the documents that a reader opened, by their hash, `recognised`
    counts pictures, `failed` are what the next build tries again."""

    def __init__(self, engine: Engine, readings: Readings, watch: Watch) -> None:
        self._engine, self._readings, self._watch = engine, readings, watch
        self._opened: set[str] = set()
        self.recognised = 0
        self.failed: dict[str, Extraction] = {}

    @property
    def opened(self) -> frozenset[str]:
        return frozenset(self._opened)

    def by(self, stage: Stage, items: Mapping[str, Item]) -> None:
        """Put the items through a stage, and keep what lasts."""
        with self._watch(self._engine.read(items, self._readings, stage), len(items)) as read:
            self._readings.keep(self._lasting(read), self._engine.kept)

    def _lasting(self, read: Read) -> Iterator[Staged]:
        for sha256, made in read:
            if isinstance(made, Staged):
                self.recognised += made.recognised
                if made.was_opened:
                    self._opened.add(sha256)
                yield made
            else:
                self.failed[sha256] = made
