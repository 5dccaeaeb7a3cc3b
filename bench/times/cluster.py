"""`python -m bench cluster`: documents read by processes of this machine, and by workers of a cluster.

The same generated reports, once by one and two processes, once by 1, 2 and 4 workers of dask.distributed on
loopback, a thread each. Told are documents a second by the clock and, as the machine may be busy or have
fewer processors than workers, documents a second of processor time, of all processes together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil

from base.temporary import temporary_folder
from demo.generate import generate
from extract.builds.engines.cluster import Cluster
from extract.builds.engines.pool import Engine, Pool
from extract.builds.readings import Readings
from extract.builds.run import Item, files
from extract.stages import read_in_stages

DOCUMENTS = 400
SKINS = ("html_word", "html_clean", "docx", "pdf_lines")


def main() -> None:
    """All of them, one after the other."""
    from distributed import LocalCluster

    with temporary_folder() as folder:
        items = _items(folder / "reports")
        print(f"{len(items)} documents, {psutil.cpu_count()} processors")
        _measured("warm up", lambda: Pool(1), items, folder / "0")
        for jobs in (1, 2):
            _measured(f"pool of {jobs}", partial(Pool, jobs), items, folder / f"pool-{jobs}")
        for count in (1, 2, 4):
            with LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None) as running:
                # The first batch starts what each worker starts once. Each time has a lake of its own: what
                # lies in an exchange is not read again.
                for name in ("warm up", f"{count} workers"):
                    lake = folder / f"cluster-{count}-{name.replace(' ', '-')}"
                    _measured(name, partial(Cluster, running.scheduler_address, lake), items, lake)


def _measured(name: str, engine: Callable[[], Engine], items: dict[str, Item], lake: Path) -> None:
    with Readings(lake) as readings:
        begun, spent = time.monotonic(), _processor_seconds()
        made = sum(1 for _ in engine().read(items, readings, read_in_stages))
        seconds, spent = time.monotonic() - begun, _processor_seconds() - spent
    assert made == len(items)
    if name != "warm up":
        print(f"  {name:<12}{made / seconds:8.1f} documents/s{made / spent:8.1f} documents/s of a processor")


def _processor_seconds() -> float:
    """What this process and all below it have used, those that have ended among them."""
    here = psutil.Process()
    return sum(_used(process) for process in (here, *here.children(recursive=True)))


def _used(process: psutil.Process) -> float:
    try:
        return sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:
        return 0.0


def _items(folder: Path) -> dict[str, Item]:
    folder.mkdir()
    for seed in range(DOCUMENTS):
        made = generate(seed, edition="e2021", skin=SKINS[seed % len(SKINS)])
        (folder / f"{seed:04d}-{made.name}").write_bytes(made.data)
    return dict(_named(files([folder])))


def _named(items: list[Item]) -> Iterator[tuple[str, Item]]:
    for item in items:
        yield item.load().sha256, item
