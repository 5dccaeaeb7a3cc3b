"""gknb 公开年报库, the front door: the command line.

Exit codes: 0 fine, 1 something needs a person, or nothing was found, 2 could not run.

Processes that read documents load this module as they start: it loads nothing before it is called.
"""

from __future__ import annotations

import gc
import os
import sys

#: A command makes many objects that stay, and few circles: they are looked for a hundred times less often.
_OBJECTS_BETWEEN_SEARCHES = 70_000


def main() -> None:
    """Run the command line."""
    if os.name != "posix":
        print(
            "gknb 需要 Linux、macOS 或 WSL / needs Linux, macOS or WSL: file locks, limits", file=sys.stderr
        )
        sys.exit(2)
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES, *gc.get_threshold()[1:])
    from base import terminal
    from commands import app

    terminal.main(app)


if __name__ == "__main__":
    main()
