"""Faults in what the cells print: how zeros, figures, units and signs are written, and wrong figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random

from demo.draft import Draft, Plan, plain
from demo.faults.base import COLUMNS, Fault
from demo.truth import Key, TrueCell

_FULL_WIDTH = str.maketrans("0123456789.-,", "０１２３４５６７８９．－，")


def _numbers(draft: Draft) -> list[TrueCell]:
    return [cell for cell in draft.cells.values() if cell.status == "number" and cell.value is not None]


def _sample(rng: Random, keys: list[Key], least: int = 1) -> list[Key]:
    """A random, non-empty part of the keys (all of them in half of the cases), in their order."""
    if not keys or rng.random() < 0.5:
        return keys
    chosen = set(rng.sample(range(len(keys)), rng.randint(min(least, len(keys)), len(keys))))
    return [key for i, key in enumerate(keys) if i in chosen]


def _asked(plan: Plan, rng: Random) -> Plan:
    """At least some requests, so that there is something to get wrong."""
    return plan if plan.size in ("busy", "county", "city") else replace(plan, size="busy")


def _large(plan: Plan, rng: Random) -> Plan:
    return replace(plan, size="city")


def _zeros_as(printed: tuple[str, ...], status: str) -> Callable[[Draft, Random], str]:
    """Zeros printed as something else: everywhere, in one table, or in the applicants' columns only."""

    def apply(draft: Draft, rng: Random) -> str:
        text = rng.choice(printed)
        zeros = [cell for cell in _numbers(draft) if cell.value == 0]
        scope = rng.choice(("everywhere", "table", "applicants"))
        if scope == "table":
            table = rng.choice(sorted({cell.table for cell in zeros} or {"t3"}))
            zeros = [cell for cell in zeros if cell.table == table]
        if scope == "applicants" and any(cell.table == "t3" for cell in zeros):
            zeros = [cell for cell in zeros if cell.table == "t3" and cell.applicant_type != "total"]
        for cell in zeros:
            draft.blank(cell.key, text, status)
        return f"{len(zeros)} zeros printed as {text!r}"

    return apply


def _full_width(draft: Draft, rng: Random) -> str:
    keys = _sample(rng, [cell.key for cell in _numbers(draft)])
    for key in keys:
        cell = draft.cells[key]
        draft.cells[key] = replace(cell, printed=cell.printed.translate(_FULL_WIDTH))
    return f"{len(keys)} figures in full-width characters"


def _thousands(draft: Draft, rng: Random) -> str:
    mark = rng.choice((",", ",", "，"))
    done = 0
    for cell in _numbers(draft):
        if cell.value is not None and abs(cell.value) >= 1000 and cell.printed == plain(cell.value):
            draft.cells[cell.key] = replace(cell, printed=f"{cell.value:,f}".replace(",", mark))
            done += 1
    return f"{done} figures with thousands separators"


def _units(draft: Draft, rng: Random) -> str:
    units = {"t2:20.8.1.amount": "万元", "t2:20.9.1.amount": rng.choice(("元", "万元")), "s14:7": "万元"}
    units |= {"s14:8.4": "万元", "s14:3.1": "件", "s14:1.1": "条"}
    done = 0
    for key, cell in draft.cells.items():
        unit = units.get(key[0])
        if unit is None and cell.table == "t2" and rng.random() < 0.4:
            unit = "项" if "items" in key[0] or "projects" in key[0] else "件"
        if unit and cell.status == "number":
            draft.write(key, cell.printed + unit, cell.value, "number", unit)
            done += 1
    return f"the unit printed in {done} cells"


def _signs(draft: Draft, rng: Random) -> str:
    done = []
    for key, cell in list(draft.cells.items()):
        if not key[0].endswith("items_change") or cell.value is None:
            continue
        size = plain(abs(cell.value))
        up = cell.value >= 0
        style = rng.choice(("+-", "增减", "full", "both"))
        if style == "+-":
            printed = ("+" if up else "-") + size
        elif style == "增减":
            printed = ("增" if up else "减") + size
        elif style == "full":
            printed = ("＋" if up else "－") + size
        else:
            printed = f"增{size}/减0" if up else f"增0/减{size}"
        # Two numbers in one cell: taking the difference is not what is printed, so no value is right as well.
        two = style == "both"
        draft.write(key, printed, cell.value, "annotated" if two else "number")
        if two:
            draft.doubt({key})
        done.append(printed)
    return f"signs written out: {' '.join(done)}"


def _notes_in_cells(draft: Draft, rng: Random) -> str:
    cells = [c for c in _numbers(draft) if c.table in ("t2", "s14") and c.value and c.value == int(c.value)]
    chosen = rng.sample(cells, min(len(cells), rng.randint(1, 3)))
    for cell in chosen:
        part = rng.randint(0, abs(int(cell.value or 0)))
        note = rng.choice(
            ("（其中修订{}件）", "（含自然失效{}件）", "(其中本级{})", "（含转发{}件）")
        ).format(part)
        draft.write(cell.key, cell.printed + note, cell.value, "annotated")
    return f"words beside the figure in {len(chosen)} cells"


def _spaces(draft: Draft, rng: Random) -> str:
    keys = _sample(rng, list(draft.cells))
    for key in keys:
        left, right = rng.choice((("\u3000", ""), ("", "\u00a0"), ("\u00a0\u00a0", ""), ("\u3000", "\u3000")))
        cell = draft.cells[key]
        draft.cells[key] = replace(cell, printed=left + cell.printed + right)
    return f"no-break and ideographic spaces in {len(keys)} cells"


def _row_totals(draft: Draft) -> list[TrueCell]:
    return [c for c in _numbers(draft) if c.table == "t3" and c.applicant_type == "total"]


def _totals_blank(draft: Draft, rng: Random) -> str:
    kept = {"t3:1", "t3:2", "t3:3.7", "t3:4"} if rng.random() < 0.6 else set()
    totals = [cell for cell in _row_totals(draft) if cell.row_code not in kept]
    for cell in totals:
        draft.blank(cell.key)
    return f"{len(totals)} totals left blank"


def _totals_zero(draft: Draft, rng: Random) -> str:
    totals = _row_totals(draft) if rng.random() < 0.5 else []
    totals += [c for c in _numbers(draft) if c.row_code in ("t4:rec.total", "t4:litd.total", "t3:3.7")]
    for cell in totals:
        draft.write(cell.key, "0", Decimal(0), "number")
    return f"{len(totals)} totals printed as 0 over filled parts"


def _wrong_totals(draft: Draft, rng: Random) -> str:
    sums = ("t3:3.7", "t3:1", "t4:rec.total", "t4:litd.total", "t4:litr.total", "s14:3.3", "s14:3.1", "s14:4")
    cells = [
        c for c in _numbers(draft) if c.row_code in sums or (c.table == "t3" and c.applicant_type == "total")
    ]
    chosen = rng.sample(cells, rng.randint(1, 3))
    for cell in chosen:
        assert cell.value is not None
        less = cell.value > 0 and rng.random() < 0.3
        wrong = cell.value + (-1 if less else rng.choice((1, 4, 9, 10)))
        draft.write(cell.key, plain(wrong), wrong, "number")
    return "wrong totals in " + ", ".join("/".join(cell.key) for cell in chosen)


def _only_totals(draft: Draft, rng: Random) -> str:
    cells = [c for c in _numbers(draft) if c.table == "t3" and c.applicant_type != "total"]
    for cell in cells:
        draft.blank(cell.key)
    return "every column of table three but the last left blank"


def _shifted(draft: Draft, rng: Random) -> str:
    """A row typed one column too far to the right: the first column stays blank, the total is lost."""
    rows: dict[str, list[TrueCell]] = {}
    for cell in draft.cells.values():
        if cell.table == "t3":
            rows.setdefault(cell.row_code, []).append(cell)
    filled = [code for code, cells in rows.items() if any(cell.value for cell in cells)]
    code = rng.choice(filled or list(rows))
    cells = rows[code]
    for cell, before in zip(cells[1:], cells, strict=False):
        draft.write(cell.key, before.printed, before.value, before.status, before.unit)
    draft.blank(cells[0].key)
    return f"row {code} typed one column to the right"


def _fee_in_yuan(draft: Draft, rng: Random) -> str:
    key = (
        ("t2:20.8.1.amount", "total") if ("t2:20.8.1.amount", "total") in draft.cells else ("s14:7", "total")
    )
    yuan = Decimal(rng.randint(1_000, 30_000_000_000)) + rng.choice(
        (Decimal(0), Decimal("0.52"), Decimal("0.9"))
    )
    unit = rng.choice((None, "元"))
    draft.write(key, plain(yuan) + (unit or ""), yuan, "number", unit)
    return f"the fee in yuan under a heading in 万元: {plain(yuan)}{unit or ''}"


VALUE_FAULTS = {
    "publisher_arithmetic_error": Fault("totals that are not the sum of their parts", _wrong_totals, _asked),
    "totals_blank": Fault("row totals left blank", _totals_blank, _asked, COLUMNS),
    "totals_zero": Fault("totals printed as 0 over filled parts", _totals_zero, _asked, COLUMNS),
    "all_columns_but_total_blank": Fault("only 总计 is filled", _only_totals, _asked, COLUMNS),
    "shifted_row": Fault("a row typed one column to the right", _shifted, _asked, COLUMNS),
    "fee_in_yuan_under_wanyuan": Fault(
        "a fee in 元 under a heading in 万元", _fee_in_yuan, editions=("e2014", "e2021")
    ),
    "blanks_for_zeros": Fault("zeros left blank", _zeros_as(("",), "blank")),
    "dash_for_zeros": Fault("zeros as dashes", _zeros_as(("-", "—", "——", "－"), "dash")),
    "slash_for_zeros": Fault("zeros as slashes", _zeros_as(("/", "／", "\\"), "slash")),
    "none_word_for_zeros": Fault("zeros as 无", _zeros_as(("无", "没有"), "none_word")),
    "signed": Fault("increase and decrease with signs or words", _signs, _large, ("e2019",)),
    "thousands_separators": Fault("thousands separators", _thousands, _large),
    "unit_in_cell": Fault("units inside the cells", _units),
    "annotated": Fault("words beside a figure", _notes_in_cells, _large),
    "full_width_digits": Fault("full-width digits", _full_width),
    "nbsp_and_ideographic_spaces": Fault("no-break and ideographic spaces around the figures", _spaces),
}
