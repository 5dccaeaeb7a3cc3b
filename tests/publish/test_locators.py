"""Locators: one grammar, both ways; and what each leads to in the bytes is what was published."""

from __future__ import annotations

import hashlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.faults import FAULTS
from demo.generate import generate
from demo.skins import LOOKS, SCAN_SKINS
from extract import locators
from extract.extractor import extract
from extract.locators import Box, Locator, LocatorError, Place, Span
from extract.readers import read
from extract.records import Extraction, Source
from publish.opened import NotThereError, OpenedDocument, find

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


def differing(extraction: Extraction, data: bytes, name: str) -> list[str]:
    """Locators that do not lead to what was published, or to a blank where something stands in a cell."""
    opened = OpenedDocument(read(data, name=name))
    found = []
    for fact in extraction.facts:
        locator = locators.parse(fact.locator)
        assert str(locator) == fact.locator
        try:
            marks = opened.find(locator, fact.published)
        except NotThereError as error:
            found.append(f"{name} {fact.row_code} {fact.flags}: {error}")
            continue
        in_cell = locator.place.step("c") is not None and "no_cell" not in fact.flags
        if in_cell and not fact.published.strip() and any(mark.text.strip() for mark in marks):
            found.append(f"{name} {fact.row_code} {fact.flags}: not blank at {fact.locator}")
    return found


def generated(numbers: range, skins: list[str]) -> list[str]:
    """What differs in generated reports of these looks, each with up to two faults."""
    rng = Random(numbers.start)
    found: list[str] = []
    facts = 0
    for number in numbers:
        skin, faults = skins[number % len(skins)], rng.sample(list(FAULTS), rng.choice((0, 1, 1, 2)))
        try:
            made = generate(number, edition=rng.choice(("e2014", "e2019", "e2021")), skin=skin, faults=faults)
        except ValueError:  # faults that cannot be had together
            continue
        sha256 = hashlib.sha256(made.data).hexdigest()
        extraction = extract(Source(made.data, made.name, sha256))
        facts += len(extraction.facts)
        found += differing(extraction, made.data, made.name)
    assert facts > 30 * len(numbers)
    return found


def test_every_locator_of_generated_reports_leads_to_what_was_published() -> None:
    skins = [skin for skin in LOOKS if skin not in SCAN_SKINS]
    assert generated(range(500, 500 + len(skins)), skins) == []


@pytest.mark.slow
def test_every_locator_of_a_thousand_generated_reports_and_of_scans_leads_to_what_was_published() -> None:
    skins = [skin for skin in LOOKS if skin not in SCAN_SKINS]
    assert generated(range(20_000, 21_000), skins) == []
    assert generated(range(30_000, 30_000 + 2 * len(SCAN_SKINS)), list(SCAN_SKINS)) == []
