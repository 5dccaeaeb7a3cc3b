"""pyarrow without pandas, which it loads to ask of each list that it is given whether pandas made it.

That takes longer than to read a report. Who hands pandas' own to pyarrow is served as before: pyarrow looks
again where it needs pandas. Without numpy it makes no arrays of it, and says so to who asks for one.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NotNow(MetaPathFinder):
    """Finds some modules nowhere."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in self._names:
            raise ModuleNotFoundError(f"{fullname} is not asked for", name=fullname)
        return None


def leave_pandas_out(*, numpy: bool = True) -> None:
    """Have pyarrow ask once, while pandas cannot be found; without `numpy`, in a process that makes no arrays
    of it, pyarrow is loaded for good while numpy cannot be found either. Nothing changes where pandas, or
    what is to be loaded without numpy, has been loaded."""
    if "pandas" in sys.modules:
        return
    finder = _NotNow(("pandas",) if numpy or "pyarrow" in sys.modules else ("pandas", "numpy"))
    sys.meta_path.insert(0, finder)
    try:
        import pyarrow as pa

        pa.array([0])
    finally:
        sys.meta_path.remove(finder)
