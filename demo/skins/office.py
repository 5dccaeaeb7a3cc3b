"""DOCX, XLSX and XLS skins: the files that offices attach to their pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from random import Random
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from xlwt import Workbook as OldWorkbook
from xlwt import easyxf

from demo.draft import Box, Draft, Line, Sheet
from demo.skins.base import Arrange, Rendered, Skin, as_drafted, table_two_in_four
from demo.skins.docx_changes import deletions_kept, in_text_boxes, text_hidden

_EPOCH = datetime(2020, 1, 1)
_PAGE_TWENTIETHS = 9000
_THIN = Side(style="thin")
_FRAME = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def _stamped(data: bytes) -> bytes:
    """The same archive with fixed times, so that equal reports are equal bytes."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item.filename)
            if item.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2020-01-01T00:00:00Z", content)
            target.writestr(ZipInfo(item.filename, _EPOCH.timetuple()[:6]), content, ZIP_DEFLATED)
    return out.getvalue()


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _docx_paragraphs(text: str, rng: Random) -> str:
    """A paragraph for each line; texts are cut into runs where Word saw an edit."""
    paragraphs = []
    for line in text.split("\n"):
        place = rng.randint(1, len(line) - 1) if len(line) > 1 and rng.random() < 0.2 else len(line)
        runs = "".join(_run(piece) for piece in (line[:place], line[place:]) if piece)
        paragraphs.append(f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{runs}</w:p>')
    return "".join(paragraphs)


def _docx_table(draft: Draft, sheet: Sheet, rng: Random) -> str:
    share = _PAGE_TWENTIETHS / sum(sheet.widths)
    widths = [int(width * share) for width in sheet.widths]
    covering: dict[tuple[int, int], tuple[Box, int]] = {}
    for row, column, box in sheet.placed():
        for down in range(box.row_span):
            covering[row + down, column] = (box, down)
    rows = []
    for row in range(len(sheet.rows)):
        cells = []
        for column in sorted(column for at, column in covering if at == row):
            box, down = covering[row, column]
            width = sum(widths[column : column + box.column_span])
            properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
            if box.column_span > 1:
                properties += f'<w:gridSpan w:val="{box.column_span}"/>'
            if box.row_span > 1:
                properties += "<w:vMerge/>" if down else '<w:vMerge w:val="restart"/>'
            content = "<w:p/>" if down else _docx_paragraphs(draft.text(box), rng)
            cells.append(f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>")
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="0" w:type="auto"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def docx_skin(arrange: Arrange, change: Callable[[etree._Element, Random], None] | None = None) -> Skin:
    """Word files of the blocks as arranged, and changed."""

    def render(draft: Draft, rng: Random) -> Rendered:
        document = Document()
        document.core_properties.title = draft.title
        body = document.element.body
        end = body[-1]
        for block in arrange(draft, rng):
            if isinstance(block, Line):
                end.addprevious(parse_xml(f"<w:p {nsdecls('w')}>{_run(block.text)}</w:p>"))
                continue
            end.addprevious(parse_xml(_docx_table(draft, block, rng)))
            # Word joins tables with no paragraph between them.
            end.addprevious(parse_xml(f"<w:p {nsdecls('w')}/>"))
        if change:
            change(body, rng)
        buffer = BytesIO()
        document.save(buffer)
        return Rendered(_stamped(buffer.getvalue()))

    return Skin("docx", render)


def _typed(draft: Draft, box: Box) -> str | int | float | None:
    """Plain figures as numbers, the way people type them, all else as text."""
    text = draft.text(box)
    if len(box.keys) == 1 and re.fullmatch(r"-?(0|[1-9]\d{0,8})", text):
        return int(text)
    if len(box.keys) == 1 and re.fullmatch(r"\d{1,8}\.\d{0,5}[1-9]", text):
        return float(text)
    return text or None


def _xlsx(arrange: Arrange, *, one_worksheet: bool) -> Skin:
    def render(draft: Draft, rng: Random) -> Rendered:
        book = Workbook()
        page = book.worksheets[0]
        page.title = "年度报告"
        row = 1
        for block in arrange(draft, rng):
            if isinstance(block, Line):
                page.cell(row, 1, block.text)
                row += 1
                continue
            if not one_worksheet:
                page = book.create_sheet(f"表{len(book.worksheets)}")
                row = 1
            for top, column, box in block.placed():
                cell = page.cell(row + top, column + 1, _typed(draft, box))
                cell.alignment = Alignment(horizontal="center", wrap_text=True)
                cell.border = _FRAME
                if box.row_span > 1 or box.column_span > 1:
                    last = (row + top + box.row_span - 1, column + box.column_span)
                    page.merge_cells(None, row + top, column + 1, *last)
            row += len(block.rows) + 1
            if not one_worksheet:
                page, row = book.worksheets[0], book.worksheets[0].max_row + 1
        book.properties.created = book.properties.modified = _EPOCH
        buffer = BytesIO()
        book.save(buffer)
        return Rendered(_stamped(buffer.getvalue()))

    return Skin("xlsx", render)


def _xls(draft: Draft, rng: Random) -> Rendered:
    """One worksheet, as a spreadsheet program of before 2007 saves it."""
    book = OldWorkbook(encoding="utf-8")
    page = book.add_sheet("年度报告")
    framed = easyxf("align: horiz centre, wrap on; borders: left thin, right thin, top thin, bottom thin")
    row = 0
    for block in draft.blocks:
        if isinstance(block, Line):
            page.write(row, 0, block.text)
            row += 1
            continue
        for top, column, box in block.placed():
            last = (row + top + box.row_span - 1, column + box.column_span - 1)
            page.write_merge(row + top, last[0], column, last[1], _typed(draft, box), framed)
        row += len(block.rows) + 1
    buffer = BytesIO()
    book.save(buffer)
    return Rendered(buffer.getvalue())


OFFICE_SKINS = {
    "docx": docx_skin(as_drafted),
    "docx_four": docx_skin(table_two_in_four),
    "docx_revised": docx_skin(as_drafted, deletions_kept),
    "docx_boxes": docx_skin(as_drafted, in_text_boxes),
    "docx_hidden": docx_skin(as_drafted, text_hidden),
    "xlsx": _xlsx(as_drafted, one_worksheet=True),
    "xlsx_sheets": _xlsx(as_drafted, one_worksheet=False),
    "xls": Skin("xls", _xls),
}
