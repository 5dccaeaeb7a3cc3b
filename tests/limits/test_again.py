"""A task is not blamed for what tasks before it left in their process; what fails by itself has failed."""

from __future__ import annotations

import os
import signal
from itertools import islice

import pytest

from base.workers import Failure, Limits, Workers, map_in_order

MEGABYTE = 1 << 20
LIMITS = Limits(memory=1024 * MEGABYTE)
#: What earlier tasks of a process did not let go.
LEFT_BEHIND: list[bytearray] = []
#: The task at which a process ends.
DEADLY = -1


def leave_behind(megabytes: int) -> int:
    LEFT_BEHIND.append(bytearray(megabytes * MEGABYTE))
    return os.getpid()


def want_first_place(task: str) -> str:
    """Fails wherever another task ran before, in the way that a full process makes libraries fail."""
    if task == "never":
        raise ValueError("never read")
    if task == "death":
        os.abort()
    if LEFT_BEHIND and task == "alone":
        raise RuntimeError("std::bad_alloc")
    LEFT_BEHIND.append(bytearray(1))
    return task


@pytest.mark.parametrize("jobs", [1, 2])
def test_memory_that_others_left_used_costs_no_task(jobs: int) -> None:
    tasks = [150] * 16
    outcomes = [outcome for _, outcome in map_in_order(leave_behind, tasks, jobs, LIMITS)]
    assert [one for one in outcomes if isinstance(one, Failure)] == []
    assert len(set(outcomes)) > jobs


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_task_gets_a_process_of_its_own_before_it_has_failed(jobs: int) -> None:
    tasks = ["first", "alone", "never", "second", "alone", "death", "alone", "alone", "third"]
    outcomes = [outcome for _, outcome in map_in_order(want_first_place, tasks, jobs, LIMITS)]
    failed = {task: one for task, one in zip(tasks, outcomes, strict=True) if isinstance(one, Failure)}
    assert failed == {
        "never": Failure("raised", "ValueError: never read"),
        "death": Failure("died", "SIGABRT"),
    }
    assert [one for one in outcomes if isinstance(one, str)] == [task for task in tasks if task not in failed]


def test_what_is_too_large_for_a_fresh_process_is_too_large() -> None:
    outcomes = [outcome for _, outcome in map_in_order(leave_behind, [10, 4096, 10, 4096], 1, LIMITS)]
    reasons = [one.reason if isinstance(one, Failure) else "done" for one in outcomes]
    assert reasons == ["done", "out_of_memory", "done", "out_of_memory"]


def process_after(number: int) -> tuple[int, int]:
    """The number, and the process that was given it."""
    if number == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return number, os.getpid()


def test_processes_stay_from_one_row_of_tasks_to_the_next() -> None:
    with Workers(process_after, 2, LIMITS) as workers:
        rows = [[outcome for _, outcome in workers.map_in_order(range(8))] for _ in range(3)]
        done = [[one for one in row if not isinstance(one, Failure)] for row in rows]
        assert [[number for number, _ in row] for row in done] == 3 * [[*range(8)]]
        processes = {process for row in done for _, process in row}
        assert 1 <= len(processes) <= 2
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_what_a_row_that_broke_off_has_asked_for_is_not_told_in_the_next() -> None:
    with Workers(process_after, 2, LIMITS) as workers:
        for first in (0, 100, 200):
            row = workers.map_in_order(range(first, first + 50))
            numbers = [outcome[0] for _, outcome in islice(row, 3) if not isinstance(outcome, Failure)]
            assert numbers == [first, first + 1, first + 2]
            row.close()  # type: ignore[attr-defined]
        ended = [outcome for _, outcome in workers.map_in_order([1, DEADLY, 2])]
        assert [one.reason if isinstance(one, Failure) else one[0] for one in ended] == [1, "died", 2]
        assert [
            outcome[0] for _, outcome in workers.map_in_order([3]) if not isinstance(outcome, Failure)
        ] == [3]


def test_a_process_that_died_between_two_rows_costs_no_task() -> None:
    with Workers(process_after, 1, LIMITS) as workers:
        ((_, told),) = workers.map_in_order([1])
        assert not isinstance(told, Failure)
        os.kill(told[1], signal.SIGKILL)
        ((_, again),) = workers.map_in_order([2])
        assert not isinstance(again, Failure) and again[0] == 2 and again[1] != told[1]
