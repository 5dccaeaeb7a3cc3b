"""The rows of the registry: what each holds, what can be wrong with it, and how it is written."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from urllib.parse import urlsplit

from base.tables import Row
from crawler.platforms.base import Column
from crawler.platforms.families import platform_names

DIVISIONS = ("code", "level", "parent_code", "province", "prefecture", "name", "since")
SITES = (
    "site_id",
    "division_code",
    "name",
    "portal_url",
    "family",
    "family_confidence",
    "verified",
    "verified_at",
    "delay",
    "tls_profile",
    "fault",
    "note",
)
COLUMNS = ("site_id", "column_id", "url", "family", "owner", "kind", "parameters")
HOSTS = ("host", "reviewed_by", "reviewed_at", "note")

CONFIDENCES = ("", "low", "mid", "high")
VERIFICATIONS = ("unverified", "site_tags", "by_hand")
TLS_PROFILES = ("", "p256_only", "legacy_renegotiation", "old_ciphers")
# shared_host: the table gives one host to two places, so that one row at least is wrong.
FAULTS = ("", "shared_host", "no_division", "wrong_address")
# What a column lists: annual reports; `module` answers requests and is no page for people.
KINDS = ("reports", "module")

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division of GB/T 2260."""

    code: str
    level: str
    parent_code: str
    province: str
    prefecture: str
    name: str


@dataclass(frozen=True, slots=True)
class Site:
    """A government's portal. `delay` in seconds and `tls_profile` overrule the settings where given.

    `verified`: unverified until a crawl has seen the site's own SiteIDCode and SiteName (site_tags) or a
    person has looked (by_hand).
    """

    site_id: str
    division_code: str
    name: str
    portal_url: str
    family: str
    family_confidence: str
    verified: str
    verified_at: date | None
    delay: float | None
    tls_profile: str
    fault: str
    note: str

    @property
    def host(self) -> str:
        """The portal's host name."""
        return urlsplit(self.portal_url).hostname or ""


@dataclass(frozen=True, slots=True)
class RegisteredColumn:
    """A list of annual reports of a site. `owner` is whose reports it lists, "" for the government's own."""

    site_id: str
    column_id: str
    url: str
    family: str
    owner: str
    kind: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def for_platform(self) -> Column:
        """The column as the platform of its family takes it."""
        return Column(self.url, self.family, self.site_id, self.owner, self.parameters)


def site_faults(row: Row, divisions: Mapping[str, Division]) -> Iterator[str]:
    """What is wrong with a row of sites.csv, by itself."""
    yield from _id_faults(row, "site_id")
    if not row["name"]:
        yield "name is empty"
    if row["division_code"] not in divisions and not (
        row["division_code"] == "" and row["fault"] == "no_division"
    ):
        yield f"division_code {row['division_code']!r} is not in divisions.csv; if it has none: no_division"
    yield from url_faults(row, "portal_url")
    if row["family"] not in platform_names():
        yield f"family {row['family']!r} is not in families.csv"
    yield from _choice_faults(row, "family_confidence", CONFIDENCES)
    yield from _choice_faults(row, "verified", VERIFICATIONS)
    yield from _choice_faults(row, "tls_profile", TLS_PROFILES)
    yield from _choice_faults(row, "fault", FAULTS)
    yield from _value_faults(row, "verified_at", date.fromisoformat, "a date such as 2026-01-31")
    yield from _value_faults(row, "delay", _seconds, "a number of seconds, 0 or more")
    if (row["verified"] == "unverified") != (row["verified_at"] == ""):
        yield "verified and verified_at belong together: a site is verified on a day, or neither"


def column_faults(row: Row, sites: Mapping[str, Site]) -> Iterator[str]:
    """What is wrong with a row of columns.csv, by itself."""
    if row["site_id"] not in sites:
        yield f"site_id {row['site_id']!r} is not in sites.csv, or its row there is faulty"
    yield from _id_faults(row, "column_id")
    yield from url_faults(row, "url")
    if row["family"] not in platform_names():
        yield f"family {row['family']!r} is not in families.csv"
    yield from _choice_faults(row, "kind", KINDS)
    yield from _value_faults(row, "parameters", _parameters, "name=value; name=value")


def _id_faults(row: Row, name: str) -> Iterator[str]:
    if not _ID.fullmatch(row[name]):
        yield f"{name} {row[name]!r} should be of letters, digits, dot, dash and underscore"


def _choice_faults(row: Row, name: str, choices: Sequence[str]) -> Iterator[str]:
    if row[name] not in choices:
        yield f"{name} {row[name]!r} should be one of: {', '.join(choice or '(empty)' for choice in choices)}"


def _value_faults(row: Row, name: str, convert: Callable[[str], object], wanted: str) -> Iterator[str]:
    if row[name]:
        try:
            convert(row[name])
        except ValueError:
            yield f"{name} {row[name]!r} should be {wanted}"


def url_faults(row: Row, name: str, *, may_be_ip: bool = False) -> Iterator[str]:
    """What is wrong with an address; that of a machine without a name is wrong but where it `may_be_ip`."""
    url = row[name]
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        yield f"{name} {url!r} is no address: {error}"
        return
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s<>\"]", url):
        yield f"{name} {url!r} should be a whole http or https address"
    elif parts.username is not None or parts.fragment:
        yield f"{name} {url!r} should have neither a user name nor a fragment"
    elif _is_address(host) and not may_be_ip:
        yield f"{name} {url!r} should name a host and not an IP address"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise ValueError(text)
    return seconds


def _parameters(text: str) -> dict[str, str]:
    """The parameters of a column's row.

    >>> _parameters("unitid=5a1b; dept=11340000")
    {'unitid': '5a1b', 'dept': '11340000'}
    """
    pairs = [pair.partition("=") for pair in text.split(";") if pair.strip()]
    if any(not separator or not name.strip() for name, separator, _ in pairs):
        raise ValueError(text)
    return {name.strip(): value.strip() for name, _, value in pairs}


def division_of(row: Row) -> Division:
    """The division of a row of divisions.csv."""
    return Division(**{f.name: row[f.name] for f in fields(Division)})


def site_of(row: Row) -> Site:
    """The site of a row that has no faults."""
    return Site(
        site_id=row["site_id"],
        division_code=row["division_code"],
        name=row["name"],
        portal_url=row["portal_url"],
        family=row["family"],
        family_confidence=row["family_confidence"],
        verified=row["verified"],
        verified_at=date.fromisoformat(row["verified_at"]) if row["verified_at"] else None,
        delay=_seconds(row["delay"]) if row["delay"] else None,
        tls_profile=row["tls_profile"],
        fault=row["fault"],
        note=row["note"],
    )


def column_of(row: Row) -> RegisteredColumn:
    """The column of a row that has no faults."""
    cells = dict(row.cells)
    return RegisteredColumn(**{**cells, "parameters": _parameters(cells["parameters"])})  # type: ignore[arg-type]


def cells_of(record: Site | RegisteredColumn) -> dict[str, str]:
    """The row of a site or column, as its table has it."""

    def text(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, Mapping):
            return "; ".join(f"{name}={item}" for name, item in value.items())
        return str(value)

    return {f.name: text(getattr(record, f.name)) for f in fields(record)}
