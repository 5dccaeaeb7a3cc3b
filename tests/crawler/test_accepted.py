"""Alarms that can end: accepted by a person with a reason, quiet until something changes, then told again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from base.tables import TableError
from crawler.runs.accepted import HEADER, AlarmError, accept, accepted_alarms
from crawler.runs.monitors import Alarm
from tests.cli.run import gknb
from tests.crawler.county import COLUMN, County, reports, serve
from tests.crawler.crawl import settings_of, site_row, write_registry
from tests.crawler.server import Reply, Web, serving


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Web, Path]]:
    with serving({"a.test": "127.0.0.2"}) as web:
        sites = [site_row("a", web.url("a.test"), "trs")]
        write_registry(tmp_path / "registry", sites, [f"a,nb,{web.url('a.test', COLUMN)},trs,,reports,"])
        yield web, tmp_path


def refresh(web: Web, root: Path) -> dict[str, Any]:
    settings = settings_of(web, root / "archive")
    flags = [
        part for item in settings.items() if item[0] != "ARCHIVE_DIR" for part in ("--set", "=".join(item))
    ]
    where = ["--registry", root / "registry", "--archive", root / "archive"]
    told = gknb("crawl", *where, *flags, "--json")
    record: dict[str, Any] = json.loads(told.stdout)
    assert record["exit_code"] == told.exit_code, told.stderr
    return record


def test_an_accepted_alarm_is_quiet_until_another_page_fails(place: tuple[Web, Path]) -> None:
    web, root = place
    county = County(reports(4))
    broken = f"{COLUMN}{county.reports[1].name}"
    county.extra[broken] = Reply(b"", 400)
    serve(web, "a.test", county)
    first = refresh(web, root)
    assert first["exit_code"] == 1 and [alarm["kind"] for alarm in first["alarms"]] == ["incomplete"]
    where = ["--registry", root / "registry", "--archive", root / "archive"]
    listed = json.loads(gknb("alarms", *where, "--json").stdout)
    assert len(listed) == 1 and listed[0]["kind"] == "incomplete"
    name = listed[0]["id"]
    assert "say why" in gknb("alarms", "--accept", name, *where).stderr
    assert gknb("alarms", "--accept", name, "--reason", "the page is a copy", *where).exit_code == 0
    again = gknb("alarms", "--accept", name, "--reason", "the page is a copy", *where)
    assert again.exit_code == 2 and "accepted already" in again.stderr and again.stderr.count("\n") == 1
    assert gknb("alarms", *where).exit_code == 0
    second = refresh(web, root)
    assert second["exit_code"] == 0 and second["alarms"] == []
    assert [alarm["kind"] for alarm in second["accepted"]] == ["incomplete"]

    county.extra[f"{COLUMN}{county.reports[2].name}"] = Reply(b"", 400)
    more = County([*county.reports[:2], *reports(1, first=30)], extra={broken: Reply(b"", 400)})
    more.extra[f"{COLUMN}{more.reports[2].name}"] = Reply(b"", 400)
    serve(web, "a.test", more)
    third = refresh(web, root)
    assert third["exit_code"] == 1 and "incomplete" in {alarm["kind"] for alarm in third["alarms"]}


def test_the_name_of_an_alarm_follows_its_cause_and_not_its_words() -> None:
    one = Alarm("incomplete", "a", "nb", "3 pages", cause="x")
    assert one.id == Alarm("incomplete", "a", "nb", "three pages", run_id="r", cause="x").id
    assert one.id != Alarm("incomplete", "a", "nb", "3 pages", cause="y").id


def test_an_alarm_that_the_last_run_has_not_told_cannot_be_accepted(tmp_path: Path) -> None:
    with pytest.raises(AlarmError, match="no alarm al-none"):
        accept(tmp_path, [Alarm("dns", "a", "nb", "")], ["al-none"], "x")
    assert accepted_alarms(tmp_path) == {}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("dns,a,nb,x,because,yesterday", "should be a day"),
        ("dns,a,nb,x,,2026-01-01", "needs its kind and a reason"),
    ],
)
def test_a_faulty_row_is_told_with_its_line(row: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "accepted_alarms.csv").write_text(",".join(HEADER) + f"\n{row}\n", encoding="utf-8")
    with pytest.raises(TableError, match=fault) as error:
        accepted_alarms(tmp_path)
    assert str(error.value).startswith("accepted_alarms.csv, line 2: ")
