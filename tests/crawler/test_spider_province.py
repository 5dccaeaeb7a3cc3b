"""The whole crawl over the demo province: every report of every family, at rest and at its worst."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from protego import Protego

from crawler.archive.store import Archive
from crawler.archive.verify import damaged
from crawler.runs import refresh
from crawler.runs.records import Runs
from crawler.runs.results import ReportDocument
from crawler.runs.summary import RefreshReport
from demo.province import journal
from demo.province.http import Request
from demo.province.plan import Province, Published, at_rest, show_shapes
from demo.province.registry import export
from demo.province.server import Server, free_ports, serving
from demo.province.worst import Worst, at_worst
from tests.crawler.crawl import QUICK
from tests.crawler.server import assert_delayed
from tests.crawler.stamped import STAMPED

pytestmark = pytest.mark.slow

DELAY = 0.05


def crawl(province: Province, root: Path, **options: str) -> RefreshReport:
    settings = (
        QUICK
        | STAMPED
        | {
            "DOWNLOAD_DELAY": str(DELAY),
            "HOST_ADDRESSES": json.dumps(province.addresses),
            "ALLOWED_NETWORKS": "127.0.0.0/8",
            "CONTACT": "demo@example.org",
        }
    )
    recheck = options.pop("recheck", "due")
    export(province, root / "registry")
    return refresh.run(root / "archive", root / "registry", settings=settings | options, recheck=recheck)


def addresses(documents: Iterable[ReportDocument]) -> Counter[str]:
    """Where the files of these reports came from, and how often each was had."""
    return Counter(part.final_url for document in documents for part in document.parts)


def assert_polite(server: Server) -> None:
    """Over the whole log: one request at a time to a host and to an address, none before its delay has
    passed, none that robots.txt forbids."""
    parties: tuple[journal.Party, ...] = ("host", "address")
    for party in parties:
        for entries in journal.by_party(server.entries, party).values():
            assert journal.most_at_once(entries) == 1
            assert_delayed(((entry.started, entry.headers) for entry in entries), DELAY)
    for host, entries in journal.by_party(server.entries, "host").items():
        robots = server.province.respond(Request.get(f"http://{host}/robots.txt"))[0]
        if robots.status == 200:
            rules = Protego.parse(robots.body.decode("utf-8", "replace"))
            crossed = {entry.target for entry in entries if not rules.can_fetch(entry.target, "gknb")}
            assert crossed <= {"/robots.txt"}, host


def assert_conditional(before: Iterable[journal.Entry], asked: Iterable[journal.Entry]) -> None:
    """Each request has the condition that an earlier answer to the same request allows."""
    given = {request(entry): (entry.etag, entry.last_modified) for entry in before if entry.status == 200}
    for entry in asked:
        etag, last_modified = given[request(entry)]
        assert entry.headers.get("if-none-match", "") == etag, entry.target
        assert entry.headers.get("if-modified-since", "") == last_modified, entry.target


def request(entry: journal.Entry) -> tuple[str, ...]:
    return entry.host, entry.method, entry.target, entry.form


def titles(reports: Iterable[Published]) -> list[str]:
    return sorted(report.title for report in reports)


def test_at_rest_every_report_of_every_family_is_found_once_and_changes_are_exactly_those(
    tmp_path: Path,
) -> None:
    province = at_rest(3, *free_ports(2))
    show_shapes(province)
    with serving(province) as server:
        first = crawl(province, tmp_path)
        had = addresses(first.new)
        families = Counter(report.family for report in province.reports)
        found = Counter(r.family for r in province.reports if all(had[url] == 1 for url in r.report_urls))
        assert found == families and len(families) == 13
        truth = {url for report in province.reports for url in (report.page_url, *report.file_urls) if url}
        assert {document.url for document in first.new} <= truth
        assert len(first.new) == len(province.reports) == 400
        assert first.exit_code == 0, first.alarms
        assert_polite(server)

        before = server.entries
        second = crawl(province, tmp_path)
        assert (second.exit_code, second.documents, second.withdrawn) == (0, (), ())
        asked = server.entries[len(before) :]
        # Lists alone: no report, no robots.txt of the same day, nothing that is known not to be there.
        assert not {f"http://{entry.host}:{province.port}{entry.target}" for entry in asked} & set(had)
        assert {entry.status for entry in asked} == {200, 304}
        purposes = {s.purpose for s in Archive(tmp_path / "archive").snapshots(second.run_id)}
        assert purposes == {"listing", "module"}
        assert_conditional(before, asked)

        changed, withdrawn, like = province.reports[5], province.reports[150], province.reports[300]
        province.edit(changed)
        province.withdraw(withdrawn)
        new = province.publish(like, 2013)
        third = crawl(province, tmp_path, recheck="all")
        assert [document.title for document in third.new] == titles([new])
        assert [document.title for document in third.changed] == titles([changed])
        assert [document.title for document in third.withdrawn] == titles([withdrawn])
        assert "withdrawn" in {alarm.kind for alarm in third.alarms} <= {"withdrawn", "drop"}
        assert {alarm.site_id for alarm in third.alarms} == {withdrawn.site_id}
    assert damaged(tmp_path / "archive") == []


def crawl_at_worst(root: Path, seconds: int) -> tuple[Worst, RefreshReport]:
    """The worst province, crawled once by somebody who waits so long for an answer."""
    worst = at_worst(3, *free_ports(2))
    with serving(worst.province) as server:
        report = crawl(
            worst.province,
            root,
            RETRY_TIMES="2",
            DOWNLOAD_MAXSIZE="20000000",
            DOWNLOAD_TIMEOUT=str(seconds),
            COLUMN_LIST_PAGES="60",
            BACKOFF_MAX="3",
        )
        assert_polite(server)
    return worst, report


def timeouts(ended: Mapping[tuple[str, str], str]) -> set[tuple[str, str]]:
    return {column for column, outcome in ended.items() if outcome == "timeout"}


def test_at_its_worst_each_column_ends_as_it_must_and_only_what_is_withheld_is_missing(
    tmp_path: Path,
) -> None:
    # A busy machine may take longer than the first of these for an answer that does come.
    for seconds in (5, 60, 600):
        root = tmp_path / str(seconds)
        worst, report = crawl_at_worst(root, seconds)
        results = list(Runs(root / "archive").results(report.run_id))
        ended = {(r.site_id, r.column_id): str(r.outcome) for r in results}
        expected = {(e.column.site_id, e.column.column_id): e.outcome for e in worst.expected.values()}
        if timeouts(ended) == timeouts(expected):
            break
    assert ended == expected
    had = {document.title for document in report.new}
    assert set(titles(worst.to_be_had)) <= had
    hashes = {part.source_sha256 for document in report.new for part in document.parts}
    withheld = [r for r in worst.withheld if hashes & set(worst.province.sha256s(r).values())]
    assert withheld == []
    assert report.exit_code == 1
    # Every column that needs a person is told of, with a reason.
    told = {(alarm.site_id, alarm.column_id) for alarm in report.alarms if alarm.message}
    assert told >= {place for place, outcome in ended.items() if outcome not in ("ok", "unchanged")}
    assert damaged(root / "archive") == []
