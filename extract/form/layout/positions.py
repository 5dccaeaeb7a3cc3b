"""Tables that are read by position: the same outcomes stand under several proceedings, in order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from extract.form.layout.codebook import BY_POSITION, codebook


@dataclass(frozen=True)
class Positions:
    """The cells of a table as "proceeding.outcome", in the form's order; every proceeding has the same
    outcomes."""

    table: str
    keys: tuple[str, ...]

    @cached_property
    def proceedings(self) -> tuple[str, ...]:
        """The proceedings in order."""
        return tuple(dict.fromkeys(key.partition(".")[0] for key in self.keys))

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes of each proceeding in order."""
        return tuple(dict.fromkeys(key.partition(".")[2] for key in self.keys))

    @property
    def width(self) -> int:
        """How many cells each proceeding has."""
        return len(self.outcomes)

    @cached_property
    def above(self) -> frozenset[str]:
        """The keys of headers that name proceedings, or several of them together."""
        return frozenset(codebook().columns[self.table].values()) - set(self.outcomes)

    @cached_property
    def telling(self) -> frozenset[str]:
        """The outcomes whose names stand in no other table: in none is one of them a column's name."""
        columns = codebook().columns
        others = {body for table, named in columns.items() if table != self.table for body in named}
        known = {key for body, key in columns[self.table].items() if body in others}
        return frozenset(self.outcomes) - known

    def code(self, key: str) -> str:
        """The row code of a position."""
        return f"{self.table}:{key}"


@cache
def positions(table: str, edition: str) -> Positions:
    """The positions of a table in an edition."""
    codes = codebook().form(table, edition).codes
    return Positions(table, tuple(code.partition(":")[2] for code in codes))


@cache
def tables_by_position() -> tuple[str, ...]:
    """The tables that are read by position."""
    return tuple(table for table, one in codebook().tables.items() if one.cells == BY_POSITION)
