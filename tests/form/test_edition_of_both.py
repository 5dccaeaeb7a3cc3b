"""A table that a page break cuts: real rows and running text are of one edition, whichever tells it."""

from __future__ import annotations

from extract.document import Cell, Document, Paragraph, Table
from extract.form.layout.codebook import codebook
from extract.form.layout.editions import telling_lines
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
    assert {(cell.row_code, cell.applicant_type): cell.value for cell in reading.cells} == printed
