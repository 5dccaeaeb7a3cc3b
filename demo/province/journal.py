"""The request log: what was asked, when and of whom, and how polite that was."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Literal

Party = Literal["host", "address"]


@dataclass(frozen=True)
class Entry:
    """One request and its answer. Times in seconds of a clock that never goes back, `sent` in bytes.

    `started` is when the server had read the request's head, `ended` when the answer was handed to the
    system; on a busy machine both lag by some milliseconds, so that gaps want a tolerance.
    """

    started: float
    ended: float
    connection: int
    host: str
    address: str
    method: str
    target: str
    headers: Mapping[str, str]
    form: str
    status: int
    sent: int
    fault: str
    etag: str
    last_modified: str


class Journal:
    """Every entry in memory and, where a file is given, as one JSON line each."""

    def __init__(self, file: Path | None = None) -> None:
        self.entries: list[Entry] = []
        self._file: IO[str] | None = file.open("a", encoding="utf-8") if file else None

    def add(self, entry: Entry) -> None:
        """Note an answered request."""
        self.entries.append(entry)
        if self._file:
            self._file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file; the entries stay."""
        if self._file:
            self._file.close()
            self._file = None


def read(file: Path) -> list[Entry]:
    """The entries of a log file; a last line that was cut by a kill is left out."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return [Entry(**json.loads(line)) for line in lines[:-1]]


def by_party(entries: Iterable[Entry], party: Party) -> dict[str, list[Entry]]:
    """Entries of each host or address, in the order in which they started."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.started):
        groups[getattr(entry, party)].append(entry)
    return dict(groups)


def most_at_once(entries: Iterable[Entry]) -> int:
    """The largest number of these requests that were under way at one moment; 0 for none."""
    steps = [(entry.started, 1) for entry in entries]
    steps += [(entry.ended, -1) for entry in entries]
    most = now = 0
    for _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most
