"""pyarrow without pandas, which it loads to ask of each list that it is given whether pandas made it.

That takes longer than to read a report. Who hands pandas' own to pyarrow is served as before: pyarrow looks
again where it needs pandas.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NotNow(MetaPathFinder):
    """Finds pandas nowhere."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not asked for", name=fullname)
        return None


def leave_pandas_out() -> None:
    """Have pyarrow ask once, while pandas cannot be found. Nothing changes where pandas has been loaded."""
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    finder = _NotNow()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(finder)
