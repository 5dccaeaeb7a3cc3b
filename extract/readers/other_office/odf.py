"""OpenDocument texts and sheets (ODT, ODS; ISO/IEC 26300) -> Document, packed or in one XML file.

A cell of a sheet holds what it shows as text, whatever its number. Repeated rows and cells stand once, with
their count. Hidden, struck and raised text is known by its style.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from extract.document import Document, Note, UnreadableDocumentError
from extract.readers.look import LOWERED, ON_LINE, RAISED, Look, height_of, raised, unlike
from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.other_office.word_xml import parsed
from extract.readers.word.docx_story import Grid, GridCell, Story, blocks_of
from extract.readers.zip_file import Archive

#: Positions of one table; a sheet repeats its last blank row a million times.
MOST_ROWS, MOST_COLUMNS = 100_000, 1_000
_MOST_SPACES = 1_000
#: What is no text of the document: what was deleted, what somebody remarked, a list's own number.
_LEFT_OUT = frozenset(("tracked-changes", "annotation", "annotation-end", "note-body", "forms"))
_GROUPS = frozenset(
    ("section", "list", "list-item", "list-header", "index-body", "table-of-content", "table-header-rows",
     "table-rows", "table-row-group", "numbered-paragraph")
)  # fmt: skip
PAPER = "FFFFFF"
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")
_SIZE, _PERCENT = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)pt"), re.compile(r"(\d{1,4}(?:\.\d{1,4})?)%")
_HIDDEN_ROWS = frozenset(("collapse", "filter"))


def read_odf(data: bytes) -> Document:
    """Tables and paragraphs of a text or a sheet, with locators ``paragraph 12`` and ``table 3 r7 c4``.

    Raises `UnreadableDocumentError` (damaged, encrypted, too_large).
    """
    if data.startswith(b"PK"):
        archive = Archive(data)
        if b"encryption-data" in _part(archive, "META-INF/manifest.xml"):
            raise UnreadableDocumentError(
                "encrypted", "the file is protected by a password; ask the publisher for an open copy"
            )
        roots = [parsed(part) for name in ("styles.xml", "content.xml") if (part := _part(archive, name))]
    else:
        roots = [parsed(data)]
    body = next((found for root in roots[::-1] for found in root.iter("{*}body")), None)
    if body is None or not len(body):
        raise UnreadableDocumentError("damaged", "the file has no body; open it in WPS and save it again")
    is_sheet = local_name(body[0]) == "spreadsheet"
    reading = _Reader(_Styles(roots))
    story = reading.story(body[0])
    reader, name = ("sheet", "ods") if is_sheet else ("docx", "odt")
    return Document(blocks_of(story), reader=reader, format=name, notes=tuple(reading.notes))


def _part(archive: Archive, name: str) -> bytes:
    return archive.read(name) if name in archive.names() else b""


_Said = Mapping[str, str]


class _Styles:
    """The styles of a document by family and name, each with those that it comes from."""

    def __init__(self, roots: list[etree._Element]) -> None:
        self._styles = {
            (attribute(one, "family"), attribute(one, "name")): one
            for root in roots
            for one in root.iter("{*}style")
        }

    def said(self, family: str, name: str | None, kind: str = "text-properties") -> _Said:
        """What a style says, and those that it comes from where it does not."""
        said: _Said = {}
        seen: set[str | None] = set()
        while name is not None and name not in seen:
            seen.add(name)
            style = self._styles.get((family, name))
            if style is None:
                break
            properties = first_child(style, kind)
            said = {**_by_name(properties), **said}
            name = attribute(style, "parent-style-name")
        return said

    def hides(self, family: str, name: str | None) -> bool:
        """Whether a table's style takes it off the page."""
        style = self._styles.get((family, name))
        properties = first_child(style, "table-properties")
        return properties is not None and attribute(properties, "display") == "false"


@dataclass(slots=True)
class _Reader:
    """One pass over a body; gathers notes on the way."""

    styles: _Styles
    notes: list[Note] = field(default_factory=list)
    _cell_says: _Said = field(default_factory=dict)
    _ground: str | None = None
    _sizes: list[float] = field(default_factory=list)

    def story(self, container: etree._Element) -> Story:
        """What stands in a body, a cell or a box, one after the other."""
        story = Story()
        self._blocks(container, story)
        return story

    def _story_of_cell(self, cell: etree._Element) -> Story:
        """What stands in a cell, on its ground and as its style has it."""
        name = attribute(cell, "style-name")
        before = self._cell_says, self._ground
        self._cell_says = self.styles.said("table-cell", name)
        behind = self.styles.said("table-cell", name, "table-cell-properties").get("background-color")
        self._ground = _colour(behind) or PAPER
        story = self.story(cell)
        self._cell_says, self._ground = before
        return story

    def _blocks(self, container: etree._Element, story: Story) -> None:
        for child in container:
            name = local_name(child)
            if name in ("p", "h"):
                self._paragraph(child, story)
            elif name in ("table", "sub-table"):
                self._table_of(child, story)
            elif name in _GROUPS:
                self._blocks(child, story)

    def _table_of(self, table: etree._Element, story: Story) -> None:
        name = attribute(table, "name") or ""
        if self.styles.hides("table", attribute(table, "style-name")):
            self.notes.append(Note("hidden_sheet", name, "warn"))
            return
        grid = self._table(table)
        if any(cell.story.text().strip() for cell in grid.cells):
            story.items.extend(grid.settled())
            story.flags = story.flags or grid.flags()

    def _paragraph(self, paragraph: etree._Element, story: Story) -> None:
        boxes: list[etree._Element] = []
        said = {**self._cell_says, **self.styles.said("paragraph", attribute(paragraph, "style-name"))}
        self._sizes.clear()
        text = "".join(self._inline(paragraph, said, boxes, story))
        if text:
            story.items.append(text)
        if self._ground is not None and unlike(self._sizes):
            story.doubt()
        for box in boxes:
            story.items.extend(self.story(box).items)

    def _inline(
        self, element: etree._Element, said: _Said, boxes: list[etree._Element], story: Story
    ) -> Iterator[str]:
        yield self._printed(element.text, said)
        for child in element:
            name = local_name(child)
            if name == "s":
                yield " " * min(int(attribute(child, "c") or 1), _MOST_SPACES)
            elif name == "tab":
                yield "\t"
            elif name == "line-break":
                yield "\n"
            elif name == "note-citation":
                yield raised(child.text or "")
            elif name == "text-box":
                boxes.append(child)
            elif name == "image" or name == "object":
                self.notes.append(Note("picture_in_body", attribute(child, "href") or ""))
                if attribute(element, "anchor-type") == "as-char":
                    story.doubt()
            elif name == "span":
                own = {**said, **self.styles.said("text", attribute(child, "style-name"))}
                yield from self._inline(child, own, boxes, story)
            elif name == "hidden-text" and attribute(child, "is-hidden") != "false":
                self.notes.append(Note("hidden_text", (child.text or "")[:200], "warn"))
            elif name not in _LEFT_OUT:
                yield from self._inline(child, said, boxes, story)
            yield self._printed(child.tail, said)

    def _printed(self, text: str | None, said: _Said) -> str:
        if not text:
            return ""
        look = _look(said, self._ground)
        if look.left_out:
            if text.strip():
                self.notes.append(Note(look.left_out, text.strip()[:200], "warn"))
            return ""
        if look.size is not None and look.height == ON_LINE and any(map(str.isdecimal, text)):
            self._sizes.append(look.size)
        return look.written(text)

    def _table(self, table: etree._Element) -> Grid:
        """A table, up to the last row and column that print anything."""
        grid = Grid()
        hidden = frozenset(self._hidden_columns(table))
        row = 0
        for element in _rows(table):
            times = _repeated(element, "number-rows-repeated", MOST_ROWS)
            is_hidden = attribute(element, "visibility") in _HIDDEN_ROWS
            cells = list(_filled_cells(element))
            for at in range(row, row + times) if cells else ():
                self._row(cells, grid, at, range(MOST_COLUMNS) if is_hidden else hidden)
            row = min(row + times, MOST_ROWS)
        printed = [cell for cell in grid.cells if cell.story.items]
        grid.rows = max((cell.row + cell.row_span for cell in printed), default=0)
        grid.columns = max((cell.column + cell.column_span for cell in printed), default=0)
        grid.cells = [cell for cell in grid.cells if cell.row < grid.rows and cell.column < grid.columns]
        return grid

    def _row(self, cells: list[etree._Element], grid: Grid, row: int, hidden: Container[int]) -> None:
        column = 0
        for element in cells:
            times = _repeated(element, "number-columns-repeated", MOST_COLUMNS)
            if local_name(element) == "table-cell":
                for at in range(column, min(column + times, MOST_COLUMNS)):
                    grid.cells.append(self._cell(element, row, at, is_hidden=at in hidden))
            elif under := self.story(element).text().strip():
                self.notes.append(Note("text_under_merged_cell", under[:200], "warn"))
            column += times

    def _cell(self, element: etree._Element, row: int, column: int, *, is_hidden: bool) -> GridCell:
        spans = [_repeated(element, f"number-{what}-spanned", MOST_ROWS) for what in ("columns", "rows")]
        story = self._story_of_cell(element)
        if is_hidden and (text := story.text().strip()):
            self.notes.append(Note("hidden_text", text[:200], "warn"))
            story = Story()
        return GridCell(story, row, column, spans[0], spans[1])

    def _hidden_columns(self, table: etree._Element) -> Iterator[int]:
        column = 0
        for element in table.iter("{*}table-column"):
            times = _repeated(element, "number-columns-repeated", MOST_COLUMNS)
            if attribute(element, "visibility") in _HIDDEN_ROWS:
                yield from range(column, column + times)
            column += times


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if local_name(child) == "table-row":
            yield child
        elif local_name(child) in _GROUPS:
            yield from _rows(child)


def _filled_cells(row: etree._Element) -> list[etree._Element]:
    """The cells of a row; the one that fills it up to the sheet's edge is left out."""
    cells = [one for one in row if local_name(one) in ("table-cell", "covered-table-cell")]
    while (
        cells
        and attribute(cells[-1], "number-columns-repeated")
        and not "".join(map(str, cells[-1].itertext()))
    ):
        cells.pop()
    return cells


def _repeated(element: etree._Element, name: str, most: int) -> int:
    published = attribute(element, name) or "1"
    return max(1, min(int(published), most)) if published.isascii() and published.isdigit() else 1


def _look(said: _Said, ground: str | None) -> Look:
    """The look that properties give to a text; a ground is known in tables alone."""
    struck = (said.get(f"text-line-through-{kind}", "none") for kind in ("style", "type"))
    place = said.get("text-position", "").partition(" ")[0]
    size, scale = _SIZE.fullmatch(said.get("font-size", "")), _PERCENT.fullmatch(said.get("text-scale", ""))
    return Look(
        hidden=said.get("display") == "none",
        struck=any(one != "none" for one in struck),
        height=height_of(place) or _direction(place),
        size=float(size[1]) * (float(scale[1]) / 100 if scale else 1) if size else None,
        colour=_colour(said.get("color")),
        ground=ground and (_colour(said.get("background-color")) or ground),
    )


def _by_name(properties: etree._Element | None) -> _Said:
    if properties is None:
        return {}
    return {str(key).rpartition("}")[2]: str(value) for key, value in properties.items()}


def _colour(published: str | None) -> str | None:
    return published[1:].upper() if published and _COLOUR.fullmatch(published) else None


def _direction(place: str) -> int:
    """Above or below the line, by a percentage."""
    number = place.rstrip("%").lstrip("+")
    return ON_LINE if not number.lstrip("-").strip("0.") else LOWERED if number.startswith("-") else RAISED
