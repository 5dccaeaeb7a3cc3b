"""`gknb refresh` on some counties of the demo province: the truth in SQL, then nothing new, then changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.runs.records import Runs
from crawler.runs.results import ReportDocument
from demo.province.journal import Entry
from demo.province.plan import Published, at_rest
from demo.province.server import Server, free_ports, serving
from demo.whole_way import coverage
from extract.builds.build import current_build
from tests.cli.run import Place, gknb


@dataclass(frozen=True)
class Step:
    """A refresh: what it said, what the portals saw of it, and the current build after it."""

    told: dict[str, Any]
    asked: list[Entry]
    build: Path


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(at_rest(5, *free_ports(2))) as running:
        yield running


@pytest.fixture(scope="module")
def place(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Place:
    there = Place(server.province, tmp_path_factory.mktemp("province"))
    there.write_registry()
    return there


def step(place: Place, server: Server, *options: object) -> Step:
    before = len(server.entries)
    told = place.refresh(*options)
    return Step(told, server.entries[before:], current_build(place.folder / "lake").path)


def recorded_reports(archive: Path) -> Iterator[ReportDocument]:
    """The reports that the runs have found, each in every version that was seen."""
    runs = Runs(archive)
    for run_id in runs.run_ids():
        for result in runs.results(run_id):
            yield from (*result.new, *result.changed)


@pytest.fixture(scope="module")
def first(place: Place, server: Server) -> Step:
    done = step(place, server)
    assert done.told["exit_code"] == 0, done.told["alarms"]
    return done


@pytest.fixture(scope="module")
def second(place: Place, server: Server, first: Step) -> Step:
    """Nothing has changed."""
    return step(place, server)


@dataclass(frozen=True)
class Changes:
    """One report edited in silence, one withdrawn, one published; and the refresh after that."""

    edited: Published
    withdrawn: Published
    published: Published
    step: Step


@pytest.fixture(scope="module")
def third(place: Place, server: Server, second: Step) -> Changes:
    reports = place.reports
    edited, withdrawn = reports[3], reports[20]
    place.province.edit(edited)
    place.province.withdraw(withdrawn)
    published = place.province.publish(reports[40], 2013)
    return Changes(edited, withdrawn, published, step(place, server, "--recheck", "all"))


def figures(place: Place) -> dict[str, dict[tuple[str, str], float | None]]:
    """Every value of the current build, also of copies that are set aside, by the address of its report."""
    found: dict[str, dict[tuple[str, str], float | None]] = {}
    query = """
        SELECT url, row_code, applicant_type, value
        FROM (FROM facts UNION ALL FROM superseded_facts) JOIN reports USING (report_id)
    """
    # Figures that the text states beside the tables have codes of their own.
    for row in place.ask(f"{query} WHERE row_code NOT LIKE 'x%'"):
        cell = (row["row_code"], row["applicant_type"])
        found.setdefault(row["url"], {})[cell] = row["value"]
    return found


def test_the_first_refresh_gives_the_truths_figures(place: Place, first: Step) -> None:
    reports = place.reports
    assert len(first.told["new"]) == len(reports) == 48
    found = figures(place)
    cells = 0
    for report in reports:
        for url, truth in place.province.truths(report).items():
            wanted = {cell.key: cell for cell in truth.cells}
            assert found[url].keys() == wanted.keys(), url
            wrong = {key for key, value in found[url].items() if not wanted[key].accepts(value)}
            assert not wrong, url
            cells += len(wanted)
    assert cells > 8000
    # What carries no truth carries no fact: pages that only lead to their attachments, and nothing else.
    assert found.keys() == {url for report in reports for url in report.report_urls}
    counts = first.told["built"]["counts"]
    assert counts["facts"] + counts["superseded_facts"] >= cells
    assert first.told["built"]["unread"] == []


def test_each_report_stands_once_in_the_facts_with_all_its_files_beside_it(place: Place, first: Step) -> None:
    standing = place.ask("SELECT DISTINCT report_id, agency_name, year FROM facts")
    assert len(standing) == len(place.reports)
    of_report: dict[str, set[str]] = {}
    for row in place.ask("SELECT report_id, url FROM copies"):
        of_report.setdefault(row["report_id"], set()).add(row["url"])
    files = [set(report.report_urls) for report in place.reports]
    assert all(any(known <= urls for urls in of_report.values()) for known in files)
    assert place.ask("SELECT count(*) AS n FROM findings WHERE check_id = 'copies_differ'") == [{"n": 0}]


def test_the_run_is_in_sql_and_in_the_run_report(place: Place, first: Step) -> None:
    runs = place.ask(f"FROM runs WHERE run_id = '{first.told['run_id']}'")
    assert Counter(row["outcome"] for row in runs) == first.told["outcomes"] == {"ok": place.columns}
    assert sum(row["new"] for row in runs) == sum(row["present"] for row in runs) == 48
    assert all(row["passed_over"] is not None and row["finished_at"] >= row["started_at"] for row in runs)
    (path,) = (place.folder / "archive" / "runs").glob(f"{first.told['run_id']}.json")
    assert f'"{first.told["run_id"]}"' in path.read_text(encoding="utf-8")
    snapshots = place.ask(f"SELECT url FROM snapshots WHERE run_id = '{first.told['run_id']}'")
    assert len(snapshots) == len(first.asked)


def test_a_refresh_without_changes_asks_for_no_report_and_reads_none(
    place: Place, first: Step, second: Step
) -> None:
    assert (second.told["exit_code"], second.told["outcomes"]) == (0, {"unchanged": place.columns})
    assert [second.told[name] for name in ("new", "changed", "withdrawn")] == [[], [], []]
    assert second.told["built"]["read"] == {}
    of_reports = {url for report in place.reports for url in (*report.file_urls, report.page_url) if url}
    asked = {f"http://{entry.host}:{place.province.port}{entry.target}" for entry in second.asked}
    assert asked and not asked & of_reports
    # Lists that carry a validator are asked for under conditions.
    with_etag = {entry.target for entry in first.asked if entry.etag and entry.method == "GET"}
    again = [entry for entry in second.asked if entry.target in with_etag]
    assert again and all("if-none-match" in entry.headers for entry in again)


def test_builds_share_what_has_not_changed(first: Step, second: Step) -> None:
    assert first.build != second.build
    for year in first.build.glob("facts/*/*.parquet"):
        assert (second.build / year.relative_to(first.build)).samefile(year)


def test_a_build_that_took_tables_over_is_as_if_made_anew(place: Place, second: Step, tmp_path: Path) -> None:
    folders = ("--archive", place.folder / "archive", "--registry", place.folder / "registry")
    told = gknb("build", *folders, "--lake", tmp_path, "--jobs", 2)
    assert told.exit_code == 0, told.stderr
    assert current_build(tmp_path).build_id == second.build.name


def test_exactly_the_changes_are_told_and_no_other_document_is_read(place: Place, third: Changes) -> None:
    told = third.step.told
    assert [document["title"] for document in told["new"]] == [third.published.title]
    assert [document["title"] for document in told["changed"]] == [third.edited.title]
    assert [document["title"] for document in told["withdrawn"]] == [third.withdrawn.title]
    assert told["exit_code"] == 1
    alarms = {(alarm["kind"], alarm["site_id"]) for alarm in told["alarms"]}
    assert ("withdrawn", third.withdrawn.site_id) in alarms
    assert {kind for kind, _ in alarms} <= {"withdrawn", "drop"}
    new = {part["source_sha256"] for document in told["new"] for part in document["parts"]}
    changed = {part["source_sha256"] for document in told["changed"] for part in document["parts"]}
    before = {
        part.source_sha256
        for document in recorded_reports(place.folder / "archive")
        if document.title == third.edited.title and document.checked_at < told["changed"][0]["checked_at"]
        for part in document.parts
    }
    assert sum(told["built"]["read"].values()) == len(new | (changed - before))


def test_a_changed_report_stays_in_both_versions_and_a_withdrawn_one_stays(
    place: Place, third: Changes
) -> None:
    versions = "SELECT count(DISTINCT content_hash) AS versions FROM reports WHERE url = '{}' AND status='ok'"
    assert place.ask(versions.format(third.edited.report_urls[0])) == [{"versions": 2}]
    assert place.ask(versions.format(third.withdrawn.report_urls[0])) == [{"versions": 1}]
    history = place.ask("SELECT run_id, sum(changed) AS changed FROM runs GROUP BY 1 ORDER BY 1")
    assert [row["changed"] for row in history] == [0, 0, 1]


def test_a_build_of_the_archive_anew_is_the_same(place: Place, third: Changes, tmp_path: Path) -> None:
    """Readings that were kept over three refreshes, or all made now: byte for byte the same tables."""
    folders = ("--archive", place.folder / "archive", "--registry", place.folder / "registry")
    told = gknb("build", *folders, "--lake", tmp_path, "--jobs", 2)
    assert told.exit_code == 0, told.stderr
    assert current_build(tmp_path).build_id == third.step.build.name


def test_status_tells_sites_by_outcome_and_what_to_do(place: Place, third: Changes) -> None:
    lake = ["--lake", place.folder / "lake"]
    chosen = ["--sites", ",".join(place.sites)]
    told = gknb("status", *place.where, *lake, *chosen)
    assert told.exit_code == 0, told.stderr
    assert "unchanged" in told.stdout and "never_walked" not in told.stdout
    everybody = gknb("status", *place.where, *lake)
    assert "never_walked" in everybody.stdout and "gknb refresh" in everybody.stdout


def test_coverage_counts_what_the_crawl_has_had(place: Place, first: Step) -> None:
    documents = list(recorded_reports(place.folder / "archive"))
    told = {one.family: (one.found, one.known) for one in coverage(place.province, documents)}
    of_vsb = sum(report.family == "vsb" for report in place.reports)
    assert told["vsb"] == (of_vsb, of_vsb) and of_vsb >= 16
    assert told["ucap"] == (0, 32)


def test_the_archive_verifies_collects_nothing_and_goes_out_as_warc(
    place: Place, third: Changes, tmp_path: Path
) -> None:
    archive = ["--archive", place.folder / "archive"]
    verified = gknb("verify", *archive, "--lake", place.folder / "lake")
    assert verified.exit_code == 0, verified.stdout
    collected = gknb("archive", "gc", *archive)
    assert (collected.exit_code, collected.stdout) == (0, "")
    target = tmp_path / "one.warc.gz"
    run_id = third.step.told["run_id"]
    told = gknb("archive", "export", target, "--run", run_id, *archive)
    assert told.exit_code == 0, told.stderr
    assert told.stdout == f"records: {len(third.step.asked)}\n"
    assert target.stat().st_size > 10_000 and not target.with_name("one.warc.gz.part").exists()
    assert gknb("archive", "export", target, "--run", "nothing", *archive).exit_code == 2
