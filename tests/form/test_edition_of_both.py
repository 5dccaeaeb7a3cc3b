"""A table that a page break cuts: real rows and running text are of one edition, whichever tells it."""

from __future__ import annotations

import pytest

from extract.document import Cell, Document, Paragraph, Table
from extract.form.layout.codebook import codebook
from extract.form.layout.editions import EDITION_OPEN, telling_lines
from extract.form.read import read_form
from tests.form.documents import printed_labels

HEADER = ("", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
EDITION = "e2021"


def cut_by_a_page(edition: str) -> tuple[Document, dict[tuple[str, str], float]]:
    """Table three of an edition, the rows that tell it set as running text, and what it prints."""
    telling = {line.code for line in telling_lines("t3") if edition in line.editions}
    labels = printed_labels(edition)
    rows: list[tuple[str, ...]] = [HEADER]
    lines: list[tuple[str, ...]] = []
    printed: dict[tuple[str, str], float] = {}
    for number, line in enumerate(codebook().form("t3", edition).printed_lines, 1):
        counts = [*(number + step for step in range(6)), 6 * number + 15]
        printed |= {(code, who): float(n) for (_, code, who), n in zip(line.cells, counts, strict=True)}
        values = tuple(map(str, counts))
        (lines if line.code in telling else rows).append((labels[line.code], *values))
    cells = tuple(
        Cell(text, r, c, locator=f"table 1 r{r + 1} c{c + 1}")
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    text = [Paragraph(" ".join(line), f"line {n}") for n, line in enumerate(lines, 1)]
    table = Table(len(rows), len(HEADER), cells, "table 1")
    return Document((table, *text), reader="html", format="html"), printed


def test_real_rows_take_the_edition_that_the_rows_in_the_running_text_tell() -> None:
    document, printed = cut_by_a_page(EDITION)
    reading = read_form(document)
    assert {cell.edition for cell in reading.cells} == {EDITION}
    assert not any(EDITION_OPEN in cell.flags for cell in reading.cells)
    assert {(cell.row_code, cell.applicant_type): cell.value for cell in reading.cells} == printed


def of_table(edition: str, table: str, codes: set[str]) -> Table:
    """A table of an edition with some of its lines alone, as a page that was scanned by itself has it."""
    labels = printed_labels(edition)
    lines = [line for line in codebook().form(table, edition).printed_lines if line.code in codes]
    rows = [HEADER, *((labels[line.code], *map(str, range(1, 8))) for line in lines)]
    cells = tuple(
        Cell(text, r, c, locator=f"table 1 r{r + 1} c{c + 1}")
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    return Table(len(rows), len(HEADER), cells, "table 1")


def open_lines(*tables: Table) -> set[str]:
    """The lines of a document's tables whose edition nothing tells."""
    reading = read_form(Document(tables, reader="ocr", format="image"))
    assert reading.cells
    return {cell.row_code for cell in reading.cells if EDITION_OPEN in cell.flags}


@pytest.mark.parametrize("edition", ["e2019", "e2021"])
def test_the_edition_of_rows_that_several_print_alike_is_open(edition: str) -> None:
    assert open_lines(of_table(edition, "t3", {"t3:3.7", "t3:4"})) == {"t3:3.7", "t3:4"}


@pytest.mark.parametrize("edition, telling", [("e2021", "t3:3.6.1"), ("e2019", "t3:3.6")])
def test_a_row_that_one_edition_alone_prints_tells_those_beside_it(edition: str, telling: str) -> None:
    assert open_lines(of_table(edition, "t3", {telling, "t3:3.7", "t3:4"})) == set()
