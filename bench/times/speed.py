"""Bytes to facts against the libraries a user would take instead, and memory over many reports.

HTML against bare lxml parsing and pandas.read_html; PDF against pypdfium2's text alone and pdfplumber's
tables, on files of our own generator and on such that LibreOffice has set; pages and PDFs of the real corpus
where it lies beside the checkout. It is told how many PDFs a second engine has read too. Beside each time of
generated files stand the cells of table three that come out right: for the libraries in the way a person
would use them, the largest table's last seven columns, row by row in the form's order.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from base.paths import ROOT
from bench.times import office_pages
from bench.times.cells import cells_by_position, cells_read
from bench.times.processor import used
from bench.times.side_by_side import Timed, print_timed, side_by_side
from bench.truth.judging import source
from demo.generate import Generated, generate
from extract.extractor import extract
from extract.stages import read_in_stages

DOCUMENTS, OFFICE_DOCUMENTS, OFFICE_SEED = 24, 10, 9100
CORPUS = ROOT.parent / "shared" / "corpus"
OURS = "gknb bytes to facts"
HTML_SKINS = ("html_word", "html_article", "html_platform", "html_layout_word")
PDF_SKINS = ("pdf_lines", "pdf_rects", "pdf_cut", "pdf_platypus")
REPORTS_FOR_MEMORY = (1000, 10_000)
Named = tuple[str, bytes]
#: Work by name, inputs told in it, with the ratio that was measured.
Ratios = dict[str, float]


def made(skins: Sequence[str], count: int = DOCUMENTS) -> list[Generated]:
    """Reports of 2021's edition over some skins."""
    return [generate(seed, edition="e2021", skin=skins[seed % len(skins)]) for seed in range(count)]


def bench_html() -> Ratios:
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
            OURS: lambda one: extract(source(one.data, one.name)),
            "pandas.read_html": by_pandas,
        },
        reports,
    )
    right = {
        OURS: cells_read(reports),
        "pandas.read_html": cells_by_position(reports, by_pandas),
    }
    print_timed(f"HTML, {len(reports)} generated pages, {_kilobytes(reports)} KB on average", timed, right)
    ratios = {f"HTML, {len(reports)} generated pages, against lxml parse": _ratio(timed)}
    real = _of_corpus(".html")
    if real:
        names = ", ".join(name for name, _ in real)
        bare = {"lxml.html.fromstring (parse only)": lambda one: lxml.html.fromstring(one[1])}
        timed = side_by_side(bare | _ours(), real)
        print_timed(f"HTML, real pages: {names}", timed)
        ratios[f"HTML, {len(real)} real pages, against lxml parse"] = _ratio(timed)
    return ratios


def _of_corpus(suffix: str) -> list[Named]:
    """The real files of a format; none where the corpus is not here."""
    return [(path.name, path.read_bytes()) for path in sorted(CORPUS.glob(f"*{suffix}"))]


def _ours() -> dict[str, Callable[[Named], object]]:
    return {OURS: lambda one: extract(source(one[1], one[0]))}


def bench_pdf() -> Ratios:
    """PDF: text only, bytes to facts, pdfplumber's tables."""
    import pdfplumber
    import pypdfium2

    def text_only(data: bytes) -> None:
        document = pypdfium2.PdfDocument(data)
        for page in document:
            text_page = page.get_textpage()
            text_page.get_text_bounded()
            text_page.close()
            page.close()
        document.close()

    def by_pdfplumber(one: Generated) -> list[list[str]]:
        return by_pdfplumber_of(one.data)

    def by_pdfplumber_of(data: bytes) -> list[list[str]]:
        with pdfplumber.open(io.BytesIO(data)) as document:
            tables = [table for page in document.pages for table in page.extract_tables()]
        return [[cell or "" for cell in row] for table in tables for row in table]

    reports = made(PDF_SKINS)
    timed = side_by_side(
        {
            "pypdfium2, text only": lambda one: text_only(one.data),
            OURS: lambda one: extract(source(one.data, one.name)),
            "pdfplumber extract_tables": by_pdfplumber,
        },
        reports,
        rounds=3,
    )
    right = {
        OURS: cells_read(reports),
        "pdfplumber extract_tables": cells_by_position(reports, by_pdfplumber),
    }
    print_timed(f"PDF, {len(reports)} generated files", timed, right)
    ratios = {f"PDF, {len(reports)} generated with rules, against pypdfium2 text": _ratio(timed)}
    _told_beside(timed, [(one.name, one.data) for one in reports])
    office = office_pages.office_set(OFFICE_DOCUMENTS, OFFICE_SEED) if office_pages.installed() else ()
    set_by_office = [(f"{one.face} {one.made.name}", one.pdf) for one in office]
    for title, files in (("set by LibreOffice", set_by_office), ("of the real corpus", _of_corpus(".pdf"))):
        if not files:
            continue
        ways: dict[str, Callable[[Named], object]] = {
            "pypdfium2, text only": lambda one: text_only(one[1]),
            **_ours(),
            "pdfplumber extract_tables": lambda one: by_pdfplumber_of(one[1]),
        }
        timed = side_by_side(ways, files, rounds=3)
        print_timed(f"PDF, {len(files)} files {title}", timed)
        _told_beside(timed, files)
        ratios[f"PDF, {len(files)} {title}, against pypdfium2 text"] = _ratio(timed)
        ratios[f"PDF, {len(files)} {title}: pdfplumber against gknb"] = _slower(timed)
    return ratios


def _ratio(timed: Sequence[Timed]) -> float:
    """Our time in that of the first way."""
    return next(one.ratio for one in timed if one.name == OURS)


def _slower(timed: Sequence[Timed]) -> float:
    """The time of the last way in ours."""
    return timed[-1].milliseconds / next(one.milliseconds for one in timed if one.name == OURS)


def _told_beside(timed: Sequence[Timed], files: Sequence[Named]) -> None:
    """How much longer pdfplumber takes, and how many files a second engine has read too."""
    print(f"  pdfplumber / gknb: {_slower(timed):.1f}")
    kept = [read_in_stages(source(data, name)).kept or "{}" for name, data in files]
    print(
        f"  read by a second engine too: {sum('pdfminer' in json.loads(one) for one in kept)} of {len(files)}"
    )


def _kilobytes(reports: Sequence[Generated]) -> int:
    return sum(len(one.data) for one in reports) // len(reports) // 1024


def bench_memory() -> Ratios:
    """Peak memory of one run over many reports: it must not grow with their number. That of the process which
    commands, and beside it of the largest that reads, which has a bound of its own. The most in the least."""
    print(f"\nMemory of one run, MB at the peak\n  {'':<12}{'reports':>15}{'commands':>10}{'reads':>7}")
    peaks: dict[str, list[int]] = {"extract": [], "build": []}
    for count in REPORTS_FOR_MEMORY:
        with tempfile.TemporaryDirectory() as folder:
            reports = Path(folder) / "reports"
            reports.mkdir()
            for seed in range(count):
                one = generate(seed, edition="e2021", skin="text_pdf")
                (reports / f"{seed:06d}.txt").write_bytes(one.data)
            ways = {"extract": ["--out", f"{folder}/out"], "build": ["--lake", f"{folder}/lake"]}
            for name, where in ways.items():
                found = used([sys.executable, "-m", "gknb", name, str(reports), *where, "--jobs", "2"])
                peaks[name].append(found.peak)
                print(f"  gknb {name:<7}{count:>15,}{found.peak:>10}{found.peak_of_others:>7}", flush=True)
    first, *_, last = (f"{count:,}" for count in REPORTS_FOR_MEMORY)
    return {
        f"memory of gknb {name}, {last} against {first} reports": found[-1] / found[0]
        for name, found in peaks.items()
    }
