"""A page held against its picture: a browser draws it without network, and its cells are recognised.

The reading of a page and its second reading rest on one tree of tags. What styles, fonts and scripts make of
it only a browser tells, and of a browser only its picture: so the cells are cut out of it and recognised like
those of a scan. A cell that shows other digits, or none, gets the flag BROWSER_DIFFERS, and the report a
finding. No number is changed. For this it needs playwright, a chromium and the recogniser; it is asked for by
``gknb extract --browser``, and takes seconds a page.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lxml import etree

from extract import locators
from extract.document import Table
from extract.readers.encoding import decode
from extract.readers.html.reader import read_html
from extract.records import Extraction, Fact, Finding

if TYPE_CHECKING:
    from extract.readers.picture.image import Levels

BROWSER_DIFFERS = "browser_differs"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: The window, in CSS pixels, how many pixels of the picture make one, and how long a page may take to load.
WIDTH, HEIGHT, SCALE, MILLISECONDS = 1280, 900, 3, 15_000
#: A picture of digits is believed from this confidence on; ink is darker, or another colour, by so much.
SURE, INK, DARK = 0.8, 60, 128
#: White around what is recognised, in pixels, and the inside of a cell's borders, in CSS pixels.
MARGIN, BORDER = 18, 2.0
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--hide-scrollbars")  # fmt: skip
_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．", "0123456789,.")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
#: Private characters that number the cells of a page, so that a locator leads to the cell in the browser.
_FIRST, _END = 0xE000, "\ue0ff"
_MARK = re.compile("([\ue000-\ue00f]+)\ue0ff")
_BOXES = """() => [...document.querySelectorAll("td, th")].map(cell => {
    const box = cell.getBoundingClientRect();
    return [box.left + scrollX, box.top + scrollY, box.width, box.height];
})"""


class NoBrowserError(Exception):
    """There is nothing to draw pages with; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What a cell shows: its digits, "" where it has no ink, None where it is not told."""

    digits: str | None


@contextmanager
def browser() -> Iterator[Any]:
    """A browser without network. NoBrowserError says what lacks."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise NoBrowserError("没有浏览器，请安装 chromium / there is no browser: install chromium")
    try:
        import rapidocr  # noqa: F401 - the recogniser, whose absence is told here
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise NoBrowserError(
            f"缺 {error.name}：pip install 'gknb[browser]' / {error.name} is not installed: "
            "pip install 'gknb[browser]'"
        ) from error
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(_FLAGS))
        yield chromium
        chromium.close()


def with_displayed(extraction: Extraction, data: bytes, chromium: Any) -> Extraction:
    """The extraction of a page with flags on the cells that a browser shows otherwise, and a finding that
    says how many were compared. Other formats are given back as they are."""
    if extraction.report.format != "html" or not extraction.facts:
        return extraction
    cells = _numbered(data)
    wanted = {fact.locator: cells[fact.locator] for fact in extraction.facts if fact.locator in cells}
    shown = _shown(data, chromium, sorted(set(wanted.values())))
    if shown is None:
        told = "no browser draws the page, or with other tables"
        return _told(extraction, "浏览器画不出该网页，或其中表格与源码不同", told)
    kept: list[Fact] = []
    findings: list[Finding] = []
    compared = 0
    for fact in extraction.facts:
        cut = shown.get(wanted.get(fact.locator, -1), Cut(None))
        compared += cut.digits is not None
        if cut.digits is None or cut.digits == _digits(fact.published):
            kept.append(fact)
            continue
        kept.append(fact.flagged(BROWSER_DIFFERS))
        findings.append(_finding(fact, cut.digits))
    extraction = replace(extraction, facts=tuple(kept), findings=(*extraction.findings, *findings))
    told = f"a browser was asked for {compared} of {len(kept)} cells"
    return _told(extraction, f"浏览器比对了 {compared} 格，共 {len(kept)} 格", told)


def _numbered(data: bytes) -> dict[str, int]:
    """The number of each cell in the page's order, by its locator: the page is read once more, each of its
    cells beginning with its number in characters that no page has."""
    root = _tree(data)
    for number, element in enumerate(root.iter("td", "th")):
        digits = "".join(chr(_FIRST + int(digit, 16)) for digit in f"{number:x}")
        element.text = f"{digits}{_END}{element.text or ''}"
    marked = read_html(etree.tostring(root, encoding="utf-8", method="html"))
    found: dict[str, int] = {}
    for table in (block for block in marked.blocks if isinstance(block, Table)):
        for cell in table.cells:
            if mark := _MARK.match(cell.text):
                found[cell.locator] = int("".join(f"{ord(one) - _FIRST:x}" for one in mark[1]), 16)
    return found


def _tree(data: bytes) -> etree._Element:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True)
    return etree.fromstring(decode(data).text.encode(), parser)


def _shown(data: bytes, chromium: Any, wanted: Sequence[int]) -> Mapping[int, Cut] | None:
    """What the wanted cells show; None where the browser has other cells than the source, or draws none."""
    from playwright.sync_api import Error

    context = chromium.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE, offline=True
    )
    try:
        page = context.new_page()
        page.route("**/*", lambda route: route.abort())
        page.set_content(decode(data).text, wait_until="load", timeout=MILLISECONDS)
        boxes = page.evaluate(_BOXES)
        if len(boxes) != sum(1 for _ in _tree(data).iter("td", "th")):
            return None
        drawn = _levels(page.screenshot(full_page=True, timeout=MILLISECONDS))
    except Error:
        return None
    finally:
        context.close()
    return _recognised({number: _ink(drawn, boxes[number]) for number in wanted})


def _levels(picture: bytes) -> Levels:
    """A picture as grey levels."""
    import cv2
    import numpy as np

    return np.asarray(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE))


def _ink(drawn: Levels, box: Sequence[float]) -> Levels | None:
    """The ink of a cell, inside its borders, dark on white; None where nothing is drawn there."""
    import numpy as np

    left, top, width, height = box
    rows = slice(round((top + BORDER) * SCALE), max(round((top + height - BORDER) * SCALE), 0))
    columns = slice(round(max(left + BORDER, 0) * SCALE), max(round((left + width - BORDER) * SCALE), 0))
    inside = drawn[rows, columns]
    if not inside.size:
        return None
    ground = int(np.median(inside))
    ink = np.abs(inside.astype(int) - ground) > INK
    if not ink.any():
        return None
    down, across = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    cut = inside[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
    return np.pad(255 - cut if ground < DARK else cut, MARGIN, constant_values=255)


def _recognised(pictures: Mapping[int, Levels | None]) -> dict[int, Cut]:
    """What the pictures of cells say; equal ones are looked at once."""
    from extract.readers.picture.engine import engine

    by_bytes = {one.tobytes() + str(one.shape).encode(): one for one in pictures.values() if one is not None}
    said = dict(zip(by_bytes, engine().read(list(by_bytes.values())), strict=True))
    cuts: dict[int, Cut] = {}
    for number, picture in pictures.items():
        if picture is None:
            cuts[number] = Cut("")
            continue
        one = said[picture.tobytes() + str(picture.shape).encode()]
        text = one.text.strip().translate(_FULL_WIDTH)
        sure = one.confidence >= SURE and _NUMBER.fullmatch(text)
        cuts[number] = Cut(text.replace(",", "") if sure else None)
    return cuts


def _digits(published: str) -> str | None:
    """A published number without its commas, "" where a cell is blank; None for all else: it is not held
    against the picture."""
    text = published.strip().translate(_FULL_WIDTH)
    return text.replace(",", "") if _NUMBER.fullmatch(text) or not text else None


def _finding(fact: Fact, shown: str) -> Finding:
    return Finding(
        BROWSER_DIFFERS,
        "warn",
        f"浏览器显示{shown or '空白'}，读到 {fact.published!r}",
        f"a browser shows {shown or 'a blank'}, {fact.published!r} was read",
        row_code=fact.row_code,
        applicant_type=fact.applicant_type,
        expected=shown,
        found=fact.published,
        evidence=f"the picture of the page, at {locators.parse(fact.locator)}",
    )


def _told(extraction: Extraction, zh: str, en: str) -> Extraction:
    told = Finding("browser_compared", "info", zh, en)
    return replace(extraction, findings=(*extraction.findings, told))
