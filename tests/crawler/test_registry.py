"""The registry is complete as promised, and a faulty row is named with its file and line."""

import csv
import doctest
import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from base import log_file
from base.paths import REGISTRY
from base.tables import TableError
from crawler import addresses
from crawler.columns import links, menus
from crawler.registry import rows as registry_rows
from crawler.registry import tables as registry
from crawler.registry.rows import COLUMNS, RegisteredColumn
from crawler.registry.tables import check, export, load
from crawler.runs import outcomes
from crawler.runs.outcomes import Outcome, advice
from tests.crawler.crawl import site_row, write_registry
from tests.shared import SHARED, needs_shared


def test_all_county_level_portals_are_in() -> None:
    tables = load()
    levels = Counter(
        tables.divisions[site.division_code].level for site in tables.sites.values() if site.division_code
    )
    assert levels == {"县级": 2838, "地级": 333, "省级": 31}
    assert len(tables.sites) == 3209
    assert all(site.portal_url.startswith(("http://", "https://")) for site in tables.sites.values())
    assert all(site.host.endswith(".gov.cn") for site in tables.sites.values())
    assert Counter(division.level for division in tables.divisions.values()) == {
        "县级": 2846,
        "地级": 333,
        "省级": 34,
    }


@needs_shared
def test_no_portal_of_the_seed_is_lost_or_altered() -> None:
    with (SHARED / "registry" / "portals.tsv").open(encoding="utf-8", newline="") as file:
        seed = {(row["code"], row["name"], row["portal_url"]) for row in csv.DictReader(file, delimiter="\t")}
    assert {(site.division_code, site.name, site.portal_url) for site in load().sites.values()} == seed
    with (SHARED / "registry" / "divisions_history.csv").open(encoding="utf-8-sig", newline="") as file:
        history = list(csv.reader(file))[1:]
    with (REGISTRY / "divisions_history.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1:] == history


def test_no_site_is_called_verified_before_a_crawl_has_seen_it_and_known_faults_are_marked() -> None:
    sites = load().sites.values()
    assert {site.verified for site in sites} == {"unverified"}
    assert {site.name for site in sites if site.host == "www.putuo.gov.cn"} == {"普陀区"}
    assert {site.fault for site in sites if site.host == "www.putuo.gov.cn"} == {"shared_host"}
    assert Counter(site.fault for site in sites) == {"": 3194, "shared_host": 8, "no_division": 7}


def test_a_region_is_a_name_or_the_beginning_of_a_code() -> None:
    tables = load()
    assert {site.division_code[:2] for site in tables.select(region="广东省")} == {"44"}
    assert tables.select(region="广东省") == tables.select(region="44")
    assert {site.division_code[:4] for site in tables.select(region="桂林市")} == {"4503"}
    assert [site.name for site in tables.select(sites=["440103"])] == ["荔湾区"]
    with pytest.raises(LookupError, match="no division '亚特兰蒂斯'"):
        tables.select(region="亚特兰蒂斯")
    with pytest.raises(LookupError, match="no site 999999"):
        tables.select(sites=["999999"])


FAULTS = {
    "unknown division": ("s2,999999,县,http://b.gov.cn/,trs,,unverified,,,,,", "division_code '999999'"),
    "no division, unmarked": ("s2,,县,http://b.gov.cn/,trs,,unverified,,,,,", "division_code ''"),
    "no address": ("s2,110101,县,www.b.gov.cn,trs,,unverified,,,,,", "whole http or https address"),
    "wrong scheme": ("s2,110101,县,ftp://b.gov.cn/,trs,,unverified,,,,,", "whole http or https address"),
    "bad port": ("s2,110101,县,http://b.gov.cn:x/,trs,,unverified,,,,,", "is no address"),
    "user name": ("s2,110101,县,http://u@b.gov.cn/,trs,,unverified,,,,,", "neither a user name"),
    "ip address": ("s2,110101,县,http://10.0.0.1/,trs,,unverified,,,,,", "not an IP address"),
    "blank in address": (
        "s2,110101,县,http://b.gov.cn/a b,trs,,unverified,,,,,",
        "whole http or https address",
    ),
    "unknown family": ("s2,110101,县,http://b.gov.cn/,wordpress,,unverified,,,,,", "family 'wordpress'"),
    "no name": ("s2,110101,,http://b.gov.cn/,trs,,unverified,,,,,", "name is empty"),
    "confidence": ("s2,110101,县,http://b.gov.cn/,trs,sure,unverified,,,,,", "family_confidence 'sure'"),
    "verified without day": ("s2,110101,县,http://b.gov.cn/,trs,,by_hand,,,,,", "belong together"),
    "day": ("s2,110101,县,http://b.gov.cn/,trs,,by_hand,yesterday,,,,", "verified_at 'yesterday'"),
    "delay": ("s2,110101,县,http://b.gov.cn/,trs,,unverified,,-1,,,", "delay '-1'"),
    "endless delay": ("s2,110101,县,http://b.gov.cn/,trs,,unverified,,inf,,,", "delay 'inf'"),
    "tls": ("s2,110101,县,http://b.gov.cn/,trs,,unverified,,,none,,", "tls_profile 'none'"),
    "id twice": ("s1,110101,县,http://b.gov.cn/,trs,,unverified,,,,,", "stands in the table twice"),
    "bad id": ("s 2,110101,县,http://b.gov.cn/,trs,,unverified,,,,,", "site_id 's 2'"),
    "host twice": ("s2,110101,县,https://a.gov.cn/,trs,,unverified,,,,,", "mark both shared_host"),
    "too few cells": ("s2,110101,县", "3 cells instead of 12"),
    "too many cells": ("s2,110101,县,http://b.gov.cn/,trs,,unverified,,,,,,x", "13 cells instead of 12"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_site_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    row, message = FAULTS[name]
    directory = write_registry(tmp_path, [site_row("s1", "http://a.gov.cn/"), row])
    problems = check(directory)
    assert any(problem.startswith("sites.csv, line 3: ") for problem in problems)
    assert message in "\n".join(problems)
    with pytest.raises(TableError, match=r"sites\.csv, line 3"):
        load(directory)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("s9,nb,http://a.gov.cn/nb/,trs,,reports,", "site_id 's9' is not in sites.csv"),
        ("s1,,http://a.gov.cn/nb/,trs,,reports,", "column_id ''"),
        ("s1,nb,nb/,trs,,reports,", "whole http or https address"),
        ("s1,nb,http://a.gov.cn/nb/,,,reports,", "family ''"),
        ("s1,nb,http://a.gov.cn/nb/,trs,,news,", "kind 'news'"),
        ("s1,nb,http://a.gov.cn/nb/,trs,,reports,unit", "parameters 'unit'"),
        ("s1,one,http://a.gov.cn/2/,trs,,reports,", "stands in the table twice"),
        ("s1,two,http://a.gov.cn/1/,trs,,reports,", "is registered twice"),
        ("s1,two,https://a.gov.cn/1/,trs,,reports,", "is registered twice"),
        ("s1,two,http://www.a.gov.cn/1/index.html,trs,,reports,", "is registered twice"),
    ],
)
def test_a_faulty_column_is_named_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    good = "s1,one,http://a.gov.cn/1/,trs,,reports,"
    directory = write_registry(tmp_path, [site_row("s1", "http://a.gov.cn/")], [good, row])
    (problem,) = check(directory)
    assert problem.startswith("columns.csv, line 3: ")
    assert message in problem


def test_one_address_may_have_columns_of_different_parameters_and_not_of_the_same(tmp_path: Path) -> None:
    columns = [f"s1,c{n},http://a.gov.cn/module/,trs,,module,unit={unit}" for n, unit in enumerate("127")]
    directory = write_registry(tmp_path, [site_row("s1", "http://a.gov.cn/")], columns)
    assert check(directory) == ()
    again = "s1,x,https://www.a.gov.cn/module/,trs,,module,unit=2"
    directory = write_registry(tmp_path, [site_row("s1", "http://a.gov.cn/")], [*columns, again])
    (problem,) = check(directory)
    assert problem.startswith("columns.csv, line 5: ") and "registered twice" in problem


def test_a_host_with_www_is_the_same_host(tmp_path: Path) -> None:
    sites = [site_row("s1", "http://a.gov.cn/"), site_row("s2", "https://www.a.gov.cn/")]
    problems = check(write_registry(tmp_path, sites))
    assert len(problems) == 2 and all("mark both shared_host" in problem for problem in problems)


def damaged(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def apply(directory: Path) -> None:
        path = directory / "sites.csv"
        path.write_bytes(change(path.read_bytes()))

    return apply


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (damaged(lambda data: data.replace("县".encode(), "县".encode("gb18030"))), "not UTF-8"),
        (damaged(lambda data: b"id" + data), "the header should be site_id,division_code"),
        (damaged(lambda _: b""), "the header should be"),
        (lambda directory: (directory / "sites.csv").unlink(), "is missing"),
    ],
)
def test_a_table_that_is_none_is_named(tmp_path: Path, damage: Callable[[Path], None], message: str) -> None:
    directory = write_registry(tmp_path, [site_row("s1", "http://a.gov.cn/")])
    damage(directory)
    assert any(message in problem and problem.startswith("sites.csv, ") for problem in check(directory))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = [row for row, _ in FAULTS.values()]
    directory = write_registry(tmp_path, [site_row("s1", "http://a.gov.cn/"), *rows], ["x,nb,u,f,,reports,"])
    with pytest.raises(TableError) as raised:
        load(directory)
    places = {problem.partition(":")[0] for problem in raised.value.problems}
    # A host given twice can be seen only between rows that are sound otherwise.
    sound = {3 + list(FAULTS).index("host twice")}
    assert places >= {f"sites.csv, line {n}" for n in range(3, 3 + len(rows)) if n not in sound}
    assert "columns.csv, line 2" in places


# What `csv` makes of a row: cells too many under None, cells too few as None.
WHOLE: dict[str | None, object] = dict.fromkeys(COLUMNS, "x")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**WHOLE, None: ["more"]}, "row 2 has more or fewer cells"),
        ({**WHOLE, "url": None}, "row 2 has more or fewer cells"),
        (WHOLE, "the rows to add would begin with line 2"),
    ],
)
def test_rows_that_cannot_be_added_are_named_by_where_they_stand(
    tmp_path: Path, row: dict[str, Any], message: str
) -> None:
    directory = write_registry(tmp_path, [site_row("s1", "http://a.gov.cn/")])
    before = (directory / "columns.csv").read_bytes()
    good = dict(zip(COLUMNS, ["s1", "nb", "http://a.gov.cn/nb/", "trs", "", "reports", ""], strict=True))
    with pytest.raises(TableError) as raised:
        registry.add_rows(directory, [good, row])
    assert message in "\n".join(raised.value.problems)
    assert (directory / "columns.csv").read_bytes() == before


def test_rows_are_added_only_to_a_registry_that_stays_sound(tmp_path: Path) -> None:
    directory = write_registry(tmp_path, [site_row("s1", "http://a.gov.cn/")])
    column = RegisteredColumn("s1", "nb", "http://a.gov.cn/nb/", "trs", "", "reports", {"unitid": "5"})
    registry.add_column(directory, column)
    before = (directory / "columns.csv").read_bytes()
    for faulty in (column, replace(column, column_id="x", family="?"), replace(column, site_id="?")):
        with pytest.raises(TableError):
            registry.add_column(directory, faulty)
        assert (directory / "columns.csv").read_bytes() == before
    site = replace(load(directory).sites["s1"], site_id="s2", portal_url="http://b.gov.cn/", delay=2.5)
    registry.add_site(directory, site)
    tables = load(directory)
    assert tables.sites["s2"] == site
    assert tables.columns == (column,)


def test_a_site_is_marked_verified(tmp_path: Path) -> None:
    directory = write_registry(
        tmp_path, [site_row("s1", "http://a.gov.cn/"), site_row("s2", "http://b.gov.cn/")]
    )
    registry.mark_verified(directory, {"s1": "site_tags"}, date(2026, 1, 31))
    sites = load(directory).sites
    assert (sites["s1"].verified, sites["s1"].verified_at) == ("site_tags", date(2026, 1, 31))
    assert sites["s2"].verified == "unverified"


def test_export_has_a_record_for_each_site_and_column(tmp_path: Path) -> None:
    columns = [f"s1,{n},http://a.gov.cn/{n}/,trs,,reports," for n in (1, 2)]
    directory = write_registry(
        tmp_path, [site_row("s1", "http://a.gov.cn/"), site_row("s2", "http://b.gov.cn/")], columns
    )
    records = list(export(load(directory)))
    assert [(r["site_id"], r["column_column_id"]) for r in records] == [("s1", "1"), ("s1", "2"), ("s2", "")]
    assert json.loads(json.dumps(records)) == records
    assert len(list(export(load()))) == 3209


def test_every_outcome_has_its_advice() -> None:
    table = advice()
    assert set(table) == set(Outcome)
    assert {o for o in Outcome if not table[o].needs_person} == {"ok", "unchanged", "redirect"}
    assert all(entry.meaning and entry.what_to_do for entry in table.values())


@pytest.mark.parametrize(
    "module", [addresses, links, log_file, menus, outcomes, registry_rows], ids=lambda m: m.__name__
)
def test_the_examples_in_docstrings_hold(module: ModuleType) -> None:
    results = doctest.testmod(module)
    assert results.attempted and not results.failed


def test_crawls_that_end_at_once_lose_nothing_of_what_each_has_verified(tmp_path: Path) -> None:
    ids = [f"s{number}" for number in range(12)]
    directory = write_registry(tmp_path, [site_row(one, f"http://{one}.gov.cn/") for one in ids])

    def mark(site_id: str) -> None:
        registry.mark_verified(directory, {site_id: "site_tags"}, date(2026, 1, 31))

    with ThreadPoolExecutor(len(ids)) as threads:
        list(threads.map(mark, ids))
    assert {site.verified for site in registry.load(directory).sites.values()} == {"site_tags"}
