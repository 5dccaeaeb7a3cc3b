"""A real refresh whose standard error is JSON lines: the crawl's log and all that people are told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.county import COLUMN, County, reports, serve
from tests.crawler.crawl import settings_of, site_row, write_registry
from tests.crawler.server import Reply, serving

ROOT = Path(__file__).parents[2]
BEGINS = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[([^]]+)\] ([A-Z]+): ", re.M)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]], dict[str, Any]]:
    """Three sites, one sound, one blocked, one whose pages break off: archive, log lines, answer."""
    folder = tmp_path_factory.mktemp("logged")
    with serving({"a.test": "127.0.0.2", "b.test": "127.0.0.3", "c.test": "127.0.0.4"}) as web:
        sites = [site_row(host, web.url(f"{host}.test"), "trs") for host in "abc"]
        columns = [f"{host},nb,{web.url(f'{host}.test', COLUMN)},trs,,reports," for host in "abc"]
        registry = write_registry(folder / "registry", sites, columns)
        serve(web, "a.test", County(reports(3)))
        blocked = Reply(b"<script>$_ts=window['$_ts'];</script>", 412)
        serve(web, "b.test", County(reports(2), extra={COLUMN: blocked}))
        serve(web, "c.test", County(reports(2), extra={COLUMN: Reply(b"", 500)}))
        settings = settings_of(web, folder / "archive", LOG_LEVEL="DEBUG")
        del settings["ARCHIVE_DIR"]
        flags = [flag for item in settings.items() for flag in ("--set", "=".join(item))]
        where = [
            "--registry",
            str(registry),
            "--archive",
            str(folder / "archive"),
            "--lake",
            str(folder / "lake"),
        ]
        done = subprocess.run(
            [sys.executable, "-m", "gknb", "refresh", *where, *flags, "--jobs", "1", "--log", "json"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
    assert done.returncode == 1, done.stderr.decode()
    (report,) = (folder / "archive" / "runs").glob("*.json")
    lines = [json.loads(line) for line in done.stderr.decode().splitlines()]
    return folder / "archive", lines, json.loads(report.read_bytes())


Refreshed = tuple[Path, list[dict[str, Any]], dict[str, Any]]


def test_every_line_says_its_run_and_its_site_where_it_has_one(ended: Refreshed) -> None:
    _, lines, report = ended
    for line in lines:
        assert {"time", "level", "logger", "run", "site", "message"} <= line.keys()
        assert line["run"] == report["run_id"], line
    walked = {line["site"]: line for line in lines if line["logger"] == "reports" and line["site"]}
    assert walked.keys() == {"a", "b", "c"}
    asked = [line for line in lines if line["message"].startswith("Crawled (")]
    assert len(asked) >= 9
    for line in asked:
        assert f"{line['site']}.test" in line["message"], line
    alarms = {line["site"] for line in lines if line["message"].startswith("需人处理")}
    assert alarms == {alarm["site_id"] for alarm in report["alarms"]} == {"b", "c"}


def test_no_message_of_the_crawl_is_lost(ended: Refreshed) -> None:
    """Its file, which is text for people, holds the same messages as often."""
    archive, lines, report = ended
    text = (archive / "runs" / f"{report['run_id']}.log").read_text()
    starts = [*BEGINS.finditer(text)]
    told = Counter(
        (one[1], one[2], text[one.end() : after.start() if after else len(text)].rstrip("\n"))
        for one, after in zip(starts, [*starts[1:], None], strict=True)
    )
    said = Counter((line["logger"], line["level"], line["message"]) for line in lines)
    assert sum(told.values()) > 20
    assert told - said == Counter()
    assert {key[0] for key in said - told} <= {"gknb", "stderr"}


def test_what_people_are_told_is_told(ended: Refreshed) -> None:
    _, lines, report = ended
    told = [line["message"] for line in lines if line["logger"] == "gknb"]
    assert any(f"{report['run_id']}.json" in message for message in told)
    assert sum(message.startswith("需人处理") for message in told) == len(report["alarms"])


def test_the_variable_does_the_same_and_a_mistake_is_a_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gknb", "build", "--archive", tmp_path / "none", "--lake", tmp_path / "lake"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env=os.environ | {"GKNB_LOG": "json"},
    )
    assert done.returncode == 2
    lines = [json.loads(line) for line in done.stderr.decode().splitlines()]
    assert [line["level"] for line in lines] == ["ERROR"] and str(tmp_path / "none") in lines[0]["message"]
