"""Spreadsheets (XLSX, XLS) and CSV -> Document: one table a sheet.

A workbook stores numbers, not what its formats make of them: 12 is stored as 12.0, and whether 0.256
shows as 0.26 or as 26% stands in its format. Numbers are delivered as they show where the format is known,
as in most XLSX (`sheet_looks`); else whole numbers stand as they are, and others, and those under a format
that is not understood, as stored, with the cell's flag ``format_unknown``.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from extract import locators
from extract.document import (
    HIDDEN_TEXT,
    NOT_TEXT,
    Block,
    Cell,
    Document,
    Note,
    Paragraph,
    Table,
    UnreadableDocumentError,
)
from extract.readers.look import Digits
from extract.readers.sheet.biff import checked_workbook
from extract.readers.sheet.looks import Looks, sheet_looks
from extract.readers.sheet.plain import with_plain_values
from extract.readers.sheet.styles import Run
from extract.readers.text import decoded_text, lines
from extract.readers.zip_file import Archive

#: Grid positions of a workbook; the library lays a sheet out whole, from its first to its last used cell.
MOST_POSITIONS = 2_000_000
#: Excel keeps 15 significant digits; what a double holds beyond is not shown (ECMA-376 part 1, 18.17.5.2).
EXCEL_DIGITS = 15

FORMAT_UNKNOWN = "format_unknown"
# The flag of cells that a merged cell covers (data/codebook/flags.csv).
MERGED = "merged_cell"

_Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
_Range = tuple[tuple[int, int], tuple[int, int]]

#: A cell with content; styled cells without any, which reach to the sheet's edges, end in "/>".
_FILLED_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"'][^>]*(?<!/)>")
_FORMULA_WITHOUT_VALUE = re.compile(rb"<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:</c>|<v\s*/>|<v></v>)")
#: Folders of pictures, and of whole files, that lie over the sheets.
_PICTURES, _EMBEDDED = "xl/media/", "xl/embeddings/"
_DELIMITERS = (",", "\t", ";", "|")
#: How a number is written that programs are to take for text.
_AS_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)


def read_sheet(data: bytes) -> Document:
    """One `Table` a visible sheet, under a `Paragraph` with the sheet's name; merged cells span.

    What stands in hidden rows and columns is left out, its place stays, and a note says so.

    Locators are ``sheet 2`` and ``sheet 2 r7 c4``, with the sheet's own row and column numbers.

    Raises `UnreadableDocumentError` (damaged, encrypted, too_large).
    """
    is_zip = data.startswith(b"PK")
    if is_zip:
        data, archive = with_plain_values(data, Archive(data))
        notes = _check_parts(archive)
        looks = sheet_looks(archive)
    else:
        data, looks = checked_workbook(data, MOST_POSITIONS)
        notes = []
    blocks = _library_errors_translated(lambda: _sheets(data, looks, notes))
    return Document(tuple(blocks), reader="sheet", format="xlsx" if is_zip else "xls", notes=tuple(notes))


def _sheets(data: bytes, looks: Sequence[Looks], notes: list[Note]) -> list[Block]:
    workbook = CalamineWorkbook.from_object(io.BytesIO(data))
    blocks: list[Block] = []
    positions = 0
    for number, metadata in enumerate(workbook.sheets_metadata, start=1):
        if metadata.typ is not SheetTypeEnum.WorkSheet:
            notes.append(Note("sheet_not_read", f"sheet {number} {metadata.name}: {metadata.typ}"))
            continue
        if metadata.visible is not SheetVisibleEnum.Visible:
            notes.append(Note("hidden_sheet", f"sheet {number} {metadata.name}", "warn"))
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        values = sheet.to_python(skip_empty_area=True)
        if sheet.start is None:
            continue
        own = looks[number - 1] if number <= len(looks) else Looks()
        left_out: dict[str, list[str]] = {}
        merged = sheet.merged_cell_ranges or []
        table = _table(values, sheet.start, merged, f"sheet {number}", own, left_out)
        for code, texts in left_out.items():
            notes.append(Note(code, f"sheet {number}: {' '.join(texts)[:200]}", "warn"))
        positions += table.rows * table.columns
        if positions > MOST_POSITIONS:
            raise _too_large()
        blocks += [Paragraph(metadata.name, f"sheet {number}"), table]
    return blocks


def _library_errors_translated(read: Callable[[], list[Block]]) -> list[Block]:
    try:
        return read()
    except PasswordError as error:
        raise UnreadableDocumentError(
            "encrypted", "the workbook is protected by a password; ask the publisher for an open copy"
        ) from error
    except CalamineError as error:
        raise _damaged(error) from error
    except BaseException as error:
        # A bug of the library's Rust side comes as a class that nobody can import, and no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(error) from error


def read_csv(data: bytes) -> Document:
    """The rows of a CSV file as one `Table`, with locators ``line 88 c3``.

    Raises `UnreadableDocumentError` (empty, damaged, too_large).
    """
    decoded = decoded_text(data)
    delimiter = _delimiter(decoded.text)
    reader = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=delimiter)
    line_ends = [0]
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            line_ends.append(reader.line_num)
    except csv.Error as error:
        raise UnreadableDocumentError(
            "damaged",
            f"line {reader.line_num + 1} is not CSV ({error}); rename the file to .txt to read it as text",
        ) from error
    cells = tuple(
        Cell(_AS_TEXT.sub(r"\1", text), row, column, locator=locators.field(before + 1, column))
        for row, (texts, (before, _)) in enumerate(zip(rows, pairwise(line_ends), strict=True))
        for column, text in enumerate(texts)
    )
    table = Table(len(rows), max(map(len, rows)), cells, "line 1")
    return Document((table,), reader="sheet", format="csv", notes=decoded.notes())


def _delimiter(text: str) -> str:
    """The delimiter that stands in most lines; a title above the table has none, or another one."""
    own = [line for _, line in lines(text) if line.strip()]
    return max(
        _DELIMITERS, key=lambda one: (sum(one in line for line in own), sum(line.count(one) for line in own))
    )


def displayed(value: _Value) -> str:
    """A cell's text as Excel shows it under its general format.

    >>> displayed(12.0), displayed(0.1 + 0.2), displayed(1e20), displayed(True), displayed(" 5 ")
    ('12', '0.3', '100000000000000000000', 'TRUE', ' 5 ')
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        text = f"{value:.{EXCEL_DIGITS}g}"
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _table(
    values: Sequence[Sequence[_Value]],
    start: tuple[int, int],
    merged: list[_Range],
    name: str,
    looks: Looks,
    left_out: dict[str, list[str]],
) -> Table:
    """The used range as a table: `start` is its first row and column in the sheet. Texts that are not printed
    go to `left_out`, by the code of the note that says why."""
    first_row, first_column = start
    rows, columns = len(values), max(map(len, values), default=0)
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    whole: tuple[str, ...] = ()
    for (top, left), (bottom, right) in merged:
        # Merged cells may reach beyond the used range, where they are empty.
        top, left = max(top - first_row, 0), max(left - first_column, 0)
        bottom, right = min(bottom - first_row, rows - 1), min(right - first_column, columns - 1)
        positions = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if len(positions) == rows * columns > 1:
            whole = (MERGED,)  # nobody lays out a form as one cell: what it shows is not known
        elif len(positions) > 1 and not positions & (covered | spans.keys()):
            spans[top, left] = (bottom - top + 1, right - left + 1)
            covered |= positions - {(top, left)}
    cells = []
    leaves_out_any = bool(looks.rows or looks.columns or looks.left_out or looks.runs)
    for row, texts in enumerate(values):
        for column, value in enumerate(texts):
            if (row, column) in covered:
                if value != "":
                    left_out.setdefault("text_under_merged_cell", []).append(displayed(value))
                continue
            row_span, column_span = spans.get((row, column), (1, 1))
            top, left = first_row + row, first_column + column
            text, flags = _shown(value, looks, top, left)
            if leaves_out_any:
                runs = looks.runs.get((top, left))
                why = looks.left_out.get((top, left)) if runs is None else None
                if looks.hides(range(top, top + row_span), range(left, left + column_span)):
                    why = HIDDEN_TEXT
                if why and text.strip():
                    left_out.setdefault(why, []).append(text)
                if why:
                    text, flags = "", ()
                elif runs is not None:
                    digits = Digits.of((run.text, run.look) for run in runs)
                    text, flags = _printed(runs, left_out), (NOT_TEXT,) if digits.in_doubt else flags
            if (top, left) in looks.doubts and text:
                flags = (*flags, NOT_TEXT)
            place = locators.cell(name, top, left)
            cells.append(Cell(text, row, column, row_span, column_span, place, flags=(*flags, *whole)))
    return Table(rows, columns, tuple(cells), name)


def _printed(runs: Sequence[Run], left_out: dict[str, list[str]]) -> str:
    """What of a cell's text is printed; what is not goes to `left_out`."""
    for run in runs:
        if (why := run.look.left_out) and run.text.strip():
            left_out.setdefault(why, []).append(run.text)
    return "".join(run.look.written(run.text) for run in runs if not run.look.left_out)


def _shown(value: _Value, looks: Looks, row: int, column: int) -> tuple[str, tuple[str, ...]]:
    """The text of a cell, and its flag where it is not known how its number shows. The library delivers
    nothing for an error."""
    if looks.errors and (error := looks.errors.get((row, column))):
        return error, ()
    if isinstance(value, str):
        text = looks.shown_text(row, column, value)
        return (value, (FORMAT_UNKNOWN,)) if text is None else (text, ())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return displayed(value), ()
    if (text := looks.shown(row, column, value)) is not None:
        return text, ()
    doubtful = looks.may_differ(row, column, value) or not float(value).is_integer()
    return displayed(value), (FORMAT_UNKNOWN,) if doubtful else ()


def _check_parts(archive: Archive) -> list[Note]:
    """Refuse what would fill the memory when the library unpacks it; note formulas never calculated."""
    uncalculated = 0
    notes: list[Note] = []
    for name in archive.names():
        part = archive.read(name)
        if name.startswith(_PICTURES):
            notes.append(Note("picture_in_body", name))
        elif name.startswith(_EMBEDDED):
            notes.append(Note("embedded_document_not_read", name, "warn"))
        if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
            continue
        uncalculated += len(_FORMULA_WITHOUT_VALUE.findall(part))
        filled = _FILLED_CELL.findall(part)
        rows = {int(row) for _, row in filled}
        columns = {_column_number(letters) for letters, _ in filled}
        if filled and (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1) > MOST_POSITIONS:
            raise _too_large()
    if uncalculated:
        detail = f"{uncalculated} formulas were saved without their result and read as blank"
        notes.append(Note("formula_without_value", detail, "warn"))
    return notes


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_large() -> UnreadableDocumentError:
    return UnreadableDocumentError(
        "too_large", f"the sheets span more than {MOST_POSITIONS:,} cells; cut the report's tables out"
    )


def _damaged(error: BaseException) -> UnreadableDocumentError:
    return UnreadableDocumentError(
        "damaged", f"the workbook cannot be read ({error}); open it in WPS or Excel and save it again"
    )
