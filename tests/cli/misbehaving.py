"""Readers that do what no reader may, named by the bytes they are given; for tests of the pool."""

from __future__ import annotations

import ctypes
import signal

from extract.records import Extraction, Source
from tests.dataset.factory import extraction


def read(source: Source) -> Extraction:
    """Crash, hang, raise or read, as the source says."""
    word = source.data.decode().split()[0]
    if word == "segfault":
        ctypes.string_at(0)
    if word == "hang":
        # Deaf to everything but the default action, as a C library that never returns.
        while True:
            signal.pause()
    if word == "raise":
        raise RecursionError("too deep")
    return extraction(source.name)
