"""docs/operations.md says what to do at each alarm that there is, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.runs import monitors

ROOT = Path(__file__).parents[2]
KINDS = {
    *re.findall(r'Alarm\("(\w+)"', Path(monitors.__file__).read_text(encoding="utf-8")),
    *monitors._LOST,
}


@pytest.mark.parametrize("half", [0, 1])
def test_each_kind_of_alarm_has_its_line(half: int) -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split("## English")[half]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    named = {name for line in lines for name in re.findall(r"`(\w+)`", line.split(" | ")[0])}
    assert len(KINDS) > 10
    assert KINDS - named == set()
