"""Workbooks whose cell shows another number than it stores: by formats, conditions, fonts and colours, and
stored in ways of XML that a reader may miss."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from random import Random
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

from bench.deceptions.texts import MARK, Texts
from demo.draft import Draft
from demo.skins import SKINS


def made_workbook(draft: Draft, rng: Random) -> tuple[Workbook, Any, Any]:
    """A report as a workbook, its sheet and its cell."""
    made = SKINS[rng.choice(("xlsx", "xlsx_sheets"))].render(draft, rng).data
    book = load_workbook(io.BytesIO(made), rich_text=True)
    ((sheet, cell),) = (
        (sheet, one)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for one in row
        if one.value == MARK
    )
    return book, sheet, cell


def saved_workbook(book: Workbook) -> tuple[bytes, str]:
    """A workbook as a file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), "xlsx"


def formats(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A cell that holds something else than its format shows."""
    book, _, cell = made_workbook(draft, rng)
    number = int(texts.seen)
    raised = TextBlock(InlineFont(vertAlign="superscript"), texts.extra)
    white = TextBlock(InlineFont(color=Color(rgb="FFFFFFFF")), texts.extra)
    values: Sequence[tuple[Any, str]] = (
        (int(texts.seen[0]), f'0"{texts.seen[1:]}"'),
        (int(texts.seen[1:]), f'"{texts.seen[0]}"0'),
        (int(texts.other), f'"{texts.seen}"'),
        (number * 1000, "0,"),
        (number + 0.4, "0"),
        (number - 0.3, "0"),
        (-number, "0;0"),
        (-number, f'0;"{texts.seen}"'),
        (number / 100, f'[<1]"{texts.seen}";0'),
        (CellRichText(texts.seen, raised), "General"),
        (CellRichText(texts.seen, white), "General"),
        (texts.other, f'0;0;0;"{texts.seen}"'),
    )
    cell.value, cell.number_format = values[variant % len(values)]
    cell.font = Font(name="宋体")
    return saved_workbook(book)


def conditions(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A cell whose number a condition shows otherwise, or not at all, beside a figure that it does show."""
    book, sheet, cell = made_workbook(draft, rng)
    place = cell.coordinate
    shown = DifferentialStyle(numFmt=NumberFormat(numFmtId=200, formatCode=f'"{texts.seen}"'))
    hidden = DifferentialStyle(numFmt=NumberFormat(numFmtId=201, formatCode=";;;"))
    other = int(texts.other)
    cell.value, cell.font = other, Font(name="宋体")
    rules: Sequence[tuple[Any, int]] = (
        (Rule("cellIs", dxf=shown, operator="greaterThan", formula=["0"]), other),
        (Rule("cellIs", dxf=shown, operator="equal", formula=[str(other)]), other),
        (Rule("cellIs", dxf=shown, operator="between", formula=["1", "99999"]), other),
        (Rule("cellIs", dxf=shown, operator="notEqual", formula=["0"]), other),
        (Rule("cellIs", dxf=shown, operator="lessThan", formula=["$A$1+99999"]), other),
        (Rule("expression", dxf=shown, formula=["TRUE"]), other),
        (Rule("expression", dxf=shown, formula=[f"{place}>0"]), other),
        (Rule("top10", dxf=shown, rank=1), other),
        (Rule("containsText", dxf=shown, operator="containsText", text="1", formula=["TRUE"]), other),
        (Rule("aboveAverage", dxf=shown), other),
        (Rule("duplicateValues", dxf=shown), other),
        (Rule("cellIs", dxf=hidden, operator="lessThan", formula=["0"]), int(texts.seen)),
    )
    rule, cell.value = rules[variant % len(rules)]
    rule.priority = 1
    sheet.conditional_formatting.add(place, rule)
    return saved_workbook(book)


def looks(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A cell of whose text a part is raised, struck, small or of its ground's colour, or that is filled."""
    book, _, cell = made_workbook(draft, rng)
    seen, extra = texts.seen, texts.extra

    def run(**font: Any) -> CellRichText:
        return CellRichText(seen, TextBlock(InlineFont(**font), extra))

    values: Sequence[tuple[Any, str, Any]] = (
        (run(vertAlign="superscript"), "FFFFFFFF", None),
        (run(vertAlign="subscript"), "FFFFFFFF", None),
        (run(strike=True), "FFFFFFFF", None),
        (run(color=Color(rgb="FFFEFEFE")), "FFFFFFFF", None),
        (run(color=Color(rgb="FF00FF00")), "FF00FF00", None),
        (run(color=Color(theme=0)), "FFFFFFFF", None),
        (run(sz=1), "FFFFFFFF", None),
        (run(sz=4), "FFFFFFFF", None),
        (run(rFont="Wingdings"), "FFFFFFFF", None),
        (CellRichText(TextBlock(InlineFont(strike=True), texts.other), seen), "FFFFFFFF", None),
        (int(seen[0]), "FFFFFFFF", Alignment(horizontal="fill")),
        (f"\u202e{seen[::-1]}\u202c", "FFFFFFFF", None),
    )
    value, ground, alignment = values[variant % len(values)]
    cell.value, cell.font = value, Font(name="宋体", sz=11)
    cell.fill = PatternFill("solid", fgColor=ground)
    if alignment is not None:
        cell.alignment = alignment
    return saved_workbook(book)


def stored(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A cell whose number stands in its XML as few programs write it."""
    book, sheet, cell = made_workbook(draft, rng)
    place, name = cell.coordinate, f"xl/worksheets/sheet{book.worksheets.index(sheet) + 1}.xml"
    cell.value = 987654
    data, _ = saved_workbook(book)
    seen, head, rest = texts.seen, texts.seen[0], texts.seen[1:]
    written = (
        f"<v><![CDATA[{seen}]]></v>",
        f"<v>{head}<!-- 9 -->{rest}</v>",
        f"<v>{head}<![CDATA[{rest}]]></v>",
        f"<v>{head}<?x 9?>{rest}</v>",
        f"<v>&#x3{head};{rest}</v>",
        f"<!-- <v>9</v> --><v>{seen}</v>",
        f"<f>1+1</f><v>{seen}</v>",
        f"<v>{int(seen) / 1000}E3</v>",
        f"<v>{seen}.0</v>",
        f"<f><![CDATA[1>0]]></f><v>{head}<!---->{rest}</v>",
        f"<v xml:space='preserve'>{seen}</v>",
        f"<v>{seen}</v><extLst><ext><v>9</v></ext></extLst>",
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            if part == name:
                cell_of = re.compile(rf'(<c r="{place}"[^>]*>)(?:<f>[^<]*</f>)?<v>987654</v></c>')
                changed, count = cell_of.subn(
                    lambda found: f"{found[1]}{written[variant % len(written)]}</c>", text.decode()
                )
                assert count == 1
                text = changed.encode()
            new.writestr(part, text)
    return out.getvalue(), "xlsx"


WORKBOOKS = {
    "xlsx_formats": formats,
    "xlsx_conditions": conditions,
    "xlsx_looks": looks,
    "xlsx_stored": stored,
}
