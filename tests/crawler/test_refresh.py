"""A refresh: what it plans, what it tells, and how it ends."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from base.lock import InUseError, ProcessLock
from base.tables import TableError
from commands.crawls.run_report import show_run
from crawler.archive.deliver import write_run_record
from crawler.registry.tables import load
from crawler.run_ids import new_run_id, time_of
from crawler.runs import refresh
from crawler.runs.monitors import alarms
from crawler.runs.news import news_of
from crawler.runs.outcomes import Outcome
from crawler.runs.plan import left_undone, plan
from crawler.runs.records import Plan, Runs, RunWriter
from crawler.runs.results import ColumnResult, Part, ReportDocument
from crawler.runs.summary import RefreshReport
from crawler.runs.webhook import Webhook
from tests.crawler.county import COLUMN, County, reports, serve
from tests.crawler.crawl import settings_of, site_row, write_registry
from tests.crawler.server import Reply, Web, serving

RUN = "20260101T000000Z-0001"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({"a.test": "127.0.0.2", "b.test": "127.0.0.3"}) as servers:
        yield servers


def tables(tmp_path: Path, web: Web | None, hosts: str = "ab") -> Path:
    def url(host: str, path: str = "/") -> str:
        return web.url(f"{host}.test", path) if web else f"http://{host}.gov.cn{path}"

    sites = [site_row(host, url(host), "trs") for host in [*hosts, "z"]]
    columns = [f"{host},nb,{url(host, COLUMN)},trs,,reports," for host in hosts]
    return write_registry(tmp_path / "registry", sites, columns)


def run(tmp_path: Path, web: Web, **options: Any) -> RefreshReport:
    settings = settings_of(web, tmp_path / "unused")
    del settings["ARCHIVE_DIR"]
    directory = tables(tmp_path, web)
    return refresh.run(tmp_path / "archive", directory, settings=settings, **options)


def document(name: str, sha256: str = "0" * 64) -> ReportDocument:
    part = Part("article", f"http://a.gov.cn/{name}", f"http://a.gov.cn/{name}", sha256, name)
    at = "2026-01-01T00:00:00+00:00"
    return ReportDocument("a", "nb", part.url, name, "", "2026-01-01", None, at, True, (part,))


def result(
    site_id: str = "a", outcome: Outcome = Outcome.OK, present: int = 1, before: int = 0, **more: Any
) -> ColumnResult:
    at = "2026-01-01T00:00:00+00:00"
    url = f"http://{site_id}.gov.cn{COLUMN}"
    made = ColumnResult(RUN, site_id, "nb", url, "trs", outcome, "", at, at, present=present, before=before)
    return replace(made, **more)


def test_a_refresh_from_nothing_to_changes_and_alarms(tmp_path: Path, web: Web) -> None:
    serve(web, "a.test", County(reports(5)))
    serve(web, "b.test", County(reports(4, first=50)))
    seen: list[tuple[int, int]] = []
    first = run(tmp_path, web, progress=lambda done, total: seen.append((done, total)))
    assert (first.exit_code, first.finished, first.outcomes) == (0, True, {"ok": 2}), first
    assert len(first.documents) == 9 and not first.alarms
    assert first.unregistered == 1
    assert first.identified == ("a", "b")
    assert seen[-1] == (2, 2)

    known = reports(5)
    changed = replace(known[0], text="更正", date="2026-03-01")
    serve(web, "a.test", County([*reports(1, first=90), changed, *known[2:]]))
    second = run(tmp_path, web)
    assert second.outcomes == {"ok": 1, "unchanged": 1}
    assert [d.title for d in second.new] == [reports(1, first=90)[0].title]
    assert [d.title for d in second.changed] == [changed.title]
    assert [d.title for d in second.withdrawn] == [known[1].title]
    assert [(alarm.kind, known[1].title in alarm.message) for alarm in second.alarms] == [("withdrawn", True)]
    assert second.exit_code == 1

    rows = pq.read_table(write_run_record(tmp_path / "archive", tmp_path / "runs.parquet")).to_pylist()
    assert len(rows) == 4
    (row,) = [row for row in rows if row["run_id"] == second.run_id and row["site_id"] == "a"]
    assert (row["outcome"], row["new"], row["changed"], row["withdrawn"]) == ("ok", 1, 1, 1)


def test_failures_are_loud_in_report_exit_code_and_webhook(tmp_path: Path, web: Web) -> None:
    serve(web, "a.test", County(reports(2)))
    serve(web, "b.test", County(reports(2), extra={COLUMN: Reply(b"<script>$_ts</script>", 412)}))
    told: list[dict[str, object]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        report = run(tmp_path, web, webhook=Webhook.parse(f"http://127.0.0.1:{server.server_address[1]}/"))
    assert report.exit_code == 1 and report.webhook_problem == ""
    assert [(alarm.kind, alarm.site_id) for alarm in report.alarms] == [("blocked", "b")]
    assert "ruishu_412" in report.alarms[0].message and "do not press" in report.alarms[0].message
    assert told[0]["run_id"] == report.run_id
    assert told[0] == json.loads(json.dumps(report.to_record()))


@pytest.mark.slow
def test_a_budget_of_the_run_ends_it_and_the_next_run_goes_on_with_those_left(
    tmp_path: Path, web: Web
) -> None:
    serve(web, "a.test", County(reports(6), page_size=10))
    serve(web, "b.test", County(reports(6, first=50), page_size=10))
    first = run(tmp_path, web, budget=9)
    assert first.outcomes == {"over_budget": 2}
    assert first.exit_code == 1
    assert 0 < len(first.new) < 12
    second = run(tmp_path, web)
    assert len(first.new) + len(second.new) == 12
    assert not {d.url for d in first.new} & {d.url for d in second.new}


def test_a_crawl_that_dies_is_told_and_resumed(tmp_path: Path, web: Web) -> None:
    serve(web, "a.test", County(reports(4)))
    serve(web, "b.test", County(reports(4, first=50)))
    archive = tmp_path / "archive"
    broken = run(tmp_path, web)  # a whole run, whose end and whose last column are then taken away
    log = Runs(archive).log_of(broken.run_id)
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:2]) + b"torn")
    site_id = next(iter(Runs(archive).results(broken.run_id))).site_id
    missing = "b" if site_id == "a" else "a"
    (archive / "known" / missing / "nb.json").unlink()
    web.log.clear()
    report = run(tmp_path, web)
    assert (report.run_id, report.resumed, report.finished) == (broken.run_id, True, True)
    assert {d.url for d in report.new} == {d.url for d in broken.new}
    assert web.log == []  # everything was in the archive


def test_a_crawl_that_cannot_run_says_why(tmp_path: Path, web: Web) -> None:
    serve(web, "a.test", County(reports(1)))
    report = run(tmp_path, web, sites=["z"])
    assert report.exit_code == 2 and "nothing to crawl" in report.problem
    directory = tables(tmp_path, None)
    report = refresh.run(tmp_path / "archive", directory, settings={"CONTACT": ""}, sites=["a"])
    assert report.exit_code == 2
    assert "no contact is configured" in report.problem
    assert not report.finished


def test_one_refresh_at_a_time_and_a_sound_registry(tmp_path: Path, web: Web) -> None:
    with (
        ProcessLock(tmp_path / "archive" / "refresh.lock"),
        pytest.raises(InUseError, match="held by process"),
    ):
        run(tmp_path, web)
    directory = tables(tmp_path, web)
    (directory / "sites.csv").write_text("nothing")
    with pytest.raises(TableError):
        refresh.run(tmp_path / "archive", directory)


def test_a_dry_run_fetches_and_writes_nothing(tmp_path: Path, web: Web) -> None:
    report = run(tmp_path, web, dry_run=True)
    assert (report.planned, report.exit_code) == (("a", "b"), 0)
    assert web.log == []
    assert [path.name for path in (tmp_path / "archive").iterdir()] == ["refresh.lock"]


def record(archive: Path, run_id: str, *results: ColumnResult) -> None:
    writer = RunWriter(archive, Plan(run_id, ("a", "b", "c"), "", "due"))
    for one in results:
        writer.add(replace(one, run_id=run_id))
    writer.finish()
    writer.close()


def test_news_that_was_not_told_stands_in_the_next_report(tmp_path: Path, web: Web) -> None:
    """A run of long ago was killed before its report; another one finds news of its own."""
    archive = tmp_path / "archive"
    now = datetime.now(UTC)
    old = (now - timedelta(days=40)).isoformat()
    blocked = replace(result("b", Outcome.BLOCKED, present=0), finished_at=old)
    record(archive, RUN, replace(result(new=(document("lost"),)), finished_at=old), blocked)
    (archive / "known" / "a" / "nb.json").unlink()  # "lost" is of no list, and is not asked for
    serve(web, "a.test", County(reports(2)))
    serve(web, "b.test", County(reports(2, first=50)))
    report = run(tmp_path, web)
    assert report.run_id > RUN and report.outcomes == {"ok": 2}
    assert [one.title for one in report.new][:1] == ["lost"] and len(report.new) == 5
    assert [(alarm.kind, alarm.site_id, alarm.run_id) for alarm in report.alarms] == [("blocked", "b", RUN)]
    assert (report.exit_code, report.news_of) == (1, (RUN, report.run_id))
    again = run(tmp_path, web)
    assert (again.exit_code, again.new, again.alarms, again.news_of) == (0, (), (), (again.run_id,))


def test_what_news_come_to_when_several_runs_have_some() -> None:
    one, other, third = document("1"), document("2"), document("3")
    runs = [
        result(new=(one, other), withdrawn=(third,)),
        result(changed=(replace(one, title="changed"),), withdrawn=(other,)),
        result(new=(third,)),
        result(changed=(document("4"),)),
        result(changed=(replace(document("4"), title="again"),)),
    ]
    news = news_of(runs)
    assert [one.title for one in news.new] == ["changed", "3"]
    assert [one.title for one in news.changed] == ["again"]
    assert news.withdrawn == (other,)


def test_reports_of_old_are_told_by_being_there(tmp_path: Path) -> None:
    """Of runs that were told before the record said so, nothing is told again."""
    archive = tmp_path / "archive"
    record(archive, RUN, result(new=(document("1"),)))
    runs = Runs(archive)
    assert runs.untold(RUN) and not runs.is_reported(RUN)
    runs.report_of(RUN).write_text('{"run_id": "", "new": []}')
    assert not runs.untold(RUN) and runs.is_reported(RUN)
    # What a resumed run finds after that is news.
    writer = RunWriter(archive, Plan(RUN, ("b",), "", "due"))
    writer.note(RUN, "told")
    writer.add(replace(result("b"), run_id=RUN))
    writer.close()
    assert [one.site_id for one in runs.untold(RUN)] == ["b"]


def test_runs_are_in_the_order_of_their_numbers_whatever_the_clock_says(tmp_path: Path) -> None:
    for name in ("20260131T030405Z-9f3c", "20990101T000000Z-ffff"):
        record(tmp_path, name)
    clock = (2026, 1970, 2099, 2026)
    for year in clock:
        record(tmp_path, new_run_id(tmp_path, datetime(year, 1, 1, tzinfo=UTC)))
    numbered = Runs(tmp_path).run_ids()[2:]
    assert [time_of(run_id).year for run_id in numbered] == list(clock)


def test_a_run_under_a_wrong_clock_hides_no_later_one_and_stops_none(tmp_path: Path, web: Web) -> None:
    archive, directory = tmp_path / "archive", tables(tmp_path, web)
    future = datetime(2099, 1, 1, tzinfo=UTC).isoformat()
    known = replace(document("x"), url=web.url("a.test", COLUMN + reports(1)[0].name), checked_at=future)
    walked = [
        replace(result("a", new=(known,)), finished_at=future),
        replace(result("b"), finished_at=future),
    ]
    record(archive, "20990101T000000Z-0001", *walked)
    Runs(archive).note("20990101T000000Z-0001", "told")
    serve(web, "a.test", County(reports(2)))
    serve(web, "b.test", County(reports(2, first=50)))
    report = run(tmp_path, web, due_only=True)
    assert report.planned == ("a", "b") and report.outcomes == {"ok": 2}
    clock, *others = report.alarms
    assert (clock.kind, others) == ("clock", []) and "2099-01-01" in clock.message
    # The report that was seen "in 2099" was asked for again, and found to be another one.
    assert [one.url for one in report.changed] == [known.url] and len(report.new) == 3
    assert report.exit_code == 1
    # Everything is of the later run now.
    registry, runs = load(directory), Runs(archive)
    sites = tuple(registry.sites[site_id] for site_id in "ab")
    assert runs.run_ids()[-1] == report.run_id
    assert plan(registry, runs, sites, datetime.now(UTC), due_only=True) == ()
    assert run(tmp_path, web, due_only=True).planned == ()


def test_an_unfinished_run_of_a_time_that_is_still_to_come_is_not_resumed(tmp_path: Path) -> None:
    directory = tables(tmp_path, None)
    RunWriter(tmp_path / "archive", Plan(RUN, ("a",), str(directory), "due")).close()
    runs, now = Runs(tmp_path / "archive"), datetime.now(UTC)
    for days, resumed in ((-1, False), (6, True), (8, False)):
        todo = left_undone(runs, None, str(directory), now + timedelta(days=days))
        assert (todo is not None and todo.crawl) is resumed


def test_the_most_overdue_come_first(tmp_path: Path) -> None:
    directory = tables(tmp_path, None, "abcd")
    registry, runs = load(directory), Runs(tmp_path / "archive")
    day = datetime(2026, 1, 1, tzinfo=UTC)

    def walked(site_id: str, days: int, outcome: Outcome = Outcome.OK) -> ColumnResult:
        return replace(result(site_id, outcome), finished_at=(day + timedelta(days=days)).isoformat())

    record(tmp_path / "archive", RUN, walked("a", 9), walked("b", 5), walked("c", 8, Outcome.TIMEOUT))
    sites = tuple(registry.sites[site_id] for site_id in "abcd")
    on = day + timedelta(days=10)
    # d was never walked; c failed two days ago, b is five days old, a one.
    assert plan(registry, runs, sites, on) == ("d", "c", "b", "a")
    assert plan(registry, runs, sites, on, due_only=True) == ("d", "c", "b")
    in_june = datetime(2026, 6, 1, tzinfo=UTC)
    assert plan(registry, runs, sites, in_june, due_only=True) == ("d", "c", "b", "a")
    record(
        tmp_path / "archive",
        "20260530T000000Z-0001",
        *(replace(walked(s, 149), outcome=Outcome.OK) for s in "abc"),
    )
    assert plan(registry, runs, sites, in_june, due_only=True) == ("d",)


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (result(present=10, before=10), []),
        (result(present=9, before=10), []),
        (result(present=7, before=10), ["drop"]),
        (result(present=0, before=10), ["zero_reports", "drop"]),
        (result(present=0, before=0, outcome=Outcome.UNCHANGED), ["zero_reports", "zero_reports"]),
        (result(present=0, outcome=Outcome.EMPTY_LIST), ["zero_reports", "empty_list"]),
        (result(outcome=Outcome.LAYOUT_CHANGED), ["layout_changed"]),
        (result(withdrawn=(document("x"), document("y"))), ["withdrawn", "withdrawn"]),
        (result(site_tags={"SiteIDCode": "1101010001", "SiteName": "某县"}), []),
        (result(site_tags={"SiteIDCode": "3401010001", "SiteName": "别县"}), ["identity"]),
        (result(passed_over={"no_http_address": 2, "interpretation": 1}), ["no_http_address"]),
        (result(passed_over={"host_refused": 1, "notice": 9}), ["host_refused"]),
        (result(passed_over={"attachment_host_refused": 1}), ["attachment_host_refused"]),
        (result(passed_over={"folder_on_other_host": 1}), ["folder_on_other_host"]),
        (result(passed_over={"folder_too_deep": 1}), ["folder_too_deep"]),
    ],
)
def test_what_the_monitors_tell(tmp_path: Path, now: ColumnResult, kinds: list[str]) -> None:
    registry = load(tables(tmp_path, None, "a"))
    assert [alarm.kind for alarm in alarms(registry, ["a"], [now])] == kinds


def test_a_column_whose_row_is_gone_is_told_until_it_is_back_or_given_up(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    gone = replace(result(new=(document("1"), document("2")), present=2), site_id="b/c", column_id="旧 栏")
    record(archive, RUN, gone)
    (state,) = (archive / "known").glob("*/*.json")
    runs = Runs(archive)
    assert list(runs.left_over({("b/c", "旧 栏")}, "")) == []
    (left,) = runs.left_over(set(), "")
    (alarm,) = [
        a for a in alarms(load(tables(tmp_path, None, "a")), [], [], [left]) if a.kind == "unregistered"
    ]
    assert (alarm.site_id, alarm.column_id) == ("b/c", "旧 栏")
    assert "2 reports" in alarm.message and str(state.relative_to(archive)) in alarm.message
    state.unlink()
    assert list(runs.left_over(set(), "")) == []


def test_a_run_that_walked_nothing_is_told(tmp_path: Path) -> None:
    registry = load(tables(tmp_path, None))
    kinds = [(alarm.kind, alarm.site_id) for alarm in alarms(registry, ["a", "b"], [])]
    assert kinds == [("zero_reports", ""), ("not_walked", "a"), ("not_walked", "b")]


def test_an_alarm_of_a_whole_run_names_no_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = tuple(alarms(load(tables(tmp_path, None)), ["a"], []))
    show_run(RefreshReport(RUN, ("a",), 1, alarms=whole), tmp_path, as_json=False)
    told = capsys.readouterr().err
    assert "for a person: zero_reports: " in told and "for a person: not_walked a nb: " in told


def test_known_reports_follow_the_runs_also_after_a_crash_between_the_two_writes(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    record(archive, RUN, result(new=(document("1"), document("2")), present=2))
    state = archive / "known" / "a" / "nb.json"
    after_first = state.read_bytes()
    changed = document("1", "f" * 64)
    second = result(new=(document("3"),), changed=(changed,), withdrawn=(document("2"),), present=2, before=2)
    record(archive, "20260102T000000Z-0001", second)
    assert Runs(archive).known("a", "nb") == {d.url: d for d in (changed, document("3"))}
    state.write_bytes(after_first)
    RunWriter(archive, Plan("20260102T000000Z-0001", ("a",), "", "due")).close()
    assert Runs(archive).known("a", "nb") == {d.url: d for d in (changed, document("3"))}
