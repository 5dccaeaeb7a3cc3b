"""Evidence is collected from a document as published, and the shared reports resolve as a person would."""

from pathlib import Path

import pytest

from extract.about import about
from extract.agencies.evidence import FoundCode, gather
from extract.agencies.registry import load
from extract.agencies.resolve import Resolution, resolve
from extract.document import Cell, Document, Paragraph, Table
from extract.readers import read
from tests.shared import CORPUS, SEEDS, needs_shared

GUICHI = "11341702486344515H"
CLONE = f"""<html><head><title>宁国市商务局2021年政府信息公开工作年度报告</title>
<meta name="ContentSource" content="宁国市商务局"><meta name="SiteName" content="宁国市人民政府"></head><body>
<table><tr><td>索引号：</td><td>{GUICHI}/202201-00012</td><td>发布机构：</td><td>宁国市商务局</td></tr></table>
<div>当前位置：首页 &gt; 政府信息公开 &gt; 宁国市商务局 &gt; 年度报告</div>
<h1>宁国市商务局2021年政府信息公开工作年度报告</h1><p>本报告的统计期限为2021年1月1日至12月31日。</p></body></html>"""


def page(*lines: str, **tags: str) -> Document:
    return Document(tuple(Paragraph(line) for line in lines), "html", "html", tags)


def test_a_page_gives_what_it_prints() -> None:
    evidence = gather(
        read(CLONE.encode(), name="clone.html"),
        "https://www.ningguo.gov.cn/zfxxgk/1.html",
        "宁国市商务局2021年年报",
        "",
    )
    assert evidence.codes == (FoundCode(GUICHI, "索引号"),)
    assert evidence.publisher == ("宁国市商务局",)
    assert evidence.site_name == "宁国市人民政府"
    assert evidence.host == "www.ningguo.gov.cn"
    assert evidence.breadcrumb == ("首页", "政府信息公开", "宁国市商务局", "年度报告")
    assert evidence.title == "宁国市商务局"
    assert evidence.column_owner == ""


def test_the_clone_of_domain_4_9_comes_out_as_a_conflict() -> None:
    document = read(CLONE.encode(), name="clone.html")
    for url in ("https://www.ningguo.gov.cn/zfxxgk/1.html", "http://www.ningguo-gov.com/1.html", None):
        found = resolve(gather(document, url), load(), 2021)
        assert found.agency_id is None
        assert "code_of_another_place" in {conflict.kind for conflict in found.conflicts}
        assert "341702:commerce" in {candidate.agency_id for candidate in found.candidates}


def test_a_code_in_an_address() -> None:
    url = "http://www.zoucheng.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=11370883004326403Q&fbtime=2024"
    evidence = gather(page("统计局2024年政府信息公开工作年度报告"), url)
    assert evidence.codes == (FoundCode("11370883004326403Q", "address"),)
    assert resolve(evidence, load(), 2024).agency_id == "370883:statistics"


def test_an_index_number_of_the_old_kind_is_no_code() -> None:
    cells = (Cell("索引号", 0, 0), Cell("00298627-2/202003-00010", 0, 1))
    assert gather(Document((Table(1, 2, cells),), "html", "html")).codes == ()


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("发布机构：渠县商务局 发布日期：2024-01-20", ("渠县商务局",)),
        ("信息来源：渠县商务局", ("渠县商务局",)),
        ("来源：渠县商务局    发布时间：2024-01-20", ("渠县商务局",)),
        ("资料来源：渠县商务局", ()),
        ("发布机构：", ()),
    ],
)
def test_publishers(line: str, publisher: tuple[str, ...]) -> None:
    assert gather(page(line)).publisher == publisher


def test_an_agency_that_about_took_from_the_publisher_is_not_the_titles() -> None:
    document = page("2023年政府信息公开工作年度报告", "发布机构：渠县商务局")
    assert about(document).agency_name == "渠县商务局"
    evidence = gather(document)
    assert (evidence.title, evidence.publisher) == (None, ("渠县商务局",))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("渠县商务局2021年政府信息公开工作年度报告", "渠县商务局"),
        ("渠县2021年商务局政府信息公开工作年度报告", "渠县商务局"),
        ("2021年渠县商务局政府信息公开工作年度报告", "渠县商务局"),
        ("渠县2021年度政府信息公开工作年度报告", "渠县"),
        ("2021年政府信息公开工作年度报告", None),
    ],
)
def test_the_name_in_a_title_stands_on_both_sides_of_the_year(title: str, name: str | None) -> None:
    assert gather(page(title)).title == name
    assert gather(page("正文"), link_text=title).link_text == name


def test_the_body_of_a_report_makes_no_evidence_of_its_head() -> None:
    lines = ["渠县商务局2023年政府信息公开工作年度报告", *["正文。"] * 100, f"索引号：{GUICHI}"]
    assert gather(page(*lines)).codes == ()


def test_nothing_gives_nothing() -> None:
    found = resolve(gather(Document((), "text", "text")), load(), None)
    assert found == Resolution(None, None, None, None, 0.0, ())


SHARED = [
    (SEEDS / "001_2a22406cd2fdefd6.txt", "141002:commerce", "141002"),
    (SEEDS / "002_d30bddec2f00d2ce.txt", "410702:commerce", "410702"),
    (SEEDS / "003_c54325003f6269d3.txt", "511725:commerce", "511725"),
    (SEEDS / "000_c25dc2a8f623cf43.txt", None, None),
    (SEEDS / "004_1c8e325bb41e745e.txt", None, None),
    (CORPUS / "huaian_city_2024.pdf", "320800:gov", "320800"),
    (CORPUS / "shanghai_office_2019.html", "310000:gov_office", "310000"),
    (CORPUS / "shanghai_kewei_2024.md", "310000:science", "310000"),
    (CORPUS / "pingtan_2024.html", "350128.平潭综合实验区:committee", "350128"),
    (CORPUS / "pingtan_2021.txt", "350128.平潭综合实验区:committee", "350128"),
    (CORPUS / "pingtan_2016.txt", "350128.平潭综合实验区:committee", "350128"),
    (CORPUS / "jiaxian_kezhen_2022_blankform.txt", None, None),
]


@needs_shared
@pytest.mark.parametrize(("path", "agency_id", "region"), SHARED, ids=[path.stem for path, *_ in SHARED])
def test_shared_reports(path: Path, agency_id: str | None, region: str | None) -> None:
    document = read(path.read_bytes(), name=path.name)
    said = about(document)
    found = resolve(gather(document, said=said), load(), said.year)
    assert (found.agency_id, found.region_code) == (agency_id, region)
    assert [conflict for conflict in found.conflicts if conflict.grave] == []
    if agency_id is None:
        assert found.candidates == (), "no county is named: no candidate is made up"
        assert found.function_code is not None
    else:
        assert any(told.startswith("title ") for told in found.evidence)
