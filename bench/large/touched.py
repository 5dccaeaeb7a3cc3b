"""Whether files are opened, read or changed while something runs, as Linux tells it (inotify)."""

from __future__ import annotations

import ctypes
import os
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

# inotify(7): what is told of a file or a folder.
_TOLD = {
    "read": 0x1, "changed": 0x2, "attributes": 0x4, "written": 0x8, "opened": 0x20, "moved": 0xC0,
    "created": 0x100, "deleted": 0x600,
}  # fmt: skip
CHANGING = ("changed", "written", "moved", "created", "deleted")
ANY = ("read", "opened", *CHANGING)
_EVENT = struct.Struct("iIII")


class TooManyEventsError(RuntimeError):
    """More happened than the kernel keeps: nothing can be said of what was lost."""


@contextmanager
def touched(folders: Iterable[Path], kinds: Iterable[str]) -> Iterator[Counter[str]]:
    """How often which of these things happened to files of these folders; counted at the end."""
    library = ctypes.CDLL(None, use_errno=True)
    descriptor = library.inotify_init1(os.O_NONBLOCK)
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "inotify")
    mask = sum(_TOLD[kind] for kind in kinds)
    names = {}
    for folder in folders:
        watch = library.inotify_add_watch(descriptor, os.fsencode(folder), mask)
        if watch < 0:
            raise OSError(ctypes.get_errno(), "inotify", str(folder))
        names[watch] = folder.name
    counted: Counter[str] = Counter()
    try:
        yield counted
        for watch, told, name in _events(descriptor):
            counted.update(f"{kind} {names[watch]}/{name}" for kind, bits in _TOLD.items() if told & bits)
    finally:
        os.close(descriptor)


def _events(descriptor: int) -> Iterator[tuple[int, int, str]]:
    while True:
        try:
            read = os.read(descriptor, 1 << 20)
        except BlockingIOError:
            return
        at = 0
        while at < len(read):
            watch, told, _, length = _EVENT.unpack_from(read, at)
            at += _EVENT.size
            if watch < 0:
                raise TooManyEventsError("more happened to the files than could be counted")
            yield watch, told, os.fsdecode(read[at : at + length].rstrip(b"\0"))
            at += length
