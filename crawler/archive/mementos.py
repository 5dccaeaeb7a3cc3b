"""Mementos: archived copies of withdrawn or changed reports, out of another archive's WARC and CDX files, or
as it gives them over HTTP (`memento_server`).

They are a second source and never one with our own fetches: nothing of them is written into the archive of
the crawl. They come into a folder of their own, each with the time of the archived copy and both hashes: the
SHA-1 that the archive's index has of it, and the SHA-256 of the bytes as a browser is given them.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, Literal
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from base import durable
from crawler.addresses import place
from crawler.runs.records import Runs
from extract.stated import COLUMNS, FILE

#: The file that says of each memento all that is known, and what marks it wherever it goes from there.
RECORD = "mementos.csv"
MARK = "memento"
#: No report is larger; the crawl takes none that is.
LARGEST = 64 << 20
_MEDIA_SUFFIXES = {"text/html": ".html", "application/pdf": ".pdf", "application/msword": ".doc"}

Why = Literal["withdrawn", "changed"]


class MementoError(ValueError):
    """A WARC or CDX file cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Memento:
    """An archived copy. `why` it was wanted; `archived_at` in fourteen digits, UTC; `sha1` in base 32, of the
    payload as the archive has it and its index says; `sha256` of the body; `own_sha256` what we fetched at
    that address, one after the other; `is_own` where one of them is this very body: then it has no `file`."""

    kind: str
    why: Why
    url: str
    title: str
    archived_at: str
    sha1: str
    sha256: str
    own_sha256: str
    is_own: bool
    warc: str
    file: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An archived copy that is not taken, and why."""

    url: str
    archived_at: str
    why: str


@dataclass(frozen=True, slots=True)
class Copy:
    """An archived copy as it was had: its payload as archived, its body as a browser is given it, where it
    was had from, and the digests that the archive's index has of it, None where it has none."""

    url: str
    archived_at: str
    payload: bytes
    body: bytes
    media_type: str
    source: str
    digests: frozenset[str] | None


#: Gives the copies of what is wanted, by the addresses.
Copies = Callable[[Sequence[str]], Iterable[Copy | Refused]]


@dataclass
class _Wanted:
    url: str
    title: str
    why: Why
    own: dict[str, None]


def take(
    runs: Runs, warcs: Sequence[Path], indexes: Sequence[Path], out: Path
) -> tuple[tuple[Memento, ...], tuple[Refused, ...]]:
    """`take_from` WARC files and their indexes. Raises MementoError for files that are none."""
    index = _index(indexes)

    def copies(urls: Sequence[str]) -> Iterator[Copy]:
        places = frozenset(map(place, urls))
        for warc in warcs:
            for url, at, payload, body, media_type in _responses(warc, places):
                digests = index.get((place(url), at))
                known = None if digests is None else frozenset(digests)
                yield Copy(url, at, payload, body, media_type, warc.name, known)

    return take_from(runs, copies, out)


def take_from(runs: Runs, copies: Copies, out: Path) -> tuple[tuple[Memento, ...], tuple[Refused, ...]]:
    """Write the mementos of what the runs have seen withdrawn or changed into the new folder `out`: their
    bytes, `RECORD`, and the table ``sources.csv`` by which `gknb extract` and `gknb build` know them.

    An archived copy that no index names, or whose bytes are not those of the index, is refused. Raises
    MementoError where `out` holds anything, and what `copies` raises.
    """
    if out.exists() and any(out.iterdir()):
        raise MementoError(f"{out} holds something already: mementos go into a new folder")
    wanted = _wanted(runs)
    taken: dict[tuple[str, str], Memento] = {}
    refused: list[Refused] = []
    for copy in copies(sorted(one.url for one in wanted.values())):
        if isinstance(copy, Refused):
            refused.append(copy)
            continue
        url, at, known = copy.url, copy.archived_at, wanted.get(place(copy.url))
        sha1 = base64.b32encode(hashlib.sha1(copy.payload, usedforsecurity=False).digest()).decode()
        if known is None or (why := _fault(copy, sha1)) is not None:
            refused.append(Refused(url, at, "was not asked for" if known is None else str(why)))
            continue
        sha256 = hashlib.sha256(copy.body).hexdigest()
        is_own = sha256 in known.own
        name = "" if is_own else f"{sha256[:16]}{_suffix(url, copy.media_type)}"
        own = " ".join(known.own)
        taken.setdefault(
            (url, at),
            Memento(MARK, known.why, url, known.title, at, sha1, sha256, own, is_own, copy.source, name),
        )
        if name:
            durable.write_bytes(out / name, copy.body)
    mementos = tuple(sorted(taken.values(), key=lambda one: (one.url, one.archived_at)))
    if mementos:
        _write_tables(out, mementos)
    return mementos, tuple(refused)


def _wanted(runs: Runs) -> dict[str, _Wanted]:
    """By place: what was withdrawn or changed, with all bodies that we ever had of it."""
    own: dict[str, dict[str, None]] = defaultdict(dict)
    found: dict[str, _Wanted] = {}
    for run_id in runs.run_ids():
        for result in runs.results(run_id):
            reasons: dict[Why, Any] = {"changed": result.changed, "withdrawn": result.withdrawn}
            for document in (*result.new, *result.changed, *result.withdrawn):
                for part in document.parts:
                    own[place(part.url)][part.source_sha256] = None
            for why, documents in reasons.items():
                for document in documents:
                    for part in document.parts:
                        at = place(part.url)
                        found[at] = _Wanted(part.url, document.title, why, own[at])
    return found


def _index(paths: Sequence[Path]) -> dict[tuple[str, str], set[str]]:
    """The digests that the indexes have of an address at a time: CDX of nine and more fields, or CDXJ."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if not line.strip() or line.lstrip().startswith(("CDX ", "!")):
                continue
            try:
                url, at, digest = _entry(line)
            except (ValueError, KeyError, IndexError) as error:
                raise MementoError(f"{path}, line {number}: neither CDX nor CDXJ ({error})") from error
            found[place(url), at].add(digest.rpartition(":")[2].upper())
    return found


def _entry(line: str) -> tuple[str, str, str]:
    """Address, time in fourteen digits, and digest of a line of an index."""
    key, at, rest = line.split(" ", 2)
    if rest.lstrip().startswith("{"):
        entry = json.loads(rest)
        return entry["url"], at, entry["digest"]
    words = rest.split()
    if len(words) < 4:
        raise ValueError(f"{len(words) + 2} fields after {key}")
    return words[0], at, words[3]


def _responses(path: Path, wanted: Container[str]) -> Iterator[tuple[str, str, bytes, bytes, str]]:
    """Of each answer 200 that is wanted: address, time, payload as archived, body, and its media type."""
    with path.open("rb") as file:
        try:
            for record in ArchiveIterator(file):
                headers, http = record.rec_headers, record.http_headers
                url = headers.get_header("WARC-Target-URI") or ""
                if record.rec_type != "response" or http is None or place(url) not in wanted:
                    continue
                if http.get_statuscode() != "200":
                    continue
                raw = record.raw_stream.read(LARGEST + 1)
                record.raw_stream = BytesIO(raw)
                body = record.content_stream().read(LARGEST + 1)
                chunked = (http.get_header("Transfer-Encoding") or "").lower() == "chunked"
                payload = ChunkedDataReader(BytesIO(raw)).read(LARGEST + 1) if chunked else raw
                at = "".join(sign for sign in headers.get_header("WARC-Date") or "" if sign.isdigit())[:14]
                media_type = (http.get_header("Content-Type") or "").partition(";")[0].strip().lower()
                yield url, at, payload, body, media_type
        except ArchiveLoadFailed as error:
            raise MementoError(f"{path}: no WARC file ({error})") from error


def _fault(copy: Copy, sha1: str) -> str | None:
    """Why an archived copy cannot be believed."""
    if copy.digests is None:
        return "no index that was given names this copy"
    if sha1 not in copy.digests:
        known = ", ".join(sorted(copy.digests))
        return f"the bytes are not those of the index: SHA-1 {sha1}, the index has {known}"
    return f"larger than {LARGEST >> 20} MB" if len(copy.body) > LARGEST else None


def _suffix(url: str, media_type: str) -> str:
    own = PurePosixPath(urlsplit(url).path).suffix.lower()
    return _MEDIA_SUFFIXES.get(media_type) or (own if own[1:].isalnum() and len(own) <= 5 else "")


def _write_tables(out: Path, mementos: Sequence[Memento]) -> None:
    """`RECORD`, and what people would state of the files."""
    _write(out / RECORD, [one.name for one in fields(Memento)], [asdict(one) for one in mementos])
    stated: dict[str, dict[str, str]] = {}
    for one in mementos:
        if one.file:
            at = one.archived_at
            when = f"{at[:4]}-{at[4:6]}-{at[6:8]}T{at[8:10]}:{at[10:12]}:{at[12:]}+00:00"
            note = f"{MARK} 存档副本 of {when}; {one.why}; sha1 {one.sha1}; sha256 {one.sha256}"
            stated.setdefault(one.file, {"file": one.file, "url": one.url, "fetched_at": when, "note": note})
    _write(out / FILE, COLUMNS, list(stated.values()))


def _write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    with durable.replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
