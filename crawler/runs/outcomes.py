"""How a fetch, a column or a site ended: one list of outcomes for all of them.

What each means, whether a person is needed and what to do stands in data/registry/outcomes.csv.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from base.paths import REGISTRY


class Outcome(StrEnum):
    """See data/registry/outcomes.csv for what each means and what to do about it."""

    OK = "ok"
    UNCHANGED = "unchanged"
    REDIRECT = "redirect"
    EMPTY_LIST = "empty_list"
    NO_REPORTS = "no_reports"
    NO_COLUMNS = "no_columns"
    INCOMPLETE = "incomplete"
    LAYOUT_CHANGED = "layout_changed"
    MISCONFIGURED = "misconfigured"
    ENDLESS_PAGER = "endless_pager"
    OVER_BUDGET = "over_budget"
    BLOCKED = "blocked"
    THROTTLED = "throttled"
    ROBOTS_REFUSED = "robots_refused"
    ROBOTS_UNAVAILABLE = "robots_unavailable"
    HOST_REFUSED = "host_refused"
    REDIRECT_REFUSED = "redirect_refused"
    REDIRECT_LOOP = "redirect_loop"
    MOVED = "moved"
    GONE = "gone"
    HTTP_ERROR = "http_error"
    SERVER_ERROR = "server_error"
    TOO_LARGE = "too_large"
    BROKEN_RESPONSE = "broken_response"
    DNS = "dns"
    TLS = "tls"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    INTERNAL_ERROR = "internal_error"


# What ended so is not asked for again by the same run; everything else may have been the fault of a moment.
FINAL = frozenset(
    {
        Outcome.OK,
        Outcome.UNCHANGED,
        Outcome.REDIRECT,
        Outcome.BLOCKED,
        Outcome.GONE,
        Outcome.HTTP_ERROR,
        Outcome.TOO_LARGE,
    }
)


@dataclass(frozen=True, slots=True)
class Advice:
    """What an outcome means and what to do; `needs_person` decides exit codes and alarms."""

    meaning: str
    needs_person: bool
    what_to_do: str


@cache
def advice() -> Mapping[Outcome, Advice]:
    """The table of outcomes, complete or not at all. Raises ValueError where a row lacks or is unknown."""
    with (REGISTRY / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        table = {
            Outcome(row["outcome"]): Advice(row["meaning"], row["needs_person"] == "yes", row["what_to_do"])
            for row in csv.DictReader(file)
        }
    if missing := set(Outcome) - set(table):
        raise ValueError(f"data/registry/outcomes.csv lacks rows for: {', '.join(sorted(missing))}")
    return table


def outcome_of_status(status: int) -> Outcome:
    """The outcome of a complete response that is no challenge.

    >>> [outcome_of_status(s).value for s in (200, 302, 304, 404, 429, 503, 400)]
    ['ok', 'redirect', 'unchanged', 'gone', 'throttled', 'server_error', 'http_error']
    """
    if 200 <= status < 300:
        return Outcome.OK
    if status == 304:
        return Outcome.UNCHANGED
    if 300 <= status < 400:
        return Outcome.REDIRECT
    if status in (404, 410, 550):  # 550: how some of these servers say so
        return Outcome.GONE
    if status == 429:
        return Outcome.THROTTLED
    return Outcome.SERVER_ERROR if status >= 500 else Outcome.HTTP_ERROR
