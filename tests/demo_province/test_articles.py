"""Article pages hold the report whole, say who published it, and lead to the files that the truth names."""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import unquote, urljoin

import pytest

from demo.province.model import Form
from demo.province.plan import Province, Published
from demo.province.server import Server
from tests.demo_province.client import Client, Reply
from tests.demo_province.test_dialects import each_site


def some(province: Province, site: str) -> list[Published]:
    """A report of each form that the site has."""
    of_form = {report.form: report for report in province.reports if report.site_id == site}
    return list(of_form.values())


def linked_files(reply: Reply) -> set[str]:
    """Addresses of what looks like a file in a page, wherever the dialect writes it."""
    text = reply.text.replace("\\/", "/").replace('\\"', '"').replace("&amp;", "&")
    found = re.findall(r"""["']([^"'<>]*(?:\.(?:pdf|docx|xlsx)|wbfileid=\d+))["']""", text)
    # Names of files stand in quotes too, and are Chinese.
    return {urljoin(reply.url, a) for a in found if a.isascii() and not a.startswith("/protect/")}


def words(reply: Reply) -> str:
    """The text of a page without markup and white space, also where it is markup inside a script."""
    return re.sub(r"<[^<>]*>|\\n|\s", "", reply.text.replace("\\/", "/"))


@each_site
def test_every_form_of_report_can_be_fetched_from_its_page(
    site: str, province: Province, server: Server
) -> None:
    client = Client(province)
    for report in some(province, site):
        if report.page_url:
            page = client.get(report.page_url)
            files = linked_files(page)
            if report.form is Form.PAGE:
                assert not files
            else:
                bodies = {hashlib.sha256(client.get(address).body).hexdigest() for address in files}
                assert bodies == {province.sha256s(report)[url] for url in report.file_urls}
            holds_report = "收到和处理政府信息公开申请情况" in words(page) or "主动公开政府信息数" in words(
                page
            )
            assert holds_report is (report.form in (Form.PAGE, Form.BOTH)), report.page_url
        for url, digest in province.sha256s(report).items():
            assert hashlib.sha256(client.get(url).body).hexdigest() == digest


@each_site
def test_article_pages_carry_the_national_tags(site: str, province: Province, server: Server) -> None:
    report = next(report for report in some(province, site) if report.page_url)
    reply = Client(province).get(report.page_url or "")
    tags = {meta.get("name"): meta.get("content") for meta in reply.tree.xpath("//meta[@name]")}
    assert tags["SiteIDCode"] == site + "0001"
    assert tags["ArticleTitle"] == report.title
    assert tags["PubDate"] == report.published.strftime("%Y-%m-%d %H:%M")
    assert str(report.year) in report.title
    assert report.agency in report.title


def test_a_download_names_its_file_in_the_header_only(province: Province, server: Server) -> None:
    report = next(
        report for report in province.reports if report.file_urls and "download.jsp" in report.file_urls[0]
    )
    reply = Client(province).get(report.file_urls[0])
    raw = reply.headers["content-disposition"].encode("latin-1").decode("gbk")
    assert report.item.file_names[0] in unquote(raw)
    assert reply.headers["content-type"] == "application/octet-stream"


def test_jcms_attachments_redirect_to_the_store(province: Province, server: Server) -> None:
    client = Client(province)
    seen = 0
    for report in province.reports:
        if report.family == "hanweb_jcms" and report.file_urls and report.page_url:
            page = client.get(report.page_url).text
            through = re.search(r'href="(/module/download/downfile\.jsp[^"]+)"', page)
            if through:
                address = urljoin(report.page_url, through[1].replace("&amp;", "&"))
                assert client.ask(address, follow=False).status == 302
                assert client.get(address).url == report.file_urls[0]
                seen += 1
    assert seen


def test_gkmlpt_articles_are_json_in_a_script(province: Province, server: Server) -> None:
    report = next(r for r in province.reports if r.variant == "gkmlpt" and r.form is Form.PAGE)
    text = Client(province).get(report.page_url or "").text
    detail = json.loads(re.findall(r"DETAIL: (\{.*\}),\n TREE", text)[0])
    assert detail["title"] == report.title
    assert "<table" in detail["content"]


@pytest.mark.parametrize(
    ("declares", "in_header", "in_page"),
    [("both", True, True), ("meta", False, True), ("header", True, False), ("none", False, False)],
)
def test_charsets_are_named_where_the_county_says(
    declares: str, in_header: bool, in_page: bool, province: Province, server: Server
) -> None:
    county = next(county for county in province.counties if county.declares == declares)
    reply = Client(province).get(province.home(county.code))
    assert ("charset" in reply.headers["content-type"]) is in_header
    assert (b"<meta charset" in reply.body) is in_page
    assert county.name in reply.body.decode(county.encoding)
