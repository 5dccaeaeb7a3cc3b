"""All tables of the form in one document: real tables first, running text for what they lack; and where
there is no national form at all, a local one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from extract.document import Document
from extract.form.engine.grid import TableReading
from extract.form.engine.statistics import read_statistics
from extract.form.engine.table_four import read_table_four
from extract.form.engine.table_three import read_table_three
from extract.form.engine.table_two import read_table_two
from extract.form.engine.text.statistics import stream_statistics
from extract.form.engine.text.table_four import stream_table_four
from extract.form.engine.text.table_three import LEAST_ROWS, prints_zeros, stream_table_three
from extract.form.engine.text.table_two import stream_table_two
from extract.form.engine.text.twice import doubt_copies
from extract.form.layout.codebook import APPLICANT_TOTAL, codebook
from extract.form.layout.editions import edition_of
from extract.form.local.tables import read_local_tables
from extract.form.local.text import read_local_text
from extract.form.reading import MISSING_ROW, ROW_OVER_LINES, ReadCell, Reading, Remark, doubt_row_over_lines
from extract.form.rows.table_rows import Row, form_rows
from extract.form.rows.text_rows import stream_rows


def read_form(document: Document) -> Reading:
    """The reading of a document: what its tables print, and where a table lacks rows, its running text."""
    rows = form_rows(document)
    three = read_table_three(rows.get("t3", ()))
    two = read_table_two(rows.get("t2", ()), sure_edition(three))
    if two and not (three and three.is_sure):
        three = read_table_three(rows.get("t3", ()), [two.edition])
    others = [one.edition for one in (three, two) if one]
    four = read_table_four(rows.get("t4", ()), edition_of("t4", (), others))
    statistics = read_statistics(rows.get("s14", ()))
    found = {reading.table: reading for reading in (two, three, four, statistics) if reading}
    lacking = any(_lacks_rows(found.get(table)) for table in ("t2", "t3", "t4"))
    if lacking or ("s14" not in found and _mentions_statistics(document)):
        _add_running_text(document, found)
    if not found:
        local = read_local_tables(document)
        return local if local.cells else read_local_text(document)
    return _joined([found[table] for table in codebook().tables if table in found])


def sure_edition(reading: TableReading | None) -> list[str]:
    """The edition that a table alone tells, if it does."""
    return [reading.edition] if reading and reading.is_sure else []


def _lacks_rows(reading: TableReading | None) -> bool:
    return reading is None or any(remark.check_id == MISSING_ROW for remark in reading.remarks)


def _mentions_statistics(document: Document) -> bool:
    """Whether the running text names indicators of the statistics table of 2014."""
    text = "".join("".join(paragraph.text.split()) for paragraph in document.paragraphs())
    return sum(line.bodies[0] in text for line in codebook().lines_of_all("s14")) >= LEAST_ROWS


def _add_running_text(document: Document, found: dict[str, TableReading]) -> None:
    rows = stream_rows(list(document.paragraphs()))
    if not rows:
        return
    two, three = found.get("t2"), found.get("t3")
    known = two.lines if two else set()
    others = sure_edition(three)
    text_two = stream_table_two(rows, known, others=others) if _lacks_rows(two) else None
    edition = two.edition if two else text_two.edition if text_two else None
    if _lacks_rows(three):
        text_three = stream_table_three(rows, edition, three.lines if three else ())
        others = others or sure_edition(text_three)
        if text_two and others and not text_two.is_sure:
            text_two = stream_table_two(rows, known, others=others)
        if text_two and text_three and prints_zeros(text_three):
            text_two = stream_table_two(rows, known, prints_all=True, others=others)
        _add(found, three, text_three, rows)
    _add(found, two, text_two, rows)
    if "t4" not in found:
        beside = [found["t3"].edition if "t3" in found else None, edition]
        _add(found, None, stream_table_four(rows, edition_of("t4", (), beside)))
    if "s14" not in found:
        _add(found, None, stream_statistics(stream_rows(list(document.paragraphs()), all_words=True)))


def _add(
    found: dict[str, TableReading],
    grid: TableReading | None,
    text: TableReading | None,
    rows: Sequence[Row] = (),
) -> None:
    """Put the rows found in running text to those of the real table; what still lacks, the text says. `rows`
    are those of the text, in which the table may stand again."""
    if text is None:
        return
    if rows:
        doubt_copies(text, rows)
    _doubt_rows_over_lines(text)
    if grid is None:
        found[text.table] = text
        return
    grid.remarks = [remark for remark in grid.remarks if remark.check_id != MISSING_ROW] + text.remarks
    grid.cells += text.cells
    grid.lines |= text.lines


def _doubt_rows_over_lines(text: TableReading) -> None:
    """Flag rows whose values stand on several lines of a page, and give up those of table three whose sum is
    not right in the order read; table four has told its rows itself."""
    if text.table == "t4":
        return
    rows: dict[str, list[ReadCell]] = defaultdict(list)
    for cell in text.cells:
        rows[_row_of(cell)].append(cell)
    doubted = [doubt_row_over_lines(row) for row in rows.values()]
    text.cells = [
        cell.unreadable()
        if text.table == "t3" and ROW_OVER_LINES in cell.flags and not _adds_up(row)
        else cell
        for row in doubted
        for cell in row
    ]


def _adds_up(row: Sequence[ReadCell]) -> bool:
    """Whether the applicants' counts of a row of table three are its total, blank cells aside."""
    counts = {cell.applicant_type: cell.value or 0 for cell in row}
    total = counts.pop(APPLICANT_TOTAL, None)
    return total is not None and sum(counts.values()) == total


def _row_of(cell: ReadCell) -> str:
    """What names the printed row that a cell stands in."""
    table = cell.row_code.partition(":")[0]
    return cell.row_code.rpartition(".")[0] if table == "t2" else cell.row_code.partition("#")[0]


def _joined(readings: Sequence[TableReading]) -> Reading:
    cells: list[ReadCell] = []
    remarks: list[Remark] = []
    for reading in readings:
        cells += reading.cells
        remarks += reading.remarks
    return Reading(tuple(cells), {reading.table: reading.edition for reading in readings}, tuple(remarks))
