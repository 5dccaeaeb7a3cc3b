"""Requests that say from when the crawl counts their delay: a witness that a busy machine does not bend.

A server sees a request some time after it was sent, so that two starts in its log may lie closer together
than the crawl has kept them. The second as the server saw it, against the first as the crawl counts it, never
lies closer.
"""

from __future__ import annotations

import json

from scrapy.http import Request, Response

from crawler import settings
from crawler.manners.tls import ProfiledDownloadHandler
from tests.crawler.server import COUNTED_FROM

_HERE = dict.fromkeys(("http", "https"), "tests.crawler.stamped.StampedDownloadHandler")
#: Settings of a crawl whose delays are looked at.
STAMPED = {"DOWNLOAD_HANDLERS": json.dumps(settings.DOWNLOAD_HANDLERS | _HERE)}


class StampedDownloadHandler(ProfiledDownloadHandler):
    """The crawl's handler, which adds the moment from which the request's slot counts to the next one."""

    async def download_request(self, request: Request) -> Response:
        """See Scrapy."""
        assert self._crawler.engine is not None
        slot = self._crawler.engine.downloader.slots[request.meta["download_slot"]]
        request.headers[COUNTED_FROM] = repr(slot.lastseen)
        return await super().download_request(request)
