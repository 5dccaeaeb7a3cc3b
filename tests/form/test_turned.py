"""Table three on its side."""

from dataclasses import replace

import pytest

from extract.document import Table
from extract.form.read import read_form
from extract.form.rows.turned import upright
from tests.form.documents import document, numbered, table_three


def on_its_side(table: Table) -> Table:
    cells = (
        replace(c, row=c.column, column=c.row, row_span=c.column_span, column_span=c.row_span)
        for c in table.cells
    )
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    return replace(table, rows=table.columns, columns=table.rows, cells=ordered)


@pytest.mark.parametrize("edition", ["e2019", "e2021"])
def test_a_table_on_its_side_reads_as_the_upright_one(edition: str) -> None:
    printed = table_three(edition, numbered(edition))
    turned = on_its_side(printed)
    assert turned != printed
    assert upright(printed) is printed
    assert read_form(document(turned)) == read_form(document(printed))
    assert len(read_form(document(printed)).cells) > 100
