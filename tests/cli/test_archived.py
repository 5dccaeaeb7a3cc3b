"""A build from the crawl's archive: each body once, with its address; the fetch log beside it."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from crawler.archive import Archive, Snapshot
from crawler.outcomes import Outcome
from demo.generate import generate
from gknb import app
from query import open_build


def snapshot(url: str, sha256: str | None, purpose: str, outcome: Outcome = Outcome.OK) -> Snapshot:
    return Snapshot(
        url=url,
        final_url=url,
        method="GET",
        request_sha256=None,
        site_id="990101",
        column="reports",
        purpose=purpose,
        fetched_at="2026-02-01T08:00:00+00:00",
        http_status=200,
        outcome=outcome,
        detail="",
        content_type="text/html",
        source_sha256=sha256,
        size=None,
        etag=None,
        last_modified=None,
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
    with open_build((tmp_path / "current").resolve()) as connection:
        reports = connection.execute("SELECT url, source_sha256 FROM reports ORDER BY url").fetchall()
        assert reports == [("http://a.test/1.html", hashes[0]), ("http://a.test/2.html", hashes[1])]
        fetched = connection.execute(
            "SELECT count(*), min(fetched_at)::VARCHAR, list(DISTINCT outcome ORDER BY outcome) "
            "FROM snapshots"
        ).fetchone()
    assert fetched == (5, "2026-02-01 08:00:00+00", ["gone", "ok"])
    manifest = json.loads((tmp_path / "current" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["fetch_log"]["fetches"] == 5


def test_a_body_that_is_lost_is_a_report_that_says_so(tmp_path: Path) -> None:
    hashes = fill(tmp_path / "archive")
    Archive(tmp_path / "archive").path_of(hashes[1]).unlink()
    arguments = ["build", "--archive", str(tmp_path / "archive"), "--lake", str(tmp_path), "--json"]
    told = CliRunner().invoke(app, [*arguments, "--jobs", "1"])
    assert told.exit_code == 1
    assert json.loads(told.stdout)["statuses"] == {"ok": 1, "unreadable": 1}
    with open_build((tmp_path / "current").resolve()) as connection:
        message = connection.execute("SELECT message FROM findings WHERE severity = 'error'").fetchall()
    assert len(message) == 1
    assert hashes[1] in message[0][0]
