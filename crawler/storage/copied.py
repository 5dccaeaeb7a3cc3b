"""Objects on their way between a lake and its storage, many at once, and what became of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from base import durable
from base.log_file import decode, encode

#: Requests under way at once: most of a request's time is waiting.
AT_ONCE = 16
#: A file in a lake: what was current in its storage when it was last pulled, one checksummed record.
STORAGE = "storage.json"

Thing = TypeVar("Thing")
Made = TypeVar("Made")


@dataclass
class Copied:
    """How many objects and bytes went over, and what did not: by its key, with the reason. `batches` are the
    folders of those that lie in the storage now, by stage; `build_id` is the build that is current there."""

    objects: int = 0
    bytes: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    batches: dict[str, list[str]] = field(default_factory=dict)
    build_id: str = ""

    def add(self, size: int) -> None:
        """One more went over."""
        self.objects += 1
        self.bytes += size


def at_once(function: Callable[[Thing], Made], things: Iterable[Thing]) -> Iterator[tuple[Thing, Made]]:
    """`function` of each thing, in order; few are held at a time."""
    waiting = iter(things)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        under_way = deque((one, threads.submit(function, one)) for one in islice(waiting, 2 * AT_ONCE))
        while under_way:
            thing, future = under_way.popleft()
            yield thing, future.result()
            under_way.extend((one, threads.submit(function, one)) for one in islice(waiting, 1))


def remember(lake: Path, url: str, etag: str) -> None:
    """Note which pointer to the current build was seen in the storage."""
    durable.write_bytes(lake / STORAGE, encode({"url": url, "etag": etag}))


def remembered(lake: Path, url: str) -> str | None:
    """The ETag of that pointer, where this storage is the one that was seen."""
    path = lake / STORAGE
    noted = decode(path.read_bytes()) if path.is_file() else None
    return str(noted["etag"]) if noted and noted["url"] == url else None
