"""Whose turn it is at which cells: two persons key every cell, a third what the two keyed otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from publish.audit.settle import Key, settle


def cells_for(person: str, keyings: Mapping[str, Mapping[Key, str]], cells: Sequence[Key]) -> tuple[Key, ...]:
    """The cells of a report that a person has still to key; `keyings` in the order in which they began."""
    own = keyings.get(person, {})
    others = [keyed for one, keyed in keyings.items() if one != person]
    if person not in list(keyings)[:2] and len(others) >= 2:
        first, second = others[:2]
        both = [cell for cell in cells if cell in first and cell in second]
        cells = settle((first, second), both).waiting
    return tuple(cell for cell in cells if cell not in own)
