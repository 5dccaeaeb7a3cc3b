"""Facts -> answers: views over a build, opened for reading only."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from query.database import DamagedBuildError, NothingToOpenError, open_build
    from query.queries import NotAQueryError, require_query

__all__ = ["DamagedBuildError", "NotAQueryError", "NothingToOpenError", "open_build", "require_query"]
_OF_QUERIES = ("NotAQueryError", "require_query")


def __getattr__(name: str) -> Any:
    """These names, loaded when they are asked for: `gknb --help` needs no DuckDB."""
    if name not in __all__:
        raise AttributeError(f"module 'query' has no attribute {name!r}")
    return getattr(import_module("query.queries" if name in _OF_QUERIES else "query.database"), name)
