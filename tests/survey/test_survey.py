"""The survey of a province by its command: every outcome is said, what is proposed lasts, nothing is asked
twice. On real Scrapy against the demo province."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.registry import tables
from crawler.registry.candidates import CANDIDATES
from crawler.registry.rows import COLUMNS
from crawler.survey.outcomes import OF_FETCH, PortalOutcome, advice
from crawler.survey.records import Surveys
from demo.province.faults import Behaviour, Fault
from demo.province.plan import Province, at_rest
from demo.province.server import Server, free_ports, serving
from tests.cli.run import Place, gknb

QUICK = [
    "--contact",
    "demo@example.org",
    "--set",
    "DOWNLOAD_DELAY=0",
    "--set",
    "BACKOFF_BASE=0.01",
    "--set",
    "RETRY_TIMES=1",
]
# TRS, a service answering the lists, GBK with a reversed pager.
FOUND = {"qihe": "trs", "yanyu": "gkmlpt", "lutang": "vsb"}
SPOILT = {
    "xihe": (Behaviour(Fault.CHALLENGE_521), "blocked"),
    "zhiwan": (Behaviour(Fault.ROBOTS, target="User-agent: *\nDisallow: /\n"), "robots"),
    "xiuling": (Behaviour(Fault.REDIRECT, "/", target="http://www.qihe.test:{port}/"), "moved"),
    "yaoshan": (Behaviour(Fault.DEAD, "/"), "gone"),
    "tangzhu": (Behaviour(Fault.UNAVAILABLE), "robots"),
    "puyi": (Behaviour(Fault.NO_NAME), "dns"),
    "dipu": (Behaviour(Fault.RESET, "/"), "unreachable"),
    "lihe": (Behaviour(Fault.DEAD, "/lihe/*"), "nothing"),
}


def code(province: Province, slug: str) -> str:
    return next(county.code for county in province.counties if county.slug == slug)


def without_columns(place: Place) -> Path:
    """The province's registry, with none of its columns."""
    place.write_registry()
    directory = place.folder / "registry"
    (directory / "columns.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    return directory


def survey(place: Place, *more: object) -> tuple[dict[str, Any], int]:
    told = gknb("survey", *place.where, *place.network, *QUICK, "--json", *more)
    assert told.stdout, told.stderr
    return json.loads(told.stdout), told.exit_code


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(at_rest(4, *free_ports(2))) as running:
        yield running


@pytest.fixture(scope="module")
def surveyed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, dict[str, Any]]:
    """A survey of eleven portals, eight of which are in trouble; and where it lies."""
    province = server.province
    place = Place(province, tmp_path_factory.mktemp("survey"))
    for slug, (behaviour, _) in SPOILT.items():
        target = behaviour.target.replace("{port}", str(province.port))
        province.set(code(province, slug), Behaviour(behaviour.fault, behaviour.path, target=target))
    without_columns(place)
    sites = [code(province, slug) for slug in (*FOUND, *SPOILT)]
    report, exit_code = survey(place, "--sites", ",".join(sites))
    assert exit_code == 1, report["problem"]
    return place, report


def test_each_portal_ends_with_what_became_of_it_and_what_to_do(
    surveyed: tuple[Place, dict[str, Any]],
) -> None:
    place, report = surveyed
    ended = {row["site_id"]: row["outcome"] for row in report["rows"]}
    wanted = {code(place.province, slug): "found" for slug in FOUND}
    wanted |= {code(place.province, slug): outcome for slug, (_, outcome) in SPOILT.items()}
    assert ended == wanted, [(row["site_id"], row["outcome"], row["detail"]) for row in report["rows"]]
    assert all(row["detail"] for row in report["rows"])
    families = {row["site_id"]: row["family"] for row in report["rows"] if row["outcome"] == "found"}
    assert families == {code(place.province, slug): family for slug, family in FOUND.items()}
    counted = {one["outcome"]: (one["portals"], one["what_to_do"]) for one in report["outcomes"]}
    assert (
        counted["found"][0] == 3 and counted["robots"][0] == 2 and all(what for _, what in counted.values())
    )


def test_the_rows_last_and_status_reads_the_same(surveyed: tuple[Place, dict[str, Any]]) -> None:
    place, report = surveyed
    rows = Surveys(place.folder / "archive").latest()
    assert {row.site_id: str(row.outcome) for row in rows.values()} == {
        row["site_id"]: row["outcome"] for row in report["rows"]
    }
    told = gknb("status", *place.where, "--json")
    assert Counter({one["outcome"]: one["portals"] for one in json.loads(told.stdout)["survey"]}) == Counter(
        row["outcome"] for row in report["rows"]
    )


def test_nothing_is_asked_twice_and_a_portal_that_says_no_is_left_alone(
    surveyed: tuple[Place, dict[str, Any]], server: Server
) -> None:
    asked = Counter((entry.host, entry.method, entry.target, entry.form) for entry in server.entries)
    retried = {"www.dipu.test", "www.tangzhu.test"}  # what broke off or failed may be asked once more
    assert {key: n for key, n in asked.items() if n > 1 and key[0] not in retried} == {}
    by_host = Counter(entry.host for entry in server.entries)
    assert by_host["www.zhiwan.test"] == 1 and by_host["www.xihe.test"] <= 3


def test_a_second_survey_leaves_what_was_looked_through_alone(
    surveyed: tuple[Place, dict[str, Any]], server: Server
) -> None:
    place, report = surveyed
    before = len(server.entries)
    told = gknb("survey", *place.where, *place.network, *QUICK, "--region", report["rows"][0]["site_id"])
    assert told.exit_code == 0 and "no portal to survey" in told.stderr
    assert len(server.entries) == before


def test_what_is_sure_is_accepted_once_and_the_rest_by_a_person(
    surveyed: tuple[Place, dict[str, Any]], server: Server
) -> None:
    place, _ = surveyed
    before = len(server.entries)
    told = gknb("registry", "proposals", *place.where, "--json")
    waiting = json.loads(told.stdout)
    truth = {
        column.url for column in place.province.columns if column.site_id in {r["site_id"] for r in waiting}
    }
    assert {row["url"] for row in waiting} == truth and all(row["sure"] and row["titles"] for row in waiting)
    one, other, third = (row["column_id"] for row in waiting[:3])
    assert gknb("registry", "accept", one, *place.where).exit_code == 0
    again = gknb("registry", "accept", one, *place.where)
    assert (
        again.exit_code == 2
        and again.stderr.count("\n") == 1
        and f"{one} was accepted already" in again.stderr
    )
    assert gknb("registry", "reject", other, "--reason", "a copy", *place.where).exit_code == 0
    twice = gknb("registry", "reject", other, "--reason", "a copy", *place.where)
    assert twice.exit_code == 2 and "was rejected already" in twice.stderr
    unknown = gknb("registry", "accept", "nb-none", *place.where)
    assert unknown.exit_code == 2 and "no proposal nb-none" in unknown.stderr
    left = json.loads(gknb("registry", "proposals", *place.where, "--json").stdout)
    assert {row["column_id"] for row in left} == {row["column_id"] for row in waiting} - {one, other}
    assert [c.column_id for c in tables.load(place.folder / "registry").columns] == [one]
    assert third in {row["column_id"] for row in left}
    assert len(server.entries) == before, "a decision needs no crawl"


def test_a_column_that_could_not_be_had_is_a_doubt_beside_those_found(server: Server, tmp_path: Path) -> None:
    place = Place(server.province, tmp_path)
    without_columns(place)
    weipo = code(server.province, "weipo")
    first, *others = (column.url for column in server.province.columns if column.site_id == weipo)
    server.province.set(weipo, Behaviour(Fault.RESET, urlsplit(others[0]).path + "*"))
    report, exit_code = survey(place, "--sites", weipo, "--accept-sure")
    server.province.set(weipo)
    (row,) = report["rows"]
    assert exit_code == 1 and row["outcome"] == "found_with_doubt"
    assert "1 ways to columns not seen" in row["detail"] and others[0] in row["detail"]
    accepted = {column.url for column in tables.load(place.folder / "registry").columns}
    assert accepted == {first, *others[1:]}


def test_discover_says_the_same_of_a_portal_in_trouble(
    surveyed: tuple[Place, dict[str, Any]], server: Server
) -> None:
    place, _ = surveyed
    home = place.province.home(code(place.province, "xihe"))
    told = gknb("discover", home, *place.where, *place.network, *QUICK)
    assert told.exit_code == 1
    assert "blocked: " in told.stderr and "do not press" in told.stderr


def test_a_budget_ends_the_survey_and_says_of_whom(server: Server, tmp_path: Path) -> None:
    place = Place(server.province, tmp_path)
    without_columns(place)
    sites = [code(place.province, slug) for slug in ("lutang", "qihe")]
    report, exit_code = survey(place, "--sites", ",".join(sites), "--budget", 2)
    assert exit_code == 1 and {row["outcome"] for row in report["rows"]} == {"budget"}
    assert sum(row["requests"] for row in report["rows"]) >= 2


def test_candidates_are_tried_first_and_a_new_portal_is_proposed_with_its_row(
    server: Server, tmp_path: Path
) -> None:
    place = Place(server.province, tmp_path)
    directory = without_columns(place)
    known, unknown = (code(place.province, slug) for slug in ("lutang", "qihe"))
    columns = {column.site_id: column.url for column in place.province.columns}
    rows = [
        f"{known},{known},{columns[known]},vsb,given,certain,1,2023,,",
        f",{unknown},{columns[unknown]},trs,given,certain,1,2023,,",
    ]
    (directory / "candidates.csv").write_text(
        "\n".join([",".join(CANDIDATES), *rows]) + "\n", encoding="utf-8"
    )
    sites = (directory / "sites.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (directory / "sites.csv").write_text(
        "".join(one for one in sites if not one.startswith(unknown)), encoding="utf-8"
    )
    before = len(server.entries)
    report, _ = survey(place, "--region", "9901", "--again")
    rows_by_site = {row["site_id"]: row for row in report["rows"]}
    new = rows_by_site["qihe.test"]
    assert new["new"] and new["outcome"] == "found_with_doubt" and new["candidates"] >= 1
    (proposal, *_) = new["proposals"]
    assert "not in sites.csv" in proposal["why"] and proposal["url"] == columns[unknown]
    assert gknb("registry", "accept", proposal["column_id"], *place.where).exit_code == 0
    added = tables.load(directory)
    assert added.sites["qihe.test"].division_code == unknown and len(added.columns) == 1
    first = [entry.target for entry in server.entries[before:] if entry.host == "www.qihe.test"][:2]
    assert first[0] == "/robots.txt" and columns[unknown].endswith(first[1])


def test_candidates_of_an_index_are_verified_by_one_visit_each(server: Server, tmp_path: Path) -> None:
    place = Place(server.province, tmp_path)
    without_columns(place)
    qihe = code(place.province, "qihe")
    urls = [
        report.page_url for report in place.province.reports if report.site_id == qihe and report.page_url
    ]
    index = tmp_path / "index.txt"
    decoys = ["http://www.lutang.test/zfxxgk/zfxxgknb.htm", "https://elsewhere.example.com/zfxxgknb/"]
    index.write_text("\n".join([*urls, *decoys]) + "\n", encoding="utf-8")
    before = len(server.entries)
    report, _ = survey(place, "--index", index)
    rows = {row["site_id"]: row for row in report["rows"]}
    assert set(rows) == {qihe, code(place.province, "lutang")}
    (proposal,) = rows[qihe]["proposals"]
    assert rows[qihe]["outcome"] == "found" and proposal["sure"]
    (column,) = (one for one in place.province.columns if one.site_id == qihe)
    assert proposal["url"] == column.url
    # robots.txt, the column, a folder of it to see reports: no menu was walked.
    asked = [entry.target for entry in server.entries[before:] if entry.host == "www.qihe.test"]
    assert "/" not in asked and len(asked) <= 4


def test_what_cannot_be_surveyed_is_said_in_one_line(server: Server, tmp_path: Path) -> None:
    place = Place(server.province, tmp_path)
    directory = without_columns(place)
    site = code(place.province, "puyi")  # its name leads nowhere, so that a contact is wanted
    quick = [one for one in QUICK if one not in ("--contact", "demo@example.org")]
    told = gknb("survey", *place.where, *place.network, *quick, "--sites", site, "--accept-sure")
    assert told.exit_code == 2 and told.stdout == ""
    assert told.stderr.count("\n") == 1 and "no contact is configured" in told.stderr
    for arguments, says in ((["--sites", "1"], "no site 1"), (["--region", "无何有乡"], "无何有乡")):
        told = gknb("survey", *place.where, *arguments)
        assert told.exit_code == 2 and told.stderr.count("\n") == 1 and says in told.stderr
    row = f"{site},{site},http://www.puyi.test/nb/,trs,given,sure,1,,,"
    (directory / "candidates.csv").write_text(f"{','.join(CANDIDATES)}\n{row}\n", encoding="utf-8")
    told = gknb("survey", *place.where, "--sites", site)
    assert told.exit_code == 2 and told.stderr.count("\n") == 1
    assert "candidates.csv, line 2: confidence 'sure' should be one of" in told.stderr


def test_every_outcome_has_its_advice_and_every_fetch_its_outcome() -> None:
    from crawler.runs.outcomes import Outcome

    assert set(advice()) == set(PortalOutcome)
    of_columns = {"empty_list", "no_reports", "no_columns", "incomplete", "layout_changed", "misconfigured"}
    said_elsewhere = {"ok", "unchanged", "redirect", "endless_pager", "internal_error"}
    assert {str(one) for one in Outcome} - {str(one) for one in OF_FETCH} == of_columns | said_elsewhere
