"""A lake whose server is in trouble: what passes is tried again, what lasts is told, and nothing comes out
otherwise than it would have."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.storage import objects as module
from crawler.storage.objects import ChangedError, Storage
from crawler.storage.pull import pull
from crawler.storage.push import push
from crawler.storage.verify import faults
from demo.province.plan import at_rest
from demo.province.server import free_ports, serving
from tests.cli.run import Place, gknb
from tests.storage.test_push_and_pull import ALL, contents
from tests.storage.troubled import troubled

PASSING = ("500", "503", "lost", "half", "dropped", "hangs")
REFRESHING = ("500", "503", "lost", "half", "dropped", "slow")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits a minute for a server waits two seconds here."""
    monkeypatch.setattr(module, "TIMEOUT", timedelta(seconds=2))


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 7))])
def test_a_lake_goes_through_passing_trouble(
    seed: int, folder: Path, s3: str, server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    draw = random.Random(seed)

    def plan(number: int, *_: str) -> str:
        """One request in six; the first of each kind comes early."""
        return PASSING[number // 7 % len(PASSING)] if number % 7 == draw.randrange(7) else ""

    lake, yours = folder / "lake", tmp_path / "yours" / "lake"
    with troubled(server, plan) as there:
        monkeypatch.setenv("AWS_ENDPOINT_URL", there.url)
        storage = Storage(s3)
        assert push(lake, lake / "archive", storage).refused == {}
        assert pull(yours, yours / "archive", storage).refused == {}
        assert there.had.keys() >= {"", "500", "503", "lost"}, there.had
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    assert list(faults(Storage(s3))) == []
    assert contents(yours, *ALL) == contents(lake, *ALL)


def kind_of(method: str, path: str) -> str:
    """What a request is about: its method, and the folder of the lake; a list is of a prefix."""
    parts = urlsplit(path)
    key = parse_qs(parts.query).get("prefix", [parts.path.partition("/")[2].partition("/")[2]])[0]
    names = key.removeprefix("gknb/").split("/")
    folder = "/".join(names[: 2 if names[0] == "archive" else 1])
    return f"{'LIST' if 'list-type' in parts.query else method} {folder}"


@pytest.mark.slow
def test_a_refresh_whose_every_kind_of_request_meets_every_trouble(
    s3: str, server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every second request of a kind, until it has met all of them once, or there are no more. The crawl is a
    process of its own that waits a minute for what hangs: there it is late instead."""
    had: dict[str, list[str]] = defaultdict(list)
    asked: Counter[str] = Counter()

    def plan(_: int, method: str, path: str) -> str:
        kind = kind_of(method, path)
        asked[kind] += 1
        number, is_sound = divmod(asked[kind] - 1, 2)
        if is_sound or number >= len(REFRESHING):
            return ""
        had[kind].append(REFRESHING[number])
        return had[kind][-1]

    with serving(at_rest(5, *free_ports(2))) as portals, troubled(server, plan) as there:
        monkeypatch.setenv("AWS_ENDPOINT_URL", there.url)
        monkeypatch.setenv("GKNB_CACHE", str(tmp_path / "cache"))
        place = Place(portals.province, tmp_path)
        place.write_registry()
        known = ["--registry", tmp_path / "registry", "--jobs", 1]
        told = gknb("refresh", "--lake", s3, *known, "--sites", place.sites[0], *place.network, "--json")
        assert told.exit_code == 0, told.stderr
        built = json.loads(told.stdout)["built"]["build_id"]
        assert gknb("verify", "--lake", s3).exit_code == 0
        monkeypatch.setenv("GKNB_CACHE", str(tmp_path / "another"))
        again = gknb("build", "--lake", s3, *known, "--json")
        assert again.exit_code == 0, again.stderr
        assert gknb("prune", "--lake", s3, "--builds", 1).exit_code == 0
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    assert json.loads(again.stdout)["build"] == built and list(faults(Storage(s3))) == []
    for kind in ("GET current", "PUT current", "PUT builds", "GET builds", "PUT leases", "GET leases"):
        assert had[kind], (kind, dict(had))
    for kind in ("PUT archive/log", "PUT archive/objects", "GET archive/objects", "LIST archive/log"):
        assert had[kind], (kind, dict(had))
    assert {trouble for each in had.values() for trouble in each} == {*REFRESHING}


@pytest.mark.slow
def test_a_list_that_breaks_off_goes_on(s3: str, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server gives a thousand at a time: each of two pages comes the second time. Nothing hangs here, and a
    busy machine may take its time for a page: one that is asked for again would be counted."""
    monkeypatch.setattr(module, "TIMEOUT", timedelta(minutes=1))
    keys, storage = [f"archive/objects/{number:05d}" for number in range(1020)], Storage(s3)
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda key: storage.put_if_absent(key, b""), keys))
    with troubled(server, lambda number, *_: "half" if number in (0, 2) else "") as there:
        monkeypatch.setenv("AWS_ENDPOINT_URL", there.url)
        assert [one.key for one in Storage(s3).all("archive")] == keys
    assert there.had["half"] == 2, there.had


@pytest.mark.parametrize("trouble", ["lost", "dropped", "500"])
def test_of_a_write_whose_answer_is_lost_the_writer_hears_the_truth(
    trouble: str, s3: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with troubled(server, lambda number, *_: trouble if number in (0, 3) else "") as there:
        monkeypatch.setenv("AWS_ENDPOINT_URL", there.url)
        storage = Storage(s3)
        etag = storage.swap("current", b"one", None)
        assert (storage.get("current") or (b"",))[0] == b"one"
        storage.swap("current", b"two", etag)
        with pytest.raises(ChangedError):
            storage.swap("current", b"three", etag)
        assert (storage.get("current") or (b"",))[0] == b"two"


@pytest.mark.parametrize("trouble", PASSING)
def test_lasting_trouble_is_told(
    trouble: str, folder: Path, s3: str, server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "RETRY", timedelta(seconds=1))
    monkeypatch.setattr(module, "TIMEOUT", timedelta(seconds=0.5))
    assert gknb("push", s3, "--lake", folder / "lake").exit_code == 0
    with troubled(server, lambda *_: trouble) as there:
        monkeypatch.setenv("AWS_ENDPOINT_URL", there.url)
        told = gknb("sql", "FROM facts", "--lake", s3, GKNB_CACHE=str(tmp_path / "cache"))
    assert told.exit_code == 2 and s3 in told.stderr, told.stderr
    assert there.had == {trouble: there.had[trouble]}
