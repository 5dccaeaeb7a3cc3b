"""Compound files written here are read back by olefile, which is another's reading of [MS-CFB]."""

from __future__ import annotations

import io

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.readers.compound_file import compound_file

#: Names in one case: a directory tells names apart without it.
NAMES = st.text("abwork1_", min_size=1, max_size=20)


@given(st.dictionaries(NAMES, st.binary(max_size=20_000), min_size=1, max_size=6))
def test_streams_come_back(streams: dict[str, bytes]) -> None:
    with olefile.OleFileIO(io.BytesIO(compound_file(streams)), raise_defects=olefile.DEFECT_INCORRECT) as ole:
        assert {"/".join(parts) for parts in ole.listdir()} == set(streams)
        for name, data in streams.items():
            assert ole.openstream(name).read().rstrip(b"\0") == data.rstrip(b"\0")


@pytest.mark.parametrize("megabytes", [6, 7, 8, 30])
def test_a_stream_for_which_the_header_has_no_room_comes_back(megabytes: int) -> None:
    data = bytes(range(1, 251)) * (megabytes * 4_195)
    with olefile.OleFileIO(io.BytesIO(compound_file({"Workbook": data}))) as ole:
        assert ole.openstream("Workbook").read().rstrip(b"\0") == data
        assert not ole.parsing_issues
