"""What the static site of a large build takes: ``python -m bench.page MILLIONS…``, time and sizes of each.

The builds are those of `bench.views`. Beside the files as they are, one measure of one year is written as
Parquet, in the same columns: what a browser would fetch instead, with 22 KB of hyparquet to read it.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.views import make_facts
from publish.static_site import write_site


def main(millions: list[str]) -> None:
    """Print a line for each size."""
    heads = ("facts, M", "s", "s a M facts", "MB", "largest place, KB", "agencies, KB", "ranking, KB")
    print(f"| {' | '.join((*heads, 'as Parquet, KB'))} |")
    print("|---" * 8 + "|")
    for size in map(float, millions or ("0.25", "1")):
        with tempfile.TemporaryDirectory() as temporary:
            build, out = Path(temporary) / "build", Path(temporary) / "site"
            build.mkdir()
            facts = make_facts(build, int(size * 1_000_000)) / 1_000_000
            began = time.perf_counter()
            site = write_site(build, out)
            took = time.perf_counter() - began
            measures = sorted(out.glob("data/measures/disclosure-*"), key=lambda file: file.stat().st_size)
            cells = (
                f"{facts:.2f}", f"{took:.1f}", f"{took / facts:.1f}",
                f"{sum(map(sum, site.sizes.values())) / 1e6:.1f}",
                f"{max(site.sizes['places']) / 1e3:.0f}", f"{site.sizes['agencies'][0] / 1e3:.0f}",
                f"{measures[-1].stat().st_size / 1e3:.1f}", f"{_as_parquet(measures[-1]) / 1e3:.1f}",
            )  # fmt: skip
            print(f"| {' | '.join(cells)} |", flush=True)


def _as_parquet(file: Path) -> int:
    """The size of a measure's file as Parquet, compressed as hyparquet reads it without further code."""
    columns = json.loads(gzip.decompress(file.read_bytes()))
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="snappy")
    return len(out.getvalue())


if __name__ == "__main__":
    main(sys.argv[1:])
