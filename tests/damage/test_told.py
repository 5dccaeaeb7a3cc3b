"""Damage is told to people and to machines: in what a build and a refresh say, and in their exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.runs.records import Runs
from demo.generate import generate
from tests.cli.run import gknb
from tests.crawler.county import County, reports, serve
from tests.crawler.server import Web, serving
from tests.crawler.test_refresh import run
from tests.damage.lake import flip


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({"a.test": "127.0.0.2", "b.test": "127.0.0.3"}) as servers:
        yield servers


def test_a_build_says_what_was_damaged_once(lake: Path) -> None:
    (path,) = (lake / "readings").glob("*/*/facts.parquet")
    flip(path, 30_000)
    where = ["--archive", lake / "archive", "--lake", lake, "--registry", lake.parent / "registry"]
    told = gknb("build", *where, "--jobs", 1, "--json")
    assert told.exit_code == 1
    assert f"{path}: other bytes than those that were written" in told.stderr
    assert "gknb verify" in told.stderr
    (damage,) = json.loads(told.stdout)["damaged"]
    assert "read anew from the archive" in damage
    again = gknb("build", *where, "--jobs", 1, "--json")
    assert again.exit_code == 0, again.stderr
    assert "damaged" not in json.loads(again.stdout)


def test_a_build_of_files_says_what_it_made_again(tmp_path: Path) -> None:
    made = generate(1, edition="e2021", skin="html_clean")
    (tmp_path / made.name).write_bytes(made.data)
    arguments = ["build", tmp_path / made.name, "--lake", tmp_path / "lake", "--jobs", 1, "--json"]
    assert gknb(*arguments).exit_code == 0
    (path,) = (tmp_path / "lake").glob("builds/*/findings.parquet")
    path.unlink()
    told = gknb(*arguments)
    assert told.exit_code == 1
    assert f"{path}: missing; it was made again" in told.stderr
    assert gknb(*arguments).exit_code == 0


def test_a_question_to_a_damaged_build_is_one_sentence(lake: Path) -> None:
    (path,) = (lake / "builds").glob("*/reports.parquet")
    path.unlink()
    told = gknb("sql", "FROM facts", "--lake", lake)
    assert told.exit_code == 2
    assert f"{path}: missing" in told.stderr
    assert "Traceback" not in told.stderr
    assert told.stdout == ""


def test_a_refresh_tells_what_was_damaged_and_mends_it(tmp_path: Path, web: Web) -> None:
    for host in web.addresses:
        serve(web, host, County(reports(2)))
    run(tmp_path, web)
    archive = tmp_path / "archive"
    (path,) = (archive / "known" / "a").glob("*.json")
    known = Runs(archive).known("a", path.stem)
    flip(path, 1000)
    report = run(tmp_path, web)
    assert [str(path) in told for told in report.damaged] == [True]
    assert report.exit_code == 1
    assert not report.new  # what was known is known
    assert Runs(archive).known("a", path.stem).keys() == known.keys()
    assert run(tmp_path, web).damaged == ()


def test_a_damaged_record_of_a_run_costs_a_refresh_that_record(tmp_path: Path, web: Web) -> None:
    for host in web.addresses:
        serve(web, host, County(reports(2)))
    assert len(run(tmp_path, web).new) == 4
    (log,) = (tmp_path / "archive" / "runs").glob("*.jsonl")
    lines = log.read_bytes().splitlines(keepends=True)
    flip(log, 8 * len(lines[0]) + 400)
    report = run(tmp_path, web)
    assert [f"{log}:2: damaged record" in told for told in report.damaged] == [True]
    assert (report.exit_code, report.new, report.withdrawn) == (1, (), ())
