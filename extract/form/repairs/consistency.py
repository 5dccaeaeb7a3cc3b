"""The identities of the form, held against one reading: which fail, and what a loose number may mean.

The checks of a build are SQL (`extract.checks`); this is the same table of identities for the questions
that arise while a single document is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from extract.form.layout.identities import Instance, instances
from extract.form.reading import Reading
from extract.form.rows.values import EMPTY_STATUSES
from extract.records import Fact

Values = Mapping[tuple[str, str], Fact]


def identities_of(reading: Reading) -> tuple[Instance, ...]:
    """The identities at every place of the tables that were read, each in its edition."""
    return _of_editions(tuple(sorted(reading.editions.items())))


@cache
def _of_editions(editions: tuple[tuple[str, str], ...]) -> tuple[Instance, ...]:
    wanted = set(editions)
    return tuple(i for i in instances() if (i.identity.table, i.edition) in wanted)


def identities_of_row(reading: Reading, row_code: str) -> Sequence[Instance]:
    """Those of them that a row's cells are part of, within its table."""
    return _by_row(tuple(sorted(reading.editions.items()))).get(row_code, ())


@cache
def _by_row(editions: tuple[tuple[str, str], ...]) -> Mapping[str, Sequence[Instance]]:
    found: dict[str, list[Instance]] = {}
    for one in _of_editions(editions):
        for code in dict.fromkeys(row for row, _ in (*one.left, *one.right)):
            if code.startswith(f"{one.identity.table}:"):
                found.setdefault(code, []).append(one)
    return found


def broken(reading: Reading) -> list[Instance]:
    """Identities whose cells can all be read and whose sides contradict them.

    A cell without a number counts as nothing, in a total too; a soft check (`at_most`) is made only where
    every cell prints a number.
    """
    return [one for one in identities_of(reading) if _is_broken(one, reading)]


def _is_broken(instance: Instance, reading: Reading) -> bool:
    counted = reading.amounts.__getitem__
    try:
        left, right = sum(map(counted, instance.left)), sum(map(counted, instance.right))
    except KeyError:
        return False
    if not instance.identity.fails(left, right):
        return False
    blank = (reading.by_key[key].value is None for key in (*instance.left, *instance.right))
    return instance.identity.is_sum or not any(blank)


def amount(cells: Values, keys: Sequence[tuple[str, str]]) -> float | None:
    """The sum of some cells, those without a number counted as nothing; None where one is missing or cannot
    be read."""
    total = 0.0
    for key in keys:
        cell = cells.get(key)
        if cell is None or (cell.value is None and cell.value_status not in EMPTY_STATUSES):
            return None
        total += cell.value or 0.0
    return total
