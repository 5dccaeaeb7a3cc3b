"""The current build of a lake: `lake/current` is a file with the way to it, ``builds/<id>``.

A file, as symbolic links do not survive being zipped or every storage; a link there, which earlier versions
made, is followed. It is replaced in one rename, so that what stands there leads to the old build or the new.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base import durable
from base.integrity import manifest as manifests
from base.paths import LAKE


class NoBuildError(Exception):
    """There is no build where one was looked for; the message says how to make one."""


@dataclass(frozen=True, slots=True)
class Build:
    """A finished build: its folder and its manifest. `mended` says which of its files were damaged as it was
    made again, and were written anew."""

    path: Path
    manifest: Mapping[str, Any]
    mended: tuple[str, ...] = ()

    @property
    def build_id(self) -> str:
        """The name of the folder, made from the content."""
        return self.path.name


def current_build(lake: Path = LAKE) -> Build:
    """The current build of `lake`; NoBuildError where there is none."""
    if not has_build(lake):
        raise NoBuildError(f"no build in {lake}: make one with `gknb build PATH…`")
    pointer, folder = lake / "current", _pointed_to(lake)
    try:
        return read_build(folder)
    except NoBuildError as error:
        raise NoBuildError(
            f"{error}; {pointer} leads there: bring {folder} back from a copy, or remove {pointer} and build "
            "anew"
        ) from error


def has_build(lake: Path = LAKE) -> bool:
    """Whether a build of `lake` was made current, and be it gone now."""
    return os.path.lexists(lake / "current")


def _pointed_to(lake: Path) -> Path:
    """The folder that ``lake/current`` leads to; NoBuildError where it leads nowhere."""
    pointer = lake / "current"
    if pointer.is_symlink():
        return pointer.resolve()
    if pointer.is_dir():
        raise NoBuildError(
            f"{pointer} is a folder, as a tool leaves it that copied the build in place of the link to it: "
            f"put a file of that name there with the line builds/ID, one of {lake / 'builds'}"
        )
    way = pointer.read_bytes().decode("utf-8", "replace").strip()
    if not re.fullmatch(r"builds/[0-9a-f]{16}", way):
        raise NoBuildError(
            f"{pointer} is damaged, it should hold one line builds/ID: write it anew with one of "
            f"{lake / 'builds'}, or remove it and build anew"
        )
    return lake.resolve() / way


def read_build(path: Path) -> Build:
    """The build in folder `path`; NoBuildError where its manifest is missing or damaged."""
    try:
        return Build(path, manifests.read(path))
    except FileNotFoundError as error:
        raise NoBuildError(f"{path} is no build: it has no {manifests.MANIFEST}") from error
    except manifests.DamagedManifestError as error:
        raise NoBuildError(str(error)) from error


def make_current(build: Build, lake: Path) -> None:
    """Let ``lake/current`` lead to `build`."""
    durable.write_bytes(lake / "current", f"builds/{build.build_id}\n".encode())
