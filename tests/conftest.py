"""The whole suite: neither clock, nor chance, nor the user's own data can fail it.

Property tests draw the same examples in every run (profile `steady`). `make test-slow` draws others
(profile `search`) and prints the seed; what it finds is kept as an `@example` of its test.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Set before anything reads them: what the person who runs the tests has set and crawled is no part of them.
for name in [name for name in os.environ if name.startswith("GKNB_")]:
    del os.environ[name]
# Nothing can lie, nor be written, below a device.
os.environ["GKNB_LAKE"] = str(Path(os.devnull, "lake"))
# Empty at first, as on a new machine, and gone with these tests.
_CACHE = tempfile.TemporaryDirectory(prefix="gknb-tests-")
os.environ["GKNB_CACHE"] = _CACHE.name

pytest_plugins = ("tests.demo_lake",)

LAKE_OF_THE_CHECKOUT = Path(__file__).resolve().parents[1] / "data" / "lake"

# Chosen by `--hypothesis-profile`. The first two health checks measure time or depend on it; a fixture that
# is made once a test and not once an example is what the tests that use one mean.
_STEADY = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("steady", _STEADY)
settings.register_profile("search", _STEADY, derandomize=False, print_blob=True)
settings.load_profile("steady")


class LakeOfTheCheckoutError(BaseException):
    """A test has opened a file of the user's own lake; no handler for errors may swallow it."""


def _refuse_the_lake(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse, of all that Python opens or changes by its path, what lies below the checkout's data/lake."""
    if event.partition(".")[0] not in ("open", "os", "shutil"):
        return
    for argument in arguments:
        if not isinstance(argument, str | bytes | os.PathLike):
            continue
        path = os.path.abspath(os.fsdecode(argument))  # noqa: PTH100 - Path.absolute keeps "..", resolve opens
        if f"{path}{os.sep}".startswith(f"{LAKE_OF_THE_CHECKOUT}{os.sep}"):
            raise LakeOfTheCheckoutError(f"{event}: {path}")


sys.addaudithook(_refuse_the_lake)


def pytest_report_header(config: pytest.Config) -> str:
    """Say how examples are drawn."""
    profile = config.getoption("--hypothesis-profile") or "steady"
    seed = config.getoption("--hypothesis-seed")
    return f"property tests: profile {profile}" + (f", seed {seed}" if seed is not None else "")
