"""SHA256SUMS, as sha256sum(1) checks it, and its signature by ssh-keygen(1)."""

from __future__ import annotations

import subprocess
from pathlib import Path

from base.hashes import file_sha256
from publish.releases.edition import Edition, ReleaseError

SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
#: What the signature is for: one made for something else does not pass.
NAMESPACE = "gknb-release"


def write_sums(folder: Path, edition: Edition) -> None:
    """Hash every file; the first line, which sha256sum passes over, says the version."""
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.name not in (SUMS, SIGNATURE)
    )
    lines = [f"{file_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text(f"# {edition.name}\n{''.join(lines)}", encoding="utf-8")


def sign(folder: Path, key: Path) -> None:
    """Sign the sums with an SSH key; ReleaseError says what ssh-keygen said."""
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(folder / SUMS)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise ReleaseError(
            "没有 ssh-keygen / there is no ssh-keygen: install OpenSSH, or leave out --sign"
        ) from error
    if done.returncode:
        raise ReleaseError(f"{key}: {done.stderr.strip()}")
