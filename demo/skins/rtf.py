r"""RTF skin: groups of runs, Chinese as bytes of code page 936 or as UTF-16 units, rows of cell edges."""

from __future__ import annotations

from random import Random

from demo.draft import Draft, Line, Sheet
from demo.skins.base import Rendered, Skin
from demo.skins.word_tables import rows_of_slots

_HEAD = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\froman\fcharset0 Times New Roman;}"
    r"{\f1\fnil\fcharset134 \'cb\'ce\'cc\'e5;}}{\colortbl;\red0\green0\blue0;}"
    r"{\stylesheet{\snext0\f1 Normal;}}{\info{\author \'ba\'bd}{\*\company \'d5\'fe\'b8\'ae}}"
    r"{\header\pard\qc\f1 \'c4\'ea\'b1\'a8\par}\paperw11906\paperh16838\uc1"
)
_MERGES = {"none": "", "first": r"\clvmgf", "continued": r"\clvmrg"}
_ESCAPED = {"\\": r"\\", "{": r"\{", "}": r"\}", "\u00a0": r"\~"}


def _rtf(draft: Draft, rng: Random) -> Rendered:
    parts = [_HEAD]
    for block in draft.blocks:
        if isinstance(block, Line):
            parts.append(rf"\pard\plain\fs32 {_runs(block.text, rng)}\par")
        else:
            parts += [_table(draft, block, rng), r"\pard\plain\par"]
    return Rendered("\r\n".join([*parts, "}"]).encode("ascii"))


def _table(draft: Draft, sheet: Sheet, rng: Random) -> str:
    rows = []
    for slots in rows_of_slots(sheet):
        if not slots:
            continue
        edges = "".join(
            rf"{_MERGES[slot.merge]}\clbrdrt\brdrs\clbrdrb\brdrs\cellx{slot.right}" for slot in slots
        )
        cells = "".join(
            rf"\pard\intbl\qc {_cell(draft.text(slot.box) if slot.box else '', rng)}\cell" for slot in slots
        )
        rows.append(rf"\trowd\trgaph108\trleft0{edges}{cells}\row")
    return "\r\n".join(rows)


def _cell(text: str, rng: Random) -> str:
    return r"\par ".join(_runs(line, rng) for line in text.split("\n"))


def _runs(text: str, rng: Random) -> str:
    """Text in one group or two: Word begins a new one wherever something was typed later."""
    place = rng.randint(1, len(text) - 1) if len(text) > 1 and rng.random() < 0.3 else len(text)
    return "".join(_run(piece, rng) for piece in (text[:place], text[place:]) if piece)


def _run(text: str, rng: Random) -> str:
    as_units = rng.random() < 0.5
    return r"{\f1\fs21 " + "".join(_character(one, as_units=as_units) for one in text) + "}"


def _character(character: str, *, as_units: bool) -> str:
    if character in _ESCAPED:
        return _ESCAPED[character]
    if character.isascii():
        return character
    try:
        encoded = character.encode("gbk")
    except UnicodeEncodeError:
        as_units = True
    if as_units:
        units = character.encode("utf-16-le")
        numbers = (
            int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)
        )
        return "".join(rf"\u{number}?" for number in numbers)
    return "".join(rf"\'{byte:02x}" for byte in encoded)


RTF_SKINS = {"rtf": Skin("rtf", _rtf)}
