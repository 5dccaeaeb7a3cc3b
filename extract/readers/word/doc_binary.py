"""The Word 97-2003 binary format: its text, and the paragraph and character properties that tables need.

[MS-DOC] names are kept in comments: FIB (where everything lies), Clx (the piece table), PlcfBte and FKP
(properties by byte position), Prl and sprm (one property). Tables have no structure of their own: a cell is
text that ends in character 7, a row ends in a character 7 whose paragraph has sprmPFTtp.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from extract.document import HIDDEN_TEXT, STRUCK_TEXT
from extract.readers.look import ON_LINE, Look, by_lines
from extract.readers.word.doc_sprms import (
    C_DELETED,
    C_POSITION,
    C_SYMBOL,
    P_DEPTH,
    T_DEFINITION,
    prls,
)
from extract.readers.word.doc_styles import USUAL_SIZE, WordStyles, fonts_of_signs, size_of
from extract.readers.word.rows import Span

#: nFib of Word 97; earlier formats are laid out differently.
FIRST_VERSION = 193

_FKP_BYTES = 512
_P_TABLE_PROPERTIES = 0x646B, 0x6646, 0x6645
_T_VERTICAL_MERGE = 0xD62B


class RefusedError(Exception):
    """The bytes are not what the format says, or a format from before Word 97."""


@dataclass(frozen=True, slots=True)
class ParagraphProperties:
    """What a paragraph's end mark says: inside a table and how deep, the end of a cell of a table in a cell,
    the end of a row, and then the row's edges."""

    level: int = 0
    inner_cell_end: bool = False
    row_end: bool = False
    left: int = 0
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    offset: int
    unit: int

    def byte(self, position: int) -> int:
        return self.offset + (position - self.start) * self.unit


class WordBinary:
    """Text and properties of a document, from its streams WordDocument, 0Table or 1Table, and Data."""

    def __init__(self, main: bytes, tables: tuple[bytes, bytes], data: bytes) -> None:
        if len(main) < 0x1AA or struct.unpack_from("<H", main)[0] != 0xA5EC:
            raise RefusedError("the document's header is damaged or older than Word 97")
        version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 10)[0]
        if version < FIRST_VERSION:
            raise RefusedError("the document was written by a Word older than 97")
        self.encrypted = bool(flags & 0x0100)
        self._main = main
        self._table = tables[bool(flags & 0x0200)]
        self._data = data
        if self.encrypted:
            return
        body, footnotes, headers, _, annotations, endnotes, boxes = struct.unpack_from("<7i", main, 0x4C)
        self._pieces = list(self._read_pieces())
        self._starts = [piece.start for piece in self._pieces]
        text = "".join(self._piece_text(piece) for piece in self._pieces)
        self._paragraphs = sorted(self._runs(0x102, paragraph=True))
        self._paragraph_starts = [start for start, _, _ in self._paragraphs]
        self.styles = WordStyles.of(self._from_table(0xA2))
        self._signs = fonts_of_signs(self._from_table(0x112))
        self.hidden = self.struck = ""
        self._text = self._without_deleted(text)
        if min(body, footnotes, headers, annotations, endnotes, boxes) < 0 or body > len(text):
            raise RefusedError("the document's header counts more text than there is")
        notes = body + footnotes
        after_annotations = notes + headers + annotations
        ends = (
            body,
            notes,
            after_annotations,
            after_annotations + endnotes,
            after_annotations + endnotes + boxes,
        )
        #: Ranges of the body, the footnotes, the endnotes and the text boxes.
        self.stories = ((0, ends[0]), (ends[0], ends[1]), (ends[2], ends[3]), (ends[3], ends[4]))

    def text(self, start: int, end: int) -> str:
        """UTF-16 units of a range; deleted, hidden and struck ones are NUL."""
        return self._text[start:end]

    def paragraph(self, position: int) -> ParagraphProperties:
        """The properties of the paragraph whose end mark stands at a position of the text."""
        piece = self._pieces[max(bisect_right(self._starts, position) - 1, 0)]
        byte = piece.byte(position)
        number = bisect_right(self._paragraph_starts, byte) - 1
        if number < 0 or byte >= self._paragraphs[number][1]:
            return ParagraphProperties()
        return self._properties(self._paragraphs[number][2][2:])  # behind the style's index

    def _read_pieces(self) -> Iterator[_Piece]:
        clx = self._from_table(0x1A2)
        position = 0
        while position + 3 <= len(clx) and clx[position] == 1:  # Prc: properties of pieces
            position += 3 + struct.unpack_from("<H", clx, position + 1)[0]
        if position + 5 > len(clx) or clx[position] != 2:
            raise RefusedError("the piece table is missing")
        plc = clx[position + 5 : position + 5 + struct.unpack_from("<I", clx, position + 1)[0]]
        count = (len(plc) - 4) // 12
        if count < 1:
            raise RefusedError("the piece table is empty")
        bounds = struct.unpack_from(f"<{count + 1}I", plc)
        if bounds[-1] > len(self._main):  # every character takes a byte of its own
            raise RefusedError("the piece table counts more text than there is")
        for number in range(count):
            start, end = bounds[number], bounds[number + 1]
            place = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
            compressed = place & 0x40000000
            offset, unit = ((place & 0x3FFFFFFF) // 2, 1) if compressed else (place & 0x3FFFFFFF, 2)
            if end < start or offset + (end - start) * unit > len(self._main):
                raise RefusedError("a piece of text lies outside the file")
            yield _Piece(start, end, offset, unit)

    def _piece_text(self, piece: _Piece) -> str:
        data = self._main[piece.offset : piece.byte(piece.end)]
        if piece.unit == 1:
            return data.decode("cp1252", "replace")
        text = data.decode("utf-16-le", "surrogatepass")
        # One character a UTF-16 unit, so that positions stay positions.
        return (
            text
            if 2 * len(text) == len(data)
            else "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data)))
        )

    def _from_table(self, pointer: int) -> bytes:
        offset, size = struct.unpack_from("<II", self._main, pointer)
        if offset + size > len(self._table):
            raise RefusedError("the table stream is cut off")
        return self._table[offset : offset + size]

    def _runs(self, pointer: int, *, paragraph: bool) -> Iterator[tuple[int, int, bytes]]:
        """First byte, byte after the last, and properties (PAPX, CHPX) of each run of text."""
        plc = self._from_table(pointer)
        count = min(max((len(plc) - 4) // 8, 0), len(self._main) // _FKP_BYTES)
        for entry in struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count else ():
            page_start = (entry & 0x3FFFFF) * _FKP_BYTES
            page = self._main[page_start : page_start + _FKP_BYTES]
            if len(page) < _FKP_BYTES:
                raise RefusedError("a page of properties lies outside the file")
            runs = page[-1]
            width = 13 if paragraph else 1
            if 4 * (runs + 1) + width * runs >= _FKP_BYTES:
                raise RefusedError("a page of properties is damaged")
            bounds = struct.unpack_from(f"<{runs + 1}I", page)
            for run in range(runs):
                place = 2 * page[4 * (runs + 1) + width * run]
                yield bounds[run], bounds[run + 1], _papx(page, place) if paragraph else _chpx(page, place)

    def _properties(self, grpprl: bytes) -> ParagraphProperties:
        said: dict[int, bytes] = {}
        edges: list[int] = []
        cells: list[int] = []
        vertical: dict[int, int] = {}
        for sprm, operand in self._all_properties(grpprl):
            if sprm in P_DEPTH:
                said[sprm] = operand
            elif sprm == T_DEFINITION:
                count = operand[0]
                edges = list(struct.unpack_from(f"<{count + 1}h", operand, 1))
                described = operand[1 + 2 * (count + 1) :]
                cells = [
                    struct.unpack_from("<H", described, at)[0] for at in range(0, len(described) - 19, 20)
                ]
            elif sprm == _T_VERTICAL_MERGE and len(operand) >= 2:
                vertical[operand[0]] = operand[1]
        cells += [0] * (len(edges) - 1 - len(cells))
        merges = [vertical.get(number, cell >> 5 & 3) for number, cell in enumerate(cells)]
        in_table, ends, level, inner_cell, inner_row = (
            int.from_bytes(said.get(sprm, b""), "little") for sprm in P_DEPTH
        )
        return ParagraphProperties(
            max(level, 1) if in_table or ends else 0,
            bool(inner_cell),
            bool(ends or inner_row),
            edges[0] if edges else 0,
            tuple(_spans(edges[1:], cells, merges)),
        )

    def _all_properties(self, grpprl: bytes) -> Iterator[tuple[int, bytes]]:
        """Properties of a paragraph, with those that are kept in the Data stream for want of room."""
        for sprm, operand in prls(grpprl):
            if sprm in _P_TABLE_PROPERTIES:
                offset = struct.unpack("<I", operand)[0]
                size = struct.unpack_from("<H", self._data, offset)[0] if offset + 2 <= len(self._data) else 0
                yield from prls(self._data[offset + 2 : offset + 2 + size])
            else:
                yield sprm, operand

    def _without_deleted(self, text: str) -> str:
        """`text` with NUL for what is deleted, hidden or struck, symbols for what stands for them, and
        raised digits raised."""
        characters: list[str] | None = None
        left_out: dict[str, list[str]] = {HIDDEN_TEXT: [], STRUCK_TEXT: []}
        heights: dict[int, int] = {}
        sizes: dict[int, float] = {}
        for first, last, properties, look in self._looks():
            deleted = properties.get(C_DELETED, b"\0")[0] == 1
            symbol = properties.get(C_SYMBOL)
            if height := int.from_bytes(properties.get(C_POSITION, b""), "little", signed=True):
                heights |= dict.fromkeys(self._positions(first, last), height)
            if (size := size_of(properties, self._signs)) is not None and look.height == ON_LINE:
                sizes |= dict.fromkeys(self._positions(first, last), size)
            if not (deleted or look.left_out or look.height or symbol):
                continue
            characters = characters or list(text)
            for position in self._positions(first, last):
                character = characters[position]
                if symbol and character == "(":
                    characters[position] = chr(struct.unpack_from("<H", symbol, 2)[0])
                elif (deleted and character != "\x07") or (look.left_out and character >= " "):
                    if look.left_out and not deleted:
                        left_out[look.left_out].append(character)
                    characters[position] = "\0"
                else:
                    characters[position] = look.written(character)
        self.hidden, self.struck = ("".join(pieces) for pieces in left_out.values())
        printed = text if characters is None else "".join(characters)
        return by_lines(printed, heights, sizes, USUAL_SIZE)

    def _looks(self) -> Iterator[tuple[int, int, dict[int, bytes], Look]]:
        """First byte, byte after the last, properties and look of each run of text, none overlapping; runs
        are cut where a paragraph begins or ends whose style has a say."""
        said = [
            (first, last, style)
            for first, last, papx in self._paragraphs
            if (style := self.styles.of_paragraph(int.from_bytes(papx[:2], "little")))
        ]
        lasts = [last for _, last, _ in said]
        read_to = 0
        for first, last, grpprl in sorted(self._runs(0xFA, paragraph=False)):
            first, read_to = max(first, read_to), max(last, read_to)
            properties = dict(prls(grpprl))
            plain = self.styles.look({}, properties)
            for begin, end, style in said[bisect_right(lasts, first) :]:
                if begin >= last:
                    break
                yield first, min(begin, last), properties, plain
                yield max(begin, first), min(end, last), properties, self.styles.look(style, properties)
                first = min(end, last)
            yield first, last, properties, plain

    def _positions(self, first: int, last: int) -> Iterator[int]:
        """Positions of the text whose bytes lie in a range."""
        for piece in self._pieces:
            begin = max(first, piece.offset)
            end = min(last, piece.byte(piece.end))
            if begin < end:
                start = piece.start + (begin - piece.offset) // piece.unit
                yield from range(start, min(start + -(-(end - begin) // piece.unit), piece.end))


def _spans(rights: list[int], cells: list[int], merges: list[int]) -> Iterator[Span]:
    """The horizontal bits are documented both ways round; either way the first of a run is its start."""
    start = before = 0
    for right, cell, merge in zip(rights, cells, merges, strict=False):
        horizontal = cell & 3
        continues = bool(before and horizontal and horizontal != start)
        if not continues:
            start = horizontal
        before = horizontal
        yield Span(right, starts_below=merge == 3, continues_above=merge == 1, continues_left=continues)


def _papx(page: bytes, place: int) -> bytes:
    if not place:
        return b""
    size = page[place]
    return page[place + 1 : place + 2 * size] if size else page[place + 2 : place + 2 + 2 * page[place + 1]]


def _chpx(page: bytes, place: int) -> bytes:
    return page[place + 1 : place + 1 + page[place]] if place else b""
