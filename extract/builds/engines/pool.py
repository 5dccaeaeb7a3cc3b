"""The processes of this machine, and what every engine has in common with them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from extract.builds.readings import Readings
from extract.builds.run import Item, read_all
from extract.records import Extraction, Source
from extract.stages import Staged

Stage = Callable[[Source], Staged]
#: Documents, by the hash of their bytes, with what was made of them: an Extraction says what failed.
Read = Iterator[tuple[str, Staged | Extraction]]


class Engine(Protocol):
    """What puts documents through a stage."""

    def read(self, items: Mapping[str, Item], readings: Readings, stage: Stage) -> Read:
        """Each of `items` once; what its readers made of it before is taken from `readings`."""

    def kept(self, sources: Sequence[str]) -> None:
        """Be told that what was made of these lies in the lake now."""


@dataclass(frozen=True, slots=True)
class Pool:
    """So many processes of this machine."""

    jobs: int

    def read(self, items: Mapping[str, Item], readings: Readings, stage: Stage) -> Read:
        """See Engine."""
        drawn: deque[str] = deque()

        def drawing() -> Iterator[Item]:
            for sha256, item in readings.with_documents(items):
                drawn.append(sha256)
                yield item

        for _, made in read_all(drawing(), self.jobs, stage):
            yield drawn.popleft(), made

    def kept(self, sources: Sequence[str]) -> None:
        """Nothing lies anywhere else."""
