"""Object storage by obstore: `s3://bucket/prefix`, or `file:///folder`, which looks the same from here.

An object is written whole or not at all. It is put if it is absent, or swapped for the one that was read, by
the ETag: of any number of writers one wins, and the others hear of it. What the S3 client needs (endpoint,
region, keys) is read from the environment as all its tools read it: AWS_ENDPOINT_URL, AWS_REGION …
Answers of 500 and 503, and connections that break off, are tried again for RETRY; then StorageError. A write
whose answer was lost may meet what it has written itself: then it has succeeded.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from base.lakes.working_copy import SCHEMES
from base.lock import ProcessLock

#: How long a request that fails for no fault of ours is tried again.
RETRY = timedelta(seconds=60)
TIMEOUT = timedelta(seconds=60)
# Seconds before a write is asked for again, twice as long each time.
_FIRST_WAIT = 0.2
# How long the lock of a folder is waited for; it is held for one file.
_LOCK_WAIT = 30.0


class StorageError(RuntimeError):
    """The storage cannot be used; the message says why."""


class MissingError(StorageError):
    """There is no such object, or no such bucket."""


class PresentError(StorageError):
    """There is an object of that key already."""


class ChangedError(StorageError):
    """An object is not any more what it was when it was read."""


class UnansweredError(StorageError):
    """The storage has not answered as it should: nobody knows what it has done."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object: its key, size and ETag, and when it was written."""

    key: str
    size: int
    etag: str
    written_at: datetime


class _Pages:
    """A list page by page, which after a page that broke off goes on behind the last one that came."""

    def __init__(self, begin: Callable[[str | None], Iterator[Any]]) -> None:
        self._begin = begin
        self._pages: Iterator[Any] | None = None
        self._last: str | None = None

    def next(self) -> Any:
        """The next page, None behind the last one; after an error it may be asked for again."""
        pages, self._pages = self._pages or self._begin(self._last), None
        page = next(pages, None)
        self._pages = pages
        if page:
            self._last = page[-1]["path"]
        return page


class Storage:
    """The objects below a URL. Raises StorageError."""

    def __init__(self, url: str) -> None:
        try:
            from obstore.store import from_url
        except ImportError as error:
            raise StorageError("缺少 obstore / obstore is missing: pip install 'gknb[storage]'") from error
        self.url = url.rstrip("/")
        parts = urlsplit(url)
        if not url.startswith(SCHEMES):
            raise StorageError(
                f"{url}: 应为 s3://BUCKET/… 或 file:///… / should be s3://BUCKET/… or file:///…"
            )
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        with self._telling(""):
            options: dict[str, Any] = {}
            if self._folder is None:
                options["retry_config"] = {"retry_timeout": RETRY, "max_retries": 10}
                # Options that are given stand in place of all that the environment says of the client.
                is_plain = os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true")
                options["client_options"] = {"timeout": TIMEOUT, "allow_http": is_plain}
            self._store: Any = from_url(self.url, **options)

    def put_if_absent(self, key: str, data: bytes) -> bool:
        """Write an object where there is none of that key; whether it was written now."""
        import obstore

        try:
            self._asked_again(key, lambda: obstore.put(self._store, key, data, mode="create"))
        except PresentError:
            return False
        return True

    def get(self, key: str) -> tuple[bytes, str] | None:
        """The bytes of an object and its ETag; None where there is none."""
        import obstore

        try:
            with self._telling(key):
                found = obstore.get(self._store, key)
                data = bytes(found.bytes())
        except MissingError:
            return None
        if len(data) != found.meta["size"]:
            raise StorageError(f"{self.url}/{key}: only {len(data)} of {found.meta['size']} bytes came")
        return data, found.meta["e_tag"] or ""

    def end_of(self, one: Stored, length: int) -> bytes:
        """The last bytes of an object that is there."""
        import obstore

        start = max(0, one.size - length)
        if start == one.size:
            return b""
        read = partial(obstore.get_range, self._store, one.key, start=start, end=one.size)
        return bytes(self._asked_again(one.key, read))

    def swap(self, key: str, data: bytes, etag: str | None) -> str:
        """Write an object in place of the one with this ETag, or of none; returns its new one. Raises
        ChangedError."""
        try:
            return self._swap(key, data, etag)
        except ChangedError:
            # The answer to a first try may have been lost, and what is there now be ours.
            if (found := self.get(key)) is not None and found[0] == data:
                return found[1]
            raise

    def delete(self, key: str) -> None:
        """Take an object away; one that is not there is no error."""
        import obstore

        with suppress(MissingError):
            self._asked_again(key, lambda: obstore.delete(self._store, key))

    def _swap(self, key: str, data: bytes, etag: str | None) -> str:
        import obstore

        if etag is None:
            try:
                put = self._asked_again(key, lambda: obstore.put(self._store, key, data, mode="create"))
            except PresentError as error:
                raise ChangedError(f"{self.url}/{key}: was written meanwhile") from error
            return str(put["e_tag"])
        if self._folder is None:
            mode: Any = {"e_tag": etag}
            return str(
                self._asked_again(key, lambda: obstore.put(self._store, key, data, mode=mode))["e_tag"]
            )
        # A folder knows no conditions: a lock stands for them.
        with self._lock(key), self._telling(key):
            if obstore.head(self._store, key)["e_tag"] != etag:
                raise ChangedError(f"{self.url}/{key}: was written meanwhile")
            return str(obstore.put(self._store, key, data)["e_tag"])

    def all(self, prefix: str = "") -> Iterator[Stored]:
        """The objects whose keys lie below a prefix, which is a folder."""
        import obstore

        pages = _Pages(lambda offset: iter(obstore.list(self._store, prefix or None, offset=offset)))
        # A folder's list has no order, so that nothing could say where to go on; and it does not break off.
        ask = self._asked_again if self._folder is None else self._asked_once
        while page := ask(prefix, pages.next):
            for one in page:
                if not Path(one["path"]).name.startswith("."):
                    yield Stored(one["path"], one["size"], one["e_tag"] or "", one["last_modified"])

    def _asked_once(self, key: str, request: Callable[[], Any]) -> Any:
        with self._telling(key):
            return request()

    def _asked_again(self, key: str, request: Callable[[], Any]) -> Any:
        """A request that does no harm twice, for as long as it is not answered. The client asks again by
        itself, but no write, of which it does not know that its condition guards it, and no list that breaks
        off."""
        until, wait = time.monotonic() + RETRY.total_seconds(), _FIRST_WAIT
        while True:
            try:
                with self._telling(key):
                    return request()
            except UnansweredError:
                if time.monotonic() + wait > until:
                    raise
            time.sleep(wait)
            wait *= 2

    def _lock(self, key: str) -> ProcessLock:
        assert self._folder is not None
        return ProcessLock(self._folder / ".locks" / key.replace("/", "-"), _LOCK_WAIT)

    @contextmanager
    def _telling(self, key: str) -> Iterator[None]:
        """Errors of the client as ours, in one line."""
        from obstore import exceptions as told

        try:
            yield
        except told.AlreadyExistsError as error:
            raise PresentError(f"{self.url}/{key}: is there already") from error
        except (told.NotFoundError, FileNotFoundError) as error:
            raise MissingError(f"{self.url}/{key}: 没有此对象或存储桶 / no such object or bucket") from error
        except told.PreconditionError as error:
            raise ChangedError(f"{self.url}/{key}: was written meanwhile") from error
        except (told.BaseError, OSError) as error:
            line = str(error).partition("\n")[0]
            kind = UnansweredError if isinstance(error, told.GenericError) else StorageError
            raise kind(f"{self.url}/{key}: {line}") from error
