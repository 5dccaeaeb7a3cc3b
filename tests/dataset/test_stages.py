"""Readings in stages: what a change of code does not concern is not made again, and all is the same."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from base.hashes import fixed_tree_sha256
from base.paths import DATA, ROOT
from crawler.archive.deliver import deliver
from crawler.archive.store import Archive
from crawler.runs.records import Plan, RunWriter
from demo.generate import generate
from demo.skins import LOOKS
from extract import read_once
from extract.builds import stage_codes
from extract.builds.archive_build import ArchiveBuild, build_archive
from extract.document import Cell, Document, Doubt, Note, Paragraph, Table, UnreadableDocumentError
from extract.document_values import from_plain, to_plain
from extract.extractor import extract
from extract.records import Source
from extract.stages import Staged, gather_again, read_in_stages
from tests.crawler.crawl import site_row, write_registry
from tests.damage.lake import _fetch, _unwatched, flip
from tests.test_house import imports, is_in

# One that is read by one engine, one that is doubted and so by two, one that cannot be read.
Rows = dict[str, list[dict[str, object]]]
DAY = "2026-02-01T08:00:00+00:00"
SKINS = ("html_word", "pdf_no_rules", "docx")
SCAN = "scan_picture"
with_scans = pytest.mark.skipif(SCAN not in LOOKS, reason="the fonts that scans are made with are missing")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a report a skin, a PDF that breaks off, and a scan where scans can be made; built."""
    folder = tmp_path_factory.mktemp("staged")
    write_registry(folder / "registry", [site_row("a", "http://a.test/", "trs")], [])
    bodies = [generate(seed, edition="e2021", skin=skin).data for seed, skin in enumerate(SKINS)]
    bodies.append(generate(9, edition="e2021", skin="pdf_lines").data[:300])
    if SCAN in LOOKS:
        bodies.append(part_of(generate(8, edition="e2021", skin=SCAN).data))
    run_id = "20260201T080000Z-0001"
    with Archive(folder / "lake" / "archive").writer(run_id) as archive:
        for number, body in enumerate(bodies):
            sha256 = archive.store(body)
            archive.record(
                _fetch(f"http://a.test/{number}", "a", sha256, run_id, "2026-02-01T08:00:00+00:00")
            )
    runs = RunWriter(folder / "lake" / "archive", Plan(run_id, ("a",), "", "due"))
    runs.finish()
    runs.close()
    first = built(folder)
    assert len(first.opened_now) == len(bodies) and (first.recognised_now > 0) == (SCAN in LOOKS)
    return folder


@pytest.fixture(scope="module")
def right(sound: Path) -> Rows:
    """What a build of it says."""
    return rows(built(sound))


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A copy, to be built again."""
    shutil.copytree(sound, tmp_path / "copy", symlinks=True)
    return tmp_path / "copy"


def part_of(scan: bytes) -> bytes:
    """The last quarter of a scanned page, which is recognised in a quarter of the time."""
    with Image.open(io.BytesIO(scan)) as page:
        part, target = page.crop((0, 3 * page.height // 4, page.width, page.height)), io.BytesIO()
        part.save(target, "png", dpi=page.info["dpi"])
    return target.getvalue()


def built(folder: Path) -> ArchiveBuild:
    lake, registry = folder / "lake", folder / "registry"
    return build_archive(partial(deliver, lake / "archive", registry), lake, 1, _unwatched, registry=registry)


def rows(made: ArchiveBuild) -> Rows:
    assert made.build is not None, made.refused
    return {
        name: pq.read_table(made.build.path / f"{name}.parquet").to_pylist()
        for name in ("reports", "findings", "resolutions")
    } | {"facts": pq.read_table(made.build.path / "facts").to_pylist()}


def changed(stage: str, monkeypatch: pytest.MonkeyPatch, digit: str = "0") -> None:
    """Other code of a stage."""
    monkeypatch.setattr(stage_codes, f"{stage}_sha256", lambda: digit * 64)


def test_a_change_of_the_form_opens_no_file(
    folder: Path, right: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed("reading", monkeypatch)
    again = built(folder)
    assert len(again.read_now) == len(again.statuses) and again.opened_now == frozenset()
    assert rows(again) == right


def test_a_change_of_what_gathers_evidence_reads_nothing(
    folder: Path, right: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed("evidence", monkeypatch)
    again = built(folder)
    assert again.read_now == again.opened_now == frozenset()
    assert rows(again) == right
    (kept,) = (folder / "lake" / "evidence").glob("*/*/evidence.parquet")
    assert kept.parent.parent.name == "0" * 16
    assert len(pq.read_table(kept)) == len(again.statuses)


def test_a_change_of_a_reader_opens_every_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed("readers", monkeypatch)
    again = built(folder)
    assert again.opened_now == again.read_now == again.statuses.keys()


@with_scans
def test_no_picture_is_recognised_again_but_by_another_recogniser(
    folder: Path, right: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    for digit in "12":  # what was recognised once is kept once, and serves whoever comes next
        changed("readers", monkeypatch, digit)
        changed("reading", monkeypatch, digit)
        again = built(folder)
        assert again.opened_now == again.statuses.keys() and again.recognised_now == 0
        assert rows(again) == right
    assert len(words(folder)) == 1
    changed("words", monkeypatch)
    changed("readers", monkeypatch)
    changed("reading", monkeypatch)
    other = built(folder)
    assert other.recognised_now > 0 and rows(other) == right
    assert [path.parent.parent.name for path in words(folder)] == ["0" * 16]


@with_scans
def test_damaged_words_are_recognised_again(
    folder: Path, right: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept,) = words(folder)
    flip(kept, 8 * (kept.stat().st_size // 2))
    changed("readers", monkeypatch)
    again = built(folder)
    assert [str(kept) in told for told in again.damaged] == [True]
    assert again.recognised_now > 0 and rows(again) == right
    (mended,) = words(folder)
    assert mended != kept


def words(folder: Path) -> list[Path]:
    return list((folder / "lake" / "words").glob("*/*/words.parquet"))


def test_damage_in_what_readers_made_changes_no_number(
    folder: Path, right: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept,) = (folder / "lake" / "documents").glob("*/*/documents.parquet")
    flip(kept, 8 * (kept.stat().st_size // 2))
    # Nobody needs them, and nobody looks.
    assert built(folder).damaged == ()
    changed("reading", monkeypatch)
    again = built(folder)
    assert [str(kept) in told for told in again.damaged] == [True]
    assert again.opened_now == again.statuses.keys()
    assert rows(again) == right
    # Gone, and made again.
    assert [path.name for path in (folder / "lake" / "documents").glob("*/*")] == ["000001"]


def test_readings_that_are_lost_begin_with_the_documents(folder: Path, right: Rows) -> None:
    (kept,) = (folder / "lake" / "readings").glob("*/*/facts.parquet")
    flip(kept, 8 * (kept.stat().st_size // 2))
    again = built(folder)
    assert again.read_now == again.statuses.keys() and again.opened_now == frozenset()
    assert rows(again) == right
    # No evidence stands twice.
    ids = [row["report_id"] for path in evidence(folder) for row in pq.read_table(path).to_pylist()]
    assert len(ids) == len(set(ids)) == len(again.statuses)


def evidence(folder: Path) -> list[Path]:
    return list((folder / "lake" / "evidence").glob("*/*/evidence.parquet"))


@pytest.fixture
def no_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No reader can be had."""

    def none(*_: object, **__: object) -> Document:
        raise AssertionError("a reader was asked")

    monkeypatch.setattr(read_once, "read", none)
    monkeypatch.setattr("extract.readers.pdf.reader.read_pdf", none)


@pytest.fixture(scope="module")
def kept() -> dict[str, tuple[Source, Staged]]:
    """Sources by their skin, with their reading and what is kept of it."""
    found = {}
    for skin in SKINS:
        one = generate(3, edition="e2021", skin=skin)
        source = Source(one.data, one.name, "ab" * 32)
        made = read_in_stages(source)
        assert made.kept is not None and made.was_opened
        found[skin] = (source, made)
    return found


@pytest.mark.usefixtures("no_readers")
@pytest.mark.parametrize("skin", SKINS)
def test_no_reader_is_asked_where_its_document_is_kept(
    skin: str, kept: dict[str, tuple[Source, Staged]]
) -> None:
    source, made = kept[skin]
    again = read_in_stages(Source(b"", source.name, source.sha256, kept=made.kept))
    assert again.extraction == made.extraction
    assert (again.kept, again.was_opened) == (None, False)
    assert gather_again(Source(b"", source.name, source.sha256, kept=made.kept)).evidence == again.evidence


def test_the_second_engine_s_document_is_kept_beside_the_first_s(
    kept: dict[str, tuple[Source, Staged]],
) -> None:
    assert list(json.loads(kept["pdf_no_rules"][1].kept or "")) == ["first", "pdfminer"]
    assert list(json.loads(kept["html_word"][1].kept or "")) == ["first"]


def test_what_an_installation_would_mend_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    without = Document((Paragraph("x"),), "pdf", "pdf", notes=(Note("ocr_missing", "page 1"),))
    monkeypatch.setattr(read_once, "read", lambda *_, **__: without)
    assert read_in_stages(Source(b"x", "x", "ab" * 32)).kept is None

    def missing(*_: object, **__: object) -> Document:
        raise UnreadableDocumentError("reader_missing", "install it")

    monkeypatch.setattr(read_once, "read", missing)
    made = read_in_stages(Source(b"x", "x", "ab" * 32))
    assert made.kept is None and made.extraction == extract(Source(b"x", "x", "ab" * 32))


TEXTS = st.text(st.characters(codec=None), max_size=12)
CELLS = st.builds(
    Cell,
    TEXTS,
    *[st.integers(0, 40)] * 2,
    *[st.integers(1, 9)] * 2,
    TEXTS,
    st.none() | st.floats(0, 1),
    st.lists(TEXTS, max_size=2).map(tuple),
)
DOUBTS = st.builds(Doubt, st.integers(0, 9), st.integers(0, 9), st.lists(TEXTS, max_size=2).map(tuple))
BLOCKS = st.builds(Paragraph, TEXTS, TEXTS, st.lists(DOUBTS, max_size=2).map(tuple)) | st.builds(
    Table, st.integers(0, 99), st.integers(0, 99), st.lists(CELLS, max_size=4).map(tuple), TEXTS
)
DOCUMENTS = st.builds(
    Document,
    st.lists(BLOCKS, max_size=4).map(tuple),
    TEXTS,
    TEXTS,
    st.dictionaries(TEXTS, TEXTS, max_size=3),
    st.lists(st.builds(Note, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
)


@given(DOCUMENTS)
def test_a_document_comes_back_as_it_was(document: Document) -> None:
    assert from_plain(json.loads(json.dumps(to_plain(document)))) == document


@given(TEXTS, TEXTS)
def test_a_refusal_comes_back_as_it_was(code: str, message: str) -> None:
    back = from_plain(json.loads(json.dumps(to_plain(UnreadableDocumentError(code, message)))))
    assert isinstance(back, UnreadableDocumentError)
    assert (back.code, str(back)) == (code, message)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all that the hashes of the stages are made from."""
    for part in ("base", "extract", "data/codebook", "data/figures", "data/registry"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(stage_codes, "ROOT", tmp_path)
    monkeypatch.setattr(stage_codes, "EXTRACT", tmp_path / "extract")
    monkeypatch.setattr(stage_codes, "CODEBOOK", tmp_path / "data" / "codebook")
    monkeypatch.setattr(stage_codes, "DATA", tmp_path / "data")
    return tmp_path


STAGES = ("readers", "reading", "evidence")
ALL_STAGES = ("words", *STAGES)


@pytest.mark.parametrize(
    ("file", "made_again"),
    [
        ("extract/readers/picture/engine.py", ALL_STAGES),
        ("extract/readers/picture/words.py", ALL_STAGES),
        ("extract/readers/picture/reader.py", STAGES),
        ("extract/readers/lattice/ink.py", STAGES),
        ("extract/readers/html/tree.py", STAGES),
        ("extract/document.py", STAGES),
        ("base/workers.py", STAGES),
        ("data/figures/shapes.csv", STAGES),
        ("extract/form/engine/align.py", ("reading", "evidence")),
        ("extract/checks/second_reading.py", ("reading", "evidence")),
        ("extract/extractor.py", ("reading", "evidence")),
        ("data/codebook/repairs.csv", ("reading", "evidence")),
        ("extract/agencies/evidence.py", ("evidence",)),
        ("extract/whose.py", ("evidence",)),
        ("extract/agencies/resolve.py", ()),
        ("extract/builds/assemble.py", ()),
        ("data/registry/sites.csv", ()),
    ],
)
def test_a_line_more_concerns_its_own_stages(file: str, made_again: tuple[str, ...], tree: Path) -> None:
    before = {stage: getattr(stage_codes, f"{stage}_sha256")() for stage in ALL_STAGES}
    with (tree / file).open("a", encoding="utf-8") as handle:
        handle.write("\n")
    fixed_tree_sha256.cache_clear()  # as in another process
    after = {stage: getattr(stage_codes, f"{stage}_sha256")() for stage in ALL_STAGES}
    assert tuple(stage for stage in ALL_STAGES if before[stage] != after[stage]) == made_again


def reached(start: str, without: tuple[str, ...] = ()) -> Iterator[str]:
    """The modules of extract that a module imports, and those that these import."""
    waiting, seen = [start], {start}
    while waiting:
        module = waiting.pop()
        yield module
        named = {one for one in imports()[module] if is_in(one, "extract") and one not in without}
        waiting += named - seen
        seen |= named


def is_hashed(module: str, only: tuple[str, ...], without: tuple[str, ...] = ()) -> bool:
    """Whether a stage's hash has a module in it."""
    path = module.removeprefix("extract").removeprefix(".").replace(".", "/")
    names = [f"{path}.py", f"{path}/__init__.py"]
    here = [name for name in names if (ROOT / "extract" / name).is_file()]
    return all(name.startswith(only) and not name.startswith(without) for name in here)


def test_no_stage_imports_what_its_hash_leaves_out() -> None:
    readers = {one for name in imports() if is_in(name, "extract.readers") for one in reached(name)}
    assert [one for one in sorted(readers) if not is_hashed(one, stage_codes.OF_READERS)] == []
    # The extractor asks for evidence as it goes; nothing that it says of the form comes from there.
    reading = set(reached("extract.extractor", without=("extract.whose",)))
    assert [one for one in sorted(reading) if not is_hashed(one, ("",), stage_codes.BEYOND_READING)] == []
    evidence = set(reached("extract.whose")) - reading
    assert [one for one in sorted(evidence) if not is_hashed(one, stage_codes.OF_EVIDENCE)] == []


def test_what_a_recogniser_answers_rests_on_no_other_code() -> None:
    """The boxes that are made of answers, and the names of types, are beside them."""
    beside = ("extract.readers.lattice.ink", "extract.readers.picture.image")
    recogniser = set(reached("extract.readers.picture.engine", without=beside))
    assert [one for one in sorted(recogniser) if not is_hashed(one, stage_codes.OF_WORDS)] == []


def test_the_tables_of_readers_are_hashed() -> None:
    """A reader that opens another table than those of data/figures would read by what no hash knows."""
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "extract" / "readers").rglob("*.py")}
    opening = [path.name for path, text in texts.items() if "base.paths" in text]
    assert opening == ["figures.py"]
    assert list((DATA / "figures").glob("*.csv"))
