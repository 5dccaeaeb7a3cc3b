"""Cells of generated files as other people's libraries read them, none of them the project's readers.

Each function returns the tables of a file as rows of cell texts, in the file's order.
"""

import io
import re
import warnings
from collections.abc import Callable

import openpyxl
import pdfplumber
from docx import Document
from docx.table import _Cell
from lxml import html
from python_calamine import CalamineWorkbook

Rows = list[list[str]]


def page_of(data: bytes | str) -> html.HtmlElement:
    """A whole page of HTML."""
    root = html.fromstring(data)
    assert isinstance(root, html.HtmlElement)
    return root


def elements(root: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    """The elements that a path finds; one that finds texts or a number is a mistake of the test."""
    found = root.xpath(path)
    assert isinstance(found, list)
    return [one for one in found if isinstance(one, html.HtmlElement)]


def html_rows(data: bytes) -> Rows:
    """The cells of each row that hold no further table; no spans are followed, so a cell comes once."""
    root = page_of(data)
    for line_break in elements(root, "//br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return [
        [cell.text_content() for cell in elements(row, "./td|./th")]
        for row in elements(root, "//tr")
        if not elements(row, ".//table")
    ]


def docx_rows(data: bytes) -> Rows:
    """Cells of each row, a merged one once for every position it covers: python-docx repeats it."""
    rows = []
    for table in Document(io.BytesIO(data)).tables:
        for row in table.rows:
            cells: list[_Cell] = []
            for cell in row.cells:
                if not cells or cell._tc is not cells[-1]._tc:
                    cells.append(cell)
            rows.append([cell.text for cell in cells])
    return rows


def xlsx_rows(data: bytes) -> Rows:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [
        ["" if value is None else str(value) for value in row]
        for page in book.worksheets
        for row in page.iter_rows(values_only=True)
    ]


def xls_rows(data: bytes) -> Rows:
    book = CalamineWorkbook.from_object(io.BytesIO(data))
    return [
        [str(cell).removesuffix(".0") for cell in row]
        for page in book.sheet_names
        for row in book.get_sheet_by_name(page).to_python()
    ]


def pdf_rows(data: bytes) -> Rows:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pdfplumber.open(io.BytesIO(data)) as document:
            return [
                ["" if cell is None else cell for cell in row]
                for page in document.pages
                for table in page.extract_tables()
                for row in table
            ]


def pipe_rows(data: bytes) -> Rows:
    lines = data.decode().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def tab_rows(data: bytes) -> Rows:
    return [line.split("\t") for line in data.decode().splitlines() if "\t" in line]


ROWS: dict[str, Callable[[bytes], Rows]] = {
    "html": html_rows,
    "docx": docx_rows,
    "xlsx": xlsx_rows,
    "xls": xls_rows,
    "pdf": pdf_rows,
    "md": pipe_rows,
}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
