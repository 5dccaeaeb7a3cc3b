"""All tables of the form in one document: real tables first, running text for what they lack; and where
there is no national form at all, a local one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from extract.document import Document
from extract.form.by_position.find_parts import parts_of_tables, parts_of_text
from extract.form.by_position.parts import read_parts
from extract.form.engine.copies import doubt_copies
from extract.form.engine.cuts import prints_zeros
from extract.form.engine.emit import TableReading
from extract.form.engine.engine import read_rows
from extract.form.engine.running_text import LEAST_ROWS, RunningText
from extract.form.engine.tables import Tables
from extract.form.layout.codebook import APPLICANT_TOTAL, codebook
from extract.form.layout.editions import EDITION_OPEN, edition_of
from extract.form.layout.positions import positions
from extract.form.local.tables import read_local_tables
from extract.form.local.text import read_local_text
from extract.form.plans import Plans
from extract.form.reading import MISSING_ROW, ROW_OVER_LINES, Reading, doubt_row_over_lines
from extract.form.rows.table_rows import PrintedRow, form_rows
from extract.form.rows.text_rows import stream, stream_rows
from extract.records import Fact, Finding

_PLANS = Plans()


def read_form(document: Document) -> Reading:
    """The reading of a document: what its tables print, and where a table lacks rows, its running text."""
    found = _PLANS.read(document, read_tables)
    lacking = any(_lacks_rows(found.get(table)) for table in codebook().always)
    if lacking or ("s14" not in found and _mentions_statistics(document)):
        found = _with_running_text(document, found)
    if not found:
        local = read_local_tables(document)
        return local if local.cells else read_local_text(document)
    return _joined([found[table] for table in codebook().tables if table in found])


def read_tables(document: Document, told: Sequence[str] = ()) -> dict[str, TableReading]:
    """The readings of real tables. Tables two and three each take the other's edition where that is sure and
    their own is not; `told` are the editions that running text tells of them."""
    rows, source = form_rows(document), Tables()
    three = read_rows("t3", rows.get("t3", ()), source, told)
    two = read_rows("t2", rows.get("t2", ()), source, _sure_edition(three) or told)
    if two and not told and not (three and three.is_sure):
        three = read_rows("t3", rows.get("t3", ()), source, [two.edition])
    edition = edition_of("t4", (), [one.edition for one in (three, two) if one])
    four = read_parts("t4", parts_of_tables(rows.get("t4", ()), positions("t4", edition)), edition)
    statistics = read_rows("s14", rows.get("s14", ()), source)
    return {reading.table: reading for reading in (two, three, four, statistics) if reading}


def _sure_edition(reading: TableReading | None) -> Sequence[str]:
    """The edition that a table alone tells, if it does."""
    return [reading.edition] if reading and reading.is_sure else []


def _tells(text: TableReading, found: Mapping[str, TableReading]) -> bool:
    """Whether running text tells the edition of a table whose real rows were taken for another."""
    real = found.get(text.table)
    return text.is_sure and real is not None and not real.is_sure and real.edition != text.edition


def _lacks_rows(reading: TableReading | None) -> bool:
    return reading is None or any(finding.check_id == MISSING_ROW for finding in reading.findings)


def _mentions_statistics(document: Document) -> bool:
    """Whether the running text names indicators of the statistics table of 2014."""
    text = "".join("".join(paragraph.text.split()) for paragraph in document.paragraphs())
    return sum(line.bodies[0] in text for line in codebook().lines_of_all("s14")) >= LEAST_ROWS


def _with_running_text(
    document: Document, found: Mapping[str, TableReading], *, retold: bool = False
) -> dict[str, TableReading]:
    """The readings with what the running text prints of the tables, and of rows of them, that are lacking.

    A page break may leave the rows that tell a table's edition in the running text: then the real tables are
    read again on that edition, once (`retold`).
    """
    printed = stream(list(document.paragraphs()))
    rows = stream_rows(printed)
    settled = dict(found)
    if not rows:
        return settled
    two, three = found.get("t2"), found.get("t3")

    def read(table: str, others: Sequence[str], prints_all: bool = False) -> TableReading | None:
        real = found.get(table)
        source = RunningText(real.lines if real else (), prints_all=prints_all)
        return read_rows(table, rows, source, others) if _lacks_rows(real) else None

    text_three = read("t3", [two.edition] if two else [])
    sure = _sure_edition(three) or _sure_edition(text_three)
    text_two = read("t2", sure, bool(text_three) and prints_zeros(text_three))
    if text_two and text_three and not two and not text_three.is_sure:
        text_three = read("t3", [text_two.edition])
    told = [one.edition for one in (text_three, text_two) if one and _tells(one, found)]
    if told and not retold:
        return _with_running_text(document, read_tables(document, told), retold=True)
    _add(settled, text_three, rows)
    _add(settled, text_two, rows)
    if "t4" not in found:
        edition = edition_of("t4", (), [settled[one].edition for one in ("t3", "t2") if one in settled])
        _add(settled, read_parts("t4", list(parts_of_text(rows, positions("t4", edition))), edition))
    if "s14" not in found:
        _add(settled, read_rows("s14", stream_rows(printed, all_words=True), RunningText()))
    return settled


def _add(found: dict[str, TableReading], text: TableReading | None, rows: Sequence[PrintedRow] = ()) -> None:
    """Put the rows found in running text to those of the real table; what still lacks, the text says. `rows`
    are those of the text, in which the table may stand again."""
    if text is None:
        return
    if rows:
        doubt_copies(text, rows)
    _doubt_rows_over_lines(text)
    table = found.setdefault(text.table, text)
    if table is not text:
        table.is_sure |= text.is_sure and text.edition == table.edition
        table.findings = [one for one in table.findings if one.check_id != MISSING_ROW] + text.findings
        table.cells += text.cells
        table.lines |= text.lines


def _doubt_rows_over_lines(text: TableReading) -> None:
    """Flag rows whose values stand on several lines of a page, and give up those of table three whose sum is
    not right in the order read; table four has told its rows itself."""
    if text.table == "t4":
        return
    rows: dict[str, list[Fact]] = defaultdict(list)
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


def _adds_up(row: Sequence[Fact]) -> bool:
    """Whether the applicants' counts of a row of table three are its total, blank cells aside."""
    counts = {cell.applicant_type: cell.value or 0 for cell in row}
    total = counts.pop(APPLICANT_TOTAL, None)
    return total is not None and sum(counts.values()) == total


def _row_of(cell: Fact) -> str:
    """What names the printed row that a cell stands in."""
    table = cell.row_code.partition(":")[0]
    return cell.row_code.rpartition(".")[0] if table == "t2" else cell.row_code.partition("#")[0]


def _has_one_edition(table: str) -> bool:
    return len(codebook().editions_of(table)) == 1


def _joined(readings: Sequence[TableReading]) -> Reading:
    """The tables as one reading. What neither a table's own print tells of its edition nor that of the other
    tables, with one voice, is open; where editions are mixed, table four goes with table three."""
    cells: list[Fact] = []
    findings: list[Finding] = []
    sure = {reading.table: reading.edition for reading in readings if reading.is_sure}
    for reading in readings:
        telling = {edition for table, edition in sure.items() if reading.table != "t4" or table == "t3"}
        is_told = reading.is_sure or telling == {reading.edition} or _has_one_edition(reading.table)
        cells += reading.cells if is_told else [cell.flagged(EDITION_OPEN) for cell in reading.cells]
        findings += reading.findings
    return Reading(tuple(cells), {reading.table: reading.edition for reading in readings}, tuple(findings))
