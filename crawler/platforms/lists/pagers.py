"""Where the next page of a static list is.

The first way that the page offers: the call that writes its pager, a rendered link 下一页, a rendered link
with the next page's number, an option of a list of pages, a pager in base64, or the pages' names tried out.
The same file names mean different things: TRS writes the second page ``index_1.html``, UCAP and others
``xlist_2.shtml``. What tells them apart is the signature of the call, never the name of the file or the look
of the page:

=============================================================  ========  ======================
call                                                           second    seen
=============================================================  ========  ======================
createPageHTML(pages, current, "index", "html"[, …])           index_1   2, TRS: S
createPageHTML(pages, current, "index", "html", "x", items)    index_1   2, TRS in 湖北: S
createPageHTML(items, pages, current, "index", "html")         index_1   TRS in 北京: S
createPage(pages, current, "index", "html")                    index_1   2, TRS in 重庆: S
var currentPage = 0; var countPage = 2 with "index" + "_" + i  index_1   TRS, old skin, verbatim
createPageHTML('page_div', pages, current, 'xlist', 'shtml')   xlist_2   3, UCAP, 湖南: S
pagination("setPage", current, pages)                          index_2   2, 上海: M
nsetpage(current, items, page size)                            index_2   12, 淮安: M
<input name="article_paging_list_hidden" moduleid totalpage>   <id>-2    EasySite: S
=============================================================  ========  ======================

Calls in comments and calls whose arguments a template left unfilled say nothing. The number of the page
that was asked for is believed, the `current` of the call is not. What the call states is not believed to
the end: see `further`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.platforms.base import Fetch, next_page
from crawler.platforms.lists.pager_calls import scripted_pages
from crawler.platforms.lists.pager_signs import (
    hidden_pager,
    is_pager,
    next_link,
    next_option,
    numbered_link,
    scripted_next,
)
from crawler.platforms.lists.replies import with_query
from crawler.platforms.lists.statements import stated_pages, stated_total
from crawler.platforms.page import Page, join_url
from crawler.platforms.payload import calls, properties

_NUMBERED = re.compile(r"(?P<stem>.*/[\w-]*?[A-Za-z])_(?P<number>\d{1,4})(?P<ending>\.[sj]?html?)")
_ENDING = re.compile(r"\.([sj]?html?)$", re.IGNORECASE)
_PAGE = re.compile(r"(?P<stem>.*/[\w-]+)(?P<ending>\.[sj]?html?)")
# What addresses of lists call the number of the page.
_COUNTER = re.compile(
    r"(?:^|&)(cur_?page|page_?(?:no|num|index)?|current(?:page)?|pagenum(?:ber)?)=\d", re.IGNORECASE
)
# A pager's call, and no definition, whose numbers are neither in it nor left to a template.
_COMPUTED = re.compile(
    r"(?<!function )(?<![\w$])createPage(?:HTML)?\s*\((?![^)]{0,200}\$\{)(?=[^()]{0,100}[A-Za-z_]\w*\s*[(,])"
)
_OLD_SKIN = re.compile(r"""href=\\?["'](\w{1,30})\\?["']?["']?\s*\+\s*["']_["']""")
_OLD_SKIN_ENDING = re.compile(r"""["']\.["']\s*\+\s*["']([sj]?html?)""")


@dataclass(frozen=True)
class Pager:
    """A pager as its call states it: pages are `name`.`ending`, then `name`_<n - `offset`>.`ending`."""

    pages: int
    name: str
    ending: str
    offset: int
    total: int | None = None
    mark: str = "_"

    def address(self, number: int) -> str:
        """The address of page `number` (1-based), relative to the list.

        >>> Pager(3, "index", "html", 1).address(2), Pager(3, "xlist", "shtml", 0).address(2)
        ('index_1.html', 'xlist_2.shtml')
        """
        suffix = "" if number == 1 else f"{self.mark}{number - self.offset}"
        return f"{self.name}{suffix}.{self.ending}"


def called_pager(page: Page) -> Pager | None:
    """The pager that a call in the page's scripts states, or None."""
    code = page.code
    for arguments in calls(code, r"createPage(?:HTML)?"):
        match arguments:
            case (int(items), int(pages), int(), str(name), str(ending), *_):
                return Pager(pages, name, ending.lstrip("."), offset=1, total=items)
            case (int(pages), int(), str(name), str(ending), *rest):
                return Pager(pages, name, ending.lstrip("."), offset=1, total=_last_number(rest))
            case (str(), int(pages), int(), str(name), str(ending), *rest):
                total = _last_number(rest[:1])
                return _with_last_link(page, Pager(pages, name, ending.lstrip("."), 0, total))
    for arguments in calls(code, "pagination"):
        match arguments:
            case (str(action), int(), int(pages), *_) if action == "setPage":
                return Pager(pages, *_own_name(page), offset=0)
    for arguments in calls(code, "nsetpage"):
        match arguments:
            case (int(), int(total), int(size), *_) if size > 0:
                return Pager(-(-total // size), *_own_name(page), offset=0, total=total)
    return _old_skin(code)


def _last_number(arguments: Sequence[int | str]) -> int | None:
    last = arguments[-1] if arguments else None
    return last if isinstance(last, int) else None


def further(page: Page, fetch: Fetch, shown: int) -> tuple[Fetch, ...]:
    """The requests for what follows a page of a static list that holds `shown` items or folders.

    A pager's word is followed to its end, and then doubted where there is reason to: at the end of a
    list of several pages, or where its stated number of items is not what one page shows, the next page
    is asked for as a probe.
    """
    if not shown:
        return ()
    if pager := called_pager(page):
        url = page.join(pager.address(fetch.page_number + 1))
        promised = fetch.page_number < pager.pages
        doubtful = fetch.page_number > 1 or pager.total not in (None, shown)
        if url and (promised or doubtful):
            return (next_page(fetch, url, probe=not promised),)
        return ()
    number = fetch.page_number + 1
    if url := _rendered(page, number) or next_option(page, number):
        return (next_page(fetch, url),)
    if (hidden := easysite_pager(page)) and number <= hidden.pages:
        url = page.join(hidden.address(number))
        return (next_page(fetch, url),) if url else ()
    if url := _by_query(page, number):
        return (next_page(fetch, url),)
    if (written := hidden_pager(page)) and (url := _rendered(written, number)):
        return (next_page(fetch, url),)
    return tuple(probes(page, fetch))


def _by_query(page: Page, number: int) -> str | None:
    """Page `number`, where the list states it and its own address counts pages in the query."""
    parts = urlsplit(page.url)
    counter = _COUNTER.search(parts.query)
    name = counter[1] if counter else "cur_page" if parts.path.endswith("/iList.jsp") else ""
    if not name or (stated_pages(page.words) or 0) < number:
        return None
    return with_query(page.url, {name: number})


def easysite_pager(page: Page) -> Pager | None:
    """The pager that EasySite keeps in a hidden field: pages are named by the module's number, or by the
    first eight characters of its identity."""
    for field in page.tree.iter("input"):
        module, pages = field.get("moduleid") or "", field.get("totalpage") or ""
        if field.get("name") == "article_paging_list_hidden" and pages.isdecimal() and module.isalnum():
            name = module if module.isdecimal() else module[:8]
            return Pager(int(pages[:6]), name, _own_name(page)[1], offset=0, mark="-")
    return None


def _rendered(page: Page, number: int) -> str | None:
    return next_link(page) or numbered_link(page, number)


def probes(page: Page, fetch: Fetch) -> Iterator[Fetch]:
    """Names that the next page may have, where something on the page speaks of pages but no address does.

    Page two is tried 0-based and 1-based; the one that brings nothing new ends there. From a page that
    was itself a probe the number goes on.
    """
    if fetch.probe and (numbered := _NUMBERED.fullmatch(page.url)):
        number = int(numbered["number"]) + 1
        yield next_page(fetch, f"{numbered['stem']}_{number}{numbered['ending']}", probe=True)
    elif fetch.page_number == 1 and speaks_of_pages(page):
        name, ending = _own_name(page)
        for number in (1, 2):
            if url := join_url(page.url, f"{name}_{number}.{ending}"):
                yield next_page(fetch, url, probe=True)


def speaks_of_pages(page: Page) -> bool:
    """Whether anything on the page says that there are others: 共3页, or an element named like a pager."""
    pages = stated_pages(page.words)
    if pages is not None:
        return pages > 1
    if scripted_next(page, 2) or (scripted_pages(page, 0) or (0,))[0] > 1:
        return True
    return any(map(is_pager, page.tree.iter("div", "ul", "span", "p", "td", "nav")))


def unreached(page: Page, fetch: Fetch, next_pages: tuple[Fetch, ...], shown: int = 0) -> str | None:
    """What to report where a page that shows so many lines speaks of pages beyond it, and nothing says where
    those are."""
    if any(not following.probe for following in next_pages):
        return None
    tried = "their usual names are tried" if next_pages else "nothing says where they are"
    if called_pager(page) is None:
        if _COMPUTED.search(page.code):
            return f"a script computes how many pages there are, and its call does not say; {tried}"
        if scripted_next(page, fetch.page_number + 1):
            return f"a script opens the page after page {fetch.page_number}, and no address leads to it"
        in_script = scripted_pages(page, shown)
        if in_script and in_script[0] > fetch.page_number:
            more = f"states {in_script[0]}, beyond page {fetch.page_number}"
            return f"a script of pages ({in_script[1]}, see pager_calls.csv) {more}; {tried}"
    pages = stated_pages(page.words)
    if pages is None or pages <= fetch.page_number:
        return None
    return f"states {pages} pages, of which this is page {fetch.page_number}; {tried}"


def stated(page: Page) -> tuple[int | None, int | None]:
    """The totals that a page states, by its call or in words: items, pages."""
    pager = called_pager(page) or easysite_pager(page)
    if pager is None:
        return stated_total(page.words), stated_pages(page.words)
    total = pager.total if pager.total is not None else stated_total(page.words)
    return total, pager.pages


def _own_name(page: Page) -> tuple[str, str]:
    """Name and ending of a list's first page, by its own address; index and html for a directory."""
    found = _PAGE.fullmatch(urlsplit(page.url).path)
    if not found:
        return "index", _usual_ending(page)
    name = found["stem"].rsplit("/", 1)[1]
    return re.sub(r"(?<=[A-Za-z])_\d{1,4}$", "", name), found["ending"].lstrip(".")


def _usual_ending(page: Page) -> str:
    """The ending of most addresses below the list's directory: a system gives all its pages the same."""
    directory = page.url.rpartition("/")[0] + "/"
    endings = (_ENDING.search(urlsplit(url).path) for url in page.addresses if url.startswith(directory))
    counted = Counter(found[1].lower() for found in endings if found)
    return counted.most_common(1)[0][0] if counted else "html"


def _with_last_link(page: Page, pager: Pager) -> Pager:
    """`pager`, made 0-based where rendered links show that its last page is <name>_<pages - 1>.

    The signature is 1-based wherever it was seen but once; rendered links, where there are any, decide.
    """
    shape = re.compile(rf"/{re.escape(pager.name)}_(\d{{1,6}})\.{re.escape(pager.ending)}$")
    numbers = [int(found[1]) for url in page.addresses if (found := shape.search(url))]
    if numbers and max(numbers) == pager.pages - 1 and min(numbers) == 1:
        return Pager(pager.pages, pager.name, pager.ending, 1, pager.total)
    return pager


def _old_skin(code: str) -> Pager | None:
    settings = properties(code)
    pages, current = settings.get("countPage", ""), settings.get("currentPage", "")
    name, ending = _OLD_SKIN.search(code), _OLD_SKIN_ENDING.search(code)
    if pages.isdecimal() and current.isdecimal() and name and ending:
        return Pager(int(pages), name[1], ending[1], offset=1)
    return None
