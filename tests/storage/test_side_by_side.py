"""Many machines that build one lake at once: one build is current, and nothing of any of them is lost."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from base.integrity import manifest as manifests
from base.lakes.working_copy import Address
from crawler.archive.store import Archive
from crawler.storage.copied import Copied
from crawler.storage.objects import Storage
from crawler.storage.shared import SharedLake
from crawler.storage.verify import faults
from demo.generate import generate
from extract.builds.current import Build, make_current
from tests.cli.run import gknb
from tests.damage.lake import _fetch
from tests.storage.killed import ROOT


def crawled(archive: Path, number: int) -> str:
    """An archive in which a run has fetched a page that no other machine has; the run's id."""
    run_id = f"r{number + 1:06d}-20260201T080000Z-{number:04x}"
    with Archive(archive).writer(run_id) as writer:
        sha256 = writer.store(b"page %d" % number)
        writer.record(_fetch(f"http://a.test/{number}", "a", sha256, run_id, "2026-02-01T08:00:00+00:00"))
    return run_id


def build_in_short(lake: Path) -> Build:
    """A build as far as storage sees it: a folder named by its content, made of all the archive has."""
    archive = Archive(lake / "archive")
    made_of = {one.run_id: archive.body(one.source_sha256 or "").decode() for one in archive.snapshots()}
    data = json.dumps(made_of, sort_keys=True).encode()
    entry = {"bytes": len(data), "rows": len(made_of), "sha256": hashlib.sha256(data).hexdigest()}
    text = manifests.encode({"files": {"made_of": entry}})
    folder = lake / "builds" / manifests.build_id(text)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "made_of").write_bytes(data)
    (folder / manifests.MANIFEST).write_bytes(text)
    build = Build(folder, json.loads(text))
    make_current(build, lake)
    return build


def made_of(storage: Storage) -> set[str]:
    """The runs that the current build is made of."""
    pointer, _ = storage.get("current") or (b"", "")
    data, _ = storage.get(f"{pointer.decode().strip()}/made_of") or (b"{}", "")
    return set(json.loads(data))


def nothing_refused(copied: Copied) -> None:
    assert copied.refused == {}


@pytest.mark.parametrize(
    ("url", "machines"),
    [
        ("file", 16),
        ("s3", 8),
        pytest.param("file", 64, marks=pytest.mark.slow),
        pytest.param("s3", 64, marks=pytest.mark.slow),
    ],
    indirect=["url"],
)
def test_of_many_builders_at_once_one_is_current_and_nothing_lost(
    url: str, machines: int, tmp_path: Path
) -> None:
    start, moved = Barrier(machines), list[str]()

    def work(number: int) -> str:
        lake = tmp_path / str(number)
        run_id = crawled(lake / "archive", number)
        there = SharedLake(lake, lake / "archive", Address(url, f"m{number}"), nothing_refused)
        start.wait()
        moved.append(there.build(lambda: build_in_short(lake)).build_id)
        # From now on it stands in what is current, whoever builds.
        assert run_id in made_of(there.storage)
        return run_id

    with ThreadPoolExecutor(machines) as threads:
        runs = set(threads.map(work, range(machines)))
    storage = Storage(url)
    assert made_of(storage) == runs and len(runs) == machines
    assert list(faults(storage)) == []
    pointer, _ = storage.get("current") or (b"", "")
    assert pointer.decode().strip().removeprefix("builds/") in moved


@pytest.mark.slow
@pytest.mark.parametrize("url", ["file", "s3"], indirect=True)
def test_sixty_four_real_builders_at_once(url: str, folder: Path, tmp_path: Path) -> None:
    """Each has a report of its own in its copy, and `gknb build` reads it there."""
    machines = 64
    assert gknb("push", url, "--lake", folder / "lake").exit_code == 0
    pages = [generate(seed, edition="e2021", skin="html_clean").data for seed in range(100, 100 + machines)]
    for number, page in enumerate(pages):
        (tmp_path / f"own-{number}").mkdir()
        archive = tmp_path / f"own-{number}" / "archive"
        run_id = f"r{number + 1:06d}-20260401T080000Z-{number:04x}"
        with Archive(archive).writer(run_id) as writer:
            sha256 = writer.store(page)
            at = "2026-04-01T08:00:00+00:00"
            writer.record(_fetch(f"http://a.test/own-{number}.html", "a", sha256, run_id, at))

    def build(number: int) -> int:
        command = [sys.executable, "-m", "gknb", "build", "--lake", url, "--jobs", "1"]
        command += ["--archive", str(tmp_path / f"own-{number}" / "archive")]
        command += ["--registry", str(folder / "registry")]
        environment = dict(os.environ) | {"GKNB_CACHE": str(tmp_path / f"cache-{number}")}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(build, range(machines))) == {0}
    own = "SELECT count(*) AS n FROM reports WHERE url LIKE '%own-%'"
    rows = gknb("sql", own, "--lake", url, "--json", GKNB_CACHE=str(tmp_path / "reader"))
    assert json.loads(rows.stdout)[0]["n"] == machines
    assert list(faults(Storage(url))) == []
