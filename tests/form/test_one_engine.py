"""What one table is safe from, every table is: columns beside the form, cells over two rows, shared rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from base.paths import ROOT
from extract.document import Cell, Document, Paragraph, Table
from extract.form.layout.codebook import codebook
from extract.form.read import read_form
from extract.form.reading import MERGED, Reading

DOCUMENTS = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
DECISIONS = ("信息内容", "本年处理决定数量")


def table(*rows: Sequence[str], down: tuple[int, int] | None = None) -> Document:
    """A document of one table; the cell `down` reaches over the row below it too, where nothing is given."""
    cells = [
        Cell(text, r, c, row_span=2 if (r, c) == down else 1, locator=f"table 1 r{r + 1} c{c + 1}")
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if down is None or (r, c) != (down[0] + 1, down[1])
    ]
    whole = Table(len(rows), max(map(len, rows)), tuple(cells), "table 1")
    return Document((whole,), reader="html", format="html")


def values(reading: Reading) -> dict[str, float | None]:
    return {cell.row_code: cell.value for cell in reading.cells}


def test_a_value_below_a_column_without_its_name_is_not_the_next_columns() -> None:
    """The header lost 本年制发件数; 564 stands there, and a count of cells may not make it another's."""
    reading = read_form(
        table(("信息内容", "", *DOCUMENTS[2:]), ("规章", "0", "0", "0"), ("行政规范性文件", "564", "984", ""))
    )
    assert values(reading)["t2:20.1.2.repealed"] == 984
    assert values(reading)["t2:20.1.2.in_force"] is None


def test_a_blank_cell_beside_print_under_no_column_is_not_known_to_be_blank() -> None:
    """Without rules a column may be parted in two, its name in one half and its value in the other."""
    changes = ("信息内容", "上一年项目数量", "本年增/减", "", "处理决定数量")
    cells = {
        cell.row_code: cell for cell in read_form(table(changes, ("行政许可", "496", "", "49", "3436"))).cells
    }
    change = cells["t2:20.5.1.items_change"]
    assert (change.value, change.value_status) == (None, "unreadable")
    assert MERGED in change.flags
    assert cells["t2:20.5.1.items_previous_year"].value == 496
    assert cells["t2:20.5.1.decisions"].value == 3436


def test_a_value_that_reaches_over_two_rows_is_neithers() -> None:
    """Whose the number is nothing tells; in table two it stood for both."""
    document = table(DECISIONS, ("行政处罚", "12"), ("行政强制", ""), down=(1, 1))
    cells = {cell.row_code: cell for cell in read_form(document).cells}
    for code in ("t2:20.6.1.decisions", "t2:20.6.2.decisions"):
        assert cells[code].value is None
        assert MERGED in cells[code].flags


def test_a_row_that_two_lines_share_is_read_where_each_cell_prints_two_lines() -> None:
    shared = ("规章\n行政规范性文件", "0\n69", "0\n3", "0\n665")
    found = values(read_form(table(DOCUMENTS, shared)))
    assert found["t2:20.1.1.issued"] == 0
    assert [found[f"t2:20.1.2.{key}"] for key in ("issued", "repealed", "in_force")] == [69, 3, 665]


@pytest.mark.parametrize("printed", ["12", "12\n3\n4"])
def test_a_row_that_two_lines_share_is_unread_where_they_cannot_be_told_apart(printed: str) -> None:
    reading = read_form(table(DOCUMENTS, ("规章、行政规范性文件", printed, "0", "0")))
    assert set(values(reading).values()) == {None}
    assert any(finding.check_id == "merged_rows" for finding in reading.findings)


def test_a_row_of_running_text_shares_nothing_with_what_stands_above_its_header() -> None:
    """A tool glued the form to one line, and signs for none are no values there: the names of rows run on."""
    glued = r"现行有效件数规章\\\行政规范性文件\\\第二十条第（五）项信息内容本年处理决定数量行政许可168"
    lines = (
        "信息内容本年制发件数本年废止件数" + glued + "第二十条第（六）项信息内容本年处理决定数量行政处罚6290",
    )
    blocks = tuple(Paragraph(text, f"line {n}") for n, text in enumerate(lines, 1))
    found = values(read_form(Document(blocks, reader="text", format="txt")))
    assert (found["t2:20.5.1.decisions"], found["t2:20.6.1.decisions"]) == (168, 6290)


def test_a_row_of_running_text_below_a_header_that_lost_its_words_is_read_by_its_count() -> None:
    """As in a real table: the edition gives 行政许可 one column, and one number stands behind it."""
    documents = ("\t".join(DOCUMENTS), "规章\t0\t0\t0", "行政规范性文件\t5\t1\t9")
    lines = (*documents, "行政许可\t81", "行政处罚\t3\t4")
    blocks = tuple(Paragraph(text, f"line {n}") for n, text in enumerate(lines, 1))
    found = values(read_form(Document(blocks, reader="text", format="txt")))
    assert found["t2:20.5.1.decisions"] == 81
    assert found["t2:20.6.1.decisions"] is None


def test_the_engine_names_no_table_of_the_form() -> None:
    """How a table is read, the codebook says (tables.csv), so that a new one needs no reader."""
    names = re.compile("|".join(rf"""["']{table}["':]""" for table in codebook().tables))
    modules = sorted((ROOT / "extract" / "form" / "engine").glob("*.py"))
    assert len(modules) > 5
    assert [path.name for path in modules if names.search(path.read_text(encoding="utf-8"))] == []
