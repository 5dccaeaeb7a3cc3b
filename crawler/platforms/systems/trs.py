"""TRS WCM (拓尔思) and its look-alikes.

Evidence (docs/domain/families.md#trs): shape S, that a site whose addresses are bare directories is TRS M
(right about eight times in nine). Lists are directories, their first page index.html, .shtml or .htm, the
next index_1: the pager's call counts from 0, in every variant seen; a call with a container's name first
counts from 1 and belongs to others, so that `pagers` reads the signature. Lines are li or, in old skins,
tr, titles cut off with dots; files may be lines themselves. Articles are t<date>_<id>.html below a month
folder, in two provinces t<id>.shtml without date. Attachments P0<digits>.pdf stand in the article's folder.
"""

from __future__ import annotations

import re

from crawler.platforms.systems.static import StaticPlatform, address, markup


class Trs(StaticPlatform):
    """TRS WCM: see the module."""

    family = "trs"
    signs = (
        address(r"/t\d{8}_\d+\.s?html?$", "high", "article address t<date>_<id>"),
        markup(r"createPage(?:HTML)?\(\s*\d+\s*,\s*\d+\s*,\s*[\"']\w+[\"']", "high", "0-based pager call"),
        address(r"/t\d{5,}\.s?html?$", "mid", "article address t<id>"),
        address(r"/P0\d{12,}\.\w{3,4}$", "mid", "attachment address P0<time>"),
        markup(r"TRS_Editor|TRS_UEDITOR|trs_editor_view", "mid", "body of the TRS editor"),
        markup(r"/was[45]0?/(?:web/)?search", "low", "TRS WAS search"),
    )
    article_address = re.compile(r"/t(?:\d{8}_)?\d{4,}\.s?html?$")
    bodies = (".TRS_Editor", ".trs_editor_view", ".TRS_UEDITOR", "#zoom")
