"""The table builder, fed with ink only: what is drawn is what is read, however it is drawn."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extract.document import Note
from extract.readers.lattice.ink import Box, turned
from extract.readers.lattice.pages import blocks
from extract.readers.lattice.tables import (
    TEXT_CROSSES_RULE,
    Glyph,
    PageInk,
    PlacedTable,
    Rule,
    TextLine,
    layout,
    ruling,
)
from extract.readers.lattice.text import text_of

SIZE = 8.0  # of the print, in points
WIDTH, HEIGHT = 595.0, 842.0


def advance(character: str, size: float = SIZE) -> float:
    return size if ord(character) > 0x2E7F else size / 2


def written(text: str, x: float, top: float, size: float = SIZE, spacing: float = 0) -> Iterator[Glyph]:
    """The glyphs of a text set from (x, top), line by line, 1.4 times the size apart."""
    for number, line in enumerate(text.split("\n")):
        at, y = x, top + 1.4 * size * number
        for character in line:
            width = advance(character, size)
            yield Glyph(character, at, y, at + width, y + size)
            at += width + spacing


def horizontal(y: float, x0: float, x1: float, thickness: float = 0.5) -> Rule:
    return Rule(x0, y - thickness / 2, x1, y + thickness / 2)


def vertical(x: float, top: float, bottom: float, thickness: float = 0.5) -> Rule:
    return Rule(x - thickness / 2, top, x + thickness / 2, bottom)


def read(glyphs: Iterable[Glyph], rules: Iterable[Rule] = ()) -> list[PlacedTable | TextLine]:
    return list(layout(PageInk(WIDTH, HEIGHT, list(glyphs), list(rules))).items)


def tables(glyphs: Iterable[Glyph], rules: Iterable[Rule] = ()) -> list[PlacedTable]:
    return [item for item in read(glyphs, rules) if isinstance(item, PlacedTable)]


def texts(table: PlacedTable) -> list[list[str]]:
    """The table's texts by row, each cell named where it begins."""
    rows: list[list[str]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.row].append(cell.text)
    return rows


def drawn_grid(
    content: Sequence[Sequence[str]], x: float = 60, top: float = 100, width: float = 50, height: float = 24
) -> tuple[list[Glyph], list[Rule]]:
    """A plain grid with its texts."""
    rows, columns = len(content), len(content[0])
    rules = [horizontal(top + height * row, x, x + width * columns) for row in range(rows + 1)]
    rules += [vertical(x + width * column, top, top + height * rows) for column in range(columns + 1)]
    glyphs = [
        glyph
        for row, line in enumerate(content)
        for column, text in enumerate(line)
        for glyph in written(text, x + width * column + 4, top + height * row + 4)
    ]
    return glyphs, rules


# What hypothesis draws: a tiling of a grid by merged cells, the texts in them, and a hand that draws it.


@dataclass(frozen=True)
class Plan:
    """Cells as (row, column, row span, column span, text) and the sizes of rows and columns."""

    cells: tuple[tuple[int, int, int, int, str], ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]

    def xs(self) -> list[float]:
        return [60 + sum(self.widths[:i]) for i in range(len(self.widths) + 1)]

    def ys(self) -> list[float]:
        return [100 + sum(self.heights[:i]) for i in range(len(self.heights) + 1)]

    def expected(self) -> list[tuple[int, int, int, int, str]]:
        """The cells on the grid of those edges that any cell has: the others are nowhere on the paper."""
        rows = sorted({c[0] for c in self.cells} | {c[0] + c[2] for c in self.cells})
        columns = sorted({c[1] for c in self.cells} | {c[1] + c[3] for c in self.cells})
        return sorted(
            (
                rows.index(r),
                columns.index(c),
                rows.index(r + rs) - rows.index(r),
                columns.index(c + cs) - columns.index(c),
                text,
            )
            for r, c, rs, cs, text in self.cells
        )


LABELS = st.text(alphabet="一二三四五公开申请０１２3456789.-—（）", min_size=0, max_size=3)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    free = {(r, c) for r in range(rows) for c in range(columns)}
    cells = []
    while free:
        row, column = min(free)
        most = next((n for n in range(1, columns - column + 1) if (row, column + n) not in free), 1)
        column_span = draw(st.integers(1, most))
        row_span = 1
        wanted = draw(st.integers(1, rows - row))
        while row_span < wanted and all((row + row_span, column + i) in free for i in range(column_span)):
            row_span += 1
        free -= {(row + i, column + j) for i in range(row_span) for j in range(column_span)}
        cells.append((row, column, row_span, column_span, draw(LABELS)))
    sizes = st.floats(26, 70), st.floats(12, 40)
    widths = draw(st.lists(sizes[0], min_size=columns, max_size=columns))
    heights = draw(st.lists(sizes[1], min_size=rows, max_size=rows))
    return Plan(tuple(cells), tuple(widths), tuple(heights))


@dataclass(frozen=True)
class Hand:
    """A way of drawing: what typesetters do to rules and characters."""

    whole_lines: bool
    pieces: int
    gap: float
    double: float
    thickness: float
    jitter: float
    overshoot: float
    bold: float
    seed: int


HANDS = st.builds(
    Hand,
    whole_lines=st.booleans(),
    pieces=st.integers(1, 5),
    gap=st.floats(0, 2),
    double=st.sampled_from([0.0, 0.0, 1.2, 2.0]),
    thickness=st.sampled_from([0.0, 0.5, 1.0, 2.2]),
    jitter=st.floats(0, 0.4),
    overshoot=st.floats(-1.5, 1.5),
    bold=st.sampled_from([0.0, 0.3, 0.6]),
    seed=st.integers(0, 2**32),
)


def sides(plan: Plan) -> set[tuple[str, int, int]]:
    """The unit sides of all cells: ("h", row edge, column) and ("v", column edge, row)."""
    found = set()
    for row, column, row_span, column_span, _ in plan.cells:
        for j in range(column, column + column_span):
            found |= {("h", row, j), ("h", row + row_span, j)}
        for i in range(row, row + row_span):
            found |= {("v", column, i), ("v", column + column_span, i)}
    return found


def drawn(plan: Plan, hand: Hand) -> tuple[list[Glyph], list[Rule]]:
    rng = random.Random(hand.seed)
    xs, ys = plan.xs(), plan.ys()
    strokes: list[tuple[str, float, float, float]] = []
    for direction, edge, unit in sorted(sides(plan)):
        at, along = (ys[edge], xs) if direction == "h" else (xs[edge], ys)
        last = strokes[-1] if strokes else None
        if hand.whole_lines and last and last[:2] == (direction, at) and last[3] == along[unit]:
            strokes[-1] = (*last[:3], along[unit + 1])
        else:
            strokes.append((direction, at, along[unit], along[unit + 1]))
    rules = []
    for direction, at, start, end in strokes:
        ends = [start - hand.overshoot, end + hand.overshoot]
        cuts = [ends[0] + (ends[1] - ends[0]) * i / hand.pieces for i in range(hand.pieces + 1)]
        for a, b in pairwise(cuts):
            for shift in (-hand.double / 2, hand.double / 2) if hand.double else (0.0,):
                place = at + shift + rng.uniform(-hand.jitter, hand.jitter)
                # A dash is longer than it is thick, or nobody could tell which way the line runs.
                stop = max(b - (hand.gap if b != cuts[-1] else 0), a + 1.3 * hand.thickness)
                make = horizontal if direction == "h" else vertical
                rules.append(make(place, a, stop, hand.thickness))
    glyphs = []
    for row, column, row_span, column_span, text in plan.cells:
        room = ys[row + row_span] - ys[row]
        length = sum(map(advance, text))
        x = rng.uniform(xs[column] + 1, xs[column + column_span] - length - 1)
        inside = list(written(text, x, ys[row] + rng.uniform(1, room - SIZE - 1)))
        glyphs += inside
        if hand.bold:
            glyphs += [g._replace(x0=g.x0 + hand.bold, x1=g.x1 + hand.bold) for g in inside]
    rng.shuffle(glyphs)
    rng.shuffle(rules)
    return glyphs, rules


@given(plans(), HANDS)
@example(
    Plan(((0, 0, 1, 4, "3"), (0, 4, 1, 1, "")), (26.0,) * 5, (12.0,)),
    Hand(False, 3, 0.0, 0.0, 0.0, 0.0, -1.5, 0.0, 0),
).via("the only character stands higher than the upright lines begin")
@settings(max_examples=300)
def test_every_drawn_grid_is_recovered_exactly(plan: Plan, hand: Hand) -> None:
    found = tables(*drawn(plan, hand))
    if not any(cell[4] for cell in plan.cells) or len(plan.cells) == 1:
        assert found == []
        return
    (table,) = found
    cells = sorted((c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells)
    assert cells == plan.expected()
    assert not any(cell.flags for cell in table.cells)


@given(plans(), HANDS, st.integers(1, 3))
@settings(max_examples=60)
def test_a_turned_page_reads_as_the_upright_one(plan: Plan, hand: Hand, quarters: int) -> None:
    glyphs, rules = drawn(plan, hand)
    page = PageInk(WIDTH, HEIGHT, glyphs, rules)
    again = turned(turned(page, quarters), 4 - quarters)
    assert [[c.text for c in t.cells] for t in layout(again).items if isinstance(t, PlacedTable)] == [
        [c.text for c in t.cells] for t in layout(page).items if isinstance(t, PlacedTable)
    ]


@given(st.lists(st.tuples(*[st.floats(-50, 900, allow_nan=False)] * 4), max_size=40), st.integers(0, 2**32))
@settings(max_examples=150)
def test_no_drawing_loses_or_doubles_a_character(boxes: list[tuple[float, ...]], seed: int) -> None:
    rng = random.Random(seed)
    rules = [Rule(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in boxes]
    rules += [
        rule
        for a, b, c, d in boxes[:20]
        for rule in ruling(min(a, c), min(b, d), max(a, c), max(b, d), stroked=True)
    ]
    letters = [chr(0x4E00 + i) for i in range(60)]
    glyphs = [g for ch in letters for g in written(ch, rng.uniform(0, 580), rng.uniform(0, 830))]
    page = layout(PageInk(WIDTH, HEIGHT, glyphs, rules))
    seen = page.struck + "".join(
        item.text if isinstance(item, TextLine) else "".join(cell.text for cell in item.cells)
        for item in page.items
    )
    assert sorted(ch for ch in seen if not ch.isspace()) == sorted(letters)


@given(plans(), HANDS)
@settings(max_examples=60)
def test_the_cells_tile_the_table(plan: Plan, hand: Hand) -> None:
    glyphs, rules = drawn(plan, hand)
    random.Random(hand.seed).shuffle(rules)
    for table in tables(glyphs, rules[: len(rules) * 2 // 3]):
        covered = [
            (row, column)
            for cell in table.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        ]
        assert sorted(covered) == [(r, c) for r in range(table.rows) for c in range(table.columns)]


def test_a_filled_box_is_a_background_and_no_rule() -> None:
    glyphs, rules = drawn_grid([["甲", "1"], ["乙", "2"]])
    fills = [rule for top in (100, 124) for rule in ruling(60, top, 160, top + 24, stroked=False)]
    assert fills == []
    assert [texts(t) for t in tables(glyphs, rules + fills)] == [[["甲", "1"], ["乙", "2"]]]


def test_characters_stacked_one_a_line_keep_their_order() -> None:
    stacked = "三、\n本\n年\n度\n办\n理\n结\n果"
    glyphs = [*written(stacked, 64, 104), *written("1", 120, 110), *written("2", 120, 180)]
    rules = [horizontal(y, 60, 160) for y in (100, 210)] + [horizontal(150, 100, 160)]
    rules += [vertical(x, 100, 210) for x in (60, 100, 160)]
    (table,) = tables(reversed(glyphs), rules)
    assert [(c.text, c.row_span) for c in table.cells] == [(stacked, 2), ("1", 1), ("2", 1)]


def test_a_number_wrapped_in_its_cell_keeps_the_line_break() -> None:
    glyphs, rules = drawn_grid([["12345\n67", "8"]], width=26, height=30)
    assert texts(tables(glyphs, rules)[0]) == [["12345\n67", "8"]]


def test_a_number_wider_than_its_cell_is_flagged_where_its_middle_stands_too() -> None:
    glyphs, rules = drawn_grid([["36", ""]], width=30)
    (table,) = tables([*glyphs, *written("１１２５６", 85, 104)], rules)
    assert [cell.text for cell in table.cells] == ["36 １", "１２５"]
    assert [TEXT_CROSSES_RULE in cell.flags for cell in table.cells] == [True, True]


def test_numbers_that_stand_up_to_the_rule_between_them_are_two() -> None:
    _, rules = drawn_grid([["", ""]], width=30)
    (table,) = tables([*written("12", 81, 104), *written("34", 91, 104)], rules)
    assert [(cell.text, cell.flags) for cell in table.cells] == [("12", ()), ("34", ())]


def test_a_number_printed_across_a_rule_is_flagged_on_both_sides() -> None:
    glyphs, rules = drawn_grid([["27225290916", "", "5"]], width=26)
    (table,) = tables(glyphs, rules)
    assert "".join(cell.text for cell in table.cells[:2]) == "27225290916"
    assert TEXT_CROSSES_RULE in table.cells[0].flags + table.cells[1].flags
    assert table.cells[2].flags == ()


@pytest.mark.parametrize(
    ("gap", "text"), [(0.0, "1234"), (0.8, "1234"), (2.0, "12 34"), (4.0, "12 34"), (-0.3, "1234")]
)
def test_a_space_stands_where_the_gap_is_a_word_gap(gap: float, text: str) -> None:
    glyphs = [*written("12", 64, 104), *written("34", 64 + SIZE + gap, 104)]
    _, rules = drawn_grid([["", ""]])
    assert tables(glyphs, rules)[0].cells[0].text == text


def test_single_digits_side_by_side_never_grow_into_one_number() -> None:
    glyphs = [glyph for i in range(5) for glyph in written("0", 64 + 6.5 * i, 104)]
    _, rules = drawn_grid([["", ""]])
    assert tables(glyphs, rules)[0].cells[0].text == "0 0 0 0 0"


def test_spaces_before_the_first_character_stay_before_it() -> None:
    _, rules = drawn_grid([["", ""]])
    assert tables(written("  12", 62, 104), rules)[0].cells[0].text == "12"
    (line,) = read(written("  根据", 62, 104))
    assert isinstance(line, TextLine)
    assert line.text == "根据"


def test_spaced_full_width_characters_get_no_spaces() -> None:
    glyphs, rules = drawn_grid([["", "1"]])
    glyphs += written("商业企业", 62, 104, spacing=3)
    assert tables(glyphs, rules)[0].cells[0].text == "商业企业"


@pytest.mark.parametrize("shift", [(0.3, 0.0), (0.3, 0.3), (0.8, 0.5), (0.0, 0.0)])
def test_text_drawn_twice_stands_once(shift: tuple[float, float]) -> None:
    glyphs, rules = drawn_grid([["合计", "1100"], ["甲", "11"]])
    again = [
        g._replace(x0=g.x0 + shift[0], x1=g.x1 + shift[0], top=g.top + shift[1], bottom=g.bottom + shift[1])
        for g in glyphs
    ]
    assert texts(tables(glyphs + again, rules)[0]) == [["合计", "1100"], ["甲", "11"]]


def test_a_table_without_outer_border() -> None:
    content = [["项目", "件数", "备注"], ["受理", "12", ""], ["办结", "9", "无"]]
    glyphs, rules = drawn_grid(content)
    top, bottom = 100, 172
    inner = [r for r in rules if not (r.x1 - r.x0 < 1 and r.x0 in (59.75, 209.75))]
    inner = [r for r in inner if not (r.bottom - r.top < 1 and r.top in (top - 0.25, bottom - 0.25))]
    assert len(inner) == len(rules) - 4
    assert texts(tables(glyphs, inner)[0]) == content


def test_a_frame_around_the_page_is_no_table_and_hides_none() -> None:
    glyphs, rules = drawn_grid([["甲", "1"], ["乙", "2"]])
    frame = list(ruling(20, 20, 570, 820, stroked=True))
    items = read([*glyphs, *written("标题", 200, 60)], rules + frame)
    assert [item.text if isinstance(item, TextLine) else texts(item) for item in items] == [
        "标题",
        [["甲", "1"], ["乙", "2"]],
    ]


def test_a_table_set_into_a_cell_keeps_its_own_text() -> None:
    outer, rules = drawn_grid([["外", ""], ["", ""]], width=200, height=100)
    inner, inner_rules = drawn_grid([["1", "2"], ["3", "4"]], x=280, top=110, width=40, height=20)
    found = tables(outer + inner, rules + inner_rules)
    assert sorted(map(texts, found)) == sorted([[["外", ""], ["", ""]], [["1", "2"], ["3", "4"]]])


def test_underlines_part_no_cell() -> None:
    glyphs, rules = drawn_grid([["受理", "12"], ["办结", "9"]])
    rules += [horizontal(113, 63, 81), horizontal(111, 114, 123)]
    (table,) = tables(glyphs, rules)
    assert texts(table) == [["受理", "12"], ["办结", "9"]]
    assert not any(cell.flags for cell in table.cells)


@pytest.mark.parametrize(
    "strike",
    [
        [horizontal(108, 114, 122)],
        [horizontal(108, 114, 118), horizontal(108.3, 118, 122)],
        [horizontal(107.5, 113.5, 122.5), horizontal(109, 113.5, 122.5)],
        [horizontal(108.5, 114, 122, 2.5)],
    ],
    ids=["whole", "by character", "double", "thick"],
)
def test_struck_characters_are_no_part_of_the_number_beside_them(strike: list[Rule]) -> None:
    glyphs, rules = drawn_grid([["受理", "8812", "", "88"], ["办结", "9", "7", "6"]])
    alone = [rule._replace(x0=rule.x0 + 100, x1=rule.x1 + 100) for rule in strike]
    page = layout(PageInk(WIDTH, HEIGHT, glyphs, rules + strike + alone))
    (table,) = page.items
    assert isinstance(table, PlacedTable)
    assert texts(table) == [["受理", "12", "", ""], ["办结", "9", "7", "6"]]
    assert not any(cell.flags for cell in table.cells)
    (note,) = [note for note in blocks([page])[1] if note.code == "struck_text"]
    assert (note.severity, page.struck) == ("warn", "88 88")


def test_a_strike_as_wide_as_its_cell_parts_no_row() -> None:
    glyphs, rules = drawn_grid([["受理", "12345678"], ["办结", "9"]], width=41)
    (table,) = tables(glyphs, [*rules, horizontal(108, 105, 137)])
    assert texts(table) == [["受理", ""], ["办结", "9"]]


def test_a_line_of_the_table_through_numbers_loses_none_and_makes_them_doubtful() -> None:
    glyphs, rules = drawn_grid([["受理", "12"], ["办结", "9"]])
    for line in (horizontal(108, 60, 160), horizontal(108, 110, 160), horizontal(108, 114, 160)):
        (table,) = tables(glyphs, [*rules, line])
        assert {cell.text: TEXT_CROSSES_RULE in cell.flags for cell in table.cells if "1" in cell.text} == {
            "12": True
        }
        assert not any(cell.flags for cell in table.cells if cell.text in ("办结", "9"))


def test_a_dashed_line_of_the_table_strikes_nothing_out() -> None:
    glyphs, rules = drawn_grid([["受理", "12"], ["办结", "9"]])
    dashes = [horizontal(108, x, x + 5) for x in range(60, 160, 8)]
    (table,) = tables(glyphs, rules + dashes)
    assert "".join("".join(row) for row in texts(table)).replace(" ", "") == "受理12办结9"


@pytest.mark.parametrize("dash", ["—", "一", "－", "-"])
def test_a_line_on_a_dash_is_how_the_dash_is_drawn(dash: str) -> None:
    glyphs, rules = drawn_grid([["受理", dash], ["办结", "9"]])
    (table,) = tables(glyphs, [*rules, horizontal(108, 114, 114 + advance(dash))])
    assert (texts(table)[0], table.cells[1].flags) == (["受理", dash], ())


def test_a_dotted_border_is_a_line() -> None:
    glyphs, rules = drawn_grid([["甲", "1"], ["乙", "2"]])
    rules = [rule for rule in rules if rule.bottom - rule.top > 1]
    for y in (100, 124, 148):
        rules += [Rule(x, y - 0.25, x + 0.5, y + 0.25) for x in range(60, 161, 2)]
    assert texts(tables(glyphs, rules)[0]) == [["甲", "1"], ["乙", "2"]]


def test_where_rules_are_missing_every_text_keeps_its_row() -> None:
    """No line between 12 and 5, none below them, one between 9 and 4: a room with a line inside it."""
    glyphs, rules = drawn_grid([["受理", "12", "5"], ["办结", "9", "4"]])
    rules = [rule for rule in rules if rule not in (horizontal(124, 60, 210), vertical(160, 100, 148))]
    rules += [horizontal(124, 60, 110), vertical(160, 124, 148)]
    assert texts(tables(glyphs, rules)[0]) == [["受理", "12 5"], ["办结", "9", "4"]]


def test_tiny_print() -> None:
    content = [["一", "12"], ["二", "3"], ["三", "45"]]
    rules = [horizontal(100 + 4 * row, 60, 84, 0.1) for row in range(4)]
    rules += [vertical(60 + 12 * column, 100, 112, 0.1) for column in range(3)]
    glyphs = [
        glyph
        for row, line in enumerate(content)
        for column, text in enumerate(line)
        for glyph in written(text, 61 + 12 * column, 100.5 + 4 * row, size=3)
    ]
    assert texts(tables(glyphs, rules)[0]) == content


def test_the_least_confidence_of_a_cells_characters_is_the_cells() -> None:
    glyphs, rules = drawn_grid([["12", "3"]])
    sure = [glyph._replace(confidence=0.9 - 0.2 * i) for i, glyph in enumerate(glyphs[:2])]
    assert [cell.confidence for cell in tables(sure + glyphs[2:], rules)[0].cells] == [
        pytest.approx(0.7),
        None,
    ]


def test_a_drawing_of_very_many_lines_is_left_alone() -> None:
    rules = [horizontal(1.5 * i, 0, 500, 0.1) for i in range(2500)] + [vertical(10, 0, 800)]
    page = layout(PageInk(WIDTH, HEIGHT, list(written("图", 50, 50)), rules))
    assert (page.items, page.drawing) == ((TextLine("图", Box(50, 50, 58, 58)),), True)
    assert blocks([page])[1] == (Note("rules_left_out", "page 1", "warn"),)


@pytest.mark.parametrize(("quarter", "tops"), [(1, (150, 140, 130, 120)), (3, (120, 130, 140, 150))])
def test_turned_characters_in_a_cell_read_along_their_own_direction(
    quarter: int, tops: tuple[float, ...]
) -> None:
    glyphs, rules = drawn_grid([["", "12"], ["", "34"]], height=40)
    rules = [rule for rule in rules if rule != horizontal(140, 60, 160)] + [horizontal(140, 110, 160)]
    for character, top in zip("办理结果", tops, strict=True):
        glyphs += [glyph._replace(quarter=quarter) for glyph in written(character, 70, top)]
    assert texts(tables(glyphs, rules)[0]) == [["办理结果", "12"], ["34"]]


def test_characters_without_height_are_read_and_part_nothing() -> None:
    flat = [Glyph(text, x, 50.0, x + 4, 50.0) for text, x in (("总", 10.0), ("计", 14.0), ("5", 300.0))]
    (line,) = read(flat)
    assert isinstance(line, TextLine)
    assert line.text.replace(" ", "") == "总计5"


def test_a_raised_digit_stays_raised_and_one_of_another_size_on_the_line_does_not() -> None:
    number = [Glyph("1", 0, 0, 5, 10), Glyph("2", 5, 0, 10, 10)]
    assert text_of([*number, Glyph("1", 10, 0, 13, 6)]) == "12¹"
    assert text_of([*number, Glyph("1", 10, 3, 13, 9.5)]) == "121"
    assert text_of([*number, Glyph("1", 10, 0, 15, 10)]) == "121"


def test_figures_in_a_column_of_their_own_are_not_raised_though_they_stand_higher_than_their_row() -> None:
    # LibreOffice sets figures so beside words of another typeface.
    line = [
        Glyph("件", 60, 100, 70, 109.6),
        Glyph("4", 200, 99.8, 205, 106.8),
        Glyph("0", 206, 99.8, 211, 106.8),
    ]
    assert text_of(line) == "件 40"


def test_figures_beside_two_lines_are_of_that_which_they_are_more_of_their_height_beside() -> None:
    # The label of a group stands half a line above the row; the figures are lower than the characters, as
    # those that a scan's ink gives are.
    group = Glyph("度", 40, 100, 50, 110)
    label = Glyph("二", 80, 105.2, 90, 115.8)
    figures = [Glyph("0", x, 105.5, x + 5, 112.9) for x in (200, 300)]
    lines = [item.text.split() for item in read([group, label, *figures]) if isinstance(item, TextLine)]
    assert lines == [["度"], ["二", "0", "0"]]


def test_a_word_for_none_that_a_narrow_column_breaks_parts_no_rows_of_a_table_without_rules() -> None:
    glyphs = []
    for row in range(4):
        top = 100 + 30 * row
        glyphs += [
            *written(f"第{row + 1}项数量", 60, top),
            *written("3", 200, top),
            *written("没\n有", 260, top),
        ]
    (table,) = tables(glyphs)
    numbers = [row for row in texts(table) if row[1] == "3"]
    assert len(numbers) == 4 and {row[2] for row in numbers} <= {"没", "没\n有"}


def test_what_is_doubted_of_a_character_is_told_of_its_place_in_the_line() -> None:
    glyphs = [*written("行政许可", 60, 100), *(g._replace(flags=("doubt",)) for g in written("78", 300, 100))]
    (line,) = read(glyphs)
    assert isinstance(line, TextLine)
    assert ["".join(line.text[one.start : one.stop] for one in line.doubts)] == ["78"]
    assert {one.flags for one in line.doubts} == {("doubt",)}
