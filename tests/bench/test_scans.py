"""Scans are asked for over all conditions, set by two programs, and judged by what stands on their pages."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from bench.scans.copier import copied, page_count
from bench.scans.judged import TWICE, cells_by_page, judge_scan, printed, shown_pages
from bench.scans.setters import LOOKS
from bench.scans.wanted import (
    LAYOUTS,
    LIBREOFFICE,
    OWN,
    RESOLUTIONS,
    SINGLE,
    TABLES,
    TYPEFACES,
    WHOLE,
    ZEROS,
    Wanted,
    wanted,
)
from bench.times.office_pages import installed
from demo.skins.scan import Scanner
from extract.readers.picture.pdf import drawn
from extract.readers.sniff import sniff

needs_setters = pytest.mark.skipif(
    not installed() or shutil.which("fc-list") is None, reason="LibreOffice or fontconfig is not installed"
)
CLEAN = Scanner(200, askew=0, grain=0, blur=0.3, quality=90, seal=False)


def test_all_conditions_occur_and_a_third_is_set_by_another_program() -> None:
    met = list(wanted(900, 5))
    assert {(one.setter, one.layout) for one in met} == set(product((OWN, LIBREOFFICE), LAYOUTS))
    assert {(one.typeface, one.layout) for one in met} == set(product(TYPEFACES, LAYOUTS))
    assert {(one.scanner.dpi, one.quarters) for one in met} == set(product(RESOLUTIONS, range(4)))
    assert Counter(one.setter for one in met) == {OWN: 600, LIBREOFFICE: 300}
    zeros = Counter(one.conditions()["zeros as"] for one in met)
    assert zeros.keys() == {fault.removesuffix("_for_zeros") for fault in ZEROS}
    assert LOOKS.keys() == set(LAYOUTS)
    assert list(wanted(20, 5)) == met[:20]


def asked(**conditions: Any) -> Wanted:
    usual = Wanted(
        9, "e2021", OWN, "Hei", "upright", (), CLEAN, quarters=0, copier="good", extent=SINGLE, file="pdf"
    )
    return replace(usual, **conditions)


@needs_setters
def test_pages_are_cut_out_turned_and_bound() -> None:
    (report,) = printed([asked(layout="landscape")])
    places = cells_by_page(report.made)
    assert places.keys() == report.made.truth.by_key().keys()
    count = page_count(report.made.data)
    filled = sorted(set(places.values()))
    assert shown_pages(asked(extent=WHOLE), places, count) == list(range(count))
    assert shown_pages(asked(extent=TABLES), places, count) == list(range(filled[0], filled[-1] + 1))
    (page,) = shown_pages(asked(), places, count)
    assert page in filled
    assert page > 0
    level, turned = (drawn(copied(report.made.data, asked(quarters=q), [page])[0], 0) for q in (0, 1))
    assert level.colours.shape[:2] == turned.colours.shape[1::-1]
    assert level.colours.shape[1] > level.colours.shape[0]
    assert sniff(copied(report.made.data, asked(file="tiff"), [page])[0]) == "image"


@pytest.mark.slow
@needs_setters
@pytest.mark.parametrize("setter", [OWN, LIBREOFFICE])
def test_a_page_of_either_setter_is_read_but_for_what_it_does_not_show(setter: str) -> None:
    (report,) = printed([asked(setter=setter, quarters=1)])
    judged = judge_scan(report)
    drawers = Counter[str]()
    for (_, drawer), count in judged.drawers.items():
        drawers[drawer] += count
    assert drawers["wrong_silent"] == 0
    assert drawers["exact"] >= 0.99 * drawers.total()
    assert drawers.total() < len(report.made.truth.cells)


@pytest.mark.slow
@needs_setters
def test_the_second_copy_of_a_table_is_judged_on_the_page_that_shows_it() -> None:
    """Rows of which the first copy is on another page than that on the scanner."""
    report = asked(seed=2035000086, layout="tight rows", faults=("slash_for_zeros", TWICE))
    judged = judge_scan(next(iter(printed([report]))))
    drawers = Counter[str]()
    for (_, drawer), count in judged.drawers.items():
        drawers[drawer] += count
    assert drawers.keys() == {"exact"}, judged.wrong
