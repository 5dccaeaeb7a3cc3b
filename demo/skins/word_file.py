"""Writes Word 97 documents, piece by piece, as [MS-DOC] lays them out; no library does it."""

import struct
from dataclasses import dataclass, field

from extract.readers.compound_file import compound_file

IN_TABLE, ROW_END = struct.pack("<HB", 0x2416, 1), struct.pack("<HB", 0x2417, 1)
DELETED, VANISH = struct.pack("<HB", 0x0800, 1), struct.pack("<HB", 0x083C, 1)


def definition(edges: list[int], flags: list[int]) -> bytes:
    """sprmTDefTable: edges of a row's cells in twips, and the merge flags of each."""
    cells = b"".join(struct.pack("<H18x", flag) for flag in flags)
    operand = struct.pack(f"<B{len(edges)}h", len(edges) - 1, *edges) + cells
    return struct.pack("<HH", 0xD608, len(operand) + 1) + operand


@dataclass
class Word:
    """A document being written. Text given as ASCII may go to a compressed piece, the rest is UTF-16."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    # Position after the mark, style and properties.
    paragraphs: list[tuple[int, bytes]] = field(default_factory=list)
    characters: list[tuple[int, int, bytes]] = field(default_factory=list)
    styles: list[bytes] = field(default_factory=list)
    pictures: bytes = b""
    length: int = 0

    def text(self, text: str, *, compressed: bool = False, character: bytes = b"") -> "Word":
        """Text in a piece of its own; `compressed` in one byte a character, `character` its properties."""
        data = text.encode("utf-16-le")  # a position is a UTF-16 unit
        text = "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data)))
        if character:
            self.characters.append((self.length, self.length + len(text), character))
        self.pieces.append((text, compressed))
        self.length += len(text)
        return self

    def mark(self, mark: str = "\r", properties: bytes = b"", *, style: int = 0) -> "Word":
        """The end of a paragraph, a cell or a row, with the paragraph's properties and its style's number."""
        self.text(mark)
        self.paragraphs.append((self.length, struct.pack("<H", style) + properties))
        return self

    def style(self, kind: int, characters: bytes, *, based_on: int = 0xFFF) -> "Word":
        """The next style, numbered from 0: 1 of paragraphs or 2 of characters, with these properties."""
        papx = struct.pack("<HH", 2, len(self.styles)) if kind == 1 else b""
        chpx = struct.pack("<H", len(characters)) + characters + b"\0" * (len(characters) % 2)
        std = struct.pack("<5H", 0, based_on << 4 | kind, kind % 2 + 1, 0, 0)
        name = f"样式{len(self.styles)}"
        std += struct.pack("<H", len(name)) + name.encode("utf-16-le") + b"\0\0" + papx + chpx
        self.styles.append(struct.pack("<H", len(std)) + std)
        return self

    def cell(self, text: str = "", *, compressed: bool = False) -> "Word":
        """A cell of a row that is still to be ended; each line of the text is a paragraph."""
        *lines, text = text.split("\n")
        for line in lines:
            self.text(line, compressed=compressed).mark("\r", IN_TABLE)
        return self.text(text, compressed=compressed).mark("\x07", IN_TABLE)

    def row(self, *texts: str, edges: list[int] | None = None, flags: list[int] | None = None) -> "Word":
        """Cells, and the end of their row with the cells' edges in twips and their merge flags."""
        for text in texts:
            self.cell(text)
        row = definition(edges, flags or [0] * len(texts)) if edges else b""
        return self.mark("\x07", IN_TABLE + ROW_END + row)

    def far_row(self, *texts: str, edges: list[int], flags: list[int] | None = None) -> "Word":
        """A row whose definition is kept in the Data stream (sprmPTableProps)."""
        for text in texts:
            self.cell(text)
        row = definition(edges, flags or [0] * len(texts))
        offset = len(self.pictures)
        self.pictures += struct.pack("<H", len(row)) + row
        return self.mark("\x07", IN_TABLE + ROW_END + struct.pack("<HI", 0x646B, offset))

    def save(
        self, *, footnotes: int = 0, headers: int = 0, flags: int = 0x0200, version: int = 0xC1
    ) -> bytes:
        """The file. Its last `headers` units are the headers' text, the `footnotes` before them notes."""
        text_start = 0x600
        body = b""
        offsets, bytes_at = [], []
        for text, compressed in self.pieces:
            encoded = text.encode("cp1252" if compressed else "utf-16-le", "surrogatepass")
            offsets.append(
                (text_start + len(body)) * 2 | 0x40000000 if compressed else text_start + len(body)
            )
            unit = 1 if compressed else 2
            bytes_at += [text_start + len(body) + unit * number for number in range(len(text))]
            body += encoded
        bytes_at.append(text_start + len(body))
        bounds, position = [0], 0
        for text, _ in self.pieces:
            position += len(text)
            bounds.append(position)
        plc = struct.pack(f"<{len(bounds)}I", *bounds) + b"".join(
            struct.pack("<HIH", 0, o, 0) for o in offsets
        )
        table = (
            b"\1\2\0ab\2" + struct.pack("<I", len(plc)) + plc
        )  # a Prc in front, as Word writes after edits
        clx = (0, len(table))
        main = bytearray(text_start) + body
        ends = [(bytes_at[end], properties) for end, properties in self.paragraphs]
        papx = self._pages(main, text_start, ends, width=13)
        runs = []
        for start, end, properties in self.characters:
            runs += [(bytes_at[start], b""), (bytes_at[end], properties)]
        chpx = self._pages(main, text_start, [*runs, (bytes_at[-1], b"")], width=1)
        plcs = []
        for plc_bytes in (papx, chpx):
            plcs.append((len(table), len(plc_bytes)))
            table += plc_bytes
        stsh = struct.pack("<10H", 18, len(self.styles), 10, *[0] * 7) + b"".join(self.styles)
        styles = (len(table), len(stsh)) if self.styles else (0, 0)
        table += stsh if self.styles else b""
        struct.pack_into("<HH", main, 0, 0xA5EC, version)
        struct.pack_into("<H", main, 10, flags)
        struct.pack_into("<7i", main, 0x4C, self.length - footnotes - headers, footnotes, headers, 0, 0, 0, 0)
        for pointer, place in ((0x1A2, clx), (0x102, plcs[0]), (0xFA, plcs[1]), (0xA2, styles)):
            struct.pack_into("<II", main, pointer, *place)
        name = "1Table" if flags & 0x0200 else "0Table"
        return compound_file({"WordDocument": bytes(main), name: table, "Data": self.pictures})

    @staticmethod
    def _pages(main: bytearray, first: int, runs: list[tuple[int, bytes]], *, width: int) -> bytes:
        """Append FKPs for runs (byte after the last, properties) and return the PlcfBte that finds them."""
        bounds, numbers = [first], []
        while runs:
            main += b"\0" * (-len(main) % 512)
            numbers.append(len(main) // 512)
            page, room = bytearray(512), 511
            taken: list[tuple[int, int]] = []
            while runs:
                end, properties = runs[0]
                if width == 13:
                    half = -(-len(properties) // 2)
                    record = bytes((0, half)) + properties.ljust(2 * half, b"\0")
                else:
                    record = bytes((len(properties),)) + properties
                start = (room - len(record)) // 2 * 2
                if start < 4 * (len(taken) + 2) + width * (len(taken) + 1):
                    break
                if any(properties):
                    page[start : start + len(record)] = record
                    room = start
                taken.append((end, start // 2 if any(properties) else 0))
                runs = runs[1:]
            struct.pack_into(f"<{len(taken) + 1}I", page, 0, bounds[-1], *[end for end, _ in taken])
            for number, (_, place) in enumerate(taken):
                page[4 * (len(taken) + 1) + width * number] = place
            page[511] = len(taken)
            main += page
            bounds.append(taken[-1][0])
        return struct.pack(f"<{len(bounds)}I{len(numbers)}I", *bounds, *numbers)
