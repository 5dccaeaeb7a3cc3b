"""Cells of generated files as other people's libraries read them, none of them the project's readers.

Each function returns the tables of a file as rows of cell texts, in the file's order.
"""

import io
import re
import warnings

import openpyxl
import pdfplumber
from docx import Document
from lxml import html
from python_calamine import CalamineWorkbook


def html_rows(data):
    """The cells of each row that hold no further table; no spans are followed, so a cell comes once."""
    root = html.fromstring(data)
    for line_break in root.xpath("//br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return [
        [cell.text_content() for cell in row.xpath("./td|./th")]
        for row in root.xpath("//tr")
        if not row.xpath(".//table")
    ]


def docx_rows(data):
    """Cells of each row, a merged one once for every position it covers: python-docx repeats it."""
    rows = []
    for table in Document(io.BytesIO(data)).tables:
        for row in table.rows:
            cells = []
            for cell in row.cells:
                if not cells or cell._tc is not cells[-1]._tc:
                    cells.append(cell)
            rows.append([cell.text for cell in cells])
    return rows


def xlsx_rows(data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [
        ["" if value is None else str(value) for value in row]
        for page in book.worksheets
        for row in page.iter_rows(values_only=True)
    ]


def xls_rows(data):
    book = CalamineWorkbook.from_object(io.BytesIO(data))
    return [
        [str(cell).removesuffix(".0") for cell in row]
        for page in book.sheet_names
        for row in book.get_sheet_by_name(page).to_python()
    ]


def pdf_rows(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pdfplumber.open(io.BytesIO(data)) as document:
            return [
                ["" if cell is None else cell for cell in row]
                for page in document.pages
                for table in page.extract_tables()
                for row in table
            ]


def pipe_rows(data):
    lines = data.decode().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def tab_rows(data):
    return [line.split("\t") for line in data.decode().splitlines() if "\t" in line]


ROWS = {
    "html": html_rows,
    "docx": docx_rows,
    "xlsx": xlsx_rows,
    "xls": xls_rows,
    "pdf": pdf_rows,
    "md": pipe_rows,
}


def squeezed(text):
    return re.sub(r"\s+", "", text)
