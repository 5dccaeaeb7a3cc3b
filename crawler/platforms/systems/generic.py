"""Static lists of any other system.

Evidence: the shapes that all families share (docs/domain/families.md#other-dialects): lines with a link and a
date in li, tr or blocks, a call of a pager or a link 下一页, names index_1 and index_2. Nothing is known of
the vendor, so that only what the page shows counts as a line: a date beside a link, a title that says annual
report of a year, or an address in one of the shapes that data/registry/dialects.csv lists for systems without
a platform of their own. Where a page speaks of further pages and no address is there, the usual names are
tried as probes; which of them bring new lines tells how the pager counts.
"""

from __future__ import annotations

import re

from crawler.platforms.families import dialects
from crawler.platforms.systems.static import Sign, StaticPlatform, address

# Names that any page may bear: good enough to find a body, not to tell that there is one.
_BODIES = ("article", ".article", "#content", ".content")


class Generic(StaticPlatform):
    """Any other system with static lists: see the module."""

    family = "generic"
    bodies = _BODIES

    def __init__(self) -> None:
        self.signs = (
            address(r"/info/iList\.jsp\?", "low", "list address of Cicro WCM"),
            *(
                Sign("address", row.article_address, "low", f"article address as of {row.dialect}")
                for row in dialects()
            ),
        )
        shapes = "|".join(f"(?:{row.article_address.pattern})" for row in dialects())
        self.article_address = re.compile(shapes, re.IGNORECASE)
