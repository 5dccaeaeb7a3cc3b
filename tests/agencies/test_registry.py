"""The registry's tables: contradictions, circles and unsigned decisions are named with file and line."""

from pathlib import Path

import pytest

from base.tables import TableError
from extract.agencies.evidence import AgencyEvidence
from extract.agencies.identity import Agency, parse_agency_id
from extract.agencies.registry import load
from extract.agencies.resolve import resolve
from tests.agencies.registries import ALIASES, SETTLED, SITES, registry, write

ZONES = "zone_id,name,aliases,division_code,site_code,since,source\n"
A, B, C = (f"511725:{function}" for function in ("commerce", "water", "finance"))
SIGNED = "t,2026-01-31,seen"
FAULTS: dict[str, tuple[dict[str, str | None], str]] = {
    "contradiction": (
        {"settled": f"{SETTLED}report,r1,,{A},{SIGNED}\nreport,r1,,{B},{SIGNED}\n"},
        f"settled.csv, line 3: r1 is {B} here and another agency in settled.csv, line 2",
    ),
    "no such place": (
        {"settled": f"{SETTLED}report,r1,,999999:commerce,{SIGNED}\n"},
        "settled.csv, line 2: agency_id: ",
    ),
    "no such function": (
        {"settled": f"{SETTLED}report,r1,,511725:trade,{SIGNED}\n"},
        "settled.csv, line 2: agency_id: function trade is not in functions.csv",
    ),
    "no id": (
        {"settled": f"{SETTLED}report,r1,,渠县商务局,{SIGNED}\n"},
        "settled.csv, line 2: agency_id: '渠县商务局' is no agency id; it should be like 410702:commerce",
    ),
    "kind": (
        {"settled": f"{SETTLED}name,r1,,{A},{SIGNED}\n"},
        "settled.csv, line 2: kind 'name' should be one of report, name_host, code, with a key",
    ),
    "host": (
        {"settled": f"{SETTLED}name_host,商务局,,{A},{SIGNED}\n"},
        "settled.csv, line 2: a host goes with name_host, and with nothing else",
    ),
    "unsigned": (
        {"settled": f"{SETTLED}report,r1,,{A},,2026-01-31,\n"},
        "settled.csv, line 2: by and why should say",
    ),
    "undated": (
        {"settled": f"{SETTLED}report,r1,,{A},t,31.1.2026,seen\n"},
        "settled.csv, line 2: when '31.1.2026' should be a date",
    ),
    "alias circle": (
        {"aliases": f"{ALIASES}{A},{B},{SIGNED}\n{B},{C},{SIGNED}\n{C},{A},{SIGNED}\n"},
        f"aliases.csv, line 2: the aliases run in a circle: {A} -> {B} -> {C} -> {A}",
    ),
    "alias of itself": (
        {"aliases": f"{ALIASES}{A},{A},{SIGNED}\n"},
        f"aliases.csv, line 2: the aliases run in a circle: {A} -> {A}",
    ),
    "alias twice": (
        {"aliases": f"{ALIASES}{A},{B},{SIGNED}\n{A},{C},{SIGNED}\n"},
        f"aliases.csv, line 3: {A} is another agency's alias in line 2",
    ),
    "zone twice": (
        {"zones": f"{ZONES}350128.甲区,甲区,,350128,,,x\n350128.乙区,乙区,甲区,350128,,,x\n"},
        "zones.csv, line 3: the zone 甲区 stands in line 2 too",
    ),
    "zone of nowhere": (
        {"zones": f"{ZONES}999999.甲区,甲区,,999999,,,x\n"},
        "zones.csv, line 2: zone_id '999999.甲区'",
    ),
    "site of nowhere": (
        {"sites": f"{SITES}a,999999,https://www.a.gov.cn/,unverified,\n"},
        "sites.csv, line 2: division_code '999999' is not in places.csv",
    ),
    "header": ({"settled": "report,agency\n"}, "settled.csv, line 1: the header lacks kind"),
    "not utf-8": ({"aliases": None}, "aliases.csv, line 1: the table is not UTF-8"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_named_with_file_and_line(fault: str, tmp_path: Path) -> None:
    tables, message = FAULTS[fault]
    write(tmp_path, **{name: text for name, text in tables.items() if text is not None})
    for name in (name for name, text in tables.items() if text is None):
        write(tmp_path, **{name: ""})
        (tmp_path / "agencies" / f"{name}.csv").write_bytes("机关".encode("gb18030"))
    with pytest.raises(TableError) as caught:
        load(tmp_path)
    assert message in str(caught.value)


def test_an_alias_leads_through_to_the_last(tmp_path: Path) -> None:
    own = registry(tmp_path, aliases=f"{ALIASES}{A},{B},{SIGNED}\n{B},{C},{SIGNED}\n")
    assert own.canonical(parse_agency_id(A)) == parse_agency_id(C)


def test_the_same_decision_twice_is_no_contradiction(tmp_path: Path) -> None:
    row = f"report,r1,,{A},{SIGNED}\n"
    assert len(registry(tmp_path, settled=SETTLED + row + row).settled) == 1


def test_hosts_below_a_portal_are_its_own() -> None:
    project = load()
    assert [site.division_code for site in project.sites_of("swj.quxian.gov.cn")] == ["511725"]
    assert [site.division_code for site in project.sites_of("WWW.QUXIAN.GOV.CN")] == ["511725"]
    assert {site.division_code for site in project.sites_of("www.putuo.gov.cn")} == {"310107", "330903"}
    assert project.sites_of("gov.cn") == ()
    assert project.sites_of("nosuchplace.gov.cn") == ()
    assert project.sites_of("xquxian.gov.cn") == ()


def test_a_registry_with_places_of_its_own_takes_nothing_said_of_the_projects(tmp_path: Path) -> None:
    header = "code,level,parent_code,province,prefecture,name,since\n"
    rows = "990100,地级,990000,某省,甲市,甲市,2000\n990121,县级,990000,某省,甲市,乙县,2000\n"
    own = registry(tmp_path, divisions=header + rows)
    assert own.places.ancestors("990121", 2020) == ("990100",)
    assert (own.zones, own.sites, own.settled) == ((), {}, {})
    assert resolve(AgencyEvidence(title="甲市乙县商务局"), own, 2020).agency_id == "990121:commerce"
    assert resolve(AgencyEvidence(title="渠县商务局"), own, 2020).agency_id is None


def test_labels_tell_homonyms_apart_and_speak_of_their_year() -> None:
    project = load()
    assert project.label(Agency("320106", "", "commerce")) == "江苏省南京市鼓楼区商务局"
    assert project.label(Agency("320803", "", "commerce"), 2009) == "江苏省淮安市楚州区商务局"
    assert project.label(Agency("410702", "", "natural_resources", True)).endswith("红旗区自然资源局（分局）")


@pytest.mark.parametrize(
    "agency_id", ["410702:commerce", "130107-1989:gov", "610828.螅镇:gov", "410702:natural_resources.branch"]
)
def test_ids_go_there_and_back(agency_id: str) -> None:
    assert parse_agency_id(agency_id).agency_id == agency_id


@pytest.mark.parametrize(
    "text", ["", "410702", "410702:", ":commerce", "4107:gov", "410702.:gov", "410702:商务"]
)
def test_what_is_no_id(text: str) -> None:
    with pytest.raises(ValueError, match="no agency id"):
        parse_agency_id(text)
