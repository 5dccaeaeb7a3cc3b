"""Archived bodies as items to read. The processes that read load this, and nothing else of the crawl."""

from __future__ import annotations

import errno
from functools import partial
from pathlib import Path

from crawler.archive.snapshot import Snapshot
from crawler.archive.store import Archive, MissingBodyError
from extract.builds.run import Item
from extract.records import Source


def item_of(root: Path, fetch: Snapshot) -> Item:
    """The body that a fetch has brought into the archive at `root`, under the address that gave it."""
    assert fetch.source_sha256 is not None
    load = partial(_load, root, fetch.source_sha256, fetch.final_url, fetch.link_text)
    return Item(fetch.final_url, load)


def _load(root: Path, sha256: str, url: str, link_text: str | None) -> Source:
    try:
        data = Archive(root).body(sha256)
    except MissingBodyError as error:
        # A build says the same wherever the archive lies.
        told = f"the archive holds no whole body {sha256}; gknb verify says more"
        raise OSError(errno.EIO, told) from error
    return Source(data, url, sha256, url, link_text)
