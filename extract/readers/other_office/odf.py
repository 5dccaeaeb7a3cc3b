"""OpenDocument texts and sheets (ODT, ODS; ISO/IEC 26300) -> Document, packed or in one XML file.

A cell of a sheet holds what it shows as text, whatever its number. Repeated rows and cells stand once, with
their count. Hidden, struck and raised text is known by its style.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from lxml import etree

from extract.document import Document, Note, UnreadableDocumentError
from extract.readers.archive import Archive
from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.other_office.word_xml import parsed
from extract.readers.raised import lowered, raised
from extract.readers.word.docx_story import Grid, GridCell, Story, blocks_of

#: Positions of one table; a sheet repeats its last blank row a million times.
MOST_ROWS, MOST_COLUMNS = 100_000, 1_000
_MOST_SPACES = 1_000
#: What is no text of the document: what was deleted, what somebody remarked, a list's own number.
_LEFT_OUT = frozenset(("tracked-changes", "annotation", "annotation-end", "note-body", "forms"))
_GROUPS = frozenset(
    ("section", "list", "list-item", "list-header", "index-body", "table-of-content", "table-header-rows",
     "table-rows", "table-row-group", "numbered-paragraph")
)  # fmt: skip
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
    reading = _Reading(_Styles(roots))
    story = reading.story(body[0])
    reader, name = ("sheet", "ods") if is_sheet else ("docx", "odt")
    return Document(blocks_of(story), reader=reader, format=name, notes=tuple(reading.notes))


def _part(archive: Archive, name: str) -> bytes:
    return archive.read(name) if name in archive.names() else b""


@dataclass(slots=True)
class _Look:
    """What a style says: why its text is not read, if so, and how it stands on its line."""

    left_out: str | None = None
    position: int = 0


class _Styles:
    """The styles of a document by family and name, each with those that it comes from."""

    def __init__(self, roots: list[etree._Element]) -> None:
        self._styles = {
            (attribute(one, "family"), attribute(one, "name")): one
            for root in roots
            for one in root.iter("{*}style")
        }

    def look(self, family: str, name: str | None) -> _Look:
        """How the text of a style looks."""
        look = _Look()
        seen: set[str | None] = set()
        while name is not None and name not in seen:
            seen.add(name)
            style = self._styles.get((family, name))
            if style is None:
                break
            self._add(look, first_child(style, "text-properties"))
            name = attribute(style, "parent-style-name")
        return look

    def hides(self, family: str, name: str | None) -> bool:
        """Whether a table's style takes it off the page."""
        style = self._styles.get((family, name))
        properties = first_child(style, "table-properties")
        return properties is not None and attribute(properties, "display") == "false"

    def _add(self, look: _Look, properties: etree._Element | None) -> None:
        if properties is None:
            return
        struck = [attribute(properties, f"text-line-through-{kind}") for kind in ("style", "type")]
        if attribute(properties, "display") == "none":
            look.left_out = look.left_out or "hidden_text"
        elif any(one not in (None, "none") for one in struck):
            look.left_out = look.left_out or "struck_text"
        place = (attribute(properties, "text-position") or "").split(" ")[0]
        if place and not look.position:
            look.position = 1 if place == "super" else -1 if place == "sub" else _sign(place)


@dataclass(slots=True)
class _Reading:
    """One pass over a body; gathers notes on the way."""

    styles: _Styles
    notes: list[Note] = field(default_factory=list)

    def story(self, container: etree._Element) -> Story:
        """What stands in a body, a cell or a box, one after the other."""
        story = Story()
        self._blocks(container, story)
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
        look = self.styles.look("paragraph", attribute(paragraph, "style-name"))
        text = self._printed("".join(self._inline(paragraph, boxes, story)), look)
        if text:
            story.items.append(text)
        for box in boxes:
            story.items.extend(self.story(box).items)

    def _inline(self, element: etree._Element, boxes: list[etree._Element], story: Story) -> Iterator[str]:
        yield element.text or ""
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
                look = self.styles.look("text", attribute(child, "style-name"))
                yield self._printed("".join(self._inline(child, boxes, story)), look)
            elif name == "hidden-text" and attribute(child, "is-hidden") != "false":
                self.notes.append(Note("hidden_text", (child.text or "")[:200], "warn"))
            elif name not in _LEFT_OUT:
                yield from self._inline(child, boxes, story)
            yield child.tail or ""

    def _printed(self, text: str, look: _Look) -> str:
        if look.left_out:
            if text.strip():
                self.notes.append(Note(look.left_out, text.strip()[:200], "warn"))
            return ""
        return raised(text) if look.position > 0 else lowered(text) if look.position < 0 else text

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
        story = self.story(element)
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


def _sign(place: str) -> int:
    number = place.rstrip("%").lstrip("+")
    return 0 if not number.lstrip("-").strip("0.") else -1 if number.startswith("-") else 1
