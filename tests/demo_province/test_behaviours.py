"""Each fault does what its name says, to the requests that it is set for and to no others."""

from __future__ import annotations

import http.client
import socket
import ssl
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from demo.province.faults import BOMB_BYTES, HUGE_PAGE_BYTES, Behaviour, Fault
from demo.province.plan import Province, at_rest
from demo.province.server import Server, free_ports, serving
from demo.province.shapes.shape import Shape
from demo.province.worst import BLOCKING, METADATA_SERVICE, at_worst, target
from tests.demo_province.client import WALKERS, Client, links

TRS, STATIC, GKMLPT, JCMS = "990121", "990102", "990223", "990181"


@pytest.fixture(autouse=True)
def healed(province: Province) -> Iterator[None]:
    yield
    for county in province.counties:
        province.set(county.code)


@pytest.fixture
def client(province: Province, server: Server) -> Client:
    return Client(province)


def column_of(province: Province, site: str) -> str:
    return next(column.url for column in province.columns if column.site_id == site)


@pytest.mark.parametrize(
    ("fault", "status", "sign"),
    [
        (Fault.CHALLENGE_412, 412, b"$_ts"),
        (Fault.CHALLENGE_202, 202, b"<script"),
        (Fault.CHALLENGE_521, 521, b"jsl_clearance_s"),
        (Fault.CHALLENGE_468, 468, "防火墙".encode()),
        (Fault.CAPTCHA, 200, "验证码".encode()),
        (Fault.SCRIPT_STUB, 200, b"document.cookie"),
        (Fault.FORBIDDEN, 403, b""),
        (Fault.DEAD, 404, b""),
        (Fault.GONE, 410, b""),
        (Fault.SERVER_ERROR, 500, b""),
        (Fault.UNAVAILABLE, 503, b""),
        (Fault.TOO_MANY, 429, b""),
    ],
)
def test_statuses_and_challenges(
    fault: Fault, status: int, sign: bytes, province: Province, client: Client
) -> None:
    column = column_of(province, STATIC)
    province.set(STATIC, Behaviour(fault, target(column), seconds=7))
    reply = client.ask(column)
    assert reply.status == status
    assert sign in reply.body
    assert client.ask(province.home(STATIC)).status == 200
    if fault is Fault.TOO_MANY:
        assert reply.headers["retry-after"] == "7"
    province.set(STATIC)
    assert client.ask(column).status == 200


def test_challenges_set_cookies_and_stay_closed_to_who_returns_them(
    province: Province, client: Client
) -> None:
    column = column_of(province, STATIC)
    province.set(STATIC, Behaviour(Fault.CHALLENGE_521))
    cookie = client.ask(column).headers["set-cookie"].split(";")[0]
    assert client.ask(column, headers={"Cookie": cookie}).status == 521


def test_the_cookie_gate_opens_to_who_returns_its_cookie(province: Province, client: Client) -> None:
    column = column_of(province, STATIC)
    province.set(STATIC, Behaviour(Fault.COOKIE_GATE))
    reply = client.ask(column, follow=False)
    assert (reply.status, reply.headers["location"]) == (302, target(column))
    assert client.ask(column, headers={"Cookie": reply.headers["set-cookie"].split(";")[0]}).status == 200


def test_times_and_after_limit_a_fault(province: Province, client: Client) -> None:
    column = column_of(province, STATIC)
    province.set(STATIC, Behaviour(Fault.UNAVAILABLE, times=2, after=1))
    assert [client.ask(column).status for _ in range(5)] == [200, 503, 503, 200, 200]
    province.set(STATIC, Behaviour(Fault.UNAVAILABLE, times=2, after=1))
    assert [client.ask(column).status for _ in range(3)] == [200, 503, 503]


def test_slow_answers_come_late_and_are_whole(province: Province, server: Server, client: Client) -> None:
    column = column_of(province, STATIC)
    province.set(STATIC, Behaviour(Fault.SLOW, seconds=0.2))
    assert client.ask(column).status == 200
    entry = server.entries[-1]
    assert entry.ended - entry.started >= 0.2


def test_a_silent_server_never_answers(province: Province, server: Server, client: Client) -> None:
    column = urlsplit(column_of(province, STATIC))
    province.set(STATIC, Behaviour(Fault.SILENT))
    connection = http.client.HTTPConnection(province.addresses[column.hostname or ""], column.port)
    connection.request("GET", column.path, headers={"Host": column.netloc})
    # The server answers in the order in which it was asked: who came later has been served by now.
    for _ in range(3):
        assert client.ask(column_of(province, TRS)).status == 200
    connection.sock.setblocking(False)
    with pytest.raises(BlockingIOError):
        connection.sock.recv(1)
    connection.close()


def test_a_reset_connection(province: Province, client: Client) -> None:
    province.set(STATIC, Behaviour(Fault.RESET))
    with pytest.raises(ConnectionResetError):
        client.ask(column_of(province, STATIC))


def test_half_a_body(province: Province, client: Client) -> None:
    province.set(STATIC, Behaviour(Fault.HALF))
    with pytest.raises(http.client.IncompleteRead) as half:
        client.ask(column_of(province, STATIC))
    assert len(half.value.partial) > 100


def test_the_home_page_instead(province: Province, client: Client) -> None:
    column = column_of(province, STATIC)
    province.set(STATIC, Behaviour(Fault.HOME_INSTEAD, "/huaiyi/*"))
    assert client.get(column).body == client.get(province.home(STATIC)).body


def test_old_addresses_that_lead_to_the_home_page(province: Province, client: Client) -> None:
    column = column_of(province, STATIC)
    province.set(STATIC, Behaviour(Fault.TO_HOME, target(column)))
    assert client.get(column).url == province.home(STATIC)


@pytest.mark.parametrize("site", [TRS, STATIC, "990422"])
def test_a_moved_column_works_at_its_new_address(site: str, province: Province, client: Client) -> None:
    url = column_of(province, site)
    family = next(county.family for county in province.counties if county.code == site)
    before = sorted(title for title, _ in WALKERS[family](client, url))
    folder = target(url).rsplit("/", 1)[0]
    province.set(site, Behaviour(Fault.MOVED, f"*{folder}/*", target="/new"))
    reply = client.ask(url, follow=False)
    assert (reply.status, reply.headers["location"]) == (301, "/new" + target(url))
    moved = client.get(url).url
    assert sorted(title for title, _ in WALKERS[family](client, moved)) == before


@pytest.mark.parametrize("where", [METADATA_SERVICE, "http://10.0.0.1/", "file:///etc/passwd"])
def test_redirects_to_places_that_no_crawl_may_go(where: str, province: Province, client: Client) -> None:
    column = column_of(province, STATIC)
    province.set(STATIC, Behaviour(Fault.REDIRECT, target(column), target=where))
    reply = client.ask(column, follow=False)
    assert (reply.status, reply.headers["location"]) == (302, where)


def test_a_redirect_loop(province: Province, client: Client) -> None:
    column = column_of(province, STATIC)
    province.set(STATIC, Behaviour(Fault.LOOP, target(column) + "*"))
    with pytest.raises(AssertionError, match="redirects without end"):
        client.ask(column)


def test_a_gzip_bomb_is_small_on_the_wire_and_large_in_memory(province: Province, client: Client) -> None:
    province.set(STATIC, Behaviour(Fault.BOMB))
    reply = client.ask(column_of(province, STATIC))
    assert reply.headers["content-encoding"] == "gzip"
    assert len(reply.body) < BOMB_BYTES / 500
    unpacker = zlib.decompressobj(wbits=31)
    unpacked, packed = 0, reply.body
    while packed:
        unpacked += len(unpacker.decompress(packed, 2**20))
        packed = unpacker.unconsumed_tail
    assert unpacked + len(unpacker.flush()) == BOMB_BYTES


def test_a_huge_page(province: Province, client: Client) -> None:
    province.set(STATIC, Behaviour(Fault.HUGE))
    column = urlsplit(column_of(province, STATIC))
    connection = http.client.HTTPConnection(province.addresses[column.hostname or ""], column.port)
    connection.request("GET", column.path, headers={"Host": column.netloc})
    assert int(connection.getresponse().headers["content-length"]) >= HUGE_PAGE_BYTES
    connection.close()


def test_mojibake_is_neither_utf_8_nor_gb18030(province: Province, client: Client) -> None:
    province.set(STATIC, Behaviour(Fault.MOJIBAKE))
    reply = client.ask(column_of(province, STATIC))
    for encoding in ("utf-8", "gb18030"):
        with pytest.raises(UnicodeDecodeError):
            reply.body.decode(encoding)
    assert "政府信息公开工作年度报告" in reply.body.decode("gb18030", "replace")
    assert "utf-8" in reply.headers["content-type"]


def test_wrong_content_types(province: Province, client: Client) -> None:
    report = next(report for report in province.reports if report.site_id == STATIC and report.file_urls)
    province.set(STATIC, Behaviour(Fault.WRONG_TYPE))
    assert client.get(report.column_url).headers["content-type"] == "application/octet-stream"
    assert client.get(report.file_urls[0]).headers["content-type"] == "text/html"


def test_robots(province: Province, client: Client) -> None:
    robots = province.home(STATIC) + "robots.txt"
    assert client.ask(robots).status == 404
    province.set(STATIC, Behaviour(Fault.ROBOTS, target="User-agent: *\nDisallow: /\n"))
    assert b"Disallow: /\n" in client.get(robots).body
    assert client.ask(column_of(province, STATIC)).status == 200
    province.set(STATIC, Behaviour(Fault.SERVER_ERROR, "/robots.txt"))
    assert client.ask(robots).status == 500


def test_overstated_totals_lead_to_pages_that_are_not_there(province: Province, client: Client) -> None:
    column = column_of(province, STATIC)
    right = list(WALKERS["ucap"](client, column))
    province.set(STATIC, Behaviour(Fault.OVERSTATED))
    assert list(WALKERS["ucap"](client, column)) == right
    pages = -(-len(right) // next(c.per_page for c in province.counties if c.code == STATIC))
    assert f"createPageHTML('page_div',{pages + 3}, 1," in client.get(column).text
    assert client.ask(column.replace(".shtml", f"_{pages}.shtml")).status == 200
    assert client.ask(column.replace(".shtml", f"_{pages + 1}.shtml")).status == 404


def test_stale_rows_state_too_few(province: Province, client: Client) -> None:
    column = column_of(province, STATIC)
    right = list(WALKERS["ucap"](client, column))
    province.set(STATIC, Behaviour(Fault.STALE_ROWS))
    assert f",'xlist','shtml',{len(right) // 4});" in client.get(column).text
    assert list(WALKERS["ucap"](client, column)) == right


@pytest.mark.parametrize(("fault", "fresh"), [(Fault.ENDLESS, False), (Fault.ENDLESS_NEWS, True)])
def test_endless_pagers(fault: Fault, fresh: bool, province: Province, client: Client) -> None:
    column = column_of(province, STATIC)
    known = {url for _, url in WALKERS["ucap"](client, column)}
    province.set(STATIC, Behaviour(fault))
    assert "createPageHTML('page_div',9999, 1," in client.get(column).text
    beyond = [
        {
            url
            for _, url in links(
                client.get(column.replace(".shtml", f"_{page}.shtml")), "//ul[@class='list']//a"
            )
        }
        for page in (800, 801)
    ]
    assert beyond[0]
    assert (beyond[0] != beyond[1]) is fresh
    assert bool((beyond[0] | beyond[1]) - known) is fresh


def test_traps_lie_beside_the_list_and_lead_on_and_on(province: Province, client: Client) -> None:
    column = column_of(province, TRS)
    before = sorted(WALKERS["trs"](client, column))
    province.set(TRS, Behaviour(Fault.TRAPS))
    page = client.get(column)
    side = [url for _, url in links(page, "//div[@class='side']//a")]
    assert {urlsplit(url).scheme for url in side} == {
        "http",
        "javascript",
        "mailto",
        "file",
        "ftp",
        "data",
    }
    calendar = next(url for url in side if "/rili/" in url)
    for _ in range(3):
        ahead = links(client.get(calendar), "//div[@class='rili']/a")
        assert len(ahead) == 2
        calendar = ahead[1][1]
    session = next(url for url in side if "jsessionid" in url)
    assert client.get(session).body == client.get(province.home(TRS)).body
    assert sorted(WALKERS["trs"](client, column)) == before


@pytest.mark.parametrize("fault", [Fault.REDESIGNED, Fault.EMPTIED])
def test_no_list_leads_anywhere_once_redesigned_or_emptied(
    fault: Fault, province: Province, client: Client
) -> None:
    for county in province.counties:
        reports = {r.page_url or r.file_urls[0] for r in province.reports if r.site_id == county.code}
        articles = {urlsplit(url).path.rsplit("/", 1)[-1] for url in reports}
        columns = [column.url for column in province.columns if column.site_id == county.code]
        province.set(county.code, Behaviour(fault))
        for column in columns:
            text = client.get(column).text
            assert not [name for name in articles if name in text and name not in column], column
            if fault is Fault.REDESIGNED and county.family not in ("gkmlpt",):
                assert "card-wall" in text, county.family


def test_a_fault_at_one_site_leaves_the_others_alone(province: Province, client: Client) -> None:
    province.set(JCMS, Behaviour(Fault.DEAD))
    neighbours = [county for county in province.counties if county.code != JCMS]
    assert {client.ask(province.home(county.code)).status for county in neighbours} == {200}
    assert client.ask(province.home(JCMS)).status == 404


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (None, ""),
        (Fault.UNKNOWN_CA, "unable to get local issuer"),
        (Fault.WRONG_NAME, "Hostname mismatch"),
        (Fault.EXPIRED, "certificate has expired"),
        (Fault.NOT_TLS, "WRONG_VERSION_NUMBER|wrong version number|record layer failure"),
    ],
)
def test_tls(fault: Fault | None, message: str) -> None:
    port, tls_port = free_ports(2)
    province = at_rest(1, port, tls_port)
    province.serve_https("990425")
    if fault:
        province.set("990425", Behaviour(fault))
    with serving(province) as server:
        trust = ssl.create_default_context(cadata=server.authority_pem.decode())
        home = urlsplit(province.home("990425"))
        address = province.addresses[home.hostname or ""]
        with pytest.MonkeyPatch.context() as patch:
            # http.client resolves by itself: send it to the address and keep the name for TLS.
            connect = socket.create_connection
            patch.setattr(socket, "create_connection", lambda _, *rest: connect((address, tls_port), *rest))
            connection = http.client.HTTPSConnection(home.hostname or "", tls_port, context=trust)
            if fault:
                with pytest.raises(ssl.SSLError, match=message):
                    connection.request("GET", "/")
            else:
                connection.request("GET", "/", headers={"Host": home.netloc})
                assert connection.getresponse().status == 200
        connection.close()


def test_a_name_that_does_not_resolve(province: Province) -> None:
    host = next(county.host for county in province.counties if county.code == STATIC)
    assert host in province.addresses
    province.set(STATIC, Behaviour(Fault.NO_NAME))
    assert host not in province.addresses


def test_the_worst_province_names_an_outcome_for_every_column_and_loses_what_it_says() -> None:
    worst = at_worst(3)
    assert set(worst.expected) == {column.url for column in worst.province.columns}
    assert len(worst.withheld) + len(worst.to_be_had) == len(worst.province.reports)
    for expected in worst.expected.values():
        assert all(report.column_url == expected.column.url for report in expected.withheld)
        if expected.outcome == "ok":
            assert not expected.withheld
    outcomes = {expected.outcome for expected in worst.expected.values()}
    assert outcomes >= {"ok", "incomplete", "gone", "moved", "blocked", "dns", "tls", "timeout", "empty_list"}
    assert {fault for seed in range(8) for fault in _blocks(seed)} == set(BLOCKING)


def _blocks(seed: int) -> set[Fault | Shape]:
    worst = at_worst(seed)
    return {
        fault for county in worst.province.counties for fault in worst.province.faults(county.code)
    } & set(BLOCKING)
