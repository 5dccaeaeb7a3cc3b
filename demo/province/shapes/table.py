"""`python -m demo.province.shapes.table`: a table by shape, of reports found, told and lost in silence."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from crawler.addresses import place
from crawler.archive.store import Archive
from crawler.runs import refresh
from crawler.runs.reports import ReportDocument
from demo.province.faults import Behaviour
from demo.province.http import Request
from demo.province.plan import Province, Published, at_rest
from demo.province.registry import export
from demo.province.server import free_ports, serving
from demo.province.shapes.shape import STANDS, Shape

_QUICK = {
    "DOWNLOAD_DELAY": "0",
    "BACKOFF_BASE": "0.01",
    "BLOCKED_PAUSES": "0.01,0.02",
    "RETRY_TIMES": "1",
    "CONTACT": "demo@example.org",
}


@dataclass(frozen=True)
class Row:
    """A county with one shape: its reports, those found whole, those lost and told of, those lost in silence;
    how many pages the shape has changed, and how many alarms there were."""

    shape: str
    reports: int
    found: int
    told: int
    silent: int
    shown: int
    alarms: int


def row_of(shape: Shape, folder: Path, seed: int = 1) -> Row:
    """Crawl the county on which the shape stands, with it and nothing else, into `folder`."""
    (port,) = free_ports(1)
    province = at_rest(seed, port)
    stand = STANDS[shape]
    county = next(county for county in province.counties if county.slug == stand.county)
    province.set(county.code, Behaviour(shape, stand.path, stand.times))
    with serving(province) as server:
        export(province, folder / "registry")
        settings = _QUICK | {
            "HOST_ADDRESSES": json.dumps(province.addresses),
            "ALLOWED_NETWORKS": "127.0.0.0/8",
        }
        report = refresh.run(folder / "archive", folder / "registry", sites=[county.code], settings=settings)
        entries = server.entries
    portal = province.portal(county.code)
    healthy = (portal.respond(Request.get(f"http://{e.host}{e.target}")) for e in entries)
    pairs = [(entry, answer) for entry, answer in zip(entries, healthy, strict=True) if entry.method == "GET"]
    shown = sum((entry.status, entry.sent) != (answer.status, len(answer.body)) for entry, answer in pairs)
    archive = Archive(folder / "archive")
    published = [one for one in province.reports if one.site_id == county.code]
    missing = [one for one in published if not _is_whole(one, report.new, province, archive)]
    alarmed = bool(report.alarms) and report.exit_code != 0
    told = len(missing) if alarmed else 0
    found = len(published) - len(missing)
    silent = len(missing) - told
    return Row(shape.value, len(published), found, told, silent, shown, len(report.alarms))


def _is_whole(
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


def main(names: list[str]) -> int:
    """Print the table, of all shapes or of those named; 1 where anything was lost in silence."""
    shapes = [Shape(name) for name in names] or list(Shape)
    print(f"{'shape':20} {'reports':>8} {'found':>6} {'told':>6} {'silent':>7}")
    silent = 0
    for shape in shapes:
        with tempfile.TemporaryDirectory() as folder:
            row = row_of(shape, Path(folder))
        silent += row.silent
        print(f"{row.shape:20} {row.reports:8} {row.found:6} {row.told:6} {row.silent:7}", flush=True)
    print(f"silent: {silent}")
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
