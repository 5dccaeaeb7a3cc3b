"""Where the shared development material lies; tests that need it skip with a message where it is absent."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPUS = SHARED / "corpus"
SEEDS = SHARED / "seeds"
SAMPLES = SHARED / "portals" / "samples"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared development material does not lie beside this checkout"
)
