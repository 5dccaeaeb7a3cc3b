"""A spider in a process of its own (`scrapy crawl NAME`), so that its end, however it comes, is seen.

It ends with us, however we end: asked to, it takes in the answers that are under way and asks for no more.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from types import FrameType

from base.logs import stream
from base.paths import ROOT
from base.processes.lifeline import kill_group, lifeline

FINISHED = "finished"
# How long a spider that is to end may wait for the answers that are under way.
GRACE_SECONDS = 5.0
_CLOSED = re.compile(r"Spider closed \((\w+)\)")
_LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d ")
_CAUSE = re.compile(r"[A-Za-z_][\w.]*: ")
_SECRET = frozenset({"GKNB_WEBHOOK", "GKNB_WEBHOOK_SECRET", "GKNB_HEARTBEAT"})
_LOOK_EVERY = 0.5  # seconds between two looks at what it has done, for progress


@dataclass(frozen=True, slots=True)
class Ended:
    """How a spider ended: `reason` is Scrapy's (`finished` or a spider's own), "" where it broke off;
    `error` is the last error that it told."""

    reason: str
    error: str


def crawl(
    spider: str,
    arguments: Mapping[str, str],
    settings: Mapping[str, str],
    log: Path,
    tick: Callable[[], None] = lambda: None,
    output: Path | None = None,
) -> Ended:
    """Run a spider to its end, its log appended to `log`, what it yields written to `output` (.json, .csv).

    `tick` is called about twice a second.
    """
    command = [sys.executable, "-m", "scrapy" if stream.current() is None else "crawler.logged"]
    command += ["crawl", spider]
    command += [flag for name, value in arguments.items() for flag in ("-a", f"{name}={value}")]
    options = dict(settings) | _log_settings(log, settings)
    command += [flag for name, value in options.items() for flag in ("-s", f"{name}={value}")]
    command += ["-O", str(output)] if output else []
    log.parent.mkdir(parents=True, exist_ok=True)
    before = log.stat().st_size if log.exists() else 0
    with lifeline() as (descriptor, environment):
        # In a session of its own, as Ctrl-C is for us, who then end it in order.
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment() | environment,
            pass_fds=[descriptor],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="backslashreplace",
        )
        heard = _Heard(process)
        try:
            with _suspended_together(process):
                _wait(process, tick)
        finally:
            _end(process)
            heard.join()
    told = log.read_bytes()[before:].decode("utf-8", "replace") if log.exists() else ""
    closed = _CLOSED.findall(told)
    return Ended(
        closed[-1] if closed and process.returncode == 0 else "",
        last_error(told) or heard.errors.strip().rpartition("\n")[2] or "no reason given",
    )


def _log_settings(log: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The log's settings, whatever `settings` say: how a spider ended is read there, told as INFO."""
    level = "DEBUG" if settings.get("LOG_LEVEL", "").upper() == "DEBUG" else "INFO"
    return {"LOG_FILE": str(log), "LOG_FILE_APPEND": "True", "LOG_ENABLED": "True", "LOG_LEVEL": level}


def _environment() -> dict[str, str]:
    """Our environment but for what is no business of a spider's; it finds the settings without scrapy.cfg."""
    ours = {name: value for name, value in os.environ.items() if name not in _SECRET}
    return ours | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}


@contextmanager
def _suspended_together(process: subprocess.Popen[str]) -> Iterator[None]:
    """While Ctrl-Z holds us, the spider asks no site either."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def suspend(_: int, __: FrameType | None) -> None:
        os.killpg(process.pid, signal.SIGSTOP)
        os.kill(os.getpid(), signal.SIGSTOP)
        os.killpg(process.pid, signal.SIGCONT)

    before = signal.signal(signal.SIGTSTP, suspend)
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, before)


def _end(process: subprocess.Popen[str]) -> None:
    """End the spider in order, or by force where it takes too long."""
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        kill_group(process.pid)
        process.wait()


def _wait(process: subprocess.Popen[str], tick: Callable[[], None]) -> None:
    """Wait for its end."""
    while True:
        try:
            process.wait(_LOOK_EVERY)
            return
        except subprocess.TimeoutExpired:
            tick()


class _Heard(threading.Thread):
    """Hears what it writes to standard error; `errors` is what in it is no line of its log."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__(name="spider's standard error", daemon=True)
        assert process.stderr is not None
        self._told = process.stderr
        self.errors = ""
        self.start()

    def run(self) -> None:
        """Until its end."""
        with self._told:
            self.errors = stream.passed_on(self._told)


def last_error(told: str) -> str:
    """The last critical message of a log, or its last error, with the last line of the traceback below it."""
    lines = told.splitlines()
    for level in (" CRITICAL: ", " ERROR: "):
        places = [number for number, line in enumerate(lines) if level in line]
        if places:
            below = takewhile(lambda line: not _LOG_LINE.match(line), lines[places[-1] + 1 :])
            cause = [line for line in below if _CAUSE.match(line)][-1:]
            return " — ".join([lines[places[-1]].partition(": ")[2], *cause])
    return ""
