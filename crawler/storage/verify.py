"""Storage held against the hashes that its objects have for names, or that stand beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crawler.storage import parts
from crawler.storage.copied import at_once
from crawler.storage.objects import Storage


def faults(storage: Storage) -> Iterator[tuple[str, str]]:
    """Objects that do not hold what was written, by their keys, and what is wrong with them."""
    keys = [one.key for one in storage.all()]
    hashes: dict[str, str] = {}
    for key in keys:
        if key.rpartition("/")[2] in parts.LISTS:
            found = storage.get(key)
            try:
                hashes |= parts.listed(key, found[0]) if found else {}
            except (ValueError, KeyError) as error:
                yield key, str(error)
    yield from ((key, "missing") for key in sorted(hashes.keys() - set(keys)))
    for key, found in at_once(storage.get, keys):
        if found is not None and (what := _fault(key, found[0], hashes)):
            yield key, what


def _fault(key: str, data: bytes, hashes: Mapping[str, str]) -> str | None:
    if key in hashes:
        return parts.fault_of_file(data, hashes[key])
    if key.startswith(f"{parts.BODIES}/"):
        return parts.fault_of_body(key, data)
    if key.startswith(tuple(f"{folder}/" for folder in parts.LOGS)):
        return parts.fault_of_log(data)
    if key == parts.CURRENT and parts.build_of_pointer(data) is None:
        return "leads to no build"
    return None
