"""A build takes over the rows of reports that nothing touches, and is byte for byte as it is from nothing."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.integrity.damage import Damage
from base.paths import REGISTRY
from extract.agencies.evidence import AgencyEvidence
from extract.builds import build as builds
from extract.builds.build import Build, make_build
from extract.builds.corrections import COLUMNS, FILE
from extract.builds.delivery import Delivery
from extract.builds.difference import memory
from extract.builds.readings import KeptReadings, Readings
from extract.builds.verify import parts
from extract.records import Finding
from extract.schemas import LISTINGS, RUNS, SNAPSHOTS
from extract.stages import Staged
from tests.copies.listed import Page, again, report
from tests.copies.test_settle import with_evidence
from tests.damage.lake import flip
from tests.dataset.test_build import files_of

SCHOOLS = "410702:education"
# Of two agencies and three years: a page and its attachment, read by another reader; a version and the next;
# a report like that of the year before; one with a finding of its own; one whose agency its evidence tells,
# one of nobody, one of no year, one that is no report.
PAGE = report(1)
FILE_OF_PAGE = again(PAGE, reader="pdf")
BROKEN = replace(
    report(5, year=2022, agency_id=SCHOOLS),
    findings=(Finding("narrative_short", "warn", "正文过短", "the text is short"),),
)
WHOLE = (
    Page(PAGE, "http://a.test/1.html"),
    Page(FILE_OF_PAGE, "http://a.test/1.pdf", part="attachment", article="http://a.test/1.html"),
    Page(report(2, year=2022), "http://a.test/2.html", seen=(1, 4), current=False),
    Page(report(3, year=2022), "http://a.test/2.html", seen=(5, 9)),
    Page(report(3, year=2021), "http://a.test/3.html"),
    Page(BROKEN, "http://a.test/5.html", column="schools"),
    Page(report(6, agency_id=SCHOOLS), "http://a.test/6.html", column="schools"),
    Page(with_evidence(report(4), AgencyEvidence(title="江苏省南京市鼓楼区商务局")), "http://a.test/4.html"),
    Page(report(7, agency_id=None), "http://a.test/7.html"),
    Page(report(8, agency_id=None, year=None, agency_name=None), "http://a.test/8.html"),
    Page(replace(report(9, status="not_a_report"), facts=()), "http://a.test/9.html"),
)
NEW = Page(report(10, year=2021, agency_id=SCHOOLS), "http://a.test/10.html")


class Lake:
    """A lake whose builds are made of readings that it keeps."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.lake = folder, folder / "lake"
        self.registry = REGISTRY

    def take_registry(self) -> Path:
        """A registry of its own, for a test to change."""
        self.registry = Path(shutil.copytree(REGISTRY, self.folder / "data" / "registry"))
        return self.registry

    def build(self, pages: Sequence[Page], lake: Path | None = None) -> Build:
        """A build of what is read on these pages, in batches as it came."""
        once = {page.extraction.report.source_sha256: page.extraction for page in pages}
        listings = [asdict(page.listing) | {"published_on": None} for page in pages]
        paths = [self.folder / f"{name}.parquet" for name in ("listings", "snapshots", "runs")]
        for path, schema, rows in zip(paths, (LISTINGS, SNAPSHOTS, RUNS), (listings, [], []), strict=True):
            pq.write_table(pa.Table.from_pylist(rows, schema), path)
        with Readings(lake or self.lake) as readings:
            fresh = [sha256 for sha256 in once if sha256 not in readings.known]
            readings.keep(
                [Staged(sha256, once[sha256], once[sha256].evidence, None, False) for sha256 in fresh]
            )
            return make_build(
                (),
                lake or self.lake,
                kept=readings.of(once),
                delivery=Delivery({}, paths[0], paths[1], paths[2]),
                registry=self.registry,
                allow_shrink="a test",
            )

    def both(self, pages: Sequence[Page]) -> Build:
        """The next build, which is that of a lake in which nothing is but the readings."""
        following = self.build(pages)
        assert files_of(following.path) == files_of(self.from_nothing(pages).path)
        return following

    def from_nothing(self, pages: Sequence[Page]) -> Build:
        """A build that knows of none before it."""
        other = self.folder / "other"
        shutil.rmtree(other, ignore_errors=True)
        for name in ("readings", "evidence", "documents"):
            shutil.copytree(self.lake / name, other / name)
        return self.build(pages, other)

    def facts(self, build: Build) -> list[Path]:
        return sorted((build.path / "facts").rglob("*.parquet"))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


@pytest.fixture
def redone(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The reports whose kept facts were opened; to be cleared."""
    opened: set[str] = set()
    rows = KeptReadings.rows

    def noted(self: KeptReadings, table: str, report_ids: Collection[str]) -> Iterator[pa.RecordBatch]:
        if table == "facts":
            opened.update(report_ids)
        return rows(self, table, report_ids)

    monkeypatch.setattr(KeptReadings, "rows", noted)
    return opened


def ids(*pages: Page) -> set[str]:
    return {page.extraction.report.report_id for page in pages}


def after(lake: Lake, redone: set[str], pages: Sequence[Page]) -> Build:
    """The next build of the lake; `redone` is what it alone made again."""
    redone.clear()
    following = lake.build(pages)
    alone = set(redone)
    assert files_of(following.path) == files_of(lake.from_nothing(pages).path)
    redone.clear()
    redone.update(alone)
    return following


def test_a_new_report_rewrites_its_own_partition(lake: Lake, redone: set[str]) -> None:
    first = lake.build(WHOLE)
    assert redone == ids(*WHOLE)
    second = after(lake, redone, [*WHOLE, NEW])
    assert redone == ids(NEW)
    same = [a.samefile(b) for a, b in zip(lake.facts(first), lake.facts(second), strict=True)]
    assert [path.parent.name for path, kept in zip(lake.facts(second), same, strict=True) if not kept] == [
        "year-2021"
    ]


def test_a_version_more_makes_its_report_again(lake: Lake, redone: set[str]) -> None:
    lake.build(WHOLE)
    gone = replace(WHOLE[0], seen=(1, 4), current=False)
    version = Page(report(11), "http://a.test/1.html", seen=(5, 9))
    after(lake, redone, [gone, *WHOLE[1:], version])
    assert redone == ids(*WHOLE[:2], version)


def test_what_is_withdrawn_leaves_no_row(lake: Lake, redone: set[str]) -> None:
    lake.build([*WHOLE, NEW])
    after(lake, redone, WHOLE)
    assert redone == set()
    # The only one of its year.
    rest = [page for page in WHOLE if page.extraction.report.year != 2021]
    # And a copy that stood goes, so that the other stands for the report.
    build = after(lake, redone, rest[1:])
    assert redone == ids(WHOLE[1])
    assert "2021" not in build.manifest["facts_by_year"]


def test_a_corrected_row_of_the_registry_moves_a_report_to_its_year(lake: Lake, redone: set[str]) -> None:
    lake.build(WHOLE)
    table = lake.take_registry() / "agencies" / "settled_years.csv"
    names = table.read_text(encoding="utf-8").splitlines()[0].split(",")
    (moved,) = ids(WHOLE[4])
    row = {"report_id": moved, "year": "2020", "by": "editor", "when": "2026-01-09", "why": "看过原件"}
    with table.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, names).writerow(row)
    build = after(lake, redone, WHOLE)
    assert redone == {moved}
    assert {"2020"} == build.manifest["facts_by_year"].keys() - {"2022", "2023", "unknown"}


def test_a_correction_makes_no_row_again(lake: Lake, redone: set[str]) -> None:
    lake.build(WHOLE)
    of = WHOLE[5].extraction
    cell = {
        "row_code": "t2:20.1.2.issued",
        "applicant_type": "total",
        "published": "5",
        "corrected_value": "6",
    }
    row = dict.fromkeys(COLUMNS, "") | cell
    row |= {"source_sha256": of.report.source_sha256, "year": "2022", "reason": "少计一件", "who": "editor"}
    row |= {"evidence": "原件", "decided_on": "2026-03-31", "status": "accepted"}
    with (lake.take_registry().parent / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerow(row)
    build = after(lake, redone, WHOLE)
    assert redone == set()
    assert pq.read_table(build.path / "corrections.parquet")["report_id"].to_pylist() == [of.report.report_id]


def test_a_changed_rule_makes_all_again(
    lake: Lake, redone: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.build(WHOLE)
    monkeypatch.setattr(memory, "code_sha256", lambda: "0" * 64)
    after(lake, redone, [*WHOLE, NEW])
    assert redone == ids(*WHOLE, NEW)


class StoppedError(Exception):
    """What a test lets happen to a build."""


@pytest.mark.parametrize("step", ["remember", "make_current", "_publish", "_manifest_of"])
def test_after_a_build_that_was_interrupted(
    lake: Lake, redone: set[str], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.build(WHOLE)

    def stopped(*_: object) -> None:
        raise StoppedError

    with monkeypatch.context() as during, pytest.raises(StoppedError):
        during.setattr(builds, step, stopped)
        lake.build([*WHOLE, NEW])
    after(lake, redone, [*WHOLE, NEW])
    # Nobody knows any more what a build rests on whose last step is missing.
    assert redone == (ids(*WHOLE, NEW) if step == "remember" else ids(NEW))


@pytest.mark.parametrize("name", ["facts/year-2022/part-0.parquet", "findings.parquet", "inputs.parquet"])
def test_nothing_is_taken_over_of_what_is_damaged_and_verify_tells(
    lake: Lake, redone: set[str], name: str
) -> None:
    first = lake.build(WHOLE)
    path = lake.lake / name if name == "inputs.parquet" else first.path / name
    bit = random.Random(name).randrange(path.stat().st_size * 8)
    flip(path, bit)
    assert [damage.path for damage in damages(lake.lake)] == [path]
    after(lake, redone, [*WHOLE, NEW])
    assert redone == ids(*WHOLE, NEW)


def damages(lake: Path) -> list[Damage]:
    """What `gknb verify` finds in what is derived."""
    return [damage for part in parts(lake) for path in part.files for damage in part.check(path)]


def test_readings_that_are_damaged_are_read_again_and_made_again(lake: Lake, redone: set[str]) -> None:
    lake.build(WHOLE)
    (facts,) = (lake.lake / "readings").glob("*/*/facts.parquet")
    flip(facts, 8 * (facts.stat().st_size // 2))
    after(lake, redone, [*WHOLE, NEW])
    assert redone == ids(*WHOLE, NEW)


CHANGES: dict[str, Callable[[Page], Page]] = {
    "as it is": lambda page: page,
    "unlisted": lambda page: replace(page, listed=False),
    "gone": lambda page: replace(page, current=False),
    "seen again": lambda page: replace(page, seen=(page.seen[0], 20)),
    "moved": lambda page: replace(page, url=page.url + "?moved"),
    "alone": lambda page: replace(page, article=""),
}
ARCHIVES = st.lists(
    st.tuples(st.sampled_from((*WHOLE, NEW)), st.sampled_from(sorted(CHANGES))),
    min_size=1,
    unique_by=lambda drawn: drawn[0].extraction.report.report_id,
)


@pytest.mark.slow
@settings(max_examples=10)
@given(st.lists(ARCHIVES, min_size=2, max_size=3))
def test_whatever_changes_a_build_is_what_it_is_from_nothing(
    tmp_path_factory: pytest.TempPathFactory, archives: list[list[tuple[Page, str]]]
) -> None:
    lake = Lake(tmp_path_factory.mktemp("lake"))
    for drawn in archives:
        pages = [CHANGES[change](page) for page, change in drawn]
        if any(page.extraction.facts and page.extraction.report.status != "not_a_report" for page in pages):
            lake.both(pages)
