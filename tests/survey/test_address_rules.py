"""Any address gives its column: the rules, the seeded candidates, and the known addresses as a gate."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from base.paths import REGISTRY
from base.tables import TableError
from crawler.addresses import place_of_list
from crawler.registry import tables
from crawler.registry.address_rules import column_of, rule_of, rules, whole_address
from crawler.registry.candidates import (
    CANDIDATES,
    load_candidates,
    portals_of,
    read_candidates,
)
from tests.shared import SHARED, needs_shared

KNOWN = SHARED / "portals" / "annual_report_addresses.tsv"
MODULE = "/module/xxgk/xxgkAnnualReport.jsp?"
# What the list of known addresses says of these two is the folder of the month that the report lies in.
OUR_OWN = {
    "haikou.gov.cn/xxgk/szfyjs/xxgkndbg_10370/",
    "lhqzf.haikou.gov.cn/xxgk/lhqzf/lhqsfj/xxgkndbg_9667/",
}


@pytest.fixture(scope="module")
def registry() -> tables.Registry:
    return tables.load()


@pytest.mark.parametrize(
    ("url", "column", "certainty"),
    [
        ("/zfxxgknb/202401/t20240119_3541129.html", "/zfxxgknb/", "certain"),
        ("/zfxxgknb/202401/P020240119354112945321.pdf", "/zfxxgknb/", "certain"),
        ("/zfxxgknb/202401/t20240119_3541129_wap.html?isMobile=true", "/zfxxgknb/", "certain"),
        ("/gongkai//zfxxgknb/202401/t20240119_3541129.html", "/gongkai/zfxxgknb/", "certain"),
        # What the folder is called lowers what the rule alone would say.
        ("/xxgk/0200/202401/t20240119_3541129.html", "/xxgk/0200/", "likely"),
        ("/nb/tzgg/202401/t20240119_3541129.html", "/nb/tzgg/", "uncertain"),
        ("/art/2024/1/30/art_1229114055_89890.html", "/col/col1229114055/index.html", "certain"),
        (f"{MODULE}area=A1&fbtime=2024&showType=2", f"{MODULE}area=A1", "likely"),
        (f"{MODULE}fbtime=2024&area=A1", f"{MODULE}area=A1", "likely"),
        ("/swj/gkmlpt/content/0/638/post_638777.html", "/swj/gkmlpt/annualreport", "likely"),
        (
            "/public/column/161?type=3&action=detail&title=2023",
            "/public/column/161?type=3&action=list",
            "likely",
        ),
        ("/zfxxgk/zfxxgknb/", "/zfxxgk/zfxxgknb/", "certain"),
        ("/Content-2673984.html", None, None),
        ("/OpennessAnnualReport/show/6470.html", None, None),
    ],
)
def test_an_address_gives_its_column(url: str, column: str | None, certainty: str | None) -> None:
    guess = column_of("https://www.some.gov.cn" + url)
    if column is None:
        assert guess is None and rule_of("https://www.some.gov.cn" + url) is not None
    else:
        assert guess is not None
        assert (guess.url, guess.certainty) == ("https://www.some.gov.cn" + column, certainty)


def test_every_rule_decides_its_own_example() -> None:
    for rule in rules():
        assert (found := rule_of("http://www.some.gov.cn" + rule.example)) is not None
        assert found.name == rule.name, f"{rule.example} falls under {found.name} before {rule.name}"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("some.gov.cn", "http://some.gov.cn/"),
        ("some.gov.cn:8080/nb/", "http://some.gov.cn:8080/nb/"),
        (" //some.gov.cn/nb/ ", "http://some.gov.cn/nb/"),
        ("HTTPS://some.gov.cn/nb", "HTTPS://some.gov.cn/nb"),
    ],
)
def test_an_address_may_lack_its_scheme(text: str, url: str) -> None:
    assert whole_address(text) == url


@pytest.mark.parametrize(
    "text", ["", "政府", "ftp://some.gov.cn/", "javascript:x()", "mailto:a@some.gov.cn", "a b.gov.cn"]
)
def test_what_is_no_address_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match="no web address"):
        whole_address(text)


def test_the_seeded_candidates_are_sound(registry: tables.Registry) -> None:
    found = load_candidates(REGISTRY, registry)
    assert len(found.rows) > 700
    assert Counter(row.confidence for row in found.rows)["certain"] > 400
    places = [place_of_list(row.url) for row in found.rows]
    assert len(places) == len(set(places))
    (site,) = portals_of(registry, "http://jyj.bjdch.gov.cn/x")
    assert found.of(site.site_id) and site.site_id == "110101"
    assert portals_of(registry, "http://www.nowhere.gov.cn/") == ()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("999999,,http://a.gov.cn/nb/,trs,given,certain,1,,,", "site_id '999999' is not in sites.csv"),
        ("110101,,a.gov.cn/nb/,trs,given,certain,1,,,", "should be a whole http or https address"),
        ("110101,,http://a.gov.cn/nb/,trs,given,sure,1,,,", "confidence 'sure' should be one of"),
        ("110101,,http://a.gov.cn/nb/,trs,no_rule,certain,1,,,", "rule 'no_rule' is neither"),
        ("110101,,http://a.gov.cn/nb/,trs,given,certain,many,,,", "reports 'many' should be a number"),
        ("110101,,http://a.gov.cn/nb/,trs", "4 cells instead of 10"),
        (
            "110101,,http://a.gov.cn/nb/,trs,trs_month,certain,1,,http://a.gov.cn/xx/202401/t20240119_1.html,",
            "makes http://a.gov.cn/xx/ of http://a.gov.cn/xx/202401/t20240119_1.html",
        ),
    ],
)
def test_a_malformed_row_is_told_with_its_line(
    tmp_path: Path, registry: tables.Registry, row: str, fault: str
) -> None:
    path = tmp_path / "candidates.csv"
    path.write_text(",".join(CANDIDATES) + "\n" + row + "\n", encoding="utf-8")
    with pytest.raises(TableError) as error:
        read_candidates(path, registry)
    (problem,) = error.value.problems
    assert problem.startswith("candidates.csv, line 2: ") and fault in problem


@needs_shared
def test_each_known_address_whose_column_is_certain_or_likely_is_a_candidate_of_the_right_portal(
    registry: tables.Registry,
) -> None:
    candidates = load_candidates(REGISTRY, registry)
    known = right = 0
    wrong: list[tuple[str, str]] = []
    with KNOWN.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if not re.search(r"\[(certain|likely)\]$", row["column_rule"]):
                continue
            known += 1
            found = candidates.of_address(row["url"], registry)
            column = found and re.sub(r"/{2,}", "/", place_of_list(found.url))
            wanted = re.sub(r"/{2,}", "/", place_of_list(row["column_url"]))
            portal = row["site_id"] if row["site_id"] in registry.sites else ""
            if found and (column == wanted or column in OUR_OWN) and found.site_id == portal:
                right += 1
            else:
                wrong.append((row["url"], column or "none"))
    print(f"{right} of {known} known addresses give their column and portal")
    assert known == 759 and wrong == []
