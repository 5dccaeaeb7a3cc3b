"""Who starts the processes that read: a copy of this one, or a process that has done nothing else."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from base.workers import Failure, Limits, map_in_order


def parent(task: int) -> int:
    return os.getppid()


def started_by() -> int | Failure:
    ((_, found),) = map_in_order(parent, [0], 1, Limits())
    return found


def test_a_thread_among_others_makes_no_copy_of_its_process() -> None:
    """A server's: PDFium aborted in such copies, and a picture never came."""
    with ThreadPoolExecutor(1) as pool:
        by_thread = pool.submit(started_by).result()
    assert isinstance(by_thread, int) and by_thread != os.getpid()
