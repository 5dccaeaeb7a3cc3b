"""`make demo` as a newcomer reads it: no answer is empty, and what changed is told cell by cell."""

from __future__ import annotations

import json
import re
from datetime import date

from demo.province.plan import lived_in
from demo.whole_way import SEED, last_reported_year, later, wrong_figures
from tests.cli.run import gknb
from tests.demo_lake import DemoLake


def ask(demo_lake: DemoLake, query: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(gknb("sql", query, "--lake", demo_lake.lake, "--json").stdout)
    return rows


def test_all_that_the_portals_have_is_found(demo_lake: DemoLake) -> None:
    assert demo_lake.code == 0, demo_lake.stderr
    assert "Traceback" not in demo_lake.stderr
    assert "columns: ok 60" in demo_lake.stdout
    (counts,) = re.findall(r"^│ all +│ +(\d+) │ +(\d+) │$", demo_lake.stdout, re.MULTILINE)
    assert counts[0] == counts[1]


def test_no_answer_is_empty_and_no_line_is_wider_than_the_terminal(demo_lake: DemoLake) -> None:
    for table in re.split(r"^[┏1] ?[━─]", demo_lake.stdout, flags=re.MULTILINE)[1:]:
        assert len(table.splitlines()) > 4, table
    for line in demo_lake.stdout.splitlines():
        assert line[:1] not in ("│", "┃") or len(line) <= 80


def test_the_report_whose_figures_do_not_add_up_is_the_publishers(demo_lake: DemoLake) -> None:
    """The cell shown is one that the publisher got wrong, by the truth of the made-up province."""
    found = ask(demo_lake, "SELECT max(fetched_at)::DATE::VARCHAR AS day FROM snapshots")
    year = last_reported_year(date.fromisoformat(str(found[0]["day"])))
    province = lived_in(SEED, 18080, None, year)
    wrong = wrong_figures(province)
    printed = {cell.key: cell for cell in province.truths(wrong)[wrong.report_urls[0]].cells}
    changes = later(province)
    mended = {cell.key: cell for cell in province.truths(changes.corrected)[wrong.report_urls[0]].cells}
    changed = {key for key in printed if printed[key].value != mended[key].value}
    rows = ask(
        demo_lake,
        "SELECT agency_name, row_code, applicant_type, published_before, published_after FROM revisions",
    )
    assert {(row["row_code"], row["applicant_type"]) for row in rows} == changed
    for row in rows:
        key = (str(row["row_code"]), str(row["applicant_type"]))
        assert row["agency_name"] == wrong.agency
        assert (row["published_before"], row["published_after"]) == (
            printed[key].printed,
            mended[key].printed,
        )
    assert "publisher" in demo_lake.stdout
    assert re.search(rf"~ .*{wrong.agency}", demo_lake.stdout)
    assert re.search(rf"\+ .*{changes.published.agency}", demo_lake.stdout)
    assert re.search(rf"- .*{changes.withdrawn.agency}", demo_lake.stdout)


def test_the_first_picture_is_not_a_wall_of_holes(demo_lake: DemoLake) -> None:
    rows = ask(
        demo_lake, "SELECT status, count(*) AS n FROM coverage WHERE status <> 'not_due' GROUP BY status"
    )
    counts = {str(row["status"]): int(str(row["n"])) for row in rows}
    assert counts["found"] + counts["late"] > 0.9 * sum(counts.values())
    assert counts["withdrawn"] == 1
    assert counts["missing"] > 0


def test_findings_say_whose_they_are_and_the_warnings_are_not_drowned(demo_lake: DemoLake) -> None:
    told = gknb("findings", "--lake", demo_lake.lake)
    assert "stated_in_text" not in told.stdout
    assert "stated_in_text" in told.stderr
    assert f"--lake {demo_lake.lake}" in told.stderr
    wrong = ask(demo_lake, "SELECT agency_name, year, report_id FROM findings JOIN reports USING (report_id) "
                           "WHERE check_id = 'A2'")  # fmt: skip
    assert wrong
    for row in wrong:
        assert f"{row['agency_name']} {row['year']}" in told.stdout
        assert str(row["report_id"]) in told.stdout
