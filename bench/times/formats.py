"""Each format against the library a user would take instead, and a pool of two processes against one.

Milliseconds a document from bytes to facts, and from bytes to the library's rows, measured in turn in one
run; the ratio is ours to theirs. Beside them the cells of table three that come out right. `python -m bench
formats` prints all but scans, which take minutes: `python -m bench scans`.
"""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from statistics import median
from typing import Any, Literal

from bench.times.cells import Rows, cells_by_position, cells_read
from bench.times.processor import so_far
from bench.times.side_by_side import print_timed, side_by_side
from bench.truth.judging import source
from demo.generate import Generated, generate
from demo.skins import LOOKS
from extract.builds.run import Item, extract_all
from extract.extractor import extract
from extract.readers.word.doc_office import to_docx

OURS = "gknb, bytes to facts"
DOCUMENTS, ROUNDS = 16, 3
# Text recognition takes seconds a page, LibreOffice seconds a start.
FEW_DOCUMENTS, FEW_ROUNDS = 2, 1
POOLED, POOL_ROUNDS = 400, 3
POOLED_SKINS = ("html_word", "html_platform", "pdf_lines", "docx", "xlsx", "doc", "rtf", "ofd", "text_tabs")

Way = Callable[[Generated], Rows]


def reports_in(skins: Sequence[str], count: int) -> list[Generated]:
    """Reports of 2021's edition over some skins."""
    return [generate(seed, edition="e2021", skin=skins[seed % len(skins)]) for seed in range(count)]


def by_pandas_html(one: Generated) -> Rows:
    """pandas.read_html, the last three tables"""
    import pandas

    # The stubs know no bytes; pandas takes them, and finds the encoding as a user has it found.
    frames = pandas.read_html(io.BytesIO(one.data), header=None)  # type: ignore[arg-type]
    return [[str(cell) for cell in row] for frame in frames[-3:] for row in frame.to_numpy().tolist()]


def by_pdfplumber(one: Generated) -> Rows:
    """pdfplumber extract_tables"""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(one.data)) as document:
        tables = [table for page in document.pages for table in page.extract_tables()]
    return [[cell or "" for cell in row] for table in tables for row in table]


def by_python_docx(one: Generated) -> Rows:
    """python-docx, the cells of all tables"""
    return _docx_rows(one.data)


def by_libreoffice(one: Generated) -> Rows:
    """LibreOffice to DOCX, then python-docx"""
    return _docx_rows(to_docx(one.data, "for the bench"))


def _docx_rows(data: bytes) -> Rows:
    from docx import Document

    return [
        [cell.text for cell in row.cells] for table in Document(io.BytesIO(data)).tables for row in table.rows
    ]


def by_pandas_excel(one: Generated) -> Rows:
    """pandas.read_excel (openpyxl, calamine)"""
    import pandas

    engine: Literal["openpyxl", "calamine"] = "openpyxl" if one.data.startswith(b"PK") else "calamine"
    frames = pandas.read_excel(io.BytesIO(one.data), sheet_name=None, header=None, engine=engine)
    rows = (row for frame in frames.values() for row in frame.to_numpy().tolist())
    return [[str(cell) for cell in row if not pandas.isna(cell)] for row in rows]


def by_rapidocr(one: Generated) -> Rows:
    """rapidocr alone, words of one height in a row"""
    import pypdfium2

    rows: list[list[tuple[float, str]]] = []
    for page in pypdfium2.PdfDocument(one.data):
        found = _recogniser()(page.render(scale=200 / 72).to_numpy())
        last: float | None = None
        for box, text in sorted(zip(found.boxes, found.txts, strict=True), key=lambda word: word[0][0][1]):
            middle, height = (box[0][1] + box[2][1]) / 2, box[2][1] - box[0][1]
            if last is None or middle - last > height / 2:
                rows.append([])
            rows[-1].append((box[0][0], text))
            last = middle
    return [[text for _, text in sorted(row)] for row in rows]


@cache
def _recogniser() -> Callable[..., Any]:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "warning"})


def bench_format(name: str, skins: Sequence[str], way: Way | None, few: bool = False) -> float | None:
    """One format, timed in turn with the other way where there is one; our time in theirs."""
    reports = reports_in(skins, FEW_DOCUMENTS if few else DOCUMENTS)
    ways: dict[str, Callable[[Generated], object]] = {OURS: lambda one: extract(source(one.data, one.name))}
    right = {OURS: cells_read(reports)}
    if way:
        theirs = way.__doc__ or way.__name__
        ways[theirs] = way
        right[theirs] = cells_by_position(reports, way)
    timed = side_by_side(ways, reports, rounds=FEW_ROUNDS if few else ROUNDS)
    print_timed(f"{name}: {len(reports)} generated reports ({', '.join(skins)})", timed, right)
    return 1 / timed[1].ratio if way else None


def bench_pool() -> dict[str, float]:
    """Documents a second: one process in a loop, and the pool of two; the ratio of both. By the clock it
    tells of a machine that has two processors to spare; by processor time of two that never wait."""
    reports = reports_in(POOLED_SKINS, POOLED)
    items = [Item(one.name, partial(source, one.data, one.name)) for one in reports]
    alone, pooled, spent_alone, spent_pooled = [], [], [], []
    for _ in range(POOL_ROUNDS):
        begun, spent = time.perf_counter(), so_far()
        for one in reports:
            extract(source(one.data, one.name))
        alone.append(len(reports) / (time.perf_counter() - begun))
        spent_alone.append((so_far() - spent) / len(reports))
        read = extract_all(items, 2)
        next(read)  # the processes have been started
        begun, spent = time.perf_counter(), so_far()
        for _ in read:
            pass
        pooled.append((len(reports) - 1) / (time.perf_counter() - begun))
        spent_pooled.append((so_far() - spent) / (len(reports) - 1))
    ratio = median(two / one for one, two in zip(alone, pooled, strict=True))
    by_processor = median(2 * one / two for one, two in zip(spent_alone, spent_pooled, strict=True))
    print(f"\nPool: {len(reports)} reports in {len(POOLED_SKINS)} formats, {POOL_ROUNDS} rounds in turn")
    print(
        f"  one process {median(alone):.0f} documents/s, pool of two {median(pooled):.0f}, {ratio:.2f}; "
        f"by processor time {by_processor:.2f}"
    )
    return {
        "pool of two against one process, by the clock": ratio,
        "pool of two against one process, by processor time": by_processor,
    }


def bench_docx() -> float | None:
    """DOCX against python-docx."""
    return bench_format("DOCX", ("docx", "docx_four", "docx_revised"), by_python_docx)


def bench_scans() -> float | None:
    """Pictures take seconds a page, so they are asked for by name."""
    if "scan_200" not in LOOKS:
        print("Scans: the fonts that they are made with are not installed here")
        return None
    return bench_format("Scan at 200 dpi", ("scan_200",), by_rapidocr, few=True)


def main() -> None:
    """Every format, then the pool."""
    bench_format("HTML", ("html_word", "html_article", "html_platform", "html_wps"), by_pandas_html)
    bench_format("PDF", ("pdf_lines", "pdf_rects", "pdf_cut", "pdf_platypus"), by_pdfplumber)
    bench_docx()
    bench_format("XLSX", ("xlsx", "xlsx_sheets"), by_pandas_excel)
    bench_format("XLS", ("xls",), by_pandas_excel)
    # For these there is no library that reads them, or none that reads real files.
    bench_format("RTF", ("rtf",), None)
    bench_format("OFD", ("ofd", "ofd_lines"), None)
    bench_format("Text and Markdown", ("text_tabs", "text_cells", "text_pdf", "markdown"), None)
    bench_format("ZIP", ("zip_docx", "zip_doc"), None)
    if shutil.which("soffice"):
        bench_format("DOC", ("doc",), by_libreoffice, few=True)
    else:
        bench_format("DOC (LibreOffice, the other way, is not installed here)", ("doc",), None)
    bench_pool()
