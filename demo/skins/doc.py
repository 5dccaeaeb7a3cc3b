"""DOC skin: the binary format of Word 97, which WPS writes to this day."""

from __future__ import annotations

from random import Random

from demo.draft import Draft, Line
from demo.skins.base import Rendered, Skin
from demo.skins.word_file import Word
from demo.skins.word_tables import rows_of_slots

#: TC80's merge flags.
_FLAGS = {"none": 0x00, "first": 0x60, "continued": 0x20}
#: Wider rows have no room for their definition beside the paragraph's other properties.
_MOST_CELLS_IN_PLACE = 20


def _doc(draft: Draft, rng: Random) -> Rendered:
    word = Word()
    for block in draft.blocks:
        if isinstance(block, Line):
            word.text(block.text).mark()
            continue
        for slots in rows_of_slots(block):
            if not slots:
                continue
            for slot in slots:
                text = draft.text(slot.box) if slot.box else ""
                # Word keeps some stretches of ASCII in one byte a character, others not.
                word.cell(text, compressed=text.isascii() and rng.random() < 0.5)
            end_row = word.row if len(slots) <= _MOST_CELLS_IN_PLACE else word.far_row
            end_row(edges=[0, *(slot.right for slot in slots)], flags=[_FLAGS[slot.merge] for slot in slots])
        word.mark()
    return Rendered(word.save())


DOC_SKINS = {"doc": Skin("doc", _doc)}
