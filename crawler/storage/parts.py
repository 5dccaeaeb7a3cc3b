"""What of a lake goes to storage, under the names that it has in the lake, and how each object is checked.

    archive/objects/ab/abcd….zst              bodies, put if absent
    archive/log, runs, survey/<run id>.jsonl  records, which grow at their end
    words, documents, readings, evidence/<code>/…    batches, each by the hash of its checksums
    builds/<id>/…                             builds, put if absent
    sent/<build id>                           which batches lay there as that build was sent, checksummed
    current                                   which of them is current, swapped by its ETag
    made-up                                   where all in the lake is made up
    releases/<name>/…                         releases, put if absent

So storage that was copied into a folder is a lake, but for the names of batches. Locks, the index and known/
are of one machine, and stay where they are.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

import zstandard

from base.integrity import manifest as manifests
from base.log_file import decode
from crawler.archive.store import MAX_BODY_BYTES
from crawler.storage.objects import Storage, Stored
from extract.builds.batches import CHECKSUMS

#: What is wrong with an object, by its key and its bytes; None where nothing is.
Fault = Callable[[str, bytes], str | None]

# So many bytes of a log's end tell it from any other of its size.
_END = 1 << 12

BODIES = "archive/objects"
#: Folders of records that only grow. The fetch log comes last of all that names bodies.
LOGS = ("archive/runs", "archive/survey", "archive/log")
BUILDS, CURRENT, RELEASES, SENT = "builds", "current", "releases", "sent"
MANIFEST, SUMS = manifests.MANIFEST, "SHA256SUMS"
#: Files that list those of their folder with their hashes; they are written last, and read first.
LISTS = (MANIFEST, CHECKSUMS, SUMS)


def fault_of_body(key: str, data: bytes) -> str | None:
    """What is wrong with a body; None where nothing is."""
    try:
        body = zstandard.ZstdDecompressor().decompress(data, max_output_size=MAX_BODY_BYTES)
    except zstandard.ZstdError as error:
        return f"cannot be unpacked: {error}"
    named = PurePosixPath(key).name.removesuffix(".zst")
    return None if hashlib.sha256(body).hexdigest() == named else "holds another body than its name says"


def fault_of_log(data: bytes) -> str | None:
    """The same of a log."""
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        if decode(line) is None:
            return f"damaged record, line {number}"
    return None


def whole_lines(data: bytes) -> bytes:
    """A log without the record that is just being written."""
    return data[: data.rfind(b"\n") + 1]


def is_same_log(storage: Storage, one: Stored, data: bytes) -> bool:
    """Whether a log in storage is this one, by its size and its end, where the last records stand."""
    return one.size == len(data) and storage.end_of(one, _END) == data[-_END:]


def merged(there: bytes, here: bytes) -> bytes | None:
    """A log as two machines have it: all that stands there, then what this one has besides, as each may have
    written a record at its end. None where these are logs of two things: they begin otherwise."""
    if there.startswith(here):
        return there
    if here.startswith(there):
        return here
    if there.partition(b"\n")[0] != here.partition(b"\n")[0]:
        return None
    known = Counter(there.splitlines(keepends=True))
    more = []
    for line in here.splitlines(keepends=True):
        if known[line] > 0:
            known[line] -= 1
        else:
            more.append(line)
    return b"".join([there, *more])


def fault_of_file(data: bytes, sha256: str) -> str | None:
    """The same of a file whose hash is written elsewhere."""
    return None if hashlib.sha256(data).hexdigest() == sha256 else "other bytes than those that were written"


def listed(key: str, text: bytes) -> Mapping[str, str]:
    """The hashes of the files of a folder, by their keys, as the file `key` in it lists them. ValueError
    where that file does not hold what was written, or names what lies outside."""
    folder, _, name = key.rpartition("/")
    if name == MANIFEST:
        if manifests.build_id(text) != folder.rpartition("/")[2]:
            raise ValueError("its bytes are not those that gave the build its name")
        found: Mapping[str, str] = {
            name: entry["sha256"] for name, entry in json.loads(text)["files"].items()
        }
    elif name == CHECKSUMS:
        checksums = decode(text)
        if checksums is None or batch_name(text) != folder.rpartition("/")[2]:
            raise ValueError("damaged record")
        found = checksums["sha256"]
    else:
        found = _sums(text)
    if any(name.startswith("/") or ".." in name.split("/") for name in found):
        raise ValueError("names a file outside its folder")
    return {f"{folder}/{name}": sha256 for name, sha256 in found.items()}


def batch_name(checksums: bytes) -> str:
    """What names a batch among those of other machines."""
    return hashlib.sha256(checksums).hexdigest()[:16]


def sent_with(text: bytes) -> Mapping[str, Sequence[str]] | None:
    """The folders of the batches that lay there as a build was sent, by stage; None where its record does not
    hold what was written."""
    record = decode(text)
    return None if record is None else record["batches"]


def _sums(text: bytes) -> Mapping[str, str]:
    """The hashes in SHA256SUMS, by the names of the files."""
    lines = (line for line in text.decode().splitlines() if line and not line.startswith("#"))
    return {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}


def build_of_pointer(text: bytes) -> str | None:
    """The id of the build that `current` leads to; None where it leads nowhere."""
    way, _, build_id = text.decode("utf-8", "replace").strip().partition("/")
    return build_id if way == BUILDS and manifests.is_build_id(build_id) else None
