"""Corrections stand beside the facts, and a build whose cells are not what they expect is refused."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from base.paths import REGISTRY
from base.tables import Complaints
from extract.builds.build import BuildRefusedError, current_build, make_build
from extract.builds.corrections import COLUMNS, FILE, CorrectionsError, read_corrections, write_corrections
from extract.builds.dataset import of_reports, to_batch
from extract.records import Extraction, Fact, Report
from extract.schemas import FACTS
from query import open_build
from tests.dataset.factory import extraction

ROOT = Path(__file__).parents[2]
TOTAL = ("t3:1", "total")


def report(received: float | None = 5, year: int = 2022) -> Extraction:
    return extraction("青石县商务局", year, values={TOTAL: received, ("t2:20.8.1.amount", "total"): 251000})


def correction(of: Extraction | None = None, **changed: Any) -> dict[str, Any]:
    """A row that stands, for the report above."""
    return {
        "agency_id": "",
        "source_sha256": (of or report()).report.source_sha256,
        "year": 2022,
        "row_code": "t3:1",
        "applicant_type": "total",
        "published": "5",
        "corrected_value": "6",
        "reason": "总计少计一件",
        "evidence": "各类申请人之和为 6",
        "who": "editor",
        "decided_on": "2026-03-31",
        "status": "accepted",
    } | changed


def write(folder: Path, *rows: dict[str, Any]) -> Path:
    """The project's registry with these corrections beside it."""
    registry = folder / "registry"
    if not registry.exists():
        registry.symlink_to(REGISTRY)
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return registry


def held(folder: Path, facts: Sequence[tuple[Fact, Report]], *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """The table of corrections, with these rows held against these facts."""
    write(folder, *rows)
    pq.write_table(pa.Table.from_batches([to_batch(facts, FACTS)]), folder / "facts.parquet")
    with duckdb.connect() as connection:
        target = write_corrections(
            connection, folder / FILE, [folder / "facts.parquet"], folder / "corrections.parquet"
        )
    read: list[dict[str, Any]] = pq.read_table(target).to_pylist()
    return read


def complaint(folder: Path, *rows: dict[str, Any]) -> str:
    """What is said of rows that cannot stand against the report above."""
    with pytest.raises(CorrectionsError) as complaint:
        held(folder, list(of_reports([report()], "facts")), *rows)
    return str(complaint.value)


def test_published_and_corrected_stand_side_by_side_and_facts_stay(tmp_path: Path) -> None:
    rows = [
        correction(),
        correction(
            row_code="t2:20.8.1.amount",
            published="251000",
            corrected_value="25.1",
            status="open",
            who="reader",
        ),
        correction(applicant_type="business", published="0", corrected_value="9", status="withdrawn"),
        correction(applicant_type="research", published="7", corrected_value="0", status="mended"),
    ]
    build = make_build([report()], tmp_path / "lake", registry=write(tmp_path, *rows))
    with open_build(build.path, described=False) as connection:
        told = connection.execute(
            "SELECT row_code, applicant_type, value, published, corrected_value, correction_status, "
            "proposed_value, reason FROM corrected_facts WHERE correction_status IS NOT NULL ORDER BY ALL"
        ).fetchall()
        assert told == [
            ("t2:20.8.1.amount", "total", 251000, "251000", 251000, "open", 25.1, "总计少计一件"),
            ("t3:1", "total", 5, "5", 6, "accepted", 6, "总计少计一件"),
        ]
        assert connection.execute(
            "SELECT value, published FROM facts WHERE row_code = 't3:1' AND applicant_type = 'total'"
        ).fetchall() == [(5, "5")]
        others = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE corrected_value IS NOT DISTINCT FROM value) "
            "FROM corrected_facts"
        ).fetchone()
        assert others == (200, 199)
        statuses = connection.execute(
            "SELECT status, report_id IS NULL FROM corrections ORDER BY status"
        ).fetchall()
        assert statuses == [("accepted", False), ("mended", True), ("open", False), ("withdrawn", True)]


def test_a_blank_cell_can_be_corrected_and_stays_blank_in_facts(tmp_path: Path) -> None:
    blank = report(None)
    row = correction(blank, published="")
    build = make_build([blank], tmp_path / "lake", registry=write(tmp_path, row))
    with open_build(build.path, described=False) as connection:
        assert connection.execute(
            "SELECT value, value_status, corrected_value FROM corrected_facts WHERE proposed_value = 6"
        ).fetchall() == [(None, "blank", 6)]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"year": 2021}, "no report of this build has the cell"),
        ({"agency_id": "990101:commerce"}, "no report of this build has the cell 990101:commerce 2022 t3:1"),
        ({"row_code": "t3:9.9"}, "row_code 't3:9.9' is not in data/codebook/rows.csv"),
        ({"row_code": "t2:20.1"}, "is a heading"),
        ({"applicant_type": "martian"}, "applicant_type 'martian' should be one of natural_person"),
        (
            {"row_code": "t2:20.8.1.amount", "applicant_type": "business"},
            "t2:20.8.1.amount is not told by applicant",
        ),
        ({"status": "done"}, "status 'done' should be one of open, accepted, withdrawn, mended"),
        ({"decided_on": "31.3.2026"}, "decided_on '31.3.2026' should be a date such as 2026-03-31"),
        ({"decided_on": "9999-12-31"}, "decided_on 9999-12-31 is still to come"),
        ({"decided_on": "2020-03-31"}, "year 2022 is after the decision of 2020-03-31"),
        ({"year": "二〇二二"}, "should be a year of four digits"),
        ({"corrected_value": "六"}, "corrected_value '六' should be a number"),
        ({"corrected_value": "6.5"}, "corrected_value 6.5 should be a whole number"),
        ({"corrected_value": "-6"}, "corrected_value -6 should be a whole number"),
        ({"corrected_value": "nan"}, "corrected_value 'nan' should be a number"),
        ({"corrected_value": ""}, "corrected_value '' should be a number"),
        ({"corrected_value": "9" * 400}, "has more than 15 digits"),
        ({"corrected_value": "5"}, "prints '5', which corrected_value says too"),
        ({"source_sha256": "abc"}, "source_sha256 'abc' should be 64"),
        ({"source_sha256": ""}, "agency_id and source_sha256 are both empty"),
        ({"reason": ""}, "reason is empty"),
        ({"evidence": " "}, "evidence is empty"),
        ({"who": ""}, "who is empty"),
        ({"published": "7"}, "prints '5' by now, and not '7'; look at the source again"),
    ],
)
def test_a_row_that_cannot_stand_is_named_with_file_and_line(
    tmp_path: Path, changed: dict[str, Any], named: str
) -> None:
    good = correction(applicant_type="business", published="0", corrected_value="1")
    message = complaint(tmp_path, good, correction(**changed))
    assert message.startswith(f"{FILE}, line 3: ")
    assert named in message
    assert "\n" not in message


def test_all_rows_that_cannot_stand_are_named_at_once(tmp_path: Path) -> None:
    message = complaint(tmp_path, correction(status="x"), correction(year=1999), correction(published="8"))
    assert [line.split(":")[0] for line in message.splitlines()] == [
        "corrections.csv, line 2",
        "corrections.csv, line 3",
        "corrections.csv, line 4",
    ]


def test_two_standing_corrections_of_one_cell_are_refused(tmp_path: Path) -> None:
    message = complaint(tmp_path, correction(), correction(corrected_value="7", status="open"))
    assert message == (
        "corrections.csv, line 3: corrects the cell that line 2 corrects; withdraw one of the two"
    )


def test_a_build_with_such_a_row_is_refused_and_the_last_good_one_stays(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    before = make_build([report()], lake, registry=write(tmp_path, correction())).build_id
    with pytest.raises(BuildRefusedError, match=r"corrections.csv, line 2: .* prints '8' by now"):
        make_build([report(8)], lake, registry=write(tmp_path, correction(report(8))))
    assert current_build(lake).build_id == before
    assert [path.name for path in (lake / "builds").iterdir() if path.is_dir()] == [before]


def test_a_source_with_other_bytes_is_refused_though_it_prints_the_same(tmp_path: Path) -> None:
    first = replace(report().facts[0], row_code="t3:1", published="5")
    of = replace(report().report, agency_id="990101:commerce")
    anew = replace(of, source_sha256="f" * 64)
    row = correction(agency_id="990101:commerce", applicant_type=first.applicant_type)
    assert held(tmp_path, [(first, of)], row)[0]["report_id"] == of.report_id
    with pytest.raises(CorrectionsError, match=r"line 2: .* stands in source f{64} by now"):
        held(tmp_path, [(first, anew)], row)
    assert held(tmp_path, [(first, anew)], row | {"source_sha256": ""})[0]["source_sha256"] == "f" * 64


def test_a_cell_corrected_by_agency_and_by_source_is_corrected_twice(tmp_path: Path) -> None:
    of = replace(report().report, agency_id="990101:commerce")
    facts = [(fact, of) for fact in report().facts]
    rows = [correction(), correction(agency_id="990101:commerce", source_sha256="")]
    with pytest.raises(CorrectionsError, match="line 3: corrects the cell that line 2 corrects"):
        held(tmp_path, facts, *rows)


def test_a_source_that_holds_two_such_cells_asks_for_the_agency(tmp_path: Path) -> None:
    both = [
        (fact, replace(report().report, agency_id=f"990101:{name}", report_id=name))
        for name in ("commerce", "finance")
        for fact in report().facts
    ]
    with pytest.raises(CorrectionsError, match=r"2 reports have the cell .*: give agency_id as well"):
        held(tmp_path, both, correction())
    assert held(tmp_path, both, correction(agency_id="990101:finance"))[0]["report_id"] == "finance"


def test_a_file_that_is_no_such_table_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("agency_id,year\n1,2\n", encoding="utf-8")
    with duckdb.connect() as connection, pytest.raises(CorrectionsError, match=r"line 1: the header lacks"):
        write_corrections(connection, tmp_path / FILE, [tmp_path / "facts"], tmp_path / "target")


def test_without_the_file_there_are_no_corrections(tmp_path: Path) -> None:
    pq.write_table(
        pa.Table.from_batches([to_batch(of_reports([report()], "facts"), FACTS)]), tmp_path / "facts.parquet"
    )
    with duckdb.connect() as connection:
        target = write_corrections(
            connection, tmp_path / FILE, [tmp_path / "facts.parquet"], tmp_path / "target.parquet"
        )
    assert pq.read_table(target).num_rows == 0


def test_the_projects_own_table_reads_well() -> None:
    complain = Complaints()
    read_corrections(ROOT / "data" / FILE, complain)
    assert complain.problems == []
