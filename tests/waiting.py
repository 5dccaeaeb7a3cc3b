"""Waiting for what must come, as long as it takes.

No test says how long: on a busy machine anything takes its time. A test that hangs is ended, and named, by
`faulthandler_timeout` in pyproject.toml.
"""

from __future__ import annotations

import time
from collections.abc import Callable


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition."""
    while not condition():
        time.sleep(0.002)
