"""Scrapy as it comes, on the pages of the bench: the lists it is given, and what they link to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import Request, Response


class BareSpider(scrapy.Spider):
    """Fetches the addresses in the file `urls` and every link of a list line; keeps nothing."""

    name = "bare"

    def __init__(self, urls: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = Path(urls).read_text(encoding="utf-8").split()

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Request]:
        for link in response.css("li a::attr(href)").getall():
            yield response.follow(link, self.article)

    def article(self, response: Response) -> None:
        pass
