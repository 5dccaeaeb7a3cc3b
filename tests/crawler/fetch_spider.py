"""A spider for tests: fetches the addresses of a JSON file, groups side by side, and tells how each ended."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from crawler.asked import Asked
from crawler.crawling import ArchivedSpider
from crawler.manners.failures import Withheld
from crawler.platforms.base import Fetch


class FetchSpider(ArchivedSpider):
    name = "fetch"

    def __init__(self, urls: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.groups: list[list[str]] = json.loads(Path(urls).read_text(encoding="utf-8"))

    async def start(self) -> AsyncIterator[dict[str, Any]]:
        self.demand_contact(tuple(self.registry.sites.values()))
        for group in await asyncio.gather(*(self.fetch_all(n, group) for n, group in enumerate(self.groups))):
            for item in group:
                yield item

    async def fetch_all(self, number: int, urls: list[str]) -> list[dict[str, Any]]:
        return [await self.fetch_one(number, url) for url in urls]

    async def fetch_one(self, number: int, url: str) -> dict[str, Any]:
        asked = Asked(url, f"site{number}", "c", "article")
        try:
            page = await self.get(Fetch(url), asked)
        except Withheld as withheld:
            return {"url": url, "outcome": withheld.outcome, "detail": withheld.detail}
        sha256 = hashlib.sha256(page.body).hexdigest()
        return {"url": url, "outcome": "ok", "final_url": page.url, "sha256": sha256, "bytes": len(page.body)}
