"""Faults that are seldom and show one repair of a reading each: they occur where they are asked for."""

from __future__ import annotations

from random import Random

from demo.draft import Draft
from demo.faults.base import COLUMNS, Fault


def _one_for_dash(draft: Draft, rng: Random) -> str:
    """A zero of table three printed as the stroke 一, which is the numeral one as well."""
    zeros = [cell for cell in draft.cells.values() if cell.value == 0 and cell.table == "t3"]
    cell = rng.choice([cell for cell in zeros if cell.applicant_type != "total"])
    draft.blank(cell.key, "一", "unreadable")
    return f"{cell.row_code} {cell.applicant_type} is printed 一"


def _cell_lost(draft: Draft, rng: Random) -> str:
    """A row of table three has lost a cell that held a zero: what follows stands one column to the left."""
    sheet = draft.sheets("t3")[0]
    rows = [row for row in sheet.rows if len({box.keys for box in row if box.keys}) > 1]
    candidates = [
        (row, box)
        for row in rows
        if sum(draft.cells[key].value != 0 for one in row for key in one.keys) > 2
        for box in row
        if box.keys and draft.cells[box.keys[0]].value == 0
    ]
    row, box = rng.choice(candidates)
    row.remove(box)
    draft.blank(box.keys[0])
    draft.doubt({key for one in row for key in one.keys} | {box.keys[0]})
    return f"the cell of {box.keys[0]} is lost"


RARE_FAULTS: dict[str, Fault] = {
    "one_for_dash": Fault("a zero as the stroke 一", _one_for_dash, editions=COLUMNS, rare=True),
    "cell_lost": Fault("a cell lost from a row", _cell_lost, editions=COLUMNS, formats=("txt",), rare=True),
}
