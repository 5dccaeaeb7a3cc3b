"""A number that a conversion pushed out of its cell onto a line of its own.

Text made from PDF sometimes leaves a cell empty and prints its number a few lines away. It is put back only
where nothing else is possible: one loose number among the rows of a table, one blank cell in that table,
and every identity of the cell fails while it is blank and holds with the number. The cell says so (flag
`displaced`), and its locator names both places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract import locators
from extract.document import Document, Paragraph, Table
from extract.form.reading import DISPLACED, Reading
from extract.form.repairs.consistency import Values, amount, identities_of
from extract.form.rows.table_rows import table_of, table_rows
from extract.form.rows.values import BLANK, NUMBER, parse
from extract.records import Fact, Finding

TABLE = "t3"
# With fewer identities than this a number that fits may fit by chance.
LEAST_IDENTITIES = 2


def put_back(document: Document, reading: Reading) -> Reading:
    """The reading with a displaced number of table three in its cell, or unchanged."""
    own = [cell for cell in reading.cells if cell.row_code.startswith(f"{TABLE}:")]
    blank = [cell for cell in own if cell.value_status == BLANK]
    if len(blank) != 1 or any(cell.value is None for cell in own if cell is not blank[0]):
        return reading
    loose = _loose_numbers(document)
    if len(loose) != 1:
        return reading
    number, cell = loose[0], blank[0]
    filled = replace(
        cell,
        published=number.text.strip(),
        value=parse(number.text).value,
        value_status=NUMBER,
        locator=locators.instead(cell.locator, number.locator),
    ).flagged(DISPLACED)
    if not _only_fits(reading, cell, filled):
        return reading
    return reading.settled([filled], [_finding(filled)])


def _loose_numbers(document: Document) -> list[Paragraph]:
    """Lines that print one number and nothing else, between the first and the last rows of table three."""
    places = [
        index
        for index, block in enumerate(document.blocks)
        if isinstance(block, Table) and any(table_of(row) == TABLE for row in table_rows(0, block))
    ]
    if not places:
        return []
    between: Sequence[object] = document.blocks[places[0] : places[-1]]
    return [b for b in between if isinstance(b, Paragraph) and parse(b.text).status == NUMBER]


def _only_fits(reading: Reading, cell: Fact, filled: Fact) -> bool:
    """Whether all identities of the cell fail with it blank and hold with it filled."""
    before = reading.by_key
    after = {**before, cell.key: filled}
    own = [one for one in identities_of(reading) if cell.key in (*one.left, *one.right)]

    def holds(cells: Values) -> list[bool]:
        return [amount(cells, i.left) == amount(cells, i.right) for i in own]

    return len(own) >= LEAST_IDENTITIES and all(holds(after)) and not any(holds(before))


def _finding(cell: Fact) -> Finding:
    return Finding(
        "displaced",
        "info",
        f"数值 {cell.published} 脱离了单元格，按唯一空格与勾稽关系放回",
        f"the number {cell.published} stood outside its cell; one blank cell and its identities place it",
        row_code=cell.row_code,
        applicant_type=cell.applicant_type,
        found=cell.published,
        attributed_to="extraction",
        evidence=cell.locator,
    )
