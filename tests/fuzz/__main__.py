"""`python -m tests.fuzz --inputs 100000`: many spoilt files through every reader and the whole extractor."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from tests.fuzz.run import LIMITS, run


def main(arguments: list[str]) -> int:
    """Run, print, and fail if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", type=Path, help="write what is printed into this file too, as Markdown")
    options = parser.parse_args(arguments)
    cases = range(options.first, options.first + options.inputs)
    ran = run(cases, options.jobs, lambda text: print(text, file=sys.stderr, flush=True))
    lines = [
        f"`{shlex.join(['python', '-m', 'tests.fuzz', *arguments])}`",
        "",
        f"{ran.cases:,} spoilt files, each within {LIMITS.seconds:g} s and {LIMITS.memory >> 20} MB, without "
        f"network and without files outside the temporary folder: {len(ran.found)} findings",
        "",
        "| outcome | files |",
        "|---|---:|",
        *(f"| {name} | {count:,} |" for name, count in ran.outcomes.most_common()),
        "",
        "| format as read | files |",
        "|---|---:|",
        *(f"| {name} | {count:,} |" for name, count in ran.formats.most_common()),
        *("", *ran.found),
    ]
    told = "\n".join(lines).rstrip()
    print(told)
    if options.write:
        options.write.write_text(f"# Fuzzing\n\n{told}\n", encoding="utf-8")
    return 1 if ran.found or not ran.cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
