"""Strangers' SQL over a build, within limits of time, rows, bytes and memory.

Every query has a process to itself that holds the build open behind the fence (`processes.fence`): one that
will not end, or takes the process with it, costs that process and no other query. Ended processes are
replaced.
"""

from __future__ import annotations

import logging
import multiprocessing
import queue
import resource
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from base.processes.fence import put_up_fence
from base.temporary import temporary_folder

logger = logging.getLogger(__name__)

Rows = list[list[Any]]
_CHUNK = 500
_READY_WITHIN = 120.0
# A query is interrupted when its time is over; a process that is deaf to that is ended so much later.
_GRACE_SECONDS = 0.7
_TRIES = 3
# A process that keeps a larger share of the memory that it may have is replaced after its answer.
_MOST_KEPT = 0.75


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What one query may take: seconds from the question to the last row, rows and bytes of its answer, and
    the memory of its process, of which DuckDB may use a part."""

    seconds: float = 10.0
    rows: int = 100_000
    bytes: int = 50_000_000
    memory: int = 900 << 20
    duckdb_memory: str = "400MB"


_TOO_LONG = "the query takes too long: ask for less"
_TOO_MUCH = "the query takes more memory than it may: ask for less"


class QueryRefusedError(Exception):
    """A query that was not answered; `reason` is refused, error, time, memory or busy."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(slots=True)
class Answer:
    """The columns of an answer and its rows in parts; `cut` is set when they are drawn: rows, bytes, time,
    memory or error where the answer was cut there, None where it is whole."""

    columns: list[str]
    types: list[str]
    parts: Iterator[Rows] = field(default_factory=lambda: iter(()))
    cut: str | None = None

    def all_rows(self) -> Rows:
        """The rows in one list."""
        return [row for part in self.parts for row in part]


class QueryPool:
    """Processes that answer queries, one each at a time."""

    def __init__(self, folder: Path, limits: QueryLimits = QueryLimits(), processes: int = 2) -> None:
        self.limits = limits
        self._folder = folder
        self._stack = ExitStack()
        self._temporary = self._stack.enter_context(temporary_folder()).as_posix()
        self._ready: queue.Queue[_Process] = queue.Queue()
        self._closed = False
        for process in [_Process(folder, limits, self._temporary) for _ in range(processes)]:
            process.wait_ready()
            self._ready.put(process)

    def ask(self, sql: str, *, wait: float = 20.0) -> Answer:
        """The answer to one query. Raises QueryRefusedError; rows come as they are drawn from `parts`."""
        try:
            process = self._ready.get(timeout=wait)
        except queue.Empty:
            raise QueryRefusedError("busy", "too many questions at once: ask again later") from None
        deadline = time.monotonic() + self.limits.seconds + _GRACE_SECONDS
        try:
            kind, *told = process.ask(sql, deadline)
        except QueryRefusedError:
            self._replace(process)
            raise
        if kind == "error":
            self._take_back(process, told[0])
            raise QueryRefusedError(*told)
        answer = Answer(*told)
        answer.parts = self._parts(process, deadline, answer)
        return answer

    def close(self) -> None:
        """End all processes."""
        self._closed = True
        with suppress(queue.Empty):
            while True:
                self._ready.get_nowait().stop()
        self._stack.close()

    def _parts(self, process: _Process, deadline: float, answer: Answer) -> Iterator[Rows]:
        ended = False
        try:
            while True:
                kind, told = process.next(deadline)
                if kind == "end":
                    ended = True
                    answer.cut = told
                    return
                yield told
        except QueryRefusedError as error:
            answer.cut = error.reason
        finally:
            # Where the reader has gone, nobody draws the rest, which the process would hold on to.
            self._take_back(process, answer.cut) if ended else self._replace(process)

    def _take_back(self, process: _Process, reason: str | None) -> None:
        """Let a process answer again, but where it ran out of memory or keeps too much: the next question
        would pay for that."""
        spent = reason == "memory" or process.data() > _MOST_KEPT * self.limits.memory
        self._replace(process) if spent else self._ready.put(process)

    def _replace(self, process: _Process) -> None:
        process.stop()

        def begin() -> None:
            for _ in range(_TRIES):
                if self._closed:
                    return
                fresh = _Process(self._folder, self.limits, self._temporary)
                try:
                    fresh.wait_ready()
                except QueryRefusedError:
                    fresh.stop()
                    continue
                fresh.stop() if self._closed else self._ready.put(fresh)
                return
            logger.error("no process for queries can be started any more")

        threading.Thread(target=begin, daemon=True).start()


class _Process:
    """A process that holds the build open, seen from outside."""

    def __init__(self, folder: Path, limits: QueryLimits, temporary: str) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["query.database"])
        self._connection, inner = context.Pipe()
        self._process = context.Process(target=_serve, args=(inner, folder, limits, temporary), daemon=True)
        self._process.start()
        inner.close()

    def wait_ready(self) -> None:
        """Wait until it has opened the build."""
        self.next(time.monotonic() + _READY_WITHIN)

    def ask(self, sql: str, deadline: float) -> Sequence[Any]:
        self._connection.send(sql)
        return self.next(deadline)

    def next(self, deadline: float) -> Sequence[Any]:
        """What it says next; QueryRefusedError where it says nothing in time, or dies."""
        try:
            if not self._connection.poll(max(deadline - time.monotonic(), 0.0)):
                raise QueryRefusedError("time", _TOO_LONG)
            told: Sequence[Any] = self._connection.recv()
        except (EOFError, OSError) as error:
            raise QueryRefusedError("memory", _TOO_MUCH) from error
        return told

    def data(self) -> int:
        """The bytes of its own memory, as RLIMIT_DATA counts them; 0 where the system does not say."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        except OSError:
            return 0
        return 1024 * int((status.partition("VmData:")[2].split() or ["0"])[0])

    def stop(self) -> None:
        """End it at once."""
        self._connection.close()
        self._process.kill()
        self._process.join()


def _serve(connection: Connection, folder: Path, limits: QueryLimits, temporary: str) -> None:
    """The process from inside."""
    from query.database import open_build

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limits.memory, hard))
    database = open_build(folder, memory=limits.duckdb_memory)
    put_up_fence(temporary)
    connection.send(("ready",))
    while True:
        try:
            sql = connection.recv()
        except EOFError:
            return
        _answer(connection, database, sql, folder, limits)


def _answer(connection: Connection, database: Any, sql: str, folder: Path, limits: QueryLimits) -> None:
    import duckdb

    from query.queries import NotAQueryError, require_query

    cursor = database.cursor()
    alarm = threading.Timer(limits.seconds, cursor.interrupt)
    alarm.start()
    told = False
    try:
        result = cursor.execute(require_query(cursor, sql))
        columns = [column[0] for column in result.description or ()]
        types = [str(column[1]) for column in result.description or ()]
        connection.send(("columns", columns, types))
        told = True
        sent = size = 0
        while rows := result.fetchmany(min(_CHUNK, limits.rows - sent + 1)):
            part = [[_plain(value) for value in row] for row in rows[: limits.rows - sent]]
            sent += len(part)
            size += sum(len(str(value)) for row in part for value in row)
            connection.send(("rows", part))
            if size > limits.bytes or len(part) < len(rows):
                connection.send(("end", "bytes" if size > limits.bytes else "rows"))
                return
        connection.send(("end", None))
    except NotAQueryError as error:
        connection.send(("error", "refused", _without_paths(str(error), folder)))
    except duckdb.InterruptException:
        connection.send(("end", "time") if told else ("error", "time", _TOO_LONG))
    except (duckdb.OutOfMemoryException, MemoryError):
        connection.send(("end", "memory") if told else ("error", "memory", _TOO_MUCH))
    except (duckdb.Error, UnicodeError, ValueError, RuntimeError) as error:
        # Where rows were sent already, the answer ends here; why it does is all that can still be said.
        failed = ("error", "error", _without_paths(str(error), folder))
        connection.send(("end", "error") if told else failed)
    finally:
        alarm.cancel()
        cursor.close()


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if abs(value) != float("inf") and value == value else str(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return str(value)


def _without_paths(message: str, folder: Path) -> str:
    """What an error says, without where the build lies on this machine."""
    return message.replace(str(folder.resolve()), "build").replace(str(folder), "build")
