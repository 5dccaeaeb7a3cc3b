"""The history is what it says: deterministic, sound in itself, and readable by the project's own commands."""

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands import app
from crawler.archive.store import Archive
from crawler.archive.verify import damaged
from crawler.registry.tables import check
from crawler.runs.records import Runs
from demo.history import HistoryTruth, make_history
from demo.history.__main__ import app as command
from demo.history.events import COLUMN_EVENTS, EVENTS, OWN_HOUSE_ONLY, SITE_EVENT
from demo.history.truth import READINGS, ROLES, STATUSES
from extract.agencies.identity import parse_agency_id
from extract.agencies.registry import load
from extract.extractor import extract
from extract.records import Source
from tests.demo_history.conftest import files

# What is printed in these reports is more than the government has added up.
CHANGING = {"carry_over_broken", "carry_over_moved", "in_force_broken", "items_broken", "pending_lost"}
CHANGING |= {"regulations", "copied_forward"}


class TestMaking:
    def test_the_same_arguments_give_the_same_history(self, small: HistoryTruth, again: HistoryTruth) -> None:
        assert replace(small, folder=Path()) == replace(again, folder=Path())
        assert files(small.registry) == files(again.registry)
        for part in ("objects", "log"):
            assert files(small.archive / part) == files(again.archive / part)
        for run_id in small.runs:
            assert list(Runs(small.archive).results(run_id)) == list(Runs(again.archive).results(run_id))

    def test_another_seed_gives_another(self, small: HistoryTruth, tmp_path: Path) -> None:
        other = make_history(tmp_path, 2, counties=3, agencies=6, years=range(2019, 2026))
        assert {d.sha256 for d in other.documents}.isdisjoint(d.sha256 for d in small.documents)

    def test_more_than_there_is_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="counties"):
            make_history(tmp_path, counties=99)
        with pytest.raises(ValueError, match="agencies"):
            make_history(tmp_path, counties=3, agencies=99)

    def test_too_few_for_all_that_happens_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="a history needs 3 counties with 6 agencies"):
            make_history(tmp_path, counties=2)
        with pytest.raises(ValueError, match="goes on to 2024"):
            make_history(tmp_path, years=range(2014, 2020))

    def test_everything_happens(self, small: HistoryTruth) -> None:
        events = {one.event for one in small.coverage}
        assert events == {"", *(event.name for event in EVENTS), *COLUMN_EVENTS}
        assert {one.status for one in small.coverage} == set(STATUSES)
        assert {document.role for document in small.documents} == set(ROLES)


class TestArchive:
    def test_is_whole(self, small: HistoryTruth) -> None:
        assert damaged(small.archive) == []
        bodies = list(Archive(small.archive).objects.glob("*/*.zst"))
        assert len(bodies) > len(small.by_sha256)
        runs = Runs(small.archive)
        assert runs.run_ids() == small.runs
        assert all(runs.is_finished(run_id) for run_id in small.runs)

    def test_holds_every_document_and_no_other_report(self, small: HistoryTruth) -> None:
        fetched = {
            (snapshot.final_url, snapshot.source_sha256)
            for snapshot in Archive(small.archive).snapshots()
            if snapshot.is_usable and snapshot.purpose in ("article", "attachment")
        }
        assert fetched == {(document.url, document.sha256) for document in small.documents}

    def test_the_runs_say_who_listed_what(self, small: HistoryTruth) -> None:
        listed: Counter[tuple[str, str]] = Counter()
        for run_id in small.runs:
            for result in Runs(small.archive).results(run_id):
                for document in (*result.new, *result.changed, *result.confirmed):
                    for part in document.parts:
                        listed[part.url, part.source_sha256] += 1
        assert listed == {(d.url, d.sha256): len(d.runs) * len(d.columns) for d in small.documents}

    def test_what_a_run_calls_withdrawn_was_there_before(self, small: HistoryTruth) -> None:
        runs = Runs(small.archive)
        gone = {
            document.url
            for run_id in small.runs
            for result in runs.results(run_id)
            for document in result.withdrawn
        }
        lately = {one.column for one in small.coverage if one.event == "column_blocked_lately"}
        assert gone == {
            document.url
            for document in small.documents
            if not set(document.columns) & lately
            and {run for run in small.runs if run > document.runs[0]}
            - {run for other in small.documents if other.url == document.url for run in other.runs}
        }


class TestDocuments:
    """What the truth says of a document is what stands in it."""

    def test_the_extractor_reads_what_the_truth_has(self, small: HistoryTruth) -> None:
        archive = Archive(small.archive)
        for document in small.documents:
            data = archive.body(document.sha256)
            reading = extract(Source(data, document.url, document.sha256, document.url))
            report = reading.report
            assert (report.status, report.year) == (document.status, document.year), document
            assert report.published_at in (None, document.published_at), document
            if document.content_id is not None and document.role != "page":
                cells = {
                    (fact.row_code, fact.applicant_type): fact.value
                    for fact in reading.facts
                    if fact.row_code.startswith(("t2:", "t3:", "t4:", "s14:"))
                }
                truth = small.contents[document.content_id].cells
                assert cells == {
                    key: None if value is None else float(value) for key, value in truth.items()
                }, document


class TestRegistry:
    def test_is_sound(self, small: HistoryTruth) -> None:
        assert check(small.registry) == ()
        load(small.registry)

    def test_every_agency_has_an_id_and_a_place_of_the_registry(self, small: HistoryTruth) -> None:
        registry = load(small.registry)
        for agency in small.agencies.values():
            read = parse_agency_id(agency.agency_id)
            assert (read.place_id, read.function) == (agency.place_id, agency.function)
            assert registry.places.of_place(agency.place_id)
            assert agency.function in registry.functions.by_code

    def test_homonyms_a_new_code_and_mergers(self, small: HistoryTruth) -> None:
        places = load(small.registry).places
        assert {period.place_id for period in places.bearers("鼓澜区", 2022)} == {"990102", "990203"}
        renamed = places.at("990221", 2020)
        assert renamed is not None
        [followed] = places.follow(renamed, 2022).periods
        assert (followed.code, followed.place_id) == ("990203", "990203")
        for code in ("990121", "990123"):
            before = places.at(code, 2019)
            assert before is not None
            assert [period.code for period in places.follow(before, 2020).periods] == ["990105"]


class TestAgencies:
    def test_successors_exist_when_it_ends(self, small: HistoryTruth) -> None:
        for agency in small.agencies.values():
            if agency.valid_to is None or agency.valid_to > small.years[-1]:
                assert agency.successors == () or agency.valid_to is not None
                continue
            assert agency.successors
            for successor in agency.successors:
                assert small.agencies[successor].exists(agency.valid_to)

    def test_names_follow_one_another_without_a_gap(self, small: HistoryTruth) -> None:
        for agency in small.agencies.values():
            assert (agency.names[0].valid_from, agency.names[-1].valid_to) == (
                agency.valid_from,
                agency.valid_to,
            )
            assert all(one.valid_to == two.valid_from for one, two in pairwise(agency.names))


class TestTruth:
    def test_a_status_for_each_agency_and_year(self, small: HistoryTruth) -> None:
        assert len(small.by_agency_year) == len(small.coverage) == len(small.agencies) * len(small.years)
        for one in small.coverage:
            assert (one.status == "not_due") == (not small.agencies[one.agency_id].exists(one.year))
            assert (one.due_on is None) == (one.status == "not_due")
            here = one.status in ("found", "late", "empty_form", "narrative_only", "withdrawn")
            assert bool(one.documents) == here
            assert (one.content_id is not None) == here

    def test_late_is_after_the_day_and_found_is_not(self, small: HistoryTruth) -> None:
        for one in small.coverage:
            if one.status in ("found", "late"):
                assert one.published_at is not None and one.due_on is not None
                assert (one.published_at > one.due_on) == (one.status == "late")

    def test_documents_and_ledger_say_the_same(self, small: HistoryTruth) -> None:
        for one in small.coverage:
            for sha256 in one.documents:
                for document in small.by_sha256[sha256]:
                    assert (document.agency_id, document.year) == (one.agency_id, one.year)
                    assert document.role in READINGS
        grouped = {sha256 for one in small.coverage for sha256 in one.documents}
        assert grouped == {d.sha256 for d in small.documents if d.role in READINGS}

    def test_each_copy_has_an_original(self, small: HistoryTruth) -> None:
        for one in small.coverage:
            roles = Counter(d.role for sha256 in one.documents for d in small.by_sha256[sha256])
            if one.documents:
                assert roles["report"] or roles["page"]
                assert roles["page"] <= roles["attachment"]

    def test_revisions_lead_from_one_state_to_the_next(self, small: HistoryTruth) -> None:
        assert small.revisions
        events = {small.by_agency_year[r.agency_id, r.year].event for r in small.revisions}
        assert events == {"edited", "edited_twice", "edited_and_back"}
        for revision in small.revisions:
            assert revision.before != revision.after
            assert revision.last_seen_before < revision.seen_in

    def test_what_is_edited_back_stands_as_it_first_did(self, small: HistoryTruth) -> None:
        [one] = [one for one in small.coverage if one.event == "edited_and_back"]
        changes = [r for r in small.revisions if (r.agency_id, r.year) == (one.agency_id, one.year)]
        first = [r for r in changes if r.seen_in == small.runs[1]]
        last = [r for r in changes if r.seen_in == small.runs[2]]
        assert first and [(r.before, r.after) for r in first] == [(r.after, r.before) for r in last]
        for revision in last:
            assert small.cells(one.agency_id, one.year)[revision.row_code, revision.applicant_type] == (
                revision.after
            )

    def test_what_was_gone_for_a_while_is_found(self, small: HistoryTruth) -> None:
        [one] = [one for one in small.coverage if one.event == "gone_and_back"]
        assert one.status == "found"
        [sha256] = one.documents
        assert [document.runs for document in small.by_sha256[sha256]] == [(small.runs[0], small.runs[2])]

    def test_a_counter_of_visits_revises_nothing(self, small: HistoryTruth) -> None:
        counted = [one for one in small.coverage if one.event == "counter_changed"]
        assert counted
        for one in counted:
            assert len(one.documents) > 1
            assert not [r for r in small.revisions if (r.agency_id, r.year) == (one.agency_id, one.year)]

    def test_a_file_that_differs_from_its_page(self, small: HistoryTruth) -> None:
        events = {small.by_agency_year[one.agency_id, one.year].event for one in small.disagreements}
        assert events == {"file_differs"}
        for one in small.disagreements:
            assert small.cells(one.agency_id, one.year)[one.row_code, one.applicant_type] == one.on_page

    def test_what_was_planned_breaks_its_identity(self, small: HistoryTruth) -> None:
        planned = {
            "carry_over_broken": "B1",
            "carry_over_moved": "B1",
            "in_force_broken": "B2",
            "items_broken": "B3",
            "pending_lost": "B4",
            "copied_forward": "B5",
            "regulations": "C2",
        }
        broken = {(breach.agency_id, breach.year, breach.check) for breach in small.breaches}
        for one in small.coverage:
            if one.event in planned:
                assert (one.agency_id, one.year, planned[one.event]) in broken
            if one.event == "above_government":
                government = f"{small.agencies[one.agency_id].place_id}:gov"
                assert (government, one.year, "C1_agency") in broken

    def test_a_government_adds_up_its_agencies_but_for_what_was_planned(self, small: HistoryTruth) -> None:
        above = {
            (f"{small.agencies[one.agency_id].place_id}:gov", one.year)
            for one in small.coverage
            if one.event == "above_government"
        }
        for breach in small.breaches:
            if breach.check in ("C1_agency", "C1_sum"):
                place = breach.agency_id.partition(":")[0]
                house = {
                    one.event
                    for one in small.coverage
                    if one.year == breach.year and small.agencies[one.agency_id].place_id == place
                }
                assert (
                    place == OWN_HOUSE_ONLY
                    or (
                        (breach.agency_id, breach.year) in above
                        and breach.row_code in ("t4:rec.total", "t4:rec.upheld")
                    )
                    or house & CHANGING
                ), breach

    def test_what_breaks_an_identity_was_planned(self, small: HistoryTruth) -> None:
        planned = {
            "B1": {"carry_over_broken", "carry_over_moved", "copied_forward"},
            "B2": {"in_force_broken", "copied_forward"},
            "B3": {"items_broken"},
            "B4": {"pending_lost", "copied_forward"},
            "B5": {"copied_forward"},
            "C2": {"regulations"},
        }
        assert {breach.check for breach in small.breaches} == {*planned, "C1_agency", "C1_sum"}
        for breach in small.breaches:
            if breach.check in planned:
                near = {
                    small.by_agency_year[breach.agency_id, year].event
                    for year in (breach.year - 1, breach.year)
                    if year in small.years
                }
                assert near & planned[breach.check], breach


@pytest.mark.slow
class TestTheWholeProvince:
    """The history at its full size, with what the small one has no room for."""

    def test_twelve_counties_and_twenty_agencies_at_any_time(self, whole: HistoryTruth) -> None:
        assert whole.years == tuple(range(2014, 2026))
        for year in whole.years:
            here = Counter(agency.place_id for agency in whole.agencies.values() if agency.exists(year))
            assert len(here) >= 12
            assert min(here.values()) >= 20

    def test_everything_happens(self, whole: HistoryTruth) -> None:
        events = {one.event for one in whole.coverage}
        assert events == {"", SITE_EVENT, *(event.name for event in EVENTS), *COLUMN_EVENTS}

    def test_is_whole(self, whole: HistoryTruth) -> None:
        assert damaged(whole.archive) == []
        assert check(whole.registry) == ()
        load(whole.registry)

    def test_a_site_that_is_blocked_from_the_second_run_on(self, whole: HistoryTruth) -> None:
        blocked = [one for one in whole.coverage if one.event == SITE_EVENT]
        assert {one.status for one in blocked if one.year < 2024} <= {"found", "late"}
        assert {one.status for one in blocked if one.year == 2025} == {"blocked"}

    def test_another_countys_code_and_a_branch_of_the_city(self, whole: HistoryTruth) -> None:
        bureau = whole.agencies["990102:natural_resources"]
        assert (bureau.valid_to, bureau.successors) == (2022, ("990102:natural_resources.branch",))
        assert whole.agencies["990102:tourism"].successors == ("990102:culture_tourism",)
        assert whole.agencies["990102:science"].successors == ("990102:industry",)
        assert whole.agencies["990102:rural_revitalization"].successors == ("990102:agriculture_rural",)


class TestCommands:
    def test_a_build_reads_all_of_it(self, small: HistoryTruth, tmp_path: Path) -> None:
        arguments = ["build", "--archive", str(small.archive), "--lake", str(tmp_path), "--jobs", "1"]
        done = CliRunner().invoke(app, arguments)
        assert "build:" in done.output, done.output

    def test_the_history_as_a_command(self, again: HistoryTruth, tmp_path: Path) -> None:
        arguments = [str(tmp_path), "--counties", "3", "--agencies", "6", "--first-year", "2019"]
        done = CliRunner().invoke(command, arguments)
        assert done.exit_code == 0, done.output
        assert f"{len(again.documents)} documents" in done.output
        told = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
        assert len(told["coverage"]) == len(again.coverage)
        assert files(tmp_path / "registry") == files(again.registry)

    def test_too_much_asked_for_is_told(self, tmp_path: Path) -> None:
        done = CliRunner().invoke(command, [str(tmp_path), "--counties", "99"])
        assert done.exit_code == 2
        assert "never had 99 counties" in done.output
