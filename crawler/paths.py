"""Where the crawl's tables and its output lie, unless a setting says otherwise."""

from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent

REGISTRY = _ROOT / "data" / "registry"
ARCHIVE = _ROOT / "data" / "lake" / "archive"
