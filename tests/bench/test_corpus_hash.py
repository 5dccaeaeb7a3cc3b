"""The hash of a corpus follows what its files hold, not how they were compressed."""

from __future__ import annotations

import io
import zipfile
from typing import Literal

import pikepdf
import pytest

from bench.truth.corpus_hash import content_hash, corpus_hash
from demo.generate import generate
from demo.skins import SKINS
from tests.limits.parts import rewritten

ONE_A_FORMAT = {skin.format: name for name, skin in SKINS.items() if not name.startswith("scan_")}


@pytest.mark.parametrize("skin", ONE_A_FORMAT.values())
def test_equal_files_hash_alike_and_different_ones_do_not(skin: str) -> None:
    first, other = (content_hash(generate(seed, edition="e2021", skin=skin).data) for seed in (1, 2))
    assert first == content_hash(generate(1, edition="e2021", skin=skin).data)
    assert first != other


@pytest.mark.parametrize("skin", ["docx", "xlsx", "ofd"])
def test_a_zip_packed_otherwise_is_the_same(skin: str) -> None:
    data = generate(1, edition="e2021", skin=skin).data
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert packed.getvalue() != data
    assert content_hash(packed.getvalue()) == content_hash(data)
    (name, *_) = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert content_hash(rewritten(data, {name: b"<x/>"})) != content_hash(data)


def packed_pdf(data: bytes, level: Literal[0, 1, 9]) -> bytes:
    out = io.BytesIO()
    pikepdf.settings.set_flate_compression_level(level)
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(out, recompress_flate=True, static_id=True)
    return out.getvalue()


def test_a_pdf_packed_otherwise_is_the_same() -> None:
    data = generate(1, edition="e2021", skin="pdf_lines").data
    tight, loose = packed_pdf(data, 9), packed_pdf(data, 1)
    assert len(tight) < len(loose)
    assert content_hash(tight) == content_hash(loose)


def test_the_order_counts() -> None:
    assert corpus_hash(["a", "b"]) != corpus_hash(["b", "a"])
