"""How large gknb is installed: the core, and what each extra adds. `python -m bench.size`

Counted are the files of every package that is needed, as they are installed here; those that are missing here
are named, and the size is then told as a least one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
# Extras that people install, in the order in which they are told.
EXTRAS = ("ocr", "demo", "notebooks", "page", "cluster", "storage", "export")
_MEGABYTE = 1e6


def wanted(project: str = "pyproject.toml") -> dict[str, list[str]]:
    """The requirements by extra, those of the core under ""."""
    table = tomllib.loads((ROOT / project).read_text(encoding="utf-8"))["project"]
    return {"": table["dependencies"], **table["optional-dependencies"]}


def closure(requirements: Iterable[str]) -> tuple[dict[str, Distribution], set[str]]:
    """Every package that these need, by its name, and those of them that are not installed here."""
    found: dict[str, Distribution] = {}
    missing: set[str] = set()
    waiting = list(_asked(requirements, frozenset()))
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            missing.add(name)
            continue
        waiting += _asked(found[name].requires or (), extras)
    return found, missing


def _asked(requirements: Iterable[str], extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for text in requirements:
        one = Requirement(text)
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            yield one.name.lower().replace("_", "-").replace(".", "-"), frozenset(one.extras)


def size_of(package: Distribution) -> int:
    """The bytes of a package's files, what Python compiles of them aside."""
    paths = (Path(str(file.locate())) for file in package.files or () if file.suffix != ".pyc")
    return sum(path.stat().st_size for path in paths if path.is_file())


def main() -> None:
    """Print the sizes."""
    known = wanted()
    core, missing = closure(known[""])
    own = sum(
        path.stat().st_size
        for folder in (
            "base",
            "commands",
            "crawler",
            "demo",
            "extract",
            "publish",
            "query",
            "data/codebook",
            "data/registry",
        )
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".sql", ".csv", ".md")
    )
    whole = sum(map(size_of, core.values()))
    print(f"gknb itself        {own / _MEGABYTE:7.1f} MB")
    print(f"core               {(own + whole) / _MEGABYTE:7.1f} MB  with its {len(core)} packages")
    for extra in EXTRAS:
        more, lacking = closure(known[extra])
        missing |= lacking
        added = {name: one for name, one in more.items() if name not in core}
        print(
            f"gknb[{extra}]".ljust(18),
            f"{sum(map(size_of, added.values())) / _MEGABYTE:+7.1f} MB  {len(added)} more",
        )
    if missing:
        print(f"not installed here, and not counted: {', '.join(sorted(missing))}")


if __name__ == "__main__":
    main()
