"""How well figures are told by their shapes: ``python -m bench.figures``, each typeface left out in turn.

``python -m bench.figures --write`` draws data/figures/shapes.csv anew from the fonts of this machine.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from base.durable import write_bytes
from base.paths import DATA
from extract.readers.lattice.ink import Box
from extract.readers.pdf.figures import Known, Shapes, comparable, likeness, sampled, written
from extract.readers.pdf.seen import CONTRADICTS, CONTRADICTS_IN_ALL, LEAST_LIKENESS

# Heights of the em in pixels: that of the table, and those that pages are drawn at.
_DRAWN, _TRIED = 48, (14, 16, 22)
_FINER = 4
_MOST_WEIGHTS = 3


def faces() -> Iterator[tuple[str, str]]:
    """Each upright typeface of the machine: its family and its file, some weights a family."""
    listed = subprocess.run(
        ["fc-list", ":", "file", "family", "style"], capture_output=True, text=True, check=True
    )
    weights = Counter[str]()
    files: set[str] = set()
    for line in sorted(listed.stdout.splitlines()):
        file, family, style = (part.strip() for part in line.split(":", 2))
        family = family.split(",")[0]
        slanted = any(word in style for word in ("Italic", "Oblique"))
        if slanted or file in files or weights[family] == _MOST_WEIGHTS or "libreoffice" in file:
            continue
        if file.endswith((".ttf", ".otf", ".ttc")):
            files.add(file)
            weights[family] += 1
            yield family, file


def drawn(file: str, pixels: int, shift: int = 0) -> Shapes | None:
    """The figures 0 to 9 of a typeface, None where it has none."""
    font = ImageFont.truetype(file, pixels * _FINER)
    found = []
    for figure in range(10):
        page = Image.new("L", (pixels * 2 * _FINER, pixels * 2 * _FINER), 255)
        at = pixels * _FINER // 2 + shift
        ImageDraw.Draw(page).text((at, at), str(figure), 0, font=font)
        box = Image.eval(page, lambda level: 255 - level).getbbox()
        if box is None:
            return None
        small = np.asarray(page.resize((pixels * 2, pixels * 2), Image.Resampling.BOX))
        found.append(sampled(small, [Box(*(edge / _FINER for edge in box))], [0], [False])[0][0])
    return np.stack(found)


def main(arguments: list[str]) -> None:
    """Measure, and write the table where asked to."""
    known = [
        (family, file, shapes) for family, file in faces() if (shapes := drawn(file, _DRAWN)) is not None
    ]
    if "--write" in arguments:
        _write([(family, shapes) for family, _, shapes in known])
    tried = 0
    limits = {"a single glyph": CONTRADICTS, "the mean of a font's glyphs": CONTRADICTS_IN_ALL}
    alarms, found = Counter[str](), Counter[str]()
    for family, file, _ in known:
        others = [shapes for other, _, shapes in known if other.split()[0] != family.split()[0]]
        among = Known.of(comparable(np.concatenate(others)), np.tile(np.arange(10), len(others)))
        for pixels in _TRIED:
            several = [
                shapes for shift in range(_FINER) if (shapes := drawn(file, pixels, shift)) is not None
            ]
            tried += 10
            for (what, limit), shapes in zip(
                limits.items(), (several[0], np.mean(several, axis=0)), strict=True
            ):
                true, false = contradictions(likeness(shapes, among), limit)
                alarms[what] += true
                found[what] += false
    print(f"{len(known)} typefaces, each left out with its relatives in turn, {tried:,} figures")
    for what in limits:
        print(
            f"{what}: {alarms[what]} true names contradicted, {found[what] / (9 * tried):.2%} of false ones"
        )


def contradictions(like: Shapes, limit: float) -> tuple[int, int]:
    """Of figures 0 to 9: how many are contradicted under their own names, and how many under each other's."""
    itself = np.eye(10, dtype=bool)
    nearest = like.argmax(axis=1)
    second = np.where(np.arange(10) == nearest[:, None], -1, like).max(axis=1)
    # What is nearer than each name: the nearest figure, and for the nearest itself the second.
    nearer = np.where(np.arange(10) == nearest[:, None], second[:, None], like.max(axis=1)[:, None])
    contradicted = (nearer - like > limit) | (like.max(axis=1) < LEAST_LIKENESS)[:, None]
    return int(contradicted[itself].sum()), int(contradicted[~itself].sum())


def _write(faces: list[tuple[str, Shapes]]) -> None:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("face", "figure", "levels"))
    already: set[str] = set()
    for family, shapes in faces:
        for figure, shape in enumerate(shapes):
            if (levels := written(shape)) not in already:
                already.add(levels)
                table.writerow((family, figure, levels))
    write_bytes(DATA / "figures" / "shapes.csv", out.getvalue().encode())


if __name__ == "__main__":
    main(sys.argv[1:])
