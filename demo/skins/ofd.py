"""OFD skins (GB/T 33190): pages set by `demo.skins.paper`, written as different producers write them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from random import Random
from typing import Literal
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from demo.draft import Draft, Line
from demo.skins.base import Arrange, Rendered, Skin, as_drafted, tables_cut
from demo.skins.paper import PAGE_HEIGHT, PAGE_WIDTH, RULE, Look, Paper, text_width

_MILLIMETRES = 25.4 / 72
_EPOCH = (2020, 1, 1, 0, 0, 0)
_STANDARD = "http://www.ofdspec.org/2016"
_OLDER = "http://www.ofdspec.org"


@dataclass(frozen=True, slots=True)
class Hand:
    """How a producer writes what the standard leaves open.

    `deltas`: equal steps as "g count step", each step by itself, or one step that goes on to the end.
    `scaled` sets text in unit size and enlarges it by its CTM, `absolute` begins paths with a slash,
    `template` draws the first page's ruling lines in a background page.
    """

    namespace: str = _STANDARD
    deltas: Literal["groups", "list", "last"] = "groups"
    scaled: bool = False
    absolute: bool = False
    template: bool = False


class OfdSurface:
    """An OFD in the making: a `Surface` (see `demo.skins.paper`)."""

    def __init__(self, hand: Hand, title: str) -> None:
        self.hand = hand
        self.title = title
        self.pages: list[list[str]] = [[]]
        self.identifier = 100

    def write(self, x: float, y: float, text: str, size: float) -> None:
        """As `Surface.write`; the text object reaches from above the line to below it."""
        if not text:
            return
        hand = self.hand
        box = (x, PAGE_HEIGHT - y - size, text_width(text, size), size * 1.25)
        unit = size if hand.scaled else 1.0
        steps = [text_width(char, size) / unit * (1 if hand.scaled else _MILLIMETRES) for char in text[:-1]]
        enlarged = (
            f'CTM="{_join([unit * _MILLIMETRES, 0, 0, unit * _MILLIMETRES, 0, 0])}"' if hand.scaled else ""
        )
        drawn = 1.0 if hand.scaled else size * _MILLIMETRES
        deltas = f' DeltaX="{self._deltas(steps)}"' if steps else ""
        self._add(
            f'<ofd:TextObject ID="{self._next()}" Boundary="{_millimetres(*box)}" Font="3" '
            f'Size="{_short(drawn)}" {enlarged}><ofd:FillColor Value="0 0 0"/>'
            f'<ofd:TextCode X="0" Y="{_short(drawn)}"{deltas}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
        )

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """As `Surface.line`."""
        x, y, width, height = min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)
        box = (x, PAGE_HEIGHT - y - height, width, height)
        end = [width * _MILLIMETRES, height * _MILLIMETRES]
        self._add(
            f'<ofd:PathObject ID="{self._next()}" Boundary="{_millimetres(*box)}" '
            f'LineWidth="{_short(RULE * _MILLIMETRES)}"><ofd:StrokeColor Value="0 0 0"/>'
            f"<ofd:AbbreviatedData>M 0 0 L {_join(end)}</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def bar(self, x: float, y: float, width: float, height: float) -> None:
        """As `Surface.bar`."""
        self._rectangle(x, y, width, height, 'Stroke="false" Fill="true"')

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """As `Surface.frame`."""
        self._rectangle(x, y, width, height, f'LineWidth="{_short(RULE * _MILLIMETRES)}"')

    def end_page(self) -> None:
        """As `Surface.end_page`."""
        self.pages.append([])

    def finish(self) -> bytes:
        """The archive; the same pages give the same bytes."""
        pages = self.pages[:-1]
        parts = {"OFD.xml": self._entry(), "Doc_0/PublicRes.xml": self._resources()}
        if self.hand.template:
            ruled = [item for item in pages[0] if item.startswith("<ofd:PathObject")]
            pages[0] = [item for item in pages[0] if item not in ruled]
            parts["Doc_0/Tpls/Tpl_0/Content.xml"] = self._page(ruled, "")
        parts["Doc_0/Document.xml"] = self._document(len(pages))
        for number, items in enumerate(pages):
            uses = '<ofd:Template TemplateID="2" ZOrder="Background"/>' if self._stands_on(number) else ""
            parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = self._page(items, uses)
        buffer = BytesIO()
        with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                declared = f'<?xml version="1.0" encoding="UTF-8"?>\n{content}'
                archive.writestr(ZipInfo(name, _EPOCH), declared.encode(), ZIP_DEFLATED)
        return buffer.getvalue()

    def _stands_on(self, number: int) -> bool:
        return self.hand.template and number == 0

    def _add(self, item: str) -> None:
        self.pages[-1].append(item)

    def _next(self) -> int:
        self.identifier += 1
        return self.identifier

    def _deltas(self, steps: list[float]) -> str:
        if self.hand.deltas == "list":
            return _join(steps)
        groups = [(len(list(group)), step) for step, group in groupby(steps)]
        if self.hand.deltas == "last":
            return _join([*(step for count, step in groups[:-1] for _ in range(count)), groups[-1][1]])
        return " ".join(_short(step) if count == 1 else f"g {count} {_short(step)}" for count, step in groups)

    def _rectangle(self, x: float, y: float, width: float, height: float, drawn: str) -> None:
        box = (x, PAGE_HEIGHT - y - height, width, height)
        right, down = _short(width * _MILLIMETRES), _short(height * _MILLIMETRES)
        self._add(
            f'<ofd:PathObject ID="{self._next()}" Boundary="{_millimetres(*box)}" {drawn}>'
            f'<ofd:FillColor Value="0 0 0"/><ofd:StrokeColor Value="0 0 0"/><ofd:AbbreviatedData>'
            f"M 0 0 L {right} 0 L {right} {down} L 0 {down} C</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def _path(self, place: str) -> str:
        return f"/Doc_0/{place}" if self.hand.absolute else place

    def _entry(self) -> str:
        root = "/Doc_0/Document.xml" if self.hand.absolute else "Doc_0/Document.xml"
        return (
            f'<ofd:OFD xmlns:ofd="{self.hand.namespace}" Version="1.0" DocType="OFD">'
            f"<ofd:DocBody><ofd:DocInfo><ofd:Title>{escape(self.title)}</ofd:Title></ofd:DocInfo>"
            f"<ofd:DocRoot>{root}</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
        )

    def _resources(self) -> str:
        return (
            f'<ofd:Res xmlns:ofd="{self.hand.namespace}" BaseLoc="Res"><ofd:Fonts>'
            '<ofd:Font ID="3" FontName="宋体" FamilyName="宋体"/></ofd:Fonts></ofd:Res>'
        )

    def _document(self, pages: int) -> str:
        template = (
            f'<ofd:TemplatePage ID="2" BaseLoc="{self._path("Tpls/Tpl_0/Content.xml")}"/>'
            if self.hand.template
            else ""
        )
        listed = "".join(
            f'<ofd:Page ID="{number + 10}" BaseLoc="{self._path(f"Pages/Page_{number}/Content.xml")}"/>'
            for number in range(pages)
        )
        return (
            f'<ofd:Document xmlns:ofd="{self.hand.namespace}"><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>'
            f"{_millimetres(0, 0, PAGE_WIDTH, PAGE_HEIGHT)}</ofd:PhysicalBox></ofd:PageArea>"
            f"<ofd:PublicRes>{self._path('PublicRes.xml')}</ofd:PublicRes>{template}</ofd:CommonData>"
            f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
        )

    def _page(self, items: list[str], uses: str) -> str:
        return (
            f'<ofd:Page xmlns:ofd="{self.hand.namespace}">{uses}<ofd:Content>'
            f'<ofd:Layer ID="{self._next()}">{"".join(items)}</ofd:Layer></ofd:Content></ofd:Page>'
        )


def _short(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _join(numbers: list[float]) -> str:
    return " ".join(map(_short, numbers))


def _millimetres(*points: float) -> str:
    return _join([point * _MILLIMETRES for point in points])


def _ofd(look: Look, hand: Hand, arrange: Arrange = as_drafted) -> Skin:
    def render(draft: Draft, rng: Random) -> Rendered:
        paper = Paper(look, draft.text, OfdSurface(hand, draft.title))
        for block in arrange(draft, rng):
            if isinstance(block, Line):
                paper.line(block)
            else:
                paper.table(block)
        return Rendered(paper.finish())

    return Skin("ofd", render)


OFD_SKINS = {
    "ofd": _ofd(Look(rules="rects"), Hand()),
    "ofd_lines": _ofd(
        Look(size=8, padding=3, body_size=12, vertical=False, repeat_headings=True),
        Hand(deltas="list", absolute=True, template=True),
    ),
    "ofd_cells": _ofd(
        Look(size=10.5, padding=6, rules="cells", cut_rows=True, margin=60, body_size=16),
        Hand(namespace=_OLDER, deltas="last", scaled=True),
        tables_cut,
    ),
}
