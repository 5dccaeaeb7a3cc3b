"""A county's reports as series: what one year carries over the next one carries in, with a known share of
reports that are withheld and of publishers whose totals are not the sum of their parts."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from demo.compose import plan
from demo.figures import APPLICANTS, figures
from demo.province.model import Form, Item
from demo.province.reports import agency_of

WRONG_TOTALS = "publisher_arithmetic_error"
# Agencies with something to get wrong.
ENOUGH_REQUESTS = ("busy", "county", "city")
# So many of the pages with wrong totals have an attachment that prints the same.
WITH_FILE = 0.5
# Before them the form has no row for requests carried over.
FIRST_CHAINED = "e2019"

Items = tuple[Item, ...]


def lived_in(code: str, items: Items, rng: Random, missing: int, wrong: int) -> tuple[Items, Items]:
    """The items with their reports chained, so many of them `wrong`; and so many `missing` that are withheld,
    which are not among them."""
    chained = _chained(code, items)
    reports = [item for item in chained if item.report]
    withheld = rng.sample([item for item in reports if item.source.kind != "government"], missing)
    able = [item for item in reports if item not in withheld and _size(code, item) in ENOUGH_REQUESTS]
    spoilt = {item.key for item in rng.sample(able, wrong)}
    kept = tuple(
        _also_in_a_file(replace(item, report=replace(item.report, faults=(WRONG_TOTALS,))))
        if item.report and item.key in spoilt
        else item
        for item in chained
        if item not in withheld
    )
    return kept, tuple(withheld)


def _also_in_a_file(item: Item) -> Item:
    """The item, a page alone every other time, with the report in a file beside it: two sources show whose
    the wrong totals are, one does not."""
    both = item.form is Form.PAGE and Random(item.key).random() < WITH_FILE
    return replace(item, form=Form.BOTH, file_types=("pdf",)) if both else item


def _chained(code: str, items: Items) -> Items:
    """The items, each report with what the agency's report of the year before left to it."""
    left: dict[tuple[str, int], tuple[int, ...]] = {}
    done: dict[str, Item] = {}
    for item in sorted(items, key=lambda one: one.report.year if one.report else 0):
        report = item.report
        if report and report.form >= FIRST_CHAINED:
            carried_in = left.get((item.source.slug, report.year - 1))
            item = replace(item, report=replace(report, carried_in=carried_in))
            left[item.source.slug, report.year] = _carried_over(code, item)
        done[item.key] = item
    return tuple(done[item.key] for item in items)


def _carried_over(code: str, item: Item) -> tuple[int, ...]:
    """Row four of table three, by kind of applicant, as `demo.generate` will print it."""
    report = item.report
    assert report is not None
    rng = Random(f"{report.seed} {report.form}")
    planned = plan(rng, report.form, agency_of(code, item.source.name), report.year)
    made = figures(rng, planned.editions, planned.size, report.carried_in)
    return tuple(int(made["t3:4", applicant]) for applicant in APPLICANTS)


def _size(code: str, item: Item) -> str:
    report = item.report
    assert report is not None
    rng = Random(f"{report.seed} {report.form}")
    return plan(rng, report.form, agency_of(code, item.source.name), report.year).size
