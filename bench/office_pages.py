"""Reports set by LibreOffice, a program that the readers did not grow up with, and laid on the scanner:
``python -m bench.office_pages [COUNT [DPI [QUARTERS]]]``, pages turned by so many right angles.

Our own generator draws its pages as its author thinks that pages are drawn. Here a Word file of the same
report is handed to an office suite, which breaks its lines, stretches its rows and draws its rules as it
likes; the typefaces are those that the machine has of Song, Hei, Kai and of Western figures.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pypdfium2
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bench.accuracy import source
from demo.generate import Generated, generate
from demo.skins.scan import FINER, Scanner, scanned
from extract.extractor import extract

# Typefaces by what they are: Chinese, and that of Western letters and figures beside it.
FACES = {
    "song": ("AR PL SungtiL GB", "Liberation Serif"),
    "song, own figures": ("AR PL SungtiL GB", "AR PL SungtiL GB"),
    "hei": ("WenQuanYi Zen Hei", "Liberation Sans"),
    "kai": ("AR PL KaitiM GB", "AR PL KaitiM GB"),
    "noto": ("Noto Serif CJK SC", "DejaVu Serif"),
}
ZEROS = ((), ("slash_for_zeros",), ("dash_for_zeros",), ("blanks_for_zeros",))
_PORTRAIT = re.compile(r'<w:pgSz w:w="(\d+)" w:h="(\d+)"')
_SIZE = re.compile(r"(<w:rPrDefault><w:rPr>).*?(</w:rPr>)", re.DOTALL)
SEED = 9100
# No run of LibreOffice over some reports takes that long.
PATIENCE = 600


@dataclass(frozen=True, slots=True)
class Set:
    """A report that LibreOffice has set: the PDF, what it prints, and how it was to look."""

    pdf: bytes
    made: Generated
    face: str
    landscape: bool


def installed() -> bool:
    """Whether LibreOffice is there."""
    return shutil.which("soffice") is not None


def office_set(count: int, seed: int) -> Iterator[Set]:
    """`count` reports over the typefaces, both ways to lay the page, and the signs that stand for zero."""
    wanted: list[tuple[Generated, str, bool]] = []
    for place in range(count):
        face = list(FACES)[place % len(FACES)]
        edition = ("e2021", "e2019")[place // 2 % 2]
        made = generate(seed + place, edition=edition, skin="docx", faults=ZEROS[place % len(ZEROS)])
        wanted.append((made, face, place % 3 == 1))
    pdfs = _converted([_dressed(made.data, face, landscape=wide) for made, face, wide in wanted])
    for pdf, (made, face, wide) in zip(pdfs, wanted, strict=True):
        yield Set(pdf, made, face, wide)


def _dressed(docx: bytes, face: str, *, landscape: bool) -> bytes:
    """A Word file in a typeface, its pages upright or on their side."""
    chinese, western = FACES[face]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/styles.xml":
                fonts = f'<w:rFonts w:ascii="{western}" w:hAnsi="{western}" w:eastAsia="{chinese}"/>'
                dress = rf'\g<1>{fonts}<w:sz w:val="20"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/>\g<2>'
                part = _SIZE.sub(dress, part.decode(), count=1).encode()
            if name == "word/document.xml" and landscape:
                turned = r'<w:pgSz w:orient="landscape" w:w="\g<2>" w:h="\g<1>"'
                part = _PORTRAIT.sub(turned, part.decode()).encode()
            new.writestr(name, part)
    return out.getvalue()


def _converted(files: Sequence[bytes]) -> list[bytes]:
    """Word files as the PDF that LibreOffice makes of them."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paths = [folder / f"{number:04d}.docx" for number in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder)]
        subprocess.run([*command, *map(str, paths)], check=True, timeout=PATIENCE, capture_output=True)
        return [path.with_suffix(".pdf").read_bytes() for path in paths]


def scan_of(one: Set, dpi: int, quarters: int, seed: int) -> bytes:
    """The report as a copier makes it: JPEG pictures in a PDF, a seal on one page."""
    rng = Random(seed)
    scanner = Scanner(dpi)
    pages = drawn_finely(one.pdf, dpi * FINER)
    stamped = rng.randrange(len(pages))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for number, page in enumerate(pages):
        seen = scanned(page, replace(scanner, seal=number == stamped), rng).rotate(90 * quarters, expand=True)
        size = (seen.width * 72 / dpi, seen.height * 72 / dpi)
        picture = io.BytesIO()
        seen.save(picture, "JPEG", quality=scanner.quality)
        picture.seek(0)
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(picture), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def judged(one: Set, data: bytes) -> Counter[str]:
    """What became of the cells: exact, null (unread, with a reason), flagged or silent (wrong)."""
    facts = {(fact.row_code, fact.applicant_type): fact for fact in extract(source(data, "scan.pdf")).facts}
    found = Counter[str]()
    for cell in one.made.truth.cells:
        fact = facts.get(cell.key)
        if cell.accepts(fact.value if fact else None):
            found["exact"] += 1
        elif fact is None or fact.value is None:
            found["null"] += 1
        else:
            found["flagged" if fact.flags else "silent"] += 1
    return found


def main(arguments: list[str]) -> None:
    """Print a line for each report."""
    count, dpi, quarters = (*map(int, arguments), *(20, 200, 0)[len(arguments) :])
    print("| typeface | page | zeros | exact | null | flagged | silent |\n|---|---|---|---:|---:|---:|---:|")
    for number, one in enumerate(office_set(count, SEED)):
        found = judged(one, scan_of(one, dpi, quarters, number))
        told = (one.face, "landscape" if one.landscape else "upright", *(one.made.faults or ("0",)))
        figures = (str(found[what]) for what in ("exact", "null", "flagged", "silent"))
        print(f"| {' | '.join((*told, *figures))} |", flush=True)


def drawn_finely(pdf: bytes, dpi: int) -> list[Image.Image]:
    """The pages of a PDF in grey at so many dots per inch."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


if __name__ == "__main__":
    main(sys.argv[1:])
