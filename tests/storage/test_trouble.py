"""A lake whose server is in trouble: what passes is tried again, what lasts is told, and nothing comes out
otherwise than it would have."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.storage import objects as module
from crawler.storage.objects import ChangedError, Storage
from crawler.storage.pull import pull
from crawler.storage.push import push
from crawler.storage.verify import faults
from tests.cli.run import gknb
from tests.storage.test_push_and_pull import ALL, contents
from tests.storage.troubled import troubled

PASSING = ("500", "503", "lost", "half", "dropped", "hangs")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits a minute for a server waits two seconds here."""
    monkeypatch.setattr(module, "TIMEOUT", timedelta(seconds=2))


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 7))])
def test_a_lake_goes_through_passing_trouble(
    seed: int, folder: Path, s3: str, server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    draw = random.Random(seed)

    def plan(number: int) -> str:
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


@pytest.mark.parametrize("trouble", ["lost", "dropped", "500"])
def test_of_a_write_whose_answer_is_lost_the_writer_hears_the_truth(
    trouble: str, s3: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with troubled(server, lambda number: trouble if number in (0, 3) else "") as there:
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
    with troubled(server, lambda _: trouble) as there:
        monkeypatch.setenv("AWS_ENDPOINT_URL", there.url)
        told = gknb("sql", "FROM facts", "--lake", s3, GKNB_CACHE=str(tmp_path / "cache"))
    assert told.exit_code == 2 and s3 in told.stderr, told.stderr
    assert there.had == {trouble: there.had[trouble]}
