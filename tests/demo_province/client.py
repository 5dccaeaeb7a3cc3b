"""A plain HTTP client for the province, and for each dialect a few lines that read its lists.

Written from docs/domain/families.md like the portals, and apart from the crawler: what is found here can be
found.
"""

from __future__ import annotations

import html
import http.client
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import lxml.html

from demo.province.plan import Province

REDIRECTS = 5


@dataclass
class Reply:
    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        for encoding in ("utf-8", "gb18030"):
            try:
                return self.body.decode(encoding)
            except UnicodeDecodeError:
                continue
        return self.body.decode("gb18030", "replace")

    @property
    def tree(self) -> lxml.html.HtmlElement:
        return lxml.html.fromstring(self.text)


class Client:
    """Resolves names as the province says, follows redirects."""

    def __init__(self, province: Province) -> None:
        self.province = province
        self.timeout: float | None = None
        self.size_limit = 2**30

    def ask(
        self,
        url: str,
        data: str | None = None,
        *,
        follow: bool = True,
        method: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        for _ in range(REDIRECTS):
            parts = urlsplit(url)
            address = self.province.addresses[parts.hostname or ""]
            connection = http.client.HTTPConnection(address, parts.port, timeout=self.timeout)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            named = dict(headers or {})
            if data is not None:
                named.setdefault("Content-Type", "application/x-www-form-urlencoded")
            connection.request(
                method or ("GET" if data is None else "POST"),
                target,
                data.encode() if data is not None else None,
                {"Host": parts.netloc, "User-Agent": "test", **named},
            )
            response = connection.getresponse()
            assert (response.length or 0) <= self.size_limit, f"{response.length} bytes"
            reply = Reply(
                url, response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
            )
            connection.close()
            if not (follow and reply.status in (301, 302)):
                return reply
            url = urljoin(url, reply.headers["location"])
        raise AssertionError(f"{url} redirects without end")

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        reply = self.ask(url, headers=headers)
        assert reply.status == 200, f"{reply.status} {url}"
        return reply


Line = tuple[str, str]  # title and address
Walker = Callable[[Client, str], Iterator[Line]]


def links(reply: Reply, selector: str) -> list[Line]:
    """Title and absolute address of the links that the XPath selects."""
    return [
        (anchor.get("title") or anchor.text_content().strip(), urljoin(reply.url, anchor.get("href")))
        for anchor in reply.tree.xpath(selector)
    ]


def with_folders(walk: Walker) -> Walker:
    """Read a list, and in place of each line that is a folder what the folder lists."""

    def deep(client: Client, url: str) -> Iterator[Line]:
        for title, target in walk(client, url):
            folder = re.fullmatch(r"\d{4}年|县政府|政府工作部门|乡镇街道|.*(局|政府|办事处|分局)", title)
            if folder:
                yield from deep(client, target)
            else:
                yield title, target

    return deep


def trs(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    yield from links(reply, "//ul[@class='list']//a|//table[@class='gl_list']//a")
    call = re.search(r"createPage(?:HTML)?\((\d+),\s*(\d+),\s*[\"'](\w+)[\"'],\s*[\"'](\w+)[\"']", reply.text)
    assert call
    pages, current, name, extension = int(call[1]), int(call[2]), call[3], call[4]
    assert current == 0
    for index in range(1, pages):
        reply = client.ask(urljoin(url, f"{name}_{index}.{extension}"))
        if reply.status == 404:  # stated, and not there
            return
        yield from links(reply, "//ul[@class='list']//a|//table[@class='gl_list']//a")


def ucap(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    channel = re.search(r'channelId = "(\w+)"', reply.text)
    if channel:
        yield from ucap_xhr(client, url, channel[1])
        return
    yield from links(reply, "//ul[@class='list']//a")
    call = re.search(r"createPageHTML\('page_div',\s*(\d+),\s*1,\s*'(\w+)','(\w+)',\s*(\d+)\)", reply.text)
    assert call
    for number in range(2, int(call[1]) + 1):
        reply = client.ask(urljoin(url, f"{call[2]}_{number}.{call[3]}"))
        if reply.status == 404:
            return
        yield from links(reply, "//ul[@class='list']//a")


def ucap_xhr(client: Client, url: str, channel: str) -> Iterator[Line]:
    number = 1
    while True:
        query = {"_isAgg": "true", "_isJson": "true", "_pageSize": 20, "_template": "index", "page": number}
        data = json.loads(client.get(urljoin(url, f"/common/search/{channel}?{urlencode(query)}")).body)[
            "data"
        ]
        for row in data["results"]:
            yield row["title"], urljoin(url, row["url"])
        if not data["results"]:
            return
        number += 1


def records(reply: Reply, store: str) -> Iterator[Line]:
    for record in re.findall(r"<record><!\[CDATA\[(.*?)\]\]></record>", store, re.DOTALL):
        found = re.search(r"href='?\"?([^'\" ]+)['\"] title=['\"]([^'\"]*)['\"]", record)
        assert found, record
        yield html.unescape(found[2]), urljoin(reply.url, found[1])


def jcms_by_group(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    while True:
        yield from records(reply, reply.text)
        following = re.search(r"<nextgroup><!\[CDATA\[<a href=\"([^\"]+)\"", reply.text)
        if not following:
            return
        reply = client.get(urljoin(reply.url, following[1]))


def jcms_by_rows(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    following = re.search(r"columnid=(\d+)&unitid=(\d+)", reply.text)
    column = re.search(r"/col/col(\d+)/", url)
    assert column
    unit = following[2] if following else re.findall(r'<div id="(\d+)"', reply.text)[0]
    total = int(re.findall(r"totalRecord:(\d+)", reply.text)[0])
    for start in range(1, total + 1, 7):
        rows = f"startrecord={start}&endrecord={start + 6}&perpage=7"
        more = f"/module/web/jpage/dataproxy.jsp?{rows}"
        answer = client.ask(urljoin(url, more), f"columnid={column[1]}&unitid={unit}&webid=1&appid=1")
        yield from records(answer, answer.text)


def xxgk(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    years = links(reply, "//ul[@id='year']//a")
    yield from years
    post = re.search(r"\$\.post\('([^']+)', \{([^}]*)\}", reply.text)
    if not post:
        return
    form = urlencode(re.findall(r"(\w+):'([^']*)'", post[2]))
    number, pages = 1, 1
    while number <= pages:
        target = urljoin(url, re.sub(r"currpage=\d+", f"currpage={number}", post[1]))
        answer = client.ask(target, form)
        yield from links(answer, "//tr[starts-with(@class,'tr_main_value')]//a[@class='bt_link']")
        pages = int(re.findall(r"共(\d+)页", answer.text)[0])
        number += 1


def jpaas(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    loaders = reply.tree.xpath("//script[@url]")
    data = [json.loads((x.get("querydata") or x.get("queryData")).replace("'", '"')) for x in loaders]
    query = next(one for one in data if "list" in one["tagId"])
    number = 1
    while True:
        parameters = urlencode({**query, "paramJson": json.dumps({"pageNo": number, "pageSize": 15})})
        answer = json.loads(
            client.get(urljoin(url, f"{loaders[0].get('url')}?{parameters}"), headers={"Referer": url}).body
        )
        fragment = answer["data"] if isinstance(answer["data"], str) else answer["data"]["html"]
        found = links(Reply(url, 200, {}, fragment.encode()), "//li/a")
        yield from found
        if not found:
            return
        number += 1


def gkmlpt(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    if "_CONFIG" not in reply.text:
        yield from nfcms(client, url)
        return
    sid = re.findall(r"SID: '(\d+)'", reply.text)[0]
    tree = json.loads(re.findall(r"TREE: (\[.*\])", reply.text)[0])
    category = next(node["id"] for node in tree if node["name"] == "政府信息公开年报")
    number = 1
    while True:
        answer = client.ask(urljoin(url, f"api/all/{category}?page={number}&sid={sid}"))
        if answer.status == 404:
            return
        for article in json.loads(answer.body)["articles"]:
            yield article["title"], article["post_url"]
        number += 1


def nfcms(client: Client, url: str) -> Iterator[Line]:
    while True:
        reply = client.get(url)
        yield from links(reply, "//div[@class='conts-list']//a")
        following = links(reply, "//a[@class='next']")
        if not following:
            return
        url = following[0][1]


def vsb(client: Client, url: str) -> Iterator[Line]:
    while True:
        reply = client.get(url)
        yield from links(reply, "//li[starts-with(@id,'line_u')]/a")
        following = links(reply, "//span[contains(@class,'p_next ')]/a")
        if not following:
            return
        url = following[0][1]


def lonsun(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    yield from links(reply, "//ul[contains(@class,'nianbao_year')]//a")
    call = re.search(r'load\("(/site/label/8888[^"]+)"', reply.text)
    number, pages = 1, 1 if call else 0
    while call and number <= pages:
        answer = client.get(urljoin(url, call[1].replace("pageIndex=1", f"pageIndex={number}")))
        yield from links(answer, "//div[@class='xxgk_navli']//a")
        pages = int(re.findall(r"pageCount:(\d+)", answer.text)[0])
        number += 1


def openness(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    inner = re.search(r'load\("([^"]+)"\)', reply.text)
    if inner:
        reply = client.get(urljoin(url, inner[1]))
    while True:
        yield from links(reply, "//table[@class='is-xxgkTable']//div[@class='is-tda']/a")
        following = links(reply, "//a[text()='下一页']")
        if not following:
            return
        reply = client.get(following[0][1])


def pc_list(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    pages = int(re.findall(r"totalPage: (\d+)", reply.text)[0])
    for number in range(1, pages + 1):
        if number > 1:
            reply = client.get(urljoin(url, f"list_{number}.html"))
        rows = re.search(r"articleList: (\[.*?\n    \])", reply.text, re.DOTALL)
        assert rows
        for row in json.loads(rows[1]):
            yield row["title"], urljoin(url, json.loads(row["urls"])["pc"])


def epoint(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    if url.endswith("moreinfo.html"):
        yield from links(reply, "//ul[@class='ewb-info']//a")
        return
    constants = client.get(urljoin(url, "/js/webBuilderCommon.js")).text
    site = json.loads(constants[constants.index("{") : constants.rindex("}") + 1])
    target = urljoin(url, f"{site['projectName']}/rest/lightfrontaction/getgovinfolist")
    asked = {
        name: values[0] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()
    }
    seen: list[Line] = []
    for index in range(20):
        body = {**asked, "pageIndex": index, "pageSize": 4, "siteGuid": site["siteGuid"]}
        answer = client.ask(target, json.dumps(body), headers={"Content-Type": "application/json"})
        rows = json.loads(answer.body)["custom"]["data"]
        # On servers that count from 1, page 0 is page 1.
        seen += [
            line for row in rows if (line := (row["realtitle"], urljoin(url, row["infourl"]))) not in seen
        ]
    yield from seen


def truecms(client: Client, url: str) -> Iterator[Line]:
    reply = client.get(url)
    proxy = re.findall(r"proxyUrl:'([^']+)'", reply.text)[0]
    column = re.findall(r"columnId:'([^']+)'", reply.text)[0]
    total = int(re.findall(r"totalRecord: (\d+)", reply.text)[0])
    for start in range(1, total + 1, 10):
        query = urlencode({"callback": "cb", "startrecord": start, "endrecord": start + 9, "perpage": 10})
        answer = client.get(
            urljoin(url, f"{proxy}?{query}&contentTemplate=&columnId={column}"), headers={"Referer": url}
        )
        store = json.loads(answer.text.removeprefix("cb(").removesuffix(")"))["result"]
        for record in re.findall(r"<!\[CDATA\[(.*?)\]\]>", store):
            yield from links(Reply(url, 200, {}, record.encode()), "//a")


def generic(client: Client, url: str) -> Iterator[Line]:
    frames = client.get(url).tree.xpath("//iframe/@src")
    url = urljoin(url, frames[0]) if frames else url
    while True:
        reply = client.get(url)
        yield from links(reply, "//div[@class='main']//table//a")
        following = links(reply, "//div[@class='pages']/a[text()='下一页']")
        if not following:
            return
        url = following[0][1]


WALKERS: dict[str, Walker] = {
    "trs": with_folders(trs),
    "ucap": ucap,
    "hanweb_jcms": jcms_by_group,
    "hanweb_xxgk": xxgk,
    "hanweb_jpaas": with_folders(jpaas),
    "gkmlpt": gkmlpt,
    "vsb": vsb,
    "lonsun": lonsun,
    "openness": openness,
    "pc_list": pc_list,
    "epoint": with_folders(epoint),
    "truecms": truecms,
    "generic": with_folders(generic),
}
