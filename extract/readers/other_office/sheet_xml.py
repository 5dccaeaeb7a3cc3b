"""SpreadsheetML 2003 (XML 表格 2003) -> Document: one table a visible worksheet.

A cell names its style; the style's format says what a number shows, as in any workbook. Cells and rows give
their place only where it is not the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

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
from extract.readers.look import LOWERED, RAISED, WHITE, Digits, Look, height_of, is_set_oddly
from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.other_office.word_xml import parsed
from extract.readers.sheet.formats import formatted
from extract.readers.sheet.reader import FORMAT_UNKNOWN, MOST_POSITIONS, displayed

#: Names of formats that show a number as it is stored.
_GENERAL = frozenset(("", "General", "General Number", "@", "G/通用格式"))
_RUNS = {"S": Look(struck=True), "Sup": Look(height=RAISED), "Sub": Look(height=LOWERED)}
_Area = tuple[range, range]
#: Of what a condition sets, as a style sheet has it: what makes a number another one, or not seen.
_CHANGING = re.compile(
    r"number-format|line-through|(?<!-)color\s*:\s*(?:white|#(?:f[0-9a-f]){3})", re.IGNORECASE
)
_REFERENCE = re.compile(r"R([0-9]{1,7})C([0-9]{1,5})(?::R([0-9]{1,7})C([0-9]{1,5}))?")
_ON_PAPER = Look(ground=WHITE)
_SIZE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})?")
#: The style of cells that name none.
_USUAL = "Default"
_NAMED = {"Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%", "Scientific": "0.00E+00"}


@dataclass(frozen=True, slots=True)
class _Style:
    """What a style says of a cell: the format of its number, the look of its text, and whether that fills the
    cell over and over."""

    code: str = ""
    look: Look = _ON_PAPER
    fills: bool = False


def read_spreadsheetml(data: bytes) -> Document:
    """One `Table` a visible sheet under a `Paragraph` with its name, with locators ``sheet 2 r7 c4``.

    Raises `UnreadableDocumentError` (damaged, too_large).
    """
    root = parsed(data)
    styles = _styles_of(root)
    blocks: list[Block] = []
    notes: list[Note] = []
    for number, sheet in enumerate(root.iter("{*}Worksheet"), start=1):
        name = attribute(sheet, "Name") or ""
        if any((one.text or "") != "SheetVisible" for one in sheet.iter("{*}Visible")):
            notes.append(Note("hidden_sheet", f"sheet {number} {name}", "warn"))
            continue
        grid = first_child(sheet, "Table")
        doubtful = tuple(_conditions(sheet))
        reading = _Sheet(f"sheet {number}", styles, notes, doubtful)
        table = reading.table(grid) if grid is not None else None
        if table is not None and table.cells:
            blocks += [Paragraph(name, f"sheet {number}"), table]
    return Document(tuple(blocks), reader="sheet", format="sheetml", notes=tuple(notes))


class _Sheet:
    """One worksheet on its way to a table."""

    def __init__(
        self, name: str, styles: Mapping[str, _Style], notes: list[Note], doubtful: Sequence[_Area]
    ) -> None:
        self._name, self._styles, self._notes, self._doubtful = name, styles, notes, doubtful

    def table(self, grid: etree._Element) -> Table:
        """The cells of a worksheet, at their places; hidden rows and columns keep theirs."""
        hidden = frozenset(self._hidden_columns(grid))
        cells: list[Cell] = []
        rows = 0
        for row, element in _placed(grid, "Row", "Span"):
            is_hidden = _is_hidden(element, "Height")
            for column, cell in _placed(element, "Cell", "MergeAcross"):
                spans = _number(cell, "MergeDown") + 1, _number(cell, "MergeAcross") + 1
                why = HIDDEN_TEXT if is_hidden or column in hidden else None
                if max(row + spans[0], 1) * max(column + spans[1], 1) > MOST_POSITIONS:
                    raise UnreadableDocumentError(
                        "too_large", f"the sheet spans more than {MOST_POSITIONS:,} cells; cut the tables out"
                    )
                text, flags = self._shown(cell, why)
                if text and any(row in rows and column in columns for rows, columns in self._doubtful):
                    flags = (*flags, FORMAT_UNKNOWN)
                place = locators.cell(self._name, row, column)
                cells.append(Cell(text, row, column, *spans, place, flags=flags))
                rows = max(rows, row + spans[0])
        columns = max((cell.column + cell.column_span for cell in cells), default=0)
        return Table(rows, columns, tuple(cells), self._name)

    def _hidden_columns(self, grid: etree._Element) -> Iterator[int]:
        for column, element in _placed(grid, "Column", "Span"):
            if _is_hidden(element, "Width"):
                yield from range(column, column + _number(element, "Span") + 1)

    def _shown(self, cell: etree._Element, why: str | None) -> tuple[str, tuple[str, ...]]:
        """What a cell shows, and its flag where it is not known how its number shows."""
        data = first_child(cell, "Data")
        if data is None:
            return "", ()
        style = self._styles.get(attribute(cell, "StyleID") or _USUAL, _Style())
        runs = list(_runs(data, style.look))
        hidden = {look.left_out: "" for _, look in runs} if why is None else {why: ""}
        for text, look in runs:
            if left_out := why or look.left_out:
                hidden[left_out] += text
        for code, text in hidden.items():
            if code is not None and text.strip():
                self._notes.append(Note(code, f"{self._name}: {text.strip()[:200]}", "warn"))
        text = "".join(look.written(text) for text, look in runs if not (why or look.left_out))
        flags = (NOT_TEXT,) if text and (style.fills or Digits.of(runs).in_doubt) else ()
        value, unknown = self._number(text, style) if attribute(data, "Type") == "Number" else (text, ())
        return value, (*unknown, *flags)

    def _number(self, text: str, style: _Style) -> tuple[str, tuple[str, ...]]:
        """A number under its format."""
        try:
            value = float(text)
        except ValueError:
            return text, ()
        code = _NAMED.get(style.code, style.code)
        shown = displayed(value) if code in _GENERAL else formatted(value, code)
        return (displayed(value), (FORMAT_UNKNOWN,)) if shown is None else (shown, ())


def _styles_of(root: etree._Element) -> dict[str, _Style]:
    """The styles by name, each over the one that it comes from; they stand before those that do."""
    found: dict[str, _Style] = {}
    for element in root.iter("{*}Style"):
        parent = found.get(attribute(element, "Parent") or _USUAL, _Style())
        found[attribute(element, "ID") or ""] = _style(element, parent)
    return found


def _style(style: etree._Element, parent: _Style) -> _Style:
    number, alignment = first_child(style, "NumberFormat"), first_child(style, "Alignment")
    interior = first_child(style, "Interior")
    look = replace(parent.look, ground=_ground(interior)) if interior is not None else parent.look
    return _Style(
        parent.code if number is None else attribute(number, "Format") or "",
        _look(first_child(style, "Font"), look),
        parent.fills if alignment is None else attribute(alignment, "Horizontal") == "Fill",
    )


def _ground(interior: etree._Element) -> str | None:
    """The colour behind a cell; None where it is a pattern of several."""
    pattern = attribute(interior, "Pattern") or "None"
    return {"None": WHITE, "Solid": _colour(interior)}.get(pattern)


def _look(font: etree._Element | None, around: Look) -> Look:
    """The look that a font gives to a text, where it says something."""
    if font is None:
        return around
    size, place = attribute(font, "Size") or "", attribute(font, "VerticalAlign")
    name = attribute(font, "FontName") or attribute(font, "Face") or ""
    return replace(
        around,
        struck=around.struck or attribute(font, "StrikeThrough") == "1",
        height=around.height if place is None else height_of(place.lower()),
        size=float(size) if _SIZE.fullmatch(size) else around.size,
        colour=_colour(font) or around.colour,
        doubtful=around.doubtful or is_set_oddly(name, 0),
    )


def _colour(element: etree._Element) -> str | None:
    published = attribute(element, "Color") or ""
    return published[1:].upper() if published.startswith("#") else None


def _runs(data: etree._Element, around: Look) -> Iterator[tuple[str, Look]]:
    """The stretches of a cell's text, each with its look."""
    yield data.text or "", around
    for run in data:
        name = local_name(run)
        own = _look(run, around) if name == "Font" else around
        if name in _RUNS:
            said = _RUNS[name]
            own = replace(around, struck=around.struck or said.struck, height=said.height or around.height)
        yield from _runs(run, own)
        yield run.tail or "", around


def _is_hidden(element: etree._Element, size: str) -> bool:
    """Whether a row or a column is not shown, or has no height or width."""
    return attribute(element, "Hidden") == "1" or attribute(element, size) in ("0", "0.0")


def _conditions(sheet: etree._Element) -> Iterator[_Area]:
    """The rows and columns of whose numbers a condition decides how they are shown, or whether."""
    for condition in sheet.iterchildren("{*}ConditionalFormatting"):
        formats = (attribute(one, "Style") or "" for one in condition.iter("{*}Format"))
        if any(map(_CHANGING.search, formats)):
            reach = first_child(condition, "Range")
            for top, left, bottom, right in _REFERENCE.findall("" if reach is None else reach.text or ""):
                rows = range(int(top) - 1, int(bottom or top))
                yield rows, range(int(left) - 1, int(right or left))


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
