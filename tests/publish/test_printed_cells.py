"""A printed cell, asked for as a person would; where it is not there, the answer names what is."""

from __future__ import annotations

import pytest

from publish.printed_cells import NoCellError, cells_of_agency
from query.database import open_build
from tests.publish.made import Made


@pytest.mark.parametrize("word", ["row_code", "name", "label_zh", "label_en"])
def test_a_row_goes_by_its_code_its_name_and_its_label(made: Made, word: str) -> None:
    with open_build(made.build) as connection:
        agency = connection.execute("SELECT min(agency_name) FROM facts").fetchall()[0][0]
        row = connection.execute(f"SELECT {word} FROM codebook WHERE row_code = 't3:1'").fetchall()[0][0]
        (cell,) = cells_of_agency(connection, agency, 2023, row, "natural_person")
    assert (cell.cell["row_code"], cell.cell["applicant_type"]) == ("t3:1", "natural_person")


@pytest.mark.parametrize(
    ("year", "row", "applicant", "named"),
    [
        (2022, "t3:1", "total", "2020, 2021, 2023, 2024"),
        (2023, "t3:1", "company", "natural_person, "),
        (2023, "t3:l", "total", "t3:1"),
        (2023, "新收政府信息公开申请", "total", "t3:1"),
        (2023, "天气", "total", "FROM codebook"),
    ],
)
def test_where_it_is_not_there_the_answer_names_what_is(
    made: Made, year: int, row: str, applicant: str, named: str
) -> None:
    with open_build(made.build) as connection:
        agency = connection.execute("SELECT min(agency_name) FROM facts").fetchall()[0][0]
        with pytest.raises(NoCellError) as told:
            cells_of_agency(connection, agency, year, row, applicant)
    assert named in str(told.value)
