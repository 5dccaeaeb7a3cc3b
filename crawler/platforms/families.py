"""The names of families that the registry uses, and the platform that serves each: data/registry/families.csv."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FAMILIES_CSV = Path(__file__).resolve().parents[2] / "data" / "registry" / "families.csv"


@dataclass(frozen=True, slots=True)
class Family:
    """One row: `adapter` names the platform, `evidence` is S (solid), M (one source) or G (guess),
    `article_address` the shape of article addresses where that is all that is known."""

    family: str
    adapter: str
    name: str
    evidence: str
    article_address: str
    seen: str


@cache
def families() -> Mapping[str, Family]:
    """All families by name."""
    with FAMILIES_CSV.open(encoding="utf-8", newline="") as file:
        return {row["family"]: Family(**row) for row in csv.DictReader(file)}
