"""What stands in an item: the generated report for a report, a few lines for a decoy."""

from __future__ import annotations

from demo.province.model import County, Item


def page_body(county: County, item: Item) -> str:
    """The item's text as inner HTML."""
    return f"<p>{item.title}</p>"


def file_bytes(county: County, item: Item, index: int) -> bytes:
    """An attachment's bytes."""
    return f"{item.key} {index}".encode()
