"""Functions: names mean what the tables say, in the years they say, and no two rows disagree."""

import csv
from pathlib import Path

import pytest

from base.paths import REGISTRY
from base.tables import TableError
from extract.agencies.functions import load_functions
from extract.agencies.names import read_name
from extract.agencies.patterns import expand
from extract.agencies.registry import load
from extract.agencies.tables import AGENCIES
from tests.agencies.registries import write

functions = load_functions()
FUNCTIONS = "function_code,zh,en,levels,management,since,until,note\n"
NAMES = "function_code,name,also,since,until,note\n"
TO, BACK = "commerce,water,merged,2018,2020,county,x,\n", "water,commerce,split,{},county,x,\n"
LINEAGE = "predecessor,successor,type,from_year,to_year,levels,source,note\n"
TWO = FUNCTIONS + "commerce,商务局,x,county,local,,,\nwater,水利局,x,county,local,,,\n"
PRINTED = list(csv.DictReader((Path(__file__).parent / "names.csv").read_text(encoding="utf-8").splitlines()))


def test_the_table_of_printed_names_is_large() -> None:
    assert len(PRINTED) >= 150
    assert len({row["function"] for row in PRINTED}) >= 60


@pytest.mark.parametrize("row", PRINTED, ids=[row["name"] for row in PRINTED])
def test_printed_names(row: dict[str, str]) -> None:
    """One place, one unit, one function; without its class a name is read, but not certain."""
    registry, year = load(), int(row["year"])
    found = {
        (
            registry.places.full_name(registry.places.of_year(place, year)),  # type: ignore[arg-type]
            reading.unit,
            reading.function,
            "branch" if reading.branch else "",
            "yes" if reading.certain else "no",
        )
        for reading in read_name(row["name"], registry, year)
        for place in reading.places or ()
    }
    columns = ("place", "unit", "function", "branch", "certain")
    assert found == ({tuple(row[c] for c in columns)} if row["function"] else set())


@pytest.mark.parametrize(
    ("name", "year", "function"),
    [
        ("农牧局", 2016, "agriculture"),
        ("农牧局", 2022, "agriculture_rural"),
        ("环保局", 2016, "environment"),
        ("卫计局", 2017, "health_family_planning"),
        ("工信局", 2021, "industry"),
        ("科技工信局", 2021, "industry"),
    ],
)
def test_names_in_their_years(name: str, year: int, function: str) -> None:
    assert {named.function for named in functions.named(name, year)} == {function}


@pytest.mark.parametrize(("name", "year"), [("环保局", 2023), ("卫健局", 2012), ("乡村振兴局", 2015)])
def test_names_out_of_their_years_mean_nothing(name: str, year: int) -> None:
    assert functions.named(name, year) == ()
    assert functions.named(name, None) != ()


def test_a_merged_organ_says_what_it_has_taken_in() -> None:
    assert functions.named("科技工信局", 2021)[0].also == ("science",)
    assert functions.named("文广旅体局", 2021)[0].also == ("sports",)


@pytest.mark.parametrize(
    ("function", "level", "successors"),
    [
        ("environment", "county", {("ecology", "moved")}),
        ("environment", "prefecture", {("ecology", "renamed")}),
        ("poverty", "county", {("rural_revitalization", "renamed")}),
        ("land", "county", {("natural_resources", "merged")}),
        ("commerce", "county", set()),
    ],
)
def test_lineage(function: str, level: str, successors: set[tuple[str, str]]) -> None:
    assert {(line.successor, line.type) for line in functions.successors(function, level)} == successors


def test_lineage_over_several_steps_and_by_year() -> None:
    assert [line.successor for line in functions.path("poverty", "agriculture_rural")] == [
        "rural_revitalization",
        "agriculture_rural",
    ]
    assert functions.path("agriculture_rural", "poverty") == ()
    assert functions.successors("rural_revitalization", "county", 2022) == ()
    assert {line.predecessor for line in functions.lineage if line.successor == "emergency"} == {
        "work_safety"
    }


def test_every_line_of_lineage_has_a_source_and_its_functions_have_names() -> None:
    named = {one.function for of_name in functions.names[""].values() for one in of_name}
    for line in functions.lineage:
        assert line.source
        assert {line.predecessor, line.successor} <= named


def test_every_function_goes_by_its_own_name() -> None:
    for function in functions.by_code.values():
        if function.code in ("survey_team", "central_bank", "financial_supervision"):
            continue  # named with the place in the middle
        assert function.code in {named.function for named in functions.named(function.zh, None)}, function.zh


def test_patterns_are_written_out() -> None:
    assert expand("卫生[和]健康(局|委)") == ("卫生和健康局", "卫生和健康委", "卫生健康局", "卫生健康委")
    assert expand("(文化|文)[化]局") == ("文化化局", "文化局", "文局")
    for broken in ("商务(局", "商务局)", "[商务", "商(务]"):
        with pytest.raises(ValueError):
            expand(broken)


FAULTS = {
    "two rows claim a name": (
        {"functions": TWO, "function_names": NAMES + "commerce,商务局,,,,\nwater,(水利|商务)局,,,,\n"},
        "function_names.csv, line 3: 商务局 is water here and commerce in line 2",
    ),
    "no such function": (
        {"functions": TWO, "function_names": NAMES + "trade,商务局,,,,\n"},
        "function_names.csv, line 2: function trade is not in functions.csv",
    ),
    "broken pattern": (
        {"functions": TWO, "function_names": NAMES + "commerce,商务(局,,,,\n"},
        "function_names.csv, line 2: name: a ( is not closed",
    ),
    "years": (
        {"functions": TWO, "function_names": NAMES + "commerce,商务局,,2020,2010,\n"},
        "function_names.csv, line 2: until 2010 is before since 2020",
    ),
    "circle": (
        {
            "functions": TWO,
            "function_names": NAMES,
            "lineage": LINEAGE
            + "commerce,water,merged,2018,2020,county,x,\nwater,commerce,split,2019,2019,county,x,\n",
        },
        "lineage.csv, line 2: the lineage runs in a circle",
    ),
    "code twice": (
        {"functions": TWO + "water,水务局,x,county,local,,,\n", "function_names": NAMES, "lineage": LINEAGE},
        "functions.csv, line 4: function_code 'water'",
    ),
    "header": ({"functions": "code,zh\n"}, "functions.csv, line 1: the header lacks function_code"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_named_with_file_and_line(fault: str, tmp_path: Path) -> None:
    tables, message = FAULTS[fault]
    with pytest.raises(TableError) as caught:
        load_functions(write(tmp_path, **({"lineage": LINEAGE} | tables)))
    assert message in str(caught.value)


def test_there_and_back_in_later_years_is_no_circle(tmp_path: Path) -> None:
    lineage = LINEAGE + TO + BACK.format("2023,2025")
    own = load_functions(write(tmp_path, functions=TWO, function_names=NAMES, lineage=lineage))
    assert len(own.lineage) == 2


def test_a_name_may_pass_from_one_function_to_another(tmp_path: Path) -> None:
    names = NAMES + "commerce,甲局,,,2018,\nwater,甲局,,2019,,\n"
    own = load_functions(write(tmp_path, functions=TWO, function_names=names, lineage=LINEAGE))
    assert [own.named("甲局", year)[0].function for year in (2018, 2019)] == ["commerce", "water"]


def test_tables_end_with_a_line_and_hold_no_padding() -> None:
    for path in sorted((REGISTRY / AGENCIES).glob("*.csv")):
        text = path.read_text(encoding="utf-8")
        assert text.endswith("\n"), path.name
        assert "\r" not in text, path.name
