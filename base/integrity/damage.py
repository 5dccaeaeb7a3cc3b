"""Damage: a file that does not hold what was written to it, as told to a person and to a machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a file, and on which line of it where it has lines."""

    path: Path
    what: str
    line: int | None = None

    def __str__(self) -> str:
        """As editors and grep name a place: file:line: what.

        >>> str(Damage(Path("runs/1.jsonl"), "damaged record", 3))
        'runs/1.jsonl:3: damaged record'
        """
        place = str(self.path) if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.what}"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a lake that can be looked through file by file, and how one of its files is checked."""

    name: str
    files: Sequence[Path]
    check: Callable[[Path], Iterable[Damage]]
