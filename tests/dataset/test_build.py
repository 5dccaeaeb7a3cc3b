"""Builds: same input same bytes, refused when hollow, never half current."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.builds import dataset
from extract.builds.build import (
    BuildRefusedError,
    NoBuildError,
    current_build,
    damaged_files,
    make_build,
)
from extract.builds.dataset import UNKNOWN_YEAR
from extract.builds.delivery import Delivery
from extract.records import Extraction, Fact, Finding, Report
from extract.schemas import FACTS, FINDINGS, LISTINGS, REPORTS, RUNS, SNAPSHOTS, TABLES
from tests.dataset.factory import extraction

ROOT = Path(__file__).parents[2]


def some_extractions() -> list[Extraction]:
    return [
        extraction("青石县商务局", 2021, agency_id="410702:commerce"),
        extraction("青石县商务局", 2022, agency_id="410702:commerce", values={("t3:1", "total"): 3}),
        extraction("青石县教育局", 2022),
        extraction("白水县财政局", None),
        extraction("白水县司法局", 2020, "e2019"),
    ]


def files_of(build_path: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(build_path)): path.read_bytes()
        for path in build_path.rglob("*")
        if path.is_file()
    }


def test_the_same_reports_in_another_order_give_the_same_bytes_under_the_same_name(tmp_path: Path) -> None:
    shuffled = some_extractions()
    random.Random(7).shuffle(shuffled)
    first = make_build(some_extractions(), tmp_path / "one")
    second = make_build(shuffled, tmp_path / "two")
    assert first.build_id == second.build_id
    assert files_of(first.path) == files_of(second.path)


def test_the_same_input_again_is_the_same_build(tmp_path: Path) -> None:
    first = make_build(some_extractions(), tmp_path)
    again = make_build(some_extractions(), tmp_path)
    assert again.path == first.path
    assert [path.name for path in (tmp_path / "builds").iterdir() if not path.name.startswith(".")] == [
        first.build_id
    ]


def test_rows_are_sorted_by_agency_and_row_and_an_unknown_year_has_its_own_partition(tmp_path: Path) -> None:
    build = make_build(some_extractions(), tmp_path)
    partitions = sorted(path.name for path in (build.path / "facts").iterdir())
    assert partitions == ["year-2020", "year-2021", "year-2022", f"year-{UNKNOWN_YEAR}"]
    for part in (build.path / "facts").rglob("*.parquet"):
        rows = pq.read_table(part, partitioning=None).select(["agency_id", "agency_name", "row_code"])
        keys = [
            (row["agency_id"] is None, row["agency_id"] or "", row["agency_name"], row["row_code"])
            for row in rows.to_pylist()
        ]
        assert keys == sorted(keys)
    unknown = pq.read_table(build.path / "facts" / f"year-{UNKNOWN_YEAR}" / "part-0.parquet")
    assert unknown.num_rows == 200


def test_columns_carry_their_descriptions_in_both_languages(tmp_path: Path) -> None:
    build = make_build(some_extractions(), tmp_path)
    schema = pq.read_schema(build.path / "facts" / "year-2021" / "part-0.parquet")
    assert schema.names == FACTS.names
    assert schema.field("year").type == pa.int16()
    for name in ("reports", "findings"):
        assert pq.read_schema(build.path / f"{name}.parquet").names == TABLES[name].schema.names
    for field in schema:
        assert field.metadata[b"description_zh"].decode().strip()
        assert field.metadata[b"description_en"].decode().strip()


def test_a_column_is_the_records_own_or_its_reports() -> None:
    of_report = set(Report.__dataclass_fields__)
    assert of_report == set(REPORTS.names)
    for record, schema in ((Fact, FACTS), (Finding, FINDINGS)):
        own = {name for name in schema.names if hasattr(record, name)}
        assert own >= set(record.__dataclass_fields__) - {"zh", "en"}
        assert set(schema.names) - own <= of_report


def test_the_manifest_counts_and_hashes_every_file(tmp_path: Path) -> None:
    build = make_build(some_extractions(), tmp_path)
    on_disk = {str(path.relative_to(build.path)) for path in build.path.rglob("*") if path.is_file()}
    assert on_disk == {*build.manifest["files"], "manifest.json"}
    assert build.manifest["counts"]["facts"] == 4 * 200 + 198
    assert build.manifest["counts"]["reports"] == 5
    assert build.manifest["facts_by_year"] == {"2020": 198, "2021": 200, "2022": 400, UNKNOWN_YEAR: 200}
    assert damaged_files(build) == []
    broken = build.path / "reports.parquet"
    broken.chmod(0o644)
    broken.write_bytes(broken.read_bytes()[:-1] + b"x")
    assert damaged_files(build) == ["reports.parquet"]


def test_findings_of_checks_and_of_extraction_stand_together(tmp_path: Path) -> None:
    note = Finding("page_without_text", "info", "第 2 页无文字", "page 2 has no text")
    build = make_build(
        [extraction(values={("t3:1", "total"): 5, ("t4:rec.total", "total"): 2}, findings=(note,))], tmp_path
    )
    found = pq.read_table(build.path / "findings.parquet").to_pylist()
    assert [(row["check_id"], row["row_code"]) for row in found] == [
        ("A1", "t3:3.7"),
        ("A2", "t3:1"),
        ("A4", "t4:rec.total"),
        ("page_without_text", None),
    ]


def test_nothing_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildRefusedError, match="no reports"):
        make_build([], tmp_path)
    bare = extraction()
    with pytest.raises(BuildRefusedError, match="no facts"):
        make_build([replace(bare, facts=())], tmp_path)
    with pytest.raises(NoBuildError, match="gknb build"):
        current_build(tmp_path)


def test_a_build_that_holds_less_is_refused_and_the_last_one_stays(tmp_path: Path) -> None:
    full = make_build(some_extractions(), tmp_path)
    with pytest.raises(BuildRefusedError, match="reports 5 -> 4"):
        make_build(some_extractions()[:-1], tmp_path)
    assert current_build(tmp_path).build_id == full.build_id
    smaller = make_build(some_extractions()[:-1], tmp_path, allow_shrink="教育局撤回 withdrawn")
    assert current_build(tmp_path).build_id == smaller.build_id
    assert smaller.manifest["allow_shrink"] == "教育局撤回 withdrawn"


def test_a_lost_year_is_not_hidden_by_a_gain_elsewhere(tmp_path: Path) -> None:
    make_build(some_extractions(), tmp_path)
    moved = [one for one in some_extractions() if one.report.year != 2020] + [
        extraction(f"黑土县{office}局", 2022) for office in ("民政", "水利", "统计")
    ]
    with pytest.raises(BuildRefusedError, match="facts of 2020 198 -> 0"):
        make_build(moved, tmp_path)


def test_numbers_that_turned_into_blanks_are_a_loss(tmp_path: Path) -> None:
    make_build([extraction()], tmp_path)
    with pytest.raises(BuildRefusedError, match="numbers_read 200 -> 199"):
        make_build([extraction(values={("t3:1", "total"): None})], tmp_path)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildRefusedError, match="stands 2 times"):
        make_build([extraction(), extraction()], tmp_path)
    one = extraction(agency_id="410702:commerce")
    cell = next(fact for fact in one.facts if fact.row_code == "t2:20.1.1.in_force")
    with pytest.raises(
        BuildRefusedError, match=re.escape("410702:commerce 2023 t2:20.1.1.in_force total stands 2 times")
    ):
        make_build([replace(one, facts=(*one.facts, cell))], tmp_path)


def test_unresolved_agencies_of_one_name_may_report_the_same_year(tmp_path: Path) -> None:
    two = [extraction("商务局", values={("t2:20.1.1.issued", "total"): number}) for number in (1, 2)]
    assert make_build(two, tmp_path).manifest["counts"]["reports"] == 2


def test_the_fetch_log_goes_in_with_its_span(tmp_path: Path) -> None:
    times = [datetime(2026, 1, day, tzinfo=UTC) for day in (9, 3)]
    rows = [dict.fromkeys(SNAPSHOTS.names) | {"url": "http://a.test/", "fetched_at": at} for at in times]
    paths = [tmp_path / f"{name}.parquet" for name in ("listings", "snapshots", "runs")]
    for path, schema, found in zip(paths, (LISTINGS, SNAPSHOTS, RUNS), ([], rows, []), strict=True):
        pq.write_table(pa.Table.from_pylist(found, schema), path)
    build = make_build([extraction()], tmp_path / "lake", delivery=Delivery({}, paths[0], paths[1], paths[2]))
    assert build.manifest["fetch_log"] == {
        "first": "2026-01-03 00:00:00+00:00",
        "last": "2026-01-09 00:00:00+00:00",
        "fetches": 2,
    }
    written = pq.read_table(build.path / "snapshots.parquet")
    assert [row["fetched_at"] for row in written.to_pylist()] == sorted(times)


def test_a_current_build_that_is_gone_is_not_taken_for_none(tmp_path: Path) -> None:
    """Else a build of nothing much could replace it unnoticed."""
    shutil.rmtree(make_build(some_extractions(), tmp_path).path)
    with pytest.raises(NoBuildError, match=r"remove .*current and build anew"):
        make_build([extraction()], tmp_path)


def test_a_second_builder_is_turned_away(tmp_path: Path) -> None:
    def others() -> Iterator[Extraction]:
        with pytest.raises(BuildRefusedError, match="another build runs"):
            make_build([extraction()], tmp_path)
        yield extraction()

    make_build(others(), tmp_path)


# Runs a build in each lake that is named, in a process of its own that dies by SIGKILL at the n-th call that
# changes the file system; says of each how it ended. They are forked from one that has imported it all.
CHILDREN = """
import os, signal, sys
from pathlib import Path
from extract.builds.build import make_build
from tests.dataset.factory import extraction

for argument in sys.argv[1:]:
    lake, _, last = argument.rpartition("=")
    last, calls = int(last), 0
    child = os.fork()
    if not child:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()

def watch(event, arguments):
    global calls
    writes = event in ("os.rename", "os.symlink", "os.mkdir", "os.remove", "os.rmdir", "os.chmod") or (
        event == "open" and lake in str(arguments[0]))
    if writes:
        calls += 1
        if calls == last:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
make_build([extraction("青石县商务局", 2021), extraction("青石县商务局", 2022)], Path(lake))
print(calls, flush=True)
"""


def run_children(*lakes: tuple[Path, int]) -> list[int]:
    """What a build in each lake that dies at such a step says: that it was killed, or its steps and 0."""
    told = subprocess.run(
        [sys.executable, "-c", CHILDREN, *(f"{lake}={dies_at}" for lake, dies_at in lakes)],
        cwd=ROOT,
        # What one of them kept in the cache would be steps that the next has not.
        env={**os.environ, "PYTHONPATH": str(ROOT), "GKNB_CACHE": str(Path(os.devnull, "cache"))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return list(map(int, told.stdout.split()))


def check_crashes(folder: Path, every: int) -> None:
    """Kill a build at its last steps (which hold the renames) and at each `every`-th of the earlier ones."""
    small = [extraction("青石县商务局", 2021)]
    large = [*small, extraction("青石县商务局", 2022)]
    old = make_build(small, folder / "old").manifest["files"]
    shutil.copytree(folder / "old", folder / "new", symlinks=True)
    steps, code = run_children((folder / "new", 0))
    assert code == 0
    new = current_build(folder / "new").manifest["files"]
    assert steps > 20
    at = sorted({*range(1, steps, every), *range(steps - 7, steps + 1)})
    lakes = [folder / f"lake{step}" for step in at]
    for lake in lakes:
        shutil.copytree(folder / "old", lake, symlinks=True)
    assert run_children(*zip(lakes, at, strict=True)) == [-signal.SIGKILL] * len(lakes)
    seen = []
    for lake in lakes:
        build = current_build(lake)
        seen.append(build.manifest["files"])
        assert seen[-1] in (old, new)
        assert damaged_files(build) == []
        healed = make_build(large, lake)
        assert healed.manifest["files"] == new
        assert not list(lake.rglob(".tmp-*"))
    assert old in seen
    assert new in seen


def test_a_crash_leaves_the_old_build_or_the_new_one(tmp_path: Path) -> None:
    check_crashes(tmp_path, every=25)


@pytest.mark.slow
def test_a_crash_at_any_step_leaves_the_old_build_or_the_new_one(tmp_path: Path) -> None:
    check_crashes(tmp_path, every=1)


def test_memory_stays_flat_while_rows_stream_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's side of a build holds one batch, however many reports pass."""
    monkeypatch.setattr(dataset, "BATCH_ROWS", 4096)
    one = extraction()

    def reports(number: int) -> Iterator[Extraction]:
        for index in range(number):
            name = f"{index:016d}"
            yield Extraction(replace(one.report, report_id=name), one.facts, ())

    def peak(number: int) -> int:
        tracemalloc.start()
        make_build(reports(number), tmp_path / str(number))
        peak_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak_bytes

    peak(1)  # what is imported and compiled once
    assert peak(200) < 1.3 * peak(50)


@pytest.mark.parametrize("link", ["file", "symbolic link of earlier versions"])
def test_a_lake_that_is_copied_or_zipped_opens(link: str, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    build = make_build(some_extractions(), lake)
    assert not (lake / "current").is_symlink()
    if link != "file":
        (lake / "current").unlink()
        (lake / "current").symlink_to(Path("builds") / build.build_id)
        assert current_build(lake).build_id == build.build_id
        larger = [*some_extractions(), extraction("青石县水利局", 2022)]
        build = make_build(larger, lake)
    with zipfile.ZipFile(tmp_path / "lake.zip", "w") as archive:
        for path in lake.rglob("*"):
            archive.write(path, path.relative_to(lake))
    with zipfile.ZipFile(tmp_path / "lake.zip") as archive:
        archive.extractall(tmp_path / "elsewhere")
    opened = current_build(tmp_path / "elsewhere")
    assert opened.path == (tmp_path / "elsewhere").resolve() / "builds" / build.build_id
    assert damaged_files(opened) == []


@pytest.mark.parametrize(
    "text", [b"", b"builds/", b"/etc", b"builds/../../x", b"\xff", b"builds/0123456789abcde"]
)
def test_a_damaged_pointer_is_told_with_what_to_do(text: bytes, tmp_path: Path) -> None:
    make_build(some_extractions(), tmp_path)
    (tmp_path / "current").write_bytes(text)
    with pytest.raises(NoBuildError, match=r"current is damaged.*builds/ID.*build anew"):
        current_build(tmp_path)
    with pytest.raises(NoBuildError, match="current is damaged"):
        make_build([extraction()], tmp_path)


def test_a_pointer_that_a_copy_turned_into_a_folder_is_told(tmp_path: Path) -> None:
    build = make_build(some_extractions(), tmp_path)
    (tmp_path / "current").unlink()
    shutil.copytree(build.path, tmp_path / "current")
    with pytest.raises(NoBuildError, match="is a folder"):
        current_build(tmp_path)
