"""Which columns of the form a printed header names.

Column headers of these forms span, break over rows and lose words; beside them stand columns that are none of
the form's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from extract.document import Cell
from extract.form.engine.columns import Column, Span
from extract.form.layout.labels import LEAST_LIKENESS, label_in, likeness, normalise


def header_columns(
    header_rows: Sequence[Sequence[Cell]],
    labels: Mapping[str, str],
    keys: Sequence[str],
    parents: frozenset[str],
    inside: Mapping[str, Collection[str]] = MappingProxyType({}),
    others: Collection[str] = (),
) -> tuple[Column, ...] | None:
    """Columns by header words: `labels` maps header bodies to keys, `parents` are keys of spanning headers,
    `inside` says which keys stand under a parent, `others` are words of columns that are none of the form's.

    Returns one Column for each of `keys` in the order printed, or None where the header does not tell all.
    A header word split over rows (商业 above 企业) is read from top to bottom. A header that no label
    explains takes the one key missing at its place. Of several columns that are called alike (合计 beside
    总计, 上年总计) the one that is called so exactly, and stands under the right parent, is the form's; what
    is left are twins.
    """
    found: list[_Leaf] = []
    for cells, start, stop in leaves(header_rows):
        above = {labels.get(normalise(cell.text).body) for cell in cells} & parents
        own = [cell for cell in cells if labels.get(normalise(cell.text).body) not in parents]
        key, exact = _key_of(own, labels, keys, others)
        fits = all((key in those) == (parent in above) for parent, those in inside.items())
        header = "".join(cell.text for cell in own)
        is_other = not key and any(word in header for word in others)
        found.append(_Leaf(key, start, stop, "" if is_other else header, exact, fits))
    columns = _fill_between(_each_once(found), keys)
    return columns if columns and {column.key for column in columns} == set(keys) else None


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A printed column: what key its header names, if any, exactly or by likeness, and under fitting parents
    or not."""

    key: str | None
    start: int
    stop: int
    header: str
    exact: bool
    fits: bool
    twins: tuple[Span, ...] = ()


def _each_once(found: Sequence[_Leaf]) -> list[_Leaf]:
    """The leaves, each key with one of them; twins of it that nothing tells apart are noted with that one."""
    settled = list(found)
    for key in {leaf.key for leaf in found if leaf.key}:
        named = [index for index, leaf in enumerate(found) if leaf.key == key]
        best = max((found[index].exact, found[index].fits) for index in named)
        *twins, chosen = (index for index in named if (found[index].exact, found[index].fits) == best)
        for index in named:
            settled[index] = replace(found[index], key=None, header="")
        spans = tuple((found[index].start, found[index].stop) for index in twins)
        settled[chosen] = replace(found[chosen], twins=spans)
    return settled


def leaves(header_rows: Sequence[Sequence[Cell]]) -> list[tuple[tuple[Cell, ...], int, int]]:
    """For each run of grid columns under the same header cells: these cells top down, start and stop."""
    width = max((cell.column + cell.column_span for row in header_rows for cell in row), default=0)
    above: list[list[Cell]] = [[] for _ in range(width)]
    for row in header_rows:
        for cell in row:
            for column in range(cell.column, cell.column + cell.column_span):
                above[column].append(cell)
    leaves: list[tuple[tuple[Cell, ...], int, int]] = []
    before: list[int] = []
    for column, covering in enumerate(above):
        cells = {id(cell): cell for cell in covering}
        if leaves and before == list(cells):
            leaves[-1] = (leaves[-1][0], leaves[-1][1], column + 1)
        else:
            leaves.append((tuple(cells.values()), column, column + 1))
        before = list(cells)
    return leaves


def _key_of(
    cells: Sequence[Cell], labels: Mapping[str, str], keys: Sequence[str], others: Collection[str]
) -> tuple[str | None, bool]:
    """The key that header cells name, and whether they do so exactly. Beside words of another column (上年,
    占比) they name none, unless that is what all of them together are called."""
    whole = normalise("".join(cell.text for cell in cells)).body
    if labels.get(whole) in keys:
        return labels[whole], True
    if any(word in whole for word in others):
        return None, False
    for cell in reversed(cells):
        if labels.get(body := label_in(cell.text, labels).body) in keys:
            return labels[body], True
    scored = sorted(
        ((likeness(whole, body), key) for body, key in labels.items() if key in keys), reverse=True
    )
    if whole and scored and scored[0][0] >= LEAST_LIKENESS:
        rivals = [score for score, key in scored if key != scored[0][1]]
        if not rivals or rivals[0] < scored[0][0]:
            return scored[0][1], False
    return None, False


def _fill_between(found: Sequence[_Leaf], keys: Sequence[str]) -> tuple[Column, ...] | None:
    """Give unexplained headers the missing keys, where the form's order leaves one way only."""
    known = [index for index, leaf in enumerate(found) if leaf.key]
    if not known:
        return None
    missing = [key for key in keys if key not in {found[index].key for index in known}]
    unexplained = [i for i in range(known[0], len(found)) if not found[i].key and found[i].header.strip()]
    filled = dict(zip(unexplained, missing, strict=True)) if len(missing) == len(unexplained) else {}
    columns = [
        Column(leaf.key or filled[i], leaf.start, leaf.stop, leaf.header, leaf.twins)
        for i, leaf in enumerate(found)
        if leaf.key or i in filled
    ]
    in_form_order = [column.key for column in columns] == [
        key for key in keys if key in {column.key for column in columns}
    ]
    return tuple(columns) if not filled or in_form_order else None
