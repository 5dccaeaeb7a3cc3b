"""The views: which there are, the SQL that makes each, and what they and their columns mean."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent / "views"
CODEBOOK_TABLES = (
    *("rows", "editions", "edition_rows", "applicant_types"),
    *("identities", "flags", "breaks", "crosswalk", "local_labels"),
)
#: Tables that a build sums (`extract.schemas.summed`), named here to load no more than a query needs.
SUMMED_TABLES = ("rate_terms", "disputes", "applicants", "refusals", "fees", "carry_over", "answers")
# Commands, functions and words of queries that ask which tables and columns there are, or read one by a name
# that is put together.
_ASKS_WHAT_THERE_IS = re.compile(
    r"\b(?:show|describe|desc|summarize|query|query_table|information_schema|sqlite_\w+|pg_\w+|duckdb_\w+)\b"
    r"|comment",
    re.IGNORECASE,
)


@cache
def comments() -> Sequence[tuple[str, str, str, str]]:
    """What views and their columns mean: view, column ("" for the view itself), Chinese, English."""
    with (_HERE / "comments.csv").open(encoding="utf-8", newline="") as handle:
        return [
            (row["view"], row["column"], row["comment_zh"], row["comment_en"])
            for row in csv.DictReader(handle)
        ]


#: In the order of comments.csv, in which a view stands behind those that it is made from.
VIEWS = tuple(dict.fromkeys(view for view, *_ in comments()))


def names_drawn_on(query: str) -> frozenset[str] | None:
    """The views and stored tables that a query can draw on: those that it names, anywhere in its text, those
    that these are made from. None, which is all, where it may ask for what there is."""
    if _ASKS_WHAT_THERE_IS.search(query):
        return None
    known = {*VIEWS, *CODEBOOK_TABLES, *SUMMED_TABLES, "checked"}
    found: set[str] = set()
    waiting = known & _words(query)
    while waiting:
        found |= waiting
        texts = [definition(name) for name in waiting if name in VIEWS]
        if not waiting.isdisjoint(SUMMED_TABLES):
            texts.append("facts")  # of which they are summed, where the build has not done so
        waiting = {word for text in texts for word in _words(text)} & known - found
    return frozenset(found)


def _words(sql: str) -> set[str]:
    return set(re.findall(r"\w+", sql.lower()))


@cache
def definition(view: str) -> str:
    """The SQL that makes a view. Whose figures make up a government's, the checks must know too."""
    if view == "members":
        from extract.schemas.members import members_sql

        return f"CREATE VIEW members AS {members_sql()}"
    sql = (_HERE / f"{view}.sql").read_text(encoding="utf-8")
    # Only these have places in braces, to be filled in.
    if "{" not in sql:
        return sql
    from query.wide import filled_in

    return filled_in(view, sql)
