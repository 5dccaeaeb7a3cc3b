"""Documents drawn straight from the codebook, for tests that walk through every position of the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from extract.document import Cell, Document, Paragraph, Table
from extract.form.layout.codebook import APPLICANT_TOTAL, codebook

Key = tuple[str, str]
GROUPS = {"t3:3.3": 8, "t3:3.4": 3, "t3:3.5": 5, "t3:3.6": 3}


def printed_keys(edition: str, table: str) -> list[Key]:
    """Row code and applicant type of every cell that the form prints, in order."""
    return [
        (code, applicant)
        for line in codebook().form(table, edition).lines
        for _, code, applicant in line.cells
    ]


def table_three(edition: str, values: Mapping[Key, str], labels: Mapping[str, str] | None = None) -> Table:
    """Table three as the form prints it: three label columns with spans, seven value columns."""
    labels = labels or {}
    cells: list[Cell] = []

    def add(text: str, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        cells.append(Cell(text, row, column, rows, columns, f"table 1 r{row + 1} c{column + 1}"))

    add("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 0, 0, 3, 3)
    add("申请人情况", 0, 3, 1, 7)
    add("自然人", 1, 3, 2, 1)
    add("法人或其他组织", 1, 4, 1, 5)
    add("总计", 1, 9, 2, 1)
    for column, name in enumerate(["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"], start=4):
        add(name, 2, column)
    row = 3
    outcome_rows = 21 if edition == "e2021" else 19
    texts = printed_labels(edition)
    for line in codebook().form("t3", edition).lines:
        text = labels.get(line.code, texts[line.code])
        depth = line.code.count(".")
        if line.code == "t3:3":
            add(text, row, 0, outcome_rows, 1)
            continue
        if not line.printed:
            add(text, row, 1, GROUPS[line.code], 1)
            continue
        if line.code in ("t3:1", "t3:2", "t3:4"):
            add(text, row, 0, 1, 3)
        else:
            add(text, row, depth, 1, 3 - depth)
        for column, applicant in enumerate(codebook().applicant_types, start=3):
            add(values[line.code, applicant], row, column)
        row += 1
    return Table(row, 10, tuple(sorted(cells, key=lambda c: (c.row, c.column))), "table 1")


def printed_labels(edition: str) -> dict[str, str]:
    """The labels of table three word for word, as data/codebook/edition_rows.csv has them."""
    from extract.form.layout.codebook import read_table

    return {
        row["row_code"]: row["label_zh"]
        for _, row in read_table("edition_rows")
        if row["edition"] == edition and row["table"] == "t3"
    }


def document(*tables: Table) -> Document:
    """A document of these tables under a title."""
    title = Paragraph("测试市某局2022年政府信息公开工作年度报告", "paragraph 1")
    return Document((title, *tables), "html", "html")


def numbered(edition: str) -> dict[Key, str]:
    """Values that are all different, so that a cell in a wrong place cannot go unseen."""
    return {key: str(1000 + index) for index, key in enumerate(printed_keys(edition, "t3"))}


def without_row(table: Table, row: int) -> Table:
    """The table with one row taken out, spans that crossed it shortened."""
    cells = []
    for cell in table.cells:
        if cell.row <= row < cell.row + cell.row_span and cell.row_span > 1:
            cells.append(Cell(cell.text, cell.row, cell.column, cell.row_span - 1, cell.column_span))
        elif cell.row < row:
            cells.append(cell)
        elif cell.row > row:
            cells.append(Cell(cell.text, cell.row - 1, cell.column, cell.row_span, cell.column_span))
    return Table(table.rows - 1, table.columns, tuple(cells), table.locator)


def changed(table: Table, change: Callable[[Cell], Cell | None]) -> Table:
    """The table with every cell put through `change`; None leaves a cell out."""
    cells = (change(cell) for cell in table.cells)
    return Table(table.rows, table.columns, tuple(c for c in cells if c is not None), table.locator)


__all__ = ["APPLICANT_TOTAL", "changed", "document", "numbered", "printed_keys", "table_three", "without_row"]
