"""Leases: for the time being one machine alone asks an address or walks a site, as object storage knows.

    leases/address/<ip>, leases/host/<name>, leases/site/<id>    JSON: holder, until, walked_at, machine

A lease is put if it is absent, renewed and taken over by its ETag: of two machines one has it. Its holder
acts on it no longer than until PLAY of its length before it ends, and nobody takes it sooner than so much
after its end: so clocks may differ, and two machines never ask at once. A machine that died loses its leases
and nothing else.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from threading import Lock
from urllib.parse import quote

from crawler.storage.objects import ChangedError, Storage, StorageError

#: How long a lease lasts unless it is renewed, in seconds, and the part of it by which clocks may differ.
SECONDS = 300.0
PLAY = 1 / 3
#: A site that a machine has walked is not walked again by another one so soon.
WALKED_WITHIN = 12 * 3600.0

_FREE = ""


class LeaseLostError(RuntimeError):
    """A lease could not be renewed in time, or somebody else has it: nothing may be asked any more."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who has it until when; `walked_at` is when a site was last walked, 0 where it never was; `machine` is
    that of its last holder, where it has a name. Times are seconds since 1970."""

    holder: str
    until: float
    walked_at: float = 0.0
    machine: str = ""


@dataclass(frozen=True, slots=True)
class _Held:
    lease: Lease
    etag: str


class Leases:
    """The leases of one holder, such as a run; from any thread. Methods raise StorageError."""

    def __init__(
        self,
        storage: Storage,
        holder: str,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.time,
        machine: str = "",
    ) -> None:
        self._storage, self._holder, self._clock = storage, holder, clock
        self._machine = machine
        self.seconds = seconds
        self._held: dict[str, _Held] = {}
        self._lock = Lock()

    def holds(self, name: str) -> bool:
        """Whether what is leased under that name may be asked now."""
        held = self._held.get(name)
        return held is not None and self._clock() < held.lease.until - PLAY * self.seconds

    def take(self, name: str) -> bool:
        """Take a lease, unless another holder has it."""
        return self._take(name, lambda _: True)

    def take_site(self, site_id: str) -> bool:
        """Take a site to walk it, unless another holder walks it or has just walked it."""
        return self._take(_site(site_id), self._is_unwalked)

    def has_walked(self, site_id: str) -> None:
        """Give a site free, as walked now. Raises LeaseLostError."""
        now = self._clock()
        self._write(_site(site_id), Lease(_FREE, now, now, self._machine))

    def renew(self, name: str) -> None:
        """Hold a lease for its whole length from now on. Raises LeaseLostError."""
        held = self._held[name]
        until = self._clock() + self.seconds
        self._write(name, replace(held.lease, holder=self._holder, until=until))

    def release(self, name: str) -> None:
        """Give a lease free; one that was lost is no longer ours to give."""
        held = self._held.get(name)
        if held is not None:
            try:
                self._write(name, replace(held.lease, holder=_FREE, until=self._clock()))
            except LeaseLostError:
                return

    @property
    def held(self) -> tuple[str, ...]:
        """The names of what is held."""
        return tuple(self._held)

    def _take(self, name: str, is_wanted: Callable[[Lease], bool]) -> bool:
        found = self._storage.get(_key(name))
        there = _lease_in(found[0], _key(name)) if found else Lease(_FREE, 0.0)
        now = self._clock()
        is_others = not self._is_own(there) and there.until + PLAY * self.seconds > now
        if is_others or not is_wanted(there):
            return False
        lease = Lease(self._holder, now + self.seconds, there.walked_at, self._machine)
        try:
            etag = self._storage.swap(_key(name), _encoded(lease), found[1] if found else None)
        except ChangedError:
            return False
        with self._lock:
            self._held[name] = _Held(lease, etag)
        return True

    def _is_own(self, lease: Lease) -> bool:
        """Whether we had it last, or a run before us on this machine, where one crawls at a time."""
        return lease.holder == self._holder or (self._machine != "" and lease.machine == self._machine)

    def _is_unwalked(self, lease: Lease) -> bool:
        return self._is_own(lease) or self._clock() - lease.walked_at > WALKED_WITHIN

    def _write(self, name: str, lease: Lease) -> None:
        held = self._held[name]
        try:
            etag = self._storage.swap(_key(name), _encoded(lease), held.etag)
        except ChangedError as error:
            self._forget(name)
            raise LeaseLostError(f"{name}: {error}") from error
        if lease.holder == _FREE:
            self._forget(name)
            return
        with self._lock:
            self._held[name] = _Held(lease, etag)

    def _forget(self, name: str) -> None:
        with self._lock:
            self._held.pop(name, None)


def fault_of_lease(text: bytes) -> str | None:
    """What is wrong with a lease; None where nothing is."""
    try:
        Lease(**json.loads(text))
    except (ValueError, TypeError):
        return "is no lease"
    return None


def _key(name: str) -> str:
    return f"leases/{'/'.join(quote(part, safe='') for part in name.split('/', 1))}"


def _site(site_id: str) -> str:
    return f"site/{site_id}"


def _encoded(lease: Lease) -> bytes:
    return json.dumps(asdict(lease)).encode()


def _lease_in(text: bytes, key: str) -> Lease:
    try:
        return Lease(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise StorageError(f"{key}: is no lease; remove it once no machine crawls: {error}") from error
