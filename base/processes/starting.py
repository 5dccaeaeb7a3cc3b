"""How processes come about that read documents: copies of a server started for that, or of this one.

A server costs two interpreters, its own and that of its tracker. This process may serve in its place as
long as it is as small: what libraries keep for threads of theirs is in the copy, the threads are not (PDFium
aborted in such copies).
"""

from __future__ import annotations

import multiprocessing
import sys
from importlib import import_module
from multiprocessing.context import BaseContext

#: What tells formats apart too: behind the fence Python keeps no bytecode of what it loads.
NEEDED = ("extract.extractor", "extract.readers.sniff")
_WITH_THREADS = ("duckdb", "numpy", "pyarrow", "pypdfium2", "twisted")


def starting(*, copied: bool) -> BaseContext:
    """How processes are started, with what they need; `copied` from this one, if it may be."""
    if copied and may_be_copied():
        for module in NEEDED:
            import_module(module)
        return multiprocessing.get_context("fork")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(NEEDED))
    return context


def may_be_copied() -> bool:
    """Whether a copy of this process is as good as a new one."""
    return sys.platform == "linux" and sys.modules.keys().isdisjoint(_WITH_THREADS)
