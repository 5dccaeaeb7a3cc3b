"""Bytes to facts against the libraries a user would take instead, and memory over many reports.

HTML against bare lxml parsing and pandas.read_html; PDF against pypdfium2's text alone and pdfplumber's
tables. Beside each time stand the cells of table three that come out right: for the libraries in the way a
person would use them, the largest table's last seven columns, row by row in the form's order.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.accuracy import source
from bench.cells import cells_by_position, cells_read
from bench.side_by_side import print_timed, side_by_side
from demo.generate import Generated, generate
from extract.extractor import extract

DOCUMENTS = 24
HTML_SKINS = ("html_word", "html_article", "html_platform", "html_layout_word")
PDF_SKINS = ("pdf_lines", "pdf_rects", "pdf_cut", "pdf_platypus")
# The first fits into what the sort may hold; from the second on it spills, and memory stays where it is.
REPORTS_FOR_MEMORY = (1000, 5000, 10_000)


def made(skins: Sequence[str], count: int = DOCUMENTS) -> list[Generated]:
    """Reports of 2021's edition over some skins."""
    return [generate(seed, edition="e2021", skin=skins[seed % len(skins)]) for seed in range(count)]


def bench_html() -> None:
    """HTML: bare parse, bytes to facts, pandas."""
    import lxml.html
    import pandas

    def by_pandas(one: Generated) -> list[list[str]]:
        # The stubs know no bytes; pandas takes them, and finds the encoding as a user has it found.
        frames = pandas.read_html(io.BytesIO(one.data), header=None)  # type: ignore[arg-type]
        return [[str(cell) for cell in row] for frame in frames[-3:] for row in frame.to_numpy().tolist()]

    reports = made(HTML_SKINS)
    timed = side_by_side(
        {
            "lxml.html.fromstring (parse only)": lambda one: lxml.html.fromstring(one.data),
            "gknb bytes to facts": lambda one: extract(source(one.data, one.name)),
            "pandas.read_html": by_pandas,
        },
        reports,
    )
    right = {
        "gknb bytes to facts": cells_read(reports),
        "pandas.read_html": cells_by_position(reports, by_pandas),
    }
    print_timed(f"HTML, {len(reports)} generated pages, {_kilobytes(reports)} KB on average", timed, right)


def bench_pdf() -> None:
    """PDF: text only, bytes to facts, pdfplumber's tables."""
    import pdfplumber
    import pypdfium2

    def text_only(one: Generated) -> None:
        document = pypdfium2.PdfDocument(one.data)
        for page in document:
            text_page = page.get_textpage()
            text_page.get_text_bounded()
            text_page.close()
            page.close()
        document.close()

    def by_pdfplumber(one: Generated) -> list[list[str]]:
        with pdfplumber.open(io.BytesIO(one.data)) as document:
            tables = [table for page in document.pages for table in page.extract_tables()]
        return [[cell or "" for cell in row] for table in tables for row in table]

    reports = made(PDF_SKINS)
    timed = side_by_side(
        {
            "pypdfium2, text only": text_only,
            "gknb bytes to facts": lambda one: extract(source(one.data, one.name)),
            "pdfplumber extract_tables": by_pdfplumber,
        },
        reports,
        rounds=3,
    )
    right = {
        "gknb bytes to facts": cells_read(reports),
        "pdfplumber extract_tables": cells_by_position(reports, by_pdfplumber),
    }
    print_timed(f"PDF, {len(reports)} generated files", timed, right)
    seconds = {one.name: one.milliseconds for one in timed}
    print(f"  pdfplumber / gknb: {seconds['pdfplumber extract_tables'] / seconds['gknb bytes to facts']:.1f}")


def _kilobytes(reports: Sequence[Generated]) -> int:
    return sum(len(one.data) for one in reports) // len(reports) // 1024


def bench_memory() -> None:
    """Peak memory of one run over many reports: it must not grow with their number."""
    print("\nMemory of one run of `gknb extract`, all processes, by number of reports")
    for count in REPORTS_FOR_MEMORY:
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(count):
                one = generate(seed, edition="e2021", skin="text_pdf")
                (Path(folder) / f"{seed:06d}.txt").write_bytes(one.data)
            command = [
                sys.executable,
                "-m",
                "gknb",
                "extract",
                folder,
                "--out",
                f"{folder}.out",
                "--jobs",
                "2",
            ]
            subprocess.run(command, check=False, capture_output=True)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"  {count:>7} reports: largest process so far {peak:.0f} MB")


def main() -> None:
    """HTML and PDF; memory takes minutes and is asked for by name."""
    bench_html()
    bench_pdf()
