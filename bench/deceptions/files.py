"""Reports in one cell of which a person sees another number than a program that reads what is stored.

The true number is the one that is seen: it makes the sums of the report true, the stored one breaks them.
What stands in the cell comes from `markup.toml` for files that are markup; what is drawn or set cell by
cell is made here.
"""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from bench.deceptions.drawn import pdf_font, pdf_page, word_97
from bench.deceptions.inks import pdf_inks
from bench.deceptions.ofd import ofd_glyphs, ofd_page, ofd_spots
from bench.deceptions.packages import PACKAGES
from bench.deceptions.sheets import SHEETS
from bench.deceptions.texts import MARK, Texts
from bench.deceptions.worded import WORDED
from bench.deceptions.workbooks import WORKBOOKS
from demo.compose import compose, plan
from demo.draft import Draft
from demo.skins import SKINS
from demo.truth import Key

EDITIONS = ("e2021", "e2019")
MARKUP: dict[str, Any] = tomllib.loads(Path(__file__).with_name("markup.toml").read_text(encoding="utf-8"))
Truth = dict[Key, float | None]


@dataclass(frozen=True, slots=True)
class Deceiving:
    """A file, what a person sees in it, and the cell in which something else is stored."""

    kind: str
    variant: int
    name: str
    data: bytes
    truth: Truth
    key: Key
    agency: str
    year: int


def deceiving(kind: str, variant: int, seed: int) -> Deceiving:
    """A report of a kind, of its variant (counted around), in a layout, an edition and a cell by the seed."""
    rng = Random(f"{kind} {variant} {seed}")
    edition = rng.choice(EDITIONS)
    table = rng.choice(("t3", "t2"))  # the sums of the one would betray what is wrong, those of the other not
    draft = compose(rng, plan(rng, edition))
    while not (numbers := _numbers(draft, table)):
        draft = compose(rng, plan(rng, edition))
    key, seen = rng.choice(numbers)
    texts = Texts(draft.cells[key], seen, str(int(seen) + rng.randint(1, 7)), str(rng.randint(1, 9)))
    truth: Truth = {
        one.key: float(one.value) if one.value is not None else None for one in draft.cells.values()
    }
    draft.cells[key] = replace(draft.cells[key], printed=MARK)
    data, name = KINDS[kind](kind, variant, draft, texts, rng)
    told = draft.plan.agency.name, draft.plan.year
    return Deceiving(kind, variant, f"{kind}_{variant:02d}_{seed}.{name}", data, truth, key, *told)


def _numbers(draft: Draft, table: str) -> list[tuple[Key, str]]:
    """The cells of a table with a number of at least two figures that reads otherwise from its end."""
    return [
        (one.key, one.printed)
        for one in draft.cells.values()
        if one.table == table
        and re.fullmatch(r"[1-9][1-9]\d?[1-9]?", one.printed)
        and one.printed != one.printed[::-1]
        and one.printed[-1] != "0"
    ]


def _markup(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A page, a Word file or an RTF with a text of `markup.toml` in the cell."""
    told = MARKUP[kind]
    wanted = told["cells"][variant % len(told["cells"])]
    skins = [name for name, skin in SKINS.items() if skin.format == told["format"] and name not in SPECIAL]
    data = SKINS[rng.choice(skins)].render(draft, rng).data
    cell, foot = texts.filled(wanted["cell"]), texts.filled(wanted.get("foot", ""))
    return _PLACED[told["format"]](data, cell, foot), told["format"]


# These hide or move cells by themselves.
SPECIAL = frozenset(("docx_hidden", "docx_revised", "docx_boxes"))


def _in_html(data: bytes, cell: str, foot: str) -> bytes:
    encoding = "utf-8" if MARK.encode() in data else "gb18030"
    page = data.decode(encoding)
    assert page.count(MARK) == 1
    page = page.replace(MARK, cell)
    page = page.replace("</body>", f"{foot}</body>") if "</body>" in page else page + foot
    return page.encode(encoding)


def _in_docx(data: bytes, cell: str, foot: str) -> bytes:
    run = re.compile(rf"<w:r>(?:(?!</?w:r>).)*{MARK}</w:t></w:r>")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                text, count = run.subn(lambda _: cell, part.decode())
                assert count == 1
                part = text.encode()
            if name == "word/styles.xml":
                part = part.decode().replace("</w:styles>", f"{foot}</w:styles>").encode()
            new.writestr(name, part)
    return out.getvalue()


def _in_rtf(data: bytes, cell: str, foot: str) -> bytes:
    group = re.compile(r"\{\\f1\\fs21 (?:\\u22221\?|\\'87\\'d6)\}")
    text, count = group.subn(lambda _: cell, data.decode("ascii"))
    assert count == 1
    white = r"{\colortbl;\red0\green0\blue0;\red255\green255\blue255;}"
    return text.replace(r"{\colortbl;\red0\green0\blue0;}", white).encode("ascii")


_PLACED: dict[str, Callable[[bytes, str, str], bytes]] = {
    "html": _in_html, "docx": _in_docx, "rtf": _in_rtf,
}  # fmt: skip


Maker = Callable[[str, int, Draft, Texts, Random], tuple[bytes, str]]
KINDS: dict[str, Maker] = {
    **dict.fromkeys(MARKUP, _markup),
    **{"doc_figures": word_97, **WORKBOOKS, **SHEETS, **WORDED, **PACKAGES},
    **{"pdf_pages": pdf_page, "pdf_fonts": pdf_font, "pdf_inks": pdf_inks, "ofd_pages": ofd_page},
    **{"ofd_spots": ofd_spots, "ofd_glyphs": ofd_glyphs},
}
