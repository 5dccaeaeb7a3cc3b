"""The identities of the form, held against one reading: which fail, and what a loose number may mean.

The checks of a build are SQL (`extract.checks`); this is the same table of identities for the questions
that arise while a single document is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from extract.checks.identities import Instance, instances
from extract.form.reading import ReadCell, Reading
from extract.form.values import ANNOTATED, BLANK, NUMBER

Values = Mapping[tuple[str, str], ReadCell]


@cache
def of_editions(editions: tuple[tuple[str, str], ...]) -> tuple[Instance, ...]:
    """The identities at every place of the given (table, edition) pairs."""
    wanted = set(editions)
    return tuple(i for i in instances() if (i.identity.table, i.edition) in wanted)


def broken(reading: Reading) -> list[Instance]:
    """Identities whose cells all print numbers, or blanks beside a printed total, and that do not add up."""
    cells = {cell.key: cell for cell in reading.cells}
    found = []
    for instance in of_editions(tuple(sorted(reading.editions.items()))):
        left, right = amount(cells, instance.left), amount(cells, instance.right)
        total = cells.get(instance.total)
        printed = total is not None and total.value is not None
        if not printed or left is None or right is None:
            continue
        if abs(left - right) > instance.identity.tolerance:
            found.append(instance)
    return found


def amount(cells: Values, keys: Sequence[tuple[str, str]]) -> float | None:
    """The sum of some cells, blanks counted as nothing; None where one is missing or cannot be read."""
    total = 0.0
    for key in keys:
        cell = cells.get(key)
        if cell is None or cell.value_status not in (NUMBER, ANNOTATED, BLANK):
            return None
        total += cell.value or 0.0
    return total
