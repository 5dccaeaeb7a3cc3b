"""Facts -> answers: views over a build, opened for reading only."""

from query.database import NotAQueryError, NothingToOpenError, open_build, require_query

__all__ = ["NotAQueryError", "NothingToOpenError", "open_build", "require_query"]
