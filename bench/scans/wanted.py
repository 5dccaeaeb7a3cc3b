"""What scans are asked for: how the report is set, how it lies on the scanner, and which of its pages.

Every condition is dealt in turn, each in an order of its own, so that all occur equally often and beside all
others. Seeds, conditions and truth follow from `count` and `seed` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import TypeVar

from demo.faults import FAULTS
from demo.generate import possible_faults
from demo.skins.scan import Scanner

Card = TypeVar("Card")

OWN, LIBREOFFICE = "own", "LibreOffice"
# The forms with columns for each kind of applicant have ten times the cells of the one before them.
EDITIONS = ("e2021", "e2021", "e2019", "e2019", "e2014")
# A third of the reports is set by another program than the reader grew up with.
SETTERS = (OWN, OWN, LIBREOFFICE)
# Typefaces of Chinese, each with one of Western letters and figures beside it.
TYPEFACES = {
    "Song": ("AR PL SungtiL GB", "Liberation Serif"),
    "Song, its own figures": ("AR PL UMing CN", "AR PL UMing CN"),
    "Hei": ("WenQuanYi Zen Hei", "Liberation Sans"),
    "Kai": ("AR PL KaitiM GB", "AR PL KaitiM GB"),
    "Fangsong": ("cwTeXFangSong", "cwTeXFangSong"),
    "Song, wide figures": ("AR PL SungtiL GB", "DejaVu Serif"),
}
LAYOUTS = ("upright", "landscape", "stacked labels", "tight rows", "without rules")
ZEROS = ("0", "slash_for_zeros", "dash_for_zeros", "blanks_for_zeros", "none_word_for_zeros")
RESOLUTIONS = (150, 200, 200, 300)
# Degrees that the page may lie askew, and by how many right angles it is turned.
ASKEW = (0.0, 1.5, 3.0)
QUARTERS = (0, 0, 0, 1, 2, 3)
# Grain, blur and the quality of JPEG, from a good copier to what is still filed.
COPIERS = {"good": (6.0, 0.6, 75), "fair": (9.0, 0.7, 60), "poor": (12.0, 0.8, 40)}
SEALS = (True, False)
# The whole report, its pages from the first table to the last, or one page of them that is not the first.
WHOLE, TABLES, SINGLE = "whole report", "pages of the tables", "single page"
EXTENTS = (WHOLE, TABLES, TABLES, TABLES, SINGLE, SINGLE)
FILES = ("pdf", "pdf", "pdf", "tiff", "pdf, some pages of text")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A scan that is asked for."""

    seed: int
    edition: str
    setter: str
    typeface: str
    layout: str
    faults: tuple[str, ...]
    scanner: Scanner
    quarters: int
    copier: str
    extent: str
    file: str

    def conditions(self) -> dict[str, str]:
        """What is told apart in the tables, by the name of the table."""
        askew = f"up to {self.scanner.askew:g} degrees" if self.scanner.askew else "straight"
        zeros = [fault.removesuffix("_for_zeros") for fault in self.faults if fault in ZEROS]
        return {
            "setter": self.setter,
            "layout": f"{self.layout}, {self.setter}",
            "typeface": self.typeface,
            "resolution": f"{self.scanner.dpi} dpi",
            "askew": askew,
            "turned by": f"{90 * self.quarters} degrees",
            "zeros as": (zeros or ["0"])[0],
            "copier": self.copier,
            "seal": "with a seal" if self.scanner.seal else "without a seal",
            "pages": self.extent,
            "file": self.file,
        }


def wanted(count: int, seed: int) -> Iterator[Wanted]:
    """`count` scans over all conditions."""
    return islice(_all(seed), count)


def _all(seed: int) -> Iterator[Wanted]:
    editions, setters = _dealt(seed, "editions", EDITIONS), _dealt(seed, "setters", SETTERS)
    typefaces, layouts = _dealt(seed, "typefaces", tuple(TYPEFACES)), _dealt(seed, "layouts", LAYOUTS)
    zeros, resolutions = _dealt(seed, "zeros", ZEROS), _dealt(seed, "resolutions", RESOLUTIONS)
    askews, quarters = _dealt(seed, "askew", ASKEW), _dealt(seed, "quarters", QUARTERS)
    copiers, seals = _dealt(seed, "copiers", tuple(COPIERS)), _dealt(seed, "seals", SEALS)
    extents, files = _dealt(seed, "extents", EXTENTS), _dealt(seed, "files", FILES)
    place = 0
    while True:
        edition, setter, copier = next(editions), next(setters), next(copiers)
        grain, blur, quality = COPIERS[copier]
        scanner = Scanner(next(resolutions), next(askews), grain, blur, quality, next(seals))
        faults = _faults(Random(f"{seed} {place} faults"), edition, next(zeros))
        yield Wanted(
            seed * 1_000_000 + place, edition, setter, next(typefaces), next(layouts), faults, scanner,
            next(quarters), copier, next(extents), next(files),
        )  # fmt: skip
        place += 1


def _dealt(seed: int, name: str, cards: Sequence[Card]) -> Iterator[Card]:
    """All cards in some order, then all in another, and so on."""
    rng = Random(f"{seed} {name}")
    while True:
        yield from rng.sample(cards, len(cards))


def _faults(rng: Random, edition: str, zeros: str) -> tuple[str, ...]:
    """How zeros are printed, and in every third report a fault besides; none that leaves no report."""
    faults = () if zeros == "0" else (zeros,)
    if rng.random() < 2 / 3:
        return faults
    others = [
        name for name in possible_faults(edition, "docx") if name not in ZEROS and not FAULTS[name].whole
    ]
    return (*faults, rng.choice(others))
