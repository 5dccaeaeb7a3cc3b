"""Storage held against the hashes that its objects have for names, or that stand beside them, and against
what its logs and its current build name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crawler.storage import parts
from crawler.storage.copied import at_once
from crawler.storage.leases import fault_of_lease
from crawler.storage.named import Named
from crawler.storage.objects import Storage
from extract.builds.readings import STAGES


def faults(storage: Storage) -> Iterator[tuple[str, str]]:
    """Objects that do not hold what was written, or are not there any more, by their keys, and what is wrong
    with them. What a push that broke off leaves is no fault (`unfinished`)."""
    keys = {one.key for one in storage.all()}
    hashes: dict[str, str] = {}
    for key in sorted(keys):
        if key.rpartition("/")[2] in parts.LISTS:
            found = storage.get(key)
            try:
                hashes |= parts.listed(key, found[0]) if found else {}
            except (ValueError, KeyError) as error:
                yield key, str(error)
    yield from ((key, "missing") for key in sorted(hashes.keys() - keys))
    named = Named()
    for key, found in at_once(storage.get, sorted(keys)):
        if found is not None and (what := _fault(key, found[0], hashes)):
            yield key, what
        elif found is not None:
            named.read(key, found[0])
    yield from named.missing(storage, keys)


def unfinished(storage: Storage) -> Iterator[tuple[str, str]]:
    """What the next push brings in order: folders without the file that lists theirs, and `current`, which
    are written last."""
    keys = [one.key for one in storage.all()]
    folders = {key.rpartition("/")[0] for key in keys if key.rpartition("/")[2] in parts.LISTS}
    for folder in sorted({folder for key in keys if (folder := _listed_folder(key))} - folders):
        what = "lacks the list of its files: it is being sent, a push broke off, or the list was deleted"
        yield folder, what
    if parts.CURRENT not in keys and any(folder.startswith(f"{parts.BUILDS}/") for folder in folders):
        yield parts.CURRENT, "missing: builds are there, and none is current"


def _listed_folder(key: str) -> str:
    """The folder with a list of its files that an object lies in, "" where it lies in none."""
    names = key.split("/")
    depth = {parts.BUILDS: 2, parts.RELEASES: 2, **dict.fromkeys(STAGES, 3)}.get(names[0], 0)
    return "/".join(names[:depth]) if len(names) > depth else ""


def _fault(key: str, data: bytes, hashes: Mapping[str, str]) -> str | None:
    if key in hashes:
        return parts.fault_of_file(data, hashes[key])
    if key.startswith(f"{parts.BODIES}/"):
        return parts.fault_of_body(key, data)
    if key.startswith(tuple(f"{folder}/" for folder in parts.LOGS)):
        return parts.fault_of_log(data)
    if key.startswith(f"{parts.SENT}/") and parts.sent_with(data) is None:
        return "damaged record"
    if key.startswith("leases/"):
        return fault_of_lease(data)
    if key == parts.CURRENT and parts.build_of_pointer(data) is None:
        return "leads to no build"
    return None
