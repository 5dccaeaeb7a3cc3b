"""Places: every bearer of a name, what a code stood for in a year, and no change crossed in silence."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.paths import REGISTRY
from base.tables import TableError
from extract.agencies.places.derived import derive, main
from extract.agencies.places.file import load_places
from extract.agencies.places.over_time import Period, UnknownDivisionError
from tests.agencies.registries import PLACES, write

places = load_places()
HISTORY = "code,province,prefecture,name,level,status,since,until,successor_codes\n"
DIVISIONS = "code,level,parent_code,province,prefecture,name,since\n"


def codes(periods: tuple[Period, ...]) -> set[str]:
    return {period.code for period in periods}


def test_the_committed_table_is_what_the_divisions_tables_give() -> None:
    committed = (REGISTRY / "places.csv").read_text(encoding="utf-8")
    assert derive() == committed, "run python -m extract.agencies.places.derived and commit places.csv"


def test_every_code_and_every_year_of_the_history_is_in_the_table() -> None:
    history = (REGISTRY / "divisions_history.csv").read_text(encoding="utf-8").splitlines()[1:]
    spans = {(line.split(",")[0], line.split(",")[3], line.split(",")[6]) for line in history}
    assert {(p.code, p.name, str(p.valid_from)) for p in places.periods} == spans
    ended = [p for p in places.periods if p.valid_to is not None]
    assert len(ended) > 3000
    assert [p for p in ended if not p.successors] == []


def test_homonyms_are_all_found_and_told_apart_by_their_full_names() -> None:
    full = {places.full_name(period) for period in places.bearers("鼓楼区", 2020)}
    assert full == {"江苏省南京市鼓楼区", "江苏省徐州市鼓楼区", "福建省福州市鼓楼区", "河南省开封市鼓楼区"}
    assert len(places.bearers("城区", 2017)) == 5
    # Two of the five ended in 2018: a report for 2018 may still bear the name, one for 2020 may not.
    assert len(places.bearers("城区", 2018)) == 5
    assert codes(places.bearers("城区", 2020)) == {"140302", "140502", "441502"}
    assert codes(places.bearers("市中区", 2020)) == {"370103", "370402", "511002", "511102"}


def test_a_name_without_a_year_means_the_years_of_reports() -> None:
    # 淮安市 was a county-level city until 2000, long before any report.
    assert codes(places.bearers("淮安市")) == {"320800"}


def test_short_names_of_autonomous_places() -> None:
    assert codes(places.bearers("恩施州", 2020)) == {"422800"}
    assert codes(places.bearers("长阳县", 2020)) == {"420528"}
    assert places.bearers("长阳区", 2020) == ()


@pytest.mark.parametrize(
    ("code", "year", "led_to", "kinds"),
    [
        ("332500", 2020, {"331100"}, {"recoded renamed"}),
        ("342502", 2021, {"341881"}, {"recoded"}),
        ("130323", 2022, {"130302", "130304", "130306"}, {"split", "recoded renamed"}),
        ("320611", 2023, {"320613"}, {"merged"}),
        ("320613", 2015, {"320602", "320611"}, {"recoded", "merged"}),
        ("341400", 2015, {"340100", "340200", "340500"}, {"split"}),
        ("110101", 2005, {"110101", "110103"}, {"merged"}),
        ("330113", 2015, {"330110"}, {"split"}),
        ("371200", 2020, {"370100"}, {"merged"}),
        ("130502", 2010, {"130502", "130521"}, {"renamed", "split"}),
        ("410702", 2023, {"410702"}, set()),
    ],
)
def test_following_says_which_breaks_were_crossed(
    code: str, year: int, led_to: set[str], kinds: set[str]
) -> None:
    trace = places.follow(places.of_code(code)[-1], year)
    assert codes(trace.periods) == led_to
    assert {step.kind for step in trace.breaks} == kinds


def test_a_rename_keeps_the_place_and_a_merger_does_not() -> None:
    assert [p.name for p in places.of_place("320803")][-2:] == ["楚州区", "淮安区"]
    assert [(p.code, p.name) for p in places.of_place("341881")] == [
        ("342524", "宁国县"),
        ("342502", "宁国市"),
        ("341881", "宁国市"),
    ]
    assert places.of_year("320611", 2023) is None
    assert places.of_code("320611")[-1].place_id == "320611"


def test_a_code_given_twice_to_different_places_has_two_places() -> None:
    # 132201 was 邢台市 (county level), and from 1986 南宫市.
    assert {p.place_id for p in places.of_code("132201")} == {"132201", "130581"}


def test_what_a_code_stood_for_in_a_year() -> None:
    assert places.at("130502", 2019).name == "桥东区"  # type: ignore[union-attr]
    assert places.at("130502", 2020).name == "襄都区"  # type: ignore[union-attr]
    assert places.at("330113", 2015) is None
    assert places.of_code("999999") == ()
    with pytest.raises(UnknownDivisionError, match="999999"):
        places.of_place("999999")


def test_ancestors_are_those_of_the_year() -> None:
    assert places.ancestors("370116", 2015) == ("371200", "370000")
    assert places.ancestors("370116", 2020) == ("370100", "370000")
    assert places.ancestors("429004", 2020) == ("420000",)


@given(st.sampled_from(places.periods), st.integers(1981, 2024))
def test_following_reaches_only_what_was_in_force_then(period: Period, year: int) -> None:
    trace = places.follow(period, year)
    assert all(found.covers(year) for found in trace.periods)
    if period.valid_from <= year:
        assert trace.periods, "nothing that was in force can vanish"
    if period not in trace.periods:
        assert trace.breaks or not trace.periods
    assert all(step.before != step.after for step in trace.breaks)


def test_the_way_back_ends_where_a_place_took_in_what_was_cut_out_of_it() -> None:
    """黄埔区 gave a part to 萝岗区 in 2005 and took it in in 2014."""
    cut_out, giver = places.of_place("440116")[0], places.of_place("440112")[-1]
    assert giver in places.follow(cut_out, 2004).periods
    assert giver in places.follow(giver, 2004).periods


def test_every_place_can_be_followed_to_every_year() -> None:
    for period in places.periods:
        for year in range(1981, 2025, 4):
            assert all(found.covers(year) for found in places.follow(period, year).periods)


@given(st.sampled_from(places.periods))
def test_a_place_has_one_period_at_a_time_and_ends_where_its_successors_begin(period: Period) -> None:
    same = [p for p in places.of_place(period.place_id) if p is not period]
    assert not any(p.covers(period.valid_from) for p in same)
    for code in period.successors:
        assert places.at(code, period.valid_to or 0) is not None


FAULTS = {
    "of the future": (
        "990101,990101,甲县,county,,2031,,,began,x\n",
        "line 2: 990101 甲县 (2031-) is of the future",
    ),
    "no successor": (
        "990101,990101,甲县,county,,2001,2010,990102,began,x\n",
        "line 2: successor 990102 of 990101 甲县 (2001-2010) is in no row",
    ),
    "not yet": (
        "990101,990101,甲县,county,,2001,2010,990102,began,x\n990102,990102,乙县,county,,2012,,,began,x\n",
        "line 2: successor 990102 of 990101 甲县 (2001-2010) in 2010: it was not in force then",
    ),
    "circle": (
        "990101,990101,甲县,county,,2001,2010,990102,began,x\n"
        "990102,990102,乙县,county,,2005,2012,990101,began,x\n",
        "the successors run in a circle: 990102 -> 990101 -> 990102",
    ),
    "overlap": (
        "990101,990101,甲县,county,,2001,,,began,x\n990101,990101,乙县,county,,2005,,,renamed,x\n",
        "line 3: 990101 乙县 (2005-) and line 2",
    ),
    "years": ("990101,990101,甲县,county,,2010,2001,,began,x\n", "ends before it begins"),
    "code": ("990101,9901,甲县,county,,2010,,,began,x\n", "line 2: division_code '9901'"),
    "year": ("990101,990101,甲县,county,,20l0,,,began,x\n", "line 2: valid_from '20l0'"),
    "parent": ("990101,990101,甲县,county,990000,2010,,,began,x\n", "line 2: parent 990000"),
    "cells": ("990101,990101,甲县\n", "places.csv, line 2: 3 cells instead of 10"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_named_with_file_and_line(fault: str, tmp_path: Path) -> None:
    rows, message = FAULTS[fault]
    with pytest.raises(TableError) as caught:
        load_places(write(tmp_path, places=PLACES + rows), 2026)
    assert message in str(caught.value)
    assert "places.csv, line " in str(caught.value)


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    rows = "990101,9901,甲县,county,,2010,,,began,x\n990102,990102,乙县,shire,,2010,,,began,x\n"
    with pytest.raises(TableError) as caught:
        load_places(write(tmp_path, places=PLACES + rows), 2026)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "places.csv, line 2",
        "places.csv, line 3",
    ]


def test_the_table_of_a_registry_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = (
        HISTORY + "990000,某省,,某省,省级,在用,1981,,\n"
        "990100,某省,甲市,甲市,地级,在用,1990,,\n"
        "990101,某省,甲市,甲县,县级,弃用,1990,2018,990103;990104\n"
        "990102,某省,甲市,乙县,县级,变更,1990,2015,990102\n"
        "990102,某省,甲市,乙市,县级,在用,2015,,\n"
        "990103,某省,甲市,甲区,县级,在用,2018,,\n"
        "990104,某省,甲市,丙区,县级,在用,1990,,\n"
    )
    write(tmp_path, divisions_history=history, divisions=DIVISIONS)
    assert main([str(tmp_path)]) == 0
    assert "7 rows" in capsys.readouterr().out
    own = load_places(tmp_path)
    # 甲区 carries the name of 甲县 on; 丙区 took a part.
    assert [p.code for p in own.of_place("990103")] == ["990101", "990103"]
    assert [p.name for p in own.of_place("990102")] == ["乙县", "乙市"]
    assert own.full_name(own.of_code("990103")[0]) == "某省甲市甲区"


def test_a_registry_without_history_has_the_divisions_in_use(tmp_path: Path) -> None:
    rows = "990000,省级,,某省,,某省,2000\n990101,县级,990000,某省,直辖,甲县,2010\n"
    write(tmp_path, divisions=DIVISIONS + rows)
    assert main([str(tmp_path)]) == 0
    assert load_places(tmp_path).ancestors("990101", 2020) == ("990000",)


def test_a_faulty_divisions_table_makes_no_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        tmp_path, divisions_history=HISTORY + "99010,某省,,甲县,县级,在用,2001,1990,甲\n", divisions=DIVISIONS
    )
    assert main([str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "divisions_history.csv, line 2: code '99010'" in told
    assert "since 2001 is not before until 1990" in told
    assert not (tmp_path / "places.csv").exists()
