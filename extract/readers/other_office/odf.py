"""OpenDocument texts and sheets (ODT, ODS; ISO/IEC 26300) -> Document, packed or in one XML file.

A cell of a sheet holds what it shows as text, whatever its number. Repeated rows and cells stand once, with
their count. Hidden, struck and raised text is known by its style.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from lxml import etree

from extract.document import Document, Note, UnreadableDocumentError
from extract.readers.look import WHITE, Digits, raised
from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.other_office.odf_styles import Said, Styles, colour_of, look_of
from extract.readers.other_office.word_xml import parsed
from extract.readers.sheet.looks import area_of
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
#: What is drawn among the text: its own text does not go on in that around it.
_SHAPES = frozenset(("custom-shape", "image", "object", "object-ole", "rect", "ellipse", "path", "caption"))
_PICTURES = frozenset(("image", "object", "object-ole"))
_WHOLE, _ROUNDED = re.compile(r"-?[0-9]{1,12}"), 0.5
#: A range of cells, of which each corner names its sheet.
_ADDRESS = re.compile(r"\.(\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::[^\s:]*\.\$?[A-Z]{1,3}\$?[0-9]{1,7})?)")
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
    reading = _Reader(Styles(roots), _deletions(body[0]))
    story = reading.story(body[0])
    reader, name = ("sheet", "ods") if is_sheet else ("docx", "odt")
    return Document(blocks_of(story), reader=reader, format=name, notes=tuple(reading.notes))


def _part(archive: Archive, name: str) -> bytes:
    return archive.read(name) if name in archive.names() else b""


@dataclass(slots=True)
class _Reader:
    """One pass over a body; gathers notes on the way."""

    styles: Styles
    deletions: frozenset[str | None]
    notes: list[Note] = field(default_factory=list)
    _cell_says: Said = field(default_factory=dict)
    _ground: str | None = None
    _deleted: bool = False
    _digits: Digits = field(default_factory=Digits)

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
        self._ground = colour_of(behind) or WHITE
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
        if self.styles.hides_table(attribute(table, "style-name")):
            self.notes.append(Note("hidden_sheet", name, "warn"))
            return
        grid = self._table(table)
        if any(cell.story.text().strip() for cell in grid.cells):
            story.items.extend(grid.settled())
            story.flags = story.flags or grid.flags()

    def _paragraph(self, paragraph: etree._Element, story: Story) -> None:
        boxes: list[etree._Element] = []
        said = {**self._cell_says, **self.styles.said("paragraph", attribute(paragraph, "style-name"))}
        self._digits = Digits()
        text = "".join(self._inline(paragraph, said, boxes, story))
        if text:
            story.items.append(text)
        if self._ground is not None and self._digits.in_doubt:
            story.doubt()
        for box in boxes:
            story.items.extend(self.story(box).items)

    def _inline(
        self, element: etree._Element, said: Said, boxes: list[etree._Element], story: Story
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
            elif name == "ruby-text":
                story.doubt()
            elif name == "text-box":
                boxes.append(child)
            elif name in _SHAPES:
                if name in _PICTURES:
                    self.notes.append(Note("picture_in_body", attribute(child, "href") or ""))
                if "as-char" in (attribute(element, "anchor-type"), attribute(child, "anchor-type")):
                    story.doubt()
                boxes.append(child)
            elif name == "span":
                own = {**said, **self.styles.said("text", attribute(child, "style-name"))}
                yield from self._inline(child, own, boxes, story)
            elif name in ("hidden-text", "hidden-paragraph") and attribute(child, "is-hidden") != "false":
                self.notes.append(Note("hidden_text", (child.text or "")[:200], "warn"))
            elif name in ("change-start", "change-end") and attribute(child, "change-id") in self.deletions:
                self._deleted = name == "change-start"
            elif name not in _LEFT_OUT:
                yield from self._inline(child, said, boxes, story)
            yield self._printed(child.tail, said)

    def _printed(self, text: str | None, said: Said) -> str:
        if not text or self._deleted:
            return ""
        look = look_of(said, self._ground)
        if look.left_out:
            if text.strip():
                self.notes.append(Note(look.left_out, text.strip()[:200], "warn"))
            return ""
        self._digits.add(text, look)
        return look.written(text)

    def _table(self, table: etree._Element) -> Grid:
        """A table, up to the last row and column that print anything."""
        grid = Grid()
        hidden = frozenset(self._hidden_columns(table))
        doubtful = tuple(self._conditions(table))
        row = 0
        for element in _rows(table):
            times = _repeated(element, "number-rows-repeated", MOST_ROWS)
            is_hidden = self._is_hidden(element, "row")
            cells = list(_filled_cells(element))
            for at in range(row, row + times) if cells else ():
                self._row(cells, grid, at, range(MOST_COLUMNS) if is_hidden else hidden)
            row = min(row + times, MOST_ROWS)
        printed = [cell for cell in grid.cells if cell.story.items]
        for cell in printed:
            if any(cell.row in rows and cell.column in columns for rows, columns in doubtful):
                cell.story.doubt()
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
        if self.styles.doubts_cell(attribute(element, "style-name")) or _is_stored_otherwise(element, story):
            story.doubt()
        if is_hidden and (text := story.text().strip()):
            self.notes.append(Note("hidden_text", text[:200], "warn"))
            story = Story()
        return GridCell(story, row, column, spans[0], spans[1])

    def _is_hidden(self, element: etree._Element, what: str) -> bool:
        """Whether a row or a column is not shown, or has no height or width."""
        hidden = attribute(element, "visibility") in _HIDDEN_ROWS
        return hidden or self.styles.has_no_extent(what, attribute(element, "style-name"))

    def _conditions(self, table: etree._Element) -> Iterator[tuple[range, range]]:
        """The rows and columns of whose numbers conditions of LibreOffice's own decide how they are shown."""
        for condition in table.iterfind("{*}conditional-formats/{*}conditional-format"):
            changes = (
                attribute(one, "show-value") == "false"
                or self.styles.changes_numbers(attribute(one, "apply-style-name"))
                for one in condition
            )
            if any(changes):
                yield from map(area_of, _ADDRESS.findall(attribute(condition, "target-range-address") or ""))

    def _hidden_columns(self, table: etree._Element) -> Iterator[int]:
        column = 0
        for element in table.iter("{*}table-column"):
            times = _repeated(element, "number-columns-repeated", MOST_COLUMNS)
            if self._is_hidden(element, "column"):
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


def _deletions(body: etree._Element) -> frozenset[str | None]:
    """The changes that took text away which still stands in its place."""
    regions = body.iterfind("{*}tracked-changes/{*}changed-region")
    return frozenset(attribute(one, "id") for one in regions if first_child(one, "deletion") is not None)


def _is_stored_otherwise(cell: etree._Element, story: Story) -> bool:
    """Whether a cell's number is another one than its text, which programs write anew when they open it."""
    stored, text = attribute(cell, "value"), story.text().strip()
    if stored is None or attribute(cell, "value-type") != "float" or not _WHOLE.fullmatch(text):
        return False
    try:
        return abs(float(stored) - int(text)) > _ROUNDED
    except ValueError:
        return True
