"""Queries that mean harm: those of `harmful.sql`, and others by the grammar of `harmful.json`, disguised."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

HARMFUL = (
    *Path(__file__).with_name("harmful.sql").read_text(encoding="utf-8").splitlines(),
    *("SELECT \x00", "\ud800", ""),
)
DISGUISES = ("{}", "/* x */ {}", "({})", "EXPLAIN ANALYZE {}", "SELECT * FROM ({}) AS x", "{} -- x", "{};")
#: So many files that no query may read are planted, and this stands in them.
CANARIES = 3
SECRET = "canary-that-no-answer-may-hold"
# By symbol what may stand for it; a name in angle brackets is another symbol.
_GRAMMAR: Mapping[str, Sequence[str]] = json.loads(
    Path(__file__).with_name("harmful.json").read_text(encoding="utf-8")
)
_NAMED = re.compile(r"<([a-z]+)>")
# So deep a query is made of productions, below that of the first of each alone.
_DEPTH = 6


def hostile_queries(count: int, folder: Path, file: Path) -> list[str]:
    """So many of them: they would read `file`, a table of the build, and read and write in `folder`. First
    those of harmful.sql, then those that the grammar makes."""
    rng = Random(count)
    made = [*HARMFUL[:count], *(_made("query", rng) for _ in range(count - len(HARMFUL)))]
    return [_filled(rng.choice(DISGUISES).replace("{}", one), rng, folder, file) for one in made]


def plant_canaries(folder: Path, table: Path) -> None:
    """Files that no query may read, in `folder`; one of them has the form of a table of a build."""
    for name in ("canary.txt", "canary.csv"):
        (folder / name).write_text(f"a,b\n1,{SECRET}\n", encoding="utf-8")
    (folder / "canary.parquet").write_bytes(table.read_bytes())


def _made(symbol: str, rng: Random, depth: int = 0) -> str:
    """One of the texts that the grammar has for a symbol."""
    productions = _GRAMMAR[symbol]
    if depth > _DEPTH:
        productions = [one for one in productions if "<bomb>" not in one and "<sel" not in one] or productions
        productions = [min(productions, key=lambda one: one.count("<"))]
    return _NAMED.sub(lambda found: _made(found[1], rng, depth + 1), rng.choice(productions))


def _filled(sql: str, rng: Random, folder: Path, file: Path) -> str:
    """The query with its paths, and what is too long or too deep to be written out in a grammar."""
    times = rng.choice((50, 900))
    filled = {
        "{folder}": str(folder),
        "{file}": str(file),
        "{nested}": f"SELECT {'(' * times}1{')' * times}",
        "{long}": "x" * rng.choice((10, 15_000)),
        "{many}": ", ".join(f"{n} AS c{n}" for n in range(1500)),
        "{numbers}": ", ".join(map(str, range(3000))),
        "{unions}": " UNION ALL ".join(["SELECT count(*) FROM facts"] * times),
        "{sum}": "+".join(["1"] * 5000),
        "{rows}": ", ".join(["(1)"] * 4000),
        "{ors}": " OR ".join(f"{n} = 2" for n in range(1500)),
        "{ctes}": ", ".join(f"c{n} AS (FROM facts, facts)" for n in range(300)),
        "{subqueries}": "SELECT * FROM (" * times + "SELECT 1" + ")" * times,
        "{calls}": "abs(" * times + "1" + ")" * times,
        "{cases}": "CASE WHEN true THEN " * times + "1" + " END" * times,
        "{lists}": "[" * times + "1" + "]" * times,
        "{nots}": "NOT " * times + "true",
        "{casts}": "1" + "::VARCHAR::INT" * times,
    }
    for name, value in filled.items():
        sql = sql.replace(name, value)
    return sql
