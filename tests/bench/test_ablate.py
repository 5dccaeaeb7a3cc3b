"""Each repair does something, and what its document shows is right: one taken out of the list fails here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from bench.truth.ablate import effect, shown, table_of
from demo.generate import Request, fulfil
from extract.extractor import extract
from extract.records import Fact, Source
from extract.repairs import REPAIRS, Repair

NAMES = [
    "one_or_dash",
    "displaced",
    "realigned",
    "unplaced_rows",
    "second_reading",
    "attribution",
    "disputed_year",
]


def repair(name: str) -> Repair:
    return next(one for one in REPAIRS if one.name == name)


def facts(name: str, *, without: bool = False) -> dict[tuple[str, str], Fact]:
    source = shown(repair(name))
    assert source is not None
    read = extract(source, {name} if without else ())
    return {(fact.row_code, fact.applicant_type): fact for fact in read.facts}


def test_the_list_is_whole_and_in_order() -> None:
    assert [one.name for one in REPAIRS] == NAMES


@pytest.mark.parametrize("one", REPAIRS, ids=lambda one: one.name)
def test_the_document_of_each_repair_shows_it(one: Repair) -> None:
    source = shown(one)
    if source is None:
        pytest.skip(f"needs ../shared/corpus/{one.shown_by}")
    assert effect(one, source)


def edited(change: Callable[[list[str]], list[str]]) -> Source:
    """A generated report in Markdown with its lines changed: these two repairs' own documents are real ones,
    and not in every checkout."""
    made = fulfil(Request(3, "e2021", "markdown", ()))
    data = "\n".join(change(made.data.decode().split("\n"))).encode()
    return Source(data, made.name, hashlib.sha256(data).hexdigest())


def at(lines: list[str], label: str) -> int:
    return next(place for place, line in enumerate(lines) if label in line)


def test_a_number_on_a_line_of_its_own_is_put_back_into_the_blank_cell() -> None:
    def pushed_out(lines: list[str]) -> list[str]:
        place = at(lines, "二、上年结转")
        *row, total, end = lines[place].split("|")
        rule = "|---" * (len(row)) + "|"
        rest = [lines[place + 1], rule, *lines[place + 2 :]]
        return [*lines[:place], "|".join((*row, " ", end)), "", total.strip(), "", *rest]

    source = edited(pushed_out)
    read, left = (
        {fact.key: fact for fact in extract(source, without).facts} for without in ((), {"displaced"})
    )
    cell = read["t3:2", "total"]
    assert (cell.value, cell.flags) == (1, ("displaced",)) and left[cell.key].value is None


def test_a_row_whose_label_stands_elsewhere_is_told_as_not_placed() -> None:
    def named_below(lines: list[str]) -> list[str]:
        lines.pop(at(lines, "8.属于行政查询事项"))
        return [*lines, "", "备注：8.属于行政查询事项，见附表。"]

    source = edited(named_below)
    for without, said in (((), "not placed"), ({"unplaced_rows"}, "lacks")):
        (told,) = (one for one in extract(source, without).findings if one.check_id == "missing_row")
        assert said in told.en


def test_a_stroke_is_no_one_where_no_numeral_is_written() -> None:
    read, believed = facts("one_or_dash"), facts("one_or_dash", without=True)
    changed = [key for key, fact in read.items() if believed[key].value == 1 and fact.value is None]
    assert len(changed) == 1 and "one_or_dash" in read[changed[0]].flags


def test_a_row_that_lost_a_cell_stands_in_its_columns_again() -> None:
    one = repair("realigned")
    seed, edition, skin, fault = one.shown_by.split()
    truth = fulfil(Request(int(seed), edition, skin, (fault,))).truth.by_key()
    moved = {key: fact for key, fact in facts("realigned").items() if "realigned" in fact.flags}
    assert len(moved) == 6
    assert all(float(truth[key].value or 0) == fact.value for key, fact in moved.items())
    assert all(facts("realigned", without=True)[key].value is None for key in moved)


def test_a_disputed_year_flags_every_cell() -> None:
    of_form = [fact for (code, _), fact in facts("disputed_year").items() if code.startswith("t")]
    assert of_form and all("year_disagrees" in fact.flags for fact in of_form)
    assert not any("year_disagrees" in fact.flags for fact in facts("disputed_year", without=True).values())


def test_a_wrong_total_is_found_only_through_attribution_and_laid_on_nobody() -> None:
    source = shown(repair("attribution"))
    assert source is not None
    sums = [one for one in extract(source).findings if one.check_id in ("A1", "A2", "A3")]
    assert {one.attributed_to for one in sums} == {"undecided"}
    left = extract(source, {"attribution"}).findings
    assert not [one for one in left if one.check_id in ("A1", "A2", "A3")]


def test_a_repair_that_changes_nothing_is_named() -> None:
    told = table_of({name: [] for name in NAMES})
    assert told.count("NOTHING") == len(NAMES)
