"""What is derived in a lake, held against its checksums: readings, builds, what leads to the current one.

Nothing is mended here: the next build does that.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from base.integrity import manifest as manifests
from base.integrity.damage import Damage, Part
from extract.builds.batches import batches, damaged_files
from extract.builds.current import NoBuildError, current_build, has_build
from extract.builds.difference.memory import RECORD, damaged_memory
from extract.builds.readings import STAGES


def parts(lake: Path) -> Iterator[Part]:
    """The parts of `lake` that are made from its archive or from files."""
    builds = sorted(path for path in (lake / "builds").glob("*/") if not path.name.startswith("."))
    for stage in STAGES:
        kept = [batch for code in sorted((lake / stage).glob("*/")) for batch in batches(code)]
        yield Part(stage, kept, damaged_files)
    yield Part("builds", builds, _build)
    yield Part("current", [lake / "current"] if has_build(lake) else [], lambda _: _current(lake))
    yield Part("inputs", [path for path in [lake / RECORD] if path.is_file()], damaged_memory)


def _build(folder: Path) -> Iterator[Damage]:
    try:
        manifest = manifests.read(folder)
    except FileNotFoundError:
        yield Damage(folder / manifests.MANIFEST, "missing")
    except manifests.DamagedManifestError as error:
        yield Damage(folder / manifests.MANIFEST, str(error).removeprefix(f"{folder / manifests.MANIFEST}: "))
    else:
        if not manifests.is_build_id(folder.name):
            yield Damage(folder, "its name is not that of a build")
        yield from manifests.damaged_files(folder, manifest, hashes=True)


def _current(lake: Path) -> Iterator[Damage]:
    try:
        current_build(lake)
    except NoBuildError as error:
        yield Damage(lake / "current", str(error))
