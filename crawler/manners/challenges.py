"""Challenges, captchas and refusals: recognised by data/registry/challenges.csv, recorded, never solved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urljoin

from base.paths import REGISTRY
from base.tables import Complaints, read

HEADER = (
    "signal",
    "kind",
    "status",
    "location",
    "header",
    "header_pattern",
    "body_pattern",
    "body_max",
    "text_max",
    "unless_pattern",
    "again",
    "meaning",
    "advice",
    "seen_on",
)


_UNSEEN = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE
)
# Challenges are short, and a title stands at the head; the rest of a long page or file is not searched.
_SEARCHED_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Signal:
    """One row: every condition given must hold, and not `unless_pattern`. `body_max` counts bytes, `text_max`
    the characters that a reader sees. Of kind `missing`, a good answer says that nothing is there; of kind
    `tls`, the pattern is for the fault's text. What `may_relent` is asked for again later (patience.py)."""

    name: str
    kind: str
    status: int | None
    to_self: bool
    header: str
    header_pattern: re.Pattern[str] | None
    body_pattern: re.Pattern[str] | None
    body_max: int | None
    text_max: int | None
    unless_pattern: re.Pattern[str] | None
    may_relent: bool
    meaning: str
    advice: str

    def fits(self, url: str, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> bool:
        """Whether a response looks as this row says."""
        if self.status is not None and status != self.status:
            return False
        if self.body_max is not None and len(body) > self.body_max:
            return False
        if self.to_self and not any(
            name.lower() == "location" and _joined(url, value) == url for name, value in headers
        ):
            return False
        if self.header_pattern and not any(
            name.lower() == self.header and self.header_pattern.search(value) for name, value in headers
        ):
            return False
        if not self.body_pattern:
            return True
        # Latin-1 would hide Chinese words; what is no UTF-8 holds the ASCII marks all the same.
        text = _text(body[:_SEARCHED_BYTES])
        # What excuses a page stands at its head, and is the same for many rows.
        if self.unless_pattern and _has(self.unless_pattern, text):
            return False
        if not self.body_pattern.search(text):
            return False
        return self.text_max is None or len(_seen(text)) <= self.text_max


@cache
def signals(path: Path = REGISTRY / "challenges.csv") -> tuple[Signal, ...]:
    """The table. Raises TableError."""
    found: list[Signal] = []
    complain = Complaints()
    for row in read(path, HEADER, exact=True):
        try:
            found.append(
                Signal(
                    name=row["signal"],
                    kind=row["kind"],
                    status=int(row["status"]) if row["status"] else None,
                    to_self=row["location"] == "self",
                    header=row["header"].lower(),
                    header_pattern=_pattern(row["header_pattern"]),
                    body_pattern=_pattern(row["body_pattern"]),
                    body_max=int(row["body_max"]) if row["body_max"] else None,
                    text_max=int(row["text_max"]) if row["text_max"] else None,
                    unless_pattern=_pattern(row["unless_pattern"]),
                    may_relent=row["again"] == "yes",
                    meaning=row["meaning"],
                    advice=row["advice"],
                )
            )
        except (ValueError, re.error) as error:
            complain(row, str(error))
    complain.check()
    return tuple(found)


def challenge(url: str, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> Signal | None:
    """The challenge that a response is, or None."""
    return _first("challenge", url, status, headers, body)


def says_missing(url: str, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> Signal | None:
    """The way in which an answer that calls itself good says that nothing is there, or None."""
    return _first("missing", url, status, headers, body)


def _first(
    kind: str, url: str, status: int, headers: Sequence[tuple[str, str]], body: bytes
) -> Signal | None:
    return next((one for one in _of_kind(kind) if one.fits(url, status, headers, body)), None)


@cache
def _of_kind(kind: str) -> tuple[Signal, ...]:
    return tuple(signal for signal in signals() if signal.kind == kind)


def tls_advice(fault: str) -> str:
    """What to do about a TLS fault, by what OpenSSL says of it; "" where the table knows nothing."""
    for signal in signals():
        if signal.kind == "tls" and signal.body_pattern and signal.body_pattern.search(fault):
            return f"{signal.meaning}: {signal.advice}"
    return ""


@lru_cache(maxsize=8)
def _has(pattern: re.Pattern[str], text: str) -> bool:
    return bool(pattern.search(text))


@lru_cache(maxsize=2)
def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")  # once an answer, for all rows


def _joined(url: str, location: str) -> str | None:
    try:
        return urljoin(url, location)
    except ValueError:  # http://[::1/
        return None


def _seen(page: str) -> str:
    """What a reader sees of a page, without its blanks."""
    return "".join(_UNSEEN.sub("", page).split())


def _pattern(text: str) -> re.Pattern[str] | None:
    return re.compile(text, re.DOTALL) if text else None
