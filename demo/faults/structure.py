"""Faults in the tables' build: rows merged, lost, swapped or cut, cells merged, tables twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random

from demo.draft import Box, Draft, Line, Sheet, cut, plain
from demo.faults.base import COLUMNS, Fault
from demo.truth import Key, TrueCell

_FOOTNOTES = (
    "注：本表数据含上年度结转数量，统计口径为{year}年1月1日至12月31日。",
    "备注：{a}件申请正在办理中。",
    "说明：1.本表由各科室汇总；2.共{a}页。",
)


def _keys(row: list[Box]) -> set[Key]:
    return {key for box in row for key in box.keys}


def _value_rows(sheet: Sheet) -> list[int]:
    return [place for place, row in enumerate(sheet.rows) if _keys(row)]


def _leaf_label(row: list[Box]) -> Box:
    """The label next to the values of a row."""
    return [box for box in row if box.code][-1]


def _own_rows(sheet: Sheet) -> list[int]:
    """Rows in which no label begins that spans further rows, so that they can go without taking it along."""
    return [
        place
        for place in _value_rows(sheet)
        if all(box.row_span == 1 for box in sheet.rows[place])
        and any(not box.keys for box in sheet.rows[place])
    ]


def _shorten_spans(sheet: Sheet, row: int) -> None:
    """Let every box that spans a row (and does not begin in it) span one row less."""
    for top, _, box in sheet.placed():
        if top < row < top + box.row_span:
            box.row_span -= 1


def _merged_cells(draft: Draft, rng: Random) -> str:
    """Neighbouring values of a row of table three merged to one cell, which prints the first of them."""
    sheet = rng.choice(draft.sheets("t3"))
    place = rng.choice(_value_rows(sheet))
    row = sheet.rows[place]
    first = next(i for i, box in enumerate(row) if box.keys)
    start = rng.randint(first, len(row) - 3)
    end = rng.randint(start + 2, min(start + 4, len(row) - 1))
    merged = row[start:end]
    kept = merged[0].keys[0]
    for box in merged[1:]:
        key = box.keys[0]
        if draft.cells[key].printed != draft.cells[kept].printed:
            draft.blank(key, status="unreadable")
    keys = {key for box in merged for key in box.keys}
    row[start:end] = [replace(merged[0], column_span=len(merged))]
    draft.doubt(keys)
    draft.unplaced |= _keys(row) | keys
    return f"{len(merged)} cells of row {kept[0]} merged, beginning with {kept[1]}"


def _merged_rows(draft: Draft, rng: Random) -> str:
    """Two neighbouring rows of table three merged: each cell holds the texts of both, one below the other."""
    sheet = max(draft.sheets("t3"), key=lambda sheet: len(sheet.rows))
    rows = _own_rows(sheet)
    pairs = [place for place in rows if place + 1 in rows and _same_shape(sheet, place)]
    place = rng.choice(pairs)
    upper, lower = sheet.rows[place], sheet.rows[place + 1]
    codes = "+".join(sorted({key[0] for key in _keys(upper) | _keys(lower)}))
    merged = [
        replace(a, text=f"{a.text}\n{b.text}" if a.text or b.text else "", keys=a.keys + b.keys)
        for a, b in zip(upper, lower, strict=True)
    ]
    _shorten_spans(sheet, place + 1)
    sheet.rows[place : place + 2] = [merged]
    draft.doubt(_keys(merged))
    return f"rows {codes} merged in one"


def _same_shape(sheet: Sheet, place: int) -> bool:
    upper, lower = sheet.rows[place], sheet.rows[place + 1]
    return [box.column_span for box in upper] == [box.column_span for box in lower]


def _missing_row(draft: Draft, rng: Random) -> str:
    sheet = rng.choice([sheet for sheet in draft.sheets() if sheet.table != "t4"])
    place = rng.choice(_own_rows(sheet))
    keys = _keys(sheet.rows[place])
    label = _leaf_label(sheet.rows[place]).text
    _shorten_spans(sheet, place)
    del sheet.rows[place]
    for key in keys:
        del draft.cells[key]
        draft.missing.append(key)
    draft.missing.sort()
    draft.status = "partial"
    return f"the row {label!r} is missing"


def _swapped_rows(draft: Draft, rng: Random) -> str:
    """Two neighbouring rows change places, labels with their values. To follow the labels is right, and so
    is to give no value where labels and order disagree."""
    sheet = rng.choice([sheet for sheet in draft.sheets() if sheet.table in ("t3", "s14")])
    rows = _own_rows(sheet)
    pairs = [place for place in rows if place + 1 in rows and _same_shape(sheet, place)]
    place = rng.choice(pairs)
    sheet.rows[place], sheet.rows[place + 1] = sheet.rows[place + 1], sheet.rows[place]
    draft.doubt(_keys(sheet.rows[place]) | _keys(sheet.rows[place + 1]))
    return f"{_leaf_label(sheet.rows[place]).text!r} stands before its predecessor"


def _lost_leading_cells(draft: Draft, rng: Random) -> str:
    """The rows 3.其他 and （七）总计 begin further left than they should (seed 002): labels that span them
    end above, nothing stands in their place, and empty cells fill the row's end."""
    sheet = rng.choice(draft.sheets("t3"))
    codes = {"t3:3.7"} if rng.random() < 0.3 else {"t3:3.7", "t3:3.6.3", "t3:3.6"}
    rows = [place for place in _value_rows(sheet) if {key[0] for key in _keys(sheet.rows[place])} & codes]
    for place in rows:
        label = _leaf_label(sheet.rows[place])
        for top, _, box in sheet.placed():
            if top < place < top + box.row_span:
                box.row_span = place - top
        if label.code == "t3:3.6.3" and rng.random() < 0.5:
            label.column_span = 2
        missing = len(sheet.widths) - sum(box.column_span for box in sheet.rows[place])
        sheet.rows[place] += [Box() for _ in range(missing)]
    gaps = {
        key
        for place in rows
        for key in _keys(sheet.rows[place])
        if any(not draft.cells[other].printed.strip() for other in _keys(sheet.rows[place]))
    }
    # With a blank among the values the shift can no longer be told from the blank.
    draft.doubt(gaps)
    return "leading cells lost in " + ", ".join(_leaf_label(sheet.rows[place]).text for place in rows)


def _inside_groups(sheet: Sheet) -> list[int]:
    """The rows within a group of table three, where a page break cuts the group's label."""
    return [place for place, row in enumerate(sheet.rows) if row[0].code.count(".") == 2]


def _broken(*, heading: bool, labels: bool, drop: bool) -> Callable[[Draft, Random], str]:
    """Table three cut in two within a group. The lower part repeats the heading rows or not, has the group's
    labels again, or empty cells for them, which (`drop`) HTML leaves out so that the rows move left."""

    def apply(draft: Draft, rng: Random) -> str:
        places = [(sheet, place) for sheet in draft.sheets("t3") for place in _inside_groups(sheet)]
        if not places:
            return ""
        sheet, place = rng.choice(places)
        upper, lower = cut(sheet, place, repeat_labels=labels)
        if drop:
            for box in lower.rows[0]:
                box.lost = not box.text and not box.keys
        if heading:
            head = [[replace(box) for box in row] for row in sheet.rows[: sheet.heading_rows]]
            lower = replace(lower, rows=head + lower.rows, heading_rows=sheet.heading_rows)
        lower.new_page = True
        draft.replace_sheet(sheet, upper, lower)
        return f"table three broken before {_leaf_label(sheet.rows[place]).text!r}"

    return apply


def _footnote_row(draft: Draft, rng: Random) -> str:
    sheet = rng.choice(draft.sheets())
    text = rng.choice(_FOOTNOTES).format(year=draft.plan.year, a=rng.randint(1, 9))
    sheet.rows.append([Box(text, column_span=len(sheet.widths))])
    return f"the last row of {sheet.table} is a footnote"


def _twice(draft: Draft, rng: Random) -> str:
    sheet = rng.choice(draft.sheets())
    again = replace(sheet, rows=[[replace(box) for box in row] for row in sheet.rows])
    between = [Line("（附表）")] if rng.random() < 0.5 else []
    draft.replace_sheet(sheet, sheet, *between, again)
    return f"{sheet.table} stands there twice"


def _table_four_cut(draft: Draft, rng: Random) -> str:
    """Table four as two tables: 行政复议 with five columns, 行政诉讼 with ten."""
    reviews = 5
    for sheet in draft.sheets("t4"):
        left: list[list[Box]] = [[] for _ in sheet.rows]
        right: list[list[Box]] = [[] for _ in sheet.rows]
        for row, column, box in sheet.placed():
            (left if column < reviews else right)[row].append(box)
        draft.replace_sheet(
            sheet,
            replace(sheet, rows=left, widths=sheet.widths[:reviews]),
            replace(sheet, rows=right, widths=sheet.widths[reviews:]),
        )
    return "table four is cut in two, reviews and lawsuits"


def _running_totals(draft: Draft, rng: Random) -> str:
    """A second column of values, 历年累计 (the running total), as in Fujian before 2019."""
    for sheet in draft.sheets("s14"):
        sheet.widths = (60, 8, 16, 16)
        for row in sheet.rows:
            value = row[-1]
            if value.code == "count":
                value.text = f"{draft.plan.year}年度"
                row.append(Box("历年累计"))
            elif value.keys:
                of_the_year = draft.cells[value.keys[0]]
                total = Decimal(int(of_the_year.value or 0) + rng.randint(0, 9_000))
                key = (f"{of_the_year.row_code}#cumulative", of_the_year.applicant_type)
                draft.cells[key] = TrueCell(*key, plain(total), total, "number", of_the_year.edition)
                row.append(Box(keys=(key,)))
                draft.unplaced |= {*value.keys, key}
            else:
                row.append(Box())
    return "a second column of values, running totals over the years"


STRUCTURE_FAULTS = {
    "running_totals": Fault("a second column with running totals", _running_totals, editions=("e2014",)),
    "table_four_cut": Fault("table four in two tables", _table_four_cut, editions=COLUMNS),
    "merged_value_cells": Fault("several values merged to one cell", _merged_cells, editions=COLUMNS),
    "merged_rows": Fault("two rows merged in one", _merged_rows, editions=COLUMNS),
    "missing_row": Fault("a row is missing", _missing_row),
    "row_order_swapped": Fault("two rows have changed places", _swapped_rows),
    "lost_leading_cells": Fault(
        "rows begin too far left", _lost_leading_cells, editions=COLUMNS, formats=("html", "txt", "md")
    ),
    "rowspan_lost_at_page_break": Fault(
        "a group's label is lost where a page breaks",
        _broken(heading=False, labels=False, drop=True),
        editions=COLUMNS,
    ),
    "repeated_header_after_break": Fault(
        "headings and group labels again after a page break",
        _broken(heading=True, labels=True, drop=False),
        editions=COLUMNS,
    ),
    "footnote_row": Fault("a footnote as the table's last row", _footnote_row),
    "duplicated_table": Fault("the same table twice", _twice),
}
