"""Accuracy that must not fall: floors in a file, each with the hash of the corpus it was measured on.

A floor is the share of exact cells of a group of documents (`generated html without faults`). A number that
is wrong without a flag is allowed as often as `wrong_silent` says: never, and among scans once in 10,000
cells. Raising floors, also for a corpus that has changed, is a matter of course; lowering one takes a reason,
which stays in the file; a wrong number without a flag cannot be allowed from here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from math import floor
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).parents[1] / "floors.json"
#: Shares are kept to so many decimals, rounded down: a cell in a million is the least that is noticed.
DECIMALS = 6
#: Of all cells of a group; the first word of its name is its source.
WRONG_SILENT = {"corpus": 0.0, "excerpt": 0.0, "generated": 0.0, "scan": 1e-4}


class FloorError(Exception):
    """Floors that cannot be kept or changed as asked; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: the corpus by name and content hash, and of each group the cells by drawer."""

    corpus: str
    sha256: str
    groups: Mapping[str, Counter[str]]

    def shares(self) -> dict[str, float]:
        """The share of exact cells by group."""
        return {
            name: floor(cells["exact"] / cells.total() * 10**DECIMALS) / 10**DECIMALS
            for name, cells in sorted(self.groups.items())
        }

    def silent(self) -> list[str]:
        """Groups with more numbers wrong without a flag than are allowed, in words."""
        return [
            f"{name}: {cells['wrong_silent']} of {cells.total()} cells wrong without a flag"
            for name, cells in sorted(self.groups.items())
            if cells["wrong_silent"] > WRONG_SILENT[name.split()[0]] * cells.total()
        ]


@dataclass(frozen=True, slots=True)
class Floors:
    """The floors of one corpus, and each time that one was lowered: group, from, to, reason."""

    sha256: str
    exact: Mapping[str, float]
    lowered: tuple[Mapping[str, Any], ...] = field(default=())


def load(path: Path) -> dict[str, Floors]:
    """All floors, by corpus."""
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {name: Floors(one["sha256"], one["exact"], tuple(one["lowered"])) for name, one in kept.items()}


def save(floors: Mapping[str, Floors], path: Path) -> None:
    """Write all floors, in the order of their corpora's names."""
    told = {name: asdict(one) for name, one in sorted(floors.items())}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def shortfalls(measured: Measured, floors: Floors) -> list[str]:
    """Each group below its floor or no longer there, in words."""
    shares = measured.shares()
    return [
        f"{name}: {shares[name]:.6f} of cells exact, the floor is {least:.6f}"
        if name in shares
        else f"{name}: has a floor and no document any more"
        for name, least in sorted(floors.exact.items())
        if shares.get(name, -1.0) < least
    ]


def check(measured: Measured, floors: Mapping[str, Floors]) -> list[str]:
    """All that keeps the measured corpus from passing, in words; nothing where it passes."""
    kept = floors.get(measured.corpus)
    if kept is None:
        return [*measured.silent(), f"{measured.corpus}: has no floors yet; measure them with --raise-floors"]
    told = [*measured.silent(), *shortfalls(measured, kept)]
    if kept.sha256 != measured.sha256:
        told.append(
            f"{measured.corpus}: not the corpus that the floors were measured on ({measured.sha256[:12]}, "
            f"theirs {kept.sha256[:12]}); where the change is meant, run --raise-floors"
        )
    new = sorted(measured.groups.keys() - kept.exact.keys())
    return told + [f"{name}: has no floor yet; run --raise-floors" for name in new]


def raised(measured: Measured, floors: Mapping[str, Floors]) -> dict[str, Floors]:
    """The floors raised to what was measured; FloorError where any would fall."""
    kept = floors.get(measured.corpus, Floors("", {}))
    if short := [*measured.silent(), *shortfalls(measured, kept)]:
        raise FloorError("the floors stay, these would fall:\n  " + "\n  ".join(short))
    return {**floors, measured.corpus: replace(kept, sha256=measured.sha256, exact=measured.shares())}


def lowered(measured: Measured, floors: Mapping[str, Floors], reason: str) -> dict[str, Floors]:
    """The floors as measured, with the reason for each that falls; FloorError where none does, where no
    reason is given, or where a number is wrong without a flag."""
    kept = floors.get(measured.corpus, Floors("", {}))
    if silent := measured.silent():
        raise FloorError("no reason allows a wrong number without a flag:\n  " + "\n  ".join(silent))
    if not reason.strip():
        raise FloorError("say why the floor is lowered: --lower-floor REASON")
    shares = measured.shares()
    falling = [
        {"group": name, "from": least, "to": shares.get(name), "reason": reason.strip()}
        for name, least in sorted(kept.exact.items())
        if shares.get(name, -1.0) < least
    ]
    if not falling:
        raise FloorError("no floor is too high; --raise-floors is enough")
    changed = Floors(measured.sha256, shares, (*kept.lowered, *falling))
    return {**floors, measured.corpus: changed}
