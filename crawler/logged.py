"""`python -m crawler.logged crawl …`: Scrapy's command line, its log on standard error too, as JSON lines.

The file of the log stays as it is, for people. Scrapy has no setting for how a line is made.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence

from scrapy.cmdline import execute
from scrapy.http import Request

from base.logs.json_lines import JsonLines
from crawler.asked import Asked


def site_of(record: logging.LogRecord) -> str | None:
    """The site that a record is of: the one that it names, or for which its request is made."""
    named: str | None = getattr(record, "site", None)
    if named is None and isinstance(record.args, Mapping):
        request = record.args.get("request")
        if isinstance(request, Request):
            asked = Asked.found(request)
            return asked.site_id if asked else None
    return named


def argument(arguments: Sequence[str], name: str) -> str | None:
    """The value of NAME=VALUE on a command line; the last one counts.

    >>> argument(["-s", "LOG_LEVEL=DEBUG", "-s", "LOG_LEVEL=INFO"], "LOG_LEVEL")
    'INFO'
    """
    values = [value for key, _, value in (one.partition("=") for one in arguments) if key == name]
    return values[-1] if values else None


def main() -> None:
    """Log so, and run it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(argument(sys.argv, "run_id"), site_of))
    handler.setLevel(argument(sys.argv, "LOG_LEVEL") or "INFO")
    logging.root.addHandler(handler)
    execute()


if __name__ == "__main__":
    main()
