"""Lists that a page speaks of and does not hold: what a script fetches, opens or puts together.

None of it is followed, as no address leads there; that there is something is told (`Listing.unreached`), so
that a person looks. Each sign is one that a page which holds its whole list does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from urllib.parse import urlsplit

from lxml import html

from crawler.platforms.base import ListItem
from crawler.platforms.lists.listing import is_document
from crawler.platforms.lists.pager_signs import NEXT
from crawler.platforms.lists.rows_of_links import squeeze
from crawler.platforms.lists.titles import REPORTS_OF, is_report_title, passed_over
from crawler.platforms.opened import chosen, has_script, opened_by, openers
from crawler.platforms.page import MAX_LINKS, Page

NOT_FOLLOWED = "that is not followed"
# What a script asks a server with.
_ASKS = re.compile(
    r"\.(?:ajax|get|post|getJSON|load|getScript)\s*\(|(?<![\w$.])(?:fetch|axios(?:\.\w+)?)\s*\(|XMLHttpRequest"
)
# The address that it asks: get('/api/nb'), ajax({type: 'post', url: '/nb/list.do'}).
_ASKED = re.compile(
    rf"""(?:{_ASKS.pattern})\s*(?:\{{[^{{}}]{{0,200}}?\burl\s*:\s*)?["']([^"'\n]{{1,300}})["']"""
)
# A word of such an address that speaks of annual reports: /api/xxgknb.
_OF_REPORTS = re.compile(r"(?<![a-z])[a-z]*(?:nb|ndbg|nianbao)(?![a-z])|(?<![a-z])annual", re.IGNORECASE)
# What a script writes into an element: $('#id').html(…), document.getElementById('id').innerHTML = …
_FILLED = re.compile(
    r"""(?:\$|jQuery)\(\s*["']#([\w-]{1,60})["']\s*\)\s*\.(?:html|append|prepend|load)\s*\(\s*[^)\s]"""
    r"""|getElementById\(\s*["']([\w-]{1,60})["']\s*\)\s*\.(?:innerHTML\s*\+?=|append|insertAdjacentHTML)"""
)
_LISTS = ("ul", "ol", "tbody", "table", "dl", "div")
_LEAVES = ("span", "li", "a", "em", "b", "div", "p", "dt", "button", "h2", "h3", "h4", "h5")
_IN_TITLE = re.compile(r"20[0-3]\d")
_YEAR = re.compile(r"20[0-3]\d年?(?:度|年报)?")
# A link that says nothing of its own, in a row that says whose reports it leads to.
_LOOK = re.compile(
    r"[\[【(（]?(?:点击)?(?:查看|浏览|下载|详情|全文|打开|阅读|年报)(?:全文|详情|年报)?[\]】)）]?"
)
_FILE_ENDING = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?)$", re.IGNORECASE)
_LIST_ADDRESS = re.compile(r"/(?:(?:index|\w*list)(?:_\d+)?\.[sj]?html?)?(?:\?|$)", re.IGNORECASE)
AGENCY = re.compile(
    r"[\u4e00-\u9fff]{1,16}(?:局|委|委员会|办|办公室|厅|镇|乡|街道|街道办|街道办事处|人民政府|中心|支队|苏木)"
)
_NOW_SHOWN = re.compile(
    r"(?<![a-z])(?:on|cur|current|active|select(?:ed)?|hover|this)(?![a-z])", re.IGNORECASE
)
_DIGITS = re.compile(r"[0-9a-f]{16,}|\d+")
_ALL = re.compile(r"全部|所有|不限|任意|选择|全年|^-+$")
# A link that a framework fills, one for each line of a list.
_FILLED_LINK = re.compile(r"\{\{[^{}]{0,60}(?:title|name|bt|mc|subject)[^{}]{0,60}\}\}", re.IGNORECASE)
_BOUND_ADDRESS = (":href", "v-bind:href", "ng-href", "@click", "v-on:click", "ng-click")
# So many make a menu; fewer can be anything.
_FEWEST = 3


def unseen(page: Page, items: Iterable[ListItem]) -> str | None:
    """What a page speaks of and does not hold beside its `items`, None where nothing says so."""
    known = tuple(items)
    return next(
        (
            told
            for told in (
                _filled(page, known),
                _asked_for_reports(page),
                _tabs(page),
                _menu(page),
                _button(page),
                _names_alone(page, known),
                _without_words(page, known),
                _years_alone(page, known),
                _template(page),
            )
            if told
        ),
        None,
    )


def _filled(page: Page, items: tuple[ListItem, ...]) -> str | None:
    """A list that a script fills: an empty one, or the very one that the items stand in."""
    if not _ASKS.search(page.code):
        return None
    targets = {found[1] or found[2] for found in _FILLED.finditer(page.code)}
    for element in page.tree.iter(*_LISTS) if targets else ():
        if element.get("id") not in targets:
            continue
        is_empty = len(element) == 0 and not (element.text or "").strip()
        if (is_empty and element.tag != "div") or (not is_empty and _holds(element, page, items)):
            return f"a list ({element.tag}#{element.get('id')}) is filled by a script {NOT_FOLLOWED}"
    return None


def _asked_for_reports(page: Page) -> str | None:
    """A request of a script for annual reports, by the words of its address."""
    for asked in _ASKED.finditer(page.code):
        if _OF_REPORTS.search(asked[1]):
            return f"a script asks {asked[1]} for reports {NOT_FOLLOWED}"
    return None


def _holds(element: html.HtmlElement, page: Page, items: tuple[ListItem, ...]) -> bool:
    urls = {item.url for item in items}
    return any(page.join(link.get("href") or "") in urls for link in islice(element.iter("a"), MAX_LINKS))


def _tabs(page: Page) -> str | None:
    """A tab that asks the server for further reports, and bears no address."""
    if not _ASKS.search(page.code):
        return None
    for element in islice(page.tree.iter("a", "li", "span", "div", "dt", "button"), MAX_LINKS):
        if len(element) or _NOW_SHOWN.search(element.get("class") or "") or _opens(element, page):
            continue
        is_clicked = has_script(element) or any(name.startswith("data-") for name in element.attrib)
        text = squeeze(element.text or "")
        if is_clicked and REPORTS_OF.fullmatch(text):
            return f"the tab {text} is filled by a script {NOT_FOLLOWED}"
    return None


def _opens(element: html.HtmlElement, page: Page) -> bool:
    around = (element, *islice(element.iterancestors(), 2))
    return any(opened_by(one, page.base_url) for one in around if one.tag != "body")


def _menu(page: Page) -> str | None:
    """A menu of agencies or years from which a script goes on."""
    for select in page.tree.iter("select"):
        if not select.get("onchange") and not _narrows(select):
            continue
        led = {option for option, _ in chosen(select, page.base_url)}
        options = islice(select.iter("option"), MAX_LINKS)
        names = [squeeze(option.text_content()) for option in options if option not in led]
        meant = [name for name in names if AGENCY.fullmatch(name) or _YEAR.fullmatch(name)]
        if len(meant) < 2:
            continue
        if len(meant) >= _FEWEST or all(map(_YEAR.fullmatch, meant)):
            way = "a script" if select.get("onchange") else "a form"
            return f"a menu ({', '.join(meant[:3])} …) leads on by {way} {NOT_FOLLOWED}"
    return None


def _narrows(select: html.HtmlElement) -> bool:
    """Whether a menu stands in a form that is sent, and always names one of its lines: none says 全部."""
    form = next((one for one in select.iterancestors() if one.tag == "form"), None)
    if form is None or not any(_sends(one) for one in form.iter("input", "button")):
        return False
    names = (squeeze(option.text_content()[:100]) for option in islice(select.iter("option"), MAX_LINKS))
    return not any(not name or _ALL.search(name) for name in names)


def _sends(control: html.HtmlElement) -> bool:
    kind = (control.get("type") or ("submit" if control.tag == "button" else "text")).lower()
    return kind in ("submit", "button", "image")


def _button(page: Page) -> str | None:
    """A button of a form that sends for the next page."""
    for element in page.tree.iter("input", "button"):
        name = "".join((element.get("value") or element.text_content()).split())
        is_off = element.get("disabled") is not None
        in_form = any(one.tag == "form" for one in element.iterancestors())
        if len(name) > 1 and NEXT.fullmatch(name) and in_form and not is_off:
            return f"the button {name} sends a form for the next page, {NOT_FOLLOWED}"
    return None


def _names_alone(page: Page, items: tuple[ListItem, ...]) -> str | None:
    """Links that say the name of an agency alone, or stand in its row, and lead to a page or file below the
    list, or shaped like those of the reports."""
    shapes = {_shape(item.url) for item in items if is_report_title(item.title)}
    taken = {item.url for item in items if passed_over(item.title) is None}
    below = page.url.partition("?")[0].rpartition("/")[0] + "/"
    found: dict[str, str] = {}
    for link in islice(openers(page.tree), MAX_LINKS):
        url = opened_by(link, page.base_url)
        if not url or url in taken or not AGENCY.fullmatch(name := _whose(link)):
            continue
        is_list = _LIST_ADDRESS.search(urlsplit(url)._replace(scheme="", netloc="").geturl())
        if _shape(url) in shapes or (url.startswith(below) and not is_list) or is_document(url):
            found.setdefault(url, name)
    if len(found) < _FEWEST:
        return None
    some = ", ".join(islice(dict.fromkeys(found.values()), 3))
    return f"{len(found)} links bear the names of agencies alone ({some} …): they may lead to their reports"


def _without_words(page: Page, items: tuple[ListItem, ...]) -> str | None:
    """Pictures without a word that lead to pages shaped as those of the reports: covers of years."""
    shapes = {_shape(item.url) for item in items if is_report_title(item.title)}
    taken = {item.url for item in items}
    found = {
        url
        for link in islice(page.tree.iter("a", "area"), MAX_LINKS)
        if not link.get("title") and not squeeze(link.text_content()[:100])
        if (link.tag == "area" or link.find(".//img") is not None) and not link.get("alt")
        if (url := opened_by(link, page.base_url)) and url not in taken and _shape(url) in shapes
    }
    if len(found) < 2:
        return None
    return f"{len(found)} pictures without a word lead to pages like those of the reports"


def _years_alone(page: Page, items: tuple[ListItem, ...]) -> str | None:
    """Years that a page names and has no line of, where its script asks a server."""
    if not items or not _ASKS.search(page.code):
        return None
    had = {year for item in items for year in _IN_TITLE.findall(item.title)}
    lacking: dict[str, None] = {}
    for element in islice(page.tree.iter(*_LEAVES), MAX_LINKS):
        text = squeeze(element.text or "")
        if len(element) or not _YEAR.fullmatch(text) or text[:4] in had or _opens(element, page):
            continue
        if not any(
            one.tag in ("li", "tr", "dd") and one.find(".//a") is not None for one in element.iterancestors()
        ):
            lacking[text[:4]] = None
    if len(lacking) < 2:
        return None
    return (
        f"the years {', '.join(islice(lacking, 3))} have no line, and a script asks a server {NOT_FOLLOWED}"
    )


def _template(page: Page) -> str | None:
    """A line of a list that a framework repeats: {{row.title}} at the address that it fills in."""
    for link in islice(page.tree.iter("a", "li", "span"), MAX_LINKS):
        if any(link.get(name) for name in _BOUND_ADDRESS) and _FILLED_LINK.search(link.text_content()[:200]):
            return f"a list is filled by a framework ({squeeze(link.text_content()[:60])}) {NOT_FOLLOWED}"
    return None


def _whose(link: html.HtmlElement) -> str:
    """The agency that a link names, or the row in which it says 查看; "" where the row is that of a list."""
    text = _FILE_ENDING.sub("", squeeze(link.text_content()[:100]))
    if not _LOOK.fullmatch(text):
        return text
    row = next((one for one in islice(link.iterancestors(), 4) if one.tag in ("tr", "li", "dl")), None)
    cells = (
        (squeeze((cell.text or "")[:100]) for cell in row.iter("td", "th", "span", "dt"))
        if row is not None
        else ()
    )
    return next(filter(AGENCY.fullmatch, cells), "")


def _shape(url: str) -> str:
    """Folder and ending of an address, numbers left out: where a system puts the articles of a list."""
    folder, _, name = url.rpartition("/")
    return f"{_DIGITS.sub('0', folder)} {name.rpartition('.')[2] if '.' in name else name}"
