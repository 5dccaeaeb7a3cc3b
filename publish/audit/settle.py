"""What the page prints, by those who have keyed it: two who agree, or a third who agrees with one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from extract.form.rows.values import parse

Key = tuple[str, str]
#: What a cell says: its number, and what stands there.
Said = tuple[float | None, str]
#: Keyed where the form has the cell and the page does not.
ABSENT: Said = (None, "absent")
#: What a person types for such a cell.
NO_CELL = "?"


@dataclass(frozen=True, slots=True)
class Settled:
    """The cells of one report that are settled, and those that wait for another person."""

    cells: Mapping[Key, Said]
    waiting: tuple[Key, ...]
    #: Cells that the first two keyed otherwise.
    differences: int


def said(keyed: str) -> Said:
    """What a person typed, as the reading would have it: an empty text is a blank."""
    if keyed.strip() == NO_CELL:
        return ABSENT
    value = parse(keyed)
    return value.value, value.status


def settle(keyings: Sequence[Mapping[Key, str]], cells: Iterable[Key]) -> Settled:
    """Settle `cells` by the keyings of up to three persons, in the order in which they came."""
    settled: dict[Key, Said] = {}
    waiting = []
    differences = 0
    for cell in cells:
        told = [said(keying[cell]) for keying in keyings if cell in keying]
        if len(told) >= 2 and told[0] != told[1]:
            differences += 1
        agreed = next((one for one in told if told.count(one) >= 2), None)
        if agreed is None:
            waiting.append(cell)
        else:
            settled[cell] = agreed
    return Settled(settled, tuple(waiting), differences)


def wrong_cells(settled: Settled, read: Mapping[Key, Said], doubted: frozenset[Key]) -> tuple[Key, ...]:
    """Cells that were read otherwise than the page prints, without a word: one that carries a doubt or is
    called unreadable does not deceive."""
    return tuple(
        cell
        for cell, prints in settled.cells.items()
        if cell not in doubted
        if (found := read.get(cell, ABSENT)) != prints and found[1] != "unreadable"
    )
