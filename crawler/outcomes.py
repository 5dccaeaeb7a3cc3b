"""How a fetch, a column or a site ended: one list of outcomes for all of them.

What each means, whether a person is needed and what to do stands in data/registry/outcomes.csv.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.web.client import ResponseFailed

from crawler.challenges import tls_advice
from crawler.paths import REGISTRY


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


class Withheld(IgnoreRequest):
    """A page that could not be had, with the reason. `detail` is for a person."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(f"{outcome}: {detail}")
        self.outcome = outcome
        self.detail = detail


# Every way in which a download ends without a response that is not the program's own fault.
DOWNLOAD_FAILURES = (
    Withheld,
    CannotResolveHostError,
    DownloadTimeoutError,
    DownloadCancelledError,
    ResponseDataLossError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    ConnectError,
    ConnectionClosed,
    TunnelError,
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
    if status in (404, 410):
        return Outcome.GONE
    if status == 429:
        return Outcome.THROTTLED
    return Outcome.SERVER_ERROR if status >= 500 else Outcome.HTTP_ERROR


def outcome_of_exception(exception: BaseException) -> Outcome | None:
    """The outcome of a download that brought no response, or None where the fault is the program's own."""
    match exception:
        case Withheld():
            return exception.outcome
        case CannotResolveHostError():
            return Outcome.DNS
        case DownloadTimeoutError():
            return Outcome.TIMEOUT
        case DownloadCancelledError():  # how the handler ends a response beyond DOWNLOAD_MAXSIZE
            return Outcome.TOO_LARGE
        case ResponseDataLossError():
            return Outcome.BROKEN_RESPONSE
        case (
            DownloadConnectionRefusedError()
            | DownloadFailedError()
            | ConnectError()
            | ConnectionClosed()
            | TunnelError()
        ):
            return Outcome.TLS if tls_fault(exception) else Outcome.UNREACHABLE
    return None


def describe(exception: BaseException) -> str:
    """What a failed download says to a person, with what the table of TLS faults knows of it."""
    if isinstance(exception, Withheld):
        return exception.detail
    if fault := tls_fault(exception):
        advice = tls_advice(fault)
        return f"{fault} ({advice})" if advice else fault
    return f"{type(exception).__name__}: {exception}"


def tls_fault(exception: BaseException) -> str | None:
    """What OpenSSL said, where a failed download failed in the handshake or on the certificate."""
    seen: list[BaseException] = [exception]
    for cause in seen:
        if isinstance(cause, VerificationError):
            return f"the certificate is for another host: {cause.errors}"
        if isinstance(cause, SSL.Error):
            # Its argument is a list of (library, function, reason), empty where the other side hung up.
            reasons = cause.args[0] if cause.args and isinstance(cause.args[0], list) else []
            return "; ".join(str(reason[-1]) for reason in reasons) or "the handshake was cut short"
        if isinstance(cause, ResponseFailed):
            seen += [failure.value for failure in cause.reasons]
        if cause.__cause__ is not None:
            seen.append(cause.__cause__)
    return None
