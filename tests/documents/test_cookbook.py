"""The cookbook: every question has an answer, and the answers are right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from commands import app
from query import require_query
from query.cookbook import ExampleError, example, examples
from tests.documents.conftest import BuiltHistory

RATES = ["t3:3.1", "t3:3.2", "t3:3.7"]


def ask(history: BuiltHistory, name: str) -> pd.DataFrame:
    """The answer of an example."""
    sql = require_query(history.database, example(name).sql)
    frame: pd.DataFrame = history.database.cursor().sql(sql).to_arrow_table().to_pandas()
    return frame


def totals(history: BuiltHistory, codes: list[str]) -> pd.DataFrame:
    """The values of these rows in the total column, one row a report, with what is known of the agency."""
    facts = history.table("facts")
    cells = facts[(facts["applicant_type"] == "total") & facts["row_code"].isin(codes)]
    wide = cells.pivot(index="report_id", columns="row_code", values="value").reset_index()
    reports = history.table("reports")[["report_id", "agency_id", "year"]]
    agencies = history.table("agencies")[["agency_id", "name", "kind", "function_code", "place_name"]]
    return wide.merge(reports, on="report_id").merge(agencies, on="agency_id")


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return sorted(frame[list(columns)].itertuples(index=False, name=None))


@pytest.mark.parametrize("name", [one.name for one in examples()])
def test_every_question_has_an_answer(history: BuiltHistory, name: str) -> None:
    assert len(ask(history, name)) > 0


def test_there_are_questions_of_every_reader() -> None:
    asked = [one.reader for one in examples()]
    assert len(asked) >= 20
    assert {reader: asked.count(reader) >= 5 for reader in set(asked)} == {
        "journalist": True, "researcher": True, "maintainer": True,
    }  # fmt: skip


def test_rates_of_the_commerce_bureaus(history: BuiltHistory) -> None:
    told = ask(history, "commerce_bureaus")
    right = totals(history, RATES).query("function_code == 'commerce'")
    right = right.assign(granted=right["t3:3.1"] + right["t3:3.2"], closed=right["t3:3.7"])
    assert rows(told, "agency", "year", "granted", "closed") == rows(
        right, "name", "year", "granted", "closed"
    )
    positive = told[told["closed"] > 0]
    assert (positive["rate"] == positive["granted"] / positive["closed"]).all()
    assert told[told["closed"] == 0]["rate"].isna().all()


def test_pooled_rate_of_the_county_governments_with_n_of_n(history: BuiltHistory) -> None:
    told = ask(history, "disclosure_by_year").set_index("year")
    right = totals(history, RATES).query("kind == 'government'")
    summed = right.groupby("year")[RATES].sum()
    assert told["granted"].to_dict() == (summed["t3:3.1"] + summed["t3:3.2"]).to_dict()
    assert told["closed"].to_dict() == summed["t3:3.7"].to_dict()
    assert told["agencies_counted"].to_dict() == right.groupby("year").size().to_dict()
    due = [
        one.year
        for one in history.truth.coverage
        if one.status != "not_due" and history.truth.agencies[one.agency_id].kind == "government"
    ]
    assert told["agencies_expected"].to_dict() == pd.Series(due).value_counts().to_dict()


def test_who_asks_the_governments(history: BuiltHistory) -> None:
    told = ask(history, "who_asks")
    facts = history.table("facts").merge(history.table("agencies")[["agency_id", "kind"]], on="agency_id")
    received = facts.query("row_code == 't3:1' and kind == 'government'")
    right = received.query("applicant_type == 'natural_person'").groupby("year")["value"].sum()
    natural = told[told["applicant_en"] == "Natural persons"].set_index("year")
    assert natural["received"].to_dict() == right.to_dict()
    whole = received.query("applicant_type == 'total'").groupby("year")["value"].sum()
    assert told.groupby("year")["received"].sum().to_dict() == whole.to_dict()


def test_grounds_of_refusal_add_up_to_what_was_closed_otherwise_than_granted(history: BuiltHistory) -> None:
    told = ask(history, "grounds_of_refusal")
    right = totals(history, RATES).query("kind == 'department'")
    by_outcome = told.groupby("outcome")["requests"].sum()
    refused = right["t3:3.7"].sum() - right["t3:3.1"].sum() - right["t3:3.2"].sum()
    assert by_outcome[by_outcome.index != "other"].sum() <= refused
    facts = history.table("facts").merge(history.table("agencies")[["agency_id", "kind"]], on="agency_id")
    denied = facts[
        facts["row_code"].str.match(r"t3:3\.3\.\d$")
        & (facts["applicant_type"] == "total")
        & (facts["kind"] == "department")
    ]
    assert by_outcome["denied"] == denied["value"].sum() > 0


def test_late_reports_are_those_that_are(history: BuiltHistory) -> None:
    told = ask(history, "late_reports")
    right = sorted(
        (one.year, (one.published_at - one.due_on).days)
        for one in history.truth.coverage
        if one.status == "late" and one.published_at and one.due_on
    )
    assert rows(told, "year", "days_late") == right


def test_what_is_not_here_is_what_is_not(history: BuiltHistory) -> None:
    told = ask(history, "who_did_not_publish")
    gone = ("missing", "withdrawn", "blocked", "unreachable", "never_crawled")
    right = sorted((one.year, one.status) for one in history.truth.coverage if one.status in gone)
    assert rows(told, "year", "status") == right


def test_changes_after_publication_are_those_that_were_made(history: BuiltHistory) -> None:
    told = ask(history, "changed_after_publication")
    right = sorted((one.year, float(one.before), float(one.after)) for one in history.truth.revisions)
    found = told.assign(
        before=told["published_before"].astype(float), after=told["published_after"].astype(float)
    )
    assert rows(found, "year", "before", "after") == right


def test_the_panel_has_a_row_for_every_report_that_was_due(history: BuiltHistory) -> None:
    told = ask(history, "panel")
    due = {(one.agency_id, one.year) for one in history.truth.coverage if one.status != "not_due"}
    assert set(rows(told, "agency_id", "year")) == due
    assert len(told) == len(due)
    # Some report of 2019 still has the form of 2014.
    facts = history.table("facts").dropna(subset=["agency_id"]).query("applicant_type == 'total'")
    right = facts[facts["row_code"].isin(["t3:1", "s14:3.1"])]
    assert told["received"].sum() == right["value"].sum()
    assert told.groupby("edition").size().to_dict() == right.groupby("edition").size().to_dict()
    assert told[told["status"] == "missing"]["received"].isna().all()


def test_carry_over_that_differs(history: BuiltHistory) -> None:
    told = ask(history, "carry_over_breaks")
    facts = history.table("facts").dropna(subset=["agency_id"])
    carried = facts[facts["row_code"] == "t3:4"].assign(year=lambda one: one["year"] + 1)
    begun = facts[facts["row_code"] == "t3:2"]
    both = carried.merge(begun, on=["agency_id", "year", "applicant_type"], suffixes=("_out", "_in"))
    both = both.assign(difference=both["value_in"] - both["value_out"])
    right = both[both["difference"].notna() & (both["difference"] != 0)]
    assert rows(told, "year", "applicant_type", "difference") == rows(
        right, "year", "applicant_type", "difference"
    )


def test_blanks_and_zeros(history: BuiltHistory) -> None:
    told = ask(history, "blank_is_not_zero")
    facts = history.table("facts")
    assert told["cells"].sum() == len(facts)
    assert told["zeros"].sum() == (facts["value"] == 0).sum()
    blank = told[told["value_status"] == "blank"]
    assert blank["cells"].sum() == (facts["value_status"] == "blank").sum() > 0
    assert blank["zeros"].sum() == 0


def test_requests_received_as_a_series(history: BuiltHistory) -> None:
    told = ask(history, "one_series_over_editions")
    right = totals(history, ["t3:1"]).query("kind != 'government'").groupby("year")["t3:1"]
    assert told.groupby("year")["received"].sum().to_dict() == right.sum().to_dict()
    assert told.groupby("year")["agencies_with_number"].sum().to_dict() == right.count().to_dict()


def test_leaves_add_up_to_the_printed_total_where_the_publisher_adds_up_right(history: BuiltHistory) -> None:
    told = ask(history, "add_up_leaves").dropna(subset="difference")
    wrong = told[told["difference"] != 0]
    assert 0 < len(wrong) < len(told) / 2
    printed = set()
    for content in history.truth.contents.values():
        outcomes = {
            code: value or 0
            for (code, applicant), value in content.cells.items()
            if applicant == "total" and code.startswith("t3:3.")
        }
        if outcomes:
            total = outcomes.pop("t3:3.7")
            printed.add((content.year, float(sum(outcomes.values())), float(total)))
    assert set(rows(wrong, "year", "sum_of_leaves", "printed_total")) <= printed
    right = totals(history, ["t3:3.7"]).query("year >= 2021")
    assert set(right["t3:3.7"]) <= set(told["printed_total"])


def test_agencies_are_followed_to_the_last(history: BuiltHistory) -> None:
    told = ask(history, "through_mergers")
    successors = {one.agency_id: set(one.successors) for one in history.truth.agencies.values()}
    known = told[told["first_id"].isin(successors)]
    assert len(known) > 0
    for first_id, followed in known.groupby("first_id"):
        reached: set[str] = set()
        open_ends = {str(first_id)}
        while open_ends:
            open_ends = set[str]().union(*(successors.get(one, set()) for one in open_ends)) - reached
            reached |= open_ends
        assert set(followed["to_id"]) == reached


def test_examples_are_listed_and_asked_from_the_command_line(history: BuiltHistory) -> None:
    listed = CliRunner().invoke(app, ["sql", "--examples"])
    assert listed.exit_code == 0
    for one in examples():
        assert one.name in listed.stdout
        assert one.zh.split("？")[0] in listed.stdout.replace("\n", "")
    asked = CliRunner().invoke(
        app, ["sql", "--example", "late_reports", "--csv", "--lake", str(history.lake)]
    )
    assert asked.exit_code == 0
    assert asked.stdout.splitlines()[0] == "agency,agency_id,year,due_on,published_at,days_late,url"
    assert len(asked.stdout.splitlines()) == 1 + len(ask(history, "late_reports"))


@pytest.mark.parametrize(
    "arguments",
    [[], ["SELECT 1", "--examples"], ["SELECT 1", "--example", "panel"], ["--example", "nothing"]],
)
def test_what_is_no_question_is_told(arguments: list[str]) -> None:
    answer = CliRunner().invoke(app, ["sql", *arguments])
    assert answer.exit_code == 2
    assert "panel" in answer.stderr or "--examples" in answer.stderr


@pytest.mark.parametrize(
    "text", ["SELECT 1;", "-- 问\n-- why\nSELECT 1;", "-- 问\n-- why\n-- nobody\nSELECT 1;"]
)
def test_a_file_without_its_three_lines_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.sql").write_text(text, encoding="utf-8")
    with pytest.raises(ExampleError, match=r"bad\.sql: its first three lines"):
        examples(tmp_path)
