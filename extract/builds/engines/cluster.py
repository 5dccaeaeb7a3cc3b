"""A cluster of dask.distributed that exists already: batches of documents go to its workers.

Names go over the wire, readings through shared storage (`exchange`). A batch is a task of one thread of a
worker, and has one fenced process: a worker of four threads reads four documents at once. A batch whose
worker dies goes to another one; where the scheduler is lost all that is under way is sent again.
"""

from __future__ import annotations

import concurrent.futures
from asyncio import CancelledError
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, Self

from distributed import Client, KilledWorker
from distributed.comm.core import CommClosedError

from base.workers import Limits
from extract.builds.engines.batch import Batch, ClusterError, read_batch
from extract.builds.engines.exchange import FOLDER, Exchange
from extract.builds.engines.pool import Read, Stage
from extract.builds.readings import Readings
from extract.builds.run import Item
from extract.builds.stage_codes import evidence_sha256

#: Documents of a batch: a second's work or so, beside which its way there and back is nothing.
DOCUMENTS = 50
#: Batches under way for each thread of a worker: it never waits for the next, and a scan of half a minute
#: holds up no page that comes after it.
_AHEAD = 4
#: A cluster without a scheduler, or without a worker, is waited for so long.
PATIENCE = 60.0
# Seconds between two looks at whether there are workers.
_LOOK_EVERY = 5.0
# So often a reading that does not arrive is asked for, or the scheduler lost while no batch ends.
_TRIES = 5
# What a call ends with where the scheduler goes.
_LOST = (CommClosedError, CancelledError, concurrent.futures.CancelledError, OSError)


class Cluster:
    """The workers of a cluster, as an engine (`pool.Engine`); a context manager. Raises ClusterError."""

    def __init__(self, address: str, lake: Path, limits: Limits = Limits()) -> None:
        self._address = address
        self._limits = limits
        self._code_sha256 = evidence_sha256()
        self._folder = lake.resolve() / FOLDER / self._code_sha256[:16]
        self._exchange: Exchange | None = None
        self._under_way = _UnderWay(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._under_way.close()
        if kind is None and self._exchange is not None:
            self._exchange.close()

    def read(self, items: Mapping[str, Item], readings: Readings, stage: Stage) -> Read:
        """See Engine."""
        self._exchange = exchange = Exchange(self._folder / stage.__name__)
        exchange.folder.mkdir(parents=True, exist_ok=True)
        waiting = self._batches(items, readings, stage)
        sent: deque[Batch] = deque()
        while True:
            for batch in islice(waiting, max(0, self._under_way.room() - len(sent))):
                self._under_way.send(batch)
                sent.append(batch)
            if not sent:
                return
            yield from self._outcomes(sent.popleft(), exchange)

    def kept(self, sources: Sequence[str]) -> None:
        """See Engine."""
        if self._exchange is not None:
            self._exchange.forget(sources)

    def _batches(self, items: Mapping[str, Item], readings: Readings, stage: Stage) -> Iterator[Batch]:
        for documents, here in readings.by_batch(items):
            rest = iter(here.items())
            while some := tuple(islice(rest, DOCUMENTS)):
                folder = documents.resolve() if documents else None
                yield Batch(
                    some,
                    folder,
                    stage.__name__,
                    self._folder / stage.__name__,
                    self._code_sha256,
                    self._limits,
                )

    def _outcomes(self, batch: Batch, exchange: Exchange) -> Read:
        """What was made of each document of a batch, once it is done; one that is not there is read again."""
        for _ in range(_TRIES):
            self._under_way.finish(batch)
            made = {sha256: exchange.get(sha256) for sha256, _ in batch.items}
            lost = [sha256 for sha256, one in made.items() if one is None]
            if not lost:
                yield from ((sha256, one) for sha256, one in made.items() if one is not None)
                return
            exchange.forget(lost)
            self._under_way.send(batch)
        raise ClusterError(
            f"{self._address}: 读取结果没有到达 {exchange.folder} / what its workers make does not arrive "
            f"there (document {lost[0]}): is that folder the same on every machine?"
        )


class _UnderWay:
    """The batches that a cluster has been given, and the connection to it, which is made when it is needed
    and made anew where it is lost."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: Any = None
        self._futures: dict[Batch, Any] = {}
        self._losses = 0
        self._had_workers = monotonic()

    def close(self) -> None:
        """Take back what is under way and leave the cluster as it was."""
        self._futures.clear()  # a future that nobody holds is taken back
        if self._client is not None:
            with suppress(*_LOST):
                self._client.close(timeout=_LOOK_EVERY)
        self._client = None

    def room(self) -> int:
        """How many batches its workers are kept busy by."""
        return _AHEAD * max(1, self._threads())

    def send(self, batch: Batch) -> None:
        """Give a batch to the cluster."""
        while True:
            try:
                # No two batches share a key, and one that is sent again is done again.
                self._futures[batch] = self._connected().submit(read_batch, batch, pure=False)
                return
            except _LOST as error:
                self._reconnect(error)

    def finish(self, batch: Batch) -> None:
        """Wait until a batch is done."""
        while True:
            try:
                self._futures[batch].result(timeout=_LOOK_EVERY)
                del self._futures[batch]
                self._losses = 0
                return
            except TimeoutError:
                self._require_workers()
            except KilledWorker as error:
                raise ClusterError(
                    f"{self._address}: 工作进程接连退出，是否内存不足？再运行即续读 / its workers died one "
                    f"after the other, of too little memory? What was read is kept: run again ({error})"
                ) from error
            except ImportError as error:
                raise ClusterError(
                    f"{self._address}: {error}; 集群各机须装同一版本 / install gknb, the same version, on "
                    "every machine of the cluster"
                ) from error
            except _LOST as error:
                self._reconnect(error)

    def _threads(self) -> int:
        while True:
            try:
                threads: int = sum(self._connected().nthreads().values())
            except _LOST as error:
                self._reconnect(error)
            else:
                if threads:
                    self._had_workers = monotonic()
                return threads

    def _require_workers(self) -> None:
        """A cluster may grow and shrink, but not for long to nothing."""
        if not self._threads() and monotonic() - self._had_workers > PATIENCE:
            raise ClusterError(
                f"{self._address}: 没有工作进程 / the cluster has no worker: start some with "
                f"`dask worker {self._address}`; what was read is kept: run again"
            )

    def _connected(self) -> Any:
        if self._client is None:
            try:
                self._client = Client(self._address, timeout=PATIENCE, set_as_default=False)
            except (OSError, ValueError) as error:
                raise ClusterError(
                    f"{self._address}: 调度器没有应答；已读的都在，再运行即续读 / no scheduler answers "
                    f"there; what was read is kept: run again ({error})"
                ) from error
        return self._client

    def _reconnect(self, error: BaseException) -> None:
        """The scheduler was lost, and with it what it knew: all that is under way is sent again."""
        self._losses += 1
        if self._losses > _TRIES:
            raise ClusterError(
                f"{self._address}: 与调度器的连接屡次中断 / the connection to the scheduler is lost again "
                f"and again; what was read is kept: run again ({error})"
            ) from error
        lost = list(self._futures)
        self.close()
        for batch in lost:
            self.send(batch)
