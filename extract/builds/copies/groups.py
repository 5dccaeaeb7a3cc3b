"""Which readings are of one report.

1. Readings of one agency and year are of one report: page and attachment, a repost after a migration, the
   department's site and the portal. Whether they agree is another question (`copies_differ`).
2. A reading whose agency or year is not known belongs to its article's report where the article has just one;
   else to the readings of the same figures, name and year on the same host.
3. What is no report is never a copy of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from extract.builds.copies.candidates import Listing, Listings, ReadReport

NO_REPORT = "not_a_report"
AgencyYear = tuple[str, int]


def groups(readings: Sequence[ReadReport], listings: Listings) -> list[list[ReadReport]]:
    """The readings by report, in the order of the first of each."""
    reports = [reading for reading in readings if reading.status != NO_REPORT]
    known = {reading.report_id: _known(reading) for reading in reports}
    of_article = _of_articles(reports, known, listings)
    found: dict[Hashable, list[ReadReport]] = defaultdict(list)
    for reading in reports:
        key = known[reading.report_id] or of_article.get(reading.report_id) or _figures(reading)
        found[key or reading.report_id].append(reading)
    return list(found.values())


def _known(reading: ReadReport) -> AgencyYear | None:
    if reading.agency_id is None or reading.year is None:
        return None
    return reading.agency_id, reading.year


def _of_articles(
    reports: Sequence[ReadReport], known: Mapping[str, AgencyYear | None], listings: Listings
) -> dict[str, Hashable]:
    """For readings that are not known: the one report of their article, or the article itself where none of
    its files is known and they do not name several agencies or years."""
    by_file = {reading.source_sha256: reading for reading in reports if reading.source_sha256}
    found: dict[str, Hashable] = {}
    for article, files in listings.of_article.items():
        here = list(
            {
                one.source_sha256: by_file[one.source_sha256] for one in files if one.source_sha256 in by_file
            }.values()
        )
        keys = {key for reading in here if (key := known[reading.report_id])}
        if len(keys) == 1:
            (only,) = keys
            for reading in here:
                if not _says_otherwise(reading, only):
                    found.setdefault(reading.report_id, only)
        elif not keys and _says_one_thing(here):
            for reading in here:
                found.setdefault(reading.report_id, article)
    return found


def _says_otherwise(reading: ReadReport, report: AgencyYear) -> bool:
    """Whether a reading has an agency or a year of its own that are not the report's."""
    agency_id, year = report
    if reading.agency_id is None and reading.agency_name is not None:
        return True
    return reading.agency_id not in (None, agency_id) or reading.year not in (None, year)


def _says_one_thing(readings: Sequence[ReadReport]) -> bool:
    names = {reading.agency_name for reading in readings} - {None}
    years = {reading.year for reading in readings} - {None}
    return len(names) <= 1 and len(years) <= 1


def _figures(reading: ReadReport) -> Hashable:
    host = urlsplit(reading.url or "").hostname
    if not (host and reading.numbers and reading.agency_name and reading.year):
        return None
    return reading.content_hash, reading.agency_name, reading.year, host


def versions(listings: Listings) -> Iterator[tuple[Listing, str]]:
    """Every listing of a file that was replaced, with the hash of the version that followed: at its own link,
    or the one file of its kind that the report has now."""
    for files in listings.of_article.values():
        for one in files:
            if one.current:
                continue
            later = [other for other in files if other.first_seen > one.first_seen]
            here = [other for other in later if other.part_url == one.part_url]
            instead = [other for other in later if other.part == one.part and other.current]
            if following := here or (instead if len(instead) == 1 else []):
                yield one, following[0].source_sha256
