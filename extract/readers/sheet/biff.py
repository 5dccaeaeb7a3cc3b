"""A look at an XLS file's records before the library lays its sheets out.

The library trusts every count in the file, and a damaged one makes it ask for more memory than there is,
which ends the process. So the counts are checked against the bytes that are there ([MS-XLS] 2.5 and 2.4).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping

import olefile

from extract.document import UnreadableDocumentError
from extract.readers.compound_file import compound_file
from extract.readers.sheet.biff_styles import BiffStyles
from extract.readers.sheet.biff_texts import Stretch, rich_texts
from extract.readers.sheet.conditions import Condition, Difference
from extract.readers.sheet.looks import Looks
from extract.readers.sheet.styles import Style

#: Excel 97-2003 sheets end at column IV; rows are counted in 16 bits.
MOST_COLUMNS = 256

_BOF, _EOF, _FILEPASS, _SST, _DIMENSIONS = 0x0809, 0x000A, 0x002F, 0x00FC, 0x0200
_SHEET, _ROW, _COLUMNS, _WINDOW = 0x0085, 0x0208, 0x007D, 0x023E
_TEXT_CELL, _CONTINUE = 0x00FD, 0x003C
_FORMULA, _ERROR = 0x0006, 0x0205
_CONDITIONS, _CONDITION = 0x01B0, 0x01B1
#: Of what a conditional format sets ([MS-XLS] 2.5.92 DXFN): the format of numbers, and the font.
_SETS_NUMBER, _SETS_FONT, _FONT_COLOUR, _STRUCK_FONT = 1 << 25, 1 << 26, 80, 0x80
_UNKNOWN = Condition((), lambda _: None, Difference())
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!"}
_NOT_AVAILABLE = "#N/A"
_HIDDEN_ROW, _HIDDEN_COLUMNS, _SHOWS_ZEROS = 0x20, 0x01, 0x10
#: Records that hold a cell or a run of cells; all begin with row and first column.
_CELL_RECORDS = frozenset((0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E))
#: Of these the last column stands in the last two bytes; each cell before takes so many.
_RUN_RECORDS = {0x00BD: 6, 0x00BE: 2}
#: The version of Excel 97 and later.
_UNICODE = 0x0600


def checked_workbook(data: bytes, most_positions: int) -> tuple[bytes, list[Looks]]:
    """The XLS with nothing but its workbook's stream, once that is found sound, and the looks of its sheets.

    What the library is given is what was looked at: no macros, no other part, and a container written here,
    because chains of sectors that come back to themselves, and lengths that the file does not have, make the
    library read without end.

    Raises `UnreadableDocumentError` (damaged, encrypted, too_large).
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            name = "Workbook" if ole.exists("Workbook") else "Book"
            if ole.get_size(name) > len(data):
                raise _damaged("its workbook is longer than the file")
            records = ole.openstream(name).read()
    except (OSError, ValueError, IndexError, KeyError, TypeError, RecursionError, struct.error) as error:
        raise _damaged(str(error)) from error
    _check_records(records, most_positions)
    return compound_file({name: records}), _looks(records)


def _looks(records: bytes) -> list[Looks]:
    """What each sheet shows of its cells, in the workbook's order."""
    gathered = BiffStyles()
    styles: dict[int, Style] | None = None
    texts: list[bytes] = []
    rich: dict[int, list[Stretch]] = {}
    before = 0
    starts: list[int] = []
    found: dict[int, Looks] = {}
    current = Looks()
    around: list[Looks] = []  # a chart stands within its sheet, before what says how the sheet shows
    areas: list[tuple[range, range]] = []
    position = 0
    while position + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, position)
        body = records[position + 4 : position + 4 + length]
        if not kind and not length:
            break  # padding behind the last record
        if kind == _SHEET and length >= 4:
            starts.append(struct.unpack_from("<I", body)[0])
        elif kind == _BOF:
            around.append(current)
            current = found.setdefault(position, Looks())
            gathered.is_unicode = length < 2 or struct.unpack_from("<H", body)[0] >= _UNICODE
        elif kind == _EOF and around:
            current = around.pop()
        elif kind == _ROW and length >= 14 and struct.unpack_from("<H", body, 12)[0] & _HIDDEN_ROW:
            current.rows.add(struct.unpack_from("<H", body)[0])
        elif kind == _COLUMNS and length >= 10 and struct.unpack_from("<H", body, 8)[0] & _HIDDEN_COLUMNS:
            first, last = struct.unpack_from("<HH", body)
            current.columns |= set(range(first, min(last, MOST_COLUMNS - 1) + 1))
        elif kind == _CONDITIONS and length >= 14:
            areas = [_area(body, place) for place in range(14, length - 7, 8)]
        elif kind == _CONDITION and areas and _changes_numbers(body, gathered):
            current.conditions += [(rows, columns, _UNKNOWN) for rows, columns in areas]
        elif kind == _WINDOW and length >= 2:
            current.shows_zeros = bool(struct.unpack_from("<H", body)[0] & _SHOWS_ZEROS)
        elif (code := _error(kind, body)) is not None:
            current.errors[struct.unpack_from("<HH", body)] = _ERRORS.get(code, _NOT_AVAILABLE)
        elif kind not in _CELL_RECORDS:
            gathered.take(kind, body)
        if kind in _CELL_RECORDS:
            if styles is None:
                styles, rich = gathered.styles(), rich_texts(texts) if texts else {}
            if styles:
                _look_at_cells(kind, body, styles, current)
            if kind == _TEXT_CELL and length >= 10:
                row, column, style, number = struct.unpack_from("<HHHI", body)
                if number in rich and (runs := gathered.runs(style, rich[number])):
                    current.runs[row, column] = runs
        elif kind == _SST or (kind == _CONTINUE and before in (_SST, _CONTINUE) and texts):
            texts.append(body)
        before = kind
        position += 4 + length
    return [found.get(start, Looks()) for start in starts]


def _look_at_cells(kind: int, body: bytes, styles: Mapping[int, Style], looks: Looks) -> None:
    """How the cells of a record are shown."""
    row, first = struct.unpack_from("<HH", body)
    size = _RUN_RECORDS.get(kind)
    places = range(4, len(body) - 2 if size else 6, size or 2)
    for column, place in enumerate(places, start=first):
        style = styles.get(struct.unpack_from("<H", body, place)[0])
        if style is None:
            continue
        if style.code:
            looks.formats[row, column] = style.code
        if style.look.left_out:
            looks.left_out[row, column] = style.look.left_out
        if style.look.doubtful:
            looks.doubts.add((row, column))


def _area(body: bytes, place: int) -> tuple[range, range]:
    """The rows and columns of a range."""
    top, bottom, left, right = struct.unpack_from("<4H", body, place)
    return range(top, bottom + 1), range(left, right + 1)


def _changes_numbers(body: bytes, styles: BiffStyles) -> bool:
    """Whether a conditional format shows numbers otherwise, in white or struck."""
    if len(body) < 12:
        return False
    (flags,) = struct.unpack_from("<I", body, 6)
    if flags & _SETS_NUMBER or not flags & _SETS_FONT or len(body) < 12 + _FONT_COLOUR + 4:
        return bool(flags & _SETS_NUMBER)
    (struck,), (colour,) = (struct.unpack_from("<I", body, 12 + at) for at in (68, _FONT_COLOUR))
    return bool(struck & _STRUCK_FONT) or styles.is_white(colour)


def _error(kind: int, body: bytes) -> int | None:
    """The code of the error that a cell shows, or that its formula gave."""
    if kind == _ERROR and len(body) >= 8 and body[7]:
        return body[6]
    if kind == _FORMULA and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff":
        return body[8]
    return None


def _check_records(records: bytes, most_positions: int) -> None:
    if not records:
        raise _damaged("its workbook is empty")
    rows: set[int] = set()
    columns: set[int] = set()
    position = 0
    while position + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, position)
        body = records[position + 4 : position + 4 + length]
        position += 4 + length
        if not kind and not length:
            break  # padding behind the last record
        if len(body) < length:
            raise _damaged("its last record is cut off")
        if kind == _FILEPASS:
            raise UnreadableDocumentError(
                "encrypted", "the workbook is protected by a password; ask the publisher for an open copy"
            )
        if kind == _BOF:
            _check_extent(rows, columns, most_positions)
            rows, columns = set(), set()
        elif kind == _DIMENSIONS:
            if length < 12:
                raise _damaged("a sheet does not say its size")
            first_row, end_row, first_column, end_column = struct.unpack_from("<IIHH", body)
            if end_row < first_row or end_column < first_column:
                raise _damaged("a sheet ends before it begins")
            if (end_row - first_row) * (end_column - first_column) > most_positions:
                raise _too_large(most_positions)
        elif kind in _CELL_RECORDS:
            if length < 6:
                raise _damaged("a cell has no content")
            row, column = struct.unpack_from("<HH", body)
            rows.add(row)
            columns.add(column)
            if kind in _RUN_RECORDS:
                columns.add(struct.unpack_from("<H", body, length - 2)[0])
        elif kind == _SST and (length < 8 or struct.unpack_from("<I", body, 4)[0] * 3 > len(records)):
            raise _damaged("its table of texts is longer than the file")  # a text takes three bytes at least
    _check_extent(rows, columns, most_positions)


def _check_extent(rows: set[int], columns: set[int], most_positions: int) -> None:
    if not rows:
        return
    if max(columns) >= MOST_COLUMNS:
        raise _damaged("a cell stands beyond the last column")
    if (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1) > most_positions:
        raise _too_large(most_positions)


def _too_large(most_positions: int) -> UnreadableDocumentError:
    return UnreadableDocumentError(
        "too_large", f"a sheet spans more than {most_positions:,} cells; cut the report's tables out"
    )


def _damaged(what: str) -> UnreadableDocumentError:
    return UnreadableDocumentError(
        "damaged", f"the workbook is damaged ({what}); open it in WPS or Excel and save it again"
    )
