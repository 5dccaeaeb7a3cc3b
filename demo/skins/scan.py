"""Skins of pictures: the report printed, stamped with a seal and laid on a scanner.

Pages are set by `demo.skins.paper` and drawn in grey, then turned, blurred, grained and compressed as the
scanner would. They need a Chinese font: the package `pylopdf-fonts-zh-cn` ships two under the Open Font
License, and the extra `dev` has it. Where it is not installed there are no such skins.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from demo.draft import Draft, Line
from demo.skins.base import Rendered, Skin, as_drafted
from demo.skins.paper import (
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RULE,
    Look,
    Paper,
    PdfSurface,
    Surface,
    text_width,
)

_FONTS = "pylopdf_fonts_zh_cn"
# Pages are drawn so much finer than they are scanned, so that turning them costs no sharpness of its own.
FINER = 2
_SEAL_RED = (214, 40, 38)
_SEAL_POINTS = 120.0
_INK = 25
Page = Image.Image


@dataclass(frozen=True, slots=True)
class Scanner:
    """How a page comes out: dots per inch, the most degrees it lies askew, grain (standard deviation of the
    grey levels, 0 to 255), blur (radius in pixels), JPEG quality, and whether a seal is on the page."""

    dpi: int
    askew: float = 1.5
    grain: float = 6.0
    blur: float = 0.6
    quality: int = 75
    seal: bool = True


@dataclass(frozen=True, slots=True)
class ScanSkin(Skin):
    """A skin whose pages come from a scanner, all of them or some."""

    scanner: Scanner


def font_installed() -> bool:
    """Whether the fonts that the pages are drawn with are installed."""
    return find_spec(_FONTS) is not None


@cache
def _font(serif: bool, pixels: int) -> ImageFont.FreeTypeFont:
    spec = find_spec(_FONTS)
    assert spec is not None
    assert spec.origin is not None
    name = "NotoSerifSC-Regular.otf" if serif else "NotoSansSC-Regular.otf"
    return ImageFont.truetype(str(Path(spec.origin).parent / name), pixels)


class RasterSurface:
    """Pages drawn as pictures: a `Surface` (see `demo.skins.paper`) whose `pages` are the result."""

    def __init__(self, dpi: int, *, serif: bool) -> None:
        self.scale = dpi * FINER / 72
        self.serif = serif
        self.pages: list[Page] = []
        self._begin()

    def write(self, x: float, y: float, text: str, size: float) -> None:
        """As `Surface.write`; ASCII is set so that a figure is half as wide as a Chinese character."""
        for run in _runs(text):
            wanted = text_width(run, size) * self.scale
            font = _font(self.serif, max(round(size * self.scale), 1))
            if run.isascii() and (natural := font.getlength(run)) > wanted > 0:
                font = _font(self.serif, max(round(size * self.scale * wanted / natural), 1))
            self.draw.text((x * self.scale, (PAGE_HEIGHT - y) * self.scale), run, _INK, font, anchor="ls")
            x += text_width(run, size)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """As `Surface.line`."""
        half = RULE / 2
        self.bar(min(x0, x1) - half, min(y0, y1) - half, abs(x1 - x0) + RULE, abs(y1 - y0) + RULE)

    def bar(self, x: float, y: float, width: float, height: float) -> None:
        """As `Surface.bar`."""
        left, top = round(x * self.scale), round((PAGE_HEIGHT - y - height) * self.scale)
        right, bottom = left + max(round(width * self.scale), 1), top + max(round(height * self.scale), 1)
        self.draw.rectangle((left, top, right - 1, bottom - 1), fill=_INK)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """As `Surface.frame`."""
        for y0 in (y, y + height):
            self.line(x, y0, x + width, y0)
        for x0 in (x, x + width):
            self.line(x0, y, x0, y + height)

    def end_page(self) -> None:
        """As `Surface.end_page`."""
        self._begin()

    def finish(self) -> bytes:
        """Nothing yet: what is asked for are the `pages`."""
        self.pages.pop()
        return b""

    def _begin(self) -> None:
        size = (round(PAGE_WIDTH * self.scale), round(PAGE_HEIGHT * self.scale))
        self.pages.append(Image.new("L", size, 255))
        self.draw = ImageDraw.Draw(self.pages[-1])


def _runs(text: str) -> list[str]:
    runs: list[str] = []
    for char in text:
        if runs and runs[-1][-1].isascii() == char.isascii():
            runs[-1] += char
        else:
            runs.append(char)
    return runs


def scanned(page: Page, scanner: Scanner, rng: Random) -> Page:
    """A page drawn `FINER` times finer, as the scanner delivers it, in colour."""
    if scanner.seal:
        page = page.convert("RGB")
        _stamp(page, scanner.dpi * FINER / 72, rng)
    askew = rng.uniform(-scanner.askew, scanner.askew)
    turned = page.rotate(askew, Image.Resampling.BILINEAR, fillcolor="white")
    small = turned.resize((page.width // FINER, page.height // FINER), Image.Resampling.BOX).convert("RGB")
    blurred = small.filter(ImageFilter.GaussianBlur(scanner.blur))
    grains = np.random.default_rng(rng.getrandbits(32))
    levels = np.asarray(blurred).astype(np.float32) * rng.uniform(0.93, 1.0)
    levels += grains.normal(0, scanner.grain, (*levels.shape[:2], 1))
    return Image.fromarray(_bytes(levels))


def _bytes(levels: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    rounded: NDArray[np.uint8] = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    return rounded


def _stamp(page: Page, scale: float, rng: Random) -> None:
    """A round red seal with a star and a name, over whatever stands there; ink on ink stays dark."""
    side = round(_SEAL_POINTS * scale)
    seal = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(seal)
    thickness = max(side // 40, 1)
    draw.ellipse((0, 0, side - 1, side - 1), outline=230, width=thickness)
    points = [
        (
            side / 2 + side * radius * math.sin(math.pi * i / 5),
            side / 2 - side * radius * math.cos(math.pi * i / 5),
        )
        for i, radius in enumerate([0.16, 0.065] * 5)
    ]
    draw.polygon(points, fill=230)
    draw.text((side / 2, side * 0.75), "办公室专用章", 230, _font(True, max(side // 11, 1)), anchor="mm")
    place = (rng.randint(0, page.width - side), rng.randint(0, page.height - side))
    under = np.asarray(page.crop((*place, place[0] + side, place[1] + side))).astype(np.float32)
    ink = np.asarray(seal).astype(np.float32)[..., None] / 255
    red = under * np.asarray(_SEAL_RED, np.float32) / 255
    page.paste(Image.fromarray(_bytes(under * (1 - ink) + red * ink)), place)


def _jpeg(page: Page, scanner: Scanner) -> BytesIO:
    buffer = BytesIO()
    page.save(buffer, "JPEG", quality=scanner.quality, dpi=(scanner.dpi, scanner.dpi))
    buffer.seek(0)
    return buffer


def _set(draft: Draft, look: Look, rng: Random, surface: Surface) -> bytes:
    paper = Paper(look, draft.text, surface)
    for block in as_drafted(draft, rng):
        if isinstance(block, Line):
            paper.line(block)
        else:
            paper.table(block)
    return paper.finish()


def pictures(draft: Draft, scanner: Scanner, look: Look, rng: Random, *, serif: bool = True) -> list[Page]:
    """The pages of a report as the scanner delivers them, the seal on one of them."""
    surface = RasterSurface(scanner.dpi, serif=serif)
    _set(draft, look, rng, surface)
    stamped = rng.randrange(len(surface.pages)) if scanner.seal else -1
    plain = Scanner(scanner.dpi, scanner.askew, scanner.grain, scanner.blur, scanner.quality, seal=False)
    return [
        scanned(page, scanner if number == stamped else plain, rng)
        for number, page in enumerate(surface.pages)
    ]


Bind = Callable[[list[Page], Scanner], bytes]


def as_pdf(pages: list[Page], scanner: Scanner) -> bytes:
    """The pages as a PDF of JPEG pictures, as a copier makes it."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1)
    for page in pages:
        canvas.drawImage(ImageReader(_jpeg(page, scanner)), 0, 0, PAGE_WIDTH, PAGE_HEIGHT)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def as_tiff(pages: list[Page], scanner: Scanner) -> bytes:
    """The pages as one TIFF, without loss."""
    buffer = BytesIO()
    # Copies: Pillow keeps a picture's last encoder options, and those of JPEG are none of TIFF's.
    first, *others = (page.copy() for page in pages)
    first.save(
        buffer,
        "TIFF",
        save_all=True,
        append_images=others,
        compression="tiff_lzw",
        dpi=(scanner.dpi, scanner.dpi),
    )
    return buffer.getvalue()


def as_long_picture(pages: list[Page], scanner: Scanner) -> bytes:
    """The pages one below the other in a single JPEG, as it is pasted into web pages."""
    whole = Image.new("RGB", (pages[0].width, sum(page.height for page in pages)), (255, 255, 255))
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    return _jpeg(whole, scanner).getvalue()


def _scan(format: str, scanner: Scanner, look: Look, bind: Bind, *, serif: bool = True) -> ScanSkin:
    def render(draft: Draft, rng: Random) -> Rendered:
        return Rendered(bind(pictures(draft, scanner, look, rng, serif=serif), scanner))

    return ScanSkin(format, render, scanner)


class MixedSurface:
    """A PDF whose pages are text or pictures, as `pictured` says of each page number: a `Surface`."""

    def __init__(self, scanner: Scanner, rng: Random, pictured: Callable[[int], bool]) -> None:
        self.scanner, self.rng, self.pictured = scanner, rng, pictured
        self.text = PdfSurface(roman=True)
        self.raster = RasterSurface(scanner.dpi, serif=True)
        self.page = 1

    def write(self, x: float, y: float, text: str, size: float) -> None:
        """As `Surface.write`."""
        self._current().write(x, y, text, size)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """As `Surface.line`."""
        self._current().line(x0, y0, x1, y1)

    def bar(self, x: float, y: float, width: float, height: float) -> None:
        """As `Surface.bar`."""
        self._current().bar(x, y, width, height)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """As `Surface.frame`."""
        self._current().frame(x, y, width, height)

    def end_page(self) -> None:
        """As `Surface.end_page`."""
        if self.pictured(self.page):
            page = _jpeg(scanned(self.raster.pages[-1], self.scanner, self.rng), self.scanner)
            self.text.canvas.drawImage(ImageReader(page), 0, 0, PAGE_WIDTH, PAGE_HEIGHT)
        self.raster.end_page()
        self.text.end_page()
        self.page += 1

    def finish(self) -> bytes:
        """As `Surface.finish`."""
        return self.text.finish()

    def _current(self) -> Surface:
        return self.raster if self.pictured(self.page) else self.text


def _mixed(scanner: Scanner, look: Look) -> ScanSkin:
    def render(draft: Draft, rng: Random) -> Rendered:
        # The first page always has text and the second never, so that every file is mixed.
        drawn = [False, True, *(rng.random() < 0.5 for _ in range(200))]
        surface = MixedSurface(scanner, rng, lambda page: drawn[page - 1])
        return Rendered(_set(draft, look, rng, surface))

    return ScanSkin("pdf", render, scanner)


_USUAL = Look(size=9, body_size=14)
_SMALL = Look(size=8, padding=3, body_size=12, rules="cells", vertical=False)

# As bad as what is still filed: fed in askew, grainy, compressed until figures fray.
_POOR_200 = Scanner(200, askew=4.0, grain=12.0, blur=0.8, quality=40)
_POOR_150 = Scanner(150, askew=3.0, grain=10.0, blur=0.7, quality=45)
_POOR_120 = Scanner(120, askew=3.0, grain=9.0, blur=0.6, quality=50)

SCAN_SKINS: dict[str, ScanSkin] = (
    {
        "scan_300": _scan("pdf", Scanner(300), _USUAL, as_pdf),
        "scan_200": _scan("pdf", Scanner(200), _USUAL, as_pdf),
        "scan_200_sans": _scan("pdf", Scanner(200, quality=60), _SMALL, as_pdf, serif=False),
        "scan_150": _scan("pdf", Scanner(150), _USUAL, as_pdf),
        "scan_120": _scan("pdf", Scanner(120), _USUAL, as_pdf),
        "scan_300_poor": _scan(
            "pdf", Scanner(300, askew=4.0, grain=16.0, blur=1.2, quality=30), _SMALL, as_pdf
        ),
        "scan_200_poor": _scan("pdf", _POOR_200, _USUAL, as_pdf),
        "scan_150_poor": _scan("pdf", _POOR_150, _USUAL, as_pdf, serif=False),
        "scan_120_poor": _scan("pdf", _POOR_120, _USUAL, as_pdf),
        "pdf_mixed": _mixed(Scanner(200, seal=False), _USUAL),
        "scan_tiff": _scan("tiff", Scanner(200, grain=10), _SMALL, as_tiff),
        "scan_picture": _scan("jpg", Scanner(150, askew=0, grain=0, seal=False), _USUAL, as_long_picture),
    }
    if font_installed()
    else {}
)
