"""An archive of the web that answers over HTTP as the Internet Archive does: its index (CDX), and the bytes
of a copy as they were (the form `id_`), asked one after the other with a pause, and no more than is wanted.

    GET <server>/cdx/search/cdx?url=…&output=json&…    rows: timestamp, original, statuscode, digest
    GET <server>/web/<timestamp>id_/<address>          the payload, in the encoding in which it was archived
"""

from __future__ import annotations

import gzip
import http.client
import json
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from crawler.archive.mementos import LARGEST, Copy, MementoError, Refused

#: Seconds between two requests.
PAUSE = 3.0
_TIMEOUT = 60.0
_FIELDS = ("timestamp", "original", "statuscode", "digest")


class _NoRedirect(HTTPRedirectHandler):
    """A copy that is asked for by its time is not taken from another time."""

    def redirect_request(self, *_: Any) -> None:
        """See urllib."""
        return


@dataclass(frozen=True)
class MementoServer:
    """The archive at `url`; `contact` says who asks. Raises MementoError where it cannot be asked."""

    url: str
    contact: str | None

    def copies(self, wanted: Iterable[str]) -> Iterator[Copy | Refused]:
        """The copies that it has of these addresses, each distinct content once."""
        if not self.contact and not self._is_loopback():
            raise MementoError(
                f"{self.url}: 请给出 --contact，对方据以联系你 / give --contact, by which they reach you"
            )
        for url in wanted:
            for at, original, digest in self._index(url):
                yield self._copy(original, at, digest)

    def _index(self, url: str) -> Iterator[tuple[str, str, str]]:
        asked = {"url": url, "output": "json", "fl": ",".join(_FIELDS), "filter": "statuscode:200"}
        where = f"{self.url}/cdx/search/cdx?{urlencode(asked | {'collapse': 'digest'})}"
        data, _ = self._ask(where)
        try:
            rows = json.loads(data) if data.strip() else []
            for row in rows[1:]:  # the first names the columns
                entry = dict(zip(rows[0], row, strict=True))
                if entry["statuscode"] == "200":
                    yield entry["timestamp"], entry["original"], entry["digest"]
        except (ValueError, KeyError, TypeError) as error:
            raise MementoError(f"{where}: is no index in JSON ({error})") from error

    def _copy(self, url: str, at: str, digest: str) -> Copy | Refused:
        where = f"{self.url}/web/{at}id_/{url}"
        try:
            payload, headers = self._ask(where)
        except HTTPError as error:
            return Refused(url, at, f"{where}: HTTP {error.code}")
        encoding = (headers["Content-Encoding"] or "").lower()
        try:
            body = gzip.decompress(payload) if encoding == "gzip" else payload
        except (OSError, EOFError, zlib.error) as error:
            return Refused(url, at, f"{where}: cannot be unpacked: {error}")
        media_type = (headers["Content-Type"] or "").partition(";")[0].strip().lower()
        return Copy(url, at, payload, body, media_type, where, frozenset([digest.upper()]))

    def _ask(self, where: str) -> tuple[bytes, Any]:
        agent = f"gknb (+{self.contact or 'loopback'})"
        request = Request(where, headers={"User-Agent": agent, "Accept-Encoding": "identity"})
        opener = build_opener(_NoRedirect, *([ProxyHandler({})] if self._is_loopback() else []))
        time.sleep(PAUSE)
        try:
            with opener.open(request, timeout=_TIMEOUT) as answer:
                return answer.read(LARGEST + 1), answer.headers
        except HTTPError as error:
            if error.code in (429, 503) or "/web/" not in where:
                raise MementoError(f"{where}: HTTP {error.code}; 稍后再试 / try again later") from error
            raise
        except (URLError, OSError, http.client.HTTPException) as error:
            raise MementoError(f"{where}: {error}") from error

    def _is_loopback(self) -> bool:
        host = urlsplit(self.url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"
