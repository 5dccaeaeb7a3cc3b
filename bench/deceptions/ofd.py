"""Pages of OFD in one cell of which more is written than a person sees, or other glyphs are drawn."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.deceptions.texts import MARK, Texts
from demo.draft import Draft
from demo.skins import SKINS

_OBJECT = re.compile(
    rf'<ofd:TextObject ID="\d+" Boundary="(?P<box>[^"]+)" Font="3" Size="(?P<size>[^"]+)" (?P<more>[^>]*)>'
    rf"<ofd:FillColor[^>]*/><ofd:TextCode[^>]*>{MARK}</ofd:TextCode></ofd:TextObject>"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a cell's text stands on an OFD page, and how its producer writes it."""

    box: tuple[float, float, float, float]
    size: str
    more: str

    def text(
        self,
        text: str,
        *,
        after: int = 0,
        more: str = "",
        inner: str = "",
        backwards: bool = False,
        wide: int | None = None,
    ) -> str:
        """A text object, `after` so many figures, in a boundary for `wide` of them."""
        x, y, width, height = self.box
        size = float(self.size)
        step = -size / 2 if backwards else size / 2
        start = (len(text) - 1) * size / 2 if backwards else 0
        deltas = f' DeltaX="g {len(text) - 1} {step}"' if len(text) > 1 else ""
        box = (x + after * width / 2, y, (wide or len(text)) * width / 2, height)
        return (
            f'<ofd:TextObject ID="9{after}" Boundary="{" ".join(f"{one:.4f}" for one in box)}" Font="3" '
            f'Size="{self.size}" {self.more} {more}>{inner or _BLACK}'
            f'<ofd:TextCode X="{start}" Y="{self.size}"{deltas}>{text}</ofd:TextCode></ofd:TextObject>'
        )

    def sheet(self, figures: int, after: int = 0) -> str:
        """White over so many figures."""
        x, y, width, height = self.box
        w = figures * width / 2
        return (
            f'<ofd:PathObject ID="99" Boundary="{x + after * width / 2:.4f} {y:.4f} {w:.4f} {height:.4f}" '
            f'Stroke="false" Fill="true">{_WHITE}<ofd:AbbreviatedData>M 0 0 L {w} 0 L {w} {height} '
            f"L 0 {height} C</ofd:AbbreviatedData></ofd:PathObject>"
        )


_BLACK, _WHITE = '<ofd:FillColor Value="0 0 0"/>', '<ofd:FillColor Value="255 255 255"/>'
_CLIPPED = (
    '<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="{box}" Fill="true"><ofd:AbbreviatedData>M 0 0 '
    "L 0.2 0 L 0.2 0.2 L 0 0.2 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
)


def ofd_page(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """An OFD with something unseen in the cell, or in another order than it is stored."""
    return ofd_with(draft, texts, rng, lambda spot: _pick(_ofd_written(spot, texts), variant)), "ofd"


def ofd_spots(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """An OFD with another number over the one in the cell, a little aside, of another size, or under it."""
    moved, size = variant % 4 * 0.04, 1 + variant // 4 % 3 * 0.04

    def written(spot: Spot) -> str:
        x, y, width, height = spot.box
        other = Spot((x + moved, y - moved, width, height), f"{float(spot.size) * size:.4f}", spot.more)
        drawn = [spot.text(texts.seen), other.text(texts.other)]
        return "".join(drawn if variant % 2 else reversed(drawn))

    return ofd_with(draft, texts, rng, written), "ofd"


def ofd_glyphs(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """An OFD whose cell is drawn by glyphs that are not those of its characters: by the table of the font
    that it brings, or by what the same glyphs are elsewhere on the page."""
    first, brings = rng.choice((3, 17, 19, 40)), variant % 2 == 0

    def written(spot: Spot) -> str:
        honest = spot.text("0123456789", after=0).replace('Boundary="', 'Visible="false" Boundary="')
        lying = spot.text(texts.other)
        shown = texts.seen if len(texts.seen) == len(texts.other) else texts.seen.zfill(len(texts.other))
        return with_glyphs(honest, "0123456789", first) + with_glyphs(lying, shown, first)

    return ofd_with(draft, texts, rng, written, figures_font(first) if brings else None), "ofd"


def with_glyphs(text: str, drawn: str, first: int) -> str:
    """A text object that draws these figures, whatever it says."""
    glyphs = " ".join(str(first + int(figure)) for figure in drawn)
    count = len(drawn)
    transform = (
        f'<ofd:CGTransform CodePosition="0" CodeCount="{count}" GlyphCount="{count}"><ofd:Glyphs>{glyphs}'
        "</ofd:Glyphs></ofd:CGTransform>"
    )
    return text.replace("<ofd:TextCode", f"{transform}<ofd:TextCode")


def figures_font(first: int) -> bytes:
    """A font of nothing but a table of characters: the glyph of the figure 0, and those after it."""
    table = struct.pack(">HHHHHHHHHHHHHHH", 4, 32, 0, 4, 4, 1, 0, 0x39, 0xFFFF, 0, 0x30, 0xFFFF,
                        (first - 0x30) & 0xFFFF, 1, 0) + struct.pack(">H", 0)  # fmt: skip
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12) + table
    head = struct.pack(">IHHHH", 0x10000, 1, 16, 0, 0)
    return head + struct.pack(">4sIII", b"cmap", 0, 28, len(cmap)) + cmap


def _pick(written: tuple[str, ...], variant: int) -> str:
    return written[variant % len(written)]


def ofd_with(
    draft: Draft, texts: Texts, rng: Random, written: Callable[[Spot], str], font: bytes | None = None
) -> bytes:
    """An OFD with what is written in place of its marked cell, bringing a font for its texts."""
    data = SKINS[rng.choice(("ofd", "ofd_lines", "ofd_cells"))].render(draft, rng).data
    out = io.BytesIO()
    count = 0
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name).decode()
            for found in _OBJECT.finditer(part):
                x, y, width, height = map(float, found["box"].split())
                x -= (len(texts.seen) - 2) * width / 4
                spot = Spot((x, y, width, height), found["size"], found["more"])
                part = part.replace(found[0], written(spot))
                count += 1
            if font is not None and name.endswith("PublicRes.xml"):
                part = part.replace(
                    'FamilyName="宋体"/>', 'FamilyName="宋体"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font>'
                )
                new.writestr("Doc_0/Res/f.ttf", font)
            new.writestr(name, part)
    assert count == 1
    return out.getvalue()


def _ofd_written(spot: Spot, texts: Texts) -> tuple[str, ...]:
    seen, extra, figures = spot.text(texts.seen), texts.extra, len(texts.seen)
    back = texts.seen[::-1]
    away = _CLIPPED.format(box="0 0 0.2 0.2") + _BLACK
    return (
        seen + spot.text(texts.other),
        spot.text(texts.other) + spot.sheet(figures) + seen,
        seen + spot.text(extra, after=figures, inner=away),
        spot.text(texts.seen + extra, wide=figures),
        seen + spot.text(extra, after=figures, more='Visible="false"'),
        seen + spot.text(extra, after=figures, more='Alpha="0"'),
        seen + spot.text(extra, after=figures, inner=_WHITE),
        seen + spot.text(extra, after=figures) + spot.sheet(1, figures),
        spot.text(back, backwards=True),
        spot.text(back, more='ReadDirection="180"'),
        spot.text(back, more='ReadDirection="180" CharDirection="180"'),
        seen + spot.text(extra, after=figures, more='HScale="0.01"'),
    )
