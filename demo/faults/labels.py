"""Faults in the words: labels abbreviated, damaged, spaced out, instructions left in, titles that mislead."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from random import Random

from demo.draft import Box, Draft, Line, Plan
from demo.faults.base import COLUMNS, Fault
from demo.places import FORMS

_INSTRUCTIONS = ("（文字描述）", "（该部分以表格形式报告）", "（文字描述，收取信息处理费情况在此处报告。）")
# How publishers write the form's punctuation.
_STYLES = (
    str.maketrans("（）", "()"),
    str.maketrans("“”", '""'),
    str.maketrans("，：", ",:"),
    str.maketrans(".", "．"),
    str.maketrans(".", "、"),
)
_LONG_ENOUGH = 6


@cache
def _variants() -> dict[str, tuple[str, ...]]:
    with (FORMS / "label_variants.csv").open(encoding="utf-8", newline="") as file:
        found: dict[str, list[str]] = {}
        for row in csv.DictReader(file):
            found.setdefault(row["code"], []).append(row["printed"])
    return {code: tuple(printed) for code, printed in found.items()}


def _labels(draft: Draft) -> list[Box]:
    return [box for box in draft.boxes() if box.code and box.text]


def _variant(draft: Draft, rng: Random) -> str:
    """Half of the labels in one of their known variants, all in one style of punctuation."""
    style = rng.choice(_STYLES)
    done = 0
    for box in _labels(draft):
        before = box.text
        if box.code in _variants() and rng.random() < 0.5:
            box.text = rng.choice(_variants()[box.code])
        box.text = box.text.translate(style)
        done += box.text != before
    return f"{done} labels in a variant"


def _lost_characters(draft: Draft, rng: Random) -> str:
    """One to three labels lose characters inside (其他法律行政止公开), or all of 规章 (汉台区徐望镇 2025)."""
    long = [box for box in _labels(draft) if len(box.text) >= _LONG_ENOUGH and ":" in box.code]
    done = []
    for box in rng.sample(long, min(len(long), rng.randint(1, 3))):
        place = rng.randint(3, len(box.text) - 2)
        lost = rng.randint(1, 2 if len(box.text) > _LONG_ENOUGH + 2 else 1)
        box.text = box.text[:place] + box.text[place + lost :]
        done.append(box.text)
    rules = [box for box in _labels(draft) if box.code == "t2:20.1.1"]
    if rules and rng.random() < 0.2:
        for box in rules:
            box.text = ""
        draft.doubt({cell.key for cell in draft.cells.values() if cell.row_code.startswith("t2:20.1.1.")})
        done.append("规章 vanished")
    return "characters lost: " + ", ".join(done)


def _spread_out(draft: Draft, rng: Random) -> str:
    space = rng.choice((" ", "\u3000", "\u00a0", "  "))
    done = 0
    for box in _labels(draft):
        if rng.random() < 0.4:
            box.text = space.join(box.text) if len(box.text) < 10 else box.text[:3] + space + box.text[3:]
            done += 1
    return f"spaces inside {done} labels"


def _footnote_marks(draft: Draft, rng: Random) -> str:
    chosen = [box for box in _labels(draft) if box.code.startswith(("t2:20.", "s14:", "t3:3."))]
    chosen = rng.sample(chosen, min(len(chosen), rng.randint(1, 3)))
    for mark, box in enumerate(chosen, start=1):
        box.text += rng.choice(("[{}]", "［{}］", "（注{}）")).format(mark)
    draft.blocks.append(Line("[1] 统计口径以年度末为准。", "note"))
    return "footnote marks in " + ", ".join(box.text for box in chosen)


def _instructions(draft: Draft, rng: Random) -> str:
    blocks = list(draft.blocks)
    draft.blocks = []
    for block in blocks:
        draft.blocks.append(block)
        if isinstance(block, Line) and block.kind == "heading":
            draft.blocks.append(Line(rng.choice(_INSTRUCTIONS), "note"))
    return "the template's instructions stand below the headings"


def _no_headings(draft: Draft, rng: Random) -> str:
    """The sections follow each other without their headings (seed 004)."""
    draft.blocks = [
        block for block in draft.blocks if not (isinstance(block, Line) and block.kind == "heading")
    ]
    return "no section has its heading"


def _other_year(plan: Plan, rng: Random) -> Plan:
    """The period sentence gives the year, the title another one."""
    return replace(plan, title_year=plan.year + rng.choice((-1, 1)), states_period=True)


def _say_other_year(draft: Draft, rng: Random) -> str:
    return f"the title says {draft.plan.title_year}, the statistical period {draft.plan.year}"


def _contradict(draft: Draft, rng: Random) -> str:
    """Section one counts otherwise than the table: another scope, or boilerplate of another county."""
    received = rng.randint(200, 999)
    text = (
        f"（二）依申请公开。全年收到政府信息公开申请{received}件，予以公开{received // 3}件，"
        f"行政复议{rng.randint(100, 200)}件、行政诉讼{rng.randint(20, 90)}件。"
    )
    for block in draft.blocks:
        if isinstance(block, Line) and block.text.startswith("（二）依申请公开"):
            block.text = text
    return "the text contradicts the tables"


LABEL_FAULTS = {
    "label_variant": Fault("labels and punctuation as some publishers write them", _variant),
    "lost_characters_in_label": Fault("labels that lost characters", _lost_characters),
    "extra_spaces_in_labels": Fault("spaces inside labels", _spread_out),
    "footnote_mark_in_label": Fault("footnote marks behind labels", _footnote_marks),
    "template_instructions_left_in": Fault("the template's instructions left in", _instructions),
    "headings_missing": Fault("sections without their headings", _no_headings),
    "wrong_year_in_title": Fault("the title names another year", _say_other_year, _other_year),
    "narrative_contradicts": Fault(
        "the text gives other figures than the tables", _contradict, editions=COLUMNS
    ),
}
