"""`python -m bench cluster`: documents read by processes of this machine, and by workers of a cluster.

The same generated reports, in pairs: by so many processes, then by as many workers of dask.distributed on
loopback, a thread each, which begin with new reading processes as the pool does. Told are documents a second
by the clock and, as the machine may be busy or have fewer processors than workers, documents a second of
processor time, of all processes together, scheduler and coordinator among them; then the cluster's part of
the pool's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

import psutil

from base.temporary import temporary_folder
from bench.times.processor import so_far
from demo.generate import generate
from extract.builds.engines.cluster import Cluster
from extract.builds.engines.idle import end_all
from extract.builds.engines.pool import Engine, Pool
from extract.builds.readings import Readings
from extract.builds.run import Item, files
from extract.stages import read_in_stages

DOCUMENTS = 400
PAIRS = 3
SKINS = ("html_word", "html_clean", "docx", "pdf_lines")
#: Documents a second, by the clock and of a processor.
Speed = tuple[float, float]


def main() -> None:
    """1, 2 and 4 workers, each beside a pool of as many."""
    with temporary_folder() as folder:
        items = _items(folder / "reports")
        _measured(lambda: Pool(1), items, folder / "warm up")
        print(f"{len(items)} documents, {psutil.cpu_count()} processors")
        print("documents a second by the clock, and of a processor")
        for count in (1, 2, 4):
            _side_by_side(count, items, folder / str(count))


def _side_by_side(count: int, items: dict[str, Item], folder: Path) -> None:
    from distributed import Client, LocalCluster

    local = LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None)
    with local as running, Client(running, set_as_default=False) as client:
        address = running.scheduler_address
        ratios: list[Speed] = []
        # In the first pair each worker does what it does once.
        for number in range(PAIRS + 1):
            # Each time has a lake of its own: what lies in an exchange is not read again.
            pool, cluster = (folder / f"{name}-{number}" for name in ("pool", "cluster"))
            here = _measured(partial(Pool, count), items, pool)
            client.run(end_all)
            there = _measured(partial(Cluster, address, cluster), items, cluster)
            if number:
                ratios.append((there[0] / here[0], there[1] / here[1]))
                told = (f"pool of {count}: {_told(here)}", f"{count} workers: {_told(there)}")
                print("  ", *told, f"ratio: {_told(ratios[-1], 2)}", sep="   ")
        by_clock, of_processor = (median(one) for one in zip(*ratios, strict=True))
        print(f"  {count}: {by_clock:.2f} of the pool by the clock, {of_processor:.2f} of a processor")


def _measured(engine: Callable[[], Engine], items: dict[str, Item], lake: Path) -> Speed:
    with Readings(lake) as readings, ExitStack() as closing:
        begun, spent = time.monotonic(), so_far()
        reading = engine()
        if isinstance(reading, Cluster):
            closing.enter_context(reading)
        made = sum(1 for _ in reading.read(items, readings, read_in_stages))
        seconds, spent = time.monotonic() - begun, so_far() - spent
    assert made == len(items)
    return made / seconds, made / spent


def _told(speed: Speed, digits: int = 1) -> str:
    return ", ".join(f"{one:.{digits}f}" for one in speed)


def _items(folder: Path) -> dict[str, Item]:
    folder.mkdir()
    for seed in range(DOCUMENTS):
        made = generate(seed, edition="e2021", skin=SKINS[seed % len(SKINS)])
        (folder / f"{seed:04d}-{made.name}").write_bytes(made.data)
    return dict(_named(files([folder])))


def _named(items: list[Item]) -> Iterator[tuple[str, Item]]:
    for item in items:
        yield item.load().sha256, item
