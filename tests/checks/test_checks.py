"""The checks in SQL find what a slow evaluation in plain Python finds, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.paths import CODEBOOK
from extract.builds.dataset import of_reports, to_batch
from extract.checks.run import check_facts
from extract.form.layout.codebook import CodebookError, codebook
from extract.form.layout.identities import identities, instances
from extract.records import Extraction, Finding
from extract.schemas import FACTS, FINDINGS
from tests.checks.slow_evaluation import APPLICANTS, Broken, Cell, evaluate, outcomes, sums, table_three_rows
from tests.dataset.factory import extraction, printed_cells

EDITIONS = ("e2014", "e2019", "e2021")


def findings(folder: Path, *reports: Extraction) -> list[dict[str, str]]:
    """All findings of the checks over these reports."""
    facts = folder / "facts.parquet"
    batch = to_batch(of_reports(reports, "facts"), FACTS)
    with pq.ParquetWriter(facts, FACTS) as writer:
        writer.write_batch(batch)
    told = folder / "findings.parquet"
    with pq.ParquetWriter(told, FINDINGS) as writer:
        writer.write_batch(to_batch(of_reports(reports, "findings"), FINDINGS))
    with duckdb.connect() as connection:
        rows: list[dict[str, str]] = check_facts(connection, [facts], [told]).read_all().to_pylist()
    return rows


def keys(rows: list[dict[str, str]]) -> set[Broken]:
    """Findings as the slow evaluation words them."""
    return {
        (row["check_id"], row["row_code"], row["applicant_type"], row["expected"], row["found"])
        for row in rows
    }


def consistent(edition: str, seed: int) -> dict[Cell, float]:
    """A random report of `edition` whose every identity holds."""
    chance = random.Random(seed)
    cells: dict[Cell, float] = {}
    for (row, applicant), _ in printed_cells(edition):
        low = -9 if row.endswith(".items_change") else 0
        cells[row, applicant] = chance.choice((0, chance.randint(low, 4000)))
    if edition == "e2014":
        # The inner total first: 3.3.4 is a part of 3.3.
        for _, left, right, _ in sorted(sums(edition), key=lambda one: -len(one[3][0])):
            cells[left[0]] = sum(cells[cell] for cell in right)
        cells["s14:1.1", "total"] = max(cells[f"s14:1.2.{n}", "total"] for n in range(1, 6))
        return cells
    for row in ("t2:20.1.1", "t2:20.1.2"):
        if edition == "e2019":
            cells[f"{row}.public_total", "total"] += cells[f"{row}.published", "total"]
        else:
            cells[f"{row}.in_force", "total"] += cells[f"{row}.issued", "total"]
    for column in APPLICANTS:
        closed = sum(cells[row, column] for row in outcomes(edition))
        cells["t3:3.7", column] = closed
        caseload = closed + cells["t3:4", column]
        cells["t3:2", column] = chance.randint(0, int(caseload))
        cells["t3:1", column] = caseload - cells["t3:2", column]
    for row in table_three_rows(edition):
        cells[row, "total"] = sum(cells[row, column] for column in APPLICANTS)
    for check, left, right, _ in sums(edition):
        if check == "A4":
            cells[left[0]] = sum(cells[cell] for cell in right)
    return cells


any_edition = st.sampled_from(EDITIONS)
few_examples = settings(max_examples=25)


@given(edition=any_edition, seed=st.integers(0, 10**6))
@few_examples
def test_a_consistent_report_gives_no_finding(tmp_path: Path, edition: str, seed: int) -> None:
    assert findings(tmp_path, extraction(edition=edition, values=consistent(edition, seed))) == []


@given(
    edition=any_edition,
    seed=st.integers(0, 10**6),
    change=st.sampled_from((1, -1, 1000, 0.5, "blank", "slash", "unreadable", "annotated", "missing")),
    data=st.data(),
)
@few_examples
def test_one_changed_cell_gives_exactly_what_the_slow_evaluation_says(
    tmp_path: Path, edition: str, seed: int, change: float | str, data: st.DataObject
) -> None:
    cells: dict[Cell, float | str | None] = dict(consistent(edition, seed))
    cell = data.draw(st.sampled_from(sorted(cells)))
    check_one(tmp_path, edition, cells, {cell: change})


@given(edition=any_edition, seed=st.integers(0, 10**6), data=st.data())
@few_examples
def test_many_changed_cells_give_exactly_what_the_slow_evaluation_says(
    tmp_path: Path, edition: str, seed: int, data: st.DataObject
) -> None:
    cells: dict[Cell, float | str | None] = dict(consistent(edition, seed))
    changes: dict[Cell, float | str] = data.draw(
        st.dictionaries(
            st.sampled_from(sorted(cells)),
            st.sampled_from((3, -7, "blank", "dash", "none_word", "unreadable", "missing")),
            min_size=2,
            max_size=80,
        )
    )
    check_one(tmp_path, edition, cells, changes)


def check_one(
    folder: Path, edition: str, cells: dict[Cell, float | str | None], changes: Mapping[Cell, float | str]
) -> None:
    for cell, change in changes.items():
        before = cells[cell]
        if change == "missing":
            del cells[cell]
        elif isinstance(change, str):
            cells[cell] = None if change == "blank" else change
        else:
            assert isinstance(before, int | float)
            cells[cell] = before + change
    missing = tuple(cell for cell, change in changes.items() if change == "missing")
    found = findings(folder, extraction(edition=edition, values=cells, without=missing))
    assert keys(found) == evaluate(edition, cells)
    for row in found:
        assert row["attributed_to"] == "undecided"
        hard = row["check_id"] in ("A1", "A2", "A3", "A4", "A5", "A6")
        assert row["severity"] == ("warn" if hard else "info")


def test_reports_do_not_mix(tmp_path: Path) -> None:
    broken = extraction("甲局", values={("t3:1", "business"): 4})
    fine = extraction("乙局", edition="e2019", values=consistent("e2019", 5))
    old = extraction("丙局", edition="e2014", values={("s14:4", "total"): 2})
    found = findings(tmp_path, broken, fine, old)
    assert {(row["report_id"], row["check_id"], row["row_code"]) for row in found} == {
        (broken.report.report_id, "A1", "t3:3.7"),
        (broken.report.report_id, "A2", "t3:1"),
        (old.report.report_id, "A6", "s14:4"),
    }


def test_a_finding_names_row_column_both_sides_and_the_difference(tmp_path: Path) -> None:
    values = {("t4:rec.upheld", "total"): 10, ("t4:rec.pending", "total"): 1, ("t4:rec.other", "total"): None}
    (row,) = findings(tmp_path, extraction(values=values))
    assert (row["check_id"], row["row_code"], row["applicant_type"]) == ("A4", "t4:rec.total", "total")
    assert (row["expected"], row["found"]) == ("11", "0")
    assert row["evidence"] == (
        "A4: t4:rec.total total (0) = t4:rec.upheld total (10) + t4:rec.corrected total (0)"
        " + t4:rec.other total (blank) + t4:rec.pending total (1)"
        "; difference -11; read as 0 for this check only: t4:rec.other total"
    )
    assert "行政复议总计不等于各项结果之和：0 ≠ 11，差 -11" in row["message"].split(" | ")[0]
    assert "0 ≠ 11, difference -11" in row["message"].split(" | ")[1]


def test_a_blank_total_over_filled_parts_is_a_broken_identity(tmp_path: Path) -> None:
    """上海市政府办公厅 2019 prints no row totals but on four rows."""
    values: dict[Cell, float | str | None] = {("t3:3.1", "business"): 7, ("t3:3.1", "total"): None}
    values |= {("t3:3.2", "total"): None, ("t3:3.3.1", "research"): 2, ("t3:3.3.1", "total"): "dash"}
    found = {row["row_code"]: row for row in findings(tmp_path, extraction(values=values)) if
             row["check_id"] in ("A2", "total_blank")}  # fmt: skip
    assert {code: (row["check_id"], row["severity"], row["expected"], row["found"])
            for code, row in found.items()} == {
        "t3:3.1": ("A2", "warn", "7", "blank"),
        "t3:3.2": ("total_blank", "info", "0", None),
        "t3:3.3.1": ("A2", "warn", "2", "dash"),
    }  # fmt: skip
    assert "blank ≠ 7" in found["t3:3.1"]["message"]


def test_a_total_over_blank_parts_is_a_broken_identity(tmp_path: Path) -> None:
    """上海市政府办公厅 2019 closes 805 requests and prints the outcomes by applicant only."""
    values: dict[Cell, float | str | None] = {
        (row, "total"): None for row in (*outcomes("e2019"), "t3:1", "t3:2", "t3:4")
    }
    values |= {("t3:3.7", "total"): 805, ("t3:3.7", "business"): 805, ("t3:3.1", "business"): 805}
    values |= {("t3:1", "business"): 805}
    found = keys(findings(tmp_path, extraction(edition="e2019", values=values)))
    assert ("A3", "t3:3.7", "total", "0", "805") in found
    assert not {row for row in found if row[0] == "A3" and row[2] != "total"}


def test_a_total_of_nothing_over_blank_parts_was_not_checked(tmp_path: Path) -> None:
    values: dict[Cell, float | str | None] = {(row, "total"): None for row in outcomes("e2019")}
    found = keys(findings(tmp_path, extraction(edition="e2019", values=values)))
    assert ("parts_blank", "t3:3.7", "total", None, "0") in found


def test_a_broken_identity_takes_over_whose_error_it_is(tmp_path: Path) -> None:
    """The reading knows the document, the check knows the cells: one finding says both."""
    told = Finding("A2", "warn", "", "", "t3:1", "total", "4", "0", "publisher", "two readings agree")
    other = Finding("second_reading_agrees", "info", "一致", "agree")
    report = extraction(values={("t3:1", "business"): 4}, findings=(told, other))
    found = {(row["check_id"], row["row_code"]): row for row in findings(tmp_path, report)}
    assert set(found) == {("A1", "t3:3.7"), ("A2", "t3:1"), ("second_reading_agrees", None)}
    assert found["A2", "t3:1"]["attributed_to"] == "publisher"
    assert found["A2", "t3:1"]["evidence"].endswith("; two readings agree")
    assert found["A1", "t3:3.7"]["attributed_to"] == "undecided"


def test_what_a_reading_says_of_an_identity_that_holds_is_not_repeated(tmp_path: Path) -> None:
    """Findings come from the facts as they are published, also where a correction has mended one."""
    told = Finding("A2", "warn", "", "", "t3:1", "total", "4", "0", "publisher", "two readings agree")
    assert findings(tmp_path, extraction(findings=(told,))) == []


def test_a_total_that_is_not_there_is_unverifiable(tmp_path: Path) -> None:
    found = findings(tmp_path, extraction(without=(("t4:litr.total", "total"),)))
    assert [(row["check_id"], row["row_code"], row["severity"]) for row in found] == [
        ("identity_unverifiable", "t4:litr.total", "info")
    ]
    assert "missing: t4:litr.total total" in found[0]["evidence"]


def test_a_block_of_which_nothing_was_read_is_unverifiable(tmp_path: Path) -> None:
    """No cell of the block is there to carry the finding: it must come from the form."""
    gone = tuple(cell for cell, _ in printed_cells("e2021") if cell[0].startswith("t4:litd"))
    found = findings(tmp_path, extraction(without=gone))
    assert [(row["check_id"], row["row_code"]) for row in found] == [
        ("identity_unverifiable", "t4:litd.total")
    ]


def test_an_empty_form_breaks_nothing(tmp_path: Path) -> None:
    values: dict[Cell, float | str | None] = {cell: None for cell, _ in printed_cells("e2019")}
    assert findings(tmp_path, extraction(edition="e2019", values=values)) == []


def test_a_hybrid_is_judged_table_by_table(tmp_path: Path) -> None:
    """Table two in the 2021 form, table three in the 2019 form: 3.6 is a row, not a sum."""
    values: dict[Cell, float | str | None] = {
        (row, column): 4 for row in ("t3:1", "t3:3.6", "t3:3.7") for column in ("natural_person", "total")
    }
    hybrid = extraction(values=values, editions={"t3": "e2019"})
    assert {fact.edition for fact in hybrid.facts} == {"e2019", "e2021"}
    assert findings(tmp_path, hybrid) == []


def test_signs_and_decimals(tmp_path: Path) -> None:
    values: dict[Cell, float | str | None] = {
        ("t2:20.5.1.items_change", "total"): -18,
        ("t2:20.5.1.decisions", "total"): -1,
        ("t2:20.9.1.amount", "total"): 6944.93,
        ("t2:20.9.1.projects", "total"): 1.5,
    }
    found = findings(tmp_path, extraction(edition="e2019", values=values))
    assert keys(found) == {
        ("A5", "t2:20.5.1.decisions", "total", "integer >= 0", "-1"),
        ("A5", "t2:20.9.1.projects", "total", "integer >= 0", "1.5"),
    }


def test_no_facts_no_findings(tmp_path: Path) -> None:
    assert findings(tmp_path) == []


def test_every_total_of_the_form_stands_under_an_identity() -> None:
    """A total that no identity watches would be a total that nobody checks."""
    book = codebook()
    watched = {(one.edition, *one.total) for one in instances()}
    for (_, edition), form in book.forms.items():
        for line in form.lines:
            for _, code, applicant in line.cells:
                if book.rows[code].node == "total" or (applicant == "total" and code.startswith("t3:")):
                    assert (edition, code, applicant) in watched


def test_identities_do_not_count_a_part_twice() -> None:
    for one in instances():
        cells = one.left + one.right
        assert len(set(cells)) == len(cells)
    parents = {row.code: row.parent for row in codebook().rows.values()}
    for identity in identities():
        assert not {parents.get(code) for code in identity.right} & set(identity.right)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("t3:3.7 + t3:4", "t3:3.7 + t3:9", "does not print t3:9"),
        ("A1,sum,,t3", "A1,sum,,t9", "has no table t9"),
        ("each_applicant", "each_month", "scope 'each_month'"),
        ("t3:1 + t3:2,t3:3.7", "t3:1 + t3:2,t3:1", "does not stand on the left side"),
    ],
)
def test_a_mistake_in_the_table_is_named_with_its_line(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    for path in CODEBOOK.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        if path.name == "identities.csv":
            assert before in text
            text = text.replace(before, after, 1)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match=f"identities.csv line 2 .*{message}"):
        identities(tmp_path)
