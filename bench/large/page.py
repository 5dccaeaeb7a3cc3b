"""What the static site of a large build takes: ``python -m bench.page MILLIONS… [--in DIR] [--write]``.

The builds are those of `bench.views`, with the names of the country's divisions and functions, which pack
worse than made-up ones. Each site is written by a process of its own, for its time and memory; then looked at
in chromium (`bench.browsed`), served by ``python -m http.server``: the agency in the largest file, and the
ranking of the whole country. Beside the files as they are, one measure of one year is written as Parquet, in
the same columns: what a browser would fetch instead, with 22 KB of hyparquet to read it.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from base.paths import REGISTRY
from base.tables import read
from bench.large.browsed import browsed
from bench.large.made_facts import make_facts
from extract.schemas import TABLES
from publish.static_site import write_site

RESULTS = Path(__file__).parents[1] / "results" / "page.md"
# Targets: an agency with all that its page fetches, the country's ranking, in bytes.
AGENCY_BYTES, RANKING_BYTES = 250_000, 1_500_000


@dataclass(frozen=True, slots=True)
class Written:
    """A site that was written: seconds by the clock and of computing, the most memory, sizes by kind."""

    seconds: float
    computed: float
    megabytes: float
    sizes: Mapping[str, Sequence[int]]


def main(argv: Sequence[str] = ()) -> None:
    """Print two tables: what writing takes, and what looking takes."""
    parser = argparse.ArgumentParser(prog="python -m bench.page", description=__doc__)
    parser.add_argument("millions", nargs="*", type=float, default=[0.25, 1.0])
    parser.add_argument("--in", dest="folder", type=Path, help="keep builds and sites here, and find builds")
    parser.add_argument("--write", action="store_true", help=f"write what is printed into {RESULTS.name} too")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as temporary:
        lines = list(_told(options.millions, options.folder or Path(temporary)))
    print("\n".join(lines))
    if options.write:
        RESULTS.write_text("# The page of large builds\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


def _told(millions: Sequence[float], folder: Path) -> Iterator[str]:
    written, looked = [], []
    for size in millions:
        build, out = folder / f"build-{size:g}", folder / f"site-{size:g}"
        if not build.exists():
            build.mkdir(parents=True)
            make_facts(build, int(size * 1_000_000))
            give_names(build)
        facts = sum(pq.read_metadata(path).num_rows for path in build.glob("facts/*/*.parquet")) / 1_000_000
        one = written_apart(build, out)
        written.append(_line_of(facts, one, out))
        print(written[-1], file=sys.stderr, flush=True)
        looked += [f"| {facts:.1f} | {cells} |" for cells in browsed(out)]
        print(*looked[-2:], sep="\n", file=sys.stderr, flush=True)
    yield f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end."
    yield from ("", "Written by `gknb site`:", "")
    written_heads = (
        *("facts, M", "s", "CPU s", "CPU s a M", "memory, MB", "MB", "KB a M", "files", "largest place, KB"),
        *("agencies, KB", "ranking, KB", "as Parquet, KB"),
    )
    yield from (f"| {' | '.join(written_heads)} |", "|---" * len(written_heads) + "|", *written)
    yield from ("", "Looked at in chromium, nothing kept from before:", "")
    looked_heads = (
        *("facts, M", "page", "page, KB", "data, KB", "first chart or row, s", "renderer, MB", "at its peak"),
        "foreign requests",
    )
    yield from (f"| {' | '.join(looked_heads)} |", "|---" * len(looked_heads) + "|", *looked)
    yield from (
        "",
        f"Targets: an agency {AGENCY_BYTES // 1000} KB, the ranking {RANKING_BYTES // 1000:,} KB, ",
    )
    yield "its page 60 KB, the first chart 1 s, the renderer 150 MB."


def _line_of(facts: float, one: Written, out: Path) -> str:
    measures = sorted(out.glob("data/measures/disclosure-*"), key=lambda file: file.stat().st_size)
    size = sum(map(sum, one.sizes.values()))
    cells = (
        f"{facts:.2f}", f"{one.seconds:.0f}", f"{one.computed:.0f}", f"{one.computed / facts:.1f}",
        f"{one.megabytes:.0f}", f"{size / 1e6:.1f}", f"{size / 1e3 / facts:.0f}",
        f"{sum(map(len, one.sizes.values())):,}", f"{max(one.sizes['places']) / 1e3:.0f}",
        f"{one.sizes['agencies'][0] / 1e3:.0f}", f"{measures[-1].stat().st_size / 1e3:.1f}",
        f"{_as_parquet(measures[-1]) / 1e3:.1f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def written_apart(build: Path, out: Path) -> Written:
    """The site of a build, written by a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as process:
        return process.submit(_written, build, out).result()


def _written(build: Path, out: Path) -> Written:
    began = time.perf_counter()
    site = write_site(build, out)
    took, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    return Written(took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3, dict(site.sizes))


def give_names(build: Path) -> None:
    """The country's names for the places and agencies of a made-up build, as far as they go."""
    path = build / "agencies.parquet"
    agencies = pq.read_table(path).to_pylist()
    divisions = [row for row in read(REGISTRY / "divisions.csv", ("code", "level")) if row["level"] == "县级"]
    functions = [
        row
        for row in read(REGISTRY / "agencies" / "functions.csv", ("zh", "en"))
        if "county" in row["levels"]
    ]
    codes = sorted({one["region_code"] for one in agencies})
    places = dict(zip(codes, cycle(divisions), strict=False))
    kinds = dict(zip(sorted({one["function_code"] for one in agencies}), functions, strict=False))
    for one in agencies:
        place, function = places[one["region_code"]], kinds[one["function_code"]]
        one["place_name"] = place["name"]
        one["prefecture_name"] = place["prefecture"] or place["province"]
        one["province_name"] = place["province"]
        one["name"] = place["name"] + function["zh"]
        one["function_name"] = f"{function['zh']} | {function['en']}"
    pq.write_table(pa.Table.from_pylist(agencies, schema=TABLES["agencies"].schema), path)


def _as_parquet(file: Path) -> int:
    """The size of a measure's file as Parquet, compressed as hyparquet reads it without further code."""
    columns = json.loads(gzip.decompress(file.read_bytes()))
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="snappy")
    return len(out.getvalue())


if __name__ == "__main__":
    main(sys.argv[1:])
