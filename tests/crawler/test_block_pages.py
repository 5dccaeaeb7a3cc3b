"""Pages with which firewalls answer in place of what was asked for: no good page, whatever their status."""

import pytest

from crawler.manners.challenges import challenge
from crawler.runs.outcomes import Outcome, outcome_of_status

URL = "http://www.mouxian.gov.cn/zfxxgk/zfxxgknb/"
ARTICLE = '<meta name="ArticleTitle" content="某局2023年政府信息公开工作年度报告">'
SAFEDOG = (
    "<html><head><title>404</title></head><body><script>var d='http://404.safedog.cn/';</script>"
    "<p>很抱歉，您要访问的页面不存在</p></body></html>"
)
WTS = "<html><head><title>WTS-WAF拦截提示</title></head><body>您的请求疑似攻击行为！</body></html>"
BAOTA = "<title>网站防火墙</title><h1>您的请求带有不合法参数，已被网站管理员设置拦截！</h1>"


@pytest.mark.parametrize("status", [405, 406, 412, 418, 461, 468, 493, 501, 521])
@pytest.mark.parametrize("body", [b"", b"<html>x</html>"])
def test_statuses_that_only_firewalls_give_are_blocks(status: int, body: bytes) -> None:
    assert challenge(URL, status, (), body) is not None


@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize("body", [SAFEDOG, WTS, BAOTA])
def test_a_block_page_is_one_with_any_status_and_says_whose_it_is(status: int, body: str) -> None:
    signal = challenge(URL, status, (("Server", "Safedog/4.0.0"),), body.encode())
    assert signal is not None and signal.name in ("safedog_200", "wts_200", "baota_200")


@pytest.mark.parametrize(
    "body",
    [
        f"<head>{ARTICLE}</head><p>本局网站防火墙拦截攻击，访问被系统拦截 30 次，网站安全狗</p>",
        "<html><head><title>政府信息公开年报</title></head><body>"
        + "".join(f"<li><a href=/{n}.html>某局网站防火墙采购公告，请求被系统拦截</a></li>" for n in range(9))
        + "</body></html>",
    ],
)
def test_a_page_that_speaks_of_firewalls_is_none(body: str) -> None:
    assert challenge(URL, 200, (), body.encode()) is None


def test_550_is_a_final_answer() -> None:
    assert outcome_of_status(550) is Outcome.GONE
