"""SpreadsheetML 2003 (XML 表格 2003) -> Document: one table a visible worksheet.

A cell names its style; the style's format says what a number shows, as in any workbook. Cells and rows give
their place only where it is not the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from extract import locators
from extract.document import (
    HIDDEN_TEXT,
    Block,
    Cell,
    Document,
    Note,
    Paragraph,
    Table,
    UnreadableDocumentError,
)
from extract.readers.look import LOWERED, PLAIN, RAISED, Look
from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.other_office.word_xml import parsed
from extract.readers.sheet.formats import formatted
from extract.readers.sheet.reader import FORMAT_UNKNOWN, MOST_POSITIONS, displayed

#: Names of formats that show a number as it is stored.
_GENERAL = frozenset(("", "General", "General Number", "@", "G/通用格式"))
_RUNS = {"S": Look(struck=True), "Sup": Look(height=RAISED), "Sub": Look(height=LOWERED)}
_PAPER = "FFFFFF"
_NAMED = {"Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%", "Scientific": "0.00E+00"}


@dataclass(frozen=True, slots=True)
class _Style:
    """What a style says of a cell: the format of its number, and the look of its text."""

    code: str = ""
    look: Look = PLAIN


def read_spreadsheetml(data: bytes) -> Document:
    """One `Table` a visible sheet under a `Paragraph` with its name, with locators ``sheet 2 r7 c4``.

    Raises `UnreadableDocumentError` (damaged, too_large).
    """
    root = parsed(data)
    styles = {attribute(one, "ID") or "": _style(one) for one in root.iter("{*}Style")}
    blocks: list[Block] = []
    notes: list[Note] = []
    for number, sheet in enumerate(root.iter("{*}Worksheet"), start=1):
        name = attribute(sheet, "Name") or ""
        if any((one.text or "") != "SheetVisible" for one in sheet.iter("{*}Visible")):
            notes.append(Note("hidden_sheet", f"sheet {number} {name}", "warn"))
            continue
        grid = first_child(sheet, "Table")
        table = _Sheet(f"sheet {number}", styles, notes).table(grid) if grid is not None else None
        if table is not None and table.cells:
            blocks += [Paragraph(name, f"sheet {number}"), table]
    return Document(tuple(blocks), reader="sheet", format="sheetml", notes=tuple(notes))


class _Sheet:
    """One worksheet on its way to a table."""

    def __init__(self, name: str, styles: Mapping[str, _Style], notes: list[Note]) -> None:
        self._name, self._styles, self._notes = name, styles, notes

    def table(self, grid: etree._Element) -> Table:
        """The cells of a worksheet, at their places; hidden rows and columns keep theirs."""
        hidden = frozenset(self._hidden_columns(grid))
        cells: list[Cell] = []
        rows = 0
        for row, element in _placed(grid, "Row", "Span"):
            is_hidden = attribute(element, "Hidden") == "1"
            for column, cell in _placed(element, "Cell", "MergeAcross"):
                spans = _number(cell, "MergeDown") + 1, _number(cell, "MergeAcross") + 1
                why = HIDDEN_TEXT if is_hidden or column in hidden else None
                if max(row + spans[0], 1) * max(column + spans[1], 1) > MOST_POSITIONS:
                    raise UnreadableDocumentError(
                        "too_large", f"the sheet spans more than {MOST_POSITIONS:,} cells; cut the tables out"
                    )
                text, flags = self._shown(cell, why)
                place = locators.cell(self._name, row, column)
                cells.append(Cell(text, row, column, *spans, place, flags=flags))
                rows = max(rows, row + spans[0])
        return Table(rows, max((cell.column + cell.column_span for cell in cells), default=0), tuple(cells))

    def _hidden_columns(self, grid: etree._Element) -> Iterator[int]:
        for column, element in _placed(grid, "Column", "Span"):
            if attribute(element, "Hidden") == "1":
                yield from range(column, column + _number(element, "Span") + 1)

    def _shown(self, cell: etree._Element, why: str | None) -> tuple[str, tuple[str, ...]]:
        """What a cell shows, and its flag where it is not known how its number shows."""
        data = first_child(cell, "Data")
        if data is None:
            return "", ()
        style = self._styles.get(attribute(cell, "StyleID") or "", _Style())
        text = "".join(_rich(data, style.look.ground))
        if why := why or style.look.left_out:
            if text.strip():
                self._notes.append(Note(why, f"{self._name}: {text.strip()[:200]}", "warn"))
            return "", ()
        if attribute(data, "Type") != "Number":
            return text, ()
        try:
            value = float(text)
        except ValueError:
            return text, ()
        code = _NAMED.get(style.code, style.code)
        shown = displayed(value) if code in _GENERAL else formatted(value, code)
        return (displayed(value), (FORMAT_UNKNOWN,)) if shown is None else (shown, ())


def _style(style: etree._Element) -> _Style:
    font, number = first_child(style, "Font"), first_child(style, "NumberFormat")
    interior = first_child(style, "Interior")
    ground = _PAPER if interior is None else _colour(interior)
    look = PLAIN if font is None else _look(font, ground)
    return _Style("" if number is None else attribute(number, "Format") or "", look)


def _look(font: etree._Element, ground: str | None) -> Look:
    """The look that a font gives to a text."""
    size = attribute(font, "Size") or ""
    return Look(
        struck=attribute(font, "StrikeThrough") == "1",
        size=float(size) if size.isascii() and size.isdigit() else None,
        colour=_colour(font),
        ground=ground,
    )


def _colour(element: etree._Element) -> str | None:
    published = attribute(element, "Color") or ""
    return published[1:].upper() if published.startswith("#") else None


def _rich(data: etree._Element, ground: str | None) -> Iterator[str]:
    """The text of a cell with its runs: those that are not printed left out, raised and lowered ones written
    so."""
    yield data.text or ""
    for run in data:
        look = _look(run, ground) if local_name(run) == "Font" else _RUNS.get(local_name(run), PLAIN)
        if not look.left_out:
            yield look.written("".join(_rich(run, ground)))
        yield run.tail or ""


def _placed(container: etree._Element, name: str, reach: str) -> Iterator[tuple[int, etree._Element]]:
    """Children of a name with their place from 0: the next one, or that which they give themselves."""
    place = 0
    for element in container:
        if local_name(element) == name:
            place = _number(element, "Index") - 1 if attribute(element, "Index") else place
            yield place, element
            place += 1 + _number(element, reach)


def _number(element: etree._Element, name: str) -> int:
    published = attribute(element, name) or ""
    return min(int(published), MOST_POSITIONS) if published.isascii() and published.isdigit() else 0
