"""What a process that reads strangers' files may not do, whatever the files make a reader try.

Python's own calls are refused by an audit hook: the network, other programs than LibreOffice, changes to
files outside its temporary folder. Calls of C libraries pass no hook, so on Linux the kernel refuses
sockets as well, also to LibreOffice, which would otherwise fetch the pictures that a document links to.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

PROGRAMS = ("soffice", "libreoffice", "soffice.bin")

_STARTING = frozenset(("os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn"))
#: Events whose last argument is an open folder that the path starts from, or -1.
_CHANGING_IN_FOLDER = frozenset(
    (
        *("os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink"),
        "os.utime",
    )
)
_CHANGING = frozenset((*_CHANGING_IN_FOLDER, "os.truncate", "shutil.rmtree"))
_WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# prctl(2) and seccomp(2): a filter is a program over the call's number, its architecture and arguments.
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_CALL, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # EACCES
#: Of a machine: the kernel's name for its architecture and the number of socket(2).
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}


class ForbiddenError(RuntimeError):
    """A reader tried what no reader may; the message says what."""


def put_up_fence(folder: str) -> None:
    """Fence in this process and all that it starts, for good; temporary files go to `folder`."""
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    refuse_sockets_in_kernel()
    # Modules that are imported later must not leave their bytecode beside themselves.
    sys.dont_write_bytecode = True
    inside = os.path.realpath(folder)

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if flags & _WRITING_FLAGS and not isinstance(path, int):
                _require_inside(path, inside)
        elif event in _CHANGING:
            if event == "os.mkdir" and Path(os.fsdecode(arguments[0])).is_dir():
                return  # nothing changes: `exist_ok`
            if event in _CHANGING_IN_FOLDER and arguments[-1] >= 0:
                return  # part of shutil.rmtree, which was asked about the whole
            for argument in arguments:
                if isinstance(argument, str | bytes | os.PathLike):
                    _require_inside(argument, inside)
        elif event.startswith("socket."):
            raise ForbiddenError(f"the network ({event})")
        elif event == "subprocess.Popen":
            if Path(os.fsdecode(arguments[0])).name not in PROGRAMS:
                raise ForbiddenError(f"starting a program ({arguments[0]})")
        elif event in _STARTING:
            raise ForbiddenError(f"starting a program ({event})")

    sys.addaudithook(refuse)


def _require_inside(path: str | bytes | os.PathLike[str], folder: str) -> None:
    written = os.fsdecode(path)
    real = os.path.realpath(written)
    # The folder itself is opened for writing where a temporary file has no name.
    if written != os.devnull and real != folder and not real.startswith(folder + os.sep):
        raise ForbiddenError(f"changing {written}, which is not in the temporary folder")


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("then", ctypes.c_uint8), ("otherwise", ctypes.c_uint8),
                ("value", ctypes.c_uint32))  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def refuse_sockets_in_kernel() -> bool:
    """Have the kernel refuse all sockets but those between processes of this machine (AF_UNIX).

    False where the kernel cannot (no Linux, an architecture that is not known here, a container that
    forbids filters): then only Python's own calls are refused.
    """
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    architecture, socket_call = _MACHINES[platform.machine()]
    steps = (
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_IF_EQUAL, 0, 5, architecture),
        (_LOAD, 0, 0, _CALL),
        (_JUMP_IF_EQUAL, 0, 3, socket_call),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_JUMP_IF_EQUAL, 1, 0, int(socket.AF_UNIX)),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    )
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    program = _Program(len(steps), instructions)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)
