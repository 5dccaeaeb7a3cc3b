"""A page held against the picture that a real browser draws of it, without network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench.deceptions.files import deceiving
from bench.truth.judging import source
from demo.generate import generate
from extract.checks.displayed import BROWSER_DIFFERS, NoBrowserError, browser, with_displayed
from extract.extractor import extract
from extract.records import Extraction

# (kind, variant): what the reading takes as it stands, with a flag, and only a picture shows.
LYING = (("html_order", 6), ("html_generated", 0), ("html_scripts", 0), ("html_boxes", 7))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    try:
        with browser() as found:
            yield found
    except NoBrowserError as error:
        pytest.skip(str(error))


def looked_at(data: bytes, name: str, chromium: Any) -> Extraction:
    return with_displayed(extract(source(data, name)), data, chromium)


def test_a_page_that_shows_what_it_says_differs_nowhere(chromium: Any) -> None:
    made = generate(5, edition="e2021", skin="html_platform")
    looked = looked_at(made.data, "page.html", chromium)
    assert [fact.row_code for fact in looked.facts if BROWSER_DIFFERS in fact.flags] == []
    (told,) = (one for one in looked.findings if one.check_id == "browser_compared")
    compared = int(told.message.partition("asked for ")[2].split()[0])
    assert compared > 0.8 * len(looked.facts)


@pytest.mark.parametrize(("kind", "variant"), LYING)
def test_what_only_a_picture_shows_is_told(kind: str, variant: int, chromium: Any) -> None:
    made = deceiving(kind, variant, 1)
    looked = looked_at(made.data, made.name, chromium)
    differing = {
        (one.row_code, one.applicant_type): one for one in looked.findings if one.check_id == BROWSER_DIFFERS
    }
    assert list(differing) == [made.key]
    assert differing[made.key].expected == f"{made.truth[made.key]:g}"
    assert differing[made.key].attributed_to == "undecided"
    (fact,) = (one for one in looked.facts if (one.row_code, one.applicant_type) == made.key)
    assert BROWSER_DIFFERS in fact.flags


def test_a_page_that_a_script_builds_anew_is_said_not_to_be_compared(chromium: Any) -> None:
    made = generate(5, edition="e2021", skin="html_clean").data
    data = made + b"<script>document.querySelector('table').insertRow().insertCell()</script>"
    looked = looked_at(data, "page.html", chromium)
    assert [one.check_id for one in looked.findings if "browser" in one.check_id] == ["browser_compared"]
    assert "no browser draws" in looked.findings[-1].message
