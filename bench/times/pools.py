"""`python -m bench pools`: our worker processes against pebble's pool, on tasks of which some misbehave.

Both take 2,000 small tasks in order, with two processes and limits of time and memory. Some tasks hang,
some eat memory, some kill their process. Counted are answers that are wrong or missing, and seconds by the
clock, in turn. pebble is not among the packages of the project: `pip install pebble` first.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as OutOfTimeError
from itertools import zip_longest
from statistics import median

from base.workers import Failure, Limits, map_in_order

TASKS, JOBS, ROUNDS = 2000, 2, 3
SECONDS, MEMORY = 1.0, 512 << 20
# Every so many tasks one misbehaves, the three ways after each other.
EVERY = 100
KINDS = ("hang", "memory", "die")

Answers = list[str]


def kind_of(number: int) -> str:
    """How a task ends: well, or in one of the three ways."""
    return KINDS[number // EVERY % len(KINDS)] if number % EVERY == EVERY - 1 else "well"


def task(number: int) -> str:
    """A small piece of work, or a misdeed."""
    match kind_of(number):
        case "hang":
            time.sleep(60)
        case "memory":
            bytearray(2 * MEMORY)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
    return hashlib.sha256(str(number).encode() * 2000).hexdigest()


def expected() -> Answers:
    """What each task must be told as: its answer, or its way to end."""
    return [task(number) if kind_of(number) == "well" else kind_of(number) for number in range(TASKS)]


def by_ours() -> Answers:
    """base.workers"""
    names = {"out_of_time": "hang", "out_of_memory": "memory", "died": "die"}
    told = map_in_order(task, range(TASKS), JOBS, Limits(SECONDS, MEMORY))
    return [names.get(one.reason, one.reason) if isinstance(one, Failure) else one for _, one in told]


def by_pebble() -> Answers:
    """pebble.ProcessPool"""
    from pebble import ProcessPool

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["extract.extractor"])
    with ProcessPool(max_workers=JOBS, initializer=_limit_memory, context=context) as pool:
        return list(_told(iter(pool.map(task, range(TASKS), timeout=SECONDS).result())))


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _told(results: Iterator[str]) -> Iterator[str]:
    from pebble import ProcessExpired

    while True:
        try:
            yield next(results)
        except StopIteration:
            return
        except OutOfTimeError:
            yield "hang"
        except MemoryError:
            yield "memory"
        except ProcessExpired:
            yield "die"


def main() -> None:
    """Both, in turn, and what they cost."""
    wanted = expected()
    ways: tuple[Callable[[], Answers], ...] = (by_ours, by_pebble)
    clock: dict[str, list[float]] = {str(way.__doc__): [] for way in ways}
    wrong: Counter[str] = Counter()
    for _ in range(ROUNDS):
        for way in ways:
            name, begun = str(way.__doc__), time.monotonic()
            answers = way()
            clock[name].append(time.monotonic() - begun)
            pairs = zip_longest(answers, wanted)
            for number, (told, want) in enumerate(pairs):
                if told != want:
                    wrong[name] += 1
                    print(f"  {name}: task {number} should be {want}, is told as {told}")
    print(f"{TASKS} tasks, {JOBS} processes, one of {EVERY} misbehaves; median of {ROUNDS} rounds")
    for name in clock:
        print(f"  {name:<22}{median(clock[name]):8.1f} s {wrong[name]:6} wrong")
