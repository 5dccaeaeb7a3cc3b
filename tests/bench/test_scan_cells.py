"""Scans are told by their conditions, and a cell that is wrong without a flag is shown."""

import io
from collections import Counter
from pathlib import Path

from PIL import Image

from bench.truth.accuracy import picture_name, report, write_pictures
from bench.truth.judging import EXACT, WRONG_SILENT, Judged
from bench.truth.scan_cells import AROUND, picture
from extract.readers.picture.reader import read_picture
from tests.readers.test_picture import SCALE, blank, grid, only_table, saved

PNG = b"\x89PNG"


def test_a_cell_is_shown_as_it_was_scanned_but_set_straight() -> None:
    page = grid(blank(), [["1024", "7"], ["36", ""]])
    turned = page.rotate(2, Image.Resampling.BICUBIC, fillcolor="white")
    data = saved(turned)
    filled, empty = (only_table(read_picture(data)).cells[number] for number in (0, 3))
    inks = []
    for cell in (filled, empty):
        with Image.open(io.BytesIO(picture(data, cell.locator))) as shown:
            assert abs(shown.width / SCALE - (80 + 2 * AROUND)) < 4
            assert abs(shown.height / SCALE - (24 + 2 * AROUND)) < 4
            inside = round((AROUND + 4) * SCALE)
            middle = shown.convert("L").crop((inside, inside, shown.width - inside, shown.height - inside))
            inks.append(sum(middle.histogram()[:128]))
    assert inks[0] > 50
    assert inks[1] == 0


def test_a_cell_without_a_place_is_shown_with_its_page() -> None:
    page = grid(blank(), [["1024", "7"]])
    with Image.open(io.BytesIO(picture(saved(page), "line 3"))) as shown:
        assert shown.size == page.size


def test_scans_are_told_by_condition_and_each_silent_cell_with_its_picture(tmp_path: Path) -> None:
    def judged(name: str, dpi: int, drawers: dict[tuple[str, str], int], wrong: bool) -> Judged:
        notes = ("wrong_silent t3:2 total: printed 7.0, read 1.0",) if wrong else ()
        pictures = {0: PNG} if wrong else {}
        told = {"setter": "LibreOffice", "resolution": f"{dpi} dpi", "turned by": "90 degrees"}
        return Judged("scan", "hash", name, "pdf", "e2021", (), Counter(drawers), notes, (), told, pictures)

    fine = judged("fine.pdf", 300, {("t3", EXACT): 200}, False)
    poor = judged("poor.pdf", 150, {("t3", EXACT): 199, ("t3", WRONG_SILENT): 1}, True)
    told = report([fine, poor], show=5)
    assert "| 300 dpi | 200 | 100.00 % | 0 | 0 | 0 | – | 0 |" in told
    assert "| 150 dpi | 0 | – | 0 | 0 | 0 | 99.50 % | 1 |" in told
    assert "| LibreOffice | 200 | 100.00 % | 0 | 0 | 0 | 99.50 % | 1 |" in told
    assert "| 90 degrees | 200 | 100.00 % | 0 | 0 | 0 | 99.50 % | 1 |" in told
    assert "200 of 200 cells are exact (100.00 %); of all 400 cells 1 are wrong" in told
    assert f"](scans/{picture_name(poor, 0)})" in told
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "of_an_earlier_run.png").write_bytes(b"")
    write_pictures([fine, poor], tmp_path / "scans")
    assert [path.name for path in (tmp_path / "scans").iterdir()] == [picture_name(poor, 0)]
