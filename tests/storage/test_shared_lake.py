"""A lake at an address: crawled, built and asked by machines that have nothing in common but its storage."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from base.lakes.working_copy import address_of, lake_at
from crawler.storage.objects import Storage
from crawler.storage.verify import faults
from demo.province.plan import at_rest
from demo.province.server import Server, free_ports, serving
from extract.builds.current import current_build
from tests.cli.run import Place, gknb
from tests.damage.lake import flip


@dataclass(frozen=True)
class Machine:
    """A machine with a cache of its own, which knows one county and the address of the lake."""

    place: Place
    url: str
    cache: Path

    def says(self, command: str, *more: object) -> Any:
        """What a command about that lake comes to."""
        return gknb(command, *more, "--lake", self.url, GKNB_CACHE=str(self.cache))

    def refresh(self, *more: object) -> dict[str, Any]:
        """`gknb refresh`, as it says it to machines."""
        where = ["--registry", self.place.folder / "registry", "--sites", self.place.sites[0]]
        told = self.says("refresh", *where, *self.place.network, "--jobs", 1, "--json", *more)
        assert told.stdout, told.stderr
        record: dict[str, Any] = json.loads(told.stdout)
        return record

    @property
    def copy(self) -> Path:
        """Its copy of the lake."""
        (folder,) = (self.cache / "lakes").iterdir()
        return folder


@pytest.fixture(scope="module")
def portals() -> Iterator[Server]:
    with serving(at_rest(5, *free_ports(2))) as running:
        yield running


@pytest.fixture
def machine(portals: Server, url: str, tmp_path: Path) -> Machine:
    place = Place(portals.province, tmp_path)
    place.write_registry()
    return Machine(place, url, tmp_path / "cache")


def let_leases_end(storage: Storage) -> None:
    """As if so much time had passed."""
    for one in list(storage.all("leases")):
        data, etag = storage.get(one.key) or (b"", "")
        storage.swap(one.key, json.dumps(json.loads(data) | {"walked_at": 0.0, "until": 0.0}).encode(), etag)


def other(machine: Machine, name: str) -> Machine:
    """Another machine that knows the same."""
    return Machine(machine.place, machine.url, machine.cache.with_name(name))


@pytest.mark.parametrize("url", [pytest.param("file", marks=pytest.mark.slow), "s3"], indirect=True)
def test_a_lake_at_an_address_is_one_that_all_machines_have(machine: Machine, tmp_path: Path) -> None:
    first = machine.refresh()
    assert first["exit_code"] == 0 and first["new"], first
    build = first["built"]["build_id"]
    storage = Storage(machine.url)
    assert list(faults(storage)) == []
    # One that asks has the build and nothing else; a body once it is looked at.
    reader = other(machine, "reader")
    count = "SELECT count(*) AS n FROM facts"
    assert reader.says("sql", count, "--json").stdout == machine.says("sql", count, "--json").stdout
    assert not (reader.copy / "archive").exists() and current_build(reader.copy).build_id == build
    cell = json.loads(reader.says("sql", "FROM facts WHERE value_status = 'number' LIMIT 1", "--json").stdout)
    shown = reader.says("show", "--report", cell[0]["report_id"], "--locator", cell[0]["locator"])
    assert shown.exit_code == 0, shown.stderr
    assert len(list((reader.copy / "archive" / "objects").glob("*/*"))) == 1
    # One that builds makes the very build, and reads nothing anew; so does one that reads all anew, here.
    builder = other(machine, "builder")
    known = ["--registry", machine.place.folder / "registry", "--jobs", 1, "--json"]
    again = json.loads(builder.says("build", *known).stdout)
    assert (again["build"], again["read_now"]) == (build, 0)
    here = tmp_path / "here"
    shutil.copytree(machine.copy / "archive", here / "archive")
    fresh = gknb("build", "--archive", here / "archive", "--lake", here, *known)
    assert json.loads(fresh.stdout)["build"] == build, fresh.stderr
    # What one machine has just walked another one leaves; later it walks it, and knows what is known.
    site = machine.place.sites[0]
    assert builder.refresh("--recheck", "none")["left"] == [site]
    let_leases_end(storage)
    later = builder.refresh("--recheck", "none")
    assert (later["left"], later["new"], later["exit_code"]) == ([], [], 0)
    # Its own run a machine may follow with another one at once.
    assert builder.refresh("--recheck", "none")["left"] == []


def test_what_is_overwritten_behind_our_back_is_told(machine: Machine, folder: Path) -> None:
    assert gknb("push", machine.url, "--lake", folder / "lake").exit_code == 0
    assert machine.says("verify").exit_code == 0
    storage = Storage(machine.url)
    key = next(one.key for one in storage.all("builds") if one.key.endswith("/reports.parquet"))
    data, etag = storage.get(key) or (b"", "")
    storage.swap(key, data[:-9] + b"otherwise", etag)
    told = machine.says("verify")
    assert told.exit_code == 1 and key in told.stdout
    told = machine.says("sql", "FROM reports")
    assert told.exit_code == 2 and key in told.stderr and "gknb verify" in told.stderr


def test_a_lake_that_is_used_where_it_lies_is_named_by_its_folder(folder: Path, tmp_path: Path) -> None:
    url = (folder / "lake").as_uri()
    told = gknb("sql", "FROM facts", "--lake", url, GKNB_CACHE=str(tmp_path / "cache"))
    assert told.exit_code == 2 and "name it by its folder" in told.stderr
    told = gknb("sql", "FROM facts", "--lake", "http://a.test/lake")
    assert told.exit_code == 2 and "s3://BUCKET" in told.stderr


def test_an_address_that_has_no_build_yet_is_told(machine: Machine) -> None:
    told = machine.says("sql", "FROM facts")
    assert told.exit_code == 2 and machine.url in told.stderr and "no build there yet" in told.stderr


def test_a_copy_keeps_its_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GKNB_CACHE", str(tmp_path))
    copy = lake_at("s3://bucket/lake/")
    assert lake_at("s3://bucket/lake") == copy != lake_at("s3://bucket/lake2")
    address = address_of(copy)
    assert address is not None and address.url == "s3://bucket/lake"
    path = copy / "address.json"
    flip(path, 100)
    # A name among machines that cannot be read is given anew.
    anew = address_of(lake_at("s3://bucket/lake"))
    assert anew is not None and anew.url == address.url
    assert lake_at("data/lake") == Path("data/lake")


def test_old_builds_go_there_and_here(machine: Machine, folder: Path) -> None:
    assert gknb("push", machine.url, "--lake", folder / "lake").exit_code == 0
    storage = Storage(machine.url)
    (current,) = {one.key.split("/")[1] for one in storage.all("builds")}
    for number in range(3):
        storage.put_if_absent(f"builds/{number:016x}/manifest.json", b"{}")
        storage.put_if_absent(f"builds/{number:016x}/reports.parquet", b"")
    listed = machine.says("prune", "--builds", "1", "--months", "0", "--dry-run", "--json")
    gone = json.loads(listed.stdout)["paths"]
    assert gone and not any(current in path for path in gone)
    assert machine.says("prune", "--builds", "1", "--months", "0").exit_code == 0
    left = {one.key.split("/")[1] for one in storage.all("builds")}
    assert current in left and len(left) == 4 - len(gone)
