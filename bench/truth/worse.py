"""No cell worse: each cell that an older commit read better than this code, named.

python -m bench.worse                                     600 generated reports, against the code of before
python -m bench.worse COMMIT --count 5000 --seed 2026     as many as are asked for, against a commit
python -m bench.worse --corpus ../shared/corpus           real reports with their gold readings

Both trees read the same bytes, each by its own code in a process of its own, and one judge sorts what they
read into the drawers of `bench.accuracy`. Worse is a cell that lies in a later drawer than before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from base.paths import ROOT
from base.temporary import temporary_folder
from bench.house import BEFORE, write_tree
from bench.truth.judging import DRAWERS, TABLES, Key, drawer_of, read_gold
from demo.generate import fulfil, requests

# Files that both trees read before the next are made: what lies on the disk stays small.
BATCH = 500
_READ = """
import hashlib, json, sys
from pathlib import Path
from extract.extractor import extract
from extract.records import Source
for path in sorted(Path(sys.argv[1]).iterdir()):
    data = path.read_bytes()
    facts = extract(Source(data, path.name, hashlib.sha256(data).hexdigest())).facts
    cells = [
        [one.row_code, one.applicant_type, one.value, one.value_status, list(one.flags)] for one in facts
    ]
    print(json.dumps([path.name, cells]))
"""
Truth = Mapping[Key, tuple[float | None, bool]]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a tree read in a cell: the fields of a fact that its drawer depends on."""

    value: float | None
    value_status: str
    flags: list[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """A cell that moved from a drawer into another."""

    name: str
    key: Key
    before: str
    now: str

    @property
    def is_worse(self) -> bool:
        """Whether it lies in a later drawer than before."""
        return DRAWERS.index(self.now) > DRAWERS.index(self.before)


@contextmanager
def reading(tree: Path, documents: Path) -> Iterator[subprocess.Popen[str]]:
    """A process in which a tree's code reads the documents of a folder; it ends with the block."""
    run = [sys.executable, "-c", _READ, str(documents)]
    with subprocess.Popen(run, cwd=tree, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def cells_read(process: subprocess.Popen[str]) -> dict[str, dict[Key, Cell]]:
    """What it read, by document and key. CalledProcessError if it did not come to its end."""
    out, _ = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    found: dict[str, dict[Key, Cell]] = {}
    for line in out.splitlines():
        name, cells = json.loads(line)
        found[name] = {(row, kind): Cell(*cell) for row, kind, *cell in cells}
    return found


def drawers(cells: Mapping[Key, Cell], truth: Truth) -> dict[Key, str]:
    """The drawer of each cell that is printed, or was read in the form's tables."""
    keys = {**truth, **{key: None for key in cells if key[0].partition(":")[0] in TABLES}}
    return {key: drawer_of(cells.get(key), *truth.get(key, (None, False))) for key in keys}


def moved(before: Mapping[Key, str], now: Mapping[Key, str], name: str) -> Iterator[Compared]:
    """The cells of a document whose drawer changed; one that is neither read nor printed is right."""
    for key in {**before, **now}:
        old, new = (found.get(key, DRAWERS[0]) for found in (before, now))
        if old != new:
            yield Compared(name, key, old, new)


def generated(count: int, seed: int) -> Iterator[tuple[str, bytes, Truth]]:
    """Generated reports: name, bytes, truth."""
    for number, request in enumerate(requests(count, seed)):
        made = fulfil(request)
        truth = {
            cell.key: (float(cell.value) if cell.value is not None else None, cell.may_be_null)
            for cell in made.truth.cells
        }
        yield f"{number:05}-{made.name}", made.data, truth


def real(folder: Path) -> Iterator[tuple[str, bytes, Truth]]:
    """The real reports of a folder that have a gold reading beside them: name, bytes, truth."""
    for gold in sorted(folder.glob("*.gold.csv")):
        for path in sorted(folder.glob(f"{gold.name.removesuffix('.gold.csv')}.*")):
            if path != gold:
                yield path.name, path.read_bytes(), read_gold(gold)


def compare(
    before: Path, documents: Iterable[tuple[str, bytes, Truth]], now: Path = ROOT
) -> Iterator[tuple[int, list[Compared]]]:
    """How many cells each batch of documents has, and those that moved."""
    left = iter(documents)
    while batch := list(islice(left, BATCH)):
        with temporary_folder() as folder:
            (read_by_both := folder / "documents").mkdir()
            for name, data, _ in batch:
                (read_by_both / name).write_bytes(data)
            with reading(before, read_by_both) as old, reading(now, read_by_both) as new:
                read_before, read_now = cells_read(old), cells_read(new)
        sorted_in = [
            (name, drawers(read_before[name], truth), drawers(read_now[name], truth))
            for name, _, truth in batch
        ]
        yield (
            sum(len({**was, **is_now}) for _, was, is_now in sorted_in),
            [one for name, was, is_now in sorted_in for one in moved(was, is_now, name)],
        )


def told(commit: str, cells: int, found: list[Compared]) -> str:
    """The cells that are worse, by document, and how many moved which way."""
    lines = [
        f"{one.name} {' '.join(one.key)}: {one.before} before, now {one.now}" for one in found if one.is_worse
    ]
    ways = Counter((one.before, one.now) for one in found)
    lines += ["", f"| {cells:,} cells: at {commit} | now | cells |", "|---|---|---:|"]
    lines += [f"| {before} | {now} | {count:,} |" for (before, now), count in sorted(ways.items())]
    worse = sum(one.is_worse for one in found)
    return "\n".join([*lines, "", f"worse than at {commit}: {worse:,} cells; better: {len(found) - worse:,}"])


def main(arguments: list[str]) -> int:
    """Print what moved; fail if a cell is worse."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.worse",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("commit", nargs="?", default=BEFORE)
    parser.add_argument("--count", type=int, default=600, help="generated reports to read")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="read the real reports of this folder instead")
    options = parser.parse_args(arguments)
    documents = real(options.corpus) if options.corpus else generated(options.count, options.seed)
    cells = 0
    found: list[Compared] = []
    with temporary_folder() as folder:
        write_tree(options.commit, folder)
        for number, compared in compare(folder, documents):
            cells += number
            found += compared
    print(told(options.commit, cells, found))
    return 1 if any(one.is_worse for one in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
