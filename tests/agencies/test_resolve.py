"""Resolution: linked where the evidence says exactly who, undecided with candidates everywhere else."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.agencies.codes import check_character, division_at_registration
from extract.agencies.evidence import AgencyEvidence, FoundCode
from extract.agencies.identity import parse_agency_id
from extract.agencies.places.over_time import Period
from extract.agencies.registry import load
from extract.agencies.resolve import Resolution, resolve
from tests.agencies.registries import ALIASES, SETTLED, SITES, registry

project = load()
GUICHI = "11341702486344515H"


def code(division: str, tail: str = "MB0001234") -> str:
    body = f"11{division}{tail}"
    return body + check_character(body)


def at(year: int | None = 2021, codes: tuple[str, ...] = (), **evidence: Any) -> Resolution:
    found = tuple(FoundCode(one, "索引号") for one in codes)
    return resolve(AgencyEvidence(codes=found, **evidence), project, year)


def kinds(resolution: Resolution) -> set[str]:
    return {conflict.kind for conflict in resolution.conflicts}


def candidates(resolution: Resolution) -> set[str]:
    return {candidate.agency_id for candidate in resolution.candidates}


class TestNames:
    def test_a_name_in_full_that_one_place_bears(self) -> None:
        found = at(title="渠县商务局")
        assert (found.agency_id, found.region_code, found.place_id, found.function_code) == (
            "511725:commerce",
            "511725",
            "511725",
            "commerce",
        )
        assert found.evidence == ("title 渠县商务局: place and function",)
        assert 0.5 < found.confidence < 0.9

    @pytest.mark.parametrize(
        ("name", "bearers"),
        [
            ("鼓楼区商务局", {"320106", "320302", "350102", "410204"}),
            ("朝阳区商务局", {"110105", "220104"}),
            ("城区商务局", {"140302", "140502", "441502"}),
            ("西湖区商务局", {"330106", "360103"}),
            ("市中区商务局", {"370103", "370402", "511002", "511102"}),
            ("郊区商务局", {"140311", "230811", "340711"}),
            ("普陀区商务局", {"310107", "330903"}),
        ],
    )
    def test_homonyms_are_undecided_between_all_bearers(self, name: str, bearers: set[str]) -> None:
        found = at(title=name)
        assert found.agency_id is None
        assert found.function_code == "commerce"
        assert candidates(found) == {f"{bearer}:commerce" for bearer in bearers}

    @pytest.mark.parametrize(
        "name", ["朝阳商务局", "通州商务局", "永定商务局", "西安商务局", "尧都商务局", "渠商务局"]
    )
    def test_a_name_without_its_class_alone_links_nothing(self, name: str) -> None:
        assert at(title=name).agency_id is None

    def test_a_name_without_its_class_and_a_site_of_that_place(self) -> None:
        assert at(title="朝阳商务局", site_code="2113210001").agency_id == "211321:commerce"

    @pytest.mark.parametrize(
        ("name", "bearers"),
        [
            ("阿旗商务局", {"150421", "152522", "152921", "152922"}),
            ("巴州商务局", {"511902", "652800"}),
            ("鄂旗商务局", {"150623", "150624", "150723", "150724"}),
            ("市公安局朝阳分局", {"110105", "211321", "220104"}),
            ("市公安局滨海分局", {"120116", "320922"}),
            ("州公安局红旗分局", set()),
        ],
    )
    def test_an_abbreviation_is_undecided_between_all_it_may_mean(self, name: str, bearers: set[str]) -> None:
        found = at(title=name)
        assert found.agency_id is None
        assert {one.partition(":")[0] for one in candidates(found)} == bearers

    @pytest.mark.parametrize("name", ["莫旗商务局", "前郭县商务局", "市公安局红旗分局"])
    def test_an_abbreviation_alone_links_nothing_even_where_one_place_has_it(self, name: str) -> None:
        found = at(title=name)
        assert found.agency_id is None
        assert len(candidates(found)) == 1

    @pytest.mark.parametrize(
        ("name", "site", "agency_id"),
        [
            ("阿旗商务局", "150421", "150421:commerce"),
            ("巴州商务局", "652800", "652800:commerce"),
            ("巴州商务局", "511902", "511902:commerce"),
            ("市公安局朝阳分局", "110105", "110105:public_security"),
            ("区公安分局", "410702", "410702:public_security"),
            ("市公安分局", "410702", None),
            ("市公安局卫滨分局", "410702", None),
        ],
    )
    def test_an_abbreviation_and_a_site_of_that_place(
        self, name: str, site: str, agency_id: str | None
    ) -> None:
        assert at(title=name, site_code=f"{site}0001").agency_id == agency_id

    def test_a_county_of_gansu_is_not_told_from_one_of_jiangxi_in_the_last_year_of_its_name(self) -> None:
        assert candidates(at(2016, title="东乡县商务局")) == {"361003:commerce", "622926:commerce"}

    @pytest.mark.parametrize("name", ["新乡经开区", "新乡经济技术开发区管委会", "新乡经济开发区"])
    def test_the_zone_of_a_city_or_of_the_county_of_its_name_is_undecided(self, name: str) -> None:
        found = at(title=name)
        assert found.agency_id is None
        assert {"410700.经开区:committee", "410721.经开区:committee"} <= candidates(found)

    @pytest.mark.parametrize(
        ("name", "site", "agency_id"),
        [
            ("济南高新区管委会", "370100", "370100.高新区:committee"),
            ("济南高新技术产业开发区管理委员会", "370100", "370100.高新区:committee"),
            ("济南高新区管委会", "410100", None),
            ("新乡经开区", "410700", None),
            ("长白山保护开发区管委会", "220623", None),
        ],
    )
    def test_a_zone_after_the_one_place_of_its_name_and_a_site_of_that_place(
        self, name: str, site: str, agency_id: str | None
    ) -> None:
        assert at(title=name).agency_id is None
        assert at(title=name, site_code=f"{site}0001").agency_id == agency_id

    @pytest.mark.parametrize(
        ("name", "site", "agency_id"),
        [
            ("达州市三汇镇人民政府", None, None),
            ("达州三汇镇人民政府", "511700", None),
            ("三汇镇人民政府", "511700", None),
            ("北京市渠口镇人民政府", None, None),
            ("三汇镇人民政府", "511725", "511725.三汇镇:gov"),
            ("东莞市虎门镇人民政府", None, "441900.虎门镇:gov"),
            ("嘉峪关市新城镇人民政府", None, "620200.新城镇:gov"),
        ],
    )
    def test_a_town_after_a_city_that_has_counties_may_be_any_of_theirs(
        self, name: str, site: str | None, agency_id: str | None
    ) -> None:
        assert at(title=name, site_code=f"{site}0001" if site else None).agency_id == agency_id

    def test_a_chain_tells_homonyms_apart(self) -> None:
        assert at(title="开封市鼓楼区商务局").agency_id == "410204:commerce"
        assert at(title="开封鼓楼区商务局").agency_id == "410204:commerce"

    def test_a_chain_that_contradicts_itself_is_nobody(self) -> None:
        found = at(title="临汾市红旗区商务局")
        assert (found.agency_id, found.candidates) == (None, ())
        assert found.evidence == ("title 临汾市红旗区商务局: not understood",)

    def test_one_name_inside_another(self) -> None:
        assert at(title="石渠县商务局").agency_id == "513332:commerce"

    @pytest.mark.parametrize(
        "name", ["商务局", "工信局", "市商务局", "县人民政府办公室", "城关镇", "高新区管委会"]
    )
    def test_a_name_without_a_place_has_no_candidates_out_of_nowhere(self, name: str) -> None:
        found = at(title=name)
        assert (found.agency_id, found.candidates) == (None, ())

    def test_government_and_its_office_are_two(self) -> None:
        assert at(title="渠县人民政府").agency_id == "511725:gov"
        assert at(title="渠县").agency_id == "511725:gov"
        assert at(title="渠县人民政府办公室").agency_id == "511725:gov_office"
        assert at(title="上海市人民政府办公厅", year=2019).agency_id == "310000:gov_office"

    def test_the_office_publishes_the_governments_report(self) -> None:
        found = at(title="渠县", publisher=("渠县人民政府办公室",), site_code="5117250001")
        assert found.agency_id == "511725:gov"

    def test_a_carrier_alone_names_nobody(self) -> None:
        assert at(publisher=("渠县人民政府办公室",), site_code="5117250001").agency_id is None

    def test_a_name_of_another_time(self) -> None:
        found = at(title="渠县环保局", year=2023)
        assert found.agency_id is None
        assert found.evidence == ("title 渠县环保局: no agency goes by this name in 2023",)

    @pytest.mark.parametrize(
        ("title", "agency_id"),
        [
            ("新乡市生态环境局红旗分局", "410702:ecology"),
            ("达州市渠县生态环境局", "511725:ecology"),
            ("新乡市自然资源和规划局红旗分局", "410702:natural_resources.branch"),
            ("国家税务总局渠县税务局", "511725:tax"),
            ("佳县螅镇人民政府", "610828.螅镇:gov"),
            ("佳县螅镇", "610828.螅镇:gov"),
            ("杭州市西湖区转塘街道办事处", "330106.转塘街道:gov"),
            ("平潭综合实验区", "350128.平潭综合实验区:committee"),
            ("平潭综合实验区管委会办公室", "350128.平潭综合实验区:gov_office"),
            ("新乡市高新技术产业开发区管委会", "410700.高新区:committee"),
        ],
    )
    def test_every_kind_of_agency_has_an_id(self, title: str, agency_id: str) -> None:
        assert at(title=title).agency_id == agency_id
        assert parse_agency_id(agency_id).agency_id == agency_id

    def test_a_zone_whose_name_is_only_like_a_citys(self) -> None:
        # 新乡市 and 新乡县 both; the zone may be either's.
        assert at(title="新乡经济技术开发区管委会").agency_id is None
        assert at(title="新乡经济技术开发区管委会", site_code="4107210001").agency_id is None


class TestTime:
    def test_the_code_of_the_time_and_the_lasting_id(self) -> None:
        before, after = at(title="邢台市桥西区统计局", year=2018), at(title="邢台市信都区统计局", year=2021)
        assert before.agency_id == after.agency_id == "130503:statistics"
        moved = at(title="崇川区统计局", year=2017), at(title="崇川区统计局", year=2022)
        assert [one.region_code for one in moved] == ["320602", "320613"]
        assert {one.place_id for one in moved} == {"320613"}

    def test_what_merged_is_another_agency(self) -> None:
        assert at(title="港闸区统计局", year=2018).agency_id == "320611:statistics"
        assert at(title="港闸区统计局", year=2023).agency_id is None

    def test_a_report_of_the_last_year_may_bear_the_old_or_the_new_name(self) -> None:
        assert at(title="大同市城区统计局", year=2018).agency_id == "140202:statistics"
        assert at(title="信都区统计局", year=2019).agency_id == "130503:statistics"

    def test_homonyms_that_were_gone_are_no_candidates(self) -> None:
        assert "140202:commerce" in candidates(at(title="城区商务局", year=2016))
        assert "140202:commerce" not in candidates(at(title="城区商务局", year=2021))

    def test_an_old_code_is_followed_and_the_break_told(self) -> None:
        found = at(codes=(code("332500"),), title="商务局")
        assert (found.agency_id, found.region_code) == ("331100:commerce", "331100")
        assert "2000 recoded renamed: 332500 丽水地区 -> 331100 丽水市" in found.evidence[0]

    def test_a_later_code_on_an_earlier_report(self) -> None:
        found = at(codes=(code("320613"),), title="港闸区统计局", year=2017)
        assert found.agency_id == "320611:statistics"
        assert "2020 merged" in found.evidence[0]

    def test_a_page_moved_to_the_site_of_the_successor(self) -> None:
        found = at(title="港闸区统计局", site_code="3206130001", year=2017)
        assert found.agency_id == "320611:statistics"


class TestCodes:
    def test_the_clone(self) -> None:
        """docs/domain/variation.md#clone-sites: the page says 宁国市, its 索引号 is of 贵池区."""
        found = at(codes=(GUICHI,), title="宁国市商务局")
        assert found.agency_id is None
        assert kinds(found) == {"code_of_another_place", "name_of_another_place"}
        assert candidates(found) == {"341881:commerce", "341702:commerce"}
        assert all(candidate.against for candidate in found.candidates)

    def test_the_clone_on_its_host(self) -> None:
        found = at(codes=(GUICHI,), title="贵池区商务局", host="www.ningguo-swj.com")
        assert found.agency_id is None
        assert "host_not_reviewed" in kinds(found)

    def test_a_code_tells_homonyms_apart(self) -> None:
        assert at(codes=(code("350102"),), title="鼓楼区商务局").agency_id == "350102:commerce"

    def test_a_code_that_does_not_hold_is_reported_and_not_believed(self) -> None:
        broken = GUICHI[:-1] + "J"
        found = at(codes=(broken,), title="宁国市商务局")
        assert found.agency_id == "341881:commerce"
        assert kinds(found) == {"code_check_character"}

    def test_a_companys_code_is_not_believed(self) -> None:
        body = "91341702MB0001234"
        found = at(codes=(body + check_character(body),), title="宁国市商务局")
        assert found.agency_id == "341881:commerce"
        assert kinds(found) == {"code_of_no_organ"}

    def test_a_code_of_no_division(self) -> None:
        found = at(codes=(code("999999"),), title="渠县商务局")
        assert found.agency_id == "511725:commerce"
        assert kinds(found) == {"code_of_no_division"}

    def test_two_codes_that_disagree(self) -> None:
        found = at(codes=(code("341702"), code("341881")), title="宁国市商务局")
        assert found.agency_id is None

    def test_organs_of_a_city_register_in_its_districts(self) -> None:
        assert at(codes=(code("410701"),), title="商务局").agency_id == "410700:commerce"

    def test_the_citys_code_is_right_for_its_branch_and_wrong_for_a_district(self) -> None:
        assert at(codes=(code("410700"),), title="新乡市生态环境局红旗分局").agency_id == "410702:ecology"
        assert at(codes=(code("410700"),), title="红旗区商务局").agency_id is None


class TestSites:
    def test_a_bare_name_on_a_countys_site(self) -> None:
        assert at(title="商务局", site_code="5117250001").agency_id == "511725:commerce"

    def test_a_bare_name_on_a_citys_site_may_be_anybodys(self) -> None:
        found = at(title="商务局", site_code="4107000001")
        assert (found.agency_id, candidates(found)) == (None, {"410700:commerce"})

    def test_the_citys_own(self) -> None:
        assert at(title="市商务局", site_code="4107000001").agency_id == "410700:commerce"
        assert at(title="市商务局", site_code="5117250001").agency_id is None

    def test_a_host_that_nobody_verified_needs_another_witness(self) -> None:
        assert at(title="商务局", host="www.quxian.gov.cn").agency_id is None
        assert (
            at(title="商务局", host="www.quxian.gov.cn", publisher=("渠县人民政府",)).agency_id
            == "511725:commerce"
        )

    def test_a_verified_host(self, tmp_path: Path) -> None:
        own = registry(tmp_path, sites=SITES + "511725,511725,https://www.quxian.gov.cn/,site_tags,\n")
        evidence = AgencyEvidence(title="商务局", host="swj.quxian.gov.cn")
        assert resolve(evidence, own, 2021).agency_id == "511725:commerce"

    def test_a_host_of_two_places(self) -> None:
        found = at(title="普陀区商务局", host="www.putuo.gov.cn")
        assert (found.agency_id, candidates(found)) == (None, {"310107:commerce", "330903:commerce"})

    def test_a_site_tells_homonyms_apart(self) -> None:
        assert at(title="鼓楼区商务局", host="www.kaifeng.gov.cn").agency_id == "410204:commerce"

    def test_a_named_report_on_another_countys_site(self) -> None:
        found = at(title="渠县商务局", site_code="4107020001")
        assert found.agency_id is None
        assert "site_of_another_place" in kinds(found)

    def test_a_zones_site(self) -> None:
        found = at(
            title="平潭综合实验区",
            site_code="3590000001",
            site_name="平潭综合实验区党工委管委会",
            publisher=("平潭综合实验区管委会办公室",),
            host="www.pingtan.gov.cn",
            year=2024,
        )
        assert (found.agency_id, found.region_code) == ("350128.平潭综合实验区:committee", "350128")
        assert found.conflicts == ()

    def test_a_township_on_its_countys_site(self) -> None:
        assert at(title="螅镇", site_code="6108280001").agency_id == "610828.螅镇:gov"

    @pytest.mark.parametrize("host", ["quxian.gov.cn.evil.com", "www.quxian-gov.cn", "gov.cn.com", "xgov.cn"])
    def test_hosts_that_only_look_like_the_governments(self, host: str) -> None:
        found = at(title="渠县商务局", host=host)
        assert found.agency_id is None
        assert kinds(found) == {"host_not_reviewed"}

    def test_a_reviewed_host(self, tmp_path: Path) -> None:
        own = registry(tmp_path, hosts="host,reviewed_by,reviewed_at,note\nwww.qx.cn,a,2026-01-01,\n")
        assert resolve(AgencyEvidence(title="渠县商务局", host="www.qx.cn"), own, 2021).agency_id


class TestColumns:
    def test_the_owner_of_a_column_names_a_report_without_a_name(self) -> None:
        assert at(column_owner="渠县商务局").agency_id == "511725:commerce"
        assert at(column_owner="商务局", site_code="5117250001").agency_id == "511725:commerce"

    def test_another_agencys_report_in_a_column(self) -> None:
        found = at(column_owner="渠县商务局", title="渠县水利局", publisher=("渠县水利局",))
        assert found.agency_id == "511725:water"
        assert [(c.kind, c.source, c.grave) for c in found.conflicts] == [
            ("name_of_another_function", "column owner", False)
        ]

    def test_one_source_against_the_column_decides_nothing(self) -> None:
        found = at(column_owner="渠县商务局", title="渠县水利局")
        assert found.agency_id is None
        assert candidates(found) == {"511725:commerce", "511725:water"}

    def test_the_governments_column_that_lists_its_agencies(self) -> None:
        found = at(column_owner="", title="渠县水利局")
        assert found.agency_id == "511725:water"
        assert kinds(found) == {"other_agency_in_column"}

    def test_alias_and_lineage_are_no_contradiction(self) -> None:
        found = at(column_owner="渠县科技工信局", title="渠县工信局")
        assert (found.agency_id, found.also) == ("511725:industry", ("science",))
        old = at(column_owner="渠县农业农村局", title="渠县农业局", year=2016)
        assert old.agency_id == "511725:agriculture"

    def test_title_and_publisher_of_two_functions(self) -> None:
        found = at(title="渠县商务局", publisher=("渠县水利局",))
        assert found.agency_id is None
        assert "name_of_another_function" in kinds(found)

    def test_a_title_that_names_somebody_unknown_is_not_the_publishers(self) -> None:
        for title in ("渠县城市建设投资有限公司", "渠县人民医院", "渠县环保局"):
            found = at(title=title, publisher=("渠县商务局",), column_owner="渠县商务局", year=2023)
            assert found.agency_id is None
            assert kinds(found) == {"name_not_understood"}
            assert candidates(found) == {"511725:commerce"}

    def test_an_owner_that_is_not_understood_is_told(self) -> None:
        found = at(title="渠县商务局", column_owner="渠县某某专班")
        assert found.agency_id == "511725:commerce"
        assert [(c.kind, c.grave) for c in found.conflicts] == [("name_not_understood", False)]

    def test_title_and_link_of_two_places(self) -> None:
        assert at(title="渠县商务局", link_text="红旗区商务局").agency_id is None

    def test_a_link_that_says_more_than_the_title(self) -> None:
        assert at(title="商务局", link_text="渠县商务局").agency_id == "511725:commerce"


class TestText:
    def test_text_bears_a_title_out(self) -> None:
        alone, borne_out = at(title="渠县商务局"), at(title="渠县商务局", opening="编制渠县商务局2021年报告")
        assert borne_out.confidence > alone.confidence

    def test_text_alone_links_nothing_but_is_a_candidate(self) -> None:
        found = at(title="商务局", opening="现将渠县商务局2021年工作报告如下")
        assert (found.agency_id, candidates(found)) == (None, {"511725:commerce"})

    def test_boilerplate_of_another_county(self) -> None:
        found = at(title="渠县商务局", opening="编制红旗区商务局2021年报告")
        assert found.agency_id is None
        assert "same_function_elsewhere_in_text" in kinds(found)

    def test_boilerplate_against_a_code(self) -> None:
        found = at(codes=(code("511725"),), title="渠县商务局", opening="编制红旗区商务局2021年报告")
        assert found.agency_id == "511725:commerce"
        assert kinds(found) == {"other_place_in_text"}

    def test_boilerplate_of_a_namesake_links_neither(self) -> None:
        found = at(title="鼓楼区商务局", opening="编制南京市鼓楼区商务局2021年报告")
        assert found.agency_id is None
        assert len(found.candidates) == 4

    def test_the_organs_above_and_below_are_no_other_place(self) -> None:
        text = "根据《临汾市尧都区人民政府办公室关于印发方案的通知》，山西省商务厅"
        assert at(title="尧都区商务局", opening=text).conflicts == ()


class TestSettled:
    ROWS = "name_host,商务局,www.quxian.gov.cn,511725:commerce,tester,2026-01-31,asked by telephone\n"

    def test_what_a_person_settled(self, tmp_path: Path) -> None:
        own = registry(tmp_path, settled=SETTLED + self.ROWS)
        evidence = AgencyEvidence(title="商务局", host="www.quxian.gov.cn")
        found = resolve(evidence, own, 2021)
        assert (found.agency_id, found.confidence) == ("511725:commerce", 1.0)
        assert found.evidence[0] == "settled by tester in settled.csv, line 2: asked by telephone"
        assert resolve(AgencyEvidence(title="商务局"), own, 2021).agency_id is None

    def test_by_report_and_by_code(self, tmp_path: Path) -> None:
        rows = f"report,abc,,511725:commerce,t,2026-01-31,w\ncode,{GUICHI},,341702:commerce,t,2026-01-31,w\n"
        own = registry(tmp_path, settled=SETTLED + rows)
        assert resolve(AgencyEvidence(report_id="abc"), own, 2021).agency_id == "511725:commerce"
        by_code = AgencyEvidence(codes=(FoundCode(GUICHI, "索引号"),), title="宁国市商务局")
        found = resolve(by_code, own, 2021)
        assert found.agency_id == "341702:commerce"
        assert "name_of_another_place" in kinds(found), "settled, and the contradiction is still told"

    def test_aliases_join_two_ids(self, tmp_path: Path) -> None:
        rows = "610828.螅乡:gov,610828.螅镇:gov,t,2026-01-31,renamed\n"
        own = registry(tmp_path, aliases=ALIASES + rows)
        assert resolve(AgencyEvidence(title="佳县螅乡"), own, 2016).agency_id == "610828.螅镇:gov"


counties = [p for p in project.places.periods if p.level == "county" and p.may_name(2020)]
functions = ["商务局", "工信局", "人民政府", "人民政府办公室", "", "生态环境局", "公安局"]
names = st.builds(lambda p, f: p.name + f, st.sampled_from(counties), st.sampled_from(functions))
full = st.builds(
    lambda p, f: project.places.full_name(p) + f, st.sampled_from(counties), st.sampled_from(functions)
)
printed = st.one_of(names, full, st.sampled_from(["商务局", "市商务局", "县政府办", "城关镇"]))
evidences = st.builds(
    lambda division, title, publisher, owner, site, text: AgencyEvidence(
        codes=(FoundCode(code(division), "索引号"),) if division else (),
        title=title,
        publisher=(publisher,) if publisher else (),
        column_owner=owner,
        site_code=f"{site}0001" if site else None,
        opening=text or "",
    ),
    st.one_of(st.none(), st.sampled_from([p.code for p in counties])),
    st.one_of(st.none(), printed),
    st.one_of(st.none(), printed),
    st.one_of(st.none(), printed),
    st.one_of(st.none(), st.sampled_from([p.code for p in counties])),
    st.one_of(st.none(), names),
)


@settings(max_examples=150)
@given(evidences, st.integers(2008, 2025))
def test_never_an_agency_whose_place_contradicts_a_verified_code(evidence: AgencyEvidence, year: int) -> None:
    found = resolve(evidence, project, year)
    if found.agency_id is None or not evidence.codes:
        return
    registered = project.places.of_code(division_at_registration(evidence.codes[0].code))[-1]
    near = {
        period.place_id
        for when in (year - 1, year, year + 1)
        for period in project.places.follow(registered, when).periods
    }
    place = parse_agency_id(found.agency_id).place_id
    assert place in near or near & set(project.places.ancestors(place, year))
    if place not in near:
        assert project.functions.by_code[found.function_code or ""].management in ("branch", "vertical")


@settings(max_examples=150)
@given(st.sampled_from(counties), st.sampled_from(["商务局", "统计局"]), st.integers(2012, 2024))
def test_a_name_alone_never_links_to_another_place_than_it_names(
    period: Period, function: str, year: int
) -> None:
    found = resolve(AgencyEvidence(title=period.name + function), project, year)
    bearers = {p.place_id for p in project.places.bearers(period.name, year)}
    if found.agency_id is not None:
        assert {found.place_id} == bearers
    else:
        assert len(bearers) != 1


@settings(max_examples=60)
@given(evidences, st.integers(2008, 2025))
def test_resolution_is_complete(evidence: AgencyEvidence, year: int) -> None:
    found = resolve(evidence, project, year)
    assert resolve(evidence, project, year) == found
    if found.agency_id is None:
        assert (found.place_id, found.region_code, found.confidence) == (None, None, 0.0)
    else:
        assert found.evidence
        assert 0 < found.confidence <= 1
        assert not any(conflict.grave for conflict in found.conflicts)
        assert found.region_code is not None


def test_a_report_older_than_the_place_of_its_column_is_a_forerunners() -> None:
    """莲池区 was founded in 2015 of 北市区 and 南市区: a report of 2008 in its column is of one of them."""
    evidence = AgencyEvidence(column_owner="莲池区商务局")
    old = resolve(evidence, project, 2008)
    assert (old.agency_id, kinds(old)) == (None, {"place_not_there"})
    assert [candidate.agency_id for candidate in old.candidates] == ["130606:commerce"]
    assert resolve(evidence, project, 2016).agency_id == "130606:commerce"


def test_similar_names_are_never_linked() -> None:
    """One character off is another name, or none."""
    for wrong in (
        "尧郡区商务局",
        "红旗县商务局",
        "渠市商务局",
        "尧都区商务屋",
        "尧都区商务局局",
        "区尧都商务局",
    ):
        assert at(title=wrong).agency_id is None, wrong


def test_all_orders_of_publishers_give_one_answer() -> None:
    publishers = ("渠县人民政府", "渠县商务局", "县政府办")
    answers = {at(title="商务局", publisher=order).agency_id for order in itertools.permutations(publishers)}
    assert answers == {"511725:commerce"}
