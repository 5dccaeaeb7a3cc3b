"""Processes that take one task after the other, each within bounds, watched from outside.

A process pool of the standard library cannot tell which task killed a process and stops none that hangs.
Here every task has a process to itself while it runs: one that crashes, hangs or wants too much memory
costs that task and no other. A task that fails where others ran before is tried once more in a process of its
own: what they left behind, memory above all, is not its fault.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import Any, Generic, Literal, Self, TypeVar

from base.processes.fence import ForbiddenError, put_up_fence
from base.processes.lifeline import end_with, kill_group
from base.processes.starting import starting
from base.temporary import temporary_folder

#: No honest report takes a fraction of this, but a scan of many pages on a machine that is busy.
SECONDS = 600.0
#: Text recognition takes 0.7 GB, everything else less than 0.2.
MEMORY_BYTES = 2 << 30
#: A process that is deaf to its own alarm is ended from outside so much later.
GRACE_SECONDS = 2.0
#: Tasks given to a process, the one it runs among them: so it never waits for the next.
_AHEAD = 2
#: Tasks begun or done for each process, before the first of them is handed on: a scan of half a minute holds
#: up no page that comes after it.
TASKS_IN_FLIGHT = 64

# Failures that tasks before may have brought about.
_MAY_BE_OF_OTHERS = ("raised", "out_of_memory", "died")

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take: seconds by the clock, and bytes of a process's own memory (RLIMIT_DATA, which
    Linux keeps; macOS does not)."""

    seconds: float = SECONDS
    memory: int = MEMORY_BYTES


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task has no result; `detail` is the exception, or how its process ended."""

    reason: Literal["raised", "forbidden", "out_of_memory", "out_of_time", "died"]
    detail: str


class WorkersError(Exception):
    """The processes cannot be started; the message says what to do."""


@dataclass(slots=True)
class _Slot(Generic[Task, Result]):
    task: Task
    outcome: Result | Failure | None = None
    again: bool = False


def map_in_order(
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    jobs: int,
    limits: Limits,
    *,
    copied: bool = False,
) -> Iterator[tuple[Task, Result | Failure]]:
    """`function` of each task by `jobs` processes, which end with the last task; see Workers."""
    with Workers(function, jobs, limits, copied=copied) as workers:
        yield from workers.map_in_order(tasks)


class Workers(Generic[Task, Result]):
    """Up to `jobs` processes behind a fence (`processes.fence`) that do `function`; a context manager.

    They are started as they are needed, and stay from one row of tasks to the next. Tasks, results (never
    None) and the function are pickled. What a process that was ended leaves in its temporary folder goes with
    that folder, at the end. `copied` has this process copied, where it may be, in place of a server
    (`processes.starting`): for commands, whose threads are known.
    """

    def __init__(
        self, function: Callable[[Task], Result], jobs: int, limits: Limits, *, copied: bool = False
    ) -> None:
        self._function, self._jobs, self._limits = function, jobs, limits
        self._context = starting(copied=copied)
        self._workers: list[_Worker[Task, Result]] = []
        self._open = ExitStack()
        self._folder = str(self._open.enter_context(temporary_folder()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes."""
        self._stop(self._workers)
        self._open.close()

    def map_in_order(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result | Failure]]:
        """What becomes of each task, in their order; they are drawn as they are needed. One row of tasks
        after the other. WorkersError where no process can be started."""
        waiting = iter(tasks)
        slots: deque[_Slot[Task, Result]] = deque()
        unsent: deque[_Slot[Task, Result]] = deque()
        try:
            while True:
                room = self._jobs * TASKS_IN_FLIGHT - len(slots)
                new: list[_Slot[Task, Result]] = [_Slot(task) for task in islice(waiting, room)]
                slots += new
                unsent += new
                self._give(unsent)
                if not slots:
                    return
                first = slots[0]
                if first.outcome is not None:
                    slots.popleft()
                    yield first.task, first.outcome
                    continue
                for worker in _next_to_change(self._workers):
                    if not worker.take():
                        self._workers.remove(worker)
                        unsent.extendleft(reversed(worker.slots))
        finally:
            # Those at work, where nobody wants the rest.
            self._stop([worker for worker in self._workers if worker.slots])

    def _give(self, unsent: deque[_Slot[Task, Result]]) -> None:
        """Send as many tasks as processes take."""
        while unsent:
            worker = min(self._workers, key=lambda worker: len(worker.slots), default=None)
            if worker is None or ((worker.slots or unsent[0].again) and len(self._workers) < self._jobs):
                worker = _Worker(self._context, self._function, self._limits, self._folder)
                self._workers.append(worker)
            if len(worker.slots) == _AHEAD:
                return
            worker.give(unsent.popleft())

    def _stop(self, workers: list[_Worker[Task, Result]]) -> None:
        for worker in list(workers):
            worker.stop()
            self._workers.remove(worker)


def _next_to_change(workers: list[_Worker[Task, Result]]) -> list[_Worker[Task, Result]]:
    """Wait for the next workers that have said something, or have died, or whose time is over."""
    busy = {worker.connection: worker for worker in workers if worker.slots}
    first = min(worker.deadline for worker in busy.values())
    ready = wait(list(busy), timeout=max(first - time.monotonic(), 0.0))
    late = [worker for worker in busy.values() if worker.deadline <= time.monotonic()]
    return [busy[one] for one in ready if isinstance(one, Connection)] or late


class _Worker(Generic[Task, Result]):
    """A process seen from outside: `slots` are its tasks, the first one running."""

    def __init__(
        self, context: BaseContext, function: Callable[[Task], Result], limits: Limits, folder: str
    ) -> None:
        self.connection, inner = context.Pipe()
        pulse, self._lifeline = context.Pipe(duplex=False)
        self.slots: deque[_Slot[Task, Result]] = deque()
        self.deadline = 0.0
        self._has_worked = False
        self._limits = limits
        # A copy holds our ends too, and would live as long as it holds its own lifeline.
        ours = (self.connection, self._lifeline) if context.get_start_method() == "fork" else ()
        # Its class is typed by each kind of context only.
        self._process: Any = context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(inner, pulse, function, limits, folder, ours), daemon=True
        )
        self._process.start()
        inner.close()
        pulse.close()
        try:
            self.connection.recv()
        except EOFError as error:
            raise WorkersError(
                "a reading process ended before its first document (what it said stands above); a script "
                "that starts such processes keeps its own work under `if __name__ == '__main__':`"
            ) from error

    def give(self, slot: _Slot[Task, Result]) -> None:
        """Send a task; one that a process cannot take any more is noticed when its answer is taken."""
        self.slots.append(slot)
        if len(self.slots) == 1:
            self._begin()
        try:
            self.connection.send(slot.task)
        except (BrokenPipeError, ConnectionResetError):
            return

    def take(self) -> bool:
        """Take the running task's outcome. False where the process has ended: the slots left are unread, with
        the running one first among them if it is to be tried again."""
        slot = self.slots.popleft()
        outcome = self._outcome()
        failed = outcome.reason if isinstance(outcome, Failure) else None
        if failed in _MAY_BE_OF_OTHERS and self._has_worked and not slot.again:
            slot.again = True
            self.slots.appendleft(slot)
        else:
            slot.outcome = outcome
            # What asked for too much memory may have left too little of it to the next task.
            if failed in (None, "raised", "forbidden"):
                self._has_worked = True
                self._begin()
                return True
        self.stop()
        return False

    def stop(self) -> None:
        """End the process and what it has started: at once, as nobody wants what they still do."""
        self.connection.close()
        self._lifeline.close()
        kill_group(self._process.pid)
        self._process.kill()
        self._process.join()

    def _outcome(self) -> Result | Failure:
        if not self.connection.poll():
            return Failure("out_of_time", f"still at work after {self._limits.seconds:g} s, ended")
        try:
            outcome: Result | Failure = self.connection.recv()
        except (EOFError, ConnectionResetError):
            return self._death()
        return outcome

    def _begin(self) -> None:
        self.deadline = time.monotonic() + self._limits.seconds + GRACE_SECONDS

    def _death(self) -> Failure:
        self._process.join()
        code = self._process.exitcode
        if code == -signal.SIGALRM:
            return Failure("out_of_time", f"not done after {self._limits.seconds:g} s")
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return Failure("died", how)


def _serve(
    connection: Connection,
    pulse: Connection,
    function: Callable[[Task], Result],
    limits: Limits,
    folder: str,
    others: Sequence[Connection],
) -> None:
    """The process from inside: take a task, send its outcome, until nobody asks any more."""
    for end in others:
        end.close()
    # As the process that watches ends, so does this one, with what it has started.
    os.setpgid(0, 0)
    end_with(pulse.fileno())
    # The default action of SIGALRM ends the process, also one that is stuck inside a C library.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    # A copy of the command would stop in the command's order.
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    # Ctrl-C is for the process that watches.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limits.memory, hard))
    put_up_fence(folder)
    # What is here stays, and is looked through no more; what documents leave in circles is, also in a copy of
    # a command that looks for none.
    gc.freeze()
    gc.enable()
    connection.send("ready")
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        with _Attempt(limits.seconds) as attempt:
            result = function(task)
        connection.send(attempt.failure or result)


@dataclass(slots=True)
class _Attempt:
    """A task under way, as a context: whatever it raises becomes its failure, for the other process."""

    seconds: float
    failure: Failure | None = None

    def __enter__(self) -> _Attempt:
        signal.setitimer(signal.ITIMER_REAL, self.seconds)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if isinstance(error, MemoryError):
            self.failure = Failure("out_of_memory", "more memory asked for than a document may take")
        elif isinstance(error, ForbiddenError):
            self.failure = Failure("forbidden", str(error))
        elif error is not None:
            self.failure = Failure("raised", f"{type(error).__name__}: {error}")
        return True
