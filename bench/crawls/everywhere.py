"""`python -m bench everywhere`: the demo's province in a folder, at file:// and at s3://, on a cluster whose
workers are killed; what must be the same is.

Crawled in all three places at once, and refreshed after its publishers have changed things, by the commands
as a user gives them. Crawls differ in their times and nothing else: told is which files of the three builds
are the same bytes. Then what was crawled at s3:// is read anew, from nothing: in a folder, at file://, and by
four workers of which one is killed at ten moments. All must come to one build id. A kill counts where the
worker has batches in its hands; told is how many.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from base.paths import ROOT
from base.temporary import temporary_folder
from demo import whole_way

LAST_YEAR = 2024
WORKERS, KILLS, DOCUMENTS = 4, 10, 10
ENVIRONMENT = {"AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true"}
KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}


def main() -> None:
    """See the module."""
    with temporary_folder() as folder, _s3(), whole_way.served(folder / "demo", LAST_YEAR) as served:
        places = {
            "folder": str(folder / "lake"),
            "file": (folder / "stored").as_uri(),
            "s3": "s3://demo/lake",
        }
        for place in places:
            shutil.copytree(folder / "demo" / "registry", folder / f"registry-{place}")
        sites = None
        for recheck in ("due", "all"):
            refresh = partial(_refreshed, folder, whole_way.settings(served.province), recheck, sites)
            with ThreadPoolExecutor(len(places)) as threads:
                for place, told in zip(places, threads.map(refresh, places, places.values()), strict=True):
                    news = ", ".join(f"{len(told[name])} {name}" for name in ("new", "changed", "withdrawn"))
                    print(f"  {place:<10}{news}, build {told['built']['build_id']}", flush=True)
            if sites is None:
                sites = served.let_time_pass().site_ids
        _compared({place: _pulled(folder, place, url) for place, url in places.items()})
        _read_anew(folder)


def _refreshed(
    folder: Path, settings: Mapping[str, str], recheck: str, sites: str | None, place: str, lake: str
) -> dict[str, Any]:
    """`gknb refresh` of a lake, and what it says to machines."""
    network = [part for item in settings.items() for part in ("--set", "=".join(item))]
    chosen = ["--sites", sites] if sites else []
    return _gknb(
        folder, "refresh", "--lake", lake, *_registry(folder, place), "--recheck", recheck, *chosen, *network
    )


def _read_anew(folder: Path) -> None:
    """The build of what was crawled there, made from nothing in three more ways."""
    crawled = folder / "pulled" / "s3" / "archive"
    expected = _current(folder / "pulled" / "s3")
    told = {"crawled and built at s3://": (expected, 0.0)}
    for name, lake in (("in a folder", folder / "anew"), ("pushed, at file://", folder / "sent")):
        shutil.copytree(crawled, lake / "archive")
        began = time.monotonic()
        where = str(lake)
        if lake.name == "sent":
            where = (folder / "there").as_uri()
            _gknb(folder, "push", where, "--lake", str(lake), says_json=False)
        built = _gknb(folder, "build", "--lake", where, *_registry(folder, "s3"), *_archive_of(where))
        told[name] = (built["build"], time.monotonic() - began)
    shutil.copytree(crawled, folder / "clustered" / "archive")
    began = time.monotonic()
    build_id, kills = _on_a_cluster(folder / "clustered", folder / "registry-s3")
    told[f"{WORKERS} workers, {len(kills)} killed"] = (build_id, time.monotonic() - began)
    for name, (build, seconds) in told.items():
        print(f"  {name:<32}{build}   {seconds:6.0f} s")
    print(f"  batches in the hands of each worker that was killed: {kills}")
    if {build for build, _ in told.values()} != {expected} or len(kills) < KILLS or min(kills) < 1:
        sys.exit("  not the same, or too few kills")


def _on_a_cluster(lake: Path, registry: Path) -> tuple[str, list[int]]:
    """The build by workers of which one is killed again and again; its id, and what each had in its hands."""
    from distributed import Client, LocalCluster

    from crawler.archive.deliver import deliver
    from extract.builds.archive_build import Watch, build_archive
    from extract.builds.engines import cluster as engine
    from extract.builds.engines.pool import Read

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # it tells of each kill
    engine.DOCUMENTS = DOCUMENTS
    kills: list[int] = []
    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as running,
        Client(running, set_as_default=False) as client,
    ):

        def kill() -> bool:
            """The worker that has most to do; whether there was one."""
            batches = {worker: len(keys) for worker, keys in client.processing().items() if keys}
            process_ids = client.run(os.getpid, workers=list(batches), on_error="ignore")
            alive = [worker for worker in batches if isinstance(process_ids.get(worker), int)]
            if not alive:
                return False
            victim = max(alive, key=batches.__getitem__)
            os.kill(process_ids[victim], signal.SIGKILL)
            kills.append(batches[victim])
            return True

        @contextmanager
        def watch(read: Read, count: int) -> Iterator[Read]:
            yield _killing(read, count, kill)

        typed: Watch = watch
        made = build_archive(
            partial(deliver, lake / "archive", registry),
            lake,
            1,
            typed,
            registry=registry,
            cluster=running.scheduler_address,
        )
    return (made.build.build_id if made.build else made.refused), kills


def _killing(read: Iterator[Any], count: int, kill: Callable[[], bool]) -> Iterator[Any]:
    """What is read; at so many moments of the first four fifths of it a worker is killed."""
    moments = [count * 4 * number // (5 * KILLS) for number in range(KILLS)]
    for number, one in enumerate(read):
        if moments and number >= moments[0] and kill():
            moments.pop(0)
        yield one


def _compared(lakes: Mapping[str, Path]) -> None:
    """Which files of the builds are the same bytes."""
    files = []
    for lake in lakes.values():
        manifest = json.loads((lake / "builds" / _current(lake) / "manifest.json").read_bytes())
        files.append({name: entry["sha256"] for name, entry in manifest["files"].items()})
    names = sorted(set.union(*map(set, files)))
    other = [name for name in names if len({each.get(name) for each in files}) > 1]
    print(f"  {len(names) - len(other)} of {len(names)} files are the same bytes in all three places")
    print(f"  the others, in which times of the crawl stand: {', '.join(other)}", flush=True)
    if any(name.startswith("facts") for name in other):
        sys.exit("  the facts differ")


def _pulled(folder: Path, place: str, url: str) -> Path:
    """What lies there, in a folder."""
    if "://" not in url:
        return Path(url)
    lake = folder / "pulled" / place
    _gknb(folder, "pull", url, "--lake", str(lake), says_json=False)
    return lake


def _current(lake: Path) -> str:
    return (lake / "current").read_text("utf-8").strip().rpartition("/")[2]


def _registry(folder: Path, place: str) -> list[str]:
    return ["--registry", str(folder / f"registry-{place}"), "--jobs", "1"]


def _archive_of(lake: str) -> list[str]:
    return [] if "://" in lake else ["--archive", str(Path(lake) / "archive")]


def _gknb(folder: Path, *arguments: str, says_json: bool = True) -> dict[str, Any]:
    """A command in a process of its own. RuntimeError where it could not run."""
    command = [sys.executable, "-m", "gknb", *arguments, *(["--json"] if says_json else [])]
    own = {"GKNB_CACHE": str(folder / "cache")}
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | own, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(arguments)}: {done.returncode}: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout) if says_json else {}
    return told


@contextmanager
def _s3() -> Iterator[None]:
    """moto's server with a bucket, and the environment that leads there."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    os.environ |= {"AWS_ENDPOINT_URL": f"http://{host}:{port}"} | ENVIRONMENT | KEYS
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/demo", method="PUT"))
    yield
    running.stop()
