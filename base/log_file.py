"""An append-only file of JSON records, each with its checksum, so that a torn write is seen and mended.

A line is the CRC-32 of the record in eight hexadecimal digits, a blank, the record as JSON, a line feed.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base import durable
from base.integrity.damage import Damage

_CHUNK = 1 << 20


class DamagedRecordError(ValueError):
    """A line of a log does not hold what was written: its place stands in the message.

    Where it is `torn`, the file ends within it, as a crash leaves it, or a write that still goes on.
    """

    def __init__(self, path: Path, offset: int, *, torn: bool = False) -> None:
        what = "the file ends within a record" if torn else "damaged record"
        self.damage = Damage(path, f"{what} (byte {offset})", _line_at(path, offset))
        self.torn = torn
        super().__init__(str(self.damage))


@dataclass(frozen=True, slots=True)
class Entry:
    """One intact record, and the bytes where its line starts and ends."""

    offset: int
    end: int
    record: Mapping[str, Any]


def encode(record: Mapping[str, Any]) -> bytes:
    """The line of `record`. Half characters (lone surrogates), which some sites' JSON holds, become "?"."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def decode(line: bytes) -> Mapping[str, Any] | None:
    """The record of a line, or None where the line is torn or altered.

    >>> decode(encode({"url": "http://a.gov.cn/"}))
    {'url': 'http://a.gov.cn/'}
    >>> decode(encode({"url": "http://a.gov.cn/"})[:-4]) is None
    True
    """
    checksum, separator, text = line.rstrip(b"\n").partition(b" ")
    if not separator or not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(text):
        return None
    record: Mapping[str, Any] = json.loads(text.decode())  # of bytes it guesses the encoding
    return record


def entries(path: Path, start: int = 0) -> Iterator[Entry | DamagedRecordError]:
    """The records of `path` from byte `start` on; a damaged line comes as the error that tells of it."""
    offset = start
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            record = decode(line)
            if record is None:
                # One whose line feed alone was altered was written whole.
                torn = not line.endswith(b"\n") and decode(line[:-1] + b"\n") is None
                yield DamagedRecordError(path, offset, torn=torn)
            else:
                yield Entry(offset, offset + len(line), record)
            offset += len(line)


def record_at(path: Path, offset: int) -> Mapping[str, Any]:
    """The record whose line starts at `offset`. Raises DamagedRecordError."""
    with path.open("rb") as file:
        file.seek(offset)
        record = decode(file.readline())
    if record is None:
        raise DamagedRecordError(path, offset)
    return record


def _line_at(path: Path, offset: int) -> int:
    """The number of the line that starts at `offset`, from 1."""
    with path.open("rb") as file:
        return 1 + sum(file.read(min(_CHUNK, offset - at)).count(b"\n") for at in range(0, offset, _CHUNK))


class LogFile:
    """A log open for appending. A torn tail, as a crash leaves it, is cut off and kept beside the log."""

    # How many records a failure of the power (not of the process) may take with it: they are fetched again.
    SYNC_EVERY = 64

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._unsynced = 0
        self.torn = self._mend_tail()
        is_new = not path.exists()
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        if is_new:
            durable.sync(path.parent)
        self.size = os.fstat(self._file).st_size

    def append(self, record: Mapping[str, Any]) -> int:
        """Write `record`; returns the byte where its line starts."""
        line = encode(record)
        offset = self.size
        written = os.write(self._file, line)
        self.size += written
        if written < len(line):  # a full disk: the line is torn, and will be mended at the next opening
            raise OSError(f"{self.path}: only {written} of {len(line)} bytes written; is the disk full?")
        self._unsynced += 1
        if self._unsynced >= self.SYNC_EVERY:
            self.sync()
        return offset

    def sync(self) -> None:
        """Bring all records to the disk."""
        os.fsync(self._file)
        self._unsynced = 0

    def close(self) -> None:
        """Sync and close."""
        self.sync()
        os.close(self._file)

    def _mend_tail(self) -> bytes:
        """Cut off what follows the last intact line, if nothing intact follows it."""
        if not self.path.exists():
            return b""
        good = 0
        with self.path.open("rb") as file:
            for line in file:
                if decode(line) is not None:
                    good = file.tell()
            file.seek(good)
            torn = file.read()
        if torn:
            rest = self.path.with_suffix(".torn")
            with rest.open("ab") as file:
                file.write(torn)
            durable.sync(rest)
            os.truncate(self.path, good)
        return torn
