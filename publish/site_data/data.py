"""All files of the page's data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from publish.answers import rows
from publish.site_data.agencies import write_agencies
from publish.site_data.files import DataFiles
from publish.site_data.queries import (
    AGENCIES,
    LEDGER,
    MEASURES,
    PEERS,
    STATUSES,
    VALUE_STATUSES,
    dictionary,
    measures_said,
)

SEARCH_PARTS = 64
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
        self.files = DataFiles(folder)
        self.agencies = rows(connection, AGENCIES)
        self._prepare()

    def write(self, about: Mapping[str, Any]) -> Mapping[str, Sequence[int]]:
        """Write all files; their sizes by kind. `about` is what site.json says beside what is asked here."""
        put = self.files.put
        put("agencies", self._directory())
        measures = self._measures()
        ledgers = self._ledger()
        put("places/first", write_agencies(self.connection, self.agencies, self.files))
        letters = self._search()
        put("dictionary", dictionary(self.connection))
        put("site", {**self._site(measures), "ledgers": ledgers, "letters": letters, **about})
        return self.files.sizes

    def _prepare(self) -> None:
        """The numbers by which cells and agencies are called."""
        execute = self.connection.execute
        execute(
            """
            CREATE TEMP TABLE cell_key AS
            SELECT
                printed.row_code, applicant_type, codebook.unit,
                row_number() OVER (ORDER BY printed.row_code, applicant_type) - 1 AS key
            FROM (SELECT DISTINCT row_code, applicant_type FROM facts) AS printed
            LEFT JOIN codebook ON codebook.row_code = split_part(printed.row_code, '#', 1)
            """
        )
        execute("CREATE TEMP TABLE agency_number (id VARCHAR, number INTEGER)")
        ids = [one["id"] for one in self.agencies]
        execute(
            "INSERT INTO agency_number SELECT unnest($ids), unnest(range($n))", {"ids": ids, "n": len(ids)}
        )

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
            "checks": rows(query, "SELECT check_id, message_zh, message_en FROM identities"),
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

    def _measures(self) -> dict[str, list[int]]:
        """Write each measure by year, and keep it for the agencies; the years that each has."""
        execute = self.connection.execute
        years = [
            year
            for (year,) in execute(
                "SELECT DISTINCT year FROM reports WHERE year IS NOT NULL ORDER BY year"
            ).fetchall()
        ]
        known: dict[str, list[int]] = defaultdict(list)
        for name, sql in (("measures", MEASURES), ("peers", PEERS)):
            columns = sql.replace("AND number NOT IN (SELECT agency FROM told_peers)", "")
            execute(f"CREATE TEMP TABLE told_{name} AS FROM ({columns}) LIMIT 0", {"year": 0})
        for year in years:
            execute(f"INSERT INTO told_measures FROM ({MEASURES}) ORDER BY agency, measure", {"year": year})
            for measure, numbers, numerators, denominators, doubted in execute(
                """
                SELECT
                    measure, list(agency ORDER BY agency), list(numerator ORDER BY agency),
                    list(denominator ORDER BY agency), list(cells_doubted ORDER BY agency)
                FROM told_measures WHERE year = $year GROUP BY measure ORDER BY measure
                """,
                {"year": year},
            ).fetchall():
                told = {"agency": numbers, "n": plain(numerators), "d": plain(denominators)}
                self.files.put(f"measures/{measure}-{year}", {**told, "doubted": doubted})
                known[measure].append(year)
        for year in reversed(years):
            execute(f"INSERT INTO told_peers FROM ({PEERS}) ORDER BY agency", {"year": year})
        return known

    def _ledger(self) -> list[int]:
        """Write the ledger of coverage by year and by place, and keep it for the agencies; its years."""
        execute = self.connection.execute
        execute(f"CREATE TEMP TABLE told_ledger AS FROM ({LEDGER}) ORDER BY agency")
        years = []
        for year, numbers, statuses in execute(
            """
            SELECT year, list(agency ORDER BY agency), list(status ORDER BY agency)
            FROM told_ledger GROUP BY year ORDER BY year
            """
        ).fetchall():
            self.files.put(f"ledger/{year}", {"agency": numbers, "status": statuses})
            years.append(year)
        query = """
            SELECT
                region_code, place_name, prefecture_name, province_name, year,
                reports_expected AS expected, reports_found AS found, in_time, late,
                empty_form, narrative_only, withdrawn, blocked, unreachable, missing, never_crawled
            FROM coverage_by_place ORDER BY region_code, year
        """
        result = execute(query)
        names = [column[0] for column in result.description or ()]
        self.files.put("coverage", {"columns": names, "rows": result.fetchall()})
        return years

    def _search(self) -> str:
        """Write postings of characters, and words of pinyin by their first letter; these letters."""
        from publish.site_data.pinyin import spellings

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
            self.files.put(f"search/{at}", part)
        for letter, words in spelt.items():
            self.files.put(f"search/{letter}", sorted(words))
        self.files.put("search/common", sorted(common))
        return "".join(sorted(spelt))


def searched(agency: Mapping[str, Any]) -> str:
    """The characters by which an agency is found: of its name, and of what lies around its place."""
    names = (agency["name"], agency["prefecture_name"], agency["province_name"], agency["function_name"])
    return "".join(character for name in names for character in name or "" if character > "\u2e80")


def plain(numbers: Sequence[float | None]) -> list[float | int | None]:
    """Numbers without the decimals that they have not."""
    return [int(one) if one is not None and one == int(one) else one for one in numbers]
