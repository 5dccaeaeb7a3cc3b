"""What a workbook shows of what it stores: rows, columns and texts that are hidden or struck, and numbers
under their formats."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from extract.document import HIDDEN_TEXT, UnreadableDocumentError
from extract.readers.look import PLAIN
from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.sheet.conditions import Condition, Difference, conditions_of, differences_of
from extract.readers.sheet.formats import formatted, formatted_text
from extract.readers.sheet.styles import (
    MOST_DIGITS,
    Run,
    Style,
    count,
    number_of,
    runs_of,
    styles_of,
)
from extract.readers.zip_file import Archive

#: Columns are counted to XFD (Excel's limit).
MOST_COLUMNS = 16_384
_OFF = frozenset(("0", "false", "off"))


Place = tuple[int, int]


@dataclass(slots=True)
class Looks:
    """A sheet's hidden rows and columns, 0-based, the format of each cell that has one, the errors that cells
    show (#REF!), and whether zeros show; the texts that are not printed alike, and the cells of which nothing
    is printed, with the code of the note that says why; the conditions that change what numbers show; the
    cells of a font of signs, or that repeat what they hold (`doubts`)."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    formats: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    left_out: dict[Place, str] = field(default_factory=dict)
    runs: dict[Place, Sequence[Run]] = field(default_factory=dict)
    conditions: list[tuple[range, range, Condition]] = field(default_factory=list)
    shows_zeros: bool = True
    doubts: set[Place] = field(default_factory=set)

    def hides(self, rows: range, columns: range) -> bool:
        """Whether nothing of a cell that takes these rows and columns is to be seen."""
        return self.rows.issuperset(rows) or self.columns.issuperset(columns)

    def shown(self, row: int, column: int, value: float) -> str | None:
        """What the cell shows of a number, None where that is not told."""
        if not value and not self.shows_zeros:
            return ""
        for condition in self._conditions_of(row, column, value) if self.conditions else ():
            return condition.difference.shown(value) if condition.holds(value) else None
        code = self.formats.get((row, column))
        return None if code is None else formatted(value, code)

    def shown_text(self, row: int, column: int, text: str) -> str | None:
        """What the cell shows of a text, None where that is not told."""
        code = self.formats.get((row, column))
        return text if code is None else formatted_text(text, code)

    def may_differ(self, row: int, column: int, value: float) -> bool:
        """Whether a format or a condition may make the cell show another number than it stores."""
        if (row, column) in self.formats:
            return True
        return bool(self.conditions) and any(self._conditions_of(row, column, value))

    def _conditions_of(self, row: int, column: int, value: float) -> Iterator[Condition]:
        """The conditions that hold for a cell, or may hold."""
        for rows, columns, condition in self.conditions:
            if row in rows and column in columns and condition.holds(value) is not False:
                yield condition


def sheet_looks(archive: Archive) -> list[Looks]:
    """The looks of each sheet in the workbook's order; plain ones for parts that are not where it says.

    Raises `UnreadableDocumentError` (damaged): a number whose format is lost may not be what is shown.
    """
    names = frozenset(archive.names())
    targets = {
        attribute(one, "Id"): posixpath.normpath(posixpath.join("/xl", attribute(one, "Target") or ""))
        for one in _elements(archive, names, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    styled = _elements(archive, names, "xl/styles.xml", "numFmt", "font", "fill", "xf")
    part_of = _Parts(
        styles_of(styled),
        differences_of(_elements(archive, names, "xl/styles.xml", "dxf")),
        [runs_of(one) for one in _elements(archive, names, "xl/sharedStrings.xml", "si")],
    )
    sheets = list(_elements(archive, names, "xl/workbook.xml", "sheet"))
    parts = [targets.get(attribute(sheet, "id"), "").lstrip("/") for sheet in sheets]
    return [_of_sheet(_elements(archive, names, part, *_WANTED), part_of) for part in parts]


_PLAIN = Style()
_WANTED = ("sheetView", "col", "row", "c", "conditionalFormatting", "tablePart")


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the sheets of a workbook have in common: styles, differences of conditional formats, and the
    shared texts that are not printed alike."""

    styles: Sequence[Style]
    differences: Sequence[Difference | None]
    texts: Sequence[Sequence[Run] | None]


def _of_sheet(elements: Iterable[etree._Element], shared: _Parts) -> Looks:
    looks = Looks()
    for element in elements:
        name = local_name(element)
        if name == "c":
            _look_at_cell(element, looks, shared)
        elif name == "sheetView":
            looks.shows_zeros = attribute(element, "showZeros") not in _OFF
        elif name == "col" and _is_hidden(element, "width"):
            last = min(number_of(element, "max"), MOST_COLUMNS)
            looks.columns |= set(range(number_of(element, "min") - 1, last))
        elif name == "row" and _is_hidden(element, "ht"):
            looks.rows.add(number_of(element, "r") - 1)
        elif name == "conditionalFormatting":
            for condition in conditions_of(element, shared.differences):
                areas = map(area_of, condition.references)
                looks.conditions += [(rows, columns, condition) for rows, columns in areas]
        elif name == "tablePart":  # a table's own style may put a colour behind white letters
            looks.left_out = {place: why for place, why in looks.left_out.items() if why != HIDDEN_TEXT}
    return looks


def _look_at_cell(cell: etree._Element, looks: Looks, shared: _Parts) -> None:
    kind, number = cell.get("t"), count(cell.get("s") or "0")
    style = shared.styles[number] if number < len(shared.styles) else _PLAIN
    runs = _runs(cell, kind, shared.texts) if kind in ("s", "inlineStr") else None
    if runs is None and kind != "e" and style.is_plain:
        return
    place = _place(cell.get("r") or "")
    if why := style.look.left_out:
        looks.left_out[place] = why
    if style.look.doubtful:
        looks.doubts.add(place)
    if kind == "e":
        value = first_child(cell, "v")
        looks.errors[place] = (value is not None and value.text) or "#N/A"
    elif style.code:
        looks.formats[place] = style.code
    if runs is not None:
        own = style.look
        looks.runs[place] = [
            replace(run, look=replace(run.look, ground=own.ground, size=run.look.size or own.size))
            if run.look is not PLAIN
            else replace(run, look=own)
            for run in runs
        ]


def _runs(cell: etree._Element, kind: str, texts: Sequence[Sequence[Run] | None]) -> Sequence[Run] | None:
    """The stretches of a cell's text, None where all of it is printed alike."""
    if kind == "inlineStr":
        inline = first_child(cell, "is")
        return None if inline is None else runs_of(inline)
    value = first_child(cell, "v") if any(texts) else None
    place = count(value.text or "") if value is not None else len(texts)
    return texts[place] if place < len(texts) else None


def _elements(archive: Archive, names: frozenset[str], part: str, *wanted: str) -> Iterator[etree._Element]:
    """The elements of these names in a part; rows are forgotten once they have been looked at."""
    if part not in names:
        return
    try:
        for _, element in etree.iterparse(
            io.BytesIO(archive.read(part)),
            tag=tuple(f"{{*}}{name}" for name in wanted),
            resolve_entities=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        ):
            yield element
            if local_name(element) == "row":
                element.clear()
    except etree.XMLSyntaxError as error:
        raise UnreadableDocumentError(
            "damaged",
            f"the workbook's {part} is damaged ({error}); open it in WPS or Excel and save it again",
        ) from error


def _is_hidden(element: etree._Element, size: str) -> bool:
    hidden = attribute(element, "hidden")
    return (hidden is not None and hidden not in _OFF) or attribute(element, size) == "0"


def area_of(reference: str) -> tuple[range, range]:
    """The rows and columns of a reference: B2:D9, or a cell's own; whatever sheet it names.

    >>> area_of("B2:表1.C4")
    (range(1, 4), range(1, 3))
    """
    first, _, last = reference.partition(":")
    last = last.rpartition(".")[2]
    top, left = _place(first)
    bottom, right = _place(last or first)
    return range(top, bottom + 1), range(left, right + 1)


def _place(reference: str) -> Place:
    letters = reference.replace("$", "").rstrip("0123456789")
    column = 0
    for letter in letters[:MOST_DIGITS].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return count(reference.replace("$", "")[len(letters) :]) - 1, column - 1
