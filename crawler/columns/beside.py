"""Lists beside a column's own: those of agencies, called as it is, for which no column is registered.

A government's page of annual reports often has a menu of agencies, each leading to a list of its own at an
address that ends as the government's: /nb/ beside /bmgk/czj/nb/. Such lists are columns of their own, which
discovery proposes; until they are registered, their reports are missing, and that is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from urllib.parse import urlsplit

from crawler.addresses import place_of_list
from crawler.platforms.base import MAX_LINKS, Page, site
from crawler.platforms.lists.listing import squeeze
from crawler.platforms.lists.unseen import AGENCY
from crawler.platforms.opened import opened_by, openers

# So many make a menu; fewer can be anything.
_FEWEST = 3
# A folder's name of letters says what a list is of; a number says nothing.
_NAME = re.compile(r"/([A-Za-z][A-Za-z_-]+\d{0,4})/(?:index\.[sj]?html?)?$")


def unregistered(page: Page, is_known: Callable[[str], bool]) -> str:
    """What to say of the agencies' lists beside the one on `page`; "" where all are known."""
    own = _NAME.search(urlsplit(page.url).path)
    if own is None:
        return ""
    found: dict[str, str] = {}
    for link in islice(openers(page.tree), MAX_LINKS):
        url = opened_by(link, page.base_url)
        if url is None or site(url) != site(page.url) or is_known(url):
            continue
        there = _NAME.search(urlsplit(url).path)
        name = squeeze(link.text_content()[:100])
        if there and there[1] == own[1] and AGENCY.fullmatch(name):
            found.setdefault(place_of_list(url), name)
    if len(found) < _FEWEST:
        return ""
    some = ", ".join(islice(found.values(), 3))
    return (
        f"{len(found)} agencies ({some} …) have lists of their own beside this one that are not registered: "
        "gknb discover proposes them"
    )
