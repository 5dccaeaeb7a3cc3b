"""`python -m tests.limits.audited FOLDER`: read every file of a folder and print what Python did besides.

A process of its own, because a hook that was once added stays. Printed, as JSON lines, are all attempts to
use the network, to start programs, to change files, and to open files that are no part of the installation.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from extract.extractor import extract
from extract.records import Source

ROOT = Path(__file__).resolve().parents[2]
_WRITING = 0o3 | 0o100 | 0o1000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC


def main(folder: Path) -> None:
    """Read the files, hook in place."""
    files = [(path.name, path.read_bytes()) for path in sorted(folder.iterdir()) if path.is_file()]
    sys.dont_write_bytecode = True
    places = (sys.prefix, sys.base_prefix, str(ROOT), *filter(None, sys.path))
    installed = tuple(str(Path(place).resolve()) for place in places)
    told: list[str] = []

    def listen(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, int) or (
                not flags & _WRITING and str(Path(str(path)).resolve()).startswith(installed)
            ):
                return
        elif not event.startswith(
            ("socket.", "subprocess.", "os.exec", "os.system", "os.posix_spawn", "os.fork", "os.remove",
             "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod",
             "shutil.", "tempfile.", "urllib.", "http.", "ftplib.", "pty.", "webbrowser.")
        ):  # fmt: skip
            return
        told.append(json.dumps([event, [str(argument) for argument in arguments]]))

    sys.addaudithook(listen)
    for name, data in files:
        before = len(told)
        extraction = extract(Source(data, name, hashlib.sha256(data).hexdigest()))
        print(json.dumps({"name": name, "status": extraction.report.status, "did": told[before:]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
