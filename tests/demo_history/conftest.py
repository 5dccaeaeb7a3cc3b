from pathlib import Path

import pytest

from demo.history import HistoryTruth, make_history


def make_small(folder: Path) -> HistoryTruth:
    """The small history: three counties, six agencies each, seven years."""
    return make_history(folder, counties=3, agencies=6, years=range(2019, 2026))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> HistoryTruth:
    """A small history, in which everything happens at least once."""
    return make_small(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="session")
def again(tmp_path_factory: pytest.TempPathFactory) -> HistoryTruth:
    """The same once more, elsewhere."""
    return make_small(tmp_path_factory.mktemp("again"))


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> HistoryTruth:
    """The history at its full size."""
    return make_history(tmp_path_factory.mktemp("whole"))


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by their path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
