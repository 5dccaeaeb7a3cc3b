"""Two programs that set a report: our own, and LibreOffice, which breaks lines, stretches rows and draws
rules as it likes.

Typefaces are those of the machine; a character that one has not is set in Song, as office programs do.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from random import Random

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from bench.scans.wanted import LIBREOFFICE, TYPEFACES, Wanted
from bench.times.office_pages import dressed, installed
from bench.truth.floors import FloorError
from demo.draft import Draft, Line
from demo.generate import Generated, generate
from demo.skins.base import Arrange, Rendered, Skin, as_drafted, split_headings
from demo.skins.office import docx_skin
from demo.skins.paper import Look, Paper, PdfSurface, text_width
from demo.skins.pdf import blank_rows

LOOKS = {
    "upright": Look(size=9, body_size=14),
    "landscape": Look(size=9, body_size=14, landscape=True),
    "stacked labels": Look(size=9, body_size=12, rules="rects"),
    "tight rows": Look(size=8, padding=1.5, body_size=12, rules="cells", vertical=False, cut_rows=True),
    "without rules": Look(size=8, body_size=12, rules="none"),
}
# Half points in which LibreOffice sets all text.
OFFICE_SIZES = {"tight rows": 16}
OFFICE_SIZE = 20
LAST_RESORT = "AR PL SungtiL GB"


def set_report(one: Wanted) -> Generated:
    """The report as its setter makes it: a PDF, or the Word file that LibreOffice is to convert."""
    arrange = split_headings if one.layout == "stacked labels" else as_drafted
    make = _office_skin if one.setter == LIBREOFFICE else _own_skin
    return generate(
        one.seed, edition=one.edition, skin=make(one.typeface, one.layout, arrange), faults=one.faults
    )


def _own_skin(typeface: str, layout: str, arrange: Arrange) -> Skin:
    look = LOOKS[layout]

    def render(draft: Draft, rng: Random) -> Rendered:
        paper = Paper(look, draft.text, _Surface(typeface, look))
        for block in arrange(draft, rng):
            if isinstance(block, Line):
                paper.line(block)
            else:
                paper.table(block)
        return Rendered(paper.finish(), _doubtful(draft, layout))

    return Skin("pdf", render)


def _office_skin(typeface: str, layout: str, arrange: Arrange) -> Skin:
    look = docx_skin(arrange)

    def render(draft: Draft, rng: Random) -> Rendered:
        docx = look.render(draft, rng).data
        dress = dressed(
            docx,
            TYPEFACES[typeface],
            OFFICE_SIZES.get(layout, OFFICE_SIZE),
            landscape=layout == "landscape",
            ruled=layout != "without rules",
        )
        return Rendered(dress, _doubtful(draft, layout))

    return Skin("docx", render)


def _doubtful(draft: Draft, layout: str) -> frozenset[tuple[str, str]]:
    """Where no rule parts the columns, a value beside a blank stands nowhere for certain."""
    return frozenset(blank_rows(draft) | draft.unplaced) if layout == "without rules" else frozenset()


class _Surface(PdfSurface):
    """A PDF whose text is set in a typeface of the machine, figures as wide as half a Chinese character."""

    def __init__(self, typeface: str, look: Look) -> None:
        super().__init__(roman=True, page=look.page)
        chinese, western = TYPEFACES[typeface]
        self.chinese, self.western = _font(chinese), _font(western)

    def write(self, x: float, y: float, text: str, size: float) -> None:
        """As `Surface.write`."""
        for character in text:
            font = self.western if character.isascii() else self.chinese
            if ord(character) not in font.face.charToGlyph:
                font = _font(LAST_RESORT)
            wanted, natural = text_width(character, size), font.stringWidth(character, size)
            writer = self.canvas.beginText(x, y)
            writer.setFont(font.fontName, size)
            writer.setHorizScale(100 * min(1.0, wanted / natural) if natural else 100)
            writer.textOut(character)
            self.canvas.drawText(writer)
            x += wanted


@cache
def _font(family: str) -> TTFont:
    """A typeface of the machine, registered with reportlab. FloorError where it is not installed."""
    asked = ["fc-list", f":family={family}", "--format", "%{file}\t%{index}\n"]
    found = sorted(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines())
    if not found:
        raise FloorError(f"the typeface {family} is not installed here: scans are set in it")
    path, index = found[0].split("\t")
    font = TTFont(family, path, subfontIndex=int(index))
    pdfmetrics.registerFont(font)
    return font


def refuse_without_setters() -> None:
    """FloorError where LibreOffice or the tool that finds typefaces is not installed."""
    if not installed() or shutil.which("fc-list") is None:
        raise FloorError("scans are set by LibreOffice too, in typefaces that fontconfig finds: install both")
