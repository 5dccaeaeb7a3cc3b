"""In every dialect, a client that knows no more than FAMILIES.md reaches every report and nothing that is
not there."""

from __future__ import annotations

import pytest

from demo.province.counties import counties
from demo.province.plan import Province
from demo.province.server import Server
from tests.demo_province.client import WALKERS, Client

SITES = [(county.code, f"{county.family}-{county.variant}-{county.slug}") for county in counties(1, 1)]
each_site = pytest.mark.parametrize("site", [code for code, _ in SITES], ids=[name for _, name in SITES])


@each_site
def test_a_walk_finds_every_report_once_and_nothing_else(
    site: str, province: Province, server: Server
) -> None:
    client = Client(province)
    reports = [report for report in province.reports if report.site_id == site]
    decoys = [decoy for decoy in province.decoys if decoy.site_id == site]
    columns = [column for column in province.columns if column.site_id == site]
    assert reports
    assert columns
    found = [(line, column.url) for column in columns for line in WALKERS[column.family](client, column.url)]
    reached = [(url, column) for (_, url), column in found]
    wanted = [(report.page_url or report.file_urls[0], report.column_url) for report in reports]
    wanted += [(decoy.url, decoy.column_url) for decoy in decoys]
    assert sorted(reached) == sorted(wanted)
