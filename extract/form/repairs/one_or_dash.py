"""A 一 alone in its cell: the numeral, or the stroke that people type for a dash.

Where another cell is written in Chinese numerals it is the numeral; else nobody can tell.
"""

from __future__ import annotations

from dataclasses import replace

from extract.form.reading import ReadCell, Reading

ONE_OR_DASH = "one_or_dash"
_ONE = "一"


def without_dashes_for_ones(reading: Reading) -> Reading:
    """The reading with every 一 alone unreadable, unless another cell shows that numerals are meant."""
    if not any(_is_one(cell) for cell in reading.cells) or any(map(_is_written, reading.cells)):
        return reading
    cells = tuple(cell.unreadable(ONE_OR_DASH) if _is_one(cell) else cell for cell in reading.cells)
    return replace(reading, cells=cells)


def _is_one(cell: ReadCell) -> bool:
    return cell.value is not None and not set(cell.published.split()) - {_ONE}


def _is_written(cell: ReadCell) -> bool:
    """Whether a cell prints a number without a digit, and not 一 alone."""
    digits = any(character.isdecimal() for character in cell.published)
    return cell.value is not None and not digits and not _is_one(cell)
