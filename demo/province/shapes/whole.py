"""Whether a crawl has a report of the province whole, as its publisher put it there."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.addresses import place
from crawler.archive.store import Archive
from crawler.runs.results import ReportDocument
from demo.province.http import Request
from demo.province.plan import Province, Published

QUICK = {
    "DOWNLOAD_DELAY": "0",
    "BACKOFF_BASE": "0.01",
    "BLOCKED_PAUSES": "0.01,0.02",
    "RETRY_TIMES": "1",
    "CONTACT": "demo@example.org",
}


def is_whole(
    published: Published, documents: Iterable[ReportDocument], province: Province, archive: Archive
) -> bool:
    """Whether the report was found with all its files, and its page to its last table."""
    # A list may call it by its year alone.
    address = place(published.page_url or published.file_urls[0])
    document = next((one for one in documents if place(one.url) == address), None)
    if document is None:
        return False
    had = {part.source_sha256 for part in document.parts}
    hashes = province.sha256s(published)
    if any(hashes[url] not in had for url in published.file_urls):
        return False
    if published.page_url is None:
        return True
    page = province.portal(published.site_id).respond(Request.get(published.page_url)).body
    body = archive.body(document.parts[0].source_sha256)
    return body.count(b"</table>") >= page.count(b"</table>")
