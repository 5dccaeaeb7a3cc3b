"""Sheets of other coats: SpreadsheetML 2003, written cell by cell from a workbook, and merges over a whole
sheet, under which nobody sees what the cells hold."""

from __future__ import annotations

import io
import re
import zipfile
from random import Random
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from bench.deceptions.texts import MARK, Texts
from bench.deceptions.workbooks import made_workbook, saved_workbook
from demo.draft import Draft

_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_HEAD = (
    f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{_SPREADSHEET}" '
    f'xmlns:ss="{_SPREADSHEET}" xmlns:html="http://www.w3.org/TR/REC-html40" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
)


def sheet_2003(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A cell of a SpreadsheetML file that shows something else than it stores."""
    book, marked, _ = made_workbook(draft, rng)
    seen, other, extra = texts.seen, texts.other, texts.extra
    text, number = '<Data ss:Type="String">{}</Data>', '<Data ss:Type="Number">{}</Data>'
    style, cell = (
        ("", text.format(f"{seen}<Sup>{extra}</Sup>")),
        ("", text.format(f"{seen}<Sub>{extra}</Sub>")),
        ("", text.format(f"<S>{other}</S>{seen}")),
        ("", text.format(f'{seen}<Font html:Color="#FFFFFF">{extra}</Font>')),
        ("", text.format(f'{seen}<Font html:Size="3">{extra}</Font>')),
        ('<Font ss:FontName="Wingdings"/>', number.format(other)),
        ('<Alignment ss:Horizontal="Fill"/>', number.format(seen[0])),
        (f"<NumberFormat ss:Format={quoteattr(chr(34) + seen + chr(34))}/>", number.format(other)),
        ('<NumberFormat ss:Format="0"/>', number.format(int(seen) + 0.4)),
        ("", f"{number.format(seen)}<Comment><Data>{extra}</Data></Comment>"),
        ("", text.format(f'{seen}<Font html:Face="Webdings">{extra}</Font>')),
        ("", number.format(other)),
    )[variant % 12]
    shown = f"<Condition><Format Style='mso-number-format:\"{seen}\"'/></Condition>"
    condition = shown if variant % 12 == 11 else ""
    sheets = "".join(_sheet(page, page is marked, cell, condition) for page in book.worksheets)
    styles = f'<Styles><Style ss:ID="s1">{style}</Style></Styles>'
    return f"{_HEAD}{styles}{sheets}</Workbook>".encode(), rng.choice(("xml", "xls"))


def _sheet(page: Any, is_marked: bool, marked: str, condition: str) -> str:
    """A worksheet, with what is written in its marked cell."""
    spans = {(one.min_row, one.min_col): one for one in page.merged_cells.ranges}
    rows, place = [], ""
    for row in page.iter_rows():
        cells = []
        for one in row:
            if one.value is None and (one.row, one.column) not in spans:
                continue
            span = spans.get((one.row, one.column))
            across, down = (span.size["columns"] - 1, span.size["rows"] - 1) if span else (0, 0)
            told = "Number" if isinstance(one.value, int | float) else "String"
            value = "" if one.value is None else escape(str(one.value))
            data = f'<Data ss:Type="{told}">{value}</Data>'
            style = ""
            if is_marked and one.value == MARK:
                data, style, place = marked, ' ss:StyleID="s1"', f"R{one.row}C{one.column}"
            merge = f' ss:MergeAcross="{across}" ss:MergeDown="{down}"' if span else ""
            cells.append(f'<Cell ss:Index="{one.column}"{merge}{style}>{data}</Cell>')
        rows.append(f'<Row ss:Index="{row[0].row}">{"".join(cells)}</Row>')
    asked = f"<Range>{place}</Range>{condition}"
    conditions = f"<x:ConditionalFormatting>{asked}</x:ConditionalFormatting>" if condition and place else ""
    table = f"<Table>{''.join(rows)}</Table>{conditions}"
    return f"<Worksheet ss:Name={quoteattr(page.title)}>{table}</Worksheet>"


def merged(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A workbook in whose sheet one merge lies over all cells, or over all but its first rows; under it they
    hold what they held."""
    book, sheet, cell = made_workbook(draft, rng)
    cell.value = int(texts.other if variant % 2 else texts.seen)
    top = 1 + variant // 2 % 3
    bottom = sheet.max_row + (50 if variant % 4 == 3 else 0)
    corner = sheet.cell(bottom, sheet.max_column + variant // 6).coordinate
    data, name = saved_workbook(book)
    part = f"xl/worksheets/sheet{book.worksheets.index(sheet) + 1}.xml"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            text = old.read(one)
            if one == part:
                page = re.sub(r"<mergeCells.*</mergeCells>", "", text.decode())
                over = f'</sheetData><mergeCells count="1"><mergeCell ref="A{top}:{corner}"/></mergeCells>'
                text = page.replace("</sheetData>", over).encode()
            new.writestr(one, text)
    return out.getvalue(), name


SHEETS = {"sheetml_cells": sheet_2003, "xlsx_merged": merged}
