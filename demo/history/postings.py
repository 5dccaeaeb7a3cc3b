"""What the sites show: columns, the entries in them, and the pages and files that the entries lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from crawler.runs.outcomes import Outcome
from demo.history.events import Due
from demo.history.pages import Site
from demo.history.places import County
from demo.history.texts import CONTENT_TYPES

HOST = "www.{county}.{prefecture}.test"
PREFECTURE_HOSTS = {"990100": "yunting", "990200": "mochuan"}
# Departments with a subdomain of their own on their county's host.
SUBDOMAINS = ("commerce", "education", "land")

# (site_id, column_id)
ColumnKey = tuple[str, str]

# A platform for everybody, of no division: what it shows without a county's name is nobody's for certain.
JOINT = Site("joint", "沧漪公开联合平台", "www.gongkai.cangyi.test", "")
JOINT_COLUMN: ColumnKey = (JOINT.site_id, "all")


@dataclass(frozen=True, slots=True)
class About:
    """What is true of a file, as in `truth.TrueDocument`."""

    role: str
    agency_id: str | None
    year: int | None
    content_id: str | None
    status: str
    published_at: date | None
    decidable: bool = True


@dataclass(frozen=True, slots=True)
class FilePart:
    """A page or file: what makes its bytes, and what is true of it."""

    kind: Literal["article", "attachment"]
    url: str
    name: str
    format: str
    about: About
    make: Callable[[], bytes]

    @property
    def content_type(self) -> str:
        """As the server says."""
        return CONTENT_TYPES[self.format] + ("; charset=utf-8" if self.format == "html" else "")


@dataclass(frozen=True, slots=True)
class Version:
    """What an entry leads to from a run on (counted from 0)."""

    from_run: int
    parts: tuple[FilePart, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry of columns: there from `listed_on` up to and with run `last_run` (None: still), but for the
    runs `absent`. `failure` is how asking for its page ends, where it cannot be had."""

    columns: tuple[ColumnKey, ...]
    url: str
    title: str
    listed_on: date
    published_at: date | None
    versions: tuple[Version, ...]
    last_run: int | None = None
    absent: tuple[int, ...] = ()
    failure: Outcome | None = None

    def is_listed(self, run: int, day: date) -> bool:
        """Whether a run of that number and day finds it."""
        there = self.last_run is None or run <= self.last_run
        return self.listed_on <= day and there and run not in self.absent

    def version(self, run: int) -> Version:
        """What it leads to in a run."""
        return [version for version in self.versions if version.from_run <= run][-1]


class Sites:
    """Where each county's reports stand."""

    def __init__(self, counties: Mapping[str, County]) -> None:
        self._counties = counties

    def site(self, county: County) -> Site:
        """A county's portal: that of the county it went into, where it is no more."""
        while county.successor is not None:
            county = self._counties[county.successor]
        host = HOST.format(county=county.slug, prefecture=PREFECTURE_HOSTS[county.prefecture])
        return Site(county.place_id, county.periods[-1].name, host, county.periods[-1].code)

    def of_id(self, site_id: str) -> Site:
        """A site by its id."""
        return JOINT if site_id == JOINT.site_id else self.site(self._counties[site_id])

    def column(self, due: Due) -> ColumnKey:
        """The column where the reports of an agency are listed."""
        site_id = self.site(due.county).site_id
        if due.county.successor is not None:
            return site_id, f"old-{due.county.place_id}"
        return site_id, "all" if due.county.gathered else due.line.column or due.line.key

    def column_url(self, key: ColumnKey) -> str:
        """The address of a column's list."""
        site_id, column_id = key
        return self.of_id(site_id).url(f"zfxxgk/{column_id}/", column_id if column_id in SUBDOMAINS else "")
