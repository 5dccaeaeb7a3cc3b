"""The case files beside the checkout: what a person sees is read, or flagged, or null; nobody is accused."""

from __future__ import annotations

import pytest

from bench.seen import SHOWN, judge_cases

pytestmark = pytest.mark.skipif(not SHOWN.is_dir(), reason="the case files do not lie beside this checkout")


def test_no_case_is_silently_wrong_and_none_is_laid_on_its_publisher() -> None:
    judged = judge_cases()
    assert judged
    assert {one.name: one.blamed for one in judged if one.blamed} == {}
    assert {one.name: one.notes for one in judged if one.outcome == "silent"} == {}
