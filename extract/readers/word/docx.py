"""DOCX -> Document: tables with their merged cells, text as it stands once all changes are accepted.

Reads the main part of an Office Open XML word-processing file (ISO/IEC 29500, transitional and strict)
straight from its XML. Headers, footers and comments are no part of a report and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from extract.document import Document, Note, UnreadableDocumentError
from extract.readers.look import LOWERED, ON_LINE, RAISED, Look, unlike
from extract.readers.office_xml import Package, attribute, first_child, local_name
from extract.readers.word.docx_fields import Fields
from extract.readers.word.docx_numbering import Numbering
from extract.readers.word.docx_story import Grid, GridCell, Story, blocks_of, embedded
from extract.readers.word.docx_styles import Ground, by_name, styles_of

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
#: What the names of those extensions begin with that Word and WPS draw.
_KNOWN = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/", "http://www.wps.cn/")
#: Formulas, and what in them is no character that is shown.
_MATHEMATICS, _WITHOUT_TEXT = "/math}", frozenset(("rPr", "oMathParaPr"))
#: Files that may stand in a Word file whole, as programs put them there that make one of a web page.
_EMBEDDED = frozenset(("html", "mht", "txt"))
_DIGIT = re.compile(r"\d")
_RUN_TEXT = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}


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
    reading = _Reader(package)
    story = reading.story(bodies[0])
    for kind in ("footnotes", "endnotes"):
        for note in package.related(kind):
            if attribute(note, "type") is None:  # the others are separators
                story.items.extend(reading.story(note).items)
    title = package.title()
    return Document(
        blocks_of(story),
        reader="docx",
        format="docx",
        metadata={"title": title} if title else {},
        notes=tuple(reading.notes),
    )


class _Reader:
    """One pass over a part; gathers notes on the way."""

    def __init__(self, package: Package) -> None:
        self.notes: list[Note] = []
        self._package = package
        self._styles = styles_of(package.related_data("styles"))
        self._numbering = Numbering(package.related("numbering"))
        self._paragraph_properties: etree._Element | None = None
        self._fields = Fields()
        self._shows_more = False
        self._ground = Ground()
        self._line: int | None = None

    def story(self, container: etree._Element) -> Story:
        """The paragraphs and tables inside a body, a cell, a text box or a footnote."""
        story = Story()
        self._blocks(container, story)
        if story.open_text:
            story.items.append(story.open_text)
        return story

    def _blocks(self, container: etree._Element, story: Story) -> None:
        for child in container:
            name = local_name(child)
            if name == "p":
                self._paragraph(child, story)
            elif name == "tbl":
                table = self._table(child)
                story.items.extend(table.settled())
                story.flags = story.flags or table.flags()
            elif name in _WRAPPERS:
                self._blocks(child, story)
            elif name == "AlternateContent":
                self._blocks(_chosen(child), story)
            elif name == "altChunk":
                story.items.extend(self._embedded(child))

    def _paragraph(self, paragraph: etree._Element, story: Story) -> None:
        pieces: list[str] = [story.open_text]
        story.open_text = ""
        boxes: list[etree._Element] = []
        self._paragraph_properties = first_child(paragraph, "pPr")
        self._fields = Fields()
        self._line = self._line_of_digits(paragraph)
        self._shows_more = self._has_unlike_digits(paragraph)
        self._inline(paragraph, pieces, boxes)
        text = "".join(pieces)
        numbered = self._numbering.prints(self._styles.numbering(self._paragraph_properties))
        if numbered or self._shows_more or self._fields.lost:
            story.doubt()
        if first_child(first_child(self._paragraph_properties, "rPr"), "del") is not None:
            story.open_text = text
        elif text:
            story.items.append(text)
        for box in boxes:
            story.items.extend(self.story(box).items)

    def _inline(self, element: etree._Element, pieces: list[str], boxes: list[etree._Element]) -> None:
        for child in element:
            name = local_name(child)
            if name == "r":
                self._run(child, pieces, boxes)
            elif name in _WRAPPERS:
                turned = name == "bdo" and attribute(child, "val") == "rtl"
                self._shows_more = self._shows_more or (turned and _has_digits(child))
                self._inline(child, pieces, boxes)
            elif name == "AlternateContent":
                self._inline(_chosen(child), pieces, boxes)
            elif name == "fldChar":
                self._fields.character(attribute(child, "fldCharType"))
            elif name == "instrText":
                self._fields.code(child.text or "")
            elif not self._fields.prints():
                continue
            elif name == "t":
                pieces.append(child.text or "")
            elif name in _RUN_TEXT:
                pieces.append(_RUN_TEXT[name])
            elif name == "sym":
                pieces.append(_symbol(child))
            elif name not in _WITHOUT_TEXT and _MATHEMATICS in str(child.tag):
                self._shows_more = True  # a fraction, a power: more than its characters in a row
            elif name in ("drawing", "pict", "object"):
                self._drawing(child, boxes)

    def _run(self, run: etree._Element, pieces: list[str], boxes: list[etree._Element]) -> None:
        look = self._look(run)
        own: list[str] = []
        self._inline(run, own, boxes if look.left_out is None else [])
        text = "".join(own)
        if look.left_out is None:
            pieces.append(look.written(text))
        elif text := text.strip():
            self.notes.append(Note(look.left_out, text[:200], "warn"))

    def _line_of_digits(self, paragraph: etree._Element) -> int | None:
        """The height at which a paragraph's digits stand, None where they all stand at one: a number that is
        set higher as a whole is a number, digits above or below others of the paragraph are none of it."""
        if next(paragraph.iter("{*}position", "{*}rStyle"), None) is None:
            return None
        heights = [
            self._styles.position(self._paragraph_properties, first_child(run, "rPr"))
            for run in paragraph.iter("{*}r")
            if _has_digits(run)
        ]
        return min(heights, key=abs) if len(set(heights)) > 1 else None

    def _has_unlike_digits(self, paragraph: etree._Element) -> bool:
        """Whether some digits of a paragraph are so much smaller or narrower than others that a person takes
        them for a note's mark, or does not see them, or something is said of them that may change them."""
        if next(paragraph.iter("{*}rPr"), None) is None:
            return False
        looks = [self._look(run) for run in paragraph.iter("{*}r") if _has_digits(run)]
        on_line = [look for look in looks if look.left_out is None and look.height == ON_LINE]
        if any(look.doubtful for look in on_line):
            return True
        return unlike([look.size for look in on_line if look.size is not None])

    def _look(self, run: etree._Element) -> Look:
        """The look of a run; digits off the line of their paragraph are superscript or subscript."""
        look = self._styles.look(self._paragraph_properties, first_child(run, "rPr"), self._ground)
        if self._line is None or look.height != ON_LINE:
            return look
        above = self._styles.position(self._paragraph_properties, first_child(run, "rPr")) - self._line
        return replace(look, height=RAISED if above > 0 else LOWERED if above < 0 else ON_LINE)

    def _drawing(self, drawing: etree._Element, boxes: list[etree._Element]) -> None:
        for element in drawing.iter("{*}OLEObject"):
            target = self._target(element, "id")
            self.notes.append(Note("embedded_document_not_read", target, "warn"))
        for element in drawing.iter("{*}txbxContent", "{*}blip", "{*}imagedata", "{*}textpath"):
            outer = list(_between(element, drawing))
            if {local_name(one) for one in outer} & {"txbxContent", "Fallback"}:
                continue  # comes with the outer box, or was there for older programs
            if local_name(element) == "txbxContent":
                boxes.append(element)
                continue
            self._shows_more = self._shows_more or not any(map(_floats, outer))
            if local_name(element) != "textpath":
                target = self._target(element, "embed") or self._target(element, "id")
                self.notes.append(Note("picture_in_body", target))

    def _embedded(self, chunk: etree._Element) -> list[str | Grid]:
        """What a web page or a text put into the file whole says; other files are only noted."""
        from extract.readers import read
        from extract.readers.sniff import sniff

        target = self._target(chunk, "id")
        try:
            data = self._package.data(target)
            if data and sniff(data) in _EMBEDDED:
                document = read(data, name=target)
                self.notes.extend(document.notes)
                return embedded(document)
        except UnreadableDocumentError as error:
            target = f"{target}: {error}"
        self.notes.append(Note("embedded_document_not_read", target, "warn"))
        return []

    def _target(self, element: etree._Element, name: str) -> str:
        identifier = attribute(element, name) or ""
        return self._package.targets.get(identifier, identifier)

    def _table(self, table: etree._Element) -> Grid:
        grid = Grid()
        ground = self._ground
        properties = first_child(table, "tblPr")
        style = first_child(properties, "tblStyle")
        name = None if style is None else attribute(style, "val")
        self._ground = Ground(name, (properties,))
        above: dict[int, GridCell] = {}  # by column: the cell that a vertical merge may continue
        for row in _unwrapped(table, "tr"):
            properties = first_child(row, "trPr")
            if first_child(properties, "del") is not None:
                continue
            column = _number(first_child(properties, "gridBefore"), 0)
            current: dict[int, GridCell] = {}
            for cell in _unwrapped(row, "tc"):
                column = self._cell(cell, grid, column, above, current)
            above = current
            grid.rows += 1
        self._ground = ground
        grid.columns = max((cell.column + cell.column_span for cell in grid.cells), default=0)
        return grid

    def _cell(
        self,
        element: etree._Element,
        grid: Grid,
        column: int,
        above: dict[int, GridCell],
        current: dict[int, GridCell],
    ) -> int:
        """Place a cell and return the column after it."""
        properties = first_child(element, "tcPr")
        said = by_name(properties)
        if "cellDel" in said:
            return column
        span = _number(said.get("gridSpan"), 1) or 1
        ground = self._ground
        self._ground = Ground(ground.table_style, (*ground.properties, properties))
        story = self.story(element)
        self._ground = ground
        merge = said.get("vMerge")
        beginning = above.get(column)
        continues = merge is not None and (attribute(merge, "val") or "continue") == "continue"
        if continues and beginning is not None and beginning.column_span == span:
            beginning.row_span += 1
            current[column] = beginning
            if text := story.text().strip():
                self.notes.append(Note("text_under_merged_cell", text[:200], "warn"))
            return column + span
        horizontal = said.get("hMerge")
        if horizontal is not None and attribute(horizontal, "val") in (None, "continue") and grid.cells:
            left = grid.cells[-1]
            if left.row == grid.rows and left.column + left.column_span == column:
                left.column_span += span
                left.story.items.extend(story.items)
                left.story.flags = left.story.flags or story.flags
                return column + span
        cell = GridCell(story, grid.rows, column, span)
        grid.cells.append(cell)
        if merge is not None:
            current[column] = cell
        return column + span


def _unwrapped(container: etree._Element, wanted: str) -> Iterator[etree._Element]:
    for child in container:
        name = local_name(child)
        if name == wanted:
            yield child
        elif name in _WRAPPERS:
            yield from _unwrapped(child, wanted)


def _chosen(alternate: etree._Element) -> etree._Element:
    """Of an AlternateContent the first Choice that Word knows how to draw, else the Fallback, which says the
    same for older programs (ISO/IEC 29500-3, 7.5): what nobody can draw, nobody sees."""
    for child in alternate:
        asked = (attribute(child, "Requires") or "").split()
        known = ((child.nsmap.get(prefix) or "").startswith(_KNOWN) for prefix in asked)
        if local_name(child) == "Fallback" or (asked and all(known)):
            return child
    return etree.Element("Choice")


def _between(element: etree._Element, outermost: etree._Element) -> Iterator[etree._Element]:
    for ancestor in element.iterancestors():
        if ancestor is outermost:
            return
        yield ancestor


def _floats(shape: etree._Element) -> bool:
    """Whether a drawing lies over the text, as a seal does, and does not stand in it."""
    return local_name(shape) == "anchor" or "position:absolute" in (attribute(shape, "style") or "")


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


def _has_digits(element: etree._Element) -> bool:
    return any(_DIGIT.search(str(text)) for text in element.itertext())
