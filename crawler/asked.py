"""What a request is for: it travels in the request's meta, through redirects and retries."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.http import Request

_META = "asked"

ROBOTS = "robots"


@dataclass(frozen=True, slots=True)
class Asked:
    """On whose behalf an address is fetched. `url` is what was first asked for, whatever it redirects to;
    `again`: a firewall has withheld it in this run, and may have relented."""

    url: str
    site_id: str
    column: str
    purpose: str
    link_text: str | None = None
    again: bool = False

    def attach(self, request: Request) -> Request:
        """`request` with this in its meta."""
        request.meta[_META] = self
        return request

    @classmethod
    def found(cls, request: Request) -> Asked | None:
        """What `request` is for, None for one that is not ours."""
        asked = request.meta.get(_META)
        return asked if isinstance(asked, cls) else None

    @classmethod
    def of(cls, request: Request) -> Asked:
        """What `request` is for. Raises TypeError for a request made past crawling.ArchivedSpider."""
        asked = cls.found(request)
        if asked is None:
            raise TypeError(
                f"{request} was not made by ArchivedSpider.get, which alone archives what it fetches"
            )
        return asked
