"""Recognised words: a recogniser that has seen a picture is not asked again, and says the same."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from extract.readers.picture.words import Words, answer, remembering

PICTURES = [np.full((4, 6), level, np.uint8) for level in (0, 1)]


def never() -> object:
    raise AssertionError("the recogniser was asked")


def test_the_same_pictures_are_shown_once() -> None:
    with remembering(None) as words:
        first = answer("read", PICTURES, lambda: [["0", 0.9]])
        assert answer("read", PICTURES, never) == first
    assert words.recognised == 2
    with remembering(words.to_text()) as later:
        assert answer("read", PICTURES, never) == first
    assert (later.recognised, later.to_text()) == (0, None)


@pytest.mark.parametrize(
    ("task", "pictures"),
    [
        ("find", PICTURES),
        ("read", PICTURES[:1]),
        ("read", PICTURES[::-1]),
        ("read", [picture.reshape(6, 4) for picture in PICTURES]),
        ("read", [np.frombuffer(picture.tobytes(), np.uint16).reshape(4, 3) for picture in PICTURES]),
    ],
    ids=["another task", "fewer", "another order", "another shape", "another depth"],
)
def test_anything_else_is_asked_anew(task: str, pictures: list[NDArray[np.uint8]]) -> None:
    words = Words()
    words.answer("read", PICTURES, lambda: "first")
    assert words.answer(task, pictures, lambda: "anew") == "anew"


def test_what_was_of_no_use_is_not_kept_on() -> None:
    before = Words()
    before.answer("read", PICTURES[:1], lambda: "old")
    now = Words(before.to_text())
    now.answer("read", PICTURES[1:], lambda: "new")
    assert list(json.loads(now.to_text() or "").values()) == ["new"]


def test_without_a_memory_it_is_asked_each_time() -> None:
    assert [answer("read", PICTURES, lambda: 1), answer("read", PICTURES, lambda: 2)] == [1, 2]


@given(st.lists(st.tuples(st.text(st.characters(codec=None)), st.floats(0, 1))))
def test_an_answer_comes_back_as_it_was(said: list[tuple[str, float]]) -> None:
    words = Words()
    words.answer("read", PICTURES, lambda: said)
    back = Words(words.to_text()).answer("read", PICTURES, never)
    assert [tuple(one) for one in back] == said
