"""The unit files that docs/schedule.md prints are taken by systemd without a word."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "schedule.md"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not at hand")
def test_the_unit_files_are_sound(tmp_path: Path) -> None:
    units = re.findall(r"^# /etc/systemd/system/(\S+)\n(.*?)(?=^# /etc/|^```)", PAGE.read_text(), re.M | re.S)
    assert [name for name, _ in units] == ["gknb.service", "gknb.timer"]
    for name, text in units:
        # The user and the program of the page are not those of this machine.
        text = text.replace("/srv/gknb/.venv/bin/gknb", "/bin/true").replace("User=gknb\n", "")
        (tmp_path / name).write_text(text.replace("/srv/gknb", "/"), encoding="utf-8")
    paths = [tmp_path / name for name, _ in units]
    checked = subprocess.run(
        ["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
