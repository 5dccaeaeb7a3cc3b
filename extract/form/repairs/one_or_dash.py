"""A 一 alone in its cell: the numeral, or the stroke that people type for a dash.

Where numbers are written in Chinese numerals it is the numeral; else nobody can tell. Of a report that prints
figures a stray 二 proves nothing: on scans it is a dash beside a rule.
"""

from __future__ import annotations

from dataclasses import replace

from extract.form.reading import Reading
from extract.records import Fact

ONE_OR_DASH = "one_or_dash"
_ONE = "一"


def without_dashes_for_ones(reading: Reading) -> Reading:
    """The reading with every 一 alone unreadable, unless as many others are in numerals as in figures, where
    a zero is a figure that anybody prints."""
    if not any(_is_one(cell) for cell in reading.cells):
        return reading
    others = [cell for cell in reading.cells if cell.value is not None and not _is_one(cell)]
    in_numerals = sum(map(_is_written, others))
    in_figures = sum(cell.value != 0 and not _is_written(cell) for cell in others)
    if in_numerals and in_numerals >= in_figures:
        return reading
    cells = tuple(cell.unreadable(ONE_OR_DASH) if _is_one(cell) else cell for cell in reading.cells)
    return replace(reading, cells=cells)


def _is_one(cell: Fact) -> bool:
    return _ONE in cell.published and cell.value is not None and not set(cell.published.split()) - {_ONE}


def _is_written(cell: Fact) -> bool:
    """Whether a cell prints its number without a figure."""
    return not any(character.isdecimal() for character in cell.published)
