"""crawl, discover, archive and registry as a user meets them: on one county, and where they cannot run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from base.lock import ProcessLock
from crawler.archive.store import Archive
from crawler.registry.rows import COLUMNS, SITES
from demo.province.plan import at_rest
from demo.province.server import Server, free_ports, serving
from tests.cli.run import Place, gknb

SITE = "990302"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(at_rest(6, *free_ports(2))) as running:
        yield running


@pytest.fixture(scope="module")
def place(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A province of which one county was crawled."""
    there = Place(server.province, tmp_path_factory.mktemp("province"))
    there.write_registry()
    told = gknb("crawl", *there.where, *there.network, "--sites", SITE)
    assert told.exit_code == 0, told.stderr
    assert "reports: new 16, changed 0, withdrawn 0" in told.stdout
    return there


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A registry without a row."""
    for name, header in (("sites.csv", SITES), ("columns.csv", COLUMNS)):
        (tmp_path / name).write_text(",".join(header) + "\n", encoding="utf-8")
    return tmp_path


def test_crawl_build_sql(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.folder)
    told = gknb("build", "--archive", "archive", "--lake", tmp_path, "--jobs", 1, "--json")
    assert told.exit_code == 0, told.stderr
    made = json.loads(told.stdout)
    assert made["reports_read"] == sum(
        len(r.report_urls) for r in place.province.reports if r.site_id == SITE
    )
    rows = gknb("sql", "SELECT count(*) AS n FROM facts", "--lake", tmp_path, "--json")
    assert json.loads(rows.stdout) == [{"n": made["facts"]}]


def test_a_crawl_marks_sites_as_verified_by_their_own_tags(place: Place) -> None:
    told = gknb("registry", "list", *place.where[:2], "--json")
    verified = {site["site_id"] for site in json.loads(told.stdout) if site["verified"] == "site_tags"}
    assert verified == {SITE}


def test_a_dry_run_says_what_it_would_do_and_does_nothing(place: Place, server: Server) -> None:
    before = len(server.entries)
    told = gknb("refresh", *place.where, *place.network, "--dry-run", "--region", "990121")
    assert (told.exit_code, told.stdout) == (0, "990121\n")
    assert len(server.entries) == before
    due = gknb("refresh", *place.where, *place.network, "--due", "--sites", SITE)
    assert due.exit_code == 0 and "no site is due" in due.stderr
    assert len(server.entries) == before


def test_a_budget_is_kept_and_told(
    place: Place, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(server.entries)
    # Folders as seen from where the user stands.
    (tmp_path / "registry").symlink_to(place.folder / "registry")
    monkeypatch.chdir(tmp_path)
    options = ["--registry", "registry", "--archive", "archive", "--sites", SITE, "--budget", 5]
    told = gknb("crawl", *options, *place.network)
    assert (tmp_path / "archive" / "log").is_dir()
    assert told.exit_code == 1
    assert "over_budget" in told.stdout and "run again" in told.stderr
    pages = [entry for entry in server.entries[before:] if entry.target != "/robots.txt"]
    assert len(pages) == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sites", "990199"], "no site 990199"),
        (["--region", "无何有乡"], "无何有乡"),
        (["--set", "DOWNLOAD_DELAY"], "NAME=VALUE"),
        (["--recheck", "sometimes"], "--recheck"),
    ],
)
def test_a_crawl_that_cannot_run_says_why(place: Place, arguments: list[str], message: str) -> None:
    for command in ("crawl", "refresh"):
        told = gknb(command, *place.where, *place.network, *arguments)
        assert told.exit_code == 2
        assert message in told.stderr and "Traceback" not in told.stderr
        assert told.stdout == ""


def test_beyond_loopback_a_contact_is_demanded(place: Place, tmp_path: Path) -> None:
    where = ["--registry", place.folder / "registry", "--archive", tmp_path, "--sites", SITE]
    for command in (["crawl", *where], ["discover", "http://www.a.gov.cn/", *where[:4]]):
        told = gknb(*command)
        assert told.exit_code == 2
        assert "GKNB_CONTACT" in told.stderr and "--contact" in told.stderr


def test_an_empty_registry_and_a_faulty_one(empty: Path, tmp_path: Path) -> None:
    options = ["--registry", empty, "--archive", tmp_path / "archive"]
    told = gknb("refresh", *options)
    assert told.exit_code == 2 and "gknb discover" in told.stderr
    assert gknb("registry", "check", "--registry", empty).exit_code == 0
    assert gknb("registry", "export", "--registry", empty).exit_code == 1
    with (empty / "sites.csv").open("a") as file:
        file.write("x,110101,东城区,ftp://x/,generic,,unverified,,,,,\n")
    checked = gknb("registry", "check", "--registry", empty)
    assert checked.exit_code == 1 and checked.stdout.startswith("sites.csv, line 2: portal_url 'ftp://x/'")
    told = gknb("refresh", *options)
    assert told.exit_code == 2 and "sites.csv, line 2" in told.stderr


def test_who_holds_the_lock_is_told(place: Place, tmp_path: Path) -> None:
    with ProcessLock(place.folder / "archive" / "refresh.lock"):
        for command in ("crawl", "refresh"):
            told = gknb(command, *place.where)
            assert told.exit_code == 2 and "held by process" in told.stderr
    with ProcessLock(place.folder / "archive" / "writer.lock"):
        assert gknb("archive", "gc", *place.where[2:]).exit_code == 2
    lake = tmp_path / "lake"
    with ProcessLock(lake / "readings" / "lock"):
        told = gknb("build", "--archive", place.folder / "archive", "--lake", lake)
        assert told.exit_code == 2 and "held by process" in told.stderr


def test_a_damaged_archive_is_told_and_nothing_is_exported(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    assert gknb("verify", "--archive", archive).exit_code == 2
    with Archive(archive).writer("20260101T000000Z-0001") as writer:
        sha256 = writer.store(b"a page")
        # A body that no record names, as a crash leaves it.
    assert json.loads(gknb("verify", "--archive", archive, "--json").stdout)["checked"]["bodies"] == 1
    path = Archive(archive).path_of(sha256)
    path.write_bytes(path.read_bytes()[:-1])
    told = gknb("verify", "--archive", archive)
    assert told.exit_code == 1 and f"{path}: " in told.stdout
    collected = gknb("archive", "gc", "--archive", archive)
    assert (collected.exit_code, collected.stdout) == (0, f"{path}\n")


def test_discover_proposes_and_what_is_accepted_is_registered(
    place: Place, empty: Path, tmp_path: Path
) -> None:
    registry = tmp_path / "own"
    registry.mkdir()
    for name in ("columns.csv", "divisions.csv", "hosts.csv"):
        source = empty if name == "columns.csv" else place.folder / "registry"
        (registry / name).write_bytes((source / name).read_bytes())
    sites = (place.folder / "registry" / "sites.csv").read_text(encoding="utf-8").splitlines()
    (registry / "sites.csv").write_text(f"{sites[0]}\n", encoding="utf-8")
    one = tmp_path / "one.csv"
    one.write_text("\n".join([sites[0], *(row for row in sites if row.startswith(SITE))]), encoding="utf-8")
    added = gknb("registry", "add", one, "--registry", registry)
    assert added.exit_code == 0 and "1 rows added" in added.stderr

    out = tmp_path / "proposals.csv"
    options = ["--registry", registry, "--archive", tmp_path / "archive", *place.network]
    told = gknb("discover", place.province.home(SITE), *options, "--json", "--out", out)
    assert told.exit_code == 0, told.stderr
    proposals = json.loads(told.stdout)
    truth = {column.url for column in place.province.columns if column.site_id == SITE}
    assert {row["url"] for row in proposals} == truth
    # A person goes through them and keeps the first.
    out.write_text("\n".join(out.read_text(encoding="utf-8").splitlines()[:2]), encoding="utf-8")
    added = gknb("registry", "add", out, "--registry", registry)
    assert added.exit_code == 0 and "1 rows added" in added.stderr
    again = gknb("discover", place.province.home(SITE), *options, "--accept", "all")
    assert again.exit_code == 0, again.stderr
    assert f"{len(truth) - 1} rows added, 1 stood there already" in again.stderr
    exported = gknb("registry", "export", "--registry", registry)
    rows = list(csv.DictReader(io.StringIO(exported.stdout)))
    assert {row["column_url"] for row in rows} == truth and {row["site_id"] for row in rows} == {SITE}
    assert gknb("registry", "check", "--registry", registry).exit_code == 0


def test_discovery_that_finds_nothing_or_does_not_know_the_site(place: Place, tmp_path: Path) -> None:
    options = ["--registry", place.folder / "registry", "--archive", tmp_path, *place.network]
    nothing = gknb("discover", place.province.home(SITE), *options, "--depth", 1, "--pages", 1)
    assert nothing.exit_code == 1 and "no annual report column" in nothing.stderr
    unknown = gknb("discover", place.province.home(SITE), *options, "--site", "nobody")
    assert unknown.exit_code == 2 and "nobody" in unknown.stderr


def test_rows_that_fit_no_table_or_are_faulty_are_not_added(place: Place, tmp_path: Path) -> None:
    registry = place.folder / "registry"
    before = (registry / "columns.csv").read_bytes()
    table = tmp_path / "rows.csv"
    for text, code, message in (
        ("site_id,url\n1,2\n", 2, "should have the columns of sites.csv"),
        (f"{','.join(COLUMNS)}\n{SITE},x,no address,trs,,reports,\n", 2, "whole http or https address"),
        (f"{','.join(COLUMNS)}\n", 1, "no rows"),
    ):
        table.write_text(text, encoding="utf-8")
        told = gknb("registry", "add", table, "--registry", registry)
        assert told.exit_code == code and message in told.stderr
    assert gknb("registry", "add", tmp_path / "none.csv", "--registry", registry).exit_code == 2
    assert (registry / "columns.csv").read_bytes() == before
