"""A log record as one line of JSON: time, level, logger, run, site, message; `exception` where there is one.

`run` and `site` stand in every line, null where it is of no run or of no one site. A library's message that
has a request among its arguments is of the site for which that is made; ours say it (`extra={"site": …}`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from base.streams import json_escaped

FIELDS = ("time", "level", "logger", "run", "site", "message")
SiteOf = Callable[[logging.LogRecord], str | None]


class JsonLines(logging.Formatter):
    """Formats records so. `run` is that of those that do not say theirs, `site_of` finds a record's site."""

    def __init__(
        self, run: str | None = None, site_of: SiteOf = lambda record: getattr(record, "site", None)
    ):
        super().__init__()
        self.run = run
        self._site_of = site_of

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its line feed."""
        values = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "run": getattr(record, "run", None) or self.run,
            "site": self._site_of(record),
            "message": record.getMessage(),
        }
        if record.exc_info:
            values["exception"] = self.formatException(record.exc_info)
        return json_escaped(json.dumps(values, ensure_ascii=False, default=str), "utf-8")


def is_line(text: str) -> bool:
    """Whether a text is a line of this kind.

    >>> is_line(JsonLines().format(logging.makeLogRecord({"msg": "县"}))), is_line('{"time": 1}')
    (True, False)
    """
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, dict) and all(field in found for field in FIELDS)
