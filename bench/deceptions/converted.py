"""Deceiving files that LibreOffice has saved in another format: what it makes of a hidden, raised or white
figure is written by another program than ours.

What LibreOffice does not know, it leaves out, and then a person sees what is stored: such variants are named
in `DROPPED` and are no deceptions.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

from bench.deceptions.files import Deceiving, deceiving
from bench.times.office_pages import converted

#: Formats by their endings, with LibreOffice's own names for them.
SHEETS = {"xls": "MS Excel 97", "ods": "calc8", "fods": "OpenDocument Spreadsheet Flat XML"}
TEXTS = {
    "odt": "writer8", "fodt": "OpenDocument Text Flat XML", "doc": "MS Word 97", "rtf": "Rich Text Format",
}  # fmt: skip
#: Variants that LibreOffice 7.4 saves without what deceives: text of a field that is none, letters from right
#: to left, a fill of Word 2010; in an XLS a condition's format of numbers.
DROPPED: Mapping[str, frozenset[int]] = {
    "docx_unseen": frozenset((5, 6)), "docx_grounds": frozenset((7,)),
    "xlsx_conditions_as_xls": frozenset(range(11)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conversion:
    """A kind of deceiving files, and the format that they are saved in."""

    kind: str
    format: str
    filter: str


CONVERSIONS = {
    f"{kind}_as_{format}": Conversion(kind, format, filter)
    for formats, kinds in (
        (SHEETS, ("xlsx_formats", "xlsx_looks", "xlsx_conditions", "xlsx_merged")),
        (TEXTS, ("docx_raised", "docx_unseen", "docx_grounds", "docx_composed")),
    )
    for format, filter in formats.items()
    for kind in kinds
    if f"{kind}_as_{format}" not in DROPPED
}


def installed() -> bool:
    """Whether LibreOffice is there with what it reads workbooks with."""
    office = shutil.which("soffice")
    return office is not None and (Path(office).resolve().parent / "scalc").exists()


def converted_kind(kind: str, files: int) -> Iterator[Deceiving]:
    """So many files of a kind, over its variants in turn, as LibreOffice saves them."""
    told = CONVERSIONS[kind]
    dropped = DROPPED.get(told.kind, frozenset())
    numbers = islice((number for number in count() if number % 12 not in dropped), files)
    made = [deceiving(told.kind, number, number) for number in numbers]
    saved = converted([one.data for one in made], told.kind[:4], f"{told.format}:{told.filter}")
    for one, data in zip(made, saved, strict=True):
        yield replace(one, kind=kind, name=f"{one.name.rpartition('.')[0]}.{told.format}", data=data)
