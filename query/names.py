"""The names of columns, which stand as of the first release: what bears another now is told by its old name.

    data/publish/names.csv     every view and column that is promised
    data/publish/renamed.csv   what had another name before the first release, and has this one since

A `place` is a view, or a column of one where a word that stands in it has been renamed (`comparable.series`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from base.paths import DATA
from base.tables import read

_TABLES = DATA / "publish"


@dataclass(frozen=True, slots=True)
class Renamed:
    """A column of a view, or a word that stood in one, under its old name and its name."""

    place: str
    old_name: str
    name: str

    @property
    def view(self) -> str:
        """The view in which it is."""
        return self.place.partition(".")[0]

    @property
    def is_column(self) -> bool:
        """Whether it is a column, and no word in one."""
        return self.place == self.view


def promised() -> frozenset[tuple[str, str]]:
    """The views and columns that stay."""
    rows = read(_TABLES / "names.csv", ("view", "column"))
    return frozenset((row["view"], row["column"]) for row in rows)


def renamed() -> tuple[Renamed, ...]:
    """All that had another name."""
    rows = read(_TABLES / "renamed.csv", ("place", "old_name", "name"))
    return tuple(Renamed(row["place"], row["old_name"], row["name"]) for row in rows)


def promise(there: Iterable[tuple[str, str]]) -> None:
    """Add names that are new; none is ever taken out."""
    known = promised()
    with (_TABLES / "names.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(one for one in there if one not in known)


def told_of_old_names(query: str) -> Iterator[str]:
    """What to write instead of the old names in a query, a line each, for people."""
    words = set(re.findall(r"\w+", query))
    for one in renamed():
        if {one.view, one.old_name} <= words:
            yield f"{one.place}: {one.old_name} 现名 {one.name} / is called {one.name} now"
