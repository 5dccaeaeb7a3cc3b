"""The shapes, and where each is shown.

They rewrite what the county's portal answers, whatever its dialect. Of some a crawl has to find every report
all the same; the others withhold something, and the crawl has to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Shape(Enum):
    """One shape; the comment says what a client sees."""

    HEADER_ENDS = "header_ends"  # </html> after the first line of a list, and after an article's title
    FIVE_ARGUMENTS = "five_arguments"  # createPageHTML(records, pages, current, name, suffix), as in 北京
    TAGNAME = "tagname"  # the pager's addresses stand in tagname (EasySite)
    SCRIPT_BOUND = "script_bound"  # how many pages there are stands in a script's bound alone
    TWO_STORES = "two_stores"  # a side list's datastore before that of the list (Hanweb JCMS)
    CONCATENATED = "concatenated"  # the list's call is joined over + (Lonsun)
    DOWNLOAD_SCRIPT = "download_script"  # files behind /down.asp?file=
    CALLED_FILES = "called_files"  # files behind /d.jsp?id=, whose links are called 附件下载
    EMBEDDED = "embedded"  # files in <embed type=application/pdf src=/d.jsp?id=>
    HANDED = "handed"  # files behind javascript:downFile('…')
    UNKNOWN_CONTAINER = "unknown_container"  # articles in an element that nobody knows
    IN_PARTS = "in_parts"  # articles go on at their _1
    FOLDERS_IN_PAGES = "folders_in_pages"  # the folders of years two a page, which 下一页 alone leads through
    PAGE_TWO_GONE = "page_two_gone"  # 404
    PAGE_TWO_HOME = "page_two_home"  # 200, the home page
    PAGE_TWO_AGAIN = "page_two_again"  # 200, page one
    PAGE_TWO_EMPTY = "page_two_empty"  # 200, a list without lines
    PAGE_TWO_BLOCKED = "page_two_blocked"  # 200, the page of a firewall
    BLOCKED_ONCE = "blocked_once"  # the same, at the first request alone
    STATES_MORE = "states_more"  # 共999条 under a list of fewer
    IN_OBJECTS = "in_objects"  # the lines of a list are objects in its script
    IN_TEXTAREA = "in_textarea"  # they stand in a textarea, whose text a script shows
    ASKED_FOR = "asked_for"  # the first line alone is there, a script asks the server for the others
    BUTTONS = "buttons"  # titles beside buttons, which a script opens
    IN_OPTIONS = "in_options"  # they are lines of a menu, whose choice opens a page
    IN_AREAS = "in_areas"  # they are areas of a picture
    IN_FRAME = "in_frame"  # the first line stands in the page, the others in a frame beside it
    NAMES_ALONE = "names_alone"  # all lines but the first say the name of an agency and nothing else
    BEHIND_SERVICE = "behind_service"  # a script asks an address that speaks of reports for all but the first
    WRITTEN = "written"  # a script writes the lines, address and title in one text
    VERSIONS = "versions"  # titles above links that are called 网页版
    BY_NUMBER = "by_number"  # a script makes the addresses of all lines but the first out of their numbers
    LEFT_OPEN = "left_open"  # a comment without end after the second line of a list
    BAD_REDIRECT = "bad_redirect"  # the first article redirects to http://[::1/


@dataclass(frozen=True)
class Stand:
    """Where a shape is shown: a county that it fits, and whether every report is to be found there. A path,
    and how often, where it is not shown always (faults.py)."""

    county: str
    all_found: bool
    path: str = "*"
    times: int | None = None


STANDS: Mapping[Shape, Stand] = {
    Shape.HEADER_ENDS: Stand("yanxi", True),
    Shape.FIVE_ARGUMENTS: Stand("yanxi", True),
    Shape.TAGNAME: Stand("yanxi", True),
    Shape.SCRIPT_BOUND: Stand("yanxi", True),
    Shape.TWO_STORES: Stand("xihe", True),
    Shape.CONCATENATED: Stand("lize", True),
    Shape.DOWNLOAD_SCRIPT: Stand("weipo", True),
    Shape.CALLED_FILES: Stand("weipo", True),
    Shape.EMBEDDED: Stand("weipo", True),
    Shape.HANDED: Stand("weipo", True),
    Shape.UNKNOWN_CONTAINER: Stand("huaiyi", True),
    Shape.IN_PARTS: Stand("yanxi", True),
    Shape.FOLDERS_IN_PAGES: Stand("qihe", True),
    Shape.PAGE_TWO_GONE: Stand("huaiyi", False),
    Shape.PAGE_TWO_HOME: Stand("huaiyi", False),
    Shape.PAGE_TWO_AGAIN: Stand("huaiyi", False),
    Shape.PAGE_TWO_EMPTY: Stand("huaiyi", False),
    Shape.PAGE_TWO_BLOCKED: Stand("huaiyi", False),
    Shape.BLOCKED_ONCE: Stand("huaiyi", True, "*list_2.shtml", 1),
    Shape.STATES_MORE: Stand("yanxi", True),
    Shape.IN_OBJECTS: Stand("huaiyi", True),
    Shape.IN_TEXTAREA: Stand("huaiyi", True),
    Shape.ASKED_FOR: Stand("huaiyi", False),
    Shape.BUTTONS: Stand("huaiyi", False),
    Shape.IN_OPTIONS: Stand("huaiyi", True),
    Shape.IN_AREAS: Stand("huaiyi", True),
    Shape.IN_FRAME: Stand("huaiyi", True),
    Shape.NAMES_ALONE: Stand("huaiyi", False),
    Shape.BEHIND_SERVICE: Stand("huaiyi", False),
    Shape.WRITTEN: Stand("huaiyi", True),
    Shape.VERSIONS: Stand("huaiyi", True),
    Shape.BY_NUMBER: Stand("huaiyi", False),
    Shape.LEFT_OPEN: Stand("huaiyi", False),
    Shape.BAD_REDIRECT: Stand("huaiyi", False),
}
