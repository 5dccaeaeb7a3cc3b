"""Where the project's tables and its output lie, unless an option says otherwise.

The environment moves the output: `GKNB_LAKE` the lake, `GKNB_ARCHIVE` the archive of the crawls alone.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
CODEBOOK = DATA / "codebook"
REGISTRY = DATA / "registry"
COVERAGE = DATA / "coverage"
LAKE = Path(os.environ.get("GKNB_LAKE") or DATA / "lake").absolute()


def archive_in(lake: Path) -> Path:
    """The archive of the crawls, in a lake."""
    return lake / "archive"


ARCHIVE = Path(os.environ.get("GKNB_ARCHIVE") or archive_in(LAKE)).absolute()
