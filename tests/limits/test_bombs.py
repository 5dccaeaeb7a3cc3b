"""Small files that become large ones: refused or ended by name, and never at the cost of the others."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

import pikepdf
import pytest

from base.workers import Limits
from extract.builds.run import Item, extract_all
from extract.document import UnreadableDocumentError
from extract.readers import read
from tests.limits.hostile import clean, with_entities
from tests.limits.parts import part, rewritten
from tests.limits.test_hostile import source

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
# As the readers do with a member (64 MB) and a whole ZIP (256 MB), so here with all memory.
MEGABYTE = 1 << 20
LIMITS = Limits(memory=320 * MEGABYTE)


def zeros(megabytes: int, before: bytes = b"", after: bytes = b"") -> bytes:
    return before + b" " * (megabytes * MEGABYTE) + after


def laughing(skin: str, name: str, place: bytes) -> bytes:
    data = clean(skin)
    kind = f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'.encode()
    return rewritten(data, {name: with_entities(part(data, name), kind, place, b"&l11;")})


def many_members() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(3000):
            archive.writestr(f"{number}.txt", b"x")
    return out.getvalue()


def large_members() -> bytes:
    """Members of 60 MB, each within what a member may have."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"{number}.txt", zeros(60, b"x"))
    return out.getvalue()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "laughs.docx": (lambda: laughing("docx", "word/document.xml", b"<w:sectPr"), "damaged"),
    "laughs.ofd": (lambda: laughing("ofd", "Doc_0/Document.xml", b"<ofd:Pages"), "damaged"),
    "wide.docx": (lambda: rewritten(clean("docx"), {"word/document.xml": zeros(80, b"<a>")}), "too_large"),
    "wide.xlsx": (lambda: rewritten(clean("xlsx"), {"xl/sharedStrings.xml": zeros(80, b"<a>")}), "too_large"),
    "wide.ofd": (lambda: rewritten(clean("ofd"), {"Doc_0/Document.xml": zeros(80, b"<a>")}), "too_large"),
    "many.zip": (many_members, "too_large"),
    "large.html": (lambda: zeros(80, b"<html>"), "too_large"),
    "large.rtf": (lambda: zeros(80, b"{\\rtf1"), "too_large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_unpacks_to_too_much_is_refused_by_name(name: str) -> None:
    make, code = REFUSED[name]
    with pytest.raises(UnreadableDocumentError) as refusal:
        read(make(), name=name)
    assert refusal.value.code == code


def flate_bomb(megabytes: int) -> bytes:
    """A page whose content was packed twice, so that some kilobytes become as many megabytes."""
    packer = zlib.compressobj()
    once = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + packer.flush()
    packed = zlib.compress(once)
    out = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page()
        page.Contents = document.make_indirect(
            pikepdf.Stream(document, packed, Filter=[pikepdf.Name.FlateDecode] * 2)
        )
        none = pikepdf.StreamDecodeLevel.none
        document.save(out, compress_streams=False, stream_decode_level=none)
    assert len(out.getvalue()) < 20_000
    return out.getvalue()


def test_what_takes_too_much_memory_costs_one_document() -> None:
    sound = clean("html_clean")
    files = {
        "before.html": sound,
        "bomb.pdf": flate_bomb(500),
        "between.html": sound,
        "members.zip": large_members(),
        "after.html": sound,
    }
    work = [Item(name, partial(source, data, name)) for name, data in files.items()]
    told = {
        item.name: (extraction.report.status, {finding.check_id for finding in extraction.findings})
        for item, extraction in extract_all(work, 1, limits=LIMITS)
    }
    for name in ("before.html", "between.html", "after.html"):
        assert told[name][0] == "ok"
    # Which of the ways it ends is the library's choice: what counts is that it is named.
    for name in ("bomb.pdf", "members.zip"):
        status, codes = told[name]
        assert status == "unreadable"
        assert len(codes) == 1 and codes <= {
            "out_of_memory",
            "process_died",
            "damaged",
            "too_large",
            "no_text",
        }
