"""`python -m bench [NAME …]`: html and pdf by default, or the benches named: speed (the table of what is
promised), promises (the same, with what takes minutes), html pdf formats scans memory crawl released views
ablate seen deceptions accusations pool pools cluster everywhere start differences refreshes house before."""

from __future__ import annotations

import sys
from importlib import import_module

BENCHES = {
    "speed": "bench.times.promises:main",
    "promises": "bench.times.promises:all_of_it",
    "html": "bench.times.speed:bench_html",
    "pdf": "bench.times.speed:bench_pdf",
    "formats": "bench.times.formats:main",
    "scans": "bench.times.formats:bench_scans",
    "memory": "bench.times.speed:bench_memory",
    "crawl": "bench.crawls.crawl:main",
    "released": "bench.large.released:main",
    "views": "bench.large.views:main",
    "ablate": "bench.truth.ablate:main",
    "seen": "bench.truth.seen:main",
    "deceptions": "bench.deceptions.judged:main",
    "accusations": "bench.truth.accusations:main",
    "pools": "bench.times.pools:main",
    "cluster": "bench.times.cluster:main",
    "everywhere": "bench.crawls.everywhere:main",
    "start": "bench.times.start:main",
    "house": "bench.house:main",
    "before": "bench.times.before:main",
    "differences": "bench.times.differences:main",
    "refreshes": "bench.times.refreshes:main",
    "pool": "bench.times.formats:bench_pool",
}
BY_DEFAULT = ("html", "pdf")


def main(names: list[str]) -> int:
    """Run the benches named; an unknown name is refused with those that there are."""
    if unknown := [name for name in names if name not in BENCHES]:
        print(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    for name in names or BY_DEFAULT:
        module, _, function = BENCHES[name].partition(":")
        getattr(import_module(module), function)()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
