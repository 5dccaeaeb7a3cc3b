"""`gknb add`: a home page, a column, a report or a file of one, with or without http://, gives the column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.registry import tables
from demo.province.model import Form
from demo.province.plan import at_rest
from demo.province.server import Server, free_ports, serving
from tests.cli.run import Place, gknb
from tests.survey.test_survey import QUICK, code, without_columns


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(at_rest(7, *free_ports(2))) as running:
        yield running


def beginnings(server: Server) -> dict[str, str]:
    """Addresses of a TRS county with folders of years, and of a report that no rule knows."""
    province = server.province
    reports = [one for one in province.reports if one.site_id == code(province, "qihe")]
    page = next(one.page_url for one in reports if one.form is Form.PAGE and one.page_url)
    file = next(one.file_urls[0] for one in reports if one.file_urls)
    columns = {one.site_id: one.url for one in province.columns}
    phpcms = next(one.page_url for one in province.reports if one.variant == "phpcms" and one.page_url)
    assert page and phpcms
    return {
        "home": province.home(code(province, "qihe")),
        "column": columns[code(province, "qihe")],
        "report": page,
        "file": file,
        "report whose address does not say its column": phpcms,
    }


@pytest.mark.parametrize(
    "kind", ["home", "column", "report", "file", "report whose address does not say its column"]
)
def test_every_address_is_a_beginning(kind: str, server: Server, tmp_path: Path) -> None:
    place = Place(server.province, tmp_path)
    directory = without_columns(place)
    url = beginnings(server)[kind]
    truth = {
        one.url for one in server.province.columns if urlsplit(one.url).hostname == urlsplit(url).hostname
    }
    before = len(server.entries)
    told = gknb("add", url.removeprefix("http://"), *place.where, *place.network, *QUICK)
    assert told.exit_code == 0, (told.stdout, told.stderr)
    assert {column.url for column in tables.load(directory).columns} == truth
    if kind != "home":
        assert "/" not in [entry.target for entry in server.entries[before:]], "the menus need not be walked"
    if kind == "column":
        again = gknb("add", url, *place.where, *place.network, *QUICK)
        assert again.exit_code == 0 and "stood there already" in again.stderr
        assert len(tables.load(directory).columns) == len(truth)


def test_a_dry_run_registers_nothing_and_json_says_all(server: Server, tmp_path: Path) -> None:
    place = Place(server.province, tmp_path)
    directory = without_columns(place)
    url = beginnings(server)["column"]
    told = gknb("add", url, "--dry-run", "--json", *place.where, *place.network, *QUICK)
    record = json.loads(told.stdout)
    assert record["accepted"] == [] and record["row"]["outcome"] == "found"
    assert tables.load(directory).columns == ()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("政府信息公开", "no web address"),
        ("ftp://www.some.gov.cn/", "no web address"),
        ("www.some.gov.cn/files/x.pdf", "give the page that links to it"),
    ],
)
def test_what_is_no_beginning_is_said_in_one_line(
    given: str, says: str, server: Server, tmp_path: Path
) -> None:
    place = Place(server.province, tmp_path)
    without_columns(place)
    told = gknb("add", given, *place.where)
    assert told.exit_code == 2 and says in told.stderr and told.stderr.count("\n") == 1


def test_a_host_that_is_not_reviewed_is_said_so(server: Server, tmp_path: Path) -> None:
    place = Place(server.province, tmp_path)
    without_columns(place)
    told = gknb("add", "www.elsewhere.example/zfxxgknb/", *place.where, *place.network, *QUICK)
    assert told.exit_code == 1 and "host_refused" in told.stderr
