"""The files of the page's data, and how large each kind of them is."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any


class DataFiles:
    """Writes gzipped JSON into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sizes: dict[str, list[int]] = defaultdict(list)

    def put(self, name: str, data: Any) -> None:
        """Write one file."""
        path = self.folder / f"{name}.json.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str, allow_nan=False)
        packed = gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)
        path.write_bytes(packed)
        self.sizes[name.partition("/")[0]].append(len(packed))
