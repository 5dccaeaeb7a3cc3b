"""Objects put if they are absent, and swapped by their ETag: of many writers one wins, the others hear it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Thread

import pytest

from crawler.storage import objects as module
from crawler.storage.objects import ChangedError, MissingError, Storage, StorageError

WRITERS = 64


def test_an_object_is_put_once(storage: Storage) -> None:
    assert storage.put_if_absent("a/b", b"one")
    assert not storage.put_if_absent("a/b", b"two")
    found = storage.get("a/b")
    assert found is not None and found[0] == b"one"
    assert storage.get("a/c") is None
    assert [(one.key, one.size, one.etag) for one in storage.all("a")] == [("a/b", 3, found[1])]


def test_who_has_not_seen_an_object_does_not_swap_it(storage: Storage) -> None:
    storage.swap("current", b"one", None)
    with pytest.raises(ChangedError):
        storage.swap("current", b"two", None)
    _, seen = storage.get("current") or (b"", "")
    storage.swap("current", b"three", seen)
    with pytest.raises(ChangedError):
        storage.swap("current", b"four", seen)
    assert (storage.get("current") or (b"",))[0] == b"three"


@pytest.mark.parametrize("seen", [True, False])
def test_of_many_writers_at_once_one_wins(seen: bool, url: str) -> None:
    storage = Storage(url)
    etag = None
    if seen:
        storage.put_if_absent("current", b"before")
        _, etag = storage.get("current") or (b"", "")
    start = Barrier(WRITERS)

    def write(number: int) -> bool:
        start.wait()
        try:
            storage.swap("current", b"by %d" % number, etag)
        except ChangedError:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as threads:
        won = list(threads.map(write, range(WRITERS)))
    assert sum(won) == 1
    assert (storage.get("current") or (b"",))[0] == b"by %d" % won.index(True)


def test_a_bucket_that_is_not_there_is_told(s3: str) -> None:
    nowhere = Storage("s3://no-such-bucket-here/gknb")
    with pytest.raises(MissingError, match="no such object or bucket"):
        nowhere.put_if_absent("a", b"")


@pytest.mark.parametrize("url", ["http://a.test/", "gs://bucket/", "lake"])
def test_another_kind_of_storage_is_refused(url: str) -> None:
    with pytest.raises(StorageError, match="should be s3://"):
        Storage(url)


class _Failing(BaseHTTPRequestHandler):
    """Answers as servers in trouble do, one trouble after the other, then as it should."""

    troubles: tuple[str, ...] = ()
    asked = 0

    def do_GET(self) -> None:
        """See the class."""
        kind = type(self)
        trouble = kind.troubles[kind.asked] if kind.asked < len(kind.troubles) else "none"
        kind.asked += 1
        body = b"x" * 1000
        # Who got half asks for the rest.
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        first = int(asked[1]) if asked else 0
        self.send_response(int(trouble) if trouble.isdigit() else 206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {first}-999/1000")
            body = body[first:]
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Mon, 30 Nov 2026 12:00:00 GMT")
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if trouble == "half" else body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def _read_from(troubles: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, str] | None:
    handler = type("_Failing", (_Failing,), {"troubles": troubles, "asked": 0})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        named = {"ENDPOINT_URL": endpoint, "REGION": "us-east-1", "ALLOW_HTTP": "true"}
        named |= {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}
        for name, value in named.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        return Storage("s3://bucket/gknb").get("a")
    finally:
        server.shutdown()
        server.server_close()


def test_a_server_in_passing_trouble_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _read_from(("500", "503", "half"), monkeypatch)
    assert found is not None and found[0] == b"x" * 1000


def test_a_server_in_lasting_trouble_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY", timedelta(seconds=1))
    for trouble in ("503", "half"):
        with pytest.raises(StorageError, match="s3://bucket/gknb/a"):
            _read_from((trouble,) * 1000, monkeypatch)
