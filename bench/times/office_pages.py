"""Reports set by LibreOffice, a program that the readers did not grow up with.

Our own generator draws its pages as its author thinks that pages are drawn. Here a Word file of the same
report is handed to an office suite, which breaks its lines, stretches its rows and draws its rules as it
likes; the typefaces are those that the machine has of Song, Hei, Kai and of Western figures.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.generate import Generated, generate

# Typefaces by what they are: Chinese, and that of Western letters and figures beside it.
FACES = {
    "song": ("AR PL SungtiL GB", "Liberation Serif"),
    "song, own figures": ("AR PL SungtiL GB", "AR PL SungtiL GB"),
    "hei": ("WenQuanYi Zen Hei", "Liberation Sans"),
    "kai": ("AR PL KaitiM GB", "AR PL KaitiM GB"),
    "noto": ("Noto Serif CJK SC", "DejaVu Serif"),
}
ZEROS = ((), ("slash_for_zeros",), ("dash_for_zeros",), ("blanks_for_zeros",))
_PORTRAIT = re.compile(r'<w:pgSz w:w="(\d+)" w:h="(\d+)"')
_SIZE = re.compile(r"(<w:rPrDefault><w:rPr>).*?(</w:rPr>)", re.DOTALL)
# In half points.
SIZE = 20
# No run of LibreOffice over some reports takes that long.
PATIENCE = 600


@dataclass(frozen=True, slots=True)
class Set:
    """A report that LibreOffice has set: the PDF, what it prints, and how it was to look."""

    pdf: bytes
    made: Generated
    face: str
    landscape: bool


def installed() -> bool:
    """Whether LibreOffice is there."""
    return shutil.which("soffice") is not None


def office_set(count: int, seed: int) -> Iterator[Set]:
    """`count` reports over the typefaces, both ways to lay the page, and the signs that stand for zero."""
    wanted: list[tuple[Generated, str, bool]] = []
    for place in range(count):
        face = list(FACES)[place % len(FACES)]
        edition = ("e2021", "e2019")[place // 2 % 2]
        made = generate(seed + place, edition=edition, skin="docx", faults=ZEROS[place % len(ZEROS)])
        wanted.append((made, face, place % 3 == 1))
    pdfs = converted([dressed(made.data, FACES[face], SIZE, landscape=wide) for made, face, wide in wanted])
    for pdf, (made, face, wide) in zip(pdfs, wanted, strict=True):
        yield Set(pdf, made, face, wide)


def dressed(docx: bytes, face: tuple[str, str], size: int, *, landscape: bool, ruled: bool = True) -> bytes:
    """A Word file in a typeface and a size in half points, its pages upright or on their side, its tables
    with rules or without."""
    chinese, western = face
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/styles.xml":
                fonts = f'<w:rFonts w:ascii="{western}" w:hAnsi="{western}" w:eastAsia="{chinese}"/>'
                dress = rf'\g<1>{fonts}<w:sz w:val="{size}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/>\g<2>'
                part = _SIZE.sub(dress, part.decode(), count=1).encode()
            if name == "word/document.xml" and landscape:
                turned = r'<w:pgSz w:orient="landscape" w:w="\g<2>" w:h="\g<1>"'
                part = _PORTRAIT.sub(turned, part.decode()).encode()
            if name == "word/document.xml" and not ruled:
                part = part.replace(b'w:val="TableGrid"', b'w:val="TableNormal"')
            new.writestr(name, part)
    return out.getvalue()


def converted(files: Sequence[bytes], ending: str = "docx", wanted: str = "pdf") -> list[bytes]:
    """Word files as the PDF that LibreOffice makes of them; or other files in another of its formats."""
    if not files:
        return []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paths = [folder / f"{number:04d}.{ending}" for number in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        profile, out = f"-env:UserInstallation=file://{folder}/profile", folder / "out"
        command = ["soffice", "--headless", profile, "--convert-to", wanted, "--outdir", str(out)]
        subprocess.run([*command, *map(str, paths)], check=True, timeout=PATIENCE, capture_output=True)
        suffix = f".{wanted.partition(':')[0]}"
        return [(out / path.name).with_suffix(suffix).read_bytes() for path in paths]
