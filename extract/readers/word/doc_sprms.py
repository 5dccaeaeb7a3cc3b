"""Properties of the Word 97-2003 binary format: a grpprl is Prls, each a sprm (what) and its operand.

[MS-DOC] 2.6 lists them; those of characters that decide what is printed are named here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

T_DEFINITION = 0xD608
C_DELETED, C_SYMBOL, C_STYLE = 0x0800, 0x6A09, 0x4A30
C_VANISH, C_STRIKE, C_DOUBLE_STRIKE, C_HEIGHT, C_SIZE = 0x083C, 0x0837, 0x2A53, 0x2A48, 0x4A43
#: By how many half-points a run stands above its line ([MS-DOC] sprmCHpsPos), a signed number.
C_POSITION = 0x4845
#: How wide letters are drawn in percent (sprmCCharScale), and their colour, as a number or by its index.
C_SCALE, C_COLOUR, C_COLOUR_INDEX = 0x4852, 0x6870, 0x2A42
#: By how many twentieths of a point letters stand apart, from right to left, and the colour of a marker.
C_SPACE, C_RIGHT_TO_LEFT, C_MARKER = 0x8840, 0x085A, 0x2A0C
#: The number of the font, what stands behind letters (in two coats), and letters set in one another's place.
C_FONT, C_SHADE_80, C_SHADE, C_LAYOUT = 0x4A4F, 0x4866, 0xCA71, 0xCA78
#: Of a paragraph: whether it stands in a table, ends a row, at which depth; and of a table in a cell, whose
#: cells and rows end where a paragraph does, whether it ends a cell or a row.
P_DEPTH = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
_P_CHANGE_TABS = 0xC615
#: Operand bytes by the sprm's top three bits (spra); 6 is variable.
_OPERAND_BYTES = (1, 1, 2, 4, 2, 2, 0, 3)


def prls(grpprl: bytes) -> Iterator[tuple[int, bytes]]:
    """Each sprm with its operand, up to one that is cut off.

    >>> list(prls(bytes.fromhex("3c0801482a01")))
    [(2108, b'\\x01'), (10824, b'\\x01')]
    """
    position = 0
    while position + 3 <= len(grpprl):
        sprm = struct.unpack_from("<H", grpprl, position)[0]
        position += 2
        size = _OPERAND_BYTES[sprm >> 13]
        if sprm == T_DEFINITION:
            size = struct.unpack_from("<H", grpprl, position)[0] - 1 if position + 2 <= len(grpprl) else 0
            position += 2
        elif not size:
            size = grpprl[position]
            position += 1
            if sprm == _P_CHANGE_TABS and size == 255:
                return  # its length follows from its content; nothing that matters here comes behind it
        operand = grpprl[position : position + size]
        if size < 1 or len(operand) < size:
            return
        yield sprm, operand
        position += size
