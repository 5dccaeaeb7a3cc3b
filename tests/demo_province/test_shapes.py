"""By shape: how many reports a crawl finds, how many it tells of, and none that it loses in silence."""

from __future__ import annotations

import pytest

from demo.province.shapes.shape import STANDS, Shape
from demo.province.shapes.surveyed import surveyed
from demo.province.shapes.table import row_of


@pytest.mark.slow
@pytest.mark.parametrize("shape", Shape)
def test_what_a_shape_hides_is_found_or_told(shape: Shape, tmp_path_factory: pytest.TempPathFactory) -> None:
    row = row_of(shape, tmp_path_factory.mktemp(shape.value))
    assert row.silent == 0, row
    assert row.reports == row.found + row.told > 0
    assert (row.told == 0) is STANDS[shape].all_found, row
    assert row.alarms > 0 or STANDS[shape].all_found
    assert row.alarms > 0 or shape is not Shape.STATES_MORE
    assert row.shown > 0, "the shape was not shown"


@pytest.mark.parametrize(
    "shape", [Shape.HEADER_ENDS, Shape.TWO_STORES, Shape.FOLDERS_IN_PAGES, Shape.PAGE_TWO_HOME]
)
def test_some_of_them_at_every_run(shape: Shape, tmp_path_factory: pytest.TempPathFactory) -> None:
    test_what_a_shape_hides_is_found_or_told(shape, tmp_path_factory)


@pytest.mark.slow
def test_a_survey_and_a_refresh_of_all_shapes_and_troubles_lose_nothing_in_silence(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rows = {row.name: row for row in surveyed(tmp_path_factory.mktemp("surveyed"))}
    assert {name: row.silent for name, row in rows.items() if row.silent} == {}
    assert len(rows) > len(Shape) and all(row.reports == row.found + row.told > 0 for row in rows.values())
    # A frame beside the first line alone is not enough to be sure of a column; a person decides.
    whole = {shape.value for shape in Shape if STANDS[shape].all_found} - {Shape.IN_FRAME.value}
    assert {name for name in whole if rows[name].found < rows[name].reports} == set()
