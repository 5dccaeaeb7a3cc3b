"""Fixtures of the crawler's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crawler.hooks import Hook, Place, hooks, untold_place


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Hook]]:
    """Makes servers for webhooks, which no proxy stands before."""
    yield from hooks(monkeypatch)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An archive in which a run has found news that nobody has heard of yet."""
    return untold_place(tmp_path)
