"""The processes of a worker that read, from one batch to the next: one takes a second to get going.

A thread of the worker takes one that nobody has, and gives it back after its batch. Those that no batch asks
for any more are ended after a while; all end with the worker.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import Any

from base.workers import Limits
from extract.builds.engines.pool import Stage
from extract.builds.run import Reading

#: Seconds that processes stay without work.
STAY = 30.0

_Kind = tuple[Stage, Limits]
_idle: dict[Reading[Any], tuple[_Kind, Timer]] = {}
_lock = Lock()


@contextmanager
def reading(stage: Stage, limits: Limits) -> Iterator[Reading[Any]]:
    """A process for a batch that goes through this stage; it ends with a batch that broke off."""
    kind = (stage, limits)
    taken = _taken(kind) or Reading(stage, 1, limits)
    try:
        yield taken
    except BaseException:
        taken.close()
        raise
    timer = Timer(STAY, _end, (taken,))
    timer.daemon = True
    with _lock:
        _idle[taken] = (kind, timer)
    timer.start()


def end_all() -> None:
    """End those that have no batch."""
    for one in list(_idle):
        _end(one)


def _taken(kind: _Kind) -> Reading[Any] | None:
    with _lock:
        for one, (its, timer) in _idle.items():
            if its == kind:
                timer.cancel()
                del _idle[one]
                return one
    return None


def _end(one: Reading[Any]) -> None:
    with _lock:
        found = _idle.pop(one, None)
    if found is not None:
        found[1].cancel()
        one.close()
