"""kill -9 at any moment, of what works on a lake at an address, and of push and pull: what is there is whole,
and the next run comes to what it would have come to."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

from crawler.archive.verify import damaged
from crawler.storage.objects import Storage
from crawler.storage.verify import faults
from demo.province.plan import at_rest
from demo.province.server import free_ports, serving
from extract.builds.current import current_build, has_build
from extract.builds.verify import parts
from tests.cli.run import Place, gknb
from tests.storage.killed import run_killed
from tests.storage.test_push_and_pull import ALL, contents

KILLED = -9
TWENTY = 20


def lake_of(folder: Path, name: str) -> Path:
    return folder / name / "lake"


def expect_whole(storage: Storage, folder: Path, name: str) -> None:
    """Nothing in storage is half, and a machine that asks has a whole build, or none yet."""
    assert list(faults(storage)) == []
    if storage.get("current") is not None:
        told = gknb("sql", "SELECT count(*) FROM facts", "--lake", storage.url, GKNB_CACHE=str(folder / name))
        assert told.exit_code == 0, told.stderr


@pytest.mark.parametrize(
    "moments", [(4, 9), pytest.param(tuple(range(1, 2 * TWENTY, 2)), marks=pytest.mark.slow)], ids=len
)
def test_a_build_there_that_is_killed(moments: tuple[int, ...], folder: Path, tmp_path: Path) -> None:
    expected = current_build(folder / "lake").build_id
    shutil.rmtree(folder / "lake" / "builds")
    (folder / "lake" / "current").unlink()
    for stage in ("documents", "readings", "evidence"):
        shutil.rmtree(folder / "lake" / stage)
    storage = Storage((tmp_path / "storage").as_uri())
    assert gknb("push", storage.url, "--lake", folder / "lake").exit_code == 0
    build = ["build", "--lake", storage.url, "--registry", folder / "registry", "--jobs", 1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GKNB_CACHE", str(tmp_path / "cache"))
        ended = [run_killed(moment, *build) for moment in moments if not has_moved(storage)]
        expect_whole(storage, tmp_path, "reader")
        assert ended.count(KILLED) >= min(2, len(moments)), ended
        assert gknb(*build).exit_code == 0
    expect_whole(storage, tmp_path, "another")
    assert (storage.get("current") or (b"",))[0] == f"builds/{expected}\n".encode()


def has_moved(storage: Storage) -> bool:
    return storage.get("current") is not None


@pytest.mark.slow
@pytest.mark.parametrize("url", ["file", "s3"], indirect=True)
def test_a_refresh_there_that_is_killed_twenty_times(url: str, tmp_path: Path) -> None:
    storage = Storage(url)
    with serving(at_rest(5, *free_ports(2))) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GKNB_CACHE", str(tmp_path / "cache"))
        place = Place(server.province, tmp_path)
        place.write_registry()
        where = ["--registry", tmp_path / "registry", "--sites", place.sites[0], "--jobs", 1]
        refresh = ["refresh", "--lake", url, *where, *place.network]
        draw, ended = random.Random(19), list[int]()
        while ended.count(KILLED) < TWENTY:
            ended.append(run_killed(draw.randint(1, 60), *refresh))
            assert ended[-1] in (KILLED, 0), ended
            expect_whole(storage, tmp_path, f"reader-{len(ended)}")
        told = gknb(*refresh, "--json")
        assert told.exit_code == 0, told.stderr
        # All that the portal has stands in it, each report once, and the build is that of the archive.
        rows = gknb("sql", "SELECT count(DISTINCT url) AS n FROM reports", "--lake", url, "--json")
        published = [one for one in place.reports if one.site_id == place.sites[0]]
        assert json.loads(rows.stdout)[0]["n"] >= len(published) > 0
        here = tmp_path / "here"
        assert gknb("pull", url, "--lake", here).exit_code == 0
        build = current_build(here).build_id
        for name in ("builds", "documents", "readings", "evidence"):
            shutil.rmtree(here / name)
        (here / "current").unlink()
        known = ["--registry", tmp_path / "registry", "--archive", here / "archive", "--lake", here]
        assert gknb("build", *known).exit_code == 0
        assert current_build(here).build_id == build
        assert damaged(here / "archive") == []


@pytest.mark.slow
@pytest.mark.parametrize("url", ["file", "s3"], indirect=True)
def test_a_push_and_a_pull_that_are_killed_twenty_times(url: str, folder: Path, tmp_path: Path) -> None:
    release = folder / "lake" / "releases" / "2026.1"
    release.mkdir(parents=True)
    (release / "a").write_bytes(b"a")
    sha256 = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    (release / "SHA256SUMS").write_text(f"{sha256}  a\n", "utf-8")
    storage, kills = Storage(url), 0
    for moment in (1, 2) * TWENTY:
        if run_killed(moment, "push", url, "--lake", folder / "lake") == KILLED:
            kills += 1
        assert list(faults(storage)) == []
    assert kills >= TWENTY, kills
    assert gknb("push", url, "--lake", folder / "lake").exit_code == 0
    assert gknb("push", url, "--release", release).exit_code == 0
    yours, kills = tmp_path / "yours" / "lake", 0
    for moment in (2, 1, 3) * TWENTY:
        if run_killed(moment, "pull", url, "--lake", yours) == KILLED:
            kills += 1
        if has_build(yours):
            assert [one for part in parts(yours) for path in part.files for one in part.check(path)] == []
        if (yours / "archive" / "log").is_dir():
            assert damaged(yours / "archive") == []
    assert kills >= TWENTY, kills
    assert gknb("pull", url, "--lake", yours).exit_code == 0
    every = (*ALL, "releases")
    assert contents(yours, *every) == contents(folder / "lake", *every)
