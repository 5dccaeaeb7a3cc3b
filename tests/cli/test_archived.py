"""A build from the crawl's archive: each body once, with its address; the fetch log beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from commands import app
from crawler.archive.snapshot import Snapshot
from crawler.archive.store import Archive
from crawler.runs.outcomes import Outcome
from demo.generate import generate
from extract.builds import stage_codes
from extract.builds.archive_build import is_unread
from extract.builds.build import current_build
from query import open_build


def snapshot(url: str, sha256: str | None, purpose: str, outcome: Outcome = Outcome.OK) -> Snapshot:
    return Snapshot(
        url=url,
        final_url=url,
        site_id="990101",
        column="reports",
        purpose=purpose,
        fetched_at="2026-02-01T08:00:00+00:00",
        http_status=200,
        outcome=outcome,
        content_type="text/html",
        source_sha256=sha256,
        link_text="2023年政府信息公开工作年度报告",
        run_id="20260201T080000Z",
    )


def fill(root: Path) -> list[str]:
    """An archive of two reports, one of them under two addresses, a listing, and an error page."""
    bodies = [generate(seed, edition="e2021", skin="html_clean").data for seed in (1, 2)]
    with Archive(root).writer("20260201T080000Z") as archive:
        hashes = [archive.store(body) for body in bodies]
        archive.record(snapshot("http://a.test/1.html", hashes[0], "article"))
        archive.record(snapshot("http://a.test/copy.html", hashes[0], "article"))
        archive.record(snapshot("http://a.test/2.html", hashes[1], "attachment"))
        archive.record(snapshot("http://a.test/list.html", archive.store(b"<html>list</html>"), "listing"))
        archive.record(snapshot("http://a.test/404.html", archive.store(b"gone"), "article", Outcome.GONE))
    return hashes


def test_a_build_from_an_archive(tmp_path: Path) -> None:
    hashes = fill(tmp_path / "archive")
    arguments = ["build", "--archive", str(tmp_path / "archive"), "--lake", str(tmp_path), "--json"]
    told = CliRunner().invoke(app, [*arguments, "--jobs", "1"])
    assert told.exit_code == 0, told.stderr
    assert json.loads(told.stdout)["snapshots"] == 5
    with open_build(current_build(tmp_path).path) as connection:
        reports = connection.execute("SELECT url, source_sha256 FROM reports ORDER BY url").fetchall()
        assert reports == [("http://a.test/1.html", hashes[0]), ("http://a.test/2.html", hashes[1])]
        fetched = connection.execute(
            "SELECT count(*), min(fetched_at)::VARCHAR, list(DISTINCT outcome ORDER BY outcome) "
            "FROM snapshots"
        ).fetchone()
    assert fetched == (5, "2026-02-01 08:00:00+00", ["gone", "ok"])
    manifest = current_build(tmp_path).manifest
    assert manifest["fetch_log"]["fetches"] == 5


def test_a_body_that_is_lost_is_a_report_that_says_so(tmp_path: Path) -> None:
    hashes = fill(tmp_path / "archive")
    Archive(tmp_path / "archive").path_of(hashes[1]).unlink()
    arguments = ["build", "--archive", str(tmp_path / "archive"), "--lake", str(tmp_path), "--json"]
    told = CliRunner().invoke(app, [*arguments, "--jobs", "1"])
    assert told.exit_code == 1
    assert json.loads(told.stdout)["statuses"] == {"ok": 1, "unreadable": 1}
    with open_build(current_build(tmp_path).path) as connection:
        message = connection.execute("SELECT message FROM findings WHERE severity = 'error'").fetchall()
    assert len(message) == 1
    assert hashes[1] in message[0][0]


def build(tmp_path: Path, lake: str = "lake", *more: str) -> Result:
    arguments = ["build", "--archive", str(tmp_path / "archive"), "--lake", str(tmp_path / lake), "--json"]
    return CliRunner().invoke(app, [*arguments, "--jobs", "1", *more])


def test_what_this_code_has_read_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "archive")
    first, second = (json.loads(build(tmp_path).stdout) for _ in range(2))
    assert (first.pop("read_now"), second.pop("read_now")) == (2, 0)
    assert (first.pop("opened_now"), second.pop("opened_now")) == (2, 0)
    assert first == second
    monkeypatch.setattr(stage_codes, "reading_sha256", lambda: "0" * 64)
    told = json.loads(build(tmp_path).stdout)
    assert (told["read_now"], told["opened_now"]) == (2, 0)
    # The readings by the code of before are gone, half-written ones too.
    (tmp_path / "lake" / "readings" / ("0" * 16) / ".tmp-crashed").mkdir()
    assert json.loads(build(tmp_path).stdout)["read_now"] == 0
    kept = [path.name for path in (tmp_path / "lake" / "readings").glob("*/*")]
    assert kept == ["000000"]


def test_a_body_that_comes_back_is_read_and_the_rest_is_not(tmp_path: Path) -> None:
    hashes = fill(tmp_path / "archive")
    path = Archive(tmp_path / "archive").path_of(hashes[1])
    body = path.read_bytes()
    path.unlink()
    assert json.loads(build(tmp_path).stdout)["statuses"] == {"ok": 1, "unreadable": 1}
    path.write_bytes(body)
    told = build(tmp_path)
    assert told.exit_code == 0, told.stderr
    assert (json.loads(told.stdout)["read_now"], json.loads(told.stdout)["statuses"]) == (1, {"ok": 2})
    # In two steps or in one: the same build.
    assert json.loads(build(tmp_path, "other").stdout)["build"] == json.loads(told.stdout)["build"]


def test_a_build_that_is_refused_loses_no_reading(tmp_path: Path) -> None:
    fill(tmp_path / "archive")
    reports = tmp_path / "reports"
    reports.mkdir()
    for seed in range(10, 13):
        made = generate(seed, edition="e2021", skin="html_clean")
        (reports / made.name).write_bytes(made.data)
    lake = ["--lake", str(tmp_path / "lake"), "--jobs", "1"]
    assert CliRunner().invoke(app, ["build", str(reports), *lake]).exit_code == 0
    refused = build(tmp_path)
    assert refused.exit_code == 1 and "reports 3 -> 2" in refused.stderr
    allowed = build(tmp_path, "lake", "--allow-shrink", "another source")
    assert allowed.exit_code == 0 and json.loads(allowed.stdout)["read_now"] == 0


def test_a_report_needs_a_person_where_none_of_its_files_was_read() -> None:
    statuses = {"page": "no_tables", "pdf": "ok", "scan": "unreadable", "form": "empty_form"}
    statuses["news"] = "not_a_report"
    assert not is_unread(["page", "pdf"], statuses)
    assert not is_unread(["page", "form"], statuses)
    assert not is_unread(["pdf", "scan"], statuses)
    assert not is_unread(["news"], statuses)
    assert is_unread(["page"], statuses)
    assert is_unread(["news", "scan"], statuses)
    # Files of a run that the archive no longer names.
    assert not is_unread(["gone"], statuses)
