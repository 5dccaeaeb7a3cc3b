"""Numbered cases: each number is a file spoilt in a certain way, the same wherever the same files lie.

    python -c "from tests.fuzz.cases import case; open('x', 'wb').write(case(4711).data)"

writes the file of a finding.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random

import pikepdf
from PIL import Image, ImageDraw

from demo.editions import EDITIONS
from demo.generate import generate
from demo.skins import SKINS
from extract.records import Source
from tests.fuzz.mutation import spoilt
from tests.limits.hostile import hostile_files
from tests.shared import CORPUS

#: Parts of a DOCX that no reader opens make nine tenths of it.
_IDLE_PARTS = (
    "word/styles.xml",
    "word/stylesWithEffects.xml",
    "docProps/thumbnail.jpeg",
    "word/theme/theme1.xml",
)
#: Two cases in a thousand are pictures: reading one takes as long as reading a hundred others.
PICTURES = 0.002
_PICTURE_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")


@cache
def sound_files() -> tuple[tuple[str, bytes], ...]:
    """Names and bytes: a report in each skin, hostile files, and the real ones where they are."""
    files = []
    for skin, edition in zip(SKINS, cycle(EDITIONS), strict=False):
        made = generate(8, edition=edition, skin=skin)
        files.append((made.name, slim(made.data)))
        if made.data.startswith(b"%PDF"):
            files.append((made.name, unpacked_pdf(made.data)))
    page = next(data for name, data in files if "html_clean" in name)
    files.append(("page.mht", b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" + page))
    files.append(("table.csv", "项目,件\n总计,3\n".encode("gb18030") * 40))
    files += [(one.name, slim(one.data)) for one in hostile_files(Path("/nowhere"), "http://127.0.0.1:9")]
    if CORPUS.is_dir():
        files += [(path.name, path.read_bytes()) for path in sorted(CORPUS.rglob("*")) if path.is_file()]
    return tuple(files)


@cache
def by_suffix() -> dict[str, list[tuple[str, bytes]]]:
    """The sound files by suffix, so that each format has its share of the cases."""
    files: dict[str, list[tuple[str, bytes]]] = {}
    for name, data in sound_files():
        files.setdefault(name.rpartition(".")[2], []).append((name, data))
    return files


@cache
def pictures() -> tuple[tuple[str, bytes], ...]:
    """A small table as a picture in each format."""
    image = Image.new("RGB", (240, 90), "white")
    draw = ImageDraw.Draw(image)
    for offset in (0, 40, 80):
        draw.line((5, 5 + offset, 235, 5 + offset), fill="black")
        draw.line((5 + 2 * offset, 5, 5 + 2 * offset, 85), fill="black")
        draw.text((20 + offset, 20), "12 345", fill="black")
    files = []
    for name in _PICTURE_FORMATS:
        out = io.BytesIO()
        image.save(out, name)
        files.append((f"table.{name.lower()}", out.getvalue()))
    return tuple(files)


def case(number: int) -> Source:
    """The file of a case."""
    rng = Random(number)
    if rng.random() < PICTURES:
        name, data = rng.choice(pictures())
    else:
        suffix = rng.choice(sorted(by_suffix()))
        name, data = rng.choice(by_suffix()[suffix])
    data = spoilt(data, rng)
    return Source(data, f"case {number} {name}", hashlib.sha256(data).hexdigest())


def slim(data: bytes) -> bytes:
    """A ZIP without parts that nobody reads, and not compressed, so that damage reaches the content."""
    if not data.startswith(b"PK"):
        return data
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            if name not in _IDLE_PARTS:
                target.writestr(zipfile.ZipInfo(name), source.read(name))
    return out.getvalue()


def unpacked_pdf(data: bytes) -> bytes:
    """A PDF whose streams are not compressed."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        generalized = pikepdf.StreamDecodeLevel.generalized
        document.save(out, compress_streams=False, stream_decode_level=generalized, static_id=True)
    return out.getvalue()
