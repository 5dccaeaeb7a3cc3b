"""What there is to say of a row that is a line of the form, but not as the form prints it."""

from __future__ import annotations

from collections.abc import Sequence

from extract.form.engine.align import AMBIGUOUS, OUT_OF_ORDER
from extract.form.layout.codebook import codebook
from extract.form.layout.form import Line
from extract.form.reading import NOT_PLACED, UNKNOWN_ROW
from extract.form.rows.table_rows import PrintedRow
from extract.records import Finding


def row_told_by_place(line: Line, row: PrintedRow, how: str) -> Finding:
    """A row whose line its place tells, or that stands out of place; `how` is the match's."""
    if how == OUT_OF_ORDER:
        zh, en = "行次与表式不符", "a row out of order, known by its label"
    elif how == AMBIGUOUS:
        zh, en = "行标签在表式中不止一处，无法认定", "a label that stands more than once in the form, for any"
    else:
        zh, en = "行标签缺失，按位置认定", "a row without a label, known by its place"
    return Finding(
        how,
        "info",
        f"{zh}：{line.bodies[0]}",
        f"{en}: {line.code}",
        row_code=line.code,
        evidence=row.text[:80],
    )


def row_not_placed(line: Line, row: PrintedRow) -> Finding:
    """A row some of whose values have no sure column."""
    return Finding(
        NOT_PLACED,
        "warn",
        f"该行单元格合并或数目与表头不符，部分数值无法对应到列：{row.text[:80]}",
        f"cells are merged or too few for the columns; some values have no sure column: {row.text[:80]}",
        row_code=line.code,
    )


def unclaimed_row(row: PrintedRow) -> Finding:
    """A row with values that is no line of the form."""
    where = row.cells[0].locator if row.cells else ""
    return Finding(
        "unclaimed_row",
        "warn",
        f"表中有数据的一行不属于表式中的任何一行：{row.text[:80]}",
        f"a row with values is no line of the form: {row.text[:80]}",
        evidence=where,
        attributed_to="undecided",
    )


def unknown_row(row: PrintedRow) -> Finding:
    """A whole row between rows of the form that no edition in the codebook has."""
    where = row.cells[0].locator if row.cells else ""
    return Finding(
        UNKNOWN_ROW,
        "warn",
        f"表中有一行是所知各版表式都没有的：{row.text[:80]}",
        f"a row of the table stands in no edition of the form that is known: {row.text[:80]}",
        evidence=where,
    )


def merged_rows(lines: Sequence[Line], row: PrintedRow) -> Finding:
    """A row that several lines of the form share."""
    codes = ", ".join(line.code for line in lines)
    return Finding(
        "merged_rows",
        "warn",
        f"两行合并为一行：{row.text[:80]}",
        f"rows of the form are merged into one: {codes}",
        row_code=lines[0].code,
        evidence=row.value_cells[0].locator if row.value_cells else None,
    )


def edition_mixed(table: str, edition: str) -> Finding:
    """Blocks of a table that are of another edition than most of them."""
    own = codebook().tables[table]
    return Finding(
        "edition_mixed",
        "warn",
        f"表{own.title_zh}混用了不同版本的表式（按 {edition} 认定）",
        f"table {own.title_en}: blocks of different editions are mixed; taken as {edition}",
    )
