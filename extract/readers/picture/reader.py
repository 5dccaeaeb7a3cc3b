"""Pictures -> Document: print recognised piece by piece, rules told by their straightness, one table builder.

Every number is read twice, from two different cut-outs, under a seal of two pictures; the first reading of
figures that look alike is that of one of them, the second that of each. Where the two readings
differ the cell is flagged and the first one stands; where there is ink that nobody can read the cell says
``?``, and never nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from extract.document import Cell, Document, Note, UnreadableDocumentError
from extract.readers.lattice.ink import Box
from extract.readers.lattice.pages import blocks
from extract.readers.lattice.tables import (
    TEXT_CROSSES_RULE,
    Glyph,
    PageInk,
    PageLayout,
    PlacedTable,
    layout,
)
from extract.readers.picture.alike import alike
from extract.readers.picture.crossed import is_struck, on_rules
from extract.readers.picture.engine import Engine, Said, engine
from extract.readers.picture.image import (
    Levels,
    Scan,
    Sheet,
    askew,
    even,
    scans,
    seals,
    sheet,
    turned,
    without_seal,
)
from extract.readers.picture.pieces import LEAST_FIGURE, Piece, are_full_width, pieces
from extract.readers.picture.rules import Ruled, ruled
from extract.readers.picture.strokes import (
    BACKSLASH,
    DASH,
    SLASH,
    character_width,
    may_be_numeral,
    stroke,
    strokes,
)

LOW_CONFIDENCE = "ocr_low_confidence"
SECOND_READING_DIFFERS = "second_reading_differs"
UNRECOGNISED = "ocr_unrecognised"
#: What stands for print that could not be recognised: no number, and not nothing.
NOT_RECOGNISED = "?"

# Below this the least sure character of a piece is doubted.
SURE = 0.80
# A page whose widest pieces, so many of them, are read with less than this on average, or are not so much
# wider than high, is tried turned; on its other side they are so much wider in all, or it lies as it is.
UPRIGHT, LINES, CLEARLY_WIDER = 0.85, 8.0, 2.0
SAMPLE = 12
# White left around the ink of a cut-out, in parts of its height: at the sides, and above and below; and for
# the second look.
ROUND_INK = (0.35, 0.15)
ROUND_INK_AGAIN = (0.9, 0.4)
# A dash is cut out as if it were so high, in points; so much of a cell's edge belongs to the rule.
LEAST_HEIGHT, EDGE = 5.0, 0.8
# Text of more Chinese characters than this is a label and needs no second look.
MOST_WORDS = 2

_FIGURES = re.compile(r"[\d.,+-]+")
_FIGURE = re.compile(r"\d")
# Thousands set apart by commas: recognisers see a space behind the wide comma of Chinese print.
_GROUPED = re.compile(r"[+-]?\d{1,3}([,，]\s?\d{3})+(\.\d+)?")
# Signs that are strokes one above the other.
_LYING_STROKES = frozenset("二三=＝")
_NOTHING = Said("", 0.0, 0.0, ())
_CHINESE = re.compile("[\u4e00-\u9fff]")
# A label that tells how wide its characters are.
_WORDS = re.compile("[\u4e00-\u9fff]{2,}")


def read_picture(data: bytes) -> Document:
    """Read PNG, JPEG, TIFF (all pages), BMP, GIF (its first frame) and WEBP; locators are as for PDF.

    Raises UnreadableDocumentError: damaged, too_large, unsupported_format, no_text.
    """
    notes: list[Note] = []
    layouts = [recognised(scan, number, notes) for number, scan in enumerate(scans(data), 1)]
    found, remarks = blocks(layouts)
    if not found:
        raise UnreadableDocumentError("no_text", "nothing in the picture can be read: scan it finer")
    return Document(found, "ocr", "image", {}, (*notes, *remarks))


def recognised(scan: Scan, number: int, notes: list[Note]) -> PageLayout:
    """The layout of page `number`, given as a picture; what there is to say about it goes to `notes`.

    Raises UnreadableDocumentError too_large.
    """
    lie = _upright(sheet(scan), engine())
    page, lines = lie.page, lie.lines
    signs = strokes(lines.ink, lie.pieces, page.scale)
    reading = _first_reading(page, lie.pieces, signs, lie.sample, engine())
    first = [_as_stroke(one, lines.ink, page.scale) for one in reading]
    read = _crossed(page, lines.ink, _read_again(page, first, engine()))
    height, width = (side / page.scale for side in page.levels.shape)
    ink = PageInk(width, height, [glyph for one in read for glyph in one.glyphs()], lines.rules)
    notes.append(_note(number, read))
    return _flagged(layout(ink), read)


def _note(number: int, read: Sequence[_Read]) -> Note:
    sure = [one.said.confidence for one in read if one.said.text]
    told = f"page {number}: {len(sure)} pieces of print recognised, {len(read) - len(sure)} not"
    return Note(
        "ocr", f"{told}; the least sure {min(sure):.2f}" if sure else told, "info" if sure else "warn"
    )


def upright(scan: Scan) -> tuple[Levels, float]:
    """The colours of a page as it was scanned, but set straight and turned as it is for reading, and its
    pixels a point."""
    page = sheet(scan)
    quarters = _upright(page, engine()).quarters
    scale = scan.dpi / 72
    levels = without_seal(scan.colours, scale, seals(scan.colours, scale))
    angle = askew(even(levels, scale))
    level = np.dstack([turned(np.ascontiguousarray(one), angle) for one in np.moveaxis(scan.colours, 2, 0)])
    return np.ascontiguousarray(np.rot90(level, quarters)), scale


@dataclass(frozen=True, slots=True)
class _Lie:
    """A page turned by so many right angles: its rules, its pieces, and what the widest of them say."""

    quarters: int
    page: Sheet
    lines: Ruled
    pieces: list[Piece]
    sample: dict[Piece, Said]

    def width(self) -> float:
        """How wide the sample's pieces are in all: lines of words are, where they lie level."""
        return sum(map(_width, self.sample))

    def legibility(self) -> float:
        """How surely the sample is read on average, 0 to 1."""
        said = sum(_width(piece) * said.usual for piece, said in self.sample.items())
        return said / max(self.width(), 1.0)

    def is_upright(self) -> bool:
        """Whether the sample is surely read and of lines: single characters read well on their side too."""
        height = sum(piece.box.bottom - piece.box.top for piece in self.sample)
        return self.legibility() >= UPRIGHT and self.width() >= LINES * height


def _upright(page: Sheet, reader: Engine) -> _Lie:
    """The page turned so that most of its text is read best; as it is where nothing tells. Where lines lie is
    seen without a recogniser, and the likelier ways are read first."""
    first = _read_sample(_lie(page, 0, reader), reader)
    if not first.pieces or first.is_upright():
        return first
    aside = _lie(page, 1, reader)
    if first.legibility() >= UPRIGHT and aside.width() <= CLEARLY_WIDER * first.width():
        return first
    lies = [first]
    for quarters in (1, 3) if aside.width() > first.width() else (2, 1):
        lies.append(_read_sample(aside if quarters == 1 else _lie(page, quarters, reader), reader))
        if lies[-1].is_upright():
            return lies[-1]
    return max(lies, key=lambda lie: lie.width() * lie.legibility())


def _lie(page: Sheet, quarters: int, reader: Engine) -> _Lie:
    turned = page.turned_by(quarters)
    lines = ruled(turned)
    found = pieces(turned, lines, reader)
    widest = sorted(found, key=_width, reverse=True)[:SAMPLE]
    return _Lie(quarters, turned, lines, found, dict.fromkeys(widest, _NOTHING))


def _read_sample(lie: _Lie, reader: Engine) -> _Lie:
    said = reader.read([cut(lie.page, piece, ROUND_INK) for piece in lie.sample])
    return replace(lie, sample=dict(zip(lie.sample, map(_grouped, said), strict=True)))


def _width(piece: Piece) -> float:
    return piece.box.x1 - piece.box.x0


def cut(page: Sheet, piece: Piece, around: tuple[float, float]) -> Levels:
    """The picture of a piece with white around it, as far as its cell reaches."""
    box = piece.box
    height = max(box.bottom - box.top, LEAST_HEIGHT)
    aside = around[0] * height
    above = around[1] * height + (height - (box.bottom - box.top)) / 2
    room = piece.room or Box(0, 0, page.levels.shape[1] / page.scale, page.levels.shape[0] / page.scale)
    x0 = min(max(box.x0 - aside, room.x0 + EDGE), box.x0)
    top = min(max(box.top - above, room.top + EDGE), box.top)
    x1 = max(min(box.x1 + aside, room.x1 - EDGE), box.x1)
    bottom = max(min(box.bottom + above, room.bottom - EDGE), box.bottom)
    left, upper, right, lower = (max(round(edge * page.scale), 0) for edge in (x0, top, x1, bottom))
    return page.levels[upper : max(lower, upper + 1), left : max(right, left + 1)]


@dataclass(frozen=True, slots=True)
class _Read:
    """A piece of print with what it was read as and what there is to doubt; `by_likeness` where it was not
    read itself, but one that looks like it."""

    piece: Piece
    said: Said
    flags: tuple[str, ...]
    by_likeness: bool = False

    def glyphs(self) -> Iterator[Glyph]:
        """In a cell one for the whole piece, since its place is known; outside one for each word, as high as
        its line."""
        box, said, line = self.piece.box, self.said, self.piece.line
        if line is not None:
            box = box._replace(top=min(box.top, line.top), bottom=max(box.bottom, line.bottom))
        if self.piece.room is not None or (line is not None and not said.text):
            text = said.text or NOT_RECOGNISED
            yield Glyph(text, *box, confidence=said.confidence, flags=self.flags)
            return
        half = (box.x1 - box.x0) / max(len(said.text), 1) / 2
        for match in re.finditer(r"\S+", said.text):
            first, last = said.places[match.start()], said.places[match.end() - 1]
            x0 = max(box.x0 + first * (box.x1 - box.x0) - half, box.x0)
            x1 = min(box.x0 + last * (box.x1 - box.x0) + half, box.x1)
            yield Glyph(match.group(), x0, box.top, x1, box.bottom, 0, said.confidence, self.flags)


def _first_reading(
    page: Sheet,
    found: Sequence[Piece],
    signs: Mapping[Piece, str | None],
    known: Mapping[Piece, Said],
    reader: Engine,
) -> list[_Read]:
    """Every piece as it is read first: bare strokes are the `signs` that they are and need no recogniser, but
    for those in cells that may be the numeral 一, which are left to those who see the other cells."""
    lying = [piece for piece in found if signs.get(piece) == DASH and piece.room is not None]
    words = [piece for piece in found if signs.get(piece) is None]
    read = _recognised(page, words, known, reader)
    character = _character_width(read)
    numerals = [piece for piece in lying if may_be_numeral(piece, character)]
    left = {*words, *numerals}
    told = [(piece, _sign(signs[piece] or "")) for piece in found if piece not in left]
    read += _recognised(page, numerals, known, reader)
    return read + [_Read(piece, said, _flags(said)) for piece, said in told]


def _sign(sign: str) -> Said:
    """A sign told by its ink; none where it may be a slash or a one."""
    return Said(sign, 1.0, 1.0, (0.5,)) if sign else _NOTHING


def _character_width(read: Sequence[_Read]) -> float | None:
    """How wide a Chinese character is in the page's tables."""
    labels, figures = [], []
    for one in read:
        box, text = one.piece.box, one.said.text
        if one.piece.room is not None and _WORDS.fullmatch(text):
            labels.append((box.x1 - box.x0) / len(text))
        elif one.piece.room is not None and text.isdecimal():
            figures.append(box.bottom - box.top)
    return character_width(labels, figures)


def _recognised(
    page: Sheet, found: Sequence[Piece], known: Mapping[Piece, Said], reader: Engine
) -> list[_Read]:
    """Pieces as they are recognised, but for those whose reading is known; of those that look alike the first
    alone, unless that is doubted; pieces that hold several numbers are parted and read one by one."""
    shown_by = [found[first] for first in alike(page, found)]
    saying = {piece: known[piece] for piece in found if piece in known}

    def read_new(wanted: Sequence[Piece]) -> None:
        unknown = [piece for piece in dict.fromkeys(wanted) if piece not in saying]
        new = reader.read([cut(page, piece, ROUND_INK) for piece in unknown])
        saying.update(zip(unknown, map(_grouped, new), strict=True))

    read_new(shown_by)
    read_new([piece for piece, shown in zip(found, shown_by, strict=True) if _flags(saying[shown])])
    said = [saying.get(piece, saying[shown]) for piece, shown in zip(found, shown_by, strict=True)]
    wide = are_full_width(_numbers(found, said))
    read: list[_Read] = []
    parted: list[Piece] = []
    for piece, first in zip(found, said, strict=True):
        if wide and _FIGURES.fullmatch(_same(first.text)):
            first = _without_spaces(first)
        numbers = [piece] if _is_label(first.text) or (wide and piece.room) else piece.numbers()
        if len(numbers) > 1:
            parted += numbers
        else:
            read.append(_Read(piece, first, _flags(first), by_likeness=piece not in saying))
    again = reader.read([cut(page, piece, ROUND_INK) for piece in parted])
    return read + [_Read(piece, one, _flags(one)) for piece, one in zip(parted, again, strict=True)]


def _as_stroke(one: _Read, ink: Levels, scale: float) -> _Read:
    """A lone stroke in a cell as the sign that it is, not as the figure that a recogniser makes of it; where
    it may be a slash or a one it is not read, nor what may be a dash beside what is left of a rule (二), nor
    a figure lower than any. In a cell the numeral 一 is left to those who see the other cells."""
    if not one.piece.marks or not (_FIGURES.search(one.said.text) or len(one.said.text) <= 1):
        return one
    sign = stroke(ink, one.piece, scale)
    too_low = sign is None and one.piece.box.bottom - one.piece.box.top < LEAST_FIGURE
    if one.said.text in _LYING_STROKES or (too_low and _FIGURE.search(one.said.text)):
        return _Read(one.piece, _NOTHING, _flags(_NOTHING))
    if sign is None or (sign == DASH and one.said.text == "一" and one.piece.room is not None):
        return one
    said = _sign(sign)
    return _Read(one.piece, said, _flags(said))


def _numbers(found: Sequence[Piece], said: Sequence[Said]) -> list[Piece]:
    """The pieces in cells that are figures alone, of as many marks as were read."""
    texts = [_same(one.text) for one in said]
    return [
        piece
        for piece, text in zip(found, texts, strict=True)
        if piece.room is not None and _FIGURES.fullmatch(text) and len(text) == len(piece.marks)
    ]


def _grouped(said: Said) -> Said:
    """A number without the spaces seen behind its commas."""
    return _without_spaces(said) if _GROUPED.fullmatch(said.text) else said


def _without_spaces(said: Said) -> Said:
    kept = [i for i, character in enumerate(said.text) if not character.isspace()]
    text, places = "".join(said.text[i] for i in kept), tuple(said.places[i] for i in kept)
    return replace(said, text=text, places=places)


def _is_label(text: str) -> bool:
    return len(_CHINESE.findall(text)) > MOST_WORDS


def _flags(said: Said) -> tuple[str, ...]:
    if not said.text:
        return (UNRECOGNISED,)
    return (LOW_CONFIDENCE,) if said.confidence < SURE else ()


def _read_again(page: Sheet, read: Sequence[_Read], reader: Engine) -> list[_Read]:
    """The second look at all that may be a value; what it sees otherwise is flagged, and so is a number that
    does not account for all its ink (some may have been swallowed), ends in a raised figure, or has a point
    as low as a comma."""
    found = list(read)
    again = [
        i
        for i, one in enumerate(read)
        if one.said.text and one.said.text not in (SLASH, BACKSLASH, DASH) and not _is_label(one.said.text)
    ]
    seen = page.seen_again()
    second = reader.read([cut(seen, read[i].piece, ROUND_INK_AGAIN) for i in again])
    for index, said in zip(again, second, strict=True):
        one = found[index]
        if one.by_likeness and _same(said.text) != _same(one.said.text):
            one = found[index] = _read_itself(page, one, said, reader)
        first = _same(one.said.text)
        is_other = bool(_FIGURES.fullmatch(first)) and (
            one.piece.holds_more_than(first)
            or one.piece.has_raised(first)
            or one.piece.may_part_thousands(first)
        )
        if is_other or _same(said.text) != first:
            found[index] = replace(one, flags=(*one.flags, SECOND_READING_DIFFERS))
    return found


def _crossed(page: Sheet, ink: Levels, read: Sequence[_Read]) -> list[_Read]:
    """All that was read, flagged where figures stand on a rule or a stroke runs through them, or by itself
    before them (white parts it from a number whose minus it may be), and where print is pale."""
    on_rule = on_rules(page, [one.piece for one in read if not _is_label(one.said.text)])
    dashes = {one.piece.room for one in read if one.said.text == DASH}
    found = []
    for one in read:
        figures = len(_FIGURE.findall(one.said.text))
        struck = figures and not _is_label(one.said.text) and is_struck(ink, one.piece, page.scale, figures)
        if struck or one.piece in on_rule:
            one = replace(one, flags=(*one.flags, TEXT_CROSSES_RULE))
        if one.piece.is_faint or (figures and one.piece.room is not None and one.piece.room in dashes):
            one = replace(one, flags=(*one.flags, LOW_CONFIDENCE))
        found.append(one)
    return found


def _read_itself(page: Sheet, one: _Read, second: Said, reader: Engine) -> _Read:
    """A piece that was read by its likeness to another, and is seen otherwise at second sight: read itself,
    where that bears the second reading out."""
    (said,) = reader.read([cut(page, one.piece, ROUND_INK)])
    if _same(said.text) != _same(second.text) or said.text in _LYING_STROKES:
        return one
    return _Read(one.piece, said, _flags(said))


def _same(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _flagged(page: PageLayout, read: Sequence[_Read]) -> PageLayout:
    """The layout, each cell with the flags of the pieces in it."""
    doubted = [one for one in read if one.flags]
    if not doubted:
        return page
    items = tuple(
        _with_flags(item, doubted) if isinstance(item, PlacedTable) else item for item in page.items
    )
    return replace(page, items=items)


def _with_flags(table: PlacedTable, doubted: Sequence[_Read]) -> PlacedTable:
    cells: list[Cell] = []
    for cell, box in zip(table.cells, table.boxes, strict=True):
        flags = [flag for one in doubted if _stands_in(one.piece.box, box) for flag in one.flags]
        cells.append(replace(cell, flags=tuple(dict.fromkeys((*cell.flags, *flags)))))
    return replace(table, cells=tuple(cells))


def _stands_in(piece: Box, cell: Box) -> bool:
    x, y = (piece.x0 + piece.x1) / 2, (piece.top + piece.bottom) / 2
    return cell.x0 <= x <= cell.x1 and cell.top <= y <= cell.bottom
