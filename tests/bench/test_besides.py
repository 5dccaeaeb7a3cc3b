"""Beside the value: each field of a fact is held against the truth, and one that is off is seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bench.truth.accuracy import measured
from bench.truth.besides import FIELDS, RIGHT, Besides, judge_besides
from bench.truth.judging import judge_generated, source
from demo.generate import Generated, generate
from extract.extractor import extract
from extract.readers import read


def judged(made: Generated, change: dict[str, Any]) -> Besides:
    """The facts of a report with one of them changed, judged."""
    facts = list(extract(source(made.data, made.name)).facts)
    place = next(index for index, fact in enumerate(facts) if fact.value)
    facts[place] = replace(facts[place], **change)
    return judge_besides(facts, made.truth.by_key(), read(made.data, name=made.name))


@pytest.fixture(scope="module")
def made() -> Generated:
    return generate(7, edition="e2021", skin="html_word")


def test_what_is_read_right_is_right_in_every_field(made: Generated) -> None:
    found = judged(made, {})
    assert found.wrong == [] and set(found.counts) == set(FIELDS)
    assert all(counts[RIGHT] == counts.total() >= 200 for counts in found.counts.values())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("edition", "e2019"),
        ("unit", "元"),
        ("value_status", "annotated"),
        ("published", "999999"),
        ("locator", "table 99 r1 c1"),
        ("locator", "table 1 r1 c1"),
    ],
)
def test_one_field_that_is_off_is_seen_and_said(made: Generated, name: str, value: str) -> None:
    found = judged(made, {name: value})
    assert found.counts[name].total() - found.counts[name][RIGHT] == 1
    assert any(note.startswith(name) for note in found.wrong)


def test_a_picture_does_not_tell_full_width_figures(made: Generated) -> None:
    facts = list(extract(source(made.data, made.name)).facts)
    place = next(index for index, fact in enumerate(facts) if fact.value)
    wide = facts[place].published.translate({ord(figure): ord(figure) + 0xFEE0 for figure in "0123456789"})
    facts[place] = replace(facts[place], published=wide)
    for as_picture in (True, False):
        found = judge_besides(facts, made.truth.by_key(), None, as_picture=as_picture)
        assert (found.wrong == []) == as_picture


def test_the_gate_falls_where_a_field_is_wrong(made: Generated) -> None:
    one = judge_generated(made)
    assert measured("x", [one]).shares()["generated edition"] == 1
    off = replace(one, besides=judged(made, {"edition": "e2019"}))
    assert measured("x", [off]).shares()["generated edition"] < 1
