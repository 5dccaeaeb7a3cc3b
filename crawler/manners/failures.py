"""How a download failed that brought no response: its outcome, and what to say of it."""

from __future__ import annotations

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

from crawler.manners.challenges import tls_advice
from crawler.runs.outcomes import Outcome


class Withheld(IgnoreRequest):
    """A page that could not be had, with the reason. `detail` is for a person. What withholds it
    `may_relent`: then it is asked for again later (patience.py)."""

    def __init__(self, outcome: Outcome, detail: str, *, may_relent: bool = False) -> None:
        super().__init__(f"{outcome}: {detail}")
        self.outcome = outcome
        self.detail = detail
        self.may_relent = may_relent


class StoppingError(IgnoreRequest):
    """A request that was not sent, as the crawl was asked to end: nothing is known of the page."""


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
