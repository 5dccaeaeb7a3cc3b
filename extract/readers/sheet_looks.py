"""What a workbook shows of what it stores: rows and columns that are hidden, and, of an XLSX, numbers under
their formats.

A workbook stores 0 and shows nothing, or a dash, or stores 0.5 and shows 50%. ECMA-376 part 1, 18.8.30 says
what a format's sections stand for; only formats that are told for certain are applied.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from extract.document import UnreadableDocumentError
from extract.readers.archive import Archive
from extract.readers.office_xml import attribute, first_child, local_name

#: Formats that programs know by number (18.8.30) and that may show another number than the stored one.
_BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 48: "##0.0E+0"},
    **dict.fromkeys((41, 42), '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '),
    **dict.fromkeys((43, 44), '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '),
}
#: Formats that show a number as it is stored, in English and Chinese, and text.
_AS_STORED = ("General", "GENERAL", "G/通用格式", "@")
_TOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|.', re.DOTALL)
_PLAIN = re.compile(r"[#,0?]*[#0?](?:\.(0+))?")
#: Rows are counted to 1,048,576, columns to XFD, the 16,384th (Excel's limits).
MOST_DIGITS, MOST_COLUMNS = 7, 16_384
#: Excel keeps 15 digits; no count comes near, and what is greater stands as it is stored.
GREATEST, MOST_DECIMALS = 1e15, 8
_OFF = frozenset(("0", "false", "off"))


@dataclass(slots=True)
class Looks:
    """A sheet's hidden rows and columns, 0-based, the format of each cell that has one, the errors that cells
    show (#REF!), and whether zeros show."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    shows_zeros: bool = True

    def hides(self, rows: range, columns: range) -> bool:
        """Whether nothing of a cell that takes these rows and columns is to be seen."""
        return self.rows.issuperset(rows) or self.columns.issuperset(columns)

    def shown(self, row: int, column: int, value: float) -> str | None:
        """What the cell shows of a number, None where that is not told."""
        if not value and not self.shows_zeros:
            return ""
        code = self.formats.get((row, column))
        return None if code is None else formatted(value, code)


def formatted(value: float, code: str) -> str | None:
    """A number under a format, None where the format is not one of those that are told for certain.

    >>> formatted(0, '0;-0;;@'), formatted(0, '#,##0;-#,##0;"-"'), formatted(0.5, '0%'), formatted(2.5, '0')
    ('', '-', '50%', '3')
    >>> formatted(12, '0"件"'), formatted(1200, '0,') is None, formatted(3, '"2023-"0') is None
    ('12件', True, True)
    """
    sections = _sections(code)
    if len(sections) < 2:
        section, magnitude = sections[0], value
    else:
        section = (
            sections[1] if value < 0 else sections[2] if not value and len(sections) > 2 else sections[0]
        )
        magnitude = abs(value)
    if any(token[0] == "[" and set(token) & set("<>=") for token in section):
        return None
    literals = [(_literal(token), token) for token in section]
    before = "".join(text for text, _ in literals if text is not None)
    placeholders = "".join(token for text, token in literals if text is None)
    if not placeholders.strip("?"):
        return before.strip()
    percent = before == "%"
    plain = _PLAIN.fullmatch(placeholders)
    if plain is None or any(character.isdigit() for character in before) or ("%" in before and not percent):
        return None
    if not abs(magnitude) < GREATEST or len(plain[1] or "") > MOST_DECIMALS:
        return None
    exact = Decimal(repr(magnitude)) * (100 if percent else 1)
    places = Decimal(1).scaleb(-len(plain[1] or ""))
    number = format(exact.quantize(places, ROUND_HALF_UP), "f")
    at = next(index for index, (text, _) in enumerate(literals) if text is None)
    head = "".join(text or "" for text, _ in literals[:at])
    return f"{head}{number}{before[len(head) :]}".strip()


def _sections(code: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for token in _TOKEN.findall(code):
        if token == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    return sections


def _literal(token: str) -> str | None:
    """The text that a token of a format shows, None for a digit's place."""
    if len(token) == 1:
        return None if token in "#0?.," or token.isalpha() else token
    return {'"': token[1:-1], "\\": token[1:]}.get(token[0], "")


def sheet_looks(archive: Archive) -> list[Looks]:
    """The looks of each sheet in the workbook's order; plain ones for parts that are not where it says.

    Raises `UnreadableDocumentError` (damaged): a number whose format is lost may not be what is shown.
    """
    names = frozenset(archive.names())
    targets = {
        attribute(one, "Id"): posixpath.normpath(posixpath.join("/xl", attribute(one, "Target") or ""))
        for one in _elements(archive, names, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    formats = list(_formats(archive, names))
    sheets = list(_elements(archive, names, "xl/workbook.xml", "sheet"))
    parts = [targets.get(attribute(sheet, "id"), "").lstrip("/") for sheet in sheets]
    return [_of_sheet(archive, names, part, formats) for part in parts]


def _of_sheet(archive: Archive, names: frozenset[str], part: str, formats: list[str | None]) -> Looks:
    looks = Looks()
    for element in _elements(archive, names, part, "sheetView", "col", "row", "c"):
        name = local_name(element)
        if name == "sheetView":
            looks.shows_zeros = attribute(element, "showZeros") not in _OFF
        elif name == "col" and _is_hidden(element, "width"):
            looks.columns |= set(
                range(_number(element, "min") - 1, min(_number(element, "max"), MOST_COLUMNS))
            )
        elif name == "row" and _is_hidden(element, "ht"):
            looks.rows.add(_number(element, "r") - 1)
        elif name == "c" and attribute(element, "t") == "e":
            value = first_child(element, "v")
            looks.errors[_place(attribute(element, "r") or "")] = (value is not None and value.text) or "#N/A"
        elif name == "c" and (style := _number(element, "s")) < len(formats) and (code := formats[style]):
            looks.formats[_place(attribute(element, "r") or "")] = code
    return looks


def _formats(archive: Archive, names: frozenset[str]) -> Iterator[str | None]:
    """The format of each cell style (cellXfs) by number; None for the general one and those not told."""
    own: dict[int, str] = {}
    for element in _elements(archive, names, "xl/styles.xml", "numFmt", "xf"):
        parent = element.getparent()
        if local_name(element) == "numFmt":
            own[_number(element, "numFmtId")] = attribute(element, "formatCode") or ""
        elif parent is not None and local_name(parent) == "cellXfs":
            number = _number(element, "numFmtId")
            code = own.get(number) or _BUILT_IN.get(number)
            yield None if code is None or code.startswith(_AS_STORED) else code


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


def _number(element: etree._Element, name: str) -> int:
    return _count(attribute(element, name) or "")


def _count(text: str) -> int:
    """A number of a row, a column or a style; what is longer than any of them is none."""
    return int(text) if len(text) <= MOST_DIGITS and text.isascii() and text.isdigit() else 0


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters[:MOST_DIGITS].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return _count(reference[len(letters) :]) - 1, column - 1
