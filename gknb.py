"""gknb 公开年报库, the front door: the command line.

Exit codes: 0 fine, 1 something needs a person, or nothing was found, 2 could not run.

Processes that read documents load this module as they start: it loads nothing before it is called.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading

#: A command makes many objects that stay, and few circles: they are looked for a hundred times less often.
_OBJECTS_BETWEEN_SEARCHES = 70_000


def main() -> None:
    """Run the command line."""
    if os.name != "posix":
        print(
            "gknb 需要 Linux、macOS 或 WSL / needs Linux, macOS or WSL: file locks, limits", file=sys.stderr
        )
        sys.exit(2)
    # Before pyarrow is loaded: of its own allocator a build kept a third more memory than it needed.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES, *gc.get_threshold()[1:])
    from base import terminal
    from commands import app

    try:
        terminal.main(app)
    except SystemExit as end:
        if isinstance(end.code, int | None) and not _is_waited_for():
            _end_at_once(end.code or 0)
        raise


def _is_waited_for() -> bool:
    """Whether a profiler or debugger looks on, or threads are left that Python would wait for."""
    others = (one for one in threading.enumerate() if one is not threading.main_thread())
    return bool(sys.getprofile() or sys.gettrace()) or not all(one.daemon for one in others)


def _end_at_once(code: int) -> None:
    """End as Python does, but without taking its objects apart one by one: those of the registry and the
    libraries take a sixth of a second, and the kernel takes their memory back all the same."""
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # nobody reads any more: Python says what is to be said
        return
    os._exit(code)


if __name__ == "__main__":
    main()
