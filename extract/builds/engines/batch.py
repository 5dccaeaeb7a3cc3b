"""A batch of documents as a worker of a cluster reads it: by names alone, idempotent.

The worker has the archive and the lake mounted where the coordinator has them, and the same code installed.
"""

from __future__ import annotations

import multiprocessing
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from base.workers import Limits, WorkersError
from extract.builds.engines.exchange import Exchange
from extract.builds.engines.idle import reading
from extract.builds.readings import with_kept
from extract.builds.run import Item
from extract.builds.stage_codes import evidence_sha256
from extract.stages import gather_again, read_in_stages

#: The stages by the names under which they go over the wire.
STAGES = {stage.__name__: stage for stage in (read_in_stages, gather_again)}


class ClusterError(RuntimeError):
    """The cluster cannot do what was asked of it; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents, by their hashes, that a worker puts through a stage; `documents` is the folder that has what
    readers made of them before, `code_sha256` the coordinator's code."""

    items: tuple[tuple[str, Item], ...]
    documents: Path | None
    stage: str
    exchange: Path
    code_sha256: str
    limits: Limits


def read_batch(batch: Batch) -> None:
    """Put into the exchange what becomes of each document of a batch, but for those of which it lies there.
    Raises ClusterError."""
    exchange = Exchange(batch.exchange)
    _require_same(batch)
    # A worker under a nanny may else start no processes.
    multiprocessing.current_process().daemon = False
    try:
        unread = {sha256: item for sha256, item in batch.items if not exchange.holds_reading(sha256)}
        items = dict(with_kept(batch.documents, unread)) if batch.documents else unread
        with reading(STAGES[batch.stage], batch.limits) as processes:
            for sha256, (_, made) in zip(items, processes.of(items.values()), strict=True):
                exchange.put(sha256, made)
    except (OSError, WorkersError) as error:
        raise ClusterError(f"{socket.gethostname()}: {error}") from error


@cache
def _code_sha256() -> str:
    return evidence_sha256()


def _require_same(batch: Batch) -> None:
    """This worker reads as the coordinator would, into the same storage."""
    here = socket.gethostname()
    if not batch.exchange.is_dir():
        raise ClusterError(
            f"{here}: 看不到 {batch.exchange}，请在每台机器的同一位置挂载数据湖和档案 / does not see that "
            "folder: mount lake and archive at the same place on every machine"
        )
    if _code_sha256() != batch.code_sha256:
        raise ClusterError(
            f"{here}: 代码或所装的包与本机不同，请装同一版本 / has other code or packages than this machine: "
            "install the same version, then start its worker again"
        )
