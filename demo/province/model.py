"""What a made-up county publishes, before any content management system gives it addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class Kind(Enum):
    """What a column is for. The first four are the standard columns of 国办公开办函〔2019〕61号."""

    GUIDE = "政府信息公开指南"
    RULES = "政府信息公开制度"
    DISCLOSURE = "法定主动公开内容"
    ANNUAL = "政府信息公开年报"
    PLATFORM = "政府信息公开"
    FOLDER = "folder"  # of a year or of an agency, below an annual report column
    DIRECTORY = "directory"  # 部门, 乡镇: links to the agencies' platforms


class Form(Enum):
    """How a report is published."""

    PAGE = "page"
    ATTACHMENT = "attachment"  # a page with a line of text and files
    BOTH = "both"
    DIRECT = "direct"  # the list links to the file itself, there is no page


@dataclass(frozen=True)
class Agency:
    """An organ that reports. `code` is its 统一社会信用代码 (unified social credit code), of made-up digits;
    `kind` is as in `demo.places`."""

    slug: str
    name: str
    short: str
    code: str
    kind: str


@dataclass(frozen=True)
class Column:
    """A node of the site's tree; `parent` is the key of the column above, "" at the top."""

    key: str
    parent: str
    kind: Kind
    name: str
    slug: str
    owner: Agency
    host: str


@dataclass(frozen=True)
class Edition:
    """Which report is to be written: report year, the form's edition, a seed. A revision is a silent edit, as
    is a correction, which takes the faults away.

    `faults` are of `demo.faults`. `carried_in` are the requests that the agency's report of the year before
    left, by kind of applicant; None where there is no such report, and then they are drawn.
    """

    year: int
    form: str
    seed: int
    revision: int = 0
    corrected: bool = False
    faults: tuple[str, ...] = ()
    carried_in: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Item:
    """An entry of a column. With `report` it is an annual report, without it a decoy of the kind `what`."""

    key: str
    column: str
    title: str
    published: datetime
    source: Agency
    what: str
    form: Form
    report: Edition | None = None
    skin: str = ""
    file_types: tuple[str, ...] = ()

    @property
    def file_names(self) -> tuple[str, ...]:
        """What the attachments are called: the report, and any copies of it in other formats."""
        return tuple(f"{self.title}.{extension}" for extension in self.file_types)

    @property
    def modified(self) -> datetime:
        """When its page last changed; a silent edit leaves the printed date alone."""
        edits = self.report.revision + self.report.corrected if self.report else 0
        return self.published + timedelta(days=40) * edits


@dataclass(frozen=True)
class County:
    """One portal: who it is, which dialect it speaks and what it holds.

    `declares` says where the charset is named: header, meta, both or none.
    `validators`: etag, modified or none, as its static pages carry them.
    `robots` is the text of robots.txt, None where there is none (404). `touched` is when something was last
    added or taken away: from then on its static lists carry that date. `since` is its first year as a county,
    where that matters; `withheld` are reports that were due and that it has not published.
    """

    code: str
    name: str
    host: str
    address: str
    family: str
    variant: str
    slug: str
    agencies: tuple[Agency, ...]
    columns: tuple[Column, ...]
    items: tuple[Item, ...]
    origin_port: int
    scheme: str = "http"
    encoding: str = "utf-8"
    declares: str = "both"
    validators: str = "etag"
    robots: str | None = None
    per_page: int = 8
    touched: datetime | None = None
    since: int | None = None
    withheld: tuple[Item, ...] = ()

    @property
    def government(self) -> Agency:
        """The county's government, first of its agencies."""
        return self.agencies[0]

    @property
    def hosts(self) -> tuple[str, ...]:
        """The portal's own host name, then those of its agencies' subdomains."""
        return tuple(dict.fromkeys([self.host, *(column.host for column in self.columns)]))

    @property
    def site_id_code(self) -> str:
        """SiteIDCode of the national page tags: the division code and four digits."""
        return f"{self.code}0001"

    def origin(self, host: str) -> str:
        """Scheme, host and port of an address on one of this county's hosts."""
        return f"{self.scheme}://{host}:{self.origin_port}"

    def column(self, key: str) -> Column:
        """The column of that key."""
        return next(column for column in self.columns if column.key == key)

    def children(self, column: Column) -> list[Column]:
        """The columns directly below."""
        return [child for child in self.columns if child.parent == column.key]

    def items_of(self, column: Column) -> list[Item]:
        """The entries of a column itself, newest first."""
        own = [item for item in self.items if item.column == column.key]
        return sorted(own, key=lambda item: (item.published, item.key), reverse=True)

    def trail(self, column: Column) -> list[Column]:
        """The column with those above it, from the top."""
        above = self.trail(self.column(column.parent)) if column.parent else []
        return [*above, column]

    def below(self, column: Column) -> Iterator[Column]:
        """The column and every column under it, depth first."""
        yield column
        for child in self.children(column):
            yield from self.below(child)


def hexes(key: str, length: int = 32) -> str:
    """A stable hexadecimal id, such as these systems make up."""
    return hashlib.sha256(key.encode()).hexdigest()[:length]


def digits(key: str, length: int) -> str:
    """A stable decimal id of exactly so many digits, the first not zero."""
    number = int(hashlib.sha256(key.encode()).hexdigest(), 16)
    return str(10 ** (length - 1) + number % (9 * 10 ** (length - 1)))


def guid(key: str) -> str:
    """A stable id in the shape of a UUID."""
    h = hexes(key)
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"
