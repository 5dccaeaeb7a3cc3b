"""Intervals that cover the truth: against scipy, and over simulated audits of lakes with planted errors."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.audit.intervals import clustered, exact
from publish.audit.sample import Sampled, draw

LAKE, SAMPLE, AUDITS, CELLS = 6000, 300, 200, 100


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_exact_interval_is_that_of_scipy(seen: tuple[int, int]) -> None:
    stats = pytest.importorskip("scipy.stats")
    wrong, of = seen
    theirs = stats.binomtest(wrong, of).proportion_ci(0.95, "exact")
    ours = exact(wrong, of)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-7)


def test_no_sample_has_no_interval() -> None:
    for wrong, seen in ((0, 0), (-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="no sample"):
            exact(wrong, seen)


def lake(share: float, chance: random.Random) -> tuple[list[Sampled], dict[str, int]]:
    """Reports of three formats and four years; the wrong ones lie close together, as one reader's fault does,
    and have one wrong cell or many."""
    reports = [
        Sampled(f"{at:06}", "", "", "", ("html", "pdf", "docx")[at % 3], "e2021", str(2021 + at % 4))
        for at in range(LAKE)
    ]
    number = round(share * LAKE)
    likelier = [one for one in reports if one.format == "pdf"]
    near = chance.sample(likelier, number * 4 // 5)
    far = chance.sample([one for one in reports if one.format != "pdf"], number - len(near))
    return reports, {one.report_id: chance.choice((1, 1, 2, 30)) for one in (*near, *far)}


def audits(share: float) -> Sequence[bool]:
    """Of each audit: does the interval cover the truth?"""
    chance = random.Random(int(share * 10_000))
    covered = []
    for seed in range(AUDITS):
        reports, wrong = lake(share, chance)
        drawn = draw(reports, SAMPLE, seed)
        assert len({one.report_id for one in drawn}) == SAMPLE
        found = exact(sum(one.report_id in wrong for one in drawn), SAMPLE)
        covered.append(found.low <= share <= found.high)
    return covered


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.05])
def test_two_hundred_audits_cover_the_truth(share: float) -> None:
    """Exact intervals cover at least as often as they say, and oftener where hardly a report is wrong."""
    covered = sum(audits(share)) / AUDITS
    print(f"{100 * share:g} % of reports wrong: {100 * covered:g} % of intervals cover it")
    assert covered >= 0.93


@pytest.mark.slow
def test_the_bootstrap_of_cells_covers_the_truth_less_often() -> None:
    """One report of many wrong cells weighs much, and few are drawn: the docs say what comes out."""
    chance = random.Random(5)
    covered = 0
    for seed in range(100):
        reports, wrong = lake(0.05, chance)
        cells = [(wrong.get(one.report_id, 0), CELLS) for one in draw(reports, SAMPLE, seed)]
        found = clustered(cells, seed, resamples=300)
        covered += found.low <= sum(wrong.values()) / (LAKE * CELLS) <= found.high
    print(f"{covered} % of bootstrap intervals of cells cover the truth")
    assert covered >= 80


def test_an_interval_that_is_too_narrow_would_be_seen() -> None:
    """The same audits with an interval of 60 %: the truth lies outside far oftener."""
    chance = random.Random(1)
    covered = 0
    for seed in range(40):
        reports, wrong = lake(0.05, chance)
        found = sum(one.report_id in wrong for one in draw(reports, SAMPLE, seed))
        bounds = exact(found, SAMPLE, 0.6)
        covered += bounds.low <= 0.05 <= bounds.high
    assert covered < 0.93 * 40


def test_clustered_errors_are_less_sure_than_scattered_ones() -> None:
    together = clustered([(30, 100)] + [(0, 100)] * 99, 1)
    scattered = clustered([(1, 100)] * 30 + [(0, 100)] * 70, 1)
    assert together.rate == scattered.rate
    assert together.high - together.low > 2 * (scattered.high - scattered.low)
