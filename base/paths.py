"""Where the project's tables and its output lie, unless an option says otherwise."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
CODEBOOK = DATA / "codebook"
REGISTRY = DATA / "registry"
COVERAGE = DATA / "coverage"
LAKE = DATA / "lake"
ARCHIVE = LAKE / "archive"
