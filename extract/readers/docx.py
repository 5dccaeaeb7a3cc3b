"""DOCX -> Document: tables with their merged cells, text as it stands once all changes are accepted.

Reads the main part of an Office Open XML word-processing file (ISO/IEC 29500, transitional and strict)
straight from its XML. Headers, footers and comments are no part of a report and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from extract.document import Block, Cell, Document, Note, Paragraph, Table, UnreadableDocumentError
from extract.readers.docx_styles import Styles
from extract.readers.office_xml import Package, attribute, first_child, local_name

#: Grid positions of all tables together, as for HTML.
MOST_POSITIONS = 2_000_000
#: Word's own limit is 63 columns; a greater span is damage.
MOST_COLUMNS = 1000

#: Elements that only wrap others; deletions and the old places of moved text are not among them.
_WRAPPERS = frozenset(
    (
        *(
            "sdt",
            "sdtContent",
            "customXml",
            "smartTag",
            "ins",
            "moveTo",
            "hyperlink",
            "fldSimple",
            "dir",
            "bdo",
        ),
        *("ruby", "rubyBase", "oMath", "oMathPara", "subDoc"),
    )
)
_RUN_TEXT = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}


@dataclass(slots=True)
class _Story:
    """Paragraphs and tables in order; `open_text` is a paragraph whose end mark was deleted."""

    items: list[str | _Grid] = field(default_factory=list)
    open_text: str = ""

    def text(self) -> str:
        return "\n".join(item if isinstance(item, str) else item.text() for item in self.items)


@dataclass(slots=True)
class _GridCell:
    story: _Story
    row: int
    column: int
    column_span: int
    row_span: int = 1


@dataclass(slots=True)
class _Grid:
    rows: int = 0
    columns: int = 0
    cells: list[_GridCell] = field(default_factory=list)

    def text(self) -> str:
        return "\n".join(text for cell in self.cells if (text := cell.story.text()))

    def settled(self) -> list[str | _Grid]:
        """A table of one column is a frame around what it holds; any other is followed by its inner ones."""
        if self.columns < 2 or all(cell.column_span == self.columns for cell in self.cells):
            return [item for cell in self.cells for item in cell.story.items]
        return [self, *(item for cell in self.cells for item in cell.story.items if isinstance(item, _Grid))]


def read_docx(data: bytes) -> Document:
    """Tables and paragraphs of the document's body, text boxes and footnotes.

    Locators are ``paragraph 12`` and ``table 3 r7 c4``. Deleted, hidden and struck text is not delivered;
    hidden and struck text, pictures and embedded files leave a note. Raised digits stay raised: 12¹.

    Raises `UnreadableDocumentError` (damaged, encrypted, too_large).
    """
    package = Package(data)
    bodies = [element for element in package.elements(package.main) if local_name(element) == "body"]
    if not bodies:
        raise UnreadableDocumentError(
            "damaged", "the Word file has no body; open it in WPS or Word and save it again"
        )
    reading = _Reading(package.targets, Styles(package.related("styles")))
    story = reading.story(bodies[0])
    for kind in ("footnotes", "endnotes"):
        for note in package.related(kind):
            if attribute(note, "type") is None:  # the others are separators
                story.items.extend(reading.story(note).items)
    title = package.title()
    return Document(
        _blocks(story),
        reader="docx",
        format="docx",
        metadata={"title": title} if title else {},
        notes=tuple(reading.notes),
    )


class _Reading:
    """One pass over a part; gathers notes on the way."""

    def __init__(self, targets: dict[str, str], styles: Styles) -> None:
        self.notes: list[Note] = []
        self._targets = targets
        self._styles = styles
        self._paragraph_properties: etree._Element | None = None

    def story(self, container: etree._Element) -> _Story:
        """The paragraphs and tables inside a body, a cell, a text box or a footnote."""
        story = _Story()
        self._blocks(container, story)
        if story.open_text:
            story.items.append(story.open_text)
        return story

    def _blocks(self, container: etree._Element, story: _Story) -> None:
        for child in container:
            name = local_name(child)
            if name == "p":
                self._paragraph(child, story)
            elif name == "tbl":
                story.items.extend(self._table(child).settled())
            elif name in _WRAPPERS:
                self._blocks(child, story)
            elif name == "AlternateContent":
                self._blocks(_chosen(child), story)
            elif name == "altChunk":
                self.notes.append(Note("embedded_document_not_read", self._target(child, "id"), "warn"))

    def _paragraph(self, paragraph: etree._Element, story: _Story) -> None:
        pieces: list[str] = [story.open_text]
        story.open_text = ""
        boxes: list[etree._Element] = []
        self._paragraph_properties = first_child(paragraph, "pPr")
        self._inline(paragraph, pieces, boxes)
        text = "".join(pieces)
        if first_child(first_child(self._paragraph_properties, "rPr"), "del") is not None:
            story.open_text = text
        elif text:
            story.items.append(text)
        for box in boxes:
            story.items.extend(self.story(box).items)

    def _inline(self, element: etree._Element, pieces: list[str], boxes: list[etree._Element]) -> None:
        for child in element:
            name = local_name(child)
            if name == "t":
                pieces.append(child.text or "")
            elif name == "r":
                self._run(child, pieces, boxes)
            elif name in _RUN_TEXT:
                pieces.append(_RUN_TEXT[name])
            elif name in _WRAPPERS:
                self._inline(child, pieces, boxes)
            elif name == "AlternateContent":
                self._inline(_chosen(child), pieces, boxes)
            elif name == "sym":
                pieces.append(_symbol(child))
            elif name in ("drawing", "pict", "object"):
                self._drawing(child, boxes)

    def _run(self, run: etree._Element, pieces: list[str], boxes: list[etree._Element]) -> None:
        look = self._styles.look(self._paragraph_properties, first_child(run, "rPr"))
        own: list[str] = []
        self._inline(run, own, boxes if look.left_out is None else [])
        text = "".join(own)
        if look.left_out is None:
            pieces.append(look.write(text) if look.write else text)
        elif text := text.strip():
            self.notes.append(Note(look.left_out, text[:200], "warn"))

    def _drawing(self, drawing: etree._Element, boxes: list[etree._Element]) -> None:
        for element in drawing.iter("{*}txbxContent", "{*}blip", "{*}imagedata"):
            around = {local_name(outer) for outer in _between(element, drawing)}
            if around & {"txbxContent", "Fallback"}:
                continue  # comes with the outer box, or was there for older programs
            if local_name(element) == "txbxContent":
                boxes.append(element)
            else:
                target = self._target(element, "embed") or self._target(element, "id")
                self.notes.append(Note("picture_in_body", target))

    def _target(self, element: etree._Element, name: str) -> str:
        identifier = attribute(element, name) or ""
        return self._targets.get(identifier, identifier)

    def _table(self, table: etree._Element) -> _Grid:
        grid = _Grid()
        above: dict[int, _GridCell] = {}  # by column: the cell that a vertical merge may continue
        for row in _unwrapped(table, "tr"):
            properties = first_child(row, "trPr")
            if first_child(properties, "del") is not None:
                continue
            column = _number(first_child(properties, "gridBefore"), 0)
            current: dict[int, _GridCell] = {}
            for cell in _unwrapped(row, "tc"):
                column = self._cell(cell, grid, column, above, current)
            above = current
            grid.rows += 1
        grid.columns = max((cell.column + cell.column_span for cell in grid.cells), default=0)
        return grid

    def _cell(
        self,
        element: etree._Element,
        grid: _Grid,
        column: int,
        above: dict[int, _GridCell],
        current: dict[int, _GridCell],
    ) -> int:
        """Place a cell and return the column after it."""
        properties = first_child(element, "tcPr")
        if first_child(properties, "cellDel") is not None:
            return column
        span = _number(first_child(properties, "gridSpan"), 1) or 1
        story = self.story(element)
        merge = first_child(properties, "vMerge")
        beginning = above.get(column)
        continues = merge is not None and (attribute(merge, "val") or "continue") == "continue"
        if continues and beginning is not None and beginning.column_span == span:
            beginning.row_span += 1
            current[column] = beginning
            if text := story.text().strip():
                self.notes.append(Note("text_under_merged_cell", text[:200], "warn"))
            return column + span
        horizontal = first_child(properties, "hMerge")
        if horizontal is not None and attribute(horizontal, "val") in (None, "continue") and grid.cells:
            left = grid.cells[-1]
            if left.row == grid.rows and left.column + left.column_span == column:
                left.column_span += span
                left.story.items.extend(story.items)
                return column + span
        cell = _GridCell(story, grid.rows, column, span)
        grid.cells.append(cell)
        if merge is not None:
            current[column] = cell
        return column + span


def _blocks(story: _Story) -> tuple[Block, ...]:
    blocks: list[Block] = []
    tables = paragraphs = positions = 0
    for item in story.items:
        if isinstance(item, _Grid):
            positions += item.rows * item.columns
            if positions > MOST_POSITIONS:
                raise UnreadableDocumentError(
                    "too_large", f"the tables have more than {MOST_POSITIONS:,} cells, which no report has"
                )
            tables += 1
            name = f"table {tables}"
            cells = tuple(
                Cell(
                    cell.story.text(),
                    cell.row,
                    cell.column,
                    cell.row_span,
                    cell.column_span,
                    f"{name} r{cell.row + 1} c{cell.column + 1}",
                )
                for cell in item.cells
            )
            blocks.append(Table(item.rows, item.columns, cells, name))
        elif item.strip():
            paragraphs += 1
            blocks.append(Paragraph(item, f"paragraph {paragraphs}"))
    return tuple(blocks)


def _unwrapped(container: etree._Element, wanted: str) -> Iterator[etree._Element]:
    for child in container:
        name = local_name(child)
        if name == wanted:
            yield child
        elif name in _WRAPPERS:
            yield from _unwrapped(child, wanted)


def _chosen(alternate: etree._Element) -> etree._Element:
    """Of an AlternateContent the first Choice: the Fallback says the same for older programs."""
    return next(
        (child for child in alternate if local_name(child) == "Choice"),
        alternate[0] if len(alternate) else alternate,
    )


def _between(element: etree._Element, outermost: etree._Element) -> Iterator[etree._Element]:
    for ancestor in element.iterancestors():
        if ancestor is outermost:
            return
        yield ancestor


def _number(element: etree._Element | None, otherwise: int) -> int:
    published = "" if element is None else (attribute(element, "val") or "").strip()
    return min(int(published), MOST_COLUMNS) if published.isascii() and published.isdigit() else otherwise


def _symbol(element: etree._Element) -> str:
    """A character of a symbol font; Word keeps it at U+F000 and above, as the font does."""
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE else ""
