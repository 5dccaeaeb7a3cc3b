"""A task is not blamed for what tasks before it left in their process; what fails by itself has failed."""

from __future__ import annotations

import os

import pytest

from base.workers import Failure, Limits, map_in_order

MEGABYTE = 1 << 20
LIMITS = Limits(memory=1024 * MEGABYTE)
#: What earlier tasks of a process did not let go.
LEFT_BEHIND: list[bytearray] = []


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
