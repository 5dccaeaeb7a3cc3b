"""Each fault does what it says to the printed cells, and nothing else."""

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from random import Random

import pytest

from demo.compose import compose, plan
from demo.draft import Draft, Line, Sheet
from demo.editions import EDITIONS
from demo.faults import FAULTS
from demo.generate import generate, possible_faults
from demo.skins import SKINS
from demo.truth import Key, TrueCell
from tests.demo.reading import html_rows, squeezed

Rule = Callable[[TrueCell, TrueCell], bool]
SEEDS = range(6)
# The faults of web pages: one of running text alone has no page to be looked for in.
CASES = [
    (name, edition)
    for name, fault in FAULTS.items()
    for edition in fault.editions
    if not fault.formats or "html" in fault.formats
]
every_case = pytest.mark.parametrize(("name", "edition"), CASES)


def drafts(name: str, edition: str, seed: int) -> tuple[Draft, Draft, str]:
    """The draft as it would be without the fault (but with its plan), and with it."""
    fault = FAULTS[name]
    rng = Random(seed)
    planned = plan(rng, edition)
    if fault.plan:
        planned = fault.plan(planned, Random(seed))
    before = compose(rng, planned)
    after = deepcopy(before)
    note = fault.apply(after, Random(f"{seed} fault")) if fault.apply else ""
    return before, after, note


def changed(before: Draft, after: Draft) -> list[tuple[TrueCell, TrueCell]]:
    return [
        (cell, after.cells[key])
        for key, cell in before.cells.items()
        if key in after.cells and after.cells[key] != cell
    ]


def words(draft: Draft) -> list[str]:
    """All that is printed outside the form's cells."""
    lines = [block.text for block in draft.blocks if isinstance(block, Line)]
    return lines + [box.text for box in draft.boxes() if not box.keys]


def shape(draft: Draft) -> list[list[list[tuple[int, int, tuple[Key, ...]]]]]:
    return [
        [[(box.row_span, box.column_span, box.keys) for box in row] for row in block.rows]
        for block in draft.blocks
        if isinstance(block, Sheet)
    ]


def zero_becomes(status: str) -> Rule:
    return lambda old, new: (
        old.value == 0 and new.value is None and new.status == status and new.printed in PRINTED[status]
    )


PRINTED = {
    "blank": {""},
    "dash": {"-", "—", "——", "－"},
    "slash": {"/", "／", "\\"},
    "none_word": {"无", "没有"},
}
SUMS = {"t3:3.7", "t3:1", "t4:rec.total", "t4:litd.total", "t4:litr.total", "s14:3.3", "s14:3.1", "s14:4"}


def same_value(old: TrueCell, new: TrueCell) -> bool:
    return old.value == new.value and new.printed != old.printed


# What a fault may do to one cell that it changes.
VALUE_RULES: dict[str, Rule] = {
    "blanks_for_zeros": zero_becomes("blank"),
    "dash_for_zeros": zero_becomes("dash"),
    "slash_for_zeros": zero_becomes("slash"),
    "none_word_for_zeros": zero_becomes("none_word"),
    "full_width_digits": lambda old, new: same_value(old, new) and not any(c.isascii() for c in new.printed),
    "thousands_separators": lambda old, new: (
        same_value(old, new) and Decimal(new.printed.replace(",", "").replace("，", "")) == old.value
    ),
    "unit_in_cell": lambda old, new: same_value(old, new) and new.printed == f"{old.printed}{new.unit}",
    "signed": lambda old, new: (
        old.value == new.value and new.row_code.endswith("items_change") and new.printed[0] in "+-＋－增减"
    ),
    "annotated": lambda old, new: (
        same_value(old, new)
        and new.status == "annotated"
        and new.printed.startswith(old.printed)
        and "（" in new.printed.replace("(", "（")
    ),
    "nbsp_and_ideographic_spaces": lambda old, new: (
        same_value(old, new) and new.printed.strip() == old.printed
    ),
    "totals_blank": lambda old, new: (
        new.status == "blank" and new.row_code.startswith("t3:") and new.applicant_type == "total"
    ),
    "totals_zero": lambda old, new: (
        new.value == 0 and (new.applicant_type == "total" or new.row_code == "t3:3.7") and old.value != 0
    ),
    "publisher_arithmetic_error": lambda old, new: (
        old.value != new.value
        and new.printed == str(new.value)
        and (new.row_code in SUMS or (new.table == "t3" and new.applicant_type == "total"))
    ),
    "all_columns_but_total_blank": lambda old, new: (
        new.status == "blank" and new.table == "t3" and new.applicant_type != "total"
    ),
    "shifted_row": lambda old, new: new.table == "t3" and old.value != new.value,
    "fee_in_yuan_under_wanyuan": lambda old, new: (
        new.row_code in ("t2:20.8.1.amount", "s14:7")
        and new.unit in (None, "元")
        and (new.value or 0) >= 1_000
    ),
}


@pytest.mark.parametrize(("name", "edition"), [case for case in CASES if case[0] in VALUE_RULES])
def test_faults_of_values_change_the_cells_they_name_and_no_word(name: str, edition: str) -> None:
    touched = 0
    for seed in SEEDS:
        before, after, note = drafts(name, edition, seed)
        assert note
        pairs = changed(before, after)
        touched += len(pairs)
        for old, new in pairs:
            assert VALUE_RULES[name](old, new), (old, new)
        assert after.cells.keys() == before.cells.keys()
        assert words(after) == words(before)
        assert shape(after) == shape(before)
        assert after.status == "ok"
    assert touched


LABELS = (
    "label_variant",
    "lost_characters_in_label",
    "extra_spaces_in_labels",
    "footnote_mark_in_label",
    "template_instructions_left_in",
    "headings_missing",
    "narrative_contradicts",
)


@pytest.mark.parametrize(("name", "edition"), [case for case in CASES if case[0] in LABELS])
def test_faults_of_words_change_no_cell(name: str, edition: str) -> None:
    touched = 0
    for seed in SEEDS:
        before, after, _ = drafts(name, edition, seed)
        for old, new in changed(before, after):
            # 规章 may vanish altogether: then its cells are in doubt, but print what they did.
            assert (old.printed, old.value, old.status) == (new.printed, new.value, new.status)
            assert name == "lost_characters_in_label" and new.row_code.startswith("t2:20.1.1.")
        touched += words(after) != words(before)
        assert shape(after) == shape(before)
    assert touched


def test_lost_characters_only_get_lost() -> None:
    for seed in SEEDS:
        before, after, _ = drafts("lost_characters_in_label", "e2021", seed)
        for old, new in zip(words(before), words(after), strict=True):
            left = iter(old)
            assert all(char in left for char in new)
            assert len(old) - len(new) <= 2 or (old, new) == ("规章", "")


STRUCTURE = (
    "merged_value_cells",
    "merged_rows",
    "missing_row",
    "row_order_swapped",
    "lost_leading_cells",
    "rowspan_lost_at_page_break",
    "repeated_header_after_break",
    "footnote_row",
    "duplicated_table",
    "running_totals",
    "table_four_cut",
)


@pytest.mark.parametrize(("name", "edition"), [case for case in CASES if case[0] in STRUCTURE])
def test_faults_of_structure_keep_every_figure_or_say_that_it_is_gone(name: str, edition: str) -> None:
    for seed in SEEDS:
        before, after, note = drafts(name, edition, seed)
        assert note
        assert shape(after) != shape(before)
        placed = {key for sheet in after.sheets() for row in sheet.rows for box in row for key in box.keys}
        for key, old in before.cells.items():
            if key in after.missing:
                assert name == "missing_row" and key not in after.cells and key not in placed
                continue
            new = after.cells[key]
            if name == "merged_value_cells" and key not in placed:
                assert new.may_be_null and (new.value is None or new.printed == old.printed)
                continue
            assert key in placed
            assert (new.printed, new.value, new.status) == (old.printed, old.value, old.status)


def test_a_missing_row_makes_the_report_partial_and_is_named() -> None:
    made = generate(3, edition="e2021", skin="html_clean", faults=("missing_row",))
    assert made.truth.status == "partial"
    assert made.truth.missing and not set(made.truth.missing) & made.truth.by_key().keys()
    assert len(made.truth.missing) + len(made.truth.cells) == 200


@every_case
def test_every_printed_cell_stands_in_the_file(name: str, edition: str) -> None:
    """Independent of the draft: the page's cells hold every printed text as often as the truth does."""
    for seed in SEEDS:
        made = generate(seed, edition=edition, skin="html_clean", faults=(name,))
        texts = [squeezed(line) for row in html_rows(made.data) for cell in row for line in cell.split("\n")]
        for cell in made.truth.cells:
            text = squeezed(cell.printed)
            if name == "merged_value_cells" and cell.may_be_null:
                continue
            assert text in texts, cell
            texts.remove(text)


def test_hybrid_tables_are_of_the_editions_that_the_truth_names() -> None:
    made = generate(5, edition="e2021", skin="html_clean", faults=("hybrid_edition",))
    assert made.truth.editions == {"t2": "e2021", "t3": "e2019", "t4": "e2019"}
    codes = {cell.row_code for cell in made.truth.cells}
    assert "t3:3.6" in codes and "t3:3.6.1" not in codes and "t2:20.1.1.issued" in codes
    assert {cell.edition for cell in made.truth.cells if cell.table == "t3"} == {"e2019"}


def _year_of_an_old_form(seed: int, edition: str) -> int:
    year = generate(seed, edition=edition, skin="html_clean", faults=("old_form_reused",)).truth.year
    assert year is not None
    return year


def test_an_old_form_is_late() -> None:
    for seed in SEEDS:
        assert _year_of_an_old_form(seed, "e2019") >= 2022
        assert _year_of_an_old_form(seed, "e2014") >= 2019


def test_the_period_gives_the_year_where_the_title_is_wrong() -> None:
    for seed in SEEDS:
        made = generate(seed, edition="e2021", skin="text_tabs", faults=("wrong_year_in_title",))
        text = squeezed(made.data.decode())
        assert str(made.truth.year) not in made.truth.title
        assert f"{made.truth.year}年1月1日" in text


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_empty_form_has_cells_and_no_value(edition: str) -> None:
    truth = generate(1, edition=edition, skin="html_clean", faults=("empty_form",)).truth
    assert truth.status == "empty_form"
    assert truth.cells and all(cell.value is None and cell.status == "blank" for cell in truth.cells)


@pytest.mark.parametrize("skin", sorted(SKINS))
def test_what_is_no_report_has_no_truth_to_read(skin: str) -> None:
    for name in ("notice", "infographic", "guide", "website_return", "school_report", "quarterly_table"):
        made = generate(2, edition="e2014", skin=skin, faults=(name,))
        assert (made.truth.status, made.truth.cells, made.truth.year) == ("not_a_report", (), None)
        assert made.truth.editions == {}
    made = generate(2, edition="e2014", skin=skin, faults=("narrative_only",))
    assert (made.truth.status, made.truth.cells) == ("no_tables", ())
    assert made.truth.year


CELLS = {
    ("t2", "e2019"): 22,
    ("t2", "e2021"): 10,
    ("t3", "e2019"): 161,
    ("t3", "e2021"): 175,
    ("t4", "e2019"): 15,
    ("t4", "e2021"): 15,
    ("s14", "e2014"): 58,
}


@pytest.mark.parametrize("edition", EDITIONS)
def test_any_three_faults_go_together(edition: str) -> None:
    names = [name for name in possible_faults(edition, "html_clean") if not FAULTS[name].whole]
    rng = Random(4)
    for seed in range(100):
        truth = generate(seed, edition=edition, skin="html_clean", faults=rng.sample(names, 3)).truth
        expected = sum(CELLS[table] for table in truth.editions.items())
        of_the_year = [code for code, _ in (*truth.by_key(), *truth.missing) if "#" not in code]
        assert len(of_the_year) == expected
