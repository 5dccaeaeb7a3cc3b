"""Bytes to facts at an older commit and now, in turn: `python -m bench before`, or with a commit
`python -m bench.before COMMIT`.

Each tree reads the same files by its own code in a process of its own; told is processor time, the least of
the rounds, because what else runs on the machine only ever adds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from base.paths import ROOT
from base.temporary import temporary_folder
from bench.house import BEFORE, write_tree
from bench.times.speed import HTML_SKINS, PDF_SKINS, made

DOCUMENTS, ROUNDS, TURNS = 8, 3, 2
SKINS = {
    "html": HTML_SKINS, "pdf": PDF_SKINS, "docx": ("docx", "docx_boxes"), "doc": ("doc",), "rtf": ("rtf",),
    "xlsx": ("xlsx",), "ofd": ("ofd",), "text": ("text_tabs", "text_pdf"),
}  # fmt: skip
_TIMED = """
import hashlib, json, sys, time
from pathlib import Path
from extract.extractor import extract
from extract.records import Source
least = {}
for number in range(int(sys.argv[2]) + 1):
    for folder in sorted(Path(sys.argv[1]).iterdir()):
        sources = [(data := path.read_bytes(), path.name) for path in sorted(folder.iterdir())]
        begun = time.process_time()
        for data, name in sources:
            extract(Source(data, name, hashlib.sha256(data).hexdigest()))
        if number:
            taken = 1000 * (time.process_time() - begun) / len(sources)
            least[folder.name] = min(taken, least.get(folder.name, taken))
print(json.dumps(least))
"""


def milliseconds(tree: Path, documents: Path) -> Mapping[str, float]:
    """Processor milliseconds a document, by format, as a tree's code reads it."""
    run = [sys.executable, "-c", _TIMED, str(documents), str(ROUNDS)]
    done = subprocess.run(run, cwd=tree, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(commit: str = BEFORE) -> None:
    """Print for each format the time before and now, and the ratio."""
    with temporary_folder() as folder:
        write_tree(commit, folder / "tree")
        for kind, skins in SKINS.items():
            (folder / "documents" / kind).mkdir(parents=True)
            for number, one in enumerate(made(skins, DOCUMENTS)):
                (folder / "documents" / kind / f"{number}-{one.name}").write_bytes(one.data)
        turns = [
            [milliseconds(tree, folder / "documents") for tree in (folder / "tree", ROOT)]
            for _ in range(TURNS)
        ]
    print(f"| ms a document | {commit} | now | now / {commit} |\n|---|---:|---:|---:|")
    for kind in SKINS:
        before, now = (min(turn[which][kind] for turn in turns) for which in (0, 1))
        print(f"| {kind} | {before:.1f} | {now:.1f} | {now / before:.2f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
