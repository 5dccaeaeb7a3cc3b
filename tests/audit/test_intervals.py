"""Intervals that cover the truth as often as they say: by arithmetic, and over simulated audits."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publish.audit.intervals import FEWEST_WRONG, Interval, binomial, clustered
from publish.audit.sample import Sampled, draw

LAKE, SAMPLE, AUDITS, CELLS = 6000, 300, 200, 100
#: In so many of a hundred the interval is to cover the truth.
LEAST, MOST = 93, 98


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@example((0, 1))
@example((1, 1))
def test_it_lies_within_that_of_clopper_and_pearson(seen: tuple[int, int]) -> None:
    stats = pytest.importorskip("scipy.stats")
    wrong, of = seen
    ours, widest = binomial(wrong, of), stats.binomtest(wrong, of).proportion_ci(0.95, "exact")
    assert widest.low - 1e-9 <= ours.low <= wrong / of <= ours.high <= widest.high + 1e-9


def covered_of(of: int, share: float, found: Sequence[Interval]) -> float:
    """In so many of a hundred samples the interval covers `share`, by how probable each outcome is."""
    stats = pytest.importorskip("scipy.stats")
    covering = [wrong for wrong, one in enumerate(found) if one.low <= share <= one.high]
    return 100 * float(stats.binom.pmf(covering, of, share).sum())


@pytest.mark.parametrize("of", [7, 60])
def test_by_arithmetic_no_rate_is_covered_less_often_than_it_says(of: int) -> None:
    found = [binomial(wrong, of) for wrong in range(of + 1)]
    assert min(covered_of(of, at / 300 + 3.3e-4, found) for at in range(300)) >= 95 - 0.1


def test_by_arithmetic_a_sample_of_an_audit_covers_as_often_as_it_says() -> None:
    found = [binomial(wrong, SAMPLE) for wrong in range(40)]
    for share in (0.001, 0.01, 0.05):
        assert LEAST <= covered_of(SAMPLE, share, found) <= MOST


def test_no_sample_has_no_interval() -> None:
    for wrong, seen in ((0, 0), (-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="no sample"):
            binomial(wrong, seen)


REPORTS = [
    Sampled(f"{at:06}", "", "", "", ("html", "pdf", "docx")[at % 3], "e2021", str(2021 + at % 4))
    for at in range(LAKE)
]


def planted(share: float, chance: random.Random) -> dict[str, int]:
    """Wrong reports with their wrong cells; most lie close together, as one reader's fault does."""
    number = round(share * LAKE)
    near = chance.sample([one for one in REPORTS if one.format == "pdf"], number * 4 // 5)
    far = chance.sample([one for one in REPORTS if one.format != "pdf"], number - len(near))
    return {one.report_id: chance.choice((1, 1, 2, 30)) for one in (*near, *far)}


def audits(share: float) -> Iterator[tuple[int, Sequence[Sampled], Mapping[str, int]]]:
    """Seed, sample, and the wrong reports with their wrong cells."""
    chance = random.Random(int(share * 10_000))
    for seed in range(AUDITS):
        wrong = planted(share, chance)
        drawn = draw(REPORTS, SAMPLE, seed)
        assert len({one.report_id for one in drawn}) == SAMPLE
        yield seed, drawn, wrong


def covering(share: float) -> float:
    """In so many of a hundred audits the interval of reports covers the truth."""
    covered = 0
    for _, drawn, wrong in audits(share):
        found = binomial(sum(one.report_id in wrong for one in drawn), SAMPLE)
        covered += found.low <= share <= found.high
    return 100 * covered / AUDITS


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.001, 0.01, 0.05])
def test_two_hundred_audits_cover_the_truth(share: float) -> None:
    found = covering(share)
    print(f"{100 * share:g} % of reports wrong: {found:g} % of intervals cover it")
    assert LEAST <= found <= MOST


@pytest.mark.slow
def test_where_nothing_is_wrong_every_interval_says_that_it_may_be_so() -> None:
    """No sample differs from another: an interval holds 0 always or never, and no other rate is the truth."""
    assert covering(0) == 100
    assert binomial(0, SAMPLE).high < 0.0125


@pytest.mark.slow
def test_the_interval_of_cells_covers_the_truth_where_one_is_given() -> None:
    covered = given_one = 0
    for seed, drawn, wrong in audits(0.05):
        cells = [(wrong.get(one.report_id, 0), CELLS) for one in drawn]
        if (found := clustered(cells, seed, resamples=500)) is not None:
            given_one += 1
            covered += found.low <= sum(wrong.values()) / (LAKE * CELLS) <= found.high
    print(f"{covered} of {given_one} intervals of cells cover the truth")
    assert given_one > 0.8 * AUDITS and LEAST * given_one <= 100 * covered <= MOST * given_one


def test_too_few_wrong_reports_give_no_interval_of_cells() -> None:
    sound = [(0, CELLS)] * 200
    assert clustered([(30, CELLS)] * (FEWEST_WRONG - 1) + sound, 1) is None
    assert clustered([(30, CELLS)] * FEWEST_WRONG + sound, 1) is not None
    assert clustered([(1, CELLS)] * 20, 1) is not None


@pytest.mark.slow
def test_an_interval_that_is_too_narrow_would_be_seen() -> None:
    """The same audits with an interval of 80 %."""
    covered = 0
    for _, drawn, wrong in audits(0.05):
        bounds = binomial(sum(one.report_id in wrong for one in drawn), SAMPLE, 0.8)
        covered += bounds.low <= 0.05 <= bounds.high
    assert 100 * covered / AUDITS < LEAST


def test_clustered_errors_are_less_sure_than_scattered_ones() -> None:
    together = clustered([(30, 100)] * 10 + [(0, 100)] * 590, 1)
    scattered = clustered([(1, 100)] * 300 + [(0, 100)] * 300, 1)
    assert together and scattered and together.rate == scattered.rate
    assert together.high - together.low > 2 * (scattered.high - scattered.low)
