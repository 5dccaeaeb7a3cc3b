"""One fetch, as the archive's log has it, and what makes two requests the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from crawler.runs.outcomes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One fetch: a line of the fetch log.

    `url` is what was first asked for, `final_url` the address that this answer came from: they differ
    after a redirect, each step of which has its own snapshot. `source_sha256` names the body; an answer
    of 304 names the body that it confirms. `headers` are as sent, but for those of the transfer.
    `fetched_at` is UTC, ISO 8601. `purpose` is what it was fetched as: listing, article, attachment, robots …
    What no answer told, or nobody gave, is None.
    """

    url: str
    final_url: str
    method: str = "GET"
    request_sha256: str | None = None
    site_id: str
    column: str
    purpose: str
    fetched_at: str
    http_status: int | None = None
    outcome: Outcome
    detail: str = ""
    content_type: str | None = None
    source_sha256: str | None = None
    size: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    link_text: str | None = None
    run_id: str
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The snapshot of a log record."""
        values = {name: record[name] for name in cls.__dataclass_fields__}
        values["outcome"] = Outcome(values["outcome"])
        values["headers"] = tuple((name, value) for name, value in values["headers"])
        return cls(**values)

    @property
    def age(self) -> timedelta:
        """How long ago it was fetched."""
        return datetime.now(UTC) - datetime.fromisoformat(self.fetched_at)

    @property
    def key(self) -> bytes:
        """What makes two requests the same."""
        return request_key(self.method, self.final_url, self.request_sha256)

    @property
    def is_usable(self) -> bool:
        """Whether a later 304 may stand for this body."""
        return self.outcome in (Outcome.OK, Outcome.UNCHANGED) and self.source_sha256 is not None


def request_key(method: str, url: str, request_sha256: str | None) -> bytes:
    """The identity of a request, 16 bytes."""
    return hashlib.sha256(f"{method} {url} {request_sha256 or ''}".encode()).digest()[:16]


def body_hash(body: bytes) -> str | None:
    """The hash of a request's body, None where it has none."""
    return hashlib.sha256(body).hexdigest() if body else None
