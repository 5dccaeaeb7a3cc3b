"""Lists beside a column's own that no column is registered for: their reports are missing, and that is told.

Those of agencies, called as the column is: a government's page of annual reports often has a menu of them,
each leading to a list of its own at an address that ends as the government's: /nb/ beside /bmgk/czj/nb/. And
those whose link says that they hold the reports of others, or of other years: 部门年报, 历年年报. They are
columns of their own, which discovery proposes; until they are registered, or a person accepts that they are
not, each run tells of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from urllib.parse import urlsplit

from crawler.addresses import place_of_list
from crawler.platforms.lists.listing import is_document
from crawler.platforms.lists.rows_of_links import squeeze
from crawler.platforms.lists.unseen import AGENCY
from crawler.platforms.opened import opened_by, openers
from crawler.platforms.page import MAX_LINKS, Page, site

# So many agencies make a menu; fewer can be anything.
_FEWEST = 3
# A folder's name of letters says what a list is of; a number says nothing.
_NAME = re.compile(r"/([A-Za-z][A-Za-z_-]+\d{0,4})/(?:index\.[sj]?html?)?$")
_OTHERS = re.compile(
    r"(?:各|县|区|市|旗|政府|本级|直属|直|级|所属|工作)*(?:部门|单位|机构|委办局|乡镇|镇乡|镇街|街镇|乡|镇|街道|苏木|园区)"
    r"(?:[、和及与/·（(]?(?:部门|单位|乡镇|镇街|街道|乡|镇|苏木|园区)[）)]?)*(?:政府信息公开|信息公开|政务公开)?(?:工作)?(?:年报|年度报告)"
    r"|[\[【(（]?(?:点击|查看|浏览)*(?:历年|往年|历史|往期|以往|以前年度)(?:的)?(?:政府信息公开|信息公开)?(?:工作)?"
    r"(?:年报|年度报告|报告|数据)?(?:查询|查看|更多)?[\]】)）>»]*"
)


def unregistered(page: Page, is_known: Callable[[str], bool]) -> dict[str, str]:
    """The lists beside the one on `page`, by address, with what their links are called; those left out that
    are known."""
    own = _NAME.search(urlsplit(page.url).path)
    of_agencies: dict[str, str] = {}
    of_others: dict[str, str] = {}
    for link in islice(openers(page.tree), MAX_LINKS):
        url = opened_by(link, page.base_url)
        if url is None or site(url) != site(page.url) or is_document(url) or is_known(url):
            continue
        there = _NAME.search(urlsplit(url).path)
        name = squeeze(link.text_content()[:100])
        if own and there and there[1] == own[1] and AGENCY.fullmatch(name):
            of_agencies.setdefault(place_of_list(url), name)
        elif _OTHERS.fullmatch(name):
            of_others.setdefault(place_of_list(url), name)
    return of_others | (of_agencies if len(of_agencies) >= _FEWEST else {})
