"""A crawl is held against what its portals publish: what lacks and was told to nobody is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.crawls.lacking import crawled, lacking


@pytest.mark.slow
def test_a_report_that_nobody_was_told_of_is_lost_in_silence(tmp_path: Path) -> None:
    country, answer = crawled(tmp_path, portals=20, first=0, delay=0)
    found = lacking(country, tmp_path, answer)
    assert found.silent == []
    assert sum(found.told.values()) > 0, "two of twenty portals are in trouble"
    gone = answer["new"].pop()
    (lost,) = lacking(country, tmp_path, answer).silent
    assert set(lost.report_urls) <= {part["final_url"] for part in gone["parts"]}
