"""The ledger says of each agency and year what an honest person would who has archive and registry."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from base.paths import COVERAGE
from crawler.runs.outcomes import Outcome
from demo.history import make_history
from extract.builds.coverage.ledger import STATUSES, CoverageTableError, due_dates, outcome_meanings
from tests.coverage.tables import Row, agency, column, ledger, ledger_of_history, listing, report, walk

PLACE = "990102"
GOV, OFFICE, COMMERCE, EDUCATION = (f"{PLACE}:{f}" for f in ("gov", "gov_office", "commerce", "education"))
TOWN = f"{PLACE}.青芜镇:gov"
#: After the last day for the reports of 2024, before the first for those of 2025.
RUN = date(2025, 5, 10)


@pytest.mark.parametrize(
    ("counties", "agencies", "first_year"),
    [(3, 6, 2019), pytest.param(12, 20, 2014, marks=pytest.mark.slow)],
)
def test_the_ledger_of_a_whole_history_is_the_truth(
    tmp_path: Path, counties: int, agencies: int, first_year: int
) -> None:
    truth = make_history(tmp_path / "history", 1, counties, agencies, range(first_year, 2026))
    found = ledger_of_history(tmp_path, truth)
    assert found.keys() == truth.by_agency_year.keys()
    wrong = {
        key: (line.event, line.status, found[key]["status"], found[key]["detail"])
        for key, line in truth.by_agency_year.items()
        if (line.status, line.due_on, line.published_at)
        != (found[key]["status"], found[key]["due_on"], found[key]["published_at"])
    }
    assert wrong == {}
    assert {line.status for line in truth.coverage} == set(STATUSES)


@pytest.mark.parametrize(
    ("kind", "year", "last_day"),
    [
        ("department", 2018, date(2019, 3, 31)),
        ("department", 2019, date(2020, 1, 31)),
        ("government_office", 2024, date(2025, 1, 31)),
        ("vertical", 2024, date(2025, 1, 31)),
        ("township", 2024, date(2025, 1, 31)),
        ("government", 2018, date(2019, 3, 31)),
        ("government", 2024, date(2025, 3, 31)),
    ],
)
def test_the_last_day_is_in_time_and_the_next_is_late(
    tmp_path: Path, kind: str, year: int, last_day: date
) -> None:
    for day, status in ((last_day, "found"), (date.fromordinal(last_day.toordinal() + 1), "late")):
        found = ledger(tmp_path, [agency(GOV, kind)], [report(GOV, year, published_at=day)], runs=None)
        assert found[GOV, year]["status"] == status
        assert found[GOV, year]["due_on"] == last_day
        assert found[GOV, year]["published_at"] == day


def test_a_report_without_a_date_is_found_and_says_so(tmp_path: Path) -> None:
    (line,) = ledger(tmp_path, [agency(GOV)], [report(GOV, 2024)], runs=None).values()
    assert line["status"] == "found"
    assert "day of publication not known" in line["detail"]


def test_the_first_copy_counts_and_the_list_tells_the_day_that_the_file_does_not(tmp_path: Path) -> None:
    reports = [
        report(COMMERCE, 2024, superseded_by=None, source_sha256="pdf"),
        report(COMMERCE, 2024, "duplicate", source_sha256="page", published_at=date(2025, 4, 2)),
    ]
    listings = [listing(PLACE, "commerce", "pdf", listed=True, day=date(2025, 1, 20))]
    (line,) = ledger(tmp_path, [agency(COMMERCE)], reports, runs=None, listings=listings).values()
    assert (line["status"], line["published_at"]) == ("found", date(2025, 1, 20))


def test_a_form_without_values_and_words_alone_are_told_before_lateness(tmp_path: Path) -> None:
    late = date(2025, 6, 1)
    reports = [
        report(COMMERCE, 2024, "empty_form", published_at=late),
        report(EDUCATION, 2024, "no_tables", published_at=late),
        report(OFFICE, 2024, "unreadable"),
    ]
    found = ledger(tmp_path, map(agency, (COMMERCE, EDUCATION, OFFICE)), reports, runs=None)
    assert {line["agency_id"]: line["status"] for line in found.values()} == {
        COMMERCE: "empty_form",
        EDUCATION: "narrative_only",
        OFFICE: "found",
    }
    assert "unreadable" in found[OFFICE, 2024]["detail"]


def test_what_is_no_report_or_nobodys_fills_no_hole(tmp_path: Path) -> None:
    reports = [
        report(COMMERCE, 2023),
        report(COMMERCE, 2024, "not_a_report"),
        report(None, 2024),
        report(COMMERCE, None),
    ]
    found = ledger(
        tmp_path,
        [agency(COMMERCE)],
        reports,
        [column(PLACE, "commerce", COMMERCE)],
        [walk(PLACE, "commerce", "unchanged", RUN)],
    )
    assert {year: line["status"] for (_, year), line in found.items()} == {2023: "found", 2024: "missing"}


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("ok", "missing"),
        ("empty_list", "missing"),
        ("blocked", "blocked"),
        ("robots_refused", "blocked"),
        ("dns", "unreachable"),
        ("incomplete", "unreachable"),
        ("over_budget", "never_crawled"),
        (None, "never_crawled"),
    ],
)
def test_why_a_report_is_not_there(tmp_path: Path, outcome: str | None, status: str) -> None:
    found = hole(
        tmp_path,
        [column(PLACE, "commerce", COMMERCE)],
        [walk(PLACE, "commerce", outcome, RUN, "because")] if outcome else [],
    )
    assert found["status"] == status
    assert found["site_id"] == PLACE
    assert "commerce" in found["detail"]


def hole(folder: Path, columns: list[Row], runs: list[Row], *others: Row) -> Row:
    """The line of the commerce bureau for 2024, of which there is no report."""
    agencies = [agency(COMMERCE), agency(EDUCATION), agency(GOV, "government"), *others]
    runs = [*runs, walk("elsewhere", "gov", "ok", RUN)]
    reports = [report(EDUCATION, 2024)]
    return ledger(folder, agencies, reports, columns, runs)[COMMERCE, 2024]


def test_without_a_column_nobody_has_looked(tmp_path: Path) -> None:
    line = hole(tmp_path, [], [])
    assert (line["status"], line["site_id"]) == ("never_crawled", None)
    assert "no column is registered" in line["detail"]


def test_the_last_walk_counts(tmp_path: Path) -> None:
    walks = [walk(PLACE, "c", "ok", date(2025, 3, 1)), walk(PLACE, "c", "blocked", RUN, "412")]
    line = hole(tmp_path, [column(PLACE, "c", COMMERCE)], walks)
    assert line["status"] == "blocked"
    assert "2025-05-10" in line["detail"]
    assert "412" in line["detail"]


def test_the_governments_column_is_looked_at_where_no_department_has_one(tmp_path: Path) -> None:
    gathered = [column(PLACE, "all", GOV)]
    assert hole(tmp_path, gathered, [walk(PLACE, "all", "ok", RUN)])["status"] == "missing"
    for other in (column(PLACE, "education", EDUCATION), column(PLACE, "unknown", None)):
        line = hole(tmp_path, [*gathered, other], [walk(PLACE, "all", "ok", RUN)])
        assert line["status"] == "never_crawled"


def test_a_column_where_other_years_were_found_is_looked_at(tmp_path: Path) -> None:
    found = ledger(
        tmp_path,
        [agency(COMMERCE), agency(EDUCATION)],
        [report(COMMERCE, 2023)],
        [column(PLACE, "education", EDUCATION)],
        [walk(PLACE, "education", "ok", RUN)],
        [listing(PLACE, "education", f"{COMMERCE}/2023", listed=True)],
    )
    assert found[COMMERCE, 2024]["status"] == "missing"


def test_a_predecessor_is_looked_for_with_its_successor_but_not_with_one_that_was_there_before(
    tmp_path: Path,
) -> None:
    old = agency("990102:culture_media", valid_to=2019, successors=["990102:culture_tourism"])
    taken_in = agency("990102:science", valid_to=2019, successors=[COMMERCE])
    agencies = [
        old,
        taken_in,
        agency("990102:culture_tourism", valid_from=2019),
        agency(COMMERCE, valid_from=2000),
    ]
    columns = [column(PLACE, "culture", "990102:culture_tourism"), column(PLACE, "commerce", COMMERCE)]
    walks = [walk(PLACE, "culture", "blocked", RUN), walk(PLACE, "commerce", "blocked", RUN)]
    found = ledger(tmp_path, agencies, [report(COMMERCE, 2018)], columns, walks)
    assert found["990102:culture_media", 2018]["status"] == "blocked"
    assert found["990102:science", 2018]["status"] == "never_crawled"


def test_nothing_is_due_before_its_day_or_of_an_agency_that_was_not(tmp_path: Path) -> None:
    agencies = [
        agency(COMMERCE, valid_from=2020, valid_to=2024),
        agency(EDUCATION),
        agency(GOV, "government"),
    ]
    columns = [column(PLACE, "c", COMMERCE), column(PLACE, "e", EDUCATION), column(PLACE, "g", GOV)]
    runs = [walk(PLACE, "c", "ok", date(2025, 3, 1)), walk(PLACE, "g", "ok", date(2025, 3, 1))]
    found = ledger(tmp_path, agencies, [report(EDUCATION, 2019)], columns, runs)
    commerce = {year: line["status"] for (one, year), line in found.items() if one == COMMERCE}
    assert commerce == {2019: "not_due", **dict.fromkeys(range(2020, 2024), "missing"), 2024: "not_due"}
    assert found[COMMERCE, 2024]["due_on"] is None
    government = found[GOV, 2024]
    assert (government["status"], government["due_on"]) == ("not_due", date(2025, 3, 31))
    assert found[EDUCATION, 2024]["status"] == "never_crawled"


@pytest.mark.parametrize(
    ("walked_at", "status"),
    [
        (datetime(2025, 1, 31, 15, 59, tzinfo=UTC), "not_due"),
        (datetime(2025, 1, 31, 16, 0, tzinfo=UTC), "missing"),
    ],
)
def test_a_report_is_missing_when_its_last_day_is_over_in_china(
    tmp_path: Path, walked_at: datetime, status: str
) -> None:
    found = ledger(
        tmp_path,
        [agency(COMMERCE)],
        [report(COMMERCE, 2023)],
        [column(PLACE, "c", COMMERCE)],
        [walk(PLACE, "c", "ok", walked_at.date()) | {"finished_at": walked_at}],
    )
    assert found[COMMERCE, 2024]["status"] == status


def test_a_column_that_was_last_read_before_the_day_says_nothing_of_what_fell_due_since(
    tmp_path: Path,
) -> None:
    columns = [column(PLACE, "c", COMMERCE), column(PLACE, "e", EDUCATION)]
    runs = [walk(PLACE, "c", "ok", date(2024, 12, 1)), walk(PLACE, "e", "ok", RUN)]
    found = ledger(tmp_path, map(agency, (COMMERCE, EDUCATION)), [report(EDUCATION, 2022)], columns, runs)
    assert found[COMMERCE, 2023]["status"] == found[EDUCATION, 2024]["status"] == "missing"
    line = found[COMMERCE, 2024]
    assert line["status"] == "never_crawled"
    assert "walked on 2024-12-01, due on 2025-01-31, and not walked since: c" in line["detail"]


def test_a_last_year_that_the_successor_reported_is_not_missing(tmp_path: Path) -> None:
    """The reform came between the year and its report; one that was there before has its own report."""
    old, new, taken_in = "990102:agriculture", "990102:agriculture_rural", "990102:science"
    agencies = [
        agency(old, valid_to=2019, successors=[new]),
        agency(new, valid_from=2019),
        agency(taken_in, valid_to=2019, successors=[COMMERCE]),
        agency(COMMERCE, valid_from=2000),
    ]
    names = {old: "a", new: "a", taken_in: "s", COMMERCE: "c"}
    columns = [column(PLACE, name, one) for one, name in names.items() if one != old]
    walks = [walk(PLACE, name, "ok", RUN) for name in "asc"]
    reports = [report(old, 2016), report(new, 2018), report(COMMERCE, 2018)]
    found = ledger(tmp_path, agencies, reports, columns, walks)
    assert {year: found[old, year]["status"] for year in (2016, 2017, 2018)} == {
        2016: "found", 2017: "missing", 2018: "not_due",
    }  # fmt: skip
    assert new in found[old, 2018]["detail"]
    assert found[new, 2018]["status"] == "found"
    assert found[taken_in, 2018]["status"] == "missing"


def test_a_report_from_outside_an_agencys_years_is_told(tmp_path: Path) -> None:
    (line,) = ledger(
        tmp_path, [agency(COMMERCE, valid_to=2020)], [report(COMMERCE, 2021)], runs=None
    ).values()
    assert line["status"] == "found"
    assert "outside the years" in line["detail"]


def test_withdrawn_is_what_no_column_lists_any_more_in_any_version(tmp_path: Path) -> None:
    reports = [report(COMMERCE, 2024, source_sha256="new"), report(EDUCATION, 2024, source_sha256="gone")]
    reports.append(report(COMMERCE, 2024, "duplicate", source_sha256="old", superseded_by="x"))
    listings = [
        listing(PLACE, "c", "old", listed=False),
        listing(PLACE, "all", "new", listed=True),
        listing(PLACE, "e", "gone", listed=False),
    ]
    found = ledger(
        tmp_path, map(agency, (COMMERCE, EDUCATION)), reports, (), [walk(PLACE, "c", "ok", RUN)], listings
    )
    assert found[COMMERCE, 2024]["status"] == "found"
    assert found[EDUCATION, 2024]["status"] == "withdrawn"


def test_without_a_crawl_the_holes_are_nobodys_fault(tmp_path: Path) -> None:
    found = ledger(
        tmp_path,
        [agency(COMMERCE), agency(EDUCATION)],
        [report(COMMERCE, 2020), report(COMMERCE, 2022)],
        runs=None,
    )
    assert len(found) == 6
    assert found[COMMERCE, 2021]["status"] == found[EDUCATION, 2022]["status"] == "never_crawled"


def test_nothing_found_at_all_gives_no_ledger(tmp_path: Path) -> None:
    assert ledger(tmp_path, [agency(COMMERCE)], runs=None) == {}


def test_every_outcome_of_a_walk_has_a_meaning() -> None:
    assert {row["outcome"] for row in outcome_meanings()} == set(Outcome)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("outcomes.csv", "dns,unreachable", "dns,asleep", "outcomes.csv line 19: 'asleep'"),
        ("due_dates.csv", "|township|", "|towns|", "due_dates.csv line 2: .*towns"),
    ],
)
def test_a_table_that_cannot_be_is_named_with_its_line(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    for path in COVERAGE.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(
            text.replace(old, new) if path.name == file else text, encoding="utf-8"
        )
    with pytest.raises(CoverageTableError, match=message):
        list(outcome_meanings(tmp_path) if file == "outcomes.csv" else due_dates(tmp_path))
