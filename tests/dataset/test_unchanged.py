"""After a crawl that found nothing new a build takes tables over, and is what it would be if made anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from base.paths import REGISTRY
from extract.builds import build as builds
from extract.builds.assemble import Counts, assemble
from extract.builds.build import Build, current_build, make_build
from extract.builds.delivery import Delivery
from extract.schemas import LISTINGS, RUNS, SNAPSHOTS
from tests.copies.listed import Page, again, day, report
from tests.dataset.test_build import files_of

ONE = report(1)
PAGES = (
    Page(ONE, "http://a.test/1.html"),
    Page(again(ONE), "http://a.test/1.pdf", part="attachment", article="http://a.test/1.html"),
    Page(report(2, year=2022), "http://a.test/2.html", seen=(1, 4), current=False),
    Page(report(3, year=2022), "http://a.test/2.html", seen=(5, 9)),
    Page(report(4, year=2021, agency_id=None), "http://a.test/3.html"),
)


def later(pages: Sequence[Page], last: int = 20) -> list[Page]:
    """The same, seen once more."""
    return [replace(page, seen=(page.seen[0], last)) if page.current else page for page in pages]


class Lake:
    """A lake whose builds are made from these pages, with a registry of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake = folder / "lake"
        self.registry = folder / "data" / "registry"
        shutil.copytree(REGISTRY, self.registry)

    def build(self, pages: Sequence[Page], *, lake: Path | None = None, kept: str | None = "kept") -> Build:
        listings = [asdict(page.listing) | {"published_on": None} for page in pages]
        ended = max(page.listing.last_seen for page in pages)
        run = dict.fromkeys(RUNS.names) | {"run_id": str(ended), "finished_at": ended}
        paths = [self.folder / f"{name}.parquet" for name in ("listings", "snapshots", "runs")]
        fetch = dict.fromkeys(SNAPSHOTS.names) | {"url": "http://a.test/", "fetched_at": ended}
        tables = ((LISTINGS, listings), (SNAPSHOTS, [fetch]), (RUNS, [run]))
        for path, (schema, rows) in zip(paths, tables, strict=True):
            pq.write_table(pa.Table.from_pylist(rows, schema), path)
        extractions = {page.extraction.report.report_id: page.extraction for page in pages}
        return make_build(
            extractions.values(),
            lake or self.lake,
            kept_sha256=kept,
            delivery=Delivery({}, paths[0], paths[1], paths[2]),
            registry=self.registry,
        )

    def anew(self, pages: Sequence[Page]) -> Build:
        """A build that knows of none before it."""
        return self.build(pages, lake=self.folder / "other", kept=None)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


@pytest.fixture
def assembled(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders whose tables were made from readings."""
    folders: list[Path] = []

    def noted(*arguments: Any) -> Counts:
        folders.append(arguments[2])
        return assemble(*arguments)

    monkeypatch.setattr(builds, "assemble", noted)
    return folders


def last_seen(build: Build) -> set[datetime]:
    return set(pq.read_table(build.path / "copies.parquet")["last_seen"].to_pylist())


def test_tables_are_taken_over_and_the_build_is_as_if_made_anew(lake: Lake, assembled: list[Path]) -> None:
    first = lake.build(PAGES)
    assert len(assembled) == 1
    second = lake.build(later(PAGES))
    assert len(assembled) == 1
    assert (last_seen(first), last_seen(second)) == ({day(4), day(9)}, {day(4), day(20)})
    assert files_of(second.path) == files_of(lake.anew(later(PAGES)).path)
    third = lake.build(later(PAGES, 25))
    assert len(assembled) == 2, "only the one anew"
    assert files_of(third.path) == files_of(lake.anew(later(PAGES, 25)).path)
    assert second.path.is_dir(), "each is a build of its own"


def _registry(registry: Path) -> None:
    (registry / "notes.csv").write_text("note\n", encoding="utf-8")


def _corrections(registry: Path) -> None:
    shutil.copy(REGISTRY.parent / "corrections.csv", registry.parent)


def _cut_memory(registry: Path) -> None:
    (registry.parents[1] / "lake" / "inputs.json").write_text('{"build_id": "', encoding="utf-8")


def _no_memory(registry: Path) -> None:
    (registry.parents[1] / "lake" / "inputs.json").unlink()


def _damage(registry: Path) -> None:
    table = current_build(registry.parents[1] / "lake").path / "findings.parquet"
    table.chmod(0o644)
    table.write_bytes(table.read_bytes()[:-1])


@pytest.mark.parametrize("change", [_registry, _corrections, _cut_memory, _no_memory, _damage])
def test_a_build_is_made_whole_where_its_input_or_the_build_before_changed(
    lake: Lake, assembled: list[Path], change: Callable[[Path], None]
) -> None:
    lake.build(PAGES)
    change(lake.registry)
    second = lake.build(later(PAGES))
    assert len(assembled) == 2
    assert files_of(second.path) == files_of(lake.anew(later(PAGES)).path)


@pytest.mark.parametrize(
    "changes",
    [{"listed": False}, {"owner": None}, {"current": False}, {"url": "http://a.test/new"}, {"column": "b"}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_listing_that_changed_makes_a_build_whole(
    lake: Lake, assembled: list[Path], changes: dict[str, object]
) -> None:
    lake.build(PAGES)
    changed = [replace(PAGES[0], **changes), *PAGES[1:]]  # type: ignore[arg-type]
    second = lake.build(changed)
    assert len(assembled) == 2
    assert files_of(second.path) == files_of(lake.anew(changed).path)


def test_other_readings_make_a_build_whole(lake: Lake, assembled: list[Path]) -> None:
    lake.build(PAGES, kept="one")
    lake.build(PAGES, kept="another")
    lake.build(PAGES, kept=None)
    lake.build(PAGES, kept="one")
    assert len(assembled) == 4


def test_copies_that_only_times_tell_apart_make_a_build_whole(lake: Lake, assembled: list[Path]) -> None:
    """The same bytes at one address in two columns, first seen at one time, and gone from one of them."""
    twice = [*PAGES, replace(PAGES[0], column="other", current=False, seen=(1, 3))]
    lake.build(twice)
    seen = [*later(PAGES), twice[-1]]
    second = lake.build(seen)
    assert len(assembled) == 2
    assert files_of(second.path) == files_of(lake.anew(seen).path)
