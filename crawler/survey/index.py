"""Candidates out of lists of archived addresses: CDX files, or Common Crawl's columnar index in Parquet.

An index says which addresses somebody has once archived, and nothing of what stood there. Addresses are
gathered by what they share (the same folder, the numbers of one article after the other taken out), the
rules say which column each group speaks of, and groups vote:

* a column whose own address says annual reports (zfxxgknb, xxgkAnnualReport.jsp) is a candidate;
* where a host has none such, a column nearly all of whose articles are dated January to April is one, of
  several years, or one of a row of columns of a year each: annual reports are due by 31 January and 31 March.

DuckDB streams the files, of any size, in bounded memory; only groups come to Python.
"""

from __future__ import annotations

import csv
import gzip
import math
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from base import durable
from base.hashes import file_sha256
from base.sql import quoted
from base.temporary import temporary_folder
from crawler.addresses import bare_host, place_of_list
from crawler.registry import tables
from crawler.registry.address_rules import CERTAINTIES, Guess, above, column_of, says_reports
from crawler.registry.candidates import CANDIDATES, Candidate, portals_of
from crawler.registry.tables import Registry

MEMORY_LIMIT = "900MB"
THREADS = 2
# Lines looked at to see what a text file is, and the share of them that must be an index's.
_LOOKED_AT = 1000
_SOUND = 0.9
# Of a page in the season of reports, and of any other page: how likely it is dated January to April.
_SEASONAL = math.log(0.95 / 0.4), math.log(0.05 / 0.6)
# So much must speak for a column by its season alone: six pages in season and none beside; for the one that
# most speaks for, where a host has nothing better, four.
_SEASON_SURE = 5.0
_SEASON_ENOUGH = 3.4
# Reports of a county are of several years; columns of one year each are a row from so many years on.
_YEARS = 2
_ROW = 3
_HOST_SAYS = 60  # candidates of one host at most

# One address a group: the folders of dates and the numbers of articles taken out, host and column kept.
_GROUPS = r"""
WITH addresses AS ({source}),
parts AS (
    SELECT url, regexp_extract(url, '^(?i:https?)://(?:[^/@]*@)?([^/:?#]+)', 1) AS host,
        regexp_replace(url, '^[^/]*//[^/?#]*', '') AS path
    FROM addresses
    WHERE status IS NULL OR status IN ('200', '304', '-', '')
),
dated AS (
    SELECT url, lower(host) AS host,
        regexp_replace(
            regexp_replace(path, '/(?:20\d\d[/-]?\d{{1,2}}[/-]\d{{1,2}}|20\d{{4}}(?:\d\d)?)/', '/#/'),
            '(?:t20\d{{6}}_\d+|\d{{4,}}|[0-9a-fA-F][0-9a-fA-F-]{{19,}})(_wap)?(\.\w+)?(?:\?.*)?$', '#\2'
        ) AS shape,
        regexp_extract(path, '[/t](20[012]\d)[/-]?(0?[1-9]|1[0-2])(?:[/-]?\d{{1,2}})?[/_]', ['year', 'month'])
            AS day
    FROM parts
    WHERE host ILIKE '%.gov.cn' OR list_contains($reviewed, lower(host))
)
SELECT host, any_value(url) AS url, count(DISTINCT hash(url)) AS pages,
    count(DISTINCT hash(url)) FILTER (day.month <> '') AS dated,
    count(DISTINCT hash(url)) FILTER (day.month IN ('1', '2', '3', '4', '01', '02', '03', '04')) AS seasonal,
    list(DISTINCT day.year) FILTER (day.year <> '') AS years
FROM dated GROUP BY host, shape
"""
_TEXT = r"""
SELECT coalesce(
        nullif(regexp_extract(line, '"url": *"([^"]+)"', 1), ''),
        nullif(regexp_extract(line, '^(?:\S+ \d{{4,14}} )?(https?://\S+)', 1), '')
    ) AS url,
    coalesce(
        nullif(regexp_extract(line, '"status": *"?(\d+)', 1), ''),
        nullif(regexp_extract(line, '^\S+ \d{{4,14}} \S+ \S+ (\d{{3}}|-) ', 1), '')
    ) AS status
FROM read_csv({path}, columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '', escape = '',
    header = false, auto_detect = false, ignore_errors = true, max_line_size = 1000000,
    compression = {packed})
"""


class IndexFileError(ValueError):
    """A file is no list of archived addresses; the message names it and says what was looked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an index gave: how many addresses on how many hosts, and the candidates."""

    addresses: int
    hosts: int
    candidates: tuple[Candidate, ...]


@dataclass(slots=True)
class _Votes:
    """What speaks for one column."""

    guess: Guess
    seen: str
    pages: int = 0
    dated: int = 0
    seasonal: int = 0
    years: set[str] = field(default_factory=set)
    says: bool = False

    @property
    def season(self) -> float:
        """How much the dates of its pages speak for a column of annual reports."""
        inside, outside = _SEASONAL
        return self.seasonal * inside + (self.dated - self.seasonal) * outside


def candidates_from(files: Sequence[Path], registry: Path) -> Found:
    """The candidates that these indexes give, with the portal that each belongs to. Raises IndexFileError,
    TableError, OSError."""
    known = tables.load(registry)
    sources = [_source(path) for path in files]
    votes: dict[str, _Votes] = {}
    addresses, hosts = 0, set()
    for host, url, pages, dated, seasonal, years in _groups(sources, known.hosts):
        addresses += pages
        hosts.add(host)
        if guess := column_of(url):
            _count(votes, guess, url, pages, dated, seasonal, years or ())
    by_host: dict[str, list[_Votes]] = {}
    for vote in votes.values():
        by_host.setdefault(bare_host(vote.guess.url), []).append(vote)
    chosen = [one for found in by_host.values() for one in _elected(found)]
    return Found(addresses, len(hosts), tuple(_candidate(one, known) for one in chosen))


def write_candidates(candidates: Iterable[Candidate], folder: Path) -> Path:
    """Write candidates as a table into `folder`, under a name that its content gives."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=folder, suffix=".part", delete=False, encoding="utf-8", newline=""
    ) as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(CANDIDATES)
        for one in candidates:
            table.writerow([getattr(one, name) for name in CANDIDATES])
    part = Path(file.name)
    target = folder / f"candidates-{file_sha256(part)[:16]}.csv"
    durable.move(part, target)
    return target


def _groups(
    sources: Sequence[str], reviewed: Iterable[str]
) -> Iterator[tuple[str, str, int, int, int, list[str] | None]]:
    with temporary_folder() as spill, duckdb.connect() as connection:
        for option in (
            f"memory_limit = '{MEMORY_LIMIT}'",
            f"temp_directory = '{spill}'",
            f"threads = {THREADS}",
            "preserve_insertion_order = false",
            "enable_progress_bar = false",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
        ):
            connection.execute(f"SET {option}")
        query = _GROUPS.format(source=" UNION ALL ".join(sources))
        result = connection.execute(query, {"reviewed": sorted(reviewed)})
        while rows := result.fetchmany(10_000):
            yield from rows


def _source(path: Path) -> str:
    """The query that reads a file's addresses. Raises IndexFileError."""
    with path.open("rb") as file:
        head = file.read(4)
    name = quoted(path)
    if head == b"PAR1":
        return _parquet_source(path, name)
    packed = head[:2] == b"\x1f\x8b"
    try:
        with gzip.open(path, "rt", errors="replace") if packed else path.open(errors="replace") as text:
            lines = [line for _, line in zip(range(_LOOKED_AT), text, strict=False)]
    except (OSError, EOFError) as error:
        raise IndexFileError(f"{path}: {error}") from error
    sound = sum(_is_index_line(line) for line in lines if not line.startswith(" CDX "))
    if not lines or sound < _SOUND * len(lines) - 1 or not sound:
        raise IndexFileError(
            f"{path} is no index of addresses: only {sound} of its first {len(lines)} lines are lines of CDX "
            "(key, time, address …), CDXJ (key, time, {…}) or addresses; Parquet needs a column url"
        )
    return _TEXT.format(path=name, packed="'gzip'" if packed else "'none'")


def _parquet_source(path: Path, name: str) -> str:
    try:
        with duckdb.connect() as connection:
            described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({name})").fetchall()
    except duckdb.Error as error:
        raise IndexFileError(f"{path} cannot be read as Parquet: {str(error).splitlines()[0]}") from error
    columns = [column for column, *_ in described]
    if "url" not in columns:
        raise IndexFileError(
            f"{path} is no index of addresses: it has no column url, but {', '.join(columns[:8])}"
        )
    status = "CAST(fetch_status AS VARCHAR)" if "fetch_status" in columns else "NULL"
    return f"SELECT url, {status} AS status FROM read_parquet({name})"


def _is_index_line(line: str) -> bool:
    fields = line.split(" ", 2)
    if line.startswith(("http://", "https://")):
        return True
    if len(fields) < 3 or not fields[1].isdigit():
        return False
    return fields[2].startswith(("http://", "https://")) or '"url"' in fields[2]


def _count(
    votes: dict[str, _Votes],
    guess: Guess,
    url: str,
    pages: int,
    dated: int,
    seasonal: int,
    years: Iterable[str],
) -> None:
    key = place_of_list(guess.url)
    vote = votes.get(key)
    if vote is None:
        vote = votes[key] = _Votes(guess, url, says=says_reports(guess.url))
    elif CERTAINTIES.index(guess.certainty) < CERTAINTIES.index(vote.guess.certainty):
        vote.guess, vote.seen = guess, url
    vote.pages += pages
    vote.dated += dated
    vote.seasonal += seasonal
    vote.years.update(years)


def _elected(found: Sequence[_Votes]) -> list[_Votes]:
    """The columns of one host that are candidates."""
    if named := _gathered([one for one in found if one.says]):
        return sorted(named, key=lambda one: -one.pages)[:_HOST_SAYS]
    several = [one for one in found if len(one.years) >= _YEARS]
    seasonal = sorted(several, key=lambda one: -one.season)
    sure = [one for one in seasonal if one.season >= _SEASON_SURE]
    row = [one for one in found if len(one.years) == 1 and one.dated == one.seasonal > 1]
    if len(set().union(*(one.years for one in row))) >= _ROW:
        sure += row
    return sure[:_HOST_SAYS] or [one for one in seasonal[:1] if one.season >= _SEASON_ENOUGH]


def _gathered(named: list[_Votes]) -> list[_Votes]:
    """Folders of years and agencies below one column of annual reports stand for that column, where there are
    several of them, or it was seen itself."""
    at = {place_of_list(one.guess.url): one for one in named}
    below: dict[str, list[_Votes]] = {}
    for one in named:
        if parent := above(one.guess.url):
            below.setdefault(parent, []).append(one)
    for parent, children in below.items():
        known = at.get(place_of_list(parent))
        if known is None and len(children) < 2:
            continue
        for child in children:
            at.pop(place_of_list(child.guess.url), None)
        gathered = known or _Votes(replace(children[0].guess, url=parent, rule="index"), children[0].seen)
        gathered.pages += sum(child.pages for child in children)
        gathered.years.update(*(child.years for child in children))
        at[place_of_list(parent)] = gathered
    return list(at.values())


def _candidate(vote: _Votes, registry: Registry) -> Candidate:
    site = next(iter(portals_of(registry, vote.guess.url)), None)
    note = ""
    certainty = vote.guess.certainty
    if not vote.says and vote.guess.rule != "index":
        note = f"by season: {vote.seasonal} of {vote.dated} pages dated January to April"
        certainty = "uncertain"
    return Candidate(
        site_id=site.site_id if site else "",
        division_code=site.division_code if site else "",
        url=vote.guess.url,
        family=vote.guess.family,
        rule=vote.guess.rule,
        confidence=certainty,
        reports=vote.pages,
        years=" ".join(sorted(vote.years)),
        seen=vote.seen,
        note=note,
        others=vote.guess.others,
    )
