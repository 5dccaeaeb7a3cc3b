"""The data of the page, cut as people ask: gzipped JSON that a browser opens by itself.

    data/site.json.gz             what the build is, the form's rows, measures, places, words
    data/agencies.json.gz         every agency in a line: who it is and where
    data/places/N.json.gz         the agencies of a county (or of a part of a large one), number by number
    data/places/first.json.gz     the first agency of each of these files, by which the file is found
    data/measures/M-YEAR.json.gz  one measure of all agencies in one year
    data/ledger/YEAR.json.gz      whether each agency's report of that year is here
    data/coverage.json.gz         the ledger by place and year
    data/dictionary.json.gz       the views with their columns
    data/search/N.json.gz         which agencies have a character, or begin with letters of pinyin

Agencies are numbered in the order of agencies.json.gz; a number of that order stands for them elsewhere.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from publish.answers import Row, rows
from publish.site_queries import (
    AGENCIES,
    FINDINGS,
    GRADES,
    LEDGER,
    LINEAGE,
    MEASURES,
    PEERS,
    REPORTS,
    REVISIONS,
    STATUSES,
    VALUE_STATUSES,
    dictionary,
    measures_said,
)

# A file of a place stays below this, gzipped, so that an agency comes at once over a slow line.
PLACE_BYTES = 200_000
# Facts that are read and written at a time: some prefectures.
_BATCH = 400_000
SEARCH_PARTS = 64
_OF_BATCH = """
    SELECT * FROM {}
    WHERE agency BETWEEN $low AND $high AND agency IN (FROM asked)
    ORDER BY agency, {}
"""
# A character that so great a share of the names has tells none apart, and is not indexed.
_COMMON = 0.2

_PLACE = (
    *("region_code", "place_name", "prefecture_code", "prefecture_name"),
    *("province_code", "province_name"),
)


class SiteData:
    """Writes the data of one build into a folder."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.connection = connection
        self.folder = folder
        self.sizes: dict[str, list[int]] = defaultdict(list)
        self.agencies = rows(connection, AGENCIES)
        self.numbers = {one["id"]: number for number, one in enumerate(self.agencies)}
        self._prepare()

    def write(self, about: Mapping[str, Any]) -> Mapping[str, Sequence[int]]:
        """Write all files; their sizes by kind. `about` is what site.json says beside what is asked here."""
        self.put("agencies", self._directory())
        self.put("places/first", self._places())
        measures = self._measures()
        ledgers = self._ledger()
        letters = self._search()
        self.put("dictionary", dictionary(self.connection))
        self.put("site", {**self._site(measures), "ledgers": ledgers, "letters": letters, **about})
        return self.sizes

    def _prepare(self) -> None:
        """The numbers by which cells and agencies are called."""
        execute = self.connection.execute
        execute(
            """
            CREATE TEMP TABLE cell_key AS
            SELECT row_code, applicant_type, row_number() OVER (ORDER BY row_code, applicant_type) - 1 AS key
            FROM (SELECT DISTINCT row_code, applicant_type FROM facts)
            """
        )
        execute("CREATE TEMP TABLE agency_number (id VARCHAR, number INTEGER)")
        # Asked once of all facts, and not again for every batch of places, which finds its rows together.
        asked = {"measure_of": MEASURES, "peer_of": PEERS, "revision_of": REVISIONS, "grade_of": GRADES}
        for name, sql in asked.items():
            execute(f"CREATE TEMP TABLE {name} AS FROM ({sql}) ORDER BY 1")
        ids = [one["id"] for one in self.agencies]
        execute(
            "INSERT INTO agency_number SELECT unnest($ids), unnest(range($n))", {"ids": ids, "n": len(ids)}
        )

    def put(self, name: str, data: Any) -> int:
        """Write one file; its size."""
        path = self.folder / f"{name}.json.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str, allow_nan=False)
        packed = gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)
        path.write_bytes(packed)
        self.sizes[name.partition("/")[0]].append(len(packed))
        return len(packed)

    def _site(self, measures: Mapping[str, Sequence[int]]) -> dict[str, Any]:
        query = self.connection
        keys = query.execute("SELECT row_code, applicant_type FROM cell_key ORDER BY key").fetchall()
        functions = {
            one["function_code"]: one["function_name"] for one in self.agencies if one["function_code"]
        }
        return {
            "keys": [f"{row}|{applicant}" for row, applicant in keys],
            "statuses": STATUSES,
            "value_statuses": VALUE_STATUSES,
            "rows": rows(
                query,
                """
                SELECT row_code, form_table, parent, node, label_zh, column_label_zh, label_en, unit
                FROM codebook
                """,
            ),
            "measures": [{**one, "years": measures.get(one["measure"], [])} for one in measures_said(query)],
            "functions": functions,
            "breaks": rows(
                query, "SELECT first_year, measures, zh, en FROM stored.breaks ORDER BY first_year"
            ),
            "flags": rows(query, "FROM flags"),
            "checks": rows(query, "SELECT identity_id, message_zh, message_en FROM identities"),
            "years": rows(
                query,
                """
                SELECT
                    year, sum(agencies_expected)::BIGINT AS expected, sum(agencies_found)::BIGINT AS found
                FROM expected_agencies WHERE area_level = 'country' GROUP BY year ORDER BY year
                """,
            ),
            "agencies": len(self.agencies),
        }

    def _directory(self) -> dict[str, Any]:
        own = [tuple(one[name] or "" for name in _PLACE) for one in self.agencies]
        places = sorted(set(own))
        number = {place: at for at, place in enumerate(places)}
        return {
            "places": places,
            "id": [one["id"] for one in self.agencies],
            "name": [one["name"] for one in self.agencies],
            "place": [number[place] for place in own],
            "function": [one["function_code"] for one in self.agencies],
            "level": [one["level"] for one in self.agencies],
        }

    def _places(self) -> list[str]:
        """Write the files of the places; the id of the first agency in each."""
        first: list[str] = []
        for batch in self._batches():
            told = self._told(batch)
            for _, group in groupby(batch, key=lambda number: self.agencies[number]["region_code"]):
                for part in self._parts([told[number] for number in group]):
                    self.put(f"places/{len(first)}", {"agencies": part})
                    first.append(part[0]["id"])
        return first

    def _batches(self) -> Iterator[list[int]]:
        """The agencies in order, as many places at a time as have some hundred thousand facts."""
        counted = dict(
            self.connection.execute(
                """
                SELECT number, count(*) FROM facts
                JOIN agency_number ON id = coalesce(agency_id, concat('?', agency_name)) GROUP BY number
                """
            ).fetchall()
        )
        batch: list[int] = []
        facts = 0
        everyone = range(len(self.agencies))
        for _, group in groupby(everyone, key=lambda number: self.agencies[number]["region_code"]):
            own = list(group)
            batch += own
            facts += sum(counted.get(number, 0) for number in own)
            if facts >= _BATCH:
                yield batch
                batch, facts = [], 0
        if batch:
            yield batch

    def _parts(self, told: list[Row]) -> Iterator[list[Row]]:
        """The agencies of a place, cut where they would be too large a file together."""
        part: list[Row] = []
        size = 0
        for one in told:
            # JSON of these tables packs to a ninth.
            weight = sum(len(report["k"]) for report in one["reports"]) * 9
            if part and size + weight > PLACE_BYTES:
                yield part
                part, size = [], 0
            part.append(one)
            size += weight
        yield part

    def _told(self, batch: Sequence[int]) -> dict[int, Row]:
        """All there is to tell of these agencies, by their numbers."""
        told: dict[int, Row] = {}
        for number in batch:
            one = self.agencies[number]
            told[number] = {
                **one,
                "number": number,
                "reports": [],
                "ledger": [],
                "measures": defaultdict(list),
                "peers": [],
                "findings": [],
                "revisions": [],
                "lineage": [],
            }
        query = self.connection
        ids = [self.agencies[number]["id"] for number in batch]
        query.execute("CREATE OR REPLACE TEMP TABLE asked AS SELECT unnest($ids) AS id", {"ids": ids})

        def each(sql: str, **parameters: Any) -> Iterator[tuple[Row, Row]]:
            for row in rows(query, sql, **parameters):
                yield told[self.numbers[row.pop("agency")]], row

        span = {"low": min(ids), "high": max(ids)}
        for one, row in each(REPORTS, **span):
            row["f"] = {position: flags for position, flags in enumerate(row["f"]) if flags}
            row["u"] = {position: unit for position, unit in enumerate(row["u"]) if unit}
            one["reports"].append(row)
        for one, row in each(LEDGER):
            one["ledger"].append(list(row.values()))
        for one, row in each(_OF_BATCH.format("measure_of", "measure, year"), **span):
            one["measures"][row.pop("measure")].append(list(row.values()))
        for one, row in each(_OF_BATCH.format("peer_of", "measure, year, scope"), **span):
            one["peers"].append(list(row.values()))
        for one, row in each(_OF_BATCH.format("revision_of", 'year, "row", applicant'), **span):
            one["revisions"].append(row)
        for name, sql in (("findings", FINDINGS), ("lineage", LINEAGE)):
            for one, row in each(sql):
                one[name].append(row)
        return told

    def _measures(self) -> dict[str, list[int]]:
        """Write each measure by year; the years that each has."""
        years: dict[str, list[int]] = defaultdict(list)
        for year, measure, number, numerator, denominator, doubted in self.connection.execute(
            """
            SELECT
                year, measure, list(number ORDER BY number), list(numerator ORDER BY number),
                list(denominator ORDER BY number), list(cells_doubted ORDER BY number)
            FROM measures
            JOIN agency_number ON id = coalesce(agency_id, concat('?', agency_name))
            JOIN (SELECT report_id, superseded_by FROM reports) USING (report_id)
            WHERE superseded_by IS NULL AND year IS NOT NULL
            GROUP BY year, measure ORDER BY measure, year
            """
        ).fetchall():
            self.put(
                f"measures/{measure}-{year}",
                {"agency": number, "n": plain(numerator), "d": plain(denominator), "doubted": doubted},
            )
            years[measure].append(year)
        return years

    def _ledger(self) -> list[int]:
        """Write the ledger of coverage by year, and by place; the years that it has."""
        years = []
        for year, numbers, statuses in self.connection.execute(
            """
            SELECT year, list(number ORDER BY number), list(status ORDER BY number)
            FROM coverage JOIN agency_number ON id = agency_id GROUP BY year ORDER BY year
            """
        ).fetchall():
            told = {"agency": numbers, "status": [STATUSES.index(status) for status in statuses]}
            self.put(f"ledger/{year}", told)
            years.append(year)
        query = """
            SELECT
                region_code, place_name, prefecture_name, province_name, year, expected, found, in_time, late,
                empty_form, narrative_only, withdrawn, blocked, unreachable, missing, never_crawled
            FROM coverage_by_place ORDER BY region_code, year
        """
        result = self.connection.execute(query)
        names = [column[0] for column in result.description or ()]
        self.put("coverage", {"columns": names, "rows": result.fetchall()})
        return years

    def _search(self) -> str:
        """Write postings of characters, and words of pinyin by their first letter; these letters."""
        from publish.pinyin import spellings

        postings: dict[str, list[int]] = defaultdict(list)
        spelt: dict[str, list[list[Any]]] = defaultdict(list)
        for number, one in enumerate(self.agencies):
            for character in dict.fromkeys(searched(one)):
                postings[character].append(number)
            for word in spellings(one["place_name"] or one["name"], one["name"]):
                spelt[word[0]].append([word, number])
        most = max(_COMMON * len(self.agencies), 200)
        parts: list[dict[str, Any]] = [{} for _ in range(SEARCH_PARTS)]
        common = []
        for character, numbers in postings.items():
            if len(numbers) > most:
                common.append(character)
            else:
                parts[ord(character) % SEARCH_PARTS][character] = numbers
        for at, part in enumerate(parts):
            self.put(f"search/{at}", part)
        for letter, words in spelt.items():
            self.put(f"search/{letter}", sorted(words))
        self.put("search/common", sorted(common))
        return "".join(sorted(spelt))


def searched(agency: Mapping[str, Any]) -> str:
    """The characters by which an agency is found: of its name, and of what lies around its place."""
    names = (agency["name"], agency["prefecture_name"], agency["province_name"], agency["function_name"])
    return "".join(character for name in names for character in name or "" if character > "\u2e80")


def plain(numbers: Sequence[float | None]) -> list[float | int | None]:
    """Numbers without the decimals that they have not."""
    return [int(one) if one is not None and one == int(one) else one for one in numbers]
