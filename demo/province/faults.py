"""What can go wrong at a portal, as data: set it for a host and a path, and the server behaves so.

Two sorts. Those in CONTENT change what the portal itself shows (its pagers, its markup, its links) and hold
for the whole site. The others happen on the wire to the requests whose path they match.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from fnmatch import fnmatchcase
from functools import cache

from demo.province.http import Ending, Request, Response, redirect
from demo.province.shapes.shape import Shape
from demo.province.shapes.show import show

# As large as the crawler is likely to meet, and far above what it should take.
HUGE_PAGE_BYTES = 100 * 2**20
BOMB_BYTES = 256 * 2**20


class Fault(Enum):
    """One way to fail; the comment says what a client sees."""

    SLOW = "slow"  # the answer comes after `seconds`
    SILENT = "silent"  # no answer at all, the connection stays open
    TOO_MANY = "too_many"  # 429 with Retry-After `seconds`
    UNAVAILABLE = "unavailable"  # 503
    SERVER_ERROR = "server_error"  # 500
    FORBIDDEN = "forbidden"  # 403 without a body
    DEAD = "dead"  # 404
    GONE = "gone"  # 410
    CHALLENGE_412 = "challenge_412"  # 412, cookies, a script (瑞数)
    CHALLENGE_202 = "challenge_202"  # 202 and a script
    CHALLENGE_521 = "challenge_521"  # 521 and a script that sets __jsl_clearance_s (加速乐)
    CHALLENGE_468 = "challenge_468"  # 468, a firewall's page
    COOKIE_GATE = "cookie_gate"  # 302 to itself with a cookie, open to who brings the cookie back
    CAPTCHA = "captcha"  # 200, a page that asks for letters in a picture
    SCRIPT_STUB = "script_stub"  # 200, about a kilobyte of script that reloads the page
    HOME_INSTEAD = "home_instead"  # 200, the home page in place of what was asked
    TO_HOME = "to_home"  # 302 to the home page, as old addresses after a migration
    MOVED = "moved"  # 301 to the same path below `target`, where everything is now
    REDIRECT = "redirect"  # 302 to `target`, whatever that is
    LOOP = "loop"  # 302 between two addresses without end
    BOMB = "bomb"  # gzip that unpacks to BOMB_BYTES
    HUGE = "huge"  # HUGE_PAGE_BYTES of HTML
    RESET = "reset"  # connection reset
    HALF = "half"  # half of the promised body
    MOJIBAKE = "mojibake"  # GBK bytes called UTF-8, with a byte that is neither
    WRONG_TYPE = "wrong_type"  # HTML called application/octet-stream, anything else called text/html
    ROBOTS = "robots"  # robots.txt with `target` for a text
    NOT_TLS = "not_tls"  # the https port speaks plain HTTP
    UNKNOWN_CA = "unknown_ca"  # a certificate that nobody vouches for
    WRONG_NAME = "wrong_name"  # a certificate for another host
    EXPIRED = "expired"  # a certificate of last year
    NO_NAME = "no_name"  # the host name does not resolve
    OVERSTATED = "overstated"  # stated pages and rows are more than there are; those pages are 404 or empty
    STALE_ROWS = "stale_rows"  # the stated number of rows is a fraction of those shown, the pages are right
    ENDLESS = "endless"  # 9999 pages stated, each beyond the last repeats it
    ENDLESS_NEWS = "endless_news"  # 9999 pages stated, each beyond the last brings fresh items of other kinds
    TRAPS = "traps"  # links outside the column: calendar, session ids, sorting, other schemes
    REDESIGNED = "redesigned"  # lists in another markup, addresses only in scripts
    EMPTIED = "emptied"  # the lists of reports say 暂无相关信息


CONTENT = frozenset(
    {
        Fault.OVERSTATED,
        Fault.STALE_ROWS,
        Fault.ENDLESS,
        Fault.ENDLESS_NEWS,
        Fault.TRAPS,
        Fault.REDESIGNED,
        Fault.EMPTIED,
    }
)
TLS = frozenset({Fault.NOT_TLS, Fault.UNKNOWN_CA, Fault.WRONG_NAME, Fault.EXPIRED})


@dataclass(frozen=True)
class Behaviour:
    """A fault, where and how often.

    `path` is a shell pattern over path and query (`/zfxxgknb/*`). `times` limits it to the first so many
    requests that match (None: always), `after` lets the first so many pass unharmed.
    """

    fault: Fault | Shape
    path: str = "*"
    times: int | None = None
    after: int = 0
    seconds: float = 0.0
    target: str = ""

    def matches(self, target: str) -> bool:
        """Is a request for this path and query concerned? Content faults are in the page and concern none."""
        if self.fault in CONTENT or self.fault in TLS or self.fault is Fault.NO_NAME:
            return False
        if self.fault is Fault.ROBOTS:
            return target == "/robots.txt"
        return fnmatchcase(target, self.path)


Serve = Callable[[Request], Response]


def act(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    """What the client gets in place of `serve(request)`."""
    if isinstance(behaviour.fault, Shape):
        return show(behaviour.fault, request, serve)
    if behaviour.fault in _CHALLENGES:
        return _CHALLENGES[behaviour.fault]
    if behaviour.fault in _STATUSES:
        return Response(_STATUSES[behaviour.fault], b"", {"Content-Type": "text/html"})
    return _ACTS[behaviour.fault](behaviour, request, serve)


def _html(status: int, text: str, *cookies: str) -> Response:
    headers = {"Content-Type": "text/html; charset=utf-8"}
    if cookies:
        headers["Set-Cookie"] = cookies[0]
    return Response(status, text.encode(), headers)


_CHALLENGES = {
    Fault.CHALLENGE_412: _html(
        412,
        "<!DOCTYPE html><html><head><meta charset='utf-8'>"
        "<meta id='9DhefwqGPrzGxEp9hPaoag' content='{demo}' r='m'>"
        "<script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=51923;$_ts.cd='demo';</script>"
        "<script src='/4QbVtADbnLVIc/d.FxJzG50F.js' r='m'></script></head><body></body></html>",
        "FSSBBIl1UgzbN7N80S=demo_5NKmdAWSgVBHbkDyWXYJmA; Path=/; HttpOnly",
    ),
    Fault.CHALLENGE_202: _html(
        202,
        "<!DOCTYPE html><html><head><script>var _$ts={a:'demo'};"
        "(function(){document.cookie='__r='+_$ts.a;location.reload()})();</script></head><body></body></html>",
    ),
    Fault.CHALLENGE_521: _html(
        521,
        "<script>document.cookie=('_')+('_')+('jsl_clearance_s=1700000000.1|0|demo;max-age=3600;path=/');"
        "location.href=location.pathname+location.search</script>",
        "__jsluid_s=0123456789abcdef; max-age=31536000; path=/; HttpOnly",
    ),
    Fault.CHALLENGE_468: _html(
        468,
        "<html><head><title>访问被拦截</title></head><body><h1>您的请求疑似攻击行为，已被网站防火墙拦截</h1>"
        "<p>事件编号：000000-demo</p></body></html>",
    ),
    Fault.CAPTCHA: _html(
        200,
        "<html><head><title>访问验证</title></head><body><form action='/verify' method='post'>"
        "<p>您的访问过于频繁，请输入验证码后继续访问</p><img src='/captcha.jpg?t=1'>"
        "<input name='captcha'><button>提交</button></form></body></html>",
    ),
    Fault.SCRIPT_STUB: _html(
        200,
        "<html><head><meta charset='utf-8'></head><body><script>var k='"
        + "0f1e2d3c" * 100
        + "';document.cookie='wzfw='+k.substr(7,16)+';path=/';"
        "window.location.reload();</script></body></html>",
        "HWWAFSESID=demo; path=/",
    ),
}

_STATUSES = {Fault.SERVER_ERROR: 500, Fault.FORBIDDEN: 403, Fault.DEAD: 404, Fault.GONE: 410}


def _slow(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    return replace(serve(request), delay=behaviour.seconds)


def _silent(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    return Response(ending=Ending.NEVER)


def _too_many(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    return _html(429, "<h1>请求过于频繁</h1>").with_headers(Retry_After=f"{behaviour.seconds:g}")


def _unavailable(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    response = _html(503, "<h1>服务暂不可用</h1>")
    return response.with_headers(Retry_After=f"{behaviour.seconds:g}") if behaviour.seconds else response


def _cookie_gate(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    if "CT6T=" in request.headers.get("cookie", ""):
        return serve(request)
    return redirect(request.target).with_headers(Set_Cookie="CT6T=demo; path=/")


def _home_instead(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    return serve(replace(request, path="/", query={}, target="/"))


def _to_home(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    return redirect("/")


def _moved(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    prefix = behaviour.target.rstrip("/")
    if request.path.startswith(prefix + "/"):
        moved_back = request.path.removeprefix(prefix)
        return serve(replace(request, path=moved_back, target=request.target.removeprefix(prefix)))
    return redirect(prefix + request.target, 301)


def _redirect(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    return redirect(behaviour.target)


def _loop(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    bare = re.sub(r"[?&]loop=\d", "", request.target)
    turn = 2 if "loop=1" in request.target else 1
    return redirect(f"{bare}{'&' if '?' in bare else '?'}loop={turn}")


def _bomb(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    return Response(
        200, _bomb_bytes(), {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}
    )


@cache
def _bomb_bytes() -> bytes:
    # After a full flush nothing refers back, so that one packed block can be repeated; this packs in no time.
    block, count = b" " * 2**20, BOMB_BYTES // 2**20
    packer = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(count):
        checksum = zlib.crc32(block, checksum)
    head = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    return head + packed * count + packer.flush() + struct.pack("<II", checksum, BOMB_BYTES)


def _huge(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    block = "<li><a href='./nothing.html'>工作动态</a><span>2020-01-01</span></li>\n".encode()
    block = block * (2**20 // len(block))
    return Response(
        200, block, {"Content-Type": "text/html; charset=utf-8"}, repeat=HUGE_PAGE_BYTES // len(block) + 1
    )


def _reset(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    return Response(ending=Ending.RESET)


def _half(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    return replace(serve(request), ending=Ending.HALF)


def _mojibake(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    response = serve(request)
    if "html" not in (response.header("Content-Type") or "html"):
        return response
    try:
        text = response.body.decode("utf-8")
    except UnicodeDecodeError:
        text = response.body.decode("gb18030")
    spoilt = text.encode("gb18030").replace(b"</body>", b"<p>\xff\xb0</p></body>")
    return replace(response, body=spoilt).with_headers(Content_Type="text/html; charset=utf-8")


def _wrong_type(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    response = serve(request)
    html = "html" in (response.header("Content-Type") or "html")
    return response.with_headers(Content_Type="application/octet-stream" if html else "text/html")


def _robots(behaviour: Behaviour, request: Request, serve: Serve) -> Response:
    return Response(200, behaviour.target.encode(), {"Content-Type": "text/plain; charset=utf-8"})


_ACTS: dict[Fault, Callable[[Behaviour, Request, Serve], Response]] = {
    Fault.SLOW: _slow,
    Fault.SILENT: _silent,
    Fault.TOO_MANY: _too_many,
    Fault.UNAVAILABLE: _unavailable,
    Fault.COOKIE_GATE: _cookie_gate,
    Fault.HOME_INSTEAD: _home_instead,
    Fault.TO_HOME: _to_home,
    Fault.MOVED: _moved,
    Fault.REDIRECT: _redirect,
    Fault.LOOP: _loop,
    Fault.BOMB: _bomb,
    Fault.HUGE: _huge,
    Fault.RESET: _reset,
    Fault.HALF: _half,
    Fault.MOJIBAKE: _mojibake,
    Fault.WRONG_TYPE: _wrong_type,
    Fault.ROBOTS: _robots,
}
