"""ZIP files, read within bounds; and the report among a ZIP's members.

Nothing is written to disk, so member names cannot lead anywhere; sizes are counted while decompressing,
because a ZIP's own directory can say anything.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, replace

from extract.document import Document, Note, UnreadableDocumentError

#: Members looked at. A department's batch of reports has some dozens.
MOST_MEMBERS = 2000
#: Decompressed bytes of one member, and of all that are read from one ZIP.
MOST_MEMBER_BYTES = 64 << 20
MOST_BYTES = 256 << 20
_CHUNK_BYTES = 1 << 16

#: Titles of such reports; the stronger one first.
_REPORT_NAMES = (re.compile("政府信息公开.*(?:年度报告|年报)"), re.compile("年度报告|年报"))
#: Where names tell nothing: the formats that carry tables best.
_FORMAT_ORDER = (
    "docx",
    "doc",
    "odf",
    "flatopc",
    "wordml",
    "html",
    "mht",
    "pdf",
    "ofd",
    "rtf",
    "xlsx",
    "xls",
    "sheetml",
    "md",
    "txt",
    "csv",
    "image",
)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


class Archive:
    """An open ZIP whose members come out bounded; raises only `UnreadableDocumentError`."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE as error:
            raise _damaged(error) from error
        self._left = MOST_BYTES
        infos = [info for info in self._zip.infolist() if info.filename and not info.is_dir()]
        if len(infos) > MOST_MEMBERS:
            raise UnreadableDocumentError(
                "too_large", f"the ZIP has {len(infos):,} members; give the report's own file"
            )
        self._infos = {_name(info): info for info in infos}

    def names(self) -> list[str]:
        """Member names in the ZIP's order; names of old Chinese ZIPs are read as GBK."""
        return list(self._infos)

    def read(self, name: str) -> bytes:
        """The bytes of a member; code too_large, damaged or encrypted where that cannot be."""
        try:
            return self._read(self._infos[name])
        except _DAMAGE as error:
            raise _damaged(error) from error
        except RuntimeError as error:  # what zipfile raises for a password
            raise UnreadableDocumentError(
                "encrypted",
                f"{name} in the ZIP is protected by a password; ask the publisher for an open copy",
            ) from error

    def _read(self, info: zipfile.ZipInfo) -> bytes:
        most = min(MOST_MEMBER_BYTES, self._left)
        chunks: list[bytes] = []
        with self._zip.open(info) as member:
            while chunk := member.read(_CHUNK_BYTES):
                chunks.append(chunk)
                most -= len(chunk)
                if most < 0:
                    raise UnreadableDocumentError(
                        "too_large",
                        f"{_name(info)} decompresses to more than a report can need "
                        f"({MOST_MEMBER_BYTES:,} bytes a member, {MOST_BYTES:,} in all); extract it by hand",
                    )
        data = b"".join(chunks)
        self._left -= len(data)
        return data


def read_archive(data: bytes) -> Document:
    """The Document of the member that is most likely the report; the other members are named in notes.

    A name that says 年度报告 or 年报 (annual report) goes first, then the format. Members that cannot be
    read are passed over with a note. ZIPs inside ZIPs are not opened.

    Raises `UnreadableDocumentError`; where members exist but none is readable, with the best one's code.
    """
    from extract.readers import reader_for

    archive = Archive(data)
    candidates = []
    notes = []
    for name in archive.names():
        try:
            candidates.append(_candidate(archive, name))
        except UnreadableDocumentError as error:
            notes.append(Note("archive_member_unreadable", f"{name}: {error}", "warn"))
    candidates.sort(key=lambda candidate: candidate.rank)
    failure: UnreadableDocumentError | None = None
    for position, candidate in enumerate(candidates):
        try:
            document = reader_for(candidate.format)(candidate.data)
        except UnreadableDocumentError as error:
            failure = failure or error
            notes.append(Note("archive_member_unreadable", f"{candidate.name}: {error}", "warn"))
            continue
        others = [other.name for other in candidates[position + 1 :]]
        notes.append(Note("archive_member_read", candidate.name))
        notes.extend(Note("archive_member_not_read", name) for name in others)
        return replace(document, notes=(*document.notes, *notes))
    raise UnreadableDocumentError(
        failure.code if failure else "no_text",
        "the ZIP holds no report that can be read" + "".join(f"; {note.detail}" for note in notes[:5]),
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    format: str
    data: bytes
    rank: tuple[int, int, str]


def _candidate(archive: Archive, name: str) -> _Candidate:
    from extract.readers.sniff import sniff

    data = archive.read(name)
    format_name = sniff(data, name=name)
    if format_name == "zip":
        raise UnreadableDocumentError("unsupported_format", "a ZIP inside the ZIP; extract it by hand")
    by_name = next(
        (rank for rank, title in enumerate(_REPORT_NAMES) if title.search(name)), len(_REPORT_NAMES)
    )
    return _Candidate(name, format_name, data, (by_name, _FORMAT_ORDER.index(format_name), name))


def _name(info: zipfile.ZipInfo) -> str:
    """Without the UTF-8 flag zipfile reads names as cp437; Chinese Windows writes them in GBK, and some
    programs with its own folder sign."""
    if info.flag_bits & 0x800:
        return info.filename.replace("\\", "/")
    try:
        return info.filename.encode("cp437").decode("gb18030").replace("\\", "/")
    except UnicodeError:
        return info.filename.replace("\\", "/")


def _damaged(error: Exception) -> UnreadableDocumentError:
    return UnreadableDocumentError("damaged", f"the file breaks off or is damaged ({error}); fetch it again")
