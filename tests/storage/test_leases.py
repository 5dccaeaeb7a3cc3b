"""Leases: of many machines one asks an address, and a machine that dies loses its lease and nothing else."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from crawler.runs.records import Runs
from crawler.storage.leases import PLAY, WALKED_WITHIN, LeaseLostError, Leases
from crawler.storage.objects import Storage, StorageError
from tests.cli.run import gknb
from tests.crawler.county import COLUMN, County, reports, serve
from tests.crawler.crawl import Scrapy, settings_of, site_row, write_registry
from tests.crawler.server import Web, serving

LENGTH = 90.0


class Clock:
    """Seconds that pass as a test wants."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def leases(storage: Storage, holder: str, clock: Clock) -> Leases:
    return Leases(storage, holder, LENGTH, clock)


def test_one_holder_has_a_lease_until_some_time_after_its_end(storage: Storage, clock: Clock) -> None:
    one, other = leases(storage, "one", clock), leases(storage, "other", clock)
    assert one.take("address/127.0.0.1") and one.holds("address/127.0.0.1")
    assert not other.take("address/127.0.0.1") and not other.holds("address/127.0.0.1")
    # Its holder stops before the other one may begin, whoever's clock is wrong by less than that.
    clock.now += LENGTH * (1 - PLAY)
    assert not one.holds("address/127.0.0.1")
    clock.now += 2 * PLAY * LENGTH - 1
    assert not other.take("address/127.0.0.1")
    clock.now += 1
    assert other.take("address/127.0.0.1")
    with pytest.raises(LeaseLostError):
        one.renew("address/127.0.0.1")
    assert one.held == ()


def test_a_lease_that_is_renewed_lasts(storage: Storage, clock: Clock) -> None:
    one, other = leases(storage, "one", clock), leases(storage, "other", clock)
    assert one.take("host/a.test")
    for _ in range(5):
        clock.now += LENGTH / 2
        one.renew("host/a.test")
        assert one.holds("host/a.test") and not other.take("host/a.test")
    one.release("host/a.test")
    assert not one.holds("host/a.test") and not other.take("host/a.test")
    clock.now += PLAY * LENGTH
    assert other.take("host/a.test")


def test_a_run_that_is_resumed_has_its_leases_still(storage: Storage, clock: Clock) -> None:
    assert leases(storage, "one", clock).take("site/1")
    assert leases(storage, "one", clock).take("site/1")


def test_a_site_that_was_walked_is_left_for_some_hours(storage: Storage, clock: Clock) -> None:
    one, other = leases(storage, "one", clock), leases(storage, "other", clock)
    assert one.take_site("1") and not other.take_site("1")
    one.has_walked("1")
    clock.now += LENGTH
    assert not other.take_site("1")
    clock.now += WALKED_WITHIN
    assert other.take_site("1")


def test_of_many_machines_at_once_one_gets_it(storage: Storage, clock: Clock) -> None:
    start = Barrier(32)

    def take(number: int) -> bool:
        start.wait()
        return leases(storage, f"m{number}", clock).take("address/127.0.0.1")

    with ThreadPoolExecutor(32) as threads:
        assert sum(threads.map(take, range(32))) == 1


def test_what_is_no_lease_is_told(storage: Storage, clock: Clock) -> None:
    storage.put_if_absent("leases/site/1", b"{}")
    with pytest.raises(StorageError, match="is no lease"):
        leases(storage, "one", clock).take_site("1")


RUN = "20260101T000000Z-"
HOSTS = [f"{name}.gov.cn" for name in "abcdef"]
SITES = {str(at) for at in range(len(HOSTS))}
APART = {host: f"127.0.0.{2 + at}" for at, host in enumerate(HOSTS)}
TOGETHER = {host: f"127.0.0.{2 + at // 2}" for at, host in enumerate(HOSTS)}


def served(web: Web) -> None:
    """A county on each host."""
    for host in HOSTS:
        serve(web, host, County(reports(4), tag=host))


def tables(folder: Path, web: Web) -> Path:
    """A registry of the counties, each with a column."""
    rows = [site_row(str(at), web.url(host), "trs") for at, host in enumerate(HOSTS)]
    columns = [f"{at},nb,{web.url(host, COLUMN)},trs,,reports," for at, host in enumerate(HOSTS)]
    return write_registry(folder, rows, columns)


def machine(name: str, web: Web, folder: Path, **settings: str) -> Scrapy:
    """A machine of its own, with its own archive; the same sites, the same leases. They last longer than a
    test, so that no test waits for one."""
    registry = tables(folder / f"registry-{name}", web)
    shared = {"LEASES": (folder / "storage").as_uri(), "LEASE_SECONDS": "36000"}
    named = settings_of(web, folder / name, **(shared | settings))
    run = ["-a", f"run_id={RUN}{name}", "-a", f"registry={registry}"]
    return Scrapy(["crawl", "reports", *run], named, folder / f"{name}.log")


def asked_twice(web: Web) -> list[str]:
    seen: set[str] = set()
    urls = [asked.url for asked in web.log if asked.path != "/robots.txt" and not asked.abandoned]
    return [url for url in urls if url in seen or seen.add(url)]  # type: ignore[func-returns-value]


def walked(folder: Path, name: str) -> set[str]:
    """The sites that a machine has walked."""
    return {result.site_id for result in Runs(folder / name).results(f"{RUN}{name}")}


def left(folder: Path, name: str) -> set[str]:
    """Those that it has left to others."""
    return set(Runs(folder / name).left(f"{RUN}{name}"))


def test_two_machines_share_the_sites_and_ask_no_page_twice(tmp_path: Path) -> None:
    """That no two requests overlap on a host or an address is asserted where the servers end."""
    with serving(APART) as web:
        served(web)
        machines = [machine(name, web, tmp_path) for name in ("one", "two")]
        assert [each.wait() for each in machines] == [0, 0], machines[0].log.read_text("utf-8")
        assert asked_twice(web) == [] and len(web.paths()) >= 5 * len(HOSTS)
    one, two = walked(tmp_path, "one"), walked(tmp_path, "two")
    assert one | two == SITES and one.isdisjoint(two)
    assert (left(tmp_path, "one"), left(tmp_path, "two")) == (two, one)


def test_a_machine_that_is_killed_leaves_its_sites_to_the_others(tmp_path: Path) -> None:
    with serving(APART) as web:
        served(web)
        one = machine("one", web, tmp_path, SITES_AT_ONCE="2")
        while not web.paths():
            assert one.process.is_alive(), one.log.read_text("utf-8")
        one.kill()
        assert machine("two", web, tmp_path).wait() == 0
        mine = held_by(tmp_path, "one")
        assert mine & SITES and left(tmp_path, "two") == (mine & SITES) | walked(tmp_path, "one")
        assert walked(tmp_path, "two") == SITES - left(tmp_path, "two")
        # So long later that the leases of the dead have ended.
        for path in leases_of(tmp_path, "one"):
            path.write_text(json.dumps(json.loads(path.read_bytes()) | {"until": 0.0}), "utf-8")
        assert machine("three", web, tmp_path).wait() == 0
    assert walked(tmp_path, "one") | walked(tmp_path, "two") | walked(tmp_path, "three") == SITES
    assert walked(tmp_path, "three") == mine & SITES
    # Who ended in order holds nothing.
    assert held_by(tmp_path, "two") == held_by(tmp_path, "three") == set()


@pytest.mark.slow
def test_sites_that_share_an_address_are_asked_by_one_machine_after_the_other(tmp_path: Path) -> None:
    with serving(TOGETHER) as web:
        served(web)
        short = {"LEASE_SECONDS": "60", "SITES_AT_ONCE": "3"}
        machines = [machine(name, web, tmp_path, **short) for name in ("one", "two")]
        assert [each.wait() for each in machines] == [0, 0], machines[0].log.read_text("utf-8")
        assert asked_twice(web) == []
    one, two = walked(tmp_path, "one"), walked(tmp_path, "two")
    assert one | two == SITES and one.isdisjoint(two)


def test_a_run_tells_what_it_has_left_to_others(tmp_path: Path) -> None:
    storage = Storage((tmp_path / "storage").as_uri())
    assert Leases(storage, "another", 36000.0).take_site("0")
    with serving(APART) as web:
        served(web)
        registry = tables(tmp_path / "registry", web)
        named = settings_of(web, tmp_path / "archive", LEASES=storage.url)
        options = [part for name, value in named.items() for part in ("--set", f"{name}={value}")]
        where = ["--registry", registry, "--archive", tmp_path / "archive"]
        told = gknb("crawl", *where, *options, "--sites", "0,1")
    assert told.exit_code == 0, told.stderr
    assert "1 个站点留给别的机器" in told.stderr and web.paths(HOSTS[0]) == []
    (report,) = (tmp_path / "archive" / "runs").glob("*.json")
    record = json.loads(report.read_bytes())
    assert (record["left"], record["alarms"], record["outcomes"]) == (["0"], [], {"ok": 1})


def leases_of(folder: Path, name: str) -> list[Path]:
    """The leases that a machine holds, as the storage has them."""
    there = [path for path in (folder / "storage" / "leases").glob("*/*") if path.is_file()]
    return [path for path in there if json.loads(path.read_bytes())["holder"] == f"{RUN}{name}"]


def held_by(folder: Path, name: str) -> set[str]:
    """The names of what it holds: sites, hosts, addresses."""
    return {path.name for path in leases_of(folder, name)}
