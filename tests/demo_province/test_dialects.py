"""In every dialect, a client that knows no more than docs/domain/families.md reaches every report and nothing
that is not there."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest

from demo.province.counties import counties
from demo.province.plan import Province
from demo.province.server import Server
from tests.demo_province.client import WALKERS, Client, jcms_by_rows

SITES = [(county.code, f"{county.family}-{county.variant}-{county.slug}") for county in counties(1, 1)]
each_site = pytest.mark.parametrize("site", [code for code, _ in SITES], ids=[name for _, name in SITES])


@each_site
def test_a_walk_finds_every_report_once_and_nothing_else(
    site: str, province: Province, server: Server
) -> None:
    client = Client(province)
    reports = [report for report in province.reports if report.site_id == site]
    decoys = [decoy for decoy in province.decoys if decoy.site_id == site]
    columns = [column for column in province.columns if column.site_id == site]
    assert reports
    assert columns
    found = [(line, column.url) for column in columns for line in WALKERS[column.family](client, column.url)]
    reached = [(url, column) for (_, url), column in found]
    wanted = [(report.page_url or report.file_urls[0], report.column_url) for report in reports]
    wanted += [(decoy.url, decoy.column_url) for decoy in decoys]
    assert sorted(reached) == sorted(wanted)


def column_of(province: Province, family: str, variant: str) -> str:
    code = next(c.code for c in province.counties if (c.family, c.variant) == (family, variant))
    return next(column.url for column in province.columns if column.site_id == code)


def test_jcms_rows_by_number_are_served_by_the_newer_servers_only(province: Province, server: Server) -> None:
    client = Client(province)
    newer = column_of(province, "hanweb_jcms", "rows")
    assert sorted(jcms_by_rows(client, newer)) == sorted(WALKERS["hanweb_jcms"](client, newer))
    older = column_of(province, "hanweb_jcms", "groups")
    page = client.get(older).text
    assert "/module/jslib/jquery/jpage/dataproxy.jsp" in page
    ids = re.findall(r"columnid=(\d+)&unitid=(\d+)", page)[0]
    proxy = urljoin(older, "/module/jslib/jquery/jpage/dataproxy.jsp?startrecord=9&endrecord=10")
    first = client.ask(proxy, f"columnid={ids[0]}&unitid={ids[1]}").text
    assert re.findall(r"href='([^']+)'", first) == re.findall(r"href='(/art/[^']+)'", page)


def test_jpaas_turns_pages_by_param_json_only(province: Province, server: Server) -> None:
    client = Client(province)
    url = column_of(province, "hanweb_jpaas", "digits")
    loader = client.get(url).tree.xpath("//script[@url]")[-1]
    query = json.loads(loader.get("querydata").replace("'", '"'))
    unit = urljoin(url, loader.get("url"))

    def rows(**more: str) -> str:
        return str(json.loads(client.get(f"{unit}?{urlencode({**query, **more})}").body)["data"])

    first, second = (rows(paramJson=json.dumps({"pageNo": n, "pageSize": 2})) for n in (1, 2))
    assert first != second
    assert rows(pageNo="2", page="2") == rows()


def test_truecms_wants_a_referer_and_a_small_window(province: Province, server: Server) -> None:
    client = Client(province)
    url = column_of(province, "truecms", "jsonp")
    column = re.findall(r"columnId:'([^']+)'", client.get(url).text)[0]
    reply = urljoin(
        url, f"/truecms/messageController/getMessage.do?callback=cb&columnId={column}&startrecord=1"
    )
    assert client.ask(f"{reply}&endrecord=10").status == 404
    assert "<li>" in client.get(f"{reply}&endrecord=10", {"Referer": url}).text
    assert "<li>" not in client.get(f"{reply}&endrecord=31", {"Referer": url}).text


@pytest.mark.parametrize(("variant", "same"), [("from0", False), ("from1", True)])
def test_epoint_counts_pages_from_0_or_from_1(
    variant: str, same: bool, province: Province, server: Server
) -> None:
    client = Client(province)
    url = column_of(province, "epoint", variant)
    site = re.findall(r'"siteGuid": "([^"]+)"', client.get(urljoin(url, "/js/webBuilderCommon.js")).text)[0]
    asked = {**dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)), "siteGuid": site, "pageSize": 2}

    def page(index: int, wrapped: bool = False) -> list[dict[str, str]]:
        body = json.dumps({**asked, "pageIndex": index})
        data = urlencode({"params": body}) if wrapped else body
        answer = client.ask(urljoin(url, "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"), data)
        return list(json.loads(answer.body)["custom"]["data"])

    assert (page(0) == page(1)) is same
    assert page(1) == page(1, wrapped=True)
    assert any(row["title"].endswith("...") and not row["realtitle"].endswith("...") for row in page(1))


def test_gkmlpt_page_0_is_page_1_and_the_count_is_too_high(province: Province, server: Server) -> None:
    client = Client(province)
    url = column_of(province, "gkmlpt", "gkmlpt")
    page = client.get(url).text
    sid = re.findall(r"SID: '(\d+)'", page)[0]
    node = next(n for n in json.loads(re.findall(r"TREE: (.*)", page)[0]) if n["name"] == "政府信息公开年报")
    api = urljoin(url, f"api/all/{node['id']}?sid={sid}&page=")
    assert client.get(f"{api}0").body == client.get(f"{api}1").body
    assert client.ask(f"{api}99").status == 404
    assert node["post_count"] > len(list(WALKERS["gkmlpt"](client, url)))
    articles = json.loads(client.get(f"{api}1").body)["articles"]
    assert {"identifier", "publisher", "attachment"} <= set(articles[0])


def test_ucap_caps_the_page_size(province: Province, server: Server) -> None:
    client = Client(province)
    url = column_of(province, "ucap", "xhr")
    channel = re.findall(r'channelId = "(\w+)"', client.get(url).text)[0]
    data = json.loads(client.get(urljoin(url, f"/common/search/{channel}?_pageSize=500&page=1")).body)["data"]
    assert data["rows"] == len(data["results"]) < data["total"]
    assert {row["url"].partition("//")[0] for row in data["results"]} == {"", "http:"}


def test_pc_list_names_the_attachments_in_the_list(province: Province, server: Server) -> None:
    client = Client(province)
    url = column_of(province, "pc_list", "json")
    pages = [client.get(url).text, client.get(url.replace("list.html", "list_2.html")).text]
    listed = {
        file["domainName"] + file["filePath"]
        for page in pages
        for row in json.loads(re.findall(r"articleList: (\[.*?\n    \])", page, re.DOTALL)[0])
        for file in row["articleFiles"]
    }
    files = {file for report in province.reports if report.column_url == url for file in report.file_urls}
    assert listed
    assert listed <= files


def test_vsb_numbers_its_pages_from_the_end(province: Province, server: Server) -> None:
    client = Client(province)
    url = column_of(province, "vsb", "reverse")
    pages = int(re.findall(r">1/(\d+)<", client.get(url).text)[0])
    assert pages >= 3
    folder = url.removesuffix(".htm")
    assert f">2/{pages}<" in client.get(f"{folder}/{pages - 1}.htm").text
    assert f">{pages}/{pages}<" in client.get(f"{folder}/1.htm").text
    assert client.ask(f"{folder}/{pages + 1}.htm").status == 404


def test_lonsun_shows_nothing_without_its_skin(province: Province, server: Server) -> None:
    client = Client(province)
    url = column_of(province, "lonsun", "label")
    call = re.findall(r'load\("(/site/label/8888[^"]+)"', client.get(url).text)[0]
    assert "xxgk_navli" in client.get(urljoin(url, call)).text
    assert client.get(urljoin(url, re.sub(r"&file=[^&]+", "&file=%2Fother", call))).text == "暂无相关信息"


def test_trs_leaves_an_unfilled_call_in_a_comment_above_the_real_one(
    province: Province, server: Server
) -> None:
    text = Client(province).get(column_of(province, "trs", "guangxi")).text
    assert text.index("createPageHTML(${PAGE_COUNT}") < text.index("createPage(")
