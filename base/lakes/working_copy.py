"""A lake at an address, s3://BUCKET/… or file:///…, which several machines share: each works on a copy of it.

    <cache>/lakes/<hash of the address>/    the copy, a lake like any other
        address.json                        one checksummed record: the address, and this machine's name

The cache is `GKNB_CACHE`, else gknb/ in the user's folder for caches. So whoever has the path of a lake knows
whether it has an address, and nothing else in the house need know that there are such lakes.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex

from base import durable
from base.lock import ProcessLock
from base.log_file import decode, encode

SCHEMES = ("s3://", "file://")
_ADDRESS = "address.json"
_LOCK_WAIT = 10.0


@dataclass(frozen=True, slots=True)
class Address:
    """Of what lake a folder is the copy; `machine` names this copy among those of other machines."""

    url: str
    machine: str


class NoAddressError(ValueError):
    """A text looks like the address of a lake and is none."""


def lake_at(text: str) -> Path:
    """The folder of the lake that a person names by its path or its address; of an address the copy, which
    is empty as yet where it is new. Raises NoAddressError."""
    if "://" not in text:
        return Path(text)
    if not text.startswith(SCHEMES):
        raise NoAddressError(
            f"{text}: 应为文件夹、s3://BUCKET/… 或 file:///… / should be a folder, s3://BUCKET/… or file:///…"
        )
    url = text.rstrip("/")
    copy = cache_folder() / "lakes" / hashlib.sha256(url.encode()).hexdigest()[:16]
    if address_of(copy) is None:
        with ProcessLock(copy / ".address.lock", _LOCK_WAIT):
            if address_of(copy) is None:
                durable.write_bytes(copy / _ADDRESS, encode(asdict(Address(url, token_hex(8)))))
    return copy


def address_of(lake: Path) -> Address | None:
    """Of what lake this one is the copy; None for one that lies where it is."""
    path = lake / _ADDRESS
    record = decode(path.read_bytes()) if path.is_file() else None
    return Address(**record) if record else None


def named(lake: Path) -> str:
    """What a person calls that lake by."""
    address = address_of(lake)
    return address.url if address else str(lake)


def cache_folder() -> Path:
    """Where this user has what can be made or brought again."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return Path(os.environ.get("GKNB_CACHE") or home / "gknb").absolute()
