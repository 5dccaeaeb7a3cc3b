"""Which agencies a government's figures are compiled from, told by the table `agencies`."""

from __future__ import annotations

from pathlib import Path


def members_sql() -> str:
    """A query over `agencies`: each government with the agencies that are its members."""
    return Path(__file__).with_name("members.sql").read_text(encoding="utf-8")
