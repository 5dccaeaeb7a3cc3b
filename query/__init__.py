"""Facts -> answers: views over a build, opened for reading only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from query.database import (
        DamagedBuildError,
        NotAQueryError,
        NothingToOpenError,
        open_build,
        require_query,
    )

__all__ = ["DamagedBuildError", "NotAQueryError", "NothingToOpenError", "open_build", "require_query"]


def __getattr__(name: str) -> Any:
    """The names of `query.database`, loaded when they are asked for: `gknb --help` needs no DuckDB."""
    if name not in __all__:
        raise AttributeError(f"module 'query' has no attribute {name!r}")
    from query import database

    return getattr(database, name)
