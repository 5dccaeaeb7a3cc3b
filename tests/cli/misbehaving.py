"""Readers that do what no reader may, named by the bytes they are given; for tests of the pool."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import repeat
from pathlib import Path

from base.processes.fence import PROGRAMS
from extract.records import Extraction, Source
from tests.dataset.factory import extraction

# Memory that is asked for where nothing stops it; a test's bound lies far below.
MOST_GROWTH = 4 << 30
_STEP = 64 << 20


def read(source: Source) -> Extraction:
    """Misbehave or read, as the first word of the source says; a second one may say where."""
    word, *rest = source.data.decode().split()
    if word != "fine":
        MISDEEDS[word](rest[0])
    return extraction(source.name)


def _hang(_: str) -> None:
    while True:
        signal.pause()


def _hang_deaf(_: str) -> None:
    """In a C library that never returns and has blocked the alarm."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    while True:
        ctypes.CDLL(None).pause()


def _hang_heard(descriptor: str) -> None:
    """Once it has said so into a pipe that it inherits."""
    os.write(int(descriptor), b"up")
    _hang(descriptor)


def _leave_circles(_: str) -> None:
    """As trees of documents do, which Python looks for."""
    assert gc.isenabled()


def _raise(_: str) -> None:
    raise RecursionError("too deep")


def _grow(_: str) -> None:
    list(map(bytearray, repeat(_STEP, MOST_GROWTH // _STEP)))


def _grow_in_c(_: str) -> None:
    """As a C library does that takes malloc's answer for granted."""
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.memset.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t)
    for step in range(MOST_GROWTH // _STEP):
        library.memset(library.malloc(ctypes.c_size_t(_STEP)), step, _STEP)


def _connect_in_c(_: str) -> None:
    descriptor = ctypes.CDLL(None, use_errno=True).socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "socket")


def _temporary(_: str) -> None:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as nameless:
        nameless.write(b"x")
        Path(sys.prefix).mkdir(exist_ok=True)
        deep = Path(folder) / "a" / "b"
        deep.mkdir(parents=True)
        (deep / "c").write_text("x", encoding="utf-8")
        (deep / "c").rename(deep / "d")


def _temporary_left(_: str) -> None:
    Path(tempfile.mkdtemp(), "x").write_text("x", encoding="utf-8")
    os._exit(1)


def _start_and_die(folder: str) -> None:
    """As a reader that has LibreOffice convert a document, and is ended meanwhile."""
    subprocess.Popen([str(Path(folder) / PROGRAMS[0])])
    with (Path(folder) / "pipe").open("rb") as pipe:
        assert pipe.read(2) == b"up"
    os._exit(4)


MISDEEDS: dict[str, Callable[[str], object]] = {
    "temporary": _temporary,
    "temporary_left": _temporary_left,
    "segfault": lambda _: ctypes.string_at(0),
    "exit": lambda _: os._exit(3),
    "leave_circles": _leave_circles,
    "raise": _raise,
    "hang": _hang,
    "hang_deaf": _hang_deaf,
    "hang_heard": _hang_heard,
    "grow": _grow,
    "grow_in_c": _grow_in_c,
    "connect": lambda port: socket.create_connection(("127.0.0.1", int(port))),
    "resolve": lambda _: socket.getaddrinfo("localhost", 80),
    "connect_in_c": _connect_in_c,
    "run": lambda _: subprocess.run([sys.executable, "-c", "pass"], check=True),
    "write": lambda path: Path(path).write_text("here I was", encoding="utf-8"),
    "write_relative": lambda _: Path("here_i_was").write_text("", encoding="utf-8"),
    "rename": lambda path: Path(path).rename(f"{path}.moved"),
    "remove": lambda path: Path(path).unlink(),
    "start_and_die": _start_and_die,
    "make_folder": lambda path: Path(path).mkdir(),
}
