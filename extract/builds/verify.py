"""What is derived in a lake, held against its checksums: readings, builds, what leads to the current one.

What was deleted has no checksum that could tell: readings and evidence are held against the record of what
the current build was made of here by this code, the mark of a made-up lake against what that build says.
Nothing is mended here: the next build does that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

from base.integrity import manifest as manifests
from base.integrity.damage import Damage, Part
from base.paths import MADE_UP
from extract.builds.batches import batches, damaged_files, sources_of
from extract.builds.current import Build, NoBuildError, current_build, has_build
from extract.builds.difference.memory import RECORD, damaged_memory, remembered
from extract.builds.readings import STAGES
from extract.records import report_id

# Of what a build takes it has something of every report; words and documents are of some.
_OF_EVERY_REPORT = ("readings", "evidence")


def parts(lake: Path) -> Iterator[Part]:
    """The parts of `lake` that are made from its archive or from files."""
    builds = sorted(path for path in (lake / "builds").glob("*/") if not path.name.startswith("."))
    current = _current_of(lake)
    made_of = _made_of(lake, current) if current else ()
    for stage in STAGES:
        kept = [batch for code in sorted((lake / stage).glob("*/")) for batch in batches(code)]
        lost = _lost(kept, made_of) if stage in _OF_EVERY_REPORT else None
        folders = [lake / stage] if lost else []
        yield Part(stage, [*kept, *folders], partial(_batch_or_stage, lost=lost, stage=lake / stage))
    yield Part("builds", builds, _build)
    yield Part("current", [lake / "current"] if has_build(lake) else [], lambda _: _current(lake))
    is_made_up = current is not None and manifests.says_made_up(current.manifest)
    yield Part("made_up", [lake / MADE_UP] if is_made_up else [], _mark)
    yield Part("inputs", [path for path in [lake / RECORD] if path.is_file()], damaged_memory)


def _current_of(lake: Path) -> Build | None:
    try:
        return current_build(lake)
    except NoBuildError:  # a damaged one is told as such
        return None


def _made_of(lake: Path, current: Build) -> Collection[str]:
    """The ids of the reports whose kept readings the current build was made of. None where it was made
    elsewhere, and its readings have perhaps never been here, or by other code: an upgrade takes them away."""
    return {name for name, rest in remembered(lake, current.build_id).rests.items() if rest.origin}


def _lost(kept: Sequence[Path], made_of: Collection[str]) -> str | None:
    """What these batches lack of the reports; nothing where a damaged one, which is told, may have them."""
    there = set[str]()
    for batch in kept:
        sources = sources_of(batch)
        if sources is None:
            return None
        there.update(map(report_id, sources))
    had = len(there.intersection(made_of))
    if had == len(made_of):
        return None
    return f"has {had} of the {len(made_of)} reports that the current build was made of"


def _batch_or_stage(path: Path, lost: str | None, stage: Path) -> Iterator[Damage]:
    if lost and path == stage:
        yield Damage(path, lost)
    else:
        yield from damaged_files(path)


def _mark(path: Path) -> Iterator[Damage]:
    if not path.is_file():
        yield Damage(path, "missing: the current build says that all in this lake is made up")


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
