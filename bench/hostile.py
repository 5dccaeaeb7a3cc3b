"""Queries that mean harm: each kind of `harmful.sql` in several disguises."""

from __future__ import annotations

from pathlib import Path
from random import Random

HARMFUL = (
    *Path(__file__).with_name("harmful.sql").read_text(encoding="utf-8").splitlines(),
    *("SELECT \x00", "\ud800", ""),
)
DISGUISES = ("{}", "/* x */ {}", "({})", "EXPLAIN ANALYZE {}", "SELECT * FROM ({}) AS x", "{} -- x", "{};")


def hostile_queries(count: int, folder: Path, file: Path) -> list[str]:
    """So many of them: they would read `file`, a table of the build, and write into `folder`."""
    rng = Random(count)
    found = []
    for at in range(count):
        filled = {
            "{folder}": str(folder),
            "{file}": str(file),
            "{nested}": f"SELECT {'(' * 900}1{')' * 900}",
            "{long}": "x" * rng.choice((10, 15_000)),
            "{many}": ", ".join(f"{n} AS c{n}" for n in range(1500)),
        }
        sql = rng.choice(DISGUISES).replace("{}", HARMFUL[at % len(HARMFUL)])
        for name, value in filled.items():
            sql = sql.replace(name, value)
        found.append(sql)
    return found
