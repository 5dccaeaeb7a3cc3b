"""The plan: deterministic, of the size promised, exported as a registry, changed on demand, logged."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from demo.province import journal, registry, reports
from demo.province.faults import Behaviour, Fault
from demo.province.http import Request
from demo.province.model import Form
from demo.province.plan import Province, Published, at_rest
from demo.province.server import Server, free_ports, serving
from tests.demo_province.client import WALKERS, Client

TRS = "990121"


def truth(province: Province) -> list[tuple[object, ...]]:
    return [(r.site_id, r.agency, r.year, r.title, r.column_url, *r.report_urls) for r in province.reports]


def listed(client: Client, report: Published) -> set[str]:
    return {url for _, url in WALKERS[report.family](client, report.column_url)}


def test_the_same_seed_makes_the_same_province_and_another_seed_another() -> None:
    first, again, other = at_rest(5), at_rest(5), at_rest(6)
    assert truth(first) == truth(again)
    assert truth(first) != truth(other)
    for report in first.reports[::40]:
        digests = first.sha256s(report)
        # Otherwise the second province would be shown what the first one wrote.
        reports._generated.cache_clear()
        assert again.sha256s(report) == digests


def test_the_truth_of_the_cells_is_that_of_the_agency_and_year() -> None:
    province = at_rest()
    for report in province.reports[::25]:
        truths = province.truths(report)
        assert set(truths) == set(report.report_urls)
        for truth_of_file in truths.values():
            assert (truth_of_file.agency_name, truth_of_file.year) == (report.agency, report.year)
            assert truth_of_file.region_code == report.site_id
            assert truth_of_file.cells


@pytest.mark.parametrize("seed", range(1, 12))
def test_any_seed_gives_a_province_of_the_promised_size(seed: int) -> None:
    province = at_rest(seed)
    assert len(province.reports) == 400
    assert len(province.counties) == 25
    addresses = [url for report in province.reports for url in report.report_urls]
    assert len(addresses) == len(set(addresses))
    per_column = Counter((r.column_url, r.agency, r.year) for r in province.reports)
    assert set(per_column.values()) == {1}
    assert {report.form for report in province.reports} == set(Form)
    assert {report.edition for report in province.reports} == {"e2014", "e2019", "e2021"}


def test_nothing_in_it_exists() -> None:
    for county in at_rest().counties:
        assert county.code.startswith("99")
        assert all(host.endswith(".test") for host in county.hosts)
        assert county.address.startswith("127.")


def test_the_export_is_a_sound_registry(tmp_path: Path) -> None:
    from crawler.registry import tables as crawl_registry

    province = at_rest()
    registry.export(province, tmp_path, delay=0.05)
    assert crawl_registry.check(tmp_path) == ()
    loaded = crawl_registry.load(tmp_path)
    assert {column.url for column in loaded.columns} == {column.url for column in province.columns}
    assert {report.column_url for report in province.reports} == {column.url for column in province.columns}
    assert loaded.hosts == set(province.addresses)
    assert {site.delay for site in loaded.sites.values()} == {0.05}


def test_edits_withdrawals_and_new_reports_show_at_once_and_nowhere_else() -> None:
    port, tls_port = free_ports(2)
    province = at_rest(2, port, tls_port)
    before = {
        report.item.key: province.sha256s(report) for report in province.reports if report.site_id == TRS
    }
    edited, withdrawn, like = [r for r in province.reports if r.site_id == TRS and r.form is Form.PAGE][:3]
    with serving(province):
        client = Client(province)
        changed = province.edit(edited)
        province.withdraw(withdrawn)
        new = province.publish(like, 2013)
        assert changed.report_urls == edited.report_urls
        assert province.sha256s(changed) != before[edited.item.key]
        assert client.ask(withdrawn.page_url or "").status == 404
        assert client.get(new.report_urls[0]).status == 200
        seen = listed(client, like)
        assert withdrawn.page_url not in seen
        assert {changed.page_url, new.page_url or new.file_urls[0]} <= seen
    after = {
        report.item.key: province.sha256s(report) for report in province.reports if report.site_id == TRS
    }
    same = [key for key in before if key in after and before[key] == after[key]]
    assert len(same) == len(before) - 2
    assert set(after) - set(before) == {new.item.key}
    with pytest.raises(ValueError, match="already"):
        province.publish(like, like.year)


@pytest.mark.parametrize("validators", ["etag", "modified"])
def test_conditional_requests(validators: str) -> None:
    port, tls_port = free_ports(2)
    province = at_rest(1, port, tls_port)
    county = next(c for c in province.counties if c.validators == validators and c.family != "lonsun")
    report = next(r for r in province.reports if r.site_id == county.code and r.form is Form.PAGE)
    with serving(province):
        client = Client(province)
        for url in (province.home(county.code), report.page_url or ""):
            first = client.get(url)
            assert ("etag" in first.headers) is (validators == "etag")
            asked = {"If-Modified-Since": first.headers["last-modified"]}
            if validators == "etag":
                asked["If-None-Match"] = first.headers["etag"]
            again = client.ask(url, headers=asked)
            assert (again.status, again.body) == (304, b"")
            province.edit(report)
            if url == report.page_url:
                assert client.ask(url, headers=asked).status == 200
        home = client.get(province.home(county.code))
        tag = {"If-None-Match": home.headers["etag"]} if validators == "etag" else {}
        other = client.ask(
            province.home(county.code), headers={"If-Modified-Since": home.headers["last-modified"], **tag}
        )
        assert other.status == 304


def test_a_list_changes_its_validators_when_a_report_is_withdrawn() -> None:
    province = at_rest()
    for county in province.counties:
        report = next(report for report in province.reports if report.site_id == county.code)
        first = province.respond(Request.get(report.column_url))[0]
        province.withdraw(report)
        second = province.respond(Request.get(report.column_url))[0]
        if first.header("Last-Modified"):
            assert second.header("Last-Modified") != first.header("Last-Modified")


def test_every_request_is_logged_with_its_times(province: Province, server: Server, tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    port, tls_port = free_ports(2)
    small = at_rest(1, port, tls_port)
    small.set("990102", Behaviour(Fault.DEAD))
    with serving(small, log) as running:
        client = Client(small)
        client.get(small.home(TRS), headers={"X-Test": "1"})
        client.ask(small.home("990102"))
        client.ask(small.home(TRS), data="a=b")
        entries = running.entries
    assert journal.read(log) == entries
    assert [(entry.method, entry.status, entry.fault) for entry in entries] == [
        ("GET", 200, ""),
        ("GET", 404, "dead"),
        ("POST", 200, ""),
    ]
    assert entries[0].headers["x-test"] == "1"
    assert entries[2].form == "a=b"
    assert (entries[0].host, entries[0].address) == ("www.qihe.test", "127.77.1.1")
    assert all(entry.started <= entry.ended for entry in entries)
    assert len({entry.connection for entry in entries}) == 3
    assert json.loads(log.read_text().splitlines()[0])["target"] == "/"


def entry(host: str, started: float, ended: float) -> journal.Entry:
    return journal.Entry(started, ended, 1, host, "127.0.0.1", "GET", "/", {}, "", 200, 1, "", "", "")


def test_politeness_is_read_from_the_log() -> None:
    entries = [entry("a", 0, 2), entry("b", 1, 3.8), entry("a", 2, 4), entry("a", 3.5, 5)]
    hosts = journal.by_party(entries, "host")
    assert {host: journal.most_at_once(group) for host, group in hosts.items()} == {"a": 2, "b": 1}
    assert journal.most_at_once(journal.by_party(entries, "address")["127.0.0.1"]) == 3
    assert journal.most_at_once([]) == 0


def test_counties_share_machines_and_each_answers_under_its_own_name(
    province: Province, server: Server
) -> None:
    sharing = Counter(county.address for county in province.counties)
    address, count = sharing.most_common(1)[0]
    assert count >= 3
    client = Client(province)
    for county in province.counties:
        if county.address == address:
            assert county.name in client.get(province.home(county.code)).text


def test_every_host_has_a_page_at_its_root(province: Province, server: Server) -> None:
    client = Client(province)
    for county in province.counties:
        for host in county.hosts:
            assert "政府信息公开" in client.get(f"{county.origin(host)}/").text


def test_from_the_home_page_a_person_reaches_every_annual_report_column(
    province: Province, server: Server
) -> None:
    client = Client(province)
    for county in province.counties:
        columns = {column.url for column in province.columns if column.site_id == county.code}
        start = province.home(county.code)
        reached, ahead = {start}, [start]
        for _ in range(4):
            following = []
            for url in ahead:
                tree = client.get(url).tree
                for anchor in tree.xpath(
                    "//div[@class='header']//a|//ul[@class='leftmenu' or @class='nav']//a"
                ):
                    found = tree.make_links_absolute(url) or anchor.get("href").partition("#")[0]
                    if found not in reached:
                        reached.add(found)
                        following.append(found)
            ahead = following
        assert columns <= reached, county.code
