"""Two persons who slip: what they keyed otherwise is found, and a third settles it."""

from __future__ import annotations

import random
from collections.abc import Mapping

from publish.audit.settle import ABSENT, Key, said, settle, wrong_cells

CELLS: list[Key] = [(f"t3:{at}", "total") for at in range(238)]


def test_what_is_typed_means_what_the_reading_would_make_of_it() -> None:
    assert said("12") == said("１２ ") == (12.0, "number")
    assert said("") == (None, "blank") and said("/") == (None, "slash") and said("?") == ABSENT


def keyed(prints: Mapping[Key, int], slips: float, chance: random.Random) -> dict[Key, str]:
    """The cells as a person types them, who now and then types another number."""
    return {
        cell: str(number + chance.randrange(1, 90) if chance.random() < slips else number)
        for cell, number in prints.items()
    }


def test_slips_of_one_in_a_hundred_are_found_and_settled() -> None:
    chance = random.Random(7)
    differing = silent = settled_by_third = 0
    for _ in range(100):
        prints = {cell: chance.randrange(100) for cell in CELLS}
        persons = [keyed(prints, 0.01, chance) for _ in range(2)]
        slipped = {cell for cell in CELLS if persons[0][cell] != persons[1][cell]}
        both = settle(persons, CELLS)
        assert set(both.waiting) == slipped and both.differences == len(slipped)
        third = {cell: text for cell, text in keyed(prints, 0.01, chance).items() if cell in slipped}
        done = settle([*persons, third], CELLS)
        differing += len(slipped)
        settled_by_third += len(slipped) - len(done.waiting)
        silent += sum(number != (float(prints[cell]), "number") for cell, number in done.cells.items())
    print(
        f"{100 * len(CELLS)} cells: {differing} keyed otherwise, {settled_by_third} settled, {silent} wrong"
    )
    # About 2 % of cells are keyed otherwise; both slip to the same number, or the third too, hardly ever.
    assert differing > 300 and settled_by_third > 0.95 * differing and silent <= 5


def test_a_cell_that_was_read_otherwise_without_a_word_is_wrong_and_no_other() -> None:
    one, two, three, four, five = CELLS[:5]
    text = {one: "1", two: "2", three: "3", four: "", five: "?"}
    settled = settle([text, text], CELLS[:5])
    assert settled.waiting == () and settled.differences == 0
    read = {
        one: (1.0, "number"), two: (7.0, "number"), three: (8.0, "number"), four: (None, "unreadable"),
        five: (5.0, "number"),
    }  # fmt: skip
    assert wrong_cells(settled, read, frozenset({three})) == (two, five)
    # What the reading lacks is wrong too.
    assert wrong_cells(settled, {}, frozenset()) == (one, two, three, four)


def test_one_person_alone_settles_nothing() -> None:
    assert settle([{CELLS[0]: "1"}], CELLS[:1]).waiting == (CELLS[0],)
    assert settle([], CELLS[:1]).waiting == (CELLS[0],)
