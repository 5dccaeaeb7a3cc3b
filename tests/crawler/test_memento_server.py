"""Mementos of an archive that answers over HTTP: its index, and the bytes in the form `id_`."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.archive.memento_server import MementoServer
from crawler.archive.mementos import MementoError, Refused, take_from
from crawler.runs.records import Runs
from tests.cli.run import gknb
from tests.crawler.test_mementos import AT, PAGE, addresses, lake, sha1

__all__ = ["lake"]
CONTACT = "you@example.org"


@dataclass
class Kept:
    """What the archive keeps: payloads by address and time, what its index says of them, and what it was
    asked."""

    payloads: dict[tuple[str, str], bytes]
    packed: bool = False
    says: dict[tuple[str, str], str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200
    url: str = ""


@contextmanager
def archive(kept: Kept) -> Iterator[Kept]:
    """Serve it on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kept.asked.append((self.path, self.headers["User-Agent"]))
            parts = urlsplit(self.path)
            if kept.status != 200:
                self._answer(kept.status, b"")
            elif parts.path == "/cdx/search/cdx":
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self._answer(200, self._index(query["url"], query["fl"].split(",")))
            else:
                at, _, url = self.path.removeprefix("/web/").partition("id_/")
                body = kept.payloads[url, at]
                self._answer(200, body, "text/html; charset=utf-8", packed=kept.packed)

        def _index(self, url: str, fields: list[str]) -> bytes:
            rows = [
                {
                    "timestamp": at,
                    "original": url,
                    "statuscode": "200",
                    "digest": kept.says.get((url, at), sha1(data)),
                }
                for (there, at), data in kept.payloads.items()
                if there == url
            ]
            return json.dumps([fields, *([row[name] for name in fields] for row in rows)]).encode()

        def _answer(
            self, status: int, body: bytes, kind: str = "application/json", *, packed: bool = False
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited, though nobody waits here."""
    waited: list[float] = []
    monkeypatch.setattr("crawler.archive.memento_server.time.sleep", waited.append)
    return waited


def asked(server: Kept) -> MementoServer:
    return MementoServer(server.url, CONTACT)


@pytest.mark.parametrize("packed", [False, True])
def test_what_another_archive_has_is_taken_and_marked_to_the_end(
    lake: Path, tmp_path: Path, packed: bool
) -> None:
    at = addresses(lake)
    payload = gzip.compress(PAGE, mtime=0) if packed else PAGE
    out, built = tmp_path / "mementos", tmp_path / "built"
    before = {path: path.read_bytes() for path in (lake / "archive").rglob("*") if path.is_file()}
    with archive(Kept({(url, AT): payload for url in at.values()}, packed)) as server:
        given = ["--from", server.url, "--out", out, "--archive", lake / "archive", "--contact", CONTACT]
        told = gknb("archive", "mementos", *given, "--json")
    assert told.exit_code == 0, told.stderr
    assert json.loads(told.stdout) == {"mementos": 2, "not_ours": 2, "refused": 0}
    assert before == {path: path.read_bytes() for path in (lake / "archive").rglob("*") if path.is_file()}
    # What stands as it stood is not asked for; who asks says who he is.
    assert len(server.asked) == 4 and not any(at["kept"] in path for path, _ in server.asked)
    assert {agent for _, agent in server.asked} == {f"gknb (+{CONTACT})"}
    with (out / "mementos.csv").open(encoding="utf-8") as file:
        rows = {row["url"]: row for row in csv.DictReader(file)}
    assert {row["sha1"] for row in rows.values()} == {sha1(payload)}
    assert {row["sha256"] for row in rows.values()} == {hashlib.sha256(PAGE).hexdigest()}
    # In a build of its own each is marked, with its time and both hashes, in a view.
    assert gknb("build", out, "--lake", built).exit_code == 0
    (shown,) = json.loads(gknb("sql", "FROM mementos", "--lake", built, "--json").stdout)
    assert shown["url"] in (at["changed"], at["withdrawn"]) and shown["why"] in ("changed", "withdrawn")
    assert shown["archived_at"].startswith("2024-03-01") and shown["sha1"] == sha1(payload)
    assert shown["source_sha256"] == hashlib.sha256(PAGE).hexdigest()
    fetches = gknb("sql", "SELECT count(*) AS n FROM snapshots", "--lake", built, "--json")
    assert json.loads(fetches.stdout)[0]["n"] == 0


def test_there_is_a_pause_before_each_request(lake: Path, tmp_path: Path, pauses: list[float]) -> None:
    with archive(Kept({(addresses(lake)["changed"], AT): PAGE})) as server:
        take_from(Runs(lake / "archive"), asked(server).copies, tmp_path / "out")
    assert pauses == [3.0] * len(server.asked) and len(server.asked) == 3


def test_bytes_that_are_not_those_of_its_index_are_refused(lake: Path, tmp_path: Path) -> None:
    at = addresses(lake)["withdrawn"]
    with archive(Kept({(at, AT): PAGE}, says={(at, AT): sha1(b"other")})) as server:
        taken, refused = take_from(Runs(lake / "archive"), asked(server).copies, tmp_path / "out")
    (one,) = refused
    assert taken == () and "not those of the index" in one.why
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_a_copy_that_cannot_be_unpacked_is_refused(lake: Path, tmp_path: Path) -> None:
    at = addresses(lake)["withdrawn"]
    with archive(Kept({(at, AT): gzip.compress(PAGE)[:100]}, packed=True)) as server:
        taken, (refused,) = take_from(Runs(lake / "archive"), asked(server).copies, tmp_path / "out")
    assert taken == () and isinstance(refused, Refused) and "cannot be unpacked" in refused.why


@pytest.mark.parametrize("status", [302, 429, 500, 503])
def test_an_archive_that_does_not_want_to_answer_is_left_alone(
    status: int, lake: Path, tmp_path: Path
) -> None:
    with (
        archive(Kept({}, status=status)) as server,
        pytest.raises(MementoError, match=f"HTTP {status}"),
    ):
        take_from(Runs(lake / "archive"), asked(server).copies, tmp_path / "out")
    assert len(server.asked) == 1


def test_who_asks_must_say_who_he_is(lake: Path, tmp_path: Path) -> None:
    nobody = MementoServer("https://web.archive.example", None)
    with pytest.raises(MementoError, match="--contact"):
        take_from(Runs(lake / "archive"), nobody.copies, tmp_path / "out")
    told = gknb("archive", "mementos", "--out", tmp_path / "out", "--archive", lake / "archive")
    assert told.exit_code == 2 and "--from" in told.stderr
