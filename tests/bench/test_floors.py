"""Floors: a fall is refused, a reason is asked for and kept, a wrong number without a flag never passes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.truth import accuracy, floors, judging
from bench.truth.floors import FloorError, Floors, Measured
from demo.generate import generate
from extract.extractor import extract
from extract.records import Extraction, Source

CORPUS = "generated, count 3, seed 1"


def counted(exact: int = 1000, null: int = 0, silent: int = 0, flagged: int = 0) -> Counter[str]:
    return Counter(exact=exact, null=null, wrong_silent=silent, wrong_flagged=flagged)


def measured(sha256: str = "a", **groups: Counter[str]) -> Measured:
    return Measured(CORPUS, sha256, {f"generated {name}": cells for name, cells in groups.items()})


KEPT = {CORPUS: Floors("a", {"generated html": 0.99, "generated pdf": 1.0})}


def test_as_good_as_the_floor_or_better_passes() -> None:
    assert floors.check(measured(html=counted(990, 10), pdf=counted()), KEPT) == []
    assert floors.check(measured(html=counted(), pdf=counted()), KEPT) == []


def test_a_cell_in_a_thousand_less_is_told_with_both_figures() -> None:
    (told,) = floors.check(measured(html=counted(989, 11), pdf=counted()), KEPT)
    assert told == "generated html: 0.989000 of cells exact, the floor is 0.990000"


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (measured(html=counted()), "generated pdf: has a floor and no document any more"),
        (measured(html=counted(), pdf=counted(), doc=counted()), "generated doc: has no floor yet"),
        (measured("b", html=counted(), pdf=counted()), "not the corpus that the floors were measured on"),
        (Measured("other", "a", {}), "other: has no floors yet"),
    ],
)
def test_what_was_not_measured_does_not_pass(now: Measured, told: str) -> None:
    (failure,) = floors.check(now, KEPT)
    assert told in failure


def test_one_silent_error_fails_whatever_the_floor_says() -> None:
    now = measured(html=counted(999_999, silent=1), pdf=counted())
    (told,) = floors.check(now, KEPT)
    assert told == "generated html: 1 of 1000000 cells wrong without a flag"
    with pytest.raises(FloorError, match="wrong without a flag"):
        floors.raised(now, KEPT)
    with pytest.raises(FloorError, match="no reason allows"):
        floors.lowered(now, KEPT, "it is late")


def test_among_scans_one_in_ten_thousand_passes_and_more_does_not() -> None:
    def scans(silent: int) -> Measured:
        return Measured("scans", "a", {"scan pdf with faults": counted(20_000 - silent, silent=silent)})

    assert scans(2).silent() == []
    assert scans(3).silent() == ["scan pdf with faults: 3 of 20000 cells wrong without a flag"]


def test_raising_takes_the_new_shares_and_the_new_corpus_and_lets_nothing_fall() -> None:
    now = measured("b", html=counted(995, 5), pdf=counted(), doc=counted(2, 1))
    assert floors.raised(now, KEPT)[CORPUS] == Floors(
        "b", {"generated doc": 0.666666, "generated html": 0.995, "generated pdf": 1.0}
    )
    with pytest.raises(FloorError, match=r"generated pdf: 0\.999000"):
        floors.raised(measured("b", html=counted(), pdf=counted(999, 1)), KEPT)


def test_lowering_takes_a_reason_and_keeps_it(tmp_path: Path) -> None:
    now = measured(html=counted(), pdf=counted(900, 100))
    for empty in ("", "  "):
        with pytest.raises(FloorError, match="say why"):
            floors.lowered(now, KEPT, empty)
    with pytest.raises(FloorError, match="no floor is too high"):
        floors.lowered(measured(html=counted(), pdf=counted()), KEPT, "no need")
    path = tmp_path / "floors.json"
    floors.save(floors.lowered(now, KEPT, "pages without rules came in"), path)
    (kept,) = floors.load(path).values()
    assert kept.exact == {"generated html": 1.0, "generated pdf": 0.9}
    assert kept.lowered == (
        {"group": "generated pdf", "from": 1.0, "to": 0.9, "reason": "pages without rules came in"},
    )
    assert floors.check(now, floors.load(path)) == []
    # A later rise keeps what was said.
    again = floors.raised(measured(html=counted(), pdf=counted(950, 50)), floors.load(path))
    assert again[CORPUS].lowered == kept.lowered


def test_the_command_pins_a_corpus_and_fails_without_floors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "floors.json"
    wanted = ["--count", "4", "--seed", "7", "--jobs", "1", "--floors", str(path)]
    assert accuracy.main([*wanted, "--gate"]) == 1
    assert "has no floors yet" in capsys.readouterr().err
    assert accuracy.main([*wanted, "--raise-floors"]) == 0
    assert accuracy.main([*wanted, "--gate", "--write", str(tmp_path / "told.md")]) == 0
    assert "4 documents: 0 with a wrong number" in (tmp_path / "told.md").read_text(encoding="utf-8")
    pinned = floors.load(path)
    assert accuracy.main([*wanted[:3], "8", *wanted[4:], "--raise-floors"]) == 0
    assert len(floors.load(path)) == 2
    assert floors.load(path).items() > pinned.items()


def spoilt(source: Source) -> Extraction:
    """The reading with one number changed, as no reader may."""
    from dataclasses import replace

    extraction = extract(source)
    first, *others = extraction.facts
    return replace(extraction, facts=(replace(first, value=(first.value or 0) + 1), *others))


def test_a_reader_that_changes_one_number_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    made = generate(3, edition="e2021", skin="html_clean")
    sound = accuracy.measured(CORPUS, [judging.judge_generated(made)])
    monkeypatch.setattr(judging, "extract", spoilt)
    caught = accuracy.measured(CORPUS, [judging.judge_generated(made)])
    assert sound.silent() == []
    assert caught.silent() == ["generated html without faults: 1 of 200 cells wrong without a flag"]
    assert caught.sha256 == sound.sha256
