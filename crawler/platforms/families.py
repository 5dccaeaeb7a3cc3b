"""Two tables of data/registry: families.csv, which platform serves which family; dialects.csv, the shapes of
article addresses in systems of which nothing else is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from base.paths import REGISTRY
from base.tables import Complaints, read

FAMILIES_CSV = REGISTRY / "families.csv"
DIALECTS_CSV = REGISTRY / "dialects.csv"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One row of dialects.csv: a pattern for addresses of articles, and where such were seen."""

    dialect: str
    article_address: re.Pattern[str]
    example: str
    seen: str


@cache
def platform_names() -> Mapping[str, str]:
    """The platform of each family; a platform's own name stands for itself. Raises TableError."""
    rows = read(FAMILIES_CSV, ("family", "platform", "name"), exact=True)
    platforms = {row["family"]: row["platform"] for row in rows}
    return {**{platform: platform for platform in platforms.values()}, **platforms}


@cache
def dialects() -> tuple[Dialect, ...]:
    """The dialects. Raises TableError, also for a pattern that is none."""
    found: list[Dialect] = []
    complain = Complaints()
    for row in read(DIALECTS_CSV, ("dialect", "article_address", "example", "seen"), exact=True):
        try:
            pattern = re.compile(row["article_address"], re.IGNORECASE)
        except re.error as error:
            complain(row, f"article_address is no pattern: {error}")
        else:
            found.append(Dialect(row["dialect"], pattern, row["example"], row["seen"]))
    complain.check()
    return tuple(found)
