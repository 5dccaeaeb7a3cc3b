"""A held lock says who holds it, in one sentence, and no more than may be known."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from base.lock import InUseError, ProcessLock

HOLDER = """
import sys
from pathlib import Path
from base.lock import ProcessLock
sys.argv = ["/srv/gknb/.venv/bin/gknb", "refresh", "--webhook", "https://user:secret@hook.test/?token=abc"]
with ProcessLock(Path({path!r})):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_holder_is_named_with_its_start_and_command_and_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER.format(path=str(path))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        with pytest.raises(InUseError) as held:
            ProcessLock(path)
        message = str(held.value)
        assert re.search(
            rf"is held by process {holder.pid} \(gknb refresh\) since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d",
            message,
        )
        assert "\n" not in message
        assert "secret" not in path.read_text() and "abc" not in path.read_text()
        # One that dies gives it free, also to somebody who is waiting for it.
        threading.Timer(0, holder.kill).start()
        ProcessLock(path, wait=3600).close()
    ProcessLock(path).close()
