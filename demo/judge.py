"""Holds a reading of a generated report against its truth, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from demo.truth import Key, Truth


class Verdict(Enum):
    """What a reading made of one cell.

    EXACT: the printed number, or no number where none is printed. SILENT: no number where one is printed but
    the document no longer tells for certain. LOST: no number, or no such cell, where one is printed for all
    to see. WRONG: another number than the printed one. INVENTED: a number where none is printed.
    """

    EXACT = "exact"
    SILENT = "silent"
    LOST = "lost"
    WRONG = "wrong"
    INVENTED = "invented"

    @property
    def honest(self) -> bool:
        """Whether nobody who uses the reading is misled."""
        return self in (Verdict.EXACT, Verdict.SILENT, Verdict.LOST)


def judge(truth: Truth, values: Mapping[Key, float | None]) -> dict[Key, Verdict]:
    """A verdict for each cell that is printed and for each number that was read without being printed.

    `values` holds what was read, by (row_code, applicant_type); a cell that was not read may be left out.
    """
    cells = truth.by_key()
    verdicts: dict[Key, Verdict] = {}
    for key, cell in cells.items():
        value = values.get(key)
        if cell.accepts(value):
            silent = value is None and cell.value is not None
            verdicts[key] = Verdict.SILENT if silent else Verdict.EXACT
        elif value is None:
            verdicts[key] = Verdict.LOST
        else:
            verdicts[key] = Verdict.INVENTED if cell.value is None else Verdict.WRONG
    for key, value in values.items():
        if key not in cells and value is not None:
            verdicts[key] = Verdict.INVENTED
    return verdicts
