"""Two releases of the demo history: each cause is told as often as it was done, and A with the delta is B."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.large.released import two_releases


@pytest.mark.slow
def test_what_was_done_is_told_by_its_cause(tmp_path: Path) -> None:
    """Forty reports edited, a reader's change, a correction, a registry's; `python -m bench released` edits a
    thousand."""
    made = two_releases(tmp_path, 40, counties=3, agencies=6, years=range(2018, 2026))
    assert made.told == made.done
    assert min(made.done.values()) > 0 and made.done["publisher", "changed"] > 80
    assert made.delta_is_whole
