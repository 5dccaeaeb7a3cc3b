"""`python -m bench [NAME …]`: html and pdf by default, or the benches named: speed (the table of what is
promised), promises (the same, with what takes minutes), html pdf formats scans memory crawl released views
ablate seen deceptions accusations pools cluster start differences house before."""

from __future__ import annotations

import sys
from importlib import import_module

BENCHES = {
    "speed": "bench.promises:main",
    "promises": "bench.promises:all_of_it",
    "html": "bench.speed:bench_html",
    "pdf": "bench.speed:bench_pdf",
    "formats": "bench.formats:main",
    "scans": "bench.formats:bench_scans",
    "memory": "bench.speed:bench_memory",
    "crawl": "bench.crawl:main",
    "released": "bench.released:main",
    "views": "bench.views:main",
    "ablate": "bench.ablate:main",
    "seen": "bench.seen:main",
    "deceptions": "bench.deceptions.judged:main",
    "accusations": "bench.accusations:main",
    "pools": "bench.pools:main",
    "cluster": "bench.cluster:main",
    "start": "bench.start:main",
    "house": "bench.house:main",
    "before": "bench.before:main",
    "differences": "bench.differences:main",
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
