"""Readings that are kept between builds, as a build asks for them: some rows of some reports."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

import pyarrow as pa


class Kept(Protocol):
    """The readings that a build is made of beside those that were made for it alone."""

    @property
    def origins(self) -> Mapping[str, str]:
        """By the id of its report, the hash of what each reading is kept in; another one, another reading."""

    def rows(self, table: str, report_ids: Collection[str]) -> Iterator[pa.RecordBatch]:
        """The rows that these reports have in a table of `dataset.STAGED`."""


class NothingKept:
    """No readings."""

    @property
    def origins(self) -> Mapping[str, str]:
        """None."""
        return {}

    def rows(self, table: str, report_ids: Collection[str]) -> Iterator[pa.RecordBatch]:
        """None."""
        return iter(())
