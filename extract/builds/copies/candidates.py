"""The candidates for one report of a build, as they were read, and where the crawl's columns list them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

Article = tuple[str, str, str]


@dataclass(slots=True)
class ReadReport:
    """One reading. `numbers` counts the cells that print a number, `flagged` those of them with a doubt.

    Year, agency and region are set where its article or its evidence tells them.
    """

    report_id: str
    source_sha256: str
    url: str | None
    year: int | None
    agency_name: str | None
    status: str
    reader: str
    content_hash: str
    numbers: int
    flagged: int
    agency_id: str | None = None
    region_code: str | None = None
    year_from: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A file where a column lists it (`extract.schemas.LISTINGS`)."""

    site_id: str
    column_id: str
    owner: str | None
    url: str
    title: str
    listed: bool
    part: str
    part_url: str
    final_url: str
    source_sha256: str
    first_seen: datetime
    last_seen: datetime
    current: bool

    @property
    def article(self) -> Article:
        """The report as the column lists it, with all its files."""
        return self.site_id, self.column_id, self.url


@dataclass(frozen=True)
class Listings:
    """All listings, by the hash of the file and by article."""

    of_file: Mapping[str, Sequence[Listing]]
    of_article: Mapping[Article, Sequence[Listing]]

    def owner(self, sha256: str) -> str | None:
        """Whose reports the columns of a file list: the one agency among their owners, "" where all are the
        government's, None where the registry does not say or the columns are of several agencies."""
        owners = {one.owner for one in self.of_file.get(sha256, ()) if one.owner is not None}
        agencies = owners - {""}
        if len(agencies) == 1:
            return agencies.pop()
        return "" if owners == {""} else None


def load_listings(connection: duckdb.DuckDBPyConnection, path: Path | None) -> Listings:
    """The listings in a Parquet file; none where there was no crawl."""
    of_file: dict[str, list[Listing]] = defaultdict(list)
    of_article: dict[Article, list[Listing]] = defaultdict(list)
    if path is not None:
        names = ", ".join(Listing.__dataclass_fields__)
        rows = connection.execute(
            f"SELECT {names} FROM read_parquet($path) ORDER BY first_seen, {names}", {"path": str(path)}
        )
        for row in rows.fetchall():
            one = Listing(*row)
            of_file[one.source_sha256].append(one)
            of_article[one.article].append(one)
    return Listings(of_file, of_article)


def load_readings(connection: duckdb.DuckDBPyConnection, reports: Path, facts: Path) -> list[ReadReport]:
    """The readings among staged `reports`, with what their staged `facts` hold."""
    rows = connection.execute(
        """
        SELECT
            report_id, source_sha256, url, year, agency_name, status, reader, content_hash,
            coalesce(numbers, 0), coalesce(flagged, 0), agency_id, region_code
        FROM read_parquet($reports)
        LEFT JOIN (
            SELECT
                report_id, count(value) AS numbers,
                count(*) FILTER (WHERE value IS NOT NULL AND len(flags) > 0) AS flagged
            FROM read_parquet($facts)
            WHERE row_code NOT LIKE 'x%'
            GROUP BY report_id
        ) USING (report_id)
        ORDER BY report_id
        """,
        {"reports": str(reports), "facts": str(facts)},
    )
    return [ReadReport(*row) for row in rows.fetchall()]
