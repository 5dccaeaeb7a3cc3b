"""A set report laid on the scanner: pages drawn finely, stamped, turned, grained, and bound as a file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from random import Random

import pypdfium2
from PIL import Image

from bench.scans.wanted import Wanted
from demo.skins.scan import FINER, as_tiff, scanned

# Of a PDF that is partly text, this share of the pages is; its first page always is one.
OF_TEXT = 0.4


def copied(pdf: bytes, one: Wanted, pages: Sequence[int]) -> tuple[bytes, str]:
    """The scan of these pages, numbered from 0, and the suffix of its file."""
    rng = Random(f"{one.seed} copied")
    drawn = _drawn(pdf, pages, one.scanner.dpi * FINER)
    stamped = rng.randrange(len(pages))
    seen = [
        scanned(page, replace(one.scanner, seal=one.scanner.seal and place == stamped), rng).rotate(
            90 * one.quarters, expand=True
        )
        for place, page in enumerate(drawn)
    ]
    if one.file == "tiff":
        return as_tiff(seen, one.scanner), "tiff"
    of_text: set[int] = set()
    if one.file != "pdf" and len(pages) > 1:
        of_text = {0, *(place for place in range(2, len(pages)) if rng.random() < OF_TEXT)}
    return _bound(pdf, pages, seen, of_text, one), "pdf"


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return len(document)


def _drawn(pdf: bytes, pages: Sequence[int], dpi: int) -> list[Image.Image]:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [document[number].render(scale=dpi / 72, grayscale=True).to_pil() for number in pages]


def _bound(
    pdf: bytes, pages: Sequence[int], seen: Sequence[Image.Image], of_text: set[int], one: Wanted
) -> bytes:
    """A PDF of JPEG pictures, as a copier makes it, but for the pages that stay text."""
    out = io.BytesIO()
    with closing(pypdfium2.PdfDocument(pdf)) as printed, closing(pypdfium2.PdfDocument.new()) as bound:
        for place, (number, picture) in enumerate(zip(pages, seen, strict=True)):
            if place in of_text:
                bound.import_pages(printed, [number])
                continue
            width, height = (side * 72 / one.scanner.dpi for side in picture.size)
            jpeg = io.BytesIO()
            picture.save(jpeg, "JPEG", quality=one.scanner.quality)
            image = pypdfium2.PdfImage.new(bound)
            image.load_jpeg(jpeg, inline=True)
            image.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
            page = bound.new_page(width, height)
            page.insert_obj(image)
            page.gen_content()
        bound.save(out)
    return out.getvalue()
