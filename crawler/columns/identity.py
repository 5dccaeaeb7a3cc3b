"""Who a page says that its site is, and whether that is the portal of a division."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.platforms.articles.article import national_tags
from crawler.platforms.page import Page

_SITE_TAGS = {"siteidcode": "SiteIDCode", "sitename": "SiteName"}


@dataclass(frozen=True, slots=True)
class Identity:
    """What a site says of itself in the national tags; "" where it does not."""

    site_name: str = ""
    site_domain: str = ""
    site_id_code: str = ""


def identity_of(page: Page) -> Identity:
    """Who a page says its site is."""
    tags = national_tags(page)
    return Identity(tags.get("SiteName", ""), tags.get("SiteDomain", ""), tags.get("SiteIDCode", ""))


def identity_doubts(identity: Identity, url: str, division_code: str, name: str) -> tuple[str, ...]:
    """What keeps a site from being verified as that of a division; empty where it says that it is.

    SiteIDCode has ten digits for local sites, the first six the division's code
    (docs/domain/families.md#page-tags).
    """
    doubts: list[str] = []
    code = identity.site_id_code
    if not re.fullmatch(r"\d{10}", code):
        doubts.append(f"SiteIDCode {code!r} should have ten digits" if code else "the site has no SiteIDCode")
    elif division_code and not code.startswith(division_code):
        doubts.append(f"SiteIDCode {code} does not begin with {division_code}")
    if not identity.site_name:
        doubts.append("the site has no SiteName")
    elif name and name not in identity.site_name:
        doubts.append(f"SiteName {identity.site_name} does not name {name}")
    host = urlsplit(url).hostname or ""
    domains = _domains(identity.site_domain)
    if domains and not any(f".{host}".endswith(f".{domain}") for domain in domains):
        doubts.append(f"SiteDomain {identity.site_domain} is not {host}")
    return tuple(doubts)


def _domains(said: str) -> tuple[str, ...]:
    """The domains that a SiteDomain tag names, without www: some name several.

    >>> _domains("www.fgw.gov.cn;http://fgw.zj.gov.cn/")
    ('fgw.gov.cn', 'fgw.zj.gov.cn')
    """
    parts = re.split(r"[;,，；、|\s]+", said)
    hosts = (urlsplit(f"//{part.rpartition('//')[2]}").hostname or "" for part in parts)
    return tuple(host.removeprefix("www.") for host in hosts if "." in host)


def site_tags(page: Page) -> Iterator[tuple[str, str]]:
    """The tags by which a page says whose site it is, as they stand."""
    for meta in page.tree.iter("meta"):
        name = _SITE_TAGS.get((meta.get("name") or "").strip().lower())
        content = (meta.get("content") or "").strip()
        if name and content:
            yield name, content
