"""Locators: one grammar, both ways; and what each leads to in the bytes is what was published."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.truth.locators import Said, open_generated, opened, opened_in_archive, summed
from demo.generate import Request, requests
from demo.skins import SCAN_SKINS
from extract import locators
from extract.locators import Box, Locator, LocatorError, Place, Span
from extract.readers import read
from publish.opened import NotThereError, find
from tests.demo_lake import DemoLake

NAMES = ("part", "page", "sheet", "table", "paragraph", "line", "r", "c")
NUMBERS = st.integers(1, 100_000)
EDGES = st.integers(-500, 5_000)
PLACES = st.builds(
    Place,
    st.lists(st.tuples(st.sampled_from(NAMES), NUMBERS), min_size=1, unique_by=lambda step: step[0]).map(
        tuple
    ),
    st.none() | st.tuples(NUMBERS, NUMBERS).map(sorted).map(tuple),
    st.none() | st.builds(Box, EDGES, EDGES, EDGES, EDGES),
)
SPANS = st.builds(Span, PLACES, PLACES) | PLACES.map(lambda place: Span(place, place))
LOCATORS = st.builds(Locator, st.lists(SPANS, min_size=1, max_size=3).map(tuple)) | st.builds(
    Locator, PLACES.map(lambda place: (Span(place, place),)), PLACES
)


@given(LOCATORS)
def test_what_is_written_is_parsed_to_the_same(locator: Locator) -> None:
    assert locators.parse(str(locator)) == locator


@given(st.text(alphabet="pagetblinrc 0123456789@,-[];<to", max_size=40))
def test_what_is_parsed_is_written_the_same_and_all_else_is_refused(text: str) -> None:
    try:
        parsed = locators.parse(text)
    except LocatorError:
        return
    assert str(parsed) == text


@pytest.mark.parametrize(
    "text",
    ["", "row seven", "page 0", "page 01 line 2", "table 3  r7", "table 3 r7 c4 ", "table 3 table 4",
     "r7 @ 1,2,3", "line 3 [9-2]", "line 3 to ", "page 1 @ 1,2,3,4 line 2"],
)  # fmt: skip
def test_what_is_no_locator_is_refused(text: str) -> None:
    with pytest.raises(LocatorError):
        locators.parse(text)


def test_a_locator_that_leads_to_another_text_or_nowhere_is_told() -> None:
    document = read("甲 12\n乙 3".encode(), name="x.txt")
    assert [mark.text for mark in find(document, "line 1 [3-4]", "12")] == ["12"]
    wrong = [("line 1 [3-4]", "13"), ("line 2", "3"), ("line 3", "3"), ("line 2 [3-9]", "3"), ("line 1", "1")]
    for locator, published in wrong:
        with pytest.raises(NotThereError):
            find(document, locator, published)


def differing_in(made: Iterable[Request]) -> list[str]:
    """What differs in generated reports, which have facts enough."""
    found = summed(map(open_generated, made))
    assert found.counts["all"]["facts"] > 30 * found.counts["all"]["files"]
    return found.differing


def test_what_is_held_against_the_file_can_differ() -> None:
    said = [Said("line 1 [3-4]", "12"), Said("line 1 [3-4]", "13"), Said("line 2", "3"), Said("line 9", "1")]
    assert opened(said, "甲 12\n乙 3".encode(), "x.txt", "txt").differing == (
        "x.txt (): at line 1 [3-4] stands '12' and not '13'",
        "x.txt (): at line 2 stands '乙 3' and not '3'",
        "x.txt (): the file has no line 9",
    )


def test_every_locator_of_generated_reports_leads_to_what_was_published() -> None:
    assert differing_in(requests(40, 500)) == []


@pytest.mark.slow
def test_every_locator_of_a_thousand_generated_reports_and_of_scans_leads_to_what_was_published() -> None:
    assert differing_in(requests(1000, 20_000)) == []
    assert differing_in(requests(2 * len(SCAN_SKINS), 30_000, scans=True)) == []


@pytest.mark.slow
def test_every_locator_of_the_demo_leads_to_what_was_published(demo_lake: DemoLake) -> None:
    found = summed(opened_in_archive(demo_lake.lake, 2))
    assert found.counts["all"]["facts"] > 50_000
    assert found.differing == []
