"""Counties, agencies and codes are made up: none of them exists or ever existed."""

import csv
import re
from random import Random

from demo.places import agencies_of, any_agency, places
from tests.shared import SHARED, needs_shared

SUFFIX = re.compile(r"(市|县|区|省|自治县|自治州|地区|盟|旗)$")


def stem(name: str) -> str:
    return SUFFIX.sub("", name)


@needs_shared
def test_no_name_and_no_code_exists() -> None:
    registry = SHARED / "registry"
    with (registry / "divisions.tsv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["code"], row["name"]) for row in csv.DictReader(file, delimiter="\t")]
    with (registry / "divisions_history.csv").open(encoding="utf-8-sig", newline="") as file:
        rows += [(row["代码"], row["名称"]) for row in csv.DictReader(file)]
    assert len(rows) > 5_000
    codes = {code for code, _ in rows}
    provinces = {code[:2] for code in codes}
    stems = {stem(name) for _, name in rows}
    for place in places():
        assert place.code not in codes
        assert place.code[:2] not in provinces
        assert stem(place.name) not in stems, place.name
        assert stem(place.prefecture) not in stems, place.prefecture


def test_codes_are_of_a_prefix_that_no_province_has_and_unique() -> None:
    codes = [place.code for place in places()]
    assert len(set(codes)) == len(codes) >= 20
    assert all(re.fullmatch(r"99\d{4}", code) for code in codes)
    assert len({place.name for place in places()}) == len(codes)


def test_every_place_has_a_government_and_agencies_with_distinct_names() -> None:
    for place in places():
        agencies = agencies_of(place)
        assert sum(agency.kind == "government" for agency in agencies) == 1
        assert len({agency.name for agency in agencies}) == len(agencies)
        assert all(place.name in agency.name for agency in agencies)


def test_picking_is_by_the_seed() -> None:
    assert any_agency(Random(3)) == any_agency(Random(3))
    assert len({any_agency(Random(seed)).name for seed in range(60)}) > 30
